"""Glosses: the readings that a mirror puts in brackets after characters, `質(zhì)量`, `光(guang)`, `發(發)`."""

import re
from typing import NamedTuple

from pipeline.restoration.alignment import Replacement
from pipeline.restoration.characters import HAN, LETTERS, bare, is_han, readings, simplified

_GLOSS = re.compile(rf"([{HAN}])\(([{LETTERS}](?:[{LETTERS} ]{{0,8}}[{LETTERS}])?|[{HAN}])\)")
# a byte pair may straddle two characters, the second one ASCII: the gloss after `O` in `”O(jiān)r` is that of B1 4F
_STRADDLING = re.compile(rf"([^\x00-\xff])([@-~])\(([{LETTERS}](?:[{LETTERS} ]{{0,8}}[{LETTERS}])?)\)")


class Gloss(NamedTuple):
    """A bracket at ``text[start:end]`` that holds a reading of ``char``, or (``own``) the character itself."""

    start: int
    end: int
    char: str
    reading: str
    own: bool


def find_glosses(text: str) -> list[Gloss]:
    """All brackets that are a valid gloss of the character before them, in order."""
    found = []
    for match in _GLOSS.finditer(text):
        char, inside = match[1], match[2]
        if is_han(inside):
            if inside == char or simplified(inside) == simplified(char):
                found.append(Gloss(match.start() + 1, match.end(), char, inside, True))
        elif bare(inside) in readings(char):
            found.append(Gloss(match.start() + 1, match.end(), char, bare(inside), False))
    return found


def glosses(text: str, *, simplify: bool) -> list[Replacement]:
    """Take the glosses out of a polluted text.

    With ``simplify`` (a document whose other characters are simplified) a glossed character is simplified too: the
    table that glossed it had turned it traditional.
    """
    found = []
    for gloss in find_glosses(text):
        plain = simplified(gloss.char)
        if simplify and plain != gloss.char:
            found.append(Replacement(gloss.start - 1, gloss.end, plain, "gloss"))
        else:
            found.append(Replacement(gloss.start, gloss.end, "", "gloss"))
    for match in _STRADDLING.finditer(text):
        try:
            char = (match[1].encode("gbk")[-1:] + match[2].encode("ascii")).decode("gbk")
        except UnicodeError:
            continue
        if bare(match[3]) in readings(char):
            found.append(Replacement(match.end(2), match.end(), "", "gloss"))
    return found
