"""The numbers that Word puts before paragraphs: 一、 （二） 3.1 第四条.

Source: ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (ST_NumberFormat).
"""

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS = 9
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
}
_SPELT = {"ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"}
_CIRCLED = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}


class _Level(NamedTuple):
    start: int
    form: str
    text: str
    suffix: str
    legal: bool
    restart: int | None


class Numbering:
    """Gives each numbered paragraph its number, in the order of the document."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._styles = _by_id(styles, "style", "styleId")
        self._abstract = _by_id(numbering, "abstractNum", "abstractNumId")
        self._numbers = _by_id(numbering, "num", "numId")
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[str, list[int | None]] = {}

    def next(self, paragraph: etree._Element) -> str:
        """The paragraph's number with what parts it from the text; empty without one, or for a bullet."""
        number, depth = self._place(paragraph)
        if number not in self._numbers:
            return ""
        abstract = self._abstract_of(number)
        if number not in self._levels:
            self._levels[number] = self._read(number, abstract)
            for place, start in self._restarted(number):
                self._counts.setdefault(abstract, [None] * LEVELS)[place] = start - 1
        levels = self._levels[number]
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(abstract, [None] * LEVELS)
        before = counts[depth]
        counts[depth] = level.start if before is None else before + 1
        for above in range(depth):
            if counts[above] is None:
                counts[above] = levels[above].start if above in levels else 1
        for below in range(depth + 1, LEVELS):
            restart = levels[below].restart if below in levels else None
            if restart is None or depth < restart:
                counts[below] = None
        if level.form in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            other = int(match[1]) - 1
            form = "decimal" if level.legal else levels[other].form if other in levels else "decimal"
            return spelt_number(counts[other] or 0, form)

        text = re.sub("%([1-9])", shown, level.text)
        parted = level.suffix == "space" or (level.suffix == "tab" and text[-1:] not in "、．。：）)】」')")
        return text + " " * parted if text else ""

    def _place(self, paragraph: etree._Element) -> tuple[str, int]:
        """The list that a paragraph belongs to, by itself or by its style, and its level from 0."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        style = value(paragraph.find(f"{W}pPr/{W}pStyle"))
        number = value(own.find(W + "numId")) if own is not None else ""
        depth = value(own.find(W + "ilvl")) if own is not None else ""
        if not number:
            chain = list(ancestors_of_style(self._styles, style))
            given = [self._styles[name].find(f"{W}pPr/{W}numPr") for name in chain]
            # a style can change the level alone and leave the list to what it is based on
            number = next(
                (value(e.find(W + "numId")) for e in given if e is not None and value(e.find(W + "numId"))), ""
            )
            linked = (self._level_of_style(number, name) for name in chain)
            own_level = (value(e.find(W + "ilvl")) for e in given if e is not None)
            depth = depth or next((level for level in (*linked, *own_level) if level), "")
        return number, int(depth) if depth.isdecimal() and int(depth) < LEVELS else 0

    def _level_of_style(self, number: str, style: str) -> str:
        abstract = self._abstract.get(self._abstract_of(number))
        for level in abstract.findall(W + "lvl") if abstract is not None else ():
            if value(level.find(W + "pStyle")) == style:
                return str(level.get(W + "ilvl", ""))
        return ""

    def _abstract_of(self, number: str) -> str:
        """The definition behind a list, through the style that it may be linked to."""
        for _ in range(LEVELS):
            if number not in self._numbers:
                return ""
            identity = value(self._numbers[number].find(W + "abstractNumId"))
            abstract = self._abstract.get(identity)
            link = value(abstract.find(W + "numStyleLink")) if abstract is not None else ""
            if not link or link not in self._styles:
                return identity
            number = value(self._styles[link].find(f"{W}pPr/{W}numPr/{W}numId"))
        return ""

    def _read(self, number: str, abstract: str) -> dict[int, _Level]:
        found = self._abstract.get(abstract)
        elements = list(found.findall(W + "lvl")) if found is not None else []
        elements += [lvl for o in self._numbers[number].findall(W + "lvlOverride") for lvl in o.findall(W + "lvl")]
        levels = {}
        for element in elements:
            depth = str(element.get(W + "ilvl", ""))
            if depth.isdecimal() and int(depth) < LEVELS:
                levels[int(depth)] = _level(element)
        return levels

    def _restarted(self, number: str) -> Iterator[tuple[int, int]]:
        for override in self._numbers[number].findall(W + "lvlOverride"):
            depth, start = str(override.get(W + "ilvl", "")), value(override.find(W + "startOverride"))
            if depth.isdecimal() and int(depth) < LEVELS and start.isdecimal():
                yield int(depth), int(start)


def value(element: etree._Element | None) -> str:
    """The ``w:val`` of an element; empty without one."""
    return "" if element is None else str(element.get(W + "val", ""))


def ancestors_of_style(styles: dict[str, etree._Element], name: str) -> Iterator[str]:
    """A style and those that it is based on, nearest first; a circle ends it."""
    seen: set[str] = set()
    while name in styles and name not in seen:
        seen.add(name)
        yield name
        name = value(styles[name].find(W + "basedOn"))


def spelt_number(number: int, form: str) -> str:
    """A number in one of Word's formats; decimal in those that reports do not use."""
    if form in _CHINESE:
        return _counted(number, _DIGITS)
    if form in ("chineseLegalSimplified", "ideographLegalTraditional"):
        digits = _LEGAL if form == "chineseLegalSimplified" else _LEGAL_TRADITIONAL
        return _counted(number, digits, "拾佰仟", bare_ten=False)
    if form in _SPELT:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if form in _CIRCLED and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if form == "decimalEnclosedParen" and 1 <= number <= 20:
        return chr(0x2474 + number - 1)
    if form == "decimalEnclosedFullstop" and 1 <= number <= 20:
        return chr(0x2488 + number - 1)
    if form == "ideographEnclosedCircle" and 1 <= number <= 10:
        return chr(0x3280 + number - 1)
    if form == "ideographTraditional" and number > 0:
        return _STEMS[(number - 1) % 10]
    if form == "ideographZodiac" and number > 0:
        return _BRANCHES[(number - 1) % 12]
    if form == "decimalFullWidth":
        return "".join(chr(0xFF10 + int(digit)) for digit in str(number))
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("upperLetter", "lowerLetter") and number > 0:
        letter = chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman") and 0 < number < 4000:
        roman = _roman(number)
        return roman if form == "upperRoman" else roman.lower()
    return str(number)


