"""What the name of a place stands for: its division, given where the document is at home."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline import divisions
from pipeline.divisions import Division
from pipeline.resolution.lists import COUNTRIES, REGIONS

LONGEST = 16
"""Characters of the longest division's name that is looked for (积石山保安族东乡族撒拉族自治县 has 15)."""

LEVEL_WORDS = ("自治区", "自治州", "自治县", "自治旗", "地区", "省", "市", "州", "盟", "县", "区", "旗")
_OURS = re.compile(rf"^[我全本]({'|'.join(LEVEL_WORDS)})$")

_FORMS = tuple(
    (re.compile(pattern + "$"), subtype)
    for pattern, subtype in (
        (
            "(?:新区|开发区|高新区|经开区|法务区|示范区|试验区|自贸区|保税区|[产工]业园区?|园区|片区|经济[区圈带]|都市圈)",
            "region",
        ),
        (
            "(?:机场|[车火]站|口岸|[大特]桥|隧道|高速|公路|铁路|高铁|水库|公园|景区|广场|码头|[海空]港|运河|梯田|寺|故居|遗址)",
            "facility",
        ),
        ("(?:流域|[山河江湖海岛洋湾]|峡谷|高原|平原|沙漠|草原|湿地|半岛|盆地|丘陵|群岛|山脉)", "natural"),
        ("(?:街道|街道办事处|[镇乡]|苏木)", "township"),
        ("(?:行政村|自然村|嘎查|社区|[村屯寨])", "village"),
    )
)


class Place(NamedTuple):
    """What a place's name stands for; every part is empty where the evidence does not decide."""

    canonical: str
    region_code: str
    subtype: str


def prefixes(text: str, year: int = 0) -> tuple[str, tuple[Division, ...]]:
    """The longest prefix that names divisions, and those; a chain (山西省阳泉市) gives its last link's.

    A link counts only if it lies in the one before. Returns ('', ()) if the text begins with no division.
    """
    surfaces = divisions.surfaces()
    length = next((n for n in range(min(LONGEST, len(text)), 1, -1) if text[:n] in surfaces), 0)
    if not length:
        return "", ()
    found = divisions.named(text[:length], year)
    rest = text[length:]
    for n in range(min(LONGEST, len(rest)), 1, -1):
        inner = divisions.valid(_inside(surfaces.get(rest[:n], ()), found), year)
        if inner and (inner[0].name == rest[:n] or len(rest) == n):
            further, deeper = prefixes(rest, year)
            if len(further) > n and _inside(deeper, inner) == deeper:
                return text[: length + len(further)], deeper
            return text[: length + n], inner
    return text[:length], found


def _inside(rows: tuple[Division, ...], outer: tuple[Division, ...]) -> tuple[Division, ...]:
    """Those of ``rows`` that lie in one of ``outer`` and are none of them."""
    codes = {d.code for d in outer}
    return tuple(d for d in rows if d.code not in codes and any(divisions.within(d.code, code) for code in codes))


def choose(found: Sequence[Division], home: str) -> Division | None:
    """The one division that an ambiguous name stands for in a document at home in ``home``; ``None`` if undecided.

    A province goes before its namesakes elsewhere (海南省 before 海南藏族自治州) unless the document is at home in one
    of these alone; then divisions of the home prefecture, then of the home province count alone; then the one at the
    highest level, if it is one.
    """
    if len(found) < 2:
        return found[0] if found else None
    around = [d for d in found if divisions.within(home, d.code)]
    if len(around) == 1:
        return around[0]
    provinces = [d for d in found if d.level == "province"]
    if len(provinces) == 1:
        return provinces[0]
    for circle in (_prefecture(home), divisions.province(home)):
        inside = [d for d in found if divisions.within(d.code, circle)]
        if inside:
            return _highest(inside)
    return _highest(found)


def plain(division: Division, text: str, home: str) -> bool:
    """Whether a name can be trusted to mean this division, found as the only one that it could stand for.

    Short names of counties and districts are ordinary words too (资源, 振兴, 和平); away from their own province
    documents write them in full. Cities are known by their short names (昆山, 敦煌).
    """
    if division.level != "county" or text[-1] in "市县区旗":
        return True
    return division.name.endswith("市") or divisions.within(division.code, divisions.province(home))


def of_word(word: str, home: str) -> str:
    """The code of what 省, 市, 县 … stands for in a document at home in ``home``; empty if undecided.

    In a prefecture's document 市 is itself and 省 its province, but 县 may be any of its counties; in a county's, 市
    is the county itself if that is a city, else its prefecture or municipality.
    """
    for code in (home, divisions.parent(home), divisions.province(home)):
        division = divisions.get(code)
        if division and word in self_words(division):
            return code
    return ""


def self_words(division: Division) -> tuple[str, ...]:
    """The words by which a division speaks of itself: 省; 自治区 and 区; 市; 州; 盟; 地区; 县; 旗; 区."""
    name = division.name
    word = next((w for w in LEVEL_WORDS if name.endswith(w)), "")
    return (word, word[-1]) if word.startswith("自治") else (word,) if word else ()


def resolve_place(text: str, subtype: str, home: str, year: int = 0) -> Place:
    """What a LOC's text stands for.

    ``subtype`` is what recognition made of it; it stays where the text names no division, country or known region.
    """
    ours = _OURS.match(text)
    if ours:
        return _place(divisions.get(of_word(ours[1], home), year)) if home else Place("", "", subtype)
    if text in COUNTRIES:
        return Place(text, "", "country")
    if text in REGIONS and not _at_home_in(text, home):
        return Place(text, "", "region")
    if text in divisions.ABBREVIATIONS:
        return _place(divisions.get(divisions.ABBREVIATIONS[text], year))
    form, found = prefixes(text, year)
    if form and form == text and (found[0].name == text or subtype not in ("natural", "facility", "region")):
        level = found[0].level if len({d.level for d in found}) == 1 else ""
        owner = choose(found, home)
        if owner and not plain(owner, text, home):
            return Place("", "", subtype)
        return _place(owner, level or subtype)
    if 1 < len(text) < 7 and all(c in divisions.ABBREVIATIONS for c in text):
        return Place("", "", "region")
    owner = choose(found, home) if form != text else None
    certain = owner is not None and (owner.name in form or owner.level != "county")
    return Place("", owner.code if owner and certain else "", subtype or _by_form(text))


def _by_form(text: str) -> str:
    """What the last characters of a place that is no division make of it."""
    return next((subtype for pattern, subtype in _FORMS if len(text) > 1 and pattern.search(text)), "")


def _at_home_in(text: str, home: str) -> bool:
    """海西 is a part of Fujian in most documents, and a prefecture in its own."""
    return any(divisions.within(home, d.code) for d in divisions.named(text))


def _place(division: Division | None, subtype: str = "") -> Place:
    return Place(division.name, division.code, division.level) if division else Place("", "", subtype)


def _prefecture(code: str) -> str:
    above = divisions.parent(code)
    return above if above and not above.endswith("0000") else code


def _highest(found: Sequence[Division]) -> Division | None:
    for level in ("province", "prefecture", "county"):
        at = [d for d in found if d.level == level]
        if at:
            return at[0] if len(at) == 1 else None
    return None
