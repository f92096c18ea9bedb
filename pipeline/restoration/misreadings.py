"""What bytes stood behind misread characters, and what characters those bytes are, lost ones allowed for.

Sources: RFC 3629 for UTF-8, Python's codecs ``gb18030`` and ``cp1252`` for the tables, the WHATWG Encoding Standard
for what browsers make of bytes that these leave undefined (0x80 is €, C1 controls stand for themselves).
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

from pipeline.restoration.characters import HAN_RE, is_common, simplified

Choice = tuple[str, float]
"""A reading and the natural logarithm of its weight before the context is looked at."""
_LEADS, _TRAILS = (*range(0xE2, 0xEA), 0xEF), range(0x80, 0xC0)
LOST = 0xFF
"""Stands in byte strings for U+FFFD: one lost byte or more; no byte of UTF-8 or of GBK."""
_UTF8 = re.compile(
    rb"(?P<exact>[\xe2-\xe9\xef][\x80-\xbf]{2}|[\xc2\xc3\xc5\xc6\xcb][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2})"
    rb"|(?P<short>[\xe2-\xe9\xef](?:[\x80-\xbf\xff?]{1,2})?)"
    rb"|(?P<orphan>[\xff?]?[\x80-\xbf]{1,2})"
    rb"|(?P<ascii>[\x00-\x7f])|(?P<lost>\xff)|(?P<bad>[\x80-\xfe])"
)
_TAG = re.compile(rb"/?[A-Za-z][A-Za-z0-9]{0,9}[ >]")
_LATIN = {chr(byte): byte for byte in range(256)} | {
    bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"
}
AFTER_BOM = {bytes([0xBF, byte]).decode("gbk"): chr(byte) for byte in range(0x40, 0x7F)}
"""What GBK makes of the last byte of a UTF-8 byte order mark and an ASCII character."""
UNDEFINED = b"\x81\x8d\x8f\x90\x9d"
"""Bytes that Windows-1252 leaves undefined."""
C1 = bytes(range(0x80, 0xA0))
"""Bytes that are controls in Latin-1."""
WINDOWS = "".join(char for char in _LATIN if char > "\xff")
"""Characters that Windows-1252 has and Latin-1 has not."""


class Misread(NamedTuple):
    """A piece of misread text as bytes. ``starts`` has, for each of its bytes and its end, the offset in the text of
    the character that begins there, or -1 inside one."""

    data: bytes
    starts: list[int]


class Item(NamedTuple):
    """``data[start:end]`` of a misread piece, and the readings that it may have.

    ``kind``: exact, short (bytes lost at the end or inside), orphan (the lead byte lost), lost, or bad.
    """

    start: int
    end: int
    kind: str
    choices: tuple[Choice, ...]

    @property
    def wide(self) -> bool:
        """Whether it is a Chinese character or mark of which no byte is lost."""
        return self.kind == "exact" and self.choices[0][0] >= "\u2000"

    @property
    def ascii(self) -> bool:
        """Whether it is an ASCII character."""
        return self.kind == "exact" and self.end - self.start == 1


def _pairs(leads: range | tuple[int, ...], trails: range | tuple[int, ...]) -> str:
    pairs = (bytes(pair).decode("gb18030", "ignore") for pair in product(leads, trails))
    return "".join(char for char in pairs if len(char) == 1)


ENTRY = _pairs(_LEADS, _TRAILS)
"""Characters that GBK makes of the first two bytes of one in UTF-8: rare, one in 10,000 of sound simplified text."""
THEN = _pairs(_TRAILS, (*_LEADS, 0xC2, 0xC3, 0xF0, *range(0x40, 0x7F)))
"""Those that it makes of a last byte and what comes next."""
PIECE = ENTRY + THEN + _pairs(_TRAILS, _TRAILS) + _pairs((0xC2, 0xC3, 0xF0), _TRAILS)
_SECOND = frozenset(THEN + _pairs(_TRAILS, _TRAILS) + "€")
LATIN = "".join(char for char in _LATIN if char >= "\x80")
"""Characters that Latin-1 or Windows-1252 make of bytes from 0x80 on."""
TAILS = "".join(char for char, byte in _LATIN.items() if 0x80 <= byte < 0xC0)
"""Those that they make of the bytes of UTF-8 that follow a lead byte."""


def as_gbk(text: str, start: int) -> Misread:
    """The bytes of a piece of text that was read as GBK or GB18030; ``start`` is its offset."""
    data, starts = bytearray(), []
    for index, char in enumerate(text):
        code = b"\xff" if char == "\ufffd" else char.encode("gb18030")
        if char == "€":
            # 0x80, or the pair A2 E3 where the byte before it is no lead and a byte that follows a lead comes next
            pair = data and data[-1] in _TRAILS and text[index + 1 : index + 2] in _SECOND
            code = code if pair else b"\x80"
        data += code
        starts.append(start + index)
        starts.extend([-1] * (len(code) - 1))
    return Misread(bytes(data), [*starts, start + len(text)])


def as_latin(text: str, starts: list[int]) -> Misread:
    """The bytes of a piece of text that was read as Latin-1 or Windows-1252, character by character."""
    return Misread(bytes(_LATIN.get(char, LOST) for char in text), starts)


def utf8(misread: Misread, lost: bytes = bytes(_TRAILS)) -> Iterator[Item]:
    """Read bytes as UTF-8. ``lost``: the bytes that may be missing."""
    data, starts = misread
    for match in _UTF8.finditer(data):
        start, end, kind = match.start(), match.end(), str(match.lastgroup)
        found: tuple[Choice, ...] = ()
        if kind in ("exact", "ascii"):
            found, kind = ((match[0].decode(), 0.0),), "exact"
        elif kind == "lost":
            found = (("\ufffd", 0.0),)
        elif kind == "short":
            found = _short(data, starts, start, end, lost)
        elif kind == "orphan":
            found = _orphan(data, starts, start, end, lost)
        yield Item(start, end, kind, found) if found else Item(start, end, "bad", ())


def _short(data: bytes, starts: list[int], start: int, end: int, lost: bytes) -> tuple[Choice, ...]:
    lead, known = data[start], data[start + 1 : end]
    slots = [None if byte in (LOST, 0x3F) else byte for byte in known]
    templates = []
    if len(slots) == 2:
        templates = [(lead, *slots)]
    elif len(slots) == 1:
        # a byte gets lost before a character that was read or after it, not within
        if slots[0] is None or starts[start + 1] >= 0:
            templates.append((lead, None, slots[0]))
        if slots[0] is not None and starts[end] >= 0:
            templates.append((lead, slots[0], None))
    elif starts[end] >= 0:
        templates = [(lead, None, None)]
    follows = data[end : end + 1]
    if known.endswith(b"?") and _TAG.match(data, end):
        return tuple((text + "<", weight) for t in templates for text, weight in _weighed(t, lost, follows))
    if len(templates) == 1:
        return _weighed(templates[0], lost, follows)
    return tuple(choice for template in templates for choice in _weighed(template, lost, follows))


def _orphan(data: bytes, starts: list[int], start: int, end: int, lost: bytes) -> tuple[Choice, ...]:
    marked = data[start] in (LOST, 0x3F)
    tails = data[start + marked : end]
    if not marked and starts[start] < 0:
        return ()
    if len(tails) == 2:
        return _weighed((None, *tails), lost, b"")
    return (*_weighed((None, None, tails[0]), lost, b""), *_weighed((None, tails[0], None), lost, b""))


def _weighed(template: tuple[int | None, ...], lost: bytes, follows: bytes) -> tuple[Choice, ...]:
    return _readings(template, lost, follows[0] if follows and follows[0] >= 0x80 else -1)


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


_GBK = re.compile(rb"(?P<exact>[\x00-\x7f]|[\x81-\xfe][\x40-\x7e\x80-\xfe])|(?P<bad>[\x80-\xff])")


def gbk(misread: Misread) -> Iterator[Item]:
    """Read bytes as GBK, none being lost."""
    for match in _GBK.finditer(misread.data):
        char = match[0].decode("gbk", "ignore") if match.lastgroup == "exact" else ""
        if len(char) == 1:
            yield Item(match.start(), match.end(), "exact", ((char, 0.0),))
        else:
            yield Item(match.start(), match.end(), "bad", ())
