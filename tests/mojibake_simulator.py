"""Reads sound text in a wrong encoding, as servers, browsers, databases and editors do."""

import re
from collections.abc import Callable

MISSING = b"\x81\x8d\x8f\x90\x9d"


def browser_gbk(data: bytes) -> str:
    """GB18030 as the WHATWG Encoding Standard decodes it: 0x80 is €, an error is U+FFFD and spares ASCII."""
    shown, at = [], 0
    while at < len(data):
        byte, trail = data[at], data[at + 1] if at + 1 < len(data) else 0
        if byte < 0x80:
            shown.append(chr(byte))
        elif byte == 0x80:
            shown.append("€")
        elif char := data[at : at + 2].decode("gb18030", "ignore") if byte < 0xFF and trail >= 0x40 else "":
            shown.append(char)
            at += 1
        else:
            shown.append("\ufffd")
            at += trail >= 0x80
        at += 1
    return "".join(shown)


def windows_gbk(data: bytes) -> str:
    """Code page 936 as old converters decode it: what is no character becomes `?` and swallows the byte after it."""
    shown, at = [], 0
    while at < len(data):
        byte, pair = data[at], data[at : at + 2]
        if byte < 0x80:
            shown.append(chr(byte))
            at += 1
        else:
            shown.append(pair.decode("gbk", "ignore") if len(pair) == 2 and _is_one(pair) else "?")
            at += 2
    return "".join(shown)


def windows_1252(data: bytes) -> str:
    """Windows-1252 as browsers decode it: the five undefined bytes are C1 controls."""
    return "".join(chr(b) if b in MISSING else bytes([b]).decode("cp1252") for b in data)


def _is_one(pair: bytes) -> bool:
    try:
        return len(pair.decode("gbk")) == 1
    except UnicodeDecodeError:
        return False


def _without_c1(text: str) -> str:
    return re.sub("[\x80-\x9f]", "", text)


VARIANTS: dict[str, Callable[[str], str]] = {
    "UTF-8 as GBK, browser": lambda t: browser_gbk(t.encode()),
    "UTF-8 as GBK, replaced": lambda t: t.encode().decode("gbk", "replace"),
    "UTF-8 as GBK, ignored": lambda t: t.encode().decode("gbk", "ignore"),
    "UTF-8 as GBK, ? swallows": lambda t: windows_gbk(t.encode()),
    "GBK as Latin-1": lambda t: t.encode("gbk", "ignore").decode("latin-1"),
    "GBK as 1252, browser": lambda t: windows_1252(t.encode("gbk", "ignore")),
    "GBK as 1252, replaced": lambda t: t.encode("gbk", "ignore").decode("cp1252", "replace"),
    "GBK as 1252, ignored": lambda t: t.encode("gbk", "ignore").decode("cp1252", "ignore"),
    "UTF-8 as Latin-1": lambda t: t.encode().decode("latin-1"),
    "UTF-8 as 1252, browser": lambda t: windows_1252(t.encode()),
    "UTF-8 as 1252, replaced": lambda t: t.encode().decode("cp1252", "replace"),
    "UTF-8 as 1252, ignored": lambda t: t.encode().decode("cp1252", "ignore"),
    "UTF-8 as Latin-1, C1 dropped": lambda t: _without_c1(t.encode().decode("latin-1")),
    "UTF-8 as Latin-1, twice": lambda t: t.encode().decode("latin-1").encode().decode("latin-1"),
    "UTF-8 as 1252, twice": lambda t: windows_1252(windows_1252(t.encode()).encode()),
}
"""Name of a wrong reading to what it makes of a text."""
EXACT = frozenset(
    ["GBK as Latin-1", "GBK as 1252, browser", "UTF-8 as Latin-1", "UTF-8 as 1252, browser"]
    + [name for name in VARIANTS if name.endswith("twice")]
)
"""Those that lose no byte."""


def in_part(text: str, read: Callable[[str], str], which: int) -> str:
    """The text with one of its sentences read wrongly: the ``which``-th, counted around."""
    sentences = re.findall(r"[^。\n]+[。\n]*|[。\n]+", text)
    which %= len(sentences)
    sentence = sentences[which].rstrip("\n")
    ends = sentences[which][len(sentence) :]
    return "".join([*sentences[:which], read(sentence) + ends, *sentences[which + 1 :]])
