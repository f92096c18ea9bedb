"""What bytes stood behind misread characters, and what characters those bytes may be, lost ones allowed for.

Sources: RFC 3629 for UTF-8, Python's codecs ``gb18030`` and ``cp1252`` for the tables, the WHATWG Encoding Standard
for what browsers make of bytes that these leave undefined (0x80 is €, C1 controls stand for themselves).
"""

from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.restoration.characters import HAN_RE, codes, is_common, simplified

Choice = tuple[str, float]
"""A reading and the natural logarithm of its weight before the context is looked at."""
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
_LEADS, _TRAILS = (*range(0xE2, 0xEA), 0xEF), range(0x80, 0xC0)
LOST = 0xFF
"""Stands in byte strings for U+FFFD: one lost byte or more; no byte of UTF-8 or of GBK."""
_LATIN = {chr(byte): byte for byte in range(256)} | {
    bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"
}
AFTER_BOM = {bytes([0xBF, byte]).decode("gbk"): chr(byte) for byte in range(0x40, 0x7F)}
"""What GBK makes of the last byte of a UTF-8 byte order mark and an ASCII character."""
UNDEFINED = b"\x81\x8d\x8f\x90\x9d"
"""Bytes that Windows-1252 leaves undefined."""
C1 = bytes(range(0x80, 0xA0))
"""Bytes that are controls in Latin-1."""
TAILS = bytes(_TRAILS)
"""Bytes of UTF-8 that follow a lead byte."""
WINDOWS = "".join(char for char in _LATIN if char > "\xff")
"""Characters that Windows-1252 has and Latin-1 has not."""
ONE, TWO, NO_LEAD, PAIR = (form << 33 for form in (128, 129, 130, 131))
"""What a lossy character is known by, as an integer: its form, whether a tag's ``<`` was swallowed (``TAG``), the
byte that follows if it tells something, and its bytes, 0 where one is lost. ``ONE``: these three. ``TWO``: the lead
byte and one of the others. ``NO_LEAD``: one of the others, the last byte given. ``PAIR``: two bytes of GBK. What is
below is the code point of a character that is known."""
TAG = 1 << 32


class Misread(NamedTuple):
    """A piece of misread text as bytes. ``starts`` has, for each of its bytes and its end, the offset in the text of
    the character that begins there, or -1 inside one."""

    data: Bytes
    starts: Ints


def _pairs(leads: range | tuple[int, ...], trails: range | tuple[int, ...]) -> str:
    pairs = (bytes(pair).decode("gb18030", "ignore") for pair in product(leads, trails))
    return "".join(char for char in pairs if len(char) == 1)


ENTRY = _pairs(_LEADS, _TRAILS)
"""Characters that GBK makes of the first two bytes of one in UTF-8: rare, one in 10,000 of sound simplified text."""
THEN = _pairs(_TRAILS, (*_LEADS, 0xC2, 0xC3, 0xF0, *range(0x40, 0x7F)))
"""Those that it makes of a last byte and what comes next."""
PIECE = ENTRY + THEN + _pairs(_TRAILS, _TRAILS) + _pairs((0xC2, 0xC3, 0xF0), _TRAILS)
_EURO = ord("€")
LATIN = "".join(char for char in _LATIN if char >= "\x80")
"""Characters that Latin-1 or Windows-1252 make of bytes from 0x80 on."""


def as_gbk(text: str, starts: Ints) -> Misread:
    """The bytes of pieces of text that were read as GBK or GB18030, whose characters begin at ``starts``."""
    points = codes(text)
    data, begins = np.empty(2 * len(points), np.uint8), np.empty(2 * len(points) + 1, np.int64)
    size = _as_gbk(points, starts, *_gbk_bytes(), data, begins)
    return Misread(data[:size], begins[: size + 1])


@njit(cache=True)
def _as_gbk(
    points: NDArray[np.uint32],
    starts: Ints,
    pairs: NDArray[np.uint16],
    seconds: NDArray[np.bool_],
    data: Bytes,
    begins: Ints,
) -> int:
    size, before = 0, np.int64(0)
    for at in range(points.size):
        pair = np.int64(pairs[points[at]])
        if points[at] == _EURO:
            # 0x80, or the pair A2 E3 where the byte before it is no lead and a byte that follows a lead comes next
            follows = at + 1 < points.size and seconds[points[at + 1]]
            pair = pair if follows and 0x80 <= before & 0xFF < 0xC0 else np.int64(0x80)
        begins[size] = starts[at]
        if pair > 0xFF:
            data[size] = pair >> 8
            size += 1
            begins[size] = -1
        data[size] = pair & 0xFF
        size, before = size + 1, pair
    begins[size] = starts[points.size]
    return size


