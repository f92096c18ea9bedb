"""Breaks clean text as mirrors do, byte by byte: the damage that restoration is tested on.

A page is turned traditional by a one-to-one table, encoded in GBK, given glosses and markers by replacements that do
not look where characters begin, and read by a decoder that stumbles over the result. ``Page`` says how; ``site`` draws
a page's manners at random, as one mirror differs from the next.
"""

import random
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

from opencc import OpenCC
from pypinyin.pinyin_dict import pinyin_dict

UNCHANGED = "于后里制范采系并扎准干"
"""Characters that the mirrors' one-to-one tables leave alone although they have other traditional forms."""
OWN = (("着", "著"), ("冲", "沖"), ("为", "為"), ("众", "眾"))
"""Where the mirrors' table differs from OpenCC's."""
AMBIGUOUS = {"里": "裡裏", "系": "係繫", "并": "並併", "只": "隻祇", "复": "復複", "炼": "煉鍊", "线": "線綫"} | dict(
    zip(
        "于后制范采扎准台征松谷云余布周占托游志升注面向涂群峰床",
        "於後製範採紮準臺徵鬆穀雲餘佈週佔託遊誌昇註麵嚮塗羣峯牀",
        strict=True,
    )
)
"""Characters for which one table differs from the next, with what a table may make of them."""
MARKS = "，。、；：？！"
GLOSSED = "發業態環區統現規關協網達學進務國會時開報對個來書問門頁見負責經濟紀導黨風質領區組織"
FREQUENT = GLOSSED + (
    "機產設驗絡動戶線標聯測數過優實術護轉內創號節準專據車電養銷調項這計無長後為點補構穩權識價場滿級續結運說種還評強"
    "戰堅費隊認監險獨觀擴廠揚語營縣鄉鎮農鐵習與資貿戰訊輛題應體"
)
"""Characters of which a site's table glosses some; they have simplified forms, or (``SHARED``) have none."""
SHARED = "能新科成有好面用物到起向小文事行力安全市民生工作年人大公加自"
_TONED, _TONELESS = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü", "aaaaeeeeiiiioooouuuuvvvvv"
_PLAIN = str.maketrans(_TONED + "êńňǹḿ", _TONELESS + "ennnm")
_TAG = re.compile(r"</?[a-z]+>")


@dataclass(frozen=True)
class Page:
    """How a site breaks its pages."""

    traditional: bool = True
    """On a page that is not, characters of ``glossed`` alone turn traditional (中國(guó)的科(kē)技)."""
    unchanged: Collection[str] = UNCHANGED
    own: tuple[tuple[str, str], ...] = OWN
    glossed: Collection[str] = ()
    gloss: str = "toned"
    """``toned`` (質(zhì)), ``toneless`` (質(zhi)), ``doubled`` (質(質)), or ``scattered``: any character, by chance, a
    converted one gets itself and any other its toneless reading (發(發)光(guang))."""
    glossing: float = 1.0
    """Share of the occurrences that get the gloss."""
    spaced: float = 0.0
    """Share of the glosses with a space inside (機(j ī), 絡(luò ))."""
    other_readings: float = 0.0
    """Share of the glossed characters with another of their readings than the first (家長(cháng), 長(zhǎng))."""
    letters: tuple[tuple[str, str], ...] = ()
    """Letters that the table's pinyin writes otherwise: a and g as ɑ and ɡ, ü as v or u."""
    marker: bytes = b","
    marked: float = 0.0
    """Share of full-width marks that get the marker before them."""
    marks: str = MARKS
    shown: str | None = None
    """What a control marker is shown as, if not as itself: nothing, or a zero-width character."""
    misaligned: bool = False
    """Whether glosses and markers are also put where the same two bytes straddle two characters."""
    tagged: float = 0.0
    """Share of Chinese characters before which a tag stands in the page; whole tags are taken out afterwards."""
    lacking: bytes = b""
    """What became of characters that GBK lacks, such as U+00A0."""
    decoder: str = "mirror"
    nfkc: bool = False
    seed: int = 0
    places: tuple[int, ...] = field(default=())
    """Offsets in the GBK bytes of the (converted) text at which one more marker is put."""


