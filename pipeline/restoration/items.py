"""Bytes as characters, in UTF-8 or in GBK, of which bytes may be lost."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.restoration.misreadings import LOST, NO_LEAD, ONE, TAG, TWO, Bytes, Ints, Misread, choices, gbk_chars

EXACT, SHORT, ORPHAN, GONE, BAD, BREAK = range(6)
"""Kinds of items: no byte lost; bytes lost at the end or inside; the lead byte lost; all lost; no character; the line
feed between pieces."""
_QUESTION, _BREAK, _SPACE, _SLASH, _GREATER = map(ord, "?\n />")


class Items(NamedTuple):
    """``data[start:end]`` of misread text, the kind of each and the key of its readings (see ``misreadings.ONE``)."""

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    kinds: NDArray[np.int8]
    keys: Ints

    def part(self, first: int, last: int) -> "Items":
        """Some that follow one another."""
        return Items(self.starts[first:last], self.ends[first:last], self.kinds[first:last], self.keys[first:last])

    @property
    def wide(self) -> NDArray[np.bool_]:
        """Which are Chinese characters or marks of which no byte is lost."""
        return (self.kinds == EXACT) & (self.keys >= 0x2000)

    @property
    def ascii(self) -> NDArray[np.bool_]:
        """Which are ASCII characters."""
        return (self.kinds == EXACT) & (self.ends - self.starts == 1)


def utf8(misread: Misread, lost: bytes) -> Items:
    """Read bytes as UTF-8. ``lost``: the bytes that may be missing."""
    size = len(misread.data)
    items = Items(
        np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int8), np.empty(size, np.int64)
    )
    items = items.part(0, _utf8(misread.data, misread.starts, *items))
    lossy = np.flatnonzero(items.keys >= ONE)
    if len(lossy):
        none = [key for key in set(items.keys[lossy].tolist()) if not choices(key, lost)]
        if none:
            items.kinds[lossy[np.isin(items.keys[lossy], none)]] = BAD
    return items


@njit(cache=True)
def _utf8(
    data: Bytes,
    begins: Ints,
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    kinds: NDArray[np.int8],
    keys: Ints,
) -> int:
    n, at, size = 0, 0, data.size
    while at < size:
        byte = np.int64(data[at])
        tails = 0  # bytes that follow a lead byte
        while tails < 3 and at + 1 + tails < size and 0x80 <= data[at + 1 + tails] < 0xC0:
            tails += 1
        kind, end, key = BAD, at + 1, np.int64(0)
        three = 0xE2 <= byte <= 0xE9 or byte == 0xEF
        if byte < 0x80:
            kind, key = BREAK if byte == _BREAK else EXACT, byte
        elif three and tails >= 2:
            kind, end = EXACT, at + 3
            key = (byte & 0x0F) << 12 | np.int64(data[at + 1] & 0x3F) << 6 | np.int64(data[at + 2] & 0x3F)
        elif tails and (byte == 0xC2 or byte == 0xC3 or byte == 0xC5 or byte == 0xC6 or byte == 0xCB):
            kind, end, key = EXACT, at + 2, (byte & 0x1F) << 6 | np.int64(data[at + 1] & 0x3F)
        elif byte == 0xF0 and tails == 3 and data[at + 1] >= 0x90:
            kind, end = EXACT, at + 4
            key = (
                np.int64(data[at + 1] & 0x3F) << 12
                | np.int64(data[at + 2] & 0x3F) << 6
                | np.int64(data[at + 3] & 0x3F)
            )
        elif three:
            while (
                end < size
                and end < at + 3
                and (0x80 <= data[end] < 0xC0 or data[end] == LOST or data[end] == _QUESTION)
            ):
                end += 1
            key = _short(data, begins, at, end)
            kind = SHORT if key else BAD
        elif 0x80 <= byte < 0xC0:
            end = at + 1 + min(tails, 1)
            if begins[at] >= 0:
                kind, key = ORPHAN, _orphan(data, at, end)
        elif byte == LOST:
            kind, key = GONE, np.int64(0xFFFD)
        if byte in (LOST, _QUESTION) and tails:
            end = at + 1 + min(tails, 2)
            kind, key = ORPHAN, _orphan(data, at + 1, end)
        starts[n], ends[n], kinds[n], keys[n] = at, end, kind, key
        n, at = n + 1, end
    return n


@njit()
def _orphan(data: Bytes, first: int, end: int) -> np.int64:
    """The key of a character that has lost its lead byte."""
    if end - first == 2:
        return np.int64(ONE) | np.int64(data[first]) << 8 | np.int64(data[first + 1])
    return np.int64(NO_LEAD) | np.int64(data[first])


@njit()
def _short(data: Bytes, begins: Ints, at: int, end: int) -> np.int64:
    """The key of a character that has lost bytes behind its lead byte; 0: it has lost none that could be lost."""
    lead, known = np.int64(data[at]) << 16, end - at - 1
    second = _known(data, at + 1) if known else np.int64(0)
    third = _known(data, at + 2) if known == 2 else np.int64(0)
    form, tells = np.int64(ONE), known == 2 and second != 0 and third == 0
    if known == 0 and begins[end] < 0:
        return np.int64(0)
    if known == 1 and second != 0:
        # a byte gets lost before a character that was read or after it, not within
        before, behind = begins[at + 1] >= 0, begins[end] >= 0
        if not before and not behind:
            return np.int64(0)
        if before:
            second, third = np.int64(0), second
        form, tells = np.int64(TWO if before and behind else ONE), behind
    key = form | lead | second << 8 | third
    if tells and end < data.size and data[end] >= 0x80:
        key |= np.int64(data[end]) << 24
    if known and data[end - 1] == _QUESTION and _is_tag(data, end):
        key |= TAG
    return key


@njit()
def _known(data: Bytes, at: int) -> np.int64:
    byte = data[at]
    return np.int64(0) if byte in (LOST, _QUESTION) else np.int64(byte)


@njit()
def _is_tag(data: Bytes, at: int) -> bool:
    """Whether the rest of an HTML tag stands there: /?[A-Za-z][A-Za-z0-9]{0,9}[ >]."""
    at += at < data.size and data[at] == _SLASH
    first = at
    while at < data.size and at < first + 10 and (_is_letter(data[at]) or (at > first and 0x30 <= data[at] < 0x3A)):
        at += 1
    return at > first and at < data.size and (data[at] == _SPACE or data[at] == _GREATER)


@njit()
def _is_letter(byte: int) -> bool:
    return 0x41 <= byte & 0xDF <= 0x5A


def gbk(misread: Misread) -> Items:
    """Read bytes as GBK, none being lost."""
    size = len(misread.data)
    items = Items(
        np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int8), np.empty(size, np.int64)
    )
    return items.part(0, _gbk(misread.data, gbk_chars(), *items))


@njit(cache=True)
def _gbk(
    data: Bytes,
    chars: NDArray[np.int32],
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    kinds: NDArray[np.int8],
    keys: Ints,
) -> int:
    n, at = 0, 0
    while at < data.size:
        byte, end, key = np.int64(data[at]), at + 1, np.int64(0)
        if byte < 0x80:
            key = byte
        elif 0x81 <= byte < LOST and end < data.size and 0x40 <= data[end] < LOST and data[end] != 0x7F:
            key = np.int64(chars[byte << 8 | data[end]])
            end += 1
        kind = BREAK if byte == _BREAK else EXACT if key or byte < 0x80 else BAD
        starts[n], ends[n], kinds[n], keys[n] = at, end, kind, key
        n, at = n + 1, end
    return n


@njit(cache=True)
def groups(misread_data: Bytes, begins: Ints, items: Items, latin: bool, found: NDArray[np.int32]) -> int:
    """Where items that follow one another begin and end, put into ``found`` (groups, 2); returns their number.

    A group ends at what is bad, or after five characters that may be sound.
    """
    n, first, weak, size = 0, 0, 0, items.kinds.size
    for at in range(size + 1):
        stops = at == size or items.kinds[at] >= BAD
        if stops or weak > 4:
            start, end = _trimmed(misread_data, begins, items, first, at, latin)
            if start < end:
                found[n, 0], found[n, 1] = start, end
                n += 1
            first, weak = at + stops, 0
        if not stops:
            wide = items.kinds[at] == EXACT and items.keys[at] >= 0x2000
            if wide or (latin and items.kinds[at] == SHORT):
                weak = 0
            else:
                weak += items.kinds[at] != EXACT or items.ends[at] - items.starts[at] > 1
    return n


@njit()
def _trimmed(data: Bytes, begins: Ints, items: Items, first: int, last: int, latin: bool) -> tuple[int, int]:
    """The items from the first character that is sure to be misread to the last."""
    while first < last and not (begins[items.starts[first]] >= 0 and _misread(items, first, latin)):
        first += 1
    # what begins inside a character that was misread belongs to it
    while first < last and not (
        begins[items.ends[last - 1]] >= 0 and (_misread(items, last - 1, latin) or begins[items.starts[last - 1]] < 0)
    ):
        last -= 1
    # one character whose last byte is lost, with a sign of that, may be all that a line holds
    for at in range(first, last):
        end = data[items.ends[at] - 1]
        if (items.kinds[at] == EXACT and items.keys[at] >= 0x2000) or end in (LOST, _QUESTION):
            return first, last
    return first, first


@njit()
def _misread(items: Items, at: int, latin: bool) -> bool:
    kind = items.kinds[at]
    if kind == EXACT:
        return items.keys[at] >= 0x2000
    return kind == SHORT and (latin or items.ends[at] - items.starts[at] > 1)
