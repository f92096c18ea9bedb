"""Facts about characters that several steps share: sets, readings, and the two scripts, loaded when first needed."""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, as the inside of a regular expression's class."""
MARKS = "，。、；：？！”’》）】」』…—"
"""Full-width marks that close or divide."""
TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜêńňǹḿ"
LETTERS = f"a-zü{TONED}ɑɡ"
"""Letters of toned pinyin in GBK's inventory, with its script a and g."""

HAN_RE = re.compile(f"[{HAN}]")
_PLAIN = str.maketrans(dict(zip("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê", "aaaaeeeeiiiioooouuuuvvvvvnnnme", strict=True)))


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one (from before or after NFKC)."""
    return "\u4e00" <= char <= "\u9fff" or bool(HAN_RE.match(char))


def are_han(points: npt.NDArray[np.int32] | npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """The same of code points."""
    found: npt.NDArray[np.bool_] = np.zeros(len(points), np.bool_)
    for first, last in zip(HAN[::3], HAN[2::3], strict=True):
        found |= (ord(first) <= points) & (points <= ord(last))
    return found


@lru_cache(maxsize=4)
def codes(text: str) -> npt.NDArray[np.uint32]:
    """The code points of a text, lone surrogates too (read-only). Most steps ask for those of the same text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def from_codes(points: npt.NDArray[np.uint32]) -> str:
    """The text of code points."""
    return points.tobytes().decode("utf-32-le", "surrogatepass")


def by_code(kind: Callable[[str], int]) -> Callable[[npt.NDArray[np.uint32]], npt.NDArray[np.uint8]]:
    """A function that gives the ``kind`` (0 to 254) of many characters, by code points; each is found out once."""
    known = np.zeros(0x110000, np.uint8)  # 0: not yet; fresh memory costs nothing until it is used

    def kinds(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
        found = known.take(points)
        if not found.all():
            for point in set(points[found == 0].tolist()):
                known[point] = kind(chr(point)) + 1
            found = known.take(points)
        return found - np.uint8(1)

    return kinds


def holds_any(kinds: str) -> Callable[[str], bool]:
    """A test whether a text holds any of the characters in ``kinds``, the inside of a regular expression's class, or
    any beyond U+FFFF if U+FFFF is one: by a table, where the class would be searched range by range."""
    ranges = re.findall("(.)(?:-(.))?", kinds, re.S)
    sought = np.zeros(1 << 16, np.bool_)
    for first, last in ranges:
        sought[ord(first) : ord(last or first) + 1] = True

    def holds(text: str) -> bool:
        return bool(sought.take(codes(text), mode="clip").any())

    return holds


def foreign(text: str) -> npt.NDArray[np.uint32]:
    """The characters of a text that GB 2312 lacks, as code points: traditional ones, rare names, dashes, emoji."""
    points = codes(text)
    return points[~_gb2312().take(points, mode="clip")]


@cache
def _gb2312() -> npt.NDArray[np.bool_]:
    """Which code points GB 2312 has; the last, 65535, stands for all beyond."""
    found = np.zeros(1 << 16, np.bool_)
    found[:0x80] = True
    pairs = product(range(0xA1, 0xF8), range(0xA1, 0xFF))
    found[codes("".join(bytes(pair).decode("gb2312", "ignore") for pair in pairs))] = True
    return found


_LONG = 10_000
"""Characters from which on it is faster to count all code points than to look at each character."""


def counted(text: str) -> dict[str, int]:
    """How often each character is in a text."""
    if len(text) < _LONG:
        return Counter(text)
    counts = np.bincount(codes(text))
    found = np.flatnonzero(counts)
    return dict(zip(map(chr, found.tolist()), counts[found].tolist(), strict=True))


def bare(reading: str) -> str:
    """A gloss's reading without spaces and with the ordinary a and g."""
    return reading.replace(" ", "").replace("ɑ", "a").replace("ɡ", "g")


@cache
def readings(char: str) -> frozenset[str]:
    """All readings of a character by pypinyin, toned and toneless; those of its simplified form too."""
    from pypinyin.pinyin_dict import pinyin_dict

    found: set[str] = set()
    for form in {char, simplified(char)}:
        toned = str(pinyin_dict.get(ord(form), "")).split(",") if len(form) == 1 else []
        found.update(toned)
        for reading in toned:
            plain = reading.translate(_PLAIN)
            found.update((plain, plain.replace("v", "u"), plain.replace("v", "ü")))
    found.discard("")
    return frozenset(found)


@cache
def main_readings(char: str) -> tuple[str, str]:
    """The reading that a pinyin table gives a character by default (pypinyin's first), toned and toneless."""
    from pypinyin.pinyin_dict import pinyin_dict

    toned = str(pinyin_dict.get(ord(char), "")).split(",")[0]
    return toned, toned.translate(_PLAIN)


@cache
def simplified(char: str) -> str:
    """A character's simplified form by itself (OpenCC t2s)."""
    return converter("t2s").convert(char)


SPOKEN = {"\u3000": " ", "著": "着"}
"""What the language model takes some characters for; 著 in a polluted page is far oftener 着."""


def spoken(char: str) -> str:
    """A character as the language model knows it."""
    return SPOKEN.get(char) or simplified(char)


@cache
def spoken_codes() -> npt.NDArray[np.int32]:
    """The same by code point, of those below 65536."""
    found = np.arange(1 << 16, dtype=np.int32)
    # one conversion for all: line ends keep the characters from forming words
    plain = (
        converter("t2s")
        .convert("\n".join(chr(c) if HAN_RE.match(chr(c)) else " " for c in range(1 << 16)))
        .split("\n")
    )
    found[[code for code, char in enumerate(plain) if char != " "]] = [ord(char) for char in plain if char != " "]
    found[list(map(ord, SPOKEN))] = list(map(ord, SPOKEN.values()))
    return found


@cache
def traditional(char: str) -> str:
    """A character's first traditional form by itself (OpenCC s2t)."""
    return converter("s2t").convert(char)


@lru_cache(maxsize=2)
def converter(name: str):  # type: ignore[no-untyped-def]
    """OpenCC's converter of that name."""
    from opencc import OpenCC

    return OpenCC(name)


@cache
def only_traditional(char: str) -> bool:
    """Whether simplified text has another character in its place (質, 後; but not 干)."""
    return simplified(char) != char


@cache
def only_simplified(char: str) -> bool:
    """Whether traditional text has another character in its place, and Big5 knows no such character (质; not 后)."""
    if traditional(char) == char or simplified(char) != char:
        return False
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return True
    return False


@cache
def is_common(char: str) -> bool:
    """Whether a simplified character is among the 3,755 of GB 2312's first level (rows 16 to 55)."""
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7