def site(seed: int) -> Page:
    """The manners of one site: its tables, what it glosses and how, and its marker, drawn with the seed.

    Glosses and markers are put wherever their bytes are found, as real sites do.
    """
    rng = random.Random(seed)
    size = rng.randint(12, 45)
    shared = round(size * rng.uniform(0, 0.3))
    glossed = rng.sample(sorted(set(FREQUENT)), size - shared) + rng.sample(sorted(set(SHARED)), shared)
    marker, shown = rng.choice(
        [*((bytes((byte,)), None) for byte in b"\x05\x06\x07\x08\x10\x11"), (b"\x06", ""), (b",", None), (b" ", None)]
    )
    gloss = rng.choices(["toned", "toneless", "doubled", "scattered"], [6, 2, 1, 1])[0]
    converting = [(char, rng.choice(forms)) for char, forms in AMBIGUOUS.items() if rng.random() < 0.4]
    u = rng.choice(["ü", "v", "u"])
    return Page(
        unchanged="".join(char for char in (*AMBIGUOUS, "干") if char not in dict(converting)),
        own=(*OWN, *converting),
        glossed="".join(glossed),
        gloss=gloss,
        glossing=rng.choice([1.0, 0.9, 0.8]) if gloss != "scattered" else rng.uniform(0.03, 0.15),
        spaced=rng.choice([0.0, 0.02]),
        other_readings=rng.choice([0.0, 0.1]),
        letters=(*rng.choice([(), (("a", "ɑ"), ("g", "ɡ"))]), ("v", u)),
        marker=marker,
        marked=rng.choice([0.5, 0.9, 1.0]),
        marks=rng.choice([MARKS, "，。、；", "！", "，。"]),
        shown=shown,
        misaligned=True,
        seed=seed,
    )


def to_traditional(text: str, unchanged: Collection[str] = UNCHANGED, own: tuple[tuple[str, str], ...] = OWN) -> str:
    """Turn simplified text traditional by a context-free one-to-one table."""
    table = dict(own)
    converted = []
    for char in text:
        new = table.get(char) or (char if char in unchanged else _traditional(char))
        converted.append(new if len(new) == 1 and _gbk(new) else char)
    return "".join(converted)


def misaligned_places(text: str, page: Page) -> list[int]:
    """All offsets in the page's bytes that lie between a lead and its trail byte."""
    places, offset = [], 0
    for char in _converted(text, page):
        if len(_gbk(char, page.lacking)) == 2:
            places.append(offset + 1)
        offset += len(_gbk(char, page.lacking))
    return places


def pollute(text: str, page: Page) -> str:
    """The text as the mirror shows it. Characters that GBK lacks are lost, or what the page says."""
    rng, by_chance = random.Random(page.seed), random.Random(f"gloss {page.seed}")
    before = text
    text = _converted(text, page)
    changed = [old != new for old, new in zip(before, text, strict=True)]
    tags = {
        at: by_chance.choice([b"<span>", b"</span>", b"<b>", b"</p>"])
        for at, char in enumerate(text)
        if page.tagged and _is_han(char) and by_chance.random() < page.tagged
    }
    data, starts = bytearray(), {}
    for at, char in enumerate(text):
        data += tags.get(at, b"")
        starts[len(data)] = at
        data += _gbk(char, page.lacking)
    added: dict[int, bytes] = dict.fromkeys(page.places, page.marker)
    if page.gloss == "scattered":
        for at, index in starts.items():
            if _is_han(text[index]) and by_chance.random() < page.glossing:
                kind = "doubled" if changed[index] else "toneless"
                added[at + 2] = _gloss(text[index], kind, page, by_chance) + added.get(at + 2, b"")
    else:
        for char in sorted(set(page.glossed)):
            for at in _found(data, _gbk(char), None if page.misaligned else starts):
                if at + 1 not in added and (page.glossing == 1 or by_chance.random() < page.glossing):
                    added[at + 2] = _gloss(char, page.gloss, page, by_chance) + added.get(at + 2, b"")
    for mark in page.marks:
        for at in _found(data, _gbk(mark), None if page.misaligned else starts):
            # a pair that an earlier replacement has split is found no more
            if rng.random() < page.marked and at + 1 not in added:
                added[at] = added.get(at, b"") + page.marker
    broken = bytearray()
    for at, byte in enumerate(data):
        broken += added.get(at, b"")
        broken.append(byte)
    shown = decode(bytes(broken) + added.get(len(data), b""), page.decoder)
    if page.shown is not None:
        shown = shown.replace(page.marker.decode("ascii"), page.shown)
    if page.tagged:
        shown = _TAG.sub("", shown)
    return unicodedata.normalize("NFKC", shown) if page.nfkc else shown


