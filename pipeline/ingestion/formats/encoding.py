"""Bytes to text: which of UTF-8, UTF-16, GB18030 and Big5 a file is in."""

import codecs
import unicodedata
from collections import Counter
from typing import NamedTuple

from pipeline.mapping import Refused

# The most frequent characters of running Chinese, in both scripts. A text read in the right encoding has a quarter
# of its characters or more among them; read in a wrong one, next to none.
_FREQUENT = frozenset(
    "的一是在不了有和人中大为上个国我以要时来用们生到作地于出就分对成会可主发年工产高质为為個國們時來產質發對會業進關動業义義，。、"
)
# Level 1 of GB 2312 (rows 16 to 55) and of Big5 (A440 to C67E): the characters in common use, in either script.
_COMMON = frozenset(
    "".join(
        bytes([lead, trail]).decode(encoding, errors="ignore")
        for encoding, leads in (("gb2312", range(0xB0, 0xD8)), ("big5", range(0xA4, 0xC7)))
        for lead in leads
        for trail in range(0x40, 0xFF)
    )
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
MAX_BROKEN = 0.01
"""Share of undecodable characters above which a file counts as not being text in that encoding."""
MAX_CONTROLS = 0.4
"""The same for control characters; scrapers that mark punctuation with them leave up to a quarter."""

SAMPLE = 500_000
"""Bytes on which encodings are compared; an even number, for UTF-16."""


class Decoded(NamedTuple):
    """A file's text and the encoding it was in."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Decode a text file; a few broken bytes become U+FFFD, line ends stay as they are.

    Raises ``Refused`` if ``data`` is not text in an encoding that Chinese files come in.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _accepted(data, data.decode(encoding, errors="replace"), encoding.removesuffix("-sig"))
    text = data.decode("utf-8", errors="replace")
    broken = _broken(data, text)
    # a tenth of NULs or more is what Latin text in UTF-16 looks like
    if not broken and text.count("\x00") <= 0.1 * len(text):
        return _accepted(data, text, "utf-8")
    # text of another encoding is broken as UTF-8 nearly everywhere, so one torn character among many says nothing
    if sum(character >= "\x80" for character in text) > 9 * max(1, broken):
        return _accepted(data, text, "utf-8")
    # max keeps the first of equals, and on the mainland's web GB18030 is by far more frequent than what follows it
    names = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
    sample = data[:SAMPLE]
    plausibility, encoding = max(
        ((_plausibility(sample.decode(name, errors="replace")), name) for name in names),
        key=lambda reading: reading[0],
    )
    if plausibility < 0:
        raise Refused("not text", "in no encoding that Chinese files come in")
    return _accepted(data, data.decode(encoding, errors="replace"), encoding.removesuffix("hkscs"))


def _accepted(data: bytes, text: str, encoding: str) -> Decoded:
    broken = _broken(data, text)
    controls = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\r\f")
    # a text torn at both ends has up to three stray bytes before it and one broken character behind
    if broken > max(4, MAX_BROKEN * len(text)) or controls > max(16, MAX_CONTROLS * len(text)):
        raise Refused("not text", f"as {encoding}: {broken} broken and {controls} control of {len(text)} characters")
    return Decoded(text, encoding)


def _broken(data: bytes, text: str) -> int:
    """Characters that could not be decoded; a U+FFFD that stands in the file, spelt in UTF-8, is none of them."""
    return text.count("\ufffd") - data.count("\ufffd".encode())


def _plausibility(text: str) -> float:
    """Share of characters that running Chinese is made of, with some credit for ASCII, less what is no text."""
    worth = sum(count * _worth(character) for character, count in Counter(text).items())
    return worth / max(1, len(text))


def _worth(character: str) -> float:
    if character in _FREQUENT:
        return 1.0
    if character in _COMMON:
        return 0.3
    if " " <= character < "\x7f" or character in "\r\n\t":
        return 0.2
    if character == "\ufffd":
        return -10.0
    # controls, private use, unassigned, and the syllables that Han bytes give when they are read out of step
    odd = unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs") or "\uac00" <= character <= "\ud7a3"
    return -1.0 if odd else 0.0
