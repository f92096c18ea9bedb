"""Glosses: the readings that a mirror puts in brackets after characters, `質(zhì)量`, `光(guang)`, `發(發)`."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from pipeline.restoration.alignment import NONE, Replacements
from pipeline.restoration.characters import HAN, LETTERS, bare, is_han, readings, simplified

READING = rf"[{LETTERS}](?:[{LETTERS} ]{{0,8}}[{LETTERS}])?"
_GLOSS = re.compile(rf"\((?<=[{HAN}]\()(?:{READING} ?|[{HAN}])\)")
# a byte pair may straddle two characters, the second one ASCII: the gloss after `O` in `”O(jiān)r` is that of B1 4F
_STRADDLING = re.compile(rf"\((?<=[^\x00-\xff][@-~]\()({READING}) ?\)")


class Gloss(NamedTuple):
    """A reading of ``char`` in brackets, or (``own``) the character itself."""

    char: str
    reading: str
    own: bool


class Glosses(NamedTuple):
    """The brackets of a text at ``text[start:end]`` that hold a gloss of the character before them, in order."""

    starts: list[int]
    ends: list[int]
    glosses: list[Gloss]


def find_glosses(text: str) -> Glosses:
    """All brackets that are a valid gloss of the character before them."""
    found = [
        (start, match.end(), gloss)
        for match in _GLOSS.finditer(text)
        if (gloss := _gloss(text[(start := match.start()) - 1 : match.end()]))
    ]
    return Glosses(*map(list, zip(*found, strict=True))) if found else Glosses([], [], [])


@lru_cache(maxsize=65536)
def _gloss(text: str) -> Gloss | None:
    """What `質(zhì)` is, if the bracket holds a gloss."""
    char, inside = text[0], text[2:-1]
    if is_han(inside):
        return Gloss(char, inside, True) if inside == char or simplified(inside) == simplified(char) else None
    return Gloss(char, bare(inside), False) if bare(inside) in readings(char) else None


def glosses(text: str, found: Glosses, *, simplify: bool) -> Replacements:
    """Take the glosses ``found`` out of a polluted text, and those that straddle two characters.

    With ``simplify`` (a document whose other characters are simplified) a glossed character is simplified too: the
    table that glossed it had turned it traditional.
    """
    straddling = [match.span() for match in _STRADDLING.finditer(text) if _straddles(text, match)]
    if not simplify and not straddling:
        return _gone(found.starts, found.ends, [""] * len(found.starts))
    rows = list(zip(found.starts, found.ends, repeat(""), strict=False))
    if simplify:
        for at, gloss in enumerate(found.glosses):
            if (plain := simplified(gloss.char)) != gloss.char:
                rows[at] = found.starts[at] - 1, found.ends[at], plain
    rows = sorted(rows + [(start, end, "") for start, end in straddling])
    return _gone(*zip(*rows, strict=True)) if rows else NONE


def _gone(starts: Sequence[int], ends: Sequence[int], afters: Sequence[str]) -> Replacements:
    return Replacements(starts, ends, afters, ["gloss"] * len(starts), [1.0] * len(starts))


def _straddles(text: str, match: re.Match[str]) -> bool:
    at = match.start()
    try:
        char = (text[at - 2].encode("gbk")[-1:] + text[at - 1].encode("ascii")).decode("gbk")
    except UnicodeError:
        return False
    return bare(match[1]) in readings(char)
