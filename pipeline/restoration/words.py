"""Where a text holds any of some hundred words, for all of the text at once."""

from functools import cache

from ahocorasick_rs import AhoCorasick

Place = tuple[int, str]
"""Where a word starts in a text, and the word."""


def occurrences(text: str, words: tuple[str, ...]) -> list[Place]:
    """All places of ``words``, in order; at one place the longest. A text must not hold lone surrogates."""
    found = _automaton(words).find_matches_as_indexes(text, overlapping=True)
    # they come in the order of their ends: of those at one place the longest is the last
    longest = {start: words[index] for index, start, _ in found}
    return sorted(longest.items())


@cache
def _automaton(words: tuple[str, ...]) -> AhoCorasick:
    return AhoCorasick(words, store_patterns=False)