def _counted(number: int, digits: str, units: str = "十百千", *, bare_ten: bool = True) -> str:
    """一, 十一, 一百零二: as numbers are said."""
    if not 0 < number < 10000:
        return digits[0] if number == 0 else str(number)
    text, pending = "", False
    for place, digit in zip(range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True):
        if not digit:
            pending = bool(text)
            continue
        text += ("零" if pending else "") + digits[digit] + (units[place - 1] if place else "")
        pending = False
    return text.removeprefix("一") if bare_ten and 10 <= number < 20 else text


def _roman(number: int) -> str:
    steps = (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")
    text = ""
    for step, letters in itertools.chain(steps, ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))):
        text += letters * (number // step)
        number %= step
    return text


def _level(element: etree._Element) -> _Level:
    start, restart = value(element.find(W + "start")), value(element.find(W + "lvlRestart"))
    legal = element.find(W + "isLgl")
    return _Level(
        int(start) if start.isdecimal() else 0,
        value(element.find(W + "numFmt")) or "decimal",
        value(element.find(W + "lvlText")),
        value(element.find(W + "suff")) or "tab",
        legal is not None and value(legal) not in ("0", "false", "off"),
        int(restart) if restart.isdecimal() else None,
    )


def _by_id(parent: etree._Element | None, tag: str, identity: str) -> dict[str, etree._Element]:
    return {} if parent is None else {str(e.get(W + identity, "")): e for e in parent.findall(W + tag)}
