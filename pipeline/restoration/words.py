"""Where a text holds any of some hundred words, for all of the text at once."""

from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick


class Place(NamedTuple):
    """A word at ``text[start:start + len(word)]``."""

    start: int
    word: str


def occurrences(text: str, words: tuple[str, ...]) -> list[Place]:
    """All places of ``words``, in order; at one place the longest. A text must not hold lone surrogates."""
    found = _automaton(words).find_matches_as_indexes(text, overlapping=True)
    # they come in the order of their ends: of those at one place the longest is the last
    longest = {start: words[index] for index, start, _ in found}
    return list(map(Place._make, sorted(longest.items())))


@cache
def _automaton(words: tuple[str, ...]) -> AhoCorasick:
    return AhoCorasick(words, store_patterns=False)
