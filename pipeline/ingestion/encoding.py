"""Bytes to text: which of UTF-8, UTF-16, GB18030 and Big5 a file is in."""

import codecs
from collections import Counter
from typing import NamedTuple

from pipeline.mapping import Refused

# The most frequent characters of running Chinese, in both scripts. A text read in the right encoding has a quarter
# of its characters or more among them; read in a wrong one, next to none.
_FREQUENT = frozenset(
    "的一是在不了有和人中大为上个国我以要时来用们生到作地于出就分对成会可主发年工产高质为為個國們時來產質發對會業進關動業义義，。、"
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
MAX_BROKEN = 0.01
"""Share of undecodable characters above which a file counts as not being text in that encoding."""


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
            return _accepted(data.decode(encoding, errors="replace"), encoding.removesuffix("-sig"))
    if b"\x00" not in data:
        try:
            return _accepted(data.decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            pass
    # max keeps the first of equals, and on the mainland's web GB18030 is by far more frequent than what follows it
    names = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
    text, encoding = max(
        ((data.decode(n, errors="replace"), n) for n in names), key=lambda pair: _plausibility(pair[0])
    )
    return _accepted(text, encoding.removesuffix("hkscs"))


def _accepted(text: str, encoding: str) -> Decoded:
    broken = text.count("\ufffd")
    controls = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\r\f")
    if broken > max(2, MAX_BROKEN * len(text)) or controls > max(16, 0.1 * len(text)):
        raise Refused("not text", f"as {encoding}: {broken} broken and {controls} control of {len(text)} characters")
    return Decoded(text, encoding)


def _plausibility(text: str) -> float:
    """Share of frequent Chinese characters, with some credit for ASCII and a heavy charge for what is no text."""
    counts = Counter(text)
    frequent = sum(count for character, count in counts.items() if character in _FREQUENT)
    ascii_ = sum(count for character, count in counts.items() if " " <= character < "\x7f" or character in "\r\n\t")
    return (frequent + 0.2 * ascii_ - 10 * counts["\ufffd"] - 10 * counts["\x00"]) / max(1, len(text))
