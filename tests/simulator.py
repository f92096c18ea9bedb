"""Breaks clean text as mirrors do, byte by byte: the damage that restoration is tested on.

A page is turned traditional by a one-to-one table, encoded in GBK, given glosses and markers by replacements that do
not look where characters begin, and read by a decoder that stumbles over the result.
"""

import random
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

from opencc import OpenCC
from pypinyin.pinyin_dict import pinyin_dict

UNCHANGED = "于后里制范采系并扎准干"
"""Characters that the mirrors' one-to-one tables leave alone although they have other traditional forms."""
OWN = {"着": "著", "冲": "沖", "为": "為", "众": "眾"}
"""Where the mirrors' table differs from OpenCC's."""
MARKS = "，。、；：？！"
GLOSSED = "發業態環區統現規關協網達學進務國會時開報對個來書問門頁見負責經濟紀導黨風質領區組織"
_TONELESS = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü", "aaaaeeeeiiiioooouuuuvvvvv")


@dataclass(frozen=True)
class Page:
    """How a site breaks its pages."""

    traditional: bool = True
    glossed: Collection[str] = ()
    gloss: str = "toned"
    """``toned`` (質(zhì)), ``toneless`` (質(zhi)) or ``doubled`` (質(質))."""
    marker: bytes = b","
    marked: float = 0.0
    """Share of full-width marks that get the marker before them."""
    marks: str = MARKS
    misaligned: bool = False
    """Whether glosses and markers are also put where the same two bytes straddle two characters."""
    nfkc: bool = False
    seed: int = 0
    places: tuple[int, ...] = field(default=())
    """Offsets in the GBK bytes of the (converted) text at which one more marker is put."""


def to_traditional(text: str) -> str:
    """Turn simplified text traditional by a context-free one-to-one table."""
    column = OpenCC("s2t").convert("\n".join(text.replace("\n", "\0"))).split("\n")
    converted = []
    for char, other in zip(text, column, strict=True):
        new = OWN.get(char, char if char in UNCHANGED or char == "\n" else other)
        converted.append(new if len(new) == 1 and _gbk(new) else char)
    return "".join(converted)


def misaligned_places(text: str, page: Page) -> list[int]:
    """All offsets in the page's bytes that lie between a lead and its trail byte."""
    places, offset = [], 0
    for char in to_traditional(text) if page.traditional else text:
        if len(_gbk(char)) == 2:
            places.append(offset + 1)
        offset += len(_gbk(char))
    return places


def pollute(text: str, page: Page) -> str:
    """The text as the mirror shows it. Characters that GBK lacks are lost."""
    rng = random.Random(page.seed)
    text = to_traditional(text) if page.traditional else text
    data = b"".join(map(_gbk, text))
    starts = set()
    offset = 0
    for char in text:
        starts.add(offset)
        offset += len(_gbk(char))
    added: dict[int, bytes] = dict.fromkeys(page.places, page.marker)
    for char in sorted(set(page.glossed)):
        for at in _found(data, _gbk(char), None if page.misaligned else starts):
            added[at + 2] = _gloss(char, page.gloss) + added.get(at + 2, b"")
    for mark in page.marks:
        for at in _found(data, _gbk(mark), None if page.misaligned else starts):
            if rng.random() < page.marked:
                added[at] = added.get(at, b"") + page.marker
    broken = bytearray()
    for at, byte in enumerate(data):
        broken += added.get(at, b"")
        broken.append(byte)
    shown = decode(bytes(broken) + added.get(len(data), b""))
    return unicodedata.normalize("NFKC", shown) if page.nfkc else shown


def decode(data: bytes) -> str:
    """Read GBK as the mirrors' decoder does.

    A lead byte with an invalid trail byte becomes `?` and swallows it; a pair that GBK does not define vanishes.
    """
    shown: list[str] = []
    at = 0
    while at < len(data):
        byte = data[at]
        if byte < 0x81 or byte == 0xFF:
            shown.append(chr(byte) if byte < 0x80 else "?")
            at += 1
            continue
        trail = data[at + 1] if at + 1 < len(data) else 0
        if 0x40 <= trail <= 0xFE and trail != 0x7F:
            shown.append(data[at : at + 2].decode("gbk", "ignore") if _defined(data[at : at + 2]) else "")
        else:
            shown.append("?")
        at += 2
    return "".join(shown)


def _defined(pair: bytes) -> bool:
    try:
        pair.decode("gbk")
    except UnicodeDecodeError:
        return False
    return True


def _gbk(char: str) -> bytes:
    return char.encode("gbk", "ignore")


def _gloss(char: str, kind: str) -> bytes:
    reading = pinyin_dict[ord(char)].split(",")[0]
    inside = {"toned": reading, "toneless": reading.translate(_TONELESS), "doubled": char}[kind]
    return f"({inside})".encode("gbk")


def _found(data: bytes, wanted: bytes, starts: Collection[int] | None) -> list[int]:
    return [m.start() for m in re.finditer(re.escape(wanted), data) if starts is None or m.start() in starts]
