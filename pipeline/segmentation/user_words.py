"""The user's words, found as spacy-pkuseg finds them, in time that hardly depends on how many there are."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

# the automaton reads UTF-8, which has no halves of characters; no word holds what stands in for them
_HALF, _NOT_A_CHARACTER = re.compile("[\ud800-\udfff]"), "\ufdd0"


class Match(NamedTuple):
    """What stays whole: ``text[start:end]``, for the sake of ``word``."""

    start: int
    end: int
    word: str


class UserWords:
    """A list of words that must stay whole."""

    def __init__(self, words: Sequence[str]) -> None:
        whole = dict.fromkeys(stripped for word in words if (stripped := word.strip()))
        self._words = [word for word in whole if not _HALF.search(word)]
        self._automaton = ahocorasick_rs.AhoCorasick(self._words, store_patterns=False)
        self._beginnings = frozenset(beginning for word in whole for beginning in _beyond(word, whole))

    def pieces(
        self, text: str, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """The runs of ``text`` from ``starts`` to ``ends``, cut around the words; which pieces stay whole."""
        matches = list(self._matches(text, starts, ends))
        whole_starts = np.array([match.start for match in matches], np.int64)
        whole_ends = np.array([match.end for match in matches], np.int64)
        all_starts = np.concatenate((starts, whole_starts, whole_ends))
        all_ends = np.concatenate((ends, whole_starts, whole_ends))
        all_starts.sort()
        all_ends.sort()
        some = all_starts < all_ends
        return all_starts[some], all_ends[some], np.isin(all_starts[some], whole_starts)

    def counted(self, text: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Counter[str]:
        """How often each word is one of those in the runs of ``text``."""
        return Counter(match.word for match in self._matches(text, starts, ends))

    def _matches(self, text: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Iterator[Match]:
        """From the left, the longest word at a place.

        As in spacy-pkuseg, what follows it is taken too as far as it goes on like a longer word (of 政协委托 with 政协
        and 政协委员 in the list 政协委), but not if that is up to a run's end.
        """
        text = _HALF.sub(_NOT_A_CHARACTER, text)
        found = np.array(self._automaton.find_matches_as_indexes(text, overlapping=True), np.int64).reshape(-1, 3)
        run = np.searchsorted(starts, found[:, 1], "right") - 1
        run_end = np.append(ends, 0)[run]
        inside = found[:, 2] <= run_end
        longest: dict[int, int] = {}
        run_ends: dict[int, int] = {}
        for (_, start, end), last in zip(found[inside].tolist(), run_end[inside].tolist(), strict=True):
            longest[start] = max(end, longest.get(start, 0))
            run_ends[start] = last
        done = 0
        for start in sorted(longest):
            if start < done:
                continue
            end = done = longest[start]
            while done < run_ends[start] and text[start : done + 1] in self._beginnings:
                done += 1
            if done == run_ends[start]:
                done = end
            yield Match(start, done, text[start:end])


def _beyond(word: str, words: dict[str, None]) -> Iterator[str]:
    """The beginnings of a word that are longer than another word it begins with, and itself if there is one."""
    shortest = next((length for length in range(1, len(word)) if word[:length] in words), len(word))
    return (word[:length] for length in range(shortest + 1, len(word) + 1))