@cache
def _gbk_bytes() -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """The bytes of what ``PIECE`` holds and may stand beside, and whether it may come second, by code point."""
    found, second = np.zeros(1 << 16, np.uint16), np.zeros(1 << 16, np.bool_)
    found[:0x80] = range(0x80)
    for char in PIECE + "€":
        found[ord(char)] = int.from_bytes(char.encode("gb18030"), "big")
    found[0xFFFD] = LOST
    second[list(map(ord, THEN + _pairs(_TRAILS, _TRAILS) + "€"))] = True
    return found, second


def as_latin(text: str, starts: Ints) -> Misread:
    """The bytes of a piece of text that was read as Latin-1 or Windows-1252, character by character."""
    points = codes(text)
    return Misread(np.where(points > 0xFFFF, LOST, _latin_bytes()[np.minimum(points, 0xFFFF)]), starts)


@cache
def _latin_bytes() -> Bytes:
    found = np.full(1 << 16, LOST, np.uint8)
    found[list(map(ord, _LATIN))] = list(_LATIN.values())
    return found


@cache
def gbk_chars() -> NDArray[np.int32]:
    """The code points of GBK's characters by pair, 0 where a pair is none; of ASCII behind what leads no pair too."""
    found = np.zeros(1 << 16, np.int32)
    for lead, trail in product(range(0x80, 0xFF), range(1, 0xFF)):
        char = bytes((lead, trail)).decode("gbk", "ignore")
        found[lead << 8 | trail] = ord(char) if len(char) == 1 else 0
    return found


@cache
def choices(key: int, lost: bytes) -> tuple[Choice, ...]:
    """The readings that a character may have; ``key``: see ``ONE``, ``lost``: the bytes that may be missing."""
    if key < ONE:
        return ((chr(key), 0.0),)
    form, follows = key >> 33 << 33, key >> 24 & 0xFF or -1
    lead, second, third = (key >> shift & 0xFF or None for shift in (16, 8, 0))
    if form == PAIR:
        pairs = (bytes((second or byte, third or byte)).decode("gbk", "ignore") for byte in lost)
        return tuple((char, 0.0) for char in pairs if len(char) == 1 and char >= "\x80")
    if form == ONE:
        found = _readings((lead, second, third), lost, follows)
    elif form == TWO:
        found = _readings((lead, None, third), lost, follows) + _readings((lead, third, None), lost, follows)
    else:
        found = _readings((None, None, third), lost, -1) + _readings((None, third, None), lost, -1)
    return tuple((text + "<", weight) for text, weight in found) if key & TAG else found


@cache
def _readings(template: tuple[int | None, ...], lost: bytes, follows: int) -> tuple[Choice, ...]:
    """All characters that fit the bytes of which some (None) are lost."""
    missing = template.count(None)
    slots = [[byte] if byte is not None else list(lost if place else _LEADS) for place, byte in enumerate(template)]
    found = []
    for code in product(*slots):
        char = bytes(code).decode("utf-8", "ignore")
        if len(char) != 1 or not _may_be(char, missing):
            continue
        at = template.index(None)
        after = template[at + 1] if at < 2 else follows
        gone = after is None or after < 0 or code[at] in _never_read(after)
        found.append((char, 0.0 if gone or len(lost) < 64 else -3.0))
    return tuple(found)


def _may_be(char: str, missing: int) -> bool:
    if missing < 2:
        return len(char.encode("gbk", "ignore")) == 2
    return is_common(simplified(char)) if HAN_RE.match(char) else char in "，。、；：？！“”‘’（）《》…—"


@cache
def _never_read(after: int) -> frozenset[int]:
    """Bytes that, before ``after``, are no character of GBK."""
    return frozenset(b for b in _TRAILS if not bytes([b, after]).decode("gbk", "ignore"))
