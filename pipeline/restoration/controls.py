"""Characters that no reader sees: taken out of any document, whatever else is wrong with it."""

import re
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.alignment import NONE, Alignment, Replacements
from pipeline.restoration.characters import are_han, codes, holds_any

# tabs and line ends are the author's
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_ZERO = "\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
_JOINER = "\u200c\u200d"
_SURROGATE = "\ud800-\udfff"
_KINDS = (_CONTROL, _ZERO, _JOINER, _SURROGATE)
_RULES = ("", "control", "zero_width", "zero_width", "surrogate")
_JOINS, _HALF = 3, 4
_NEWLINE = ord("\n")


@lru_cache(maxsize=1)
def controls(text: str) -> Replacements:
    """Delete controls and zero-width characters; a lone surrogate becomes U+FFFD, a split pair one character.

    Joiners (U+200C, U+200D) go only between Chinese characters: emoji and other scripts need them. The last text's are
    kept, since it is asked for several times.
    """
    if not _may_be_in(text):  # nearly always
        return NONE
    points = codes(text)
    kinds = _kinds().take(points, mode="clip")
    kinds[points > 0xFFFF] = 0
    places = np.flatnonzero(kinds)
    runs = np.flatnonzero((np.diff(places, prepend=-2) > 1) | (np.diff(kinds[places], prepend=0) != 0))
    if not len(runs):
        return NONE
    starts, ends = places[runs], places[np.append(runs[1:], len(places)) - 1] + 1
    stays = (kinds[starts] == _JOINS) & ~_between_han(points, starts, ends)
    starts, ends = starts[~stays], ends[~stays]
    afters = [""] * len(starts)
    for at in np.flatnonzero(kinds[starts] == _HALF).tolist():
        afters[at] = _whole(text[starts[at] : ends[at]])
    return Replacements(starts, ends, afters, [_RULES[kind] for kind in kinds[starts].tolist()], np.ones(len(starts)))


def _between_han(points: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which spans stand between Chinese characters, or between one and the end."""
    han = np.append(are_han(points), False)  # the last one is that before the first
    last = len(points) - (points[-1] == _NEWLINE)
    found: NDArray[np.bool_] = han[starts - 1] & (han[ends] | (ends >= last))
    return found


@cache
def _kinds() -> NDArray[np.uint8]:
    """The kind (from 1 on) of each character of Unicode's first plane."""
    chars = "".join(map(chr, range(1 << 16)))
    found = np.zeros(1 << 16, np.uint8)
    for kind, of_kind in enumerate(_KINDS, 1):
        found[[match.start() for match in re.finditer(f"[{of_kind}]", chars)]] = kind
    return found


@lru_cache(maxsize=1)
def without_controls(text: str) -> Alignment:
    """A text and what it is without them; it too is asked for several times."""
    return Alignment(text, text).apply(controls(text))


_may_be_in = holds_any("".join(_KINDS))


def _whole(halves: str) -> str:
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
