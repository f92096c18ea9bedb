"""China's administrative divisions at county level and above: names to GB/T 2260 codes and back.

Reads ``divisions.tsv`` (made by ``training/divisions.py``; its header names the sources) once a process. It holds
today's divisions and the codes and names of earlier years since 1980 (襄樊市, 莱芜市), each with its years.

Codes have six digits: two for the province, two for the prefecture, two for the county. Counties directly under
a province (469xxx, 429xxx, 659xxx; those of the four municipalities too) have no prefecture in the table.

- ``get(code)``: one division; ``named(name)``: those that a full name, a short name (黑龙江, 石家庄) or a customary
  name (大理州, 广西自治区) stands for, today's before former ones, higher levels first;
- ``parent(code)``, ``province(code)``, ``within(code, region)``, ``children(code)``: who lies in whom;
- ``surfaces()``: every form that ``named`` knows, for use as a gazetteer;
- ``ABBREVIATIONS``: one-character names of the provinces (晋, 辽) with their codes.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

Level = Literal["province", "prefecture", "county"]

_TABLE = Path(__file__).with_name("divisions.tsv")
_RANK = {"province": 0, "prefecture": 1, "county": 2}

# The abbreviations of the State Council's list of provinces (www.gov.cn, 行政区划简称); two where it gives two.
_ABBREVIATED = """
京:110000 津:120000 冀:130000 晋:140000 蒙:150000 辽:210000 吉:220000 黑:230000 沪:310000 申:310000 苏:320000 浙:330000
皖:340000 闽:350000 赣:360000 鲁:370000 豫:410000 鄂:420000 湘:430000 粤:440000 桂:450000 琼:460000 渝:500000 川:510000
蜀:510000 黔:520000 贵:520000 滇:530000 云:530000 藏:540000 陕:610000 秦:610000 甘:620000 陇:620000 青:630000 宁:640000
新:650000 台:710000 港:810000 澳:820000
"""
ABBREVIATIONS: Mapping[str, str] = MappingProxyType(dict(pair.split(":") for pair in _ABBREVIATED.split()))


class Division(NamedTuple):
    """One code with one name, and the years in which it was so."""

    code: str
    name: str
    """In full: 山西省, 延边朝鲜族自治州."""
    short: str
    """Without its class word and peoples: 山西, 延边; empty where one character would be left (任县)."""
    level: Level
    first: int
    """First year known; 1980 stands for that year or before, 0 for an unknown year since 2019."""
    last: int
    """Last year known; 9999 for today's divisions."""

    @property
    def today(self) -> bool:
        """Whether it is so today."""
        return self.last == 9999


class _Index(NamedTuple):
    by_code: Mapping[str, tuple[Division, ...]]
    by_name: Mapping[str, tuple[Division, ...]]
    below: Mapping[str, tuple[Division, ...]]


def get(code: str, year: int = 0) -> Division | None:
    """The division with a code: as of ``year`` if one was so then, else today's, else its latest; or ``None``."""
    found = _index().by_code.get(code, ())
    return next(iter([d for d in found if d.first <= year <= d.last] or found), None)


def named(name: str, year: int = 0) -> tuple[Division, ...]:
    """The divisions that a name stands for, higher levels first, then by code; empty if there are none.

    吉林 is a province and a city, 朝阳 a city, a county and two districts; a full name goes before a short one. Where
    divisions of ``year`` bear the name, only they are given; else only today's; former ones where there is no other
    (襄樊市). 昌平 is thus 昌平县 in 1990 and 昌平区 today.
    """
    return valid(_index().by_name.get(name, ()), year)


def valid(found: tuple[Division, ...], year: int = 0) -> tuple[Division, ...]:
    """Those of ``year``; if there is none, today's; if there is none either, all."""
    then = tuple(d for d in found if d.first <= year <= d.last)
    return then or tuple(d for d in found if d.today) or found


def parent(code: str) -> str:
    """The code of the prefecture or province that a division lies in; empty for provinces and unknown codes."""
    if code.endswith("0000") or not get(code):
        return ""
    above = code[:4] + "00"
    return above if above != code and get(above) else code[:2] + "0000"


def province(code: str) -> str:
    """The code of the province that a code lies in, itself for a province; empty for an empty code."""
    return code[:2] + "0000" if code else ""


def within(code: str, region: str) -> bool:
    """Whether ``code`` is ``region`` or lies in it; never for empty codes."""
    stem = region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region
    return bool(stem) and code.startswith(stem)


def children(code: str) -> tuple[Division, ...]:
    """Today's divisions one level below, by code: prefectures (and counties without one), or counties."""
    return _index().below.get(code, ())


def surfaces() -> Mapping[str, tuple[Division, ...]]:
    """Every full, short and customary name, former ones too, with its divisions (today's and former ones mixed).

    Short names of counties and districts are also ordinary words (和平, 解放, 长安): a gazetteer should ask for more
    evidence there than for full names and for short names of provinces and prefectures.
    """
    return _index().by_name


def full_name(code: str, year: int = 0) -> str:
    """The division's name, empty for an unknown code."""
    found = get(code, year)
    return found.name if found else ""


def customary(division: Division) -> str:
    """An autonomous division's short name with its class (大理州, 积石山县, 广西自治区); empty for others."""
    mark = division.name.rfind("自治")
    if mark < 0 or not division.short:
        return ""
    return division.short + (division.name[mark:] if division.level == "province" else division.name[-1])


@lru_cache(maxsize=1)
def _index() -> _Index:
    by_code: dict[str, list[Division]] = {}
    forms: dict[str, list[Division]] = {}
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    for line in lines[lines.index("code\tname\tshort\tlevel\tfirst\tlast") + 1 :]:
        code, name, short, level, first, last = line.split("\t")
        division = Division(code, name, short, level, int(first or 0), int(last or 9999))  # type: ignore[arg-type]
        by_code.setdefault(code, []).append(division)
        for form in dict.fromkeys(filter(None, (name, short, customary(division)))):
            forms.setdefault(form, []).append(division)
    for rows in by_code.values():
        rows.sort(key=lambda d: -d.last)
    by_name = {
        form: tuple(sorted(rows, key=lambda d: (-d.last, d.name != form, _RANK[d.level], d.code)))
        for form, rows in forms.items()
    }
    below: dict[str, list[Division]] = {}
    for code, rows in sorted(by_code.items()):
        if rows[0].today and not code.endswith("0000"):
            above = code[:4] + "00"
            if code.endswith("00") or above not in by_code:
                above = code[:2] + "0000"
            below.setdefault(above, []).append(rows[0])
    return _Index(
        {code: tuple(rows) for code, rows in by_code.items()},
        by_name,
        {code: tuple(rows) for code, rows in below.items()},
    )
