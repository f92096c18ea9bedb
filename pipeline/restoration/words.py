"""Where a text holds any of some hundred words: by their first two characters, for all of the text at once."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.restoration.characters import codes


class Place(NamedTuple):
    """A word at ``text[start:start + len(word)]``."""

    start: int
    word: str


class _Index(NamedTuple):
    first: npt.NDArray[np.bool_]
    pairs: npt.NDArray[np.uint32]
    words: dict[str, list[str]]


def occurrences(text: str, words: tuple[str, ...]) -> list[Place]:
    """All places of ``words`` (of two or more characters below U+10000), in order; at one place the longest."""
    index = _index(words)
    chars = np.where((chars := codes(text)) > 0xFFFF, 0, chars)
    at = np.flatnonzero(index.first[chars[:-1]])
    pairs = chars[at] << 16 | chars[at + 1]
    near = np.minimum(np.searchsorted(index.pairs, pairs), len(index.pairs) - 1)
    return list(_longest(text, at[index.pairs[near] == pairs].tolist(), index.words))


def _longest(text: str, starts: list[int], words: dict[str, list[str]]) -> Iterator[Place]:
    for start in starts:
        for word in words[text[start : start + 2]]:
            if text.startswith(word, start):
                yield Place(start, word)
                break


@cache
def _index(words: tuple[str, ...]) -> _Index:
    first = np.zeros(0x10000, np.bool_)
    first[[ord(word[0]) for word in words]] = True
    by_pair: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        by_pair.setdefault(word[:2], []).append(word)
    pairs = np.array(sorted(ord(pair[0]) << 16 | ord(pair[1]) for pair in by_pair), np.uint32)
    return _Index(first, pairs, by_pair)