def decode(data: bytes, decoder: str = "mirror") -> str:
    """Read GBK as the mirrors' decoder does, or as another one would.

    ``mirror``: a lead byte with an invalid trail byte becomes `?` and swallows it; a pair that GBK does not define
    vanishes. ``whatwg`` (the Encoding standard's, less its four-byte codes): U+FFFD for either, and an ASCII byte is
    not swallowed. ``python``: U+FFFD for the lead byte alone.
    """
    if decoder == "python":
        return data.decode("gbk", "replace")
    lost, undefined = ("?", "") if decoder == "mirror" else ("\ufffd", "\ufffd")
    shown: list[str] = []
    at = 0
    while at < len(data):
        byte = data[at]
        if byte < 0x81 or byte == 0xFF:
            shown.append(chr(byte) if byte < 0x80 else lost)
            at += 1
            continue
        trail = data[at + 1] if at + 1 < len(data) else 0
        if 0x40 <= trail <= 0xFE and trail != 0x7F:
            char = data[at : at + 2].decode("gbk", "ignore")
            shown.append(char if _gbk(char) == data[at : at + 2] else undefined)
            at += 1 if decoder == "whatwg" and not char and trail < 0x80 else 2
        else:
            shown.append(lost)
            at += 1 if decoder == "whatwg" and trail < 0x80 else 2
    return "".join(shown)


def misread(text: str, written: str, read: str) -> str:
    """Text in one encoding, read as another throughout: UTF-8 as GBK (鏀垮崗), GBK as Latin-1 (ÕþÐ­)."""
    data = text.encode(written)
    if read == "gbk":
        return decode(data)
    # browsers read the five bytes that Windows-1252 lacks as controls
    return "".join(bytes((b,)).decode(read, "ignore") or chr(b) for b in data)


def _converted(text: str, page: Page) -> str:
    full = to_traditional(text, page.unchanged, page.own)
    if page.traditional:
        return full
    return "".join(new if new in page.glossed else old for old, new in zip(text, full, strict=True))


@cache
def _traditional(char: str) -> str:
    return OpenCC("s2t").convert(char)


def _gbk(char: str, lacking: bytes = b"") -> bytes:
    return char.encode("gbk", "ignore") or lacking


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" and len(_gbk(char)) == 2


def _gloss(char: str, kind: str, page: Page, by_chance: random.Random) -> bytes:
    inside = char
    if kind != "doubled":
        readings = pinyin_dict[ord(char)].split(",")
        # which reading a table has for a character is fixed
        fixed = random.Random(f"{page.seed} {char}")
        inside = readings[0] if fixed.random() >= page.other_readings else fixed.choice(readings)
        if kind == "toneless":
            inside = inside.translate(_PLAIN)
        for old, new in page.letters:
            inside = inside.replace(old, new)
        if page.spaced and by_chance.random() < page.spaced:
            at = by_chance.randint(1, len(inside))
            inside = inside[:at] + " " + inside[at:]
    return f"({inside})".encode("gbk", "ignore")


def _found(data: bytes | bytearray, wanted: bytes, starts: Collection[int] | None) -> list[int]:
    return [m.start() for m in re.finditer(re.escape(wanted), data) if starts is None or m.start() in starts]
