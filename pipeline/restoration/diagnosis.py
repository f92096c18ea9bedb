"""Is a document polluted, and how? Judged for the document as a whole: one gloss or one `,,` says nothing."""

import re
from collections import Counter
from typing import NamedTuple

import numpy as np

from pipeline.restoration.characters import (
    HAN,
    LETTERS,
    by_code,
    codes,
    foreign,
    is_common,
    is_han,
    main_readings,
    only_simplified,
    only_traditional,
    simplified,
)
from pipeline.restoration.glosses import Glosses
from pipeline.restoration.punctuation import INSERTED, was_normalized

_MARKED = re.compile(r"[\x05-\x08\x10\x11](?=[，。、；：？！“”（）])")
_MARKED_BY_COMMA = re.compile(r",(?=[，。、；：？！])")
_TWICE = re.compile(rf",,(?<=[{HAN}”》],,)(?=[{HAN}“《])")
_SPLIT_GLOSS = re.compile(rf"\?(?<=[{HAN}]\?)(?=[{LETTERS}]{{1,7}}\))")
_MISREAD = re.compile(rf"\?(?<=[{HAN}]\?)[！，。；：“”？]")
_SPACED = re.compile(rf"[ \u00a0](?<=[{HAN}].)(?=[，。、；：？！])")
_OTHER_EAST_ASIAN = re.compile("[\u3041-\u30fa\uac00-\ud7a3]")
_QUOTED = re.compile(r"“[^”\n]{1,100}”|「[^」\n]{1,100}」|《[^》\n]{1,100}》")
_GLOSS_SHARE, _MENU_SHARE = 1 / 3, 0.6
"""With more of its characters glossed than this, a text is a reader for learners; the second is for the menus of a
page (`聯(lián)系我們`), where what is glossed is nearly all traditional."""


class Diagnosis(NamedTuple):
    """What is wrong with a document. ``script`` is that of the raw text; the rest says which steps it needs."""

    script: str
    glosses: bool = False
    commas: bool = False
    bytes: bool = False
    normalized: bool = False
    spaces: bool = False

    @property
    def polluted(self) -> bool:
        """Whether anything but the script needs restoring."""
        return self.glosses or self.commas or self.bytes or self.spaces


def script_of(text: str) -> str:
    """``simplified``, ``traditional``, or ``none`` (no Chinese character, or Japanese or Korean)."""
    first = re.search(f"[{HAN}]", text)
    if first is None:
        return "none"
    # GB 2312 holds simplified text, and hardly any character that is only traditional: most documents end here
    if len(foreign(text)) <= len(text) // 200:
        return "simplified"
    kinds = _kinds(text)
    old, new, n_han = kinds["traditional"], kinds["simplified"], _han(kinds)
    if kinds["other East Asian"] * 10 > n_han or kinds["other East Asian"] + kinds["letter"] > 9 * n_han:
        return "none"
    # what is quoted may be in another script than the text; it decides where nothing else does
    quoted = _kinds("".join(_QUOTED.findall(text)))
    if (old, new) != (quoted["traditional"], quoted["simplified"]):
        old, new = old - quoted["traditional"], new - quoted["simplified"]
    return "traditional" if old > new else "simplified"


def _kinds(text: str) -> dict[str, int]:
    """How many characters of each kind a text has."""
    counts = np.bincount(_kinds_of(codes(text)), minlength=len(_KINDS))
    return dict(zip(_KINDS, counts.tolist(), strict=True))


def _han(kinds: dict[str, int]) -> int:
    return kinds["traditional"] + kinds["simplified"] + kinds["Chinese"]


_KINDS = ("traditional", "simplified", "Chinese", "other East Asian", "letter", "other")


def _kind(char: str) -> str:
    """What a character says of the script of its text; ``traditional`` and ``simplified`` are of this script alone."""
    if not is_han(char):
        return "other East Asian" if _OTHER_EAST_ASIAN.match(char) else "letter" if char.isalpha() else "other"
    if only_traditional(char):
        # GB 2312 has those that simplified text keeps in some words: 乾, 著, 藉, 瞭
        return "Chinese" if char.encode("gb2312", "ignore") else "traditional"
    return "simplified" if only_simplified(char) else "Chinese"


_kinds_of = by_code(lambda char: _KINDS.index(_kind(char)))


def diagnose(raw: str, text: str, found: Glosses) -> Diagnosis:
    """Judge a document by its raw text, its text without controls, and the glosses in that."""
    script = script_of(text)
    if script == "none":
        return Diagnosis(script)
    # the other markers are controls
    marks = len(_MARKED_BY_COMMA.findall(raw)) + (len(_MARKED.findall(raw)) if raw != text else 0)
    twice = len(_TWICE.findall(text))
    split = len(_SPLIT_GLOSS.findall(text))
    n_glosses = len(found.glosses)
    # 峯(峰) is an author's: a mirror repeats the character as it stands
    own = sum([gloss.reading == gloss.char for gloss in found.glosses])
    # each of these is hardly ever an author's; two are no slip
    sure = marks + own + split
    if script == "traditional":
        sure += twice + len(_MISREAD.findall(text)) + len(_SPACED.findall(text)) // 2
    glossed = n_glosses > 0 and (
        own >= 2 or sure >= 3 or (sure >= 1 and n_glosses >= 2) or _by_table(text, found, script)
    )
    comma = (marks >= 2 or glossed or (twice >= 3 and script == "traditional")) and bool(INSERTED.search(text))
    polluted = glossed or comma or sure >= 2 or split >= 1
    lost = polluted and "?" in text
    spaced = polluted and bool(_SPACED.search(text))
    return Diagnosis(script, glossed, comma, lost, polluted and was_normalized(text), spaced)


def _by_table(text: str, found: Glosses, script: str) -> bool:
    """Whether readings were put in by a table: common characters, each with its usual reading, (nearly) always.

    A textbook glosses what is rare or has several readings, once, or glosses everything.
    """
    glosses = Counter(gloss for gloss in found.glosses if not gloss.own)
    total = glosses.total()
    if total < 3:
        return False
    old = sum(n for gloss, n in glosses.items() if only_traditional(gloss.char))
    if total > _han(_kinds(text)) * (_MENU_SHARE if old >= 0.7 * total else _GLOSS_SHARE):
        return False
    readings = Counter(gloss.char for gloss in glosses)
    if sum(n == 1 for n in readings.values()) < 0.9 * len(readings):
        return False
    usual = sum(
        n
        for gloss, n in glosses.items()
        if gloss.reading in main_readings(gloss.char) and is_common(simplified(gloss.char))
    )
    embedded = sum(
        is_han(text[end : end + 1] or " ") or is_han(text[start - 2])
        for start, end, gloss in zip(*found, strict=True)
        if not gloss.own
    )
    if usual < max(3, 0.75 * total) or embedded < 0.75 * total:
        return False
    if total < 0.6 * np.isin(codes(text), codes("".join(readings))).sum():
        return False
    repeats = total - len(readings)
    if script == "simplified":
        return old >= 2 or repeats >= 3
    return old >= 3 and (repeats >= 1 or total >= 4)
