"""The user's words, found as spacy-pkuseg finds them, in time that does not depend on how many there are."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import ahocorasick
import numpy as np
from numpy.typing import NDArray


class Match(NamedTuple):
    """What stays whole: ``text[start:end]``, for the sake of ``word``."""

    start: int
    end: int
    word: str


class UserWords:
    """A list of words that must stay whole."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(stripped for word in words if (stripped := word.strip()))
        self._longest = max(map(len, self.words), default=0)
        self._automaton = ahocorasick.Automaton()
        for word in self.words:
            self._automaton.add_word(word, word)
        self._automaton.make_automaton()

    def pieces(
        self, text: str, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """The runs of ``text`` from ``starts`` to ``ends``, cut around the words; which pieces stay whole."""
        found: list[tuple[int, int, bool]] = []
        matches = self._matches(text, starts, ends)
        match = next(matches, None)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            while match and match.start < end:
                found += [(start, match.start, False), (match.start, match.end, True)]
                start, match = match.end, next(matches, None)
            found.append((start, end, False))
        columns = np.array([piece for piece in found if piece[0] < piece[1]], np.int64).reshape(-1, 3)
        return columns[:, 0].copy(), columns[:, 1].copy(), columns[:, 2].astype(np.bool_)

    def counted(self, text: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Counter[str]:
        """How often each word is one of those in the runs of ``text``."""
        return Counter(match.word for match in self._matches(text, starts, ends))

    def _matches(self, text: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Iterator[Match]:
        """From the left, the longest word at a place.

        As in spacy-pkuseg, what follows it is taken too as far as it goes on like a longer word (of 政协委托 with 政协
        and 政协委员 in the list 政协委), but not if that is up to a run's end.
        """
        if not self.words:
            return
        by_start: dict[int, list[str]] = {}
        for last, word in self._automaton.iter(text):
            by_start.setdefault(last + 1 - len(word), []).append(word)
        places = sorted(by_start)
        run_of = np.searchsorted(starts, places, "right") - 1
        done = 0
        for place, run in zip(places, run_of.tolist(), strict=True):
            if place < done or run < 0:
                continue
            end = int(ends[run])
            word = max((word for word in by_start[place] if place + len(word) <= end), key=len, default="")
            if word:
                depth = self._automaton.longest_prefix(text[place : min(end, place + self._longest)])
                done = place + (depth if place + depth < end else len(word))
                yield Match(place, done, word)
