"""Is a document polluted, and how? Judged for the document as a whole: one gloss or one `,,` says nothing."""

import re
from collections import Counter
from functools import cache
from typing import NamedTuple

from pipeline.restoration.characters import (
    HAN,
    LETTERS,
    is_common,
    is_han,
    main_readings,
    only_simplified,
    only_traditional,
    simplified,
)
from pipeline.restoration.glosses import Gloss, find_glosses
from pipeline.restoration.punctuation import INSERTED, was_normalized

_MARKED = re.compile(r"[\x05-\x08\x10\x11](?=[，。、；：？！“”（）])|,(?=[，。、；：？！])")
_TWICE = re.compile(rf"(?<=[{HAN}”》]),,(?=[{HAN}“《])")
_SPLIT_GLOSS = re.compile(rf"(?<=[{HAN}])\?(?=[{LETTERS}]{{1,7}}\))")
_MISREAD = re.compile(rf"(?<=[{HAN}])\?[！，。；：“”？]")
_SPACED = re.compile(rf"(?<=[{HAN}])[ \u00a0](?=[，。、；：？！])")
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
    foreign = len(text) - len(text.encode("gb2312", "ignore").decode("gb2312"))
    if foreign <= len(text) // 200:
        return "simplified"
    n_han = sum(map(is_han, text))
    if len(_OTHER_EAST_ASIAN.findall(text)) * 10 > n_han or sum(map(str.isalpha, text)) > 10 * n_han:
        return "none"
    # what is quoted may be in another script than the text; it decides where nothing else does
    for part in (_QUOTED.sub("", text), text):
        counts = Counter(char for char in part if is_han(char))
        old = sum(n for char, n in counts.items() if only_traditional(char) and not _is_shared(char))
        new = sum(n for char, n in counts.items() if only_simplified(char))
        if old or new:
            break
    return "traditional" if old > new else "simplified"


@cache
def _is_shared(char: str) -> bool:
    """Whether simplified text keeps a traditional character in some words, as GB 2312 has it: 乾, 著, 藉, 瞭."""
    return bool(char.encode("gb2312", "ignore"))


def diagnose(raw: str, text: str) -> Diagnosis:
    """Judge a document by its raw text and its text without controls."""
    script = script_of(text)
    if script == "none":
        return Diagnosis(script)
    marks = len(_MARKED.findall(raw))
    twice = len(_TWICE.findall(text))
    split = len(_SPLIT_GLOSS.findall(text))
    glosses = find_glosses(text) if ")" in text else []
    # 峯(峰) is an author's: a mirror repeats the character as it stands
    own = sum(gloss.reading == gloss.char for gloss in glosses)
    toned = [gloss for gloss in glosses if not gloss.own]
    # each of these is hardly ever an author's; two are no slip
    sure = marks + own + split
    if script == "traditional":
        sure += twice + len(_MISREAD.findall(text)) + len(_SPACED.findall(text)) // 2
    glossed = bool(glosses) and (
        own >= 2 or sure >= 3 or (sure >= 1 and len(glosses) >= 2) or _by_table(text, toned, script)
    )
    comma = bool(INSERTED.search(text)) and (marks >= 2 or glossed or (twice >= 3 and script == "traditional"))
    polluted = glossed or comma or sure >= 2 or split >= 1
    lost = polluted and "?" in text
    spaced = polluted and bool(_SPACED.search(text))
    return Diagnosis(script, glossed, comma, lost, polluted and was_normalized(text), spaced)


def _by_table(text: str, glosses: list[Gloss], script: str) -> bool:
    """Whether readings were put in by a table: common characters, each with its usual reading, (nearly) always.

    A textbook glosses what is rare or has several readings, once, or glosses everything.
    """
    if len(glosses) < 3:
        return False
    han = sum(map(is_han, text))
    old = sum(only_traditional(gloss.char) for gloss in glosses)
    if len(glosses) > han * (_MENU_SHARE if old >= 0.7 * len(glosses) else _GLOSS_SHARE):
        return False
    by_char: dict[str, list[Gloss]] = {}
    for gloss in glosses:
        by_char.setdefault(gloss.char, []).append(gloss)
    steady = sum(len({gloss.reading for gloss in same}) == 1 for same in by_char.values())
    if steady < 0.9 * len(by_char):
        return False
    usual = sum(g.reading in main_readings(g.char) and is_common(simplified(g.char)) for g in glosses)
    embedded = sum(is_han(text[g.end : g.end + 1] or " ") or is_han(text[g.start - 2]) for g in glosses)
    if usual < max(3, 0.75 * len(glosses)) or embedded < 0.75 * len(glosses):
        return False
    occurrences = sum(text.count(char) for char in by_char)
    if len(glosses) < 0.6 * occurrences:
        return False
    repeats = len(glosses) - len(by_char)
    if script == "simplified":
        return old >= 2 or repeats >= 3
    return old >= 3 and (repeats >= 1 or len(glosses) >= 4)
