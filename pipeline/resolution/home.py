"""The region that a document is at home in: the one whose 我市, 市政协 or 省委 it speaks of.

Two things are weighed. *Which region does it name?* In its title, with a body (辽宁省人民代表大会), as a plain
place, as a newspaper's. *At which level does it speak?* 我市, 市委, 市政协 are a city's words, 全省, 省委 a
province's. A region's score is what names it, times the share of the document's level words that it would use of
itself. Weights are the same for all regions, and none is known by name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import sqrt
from typing import NamedTuple

from pipeline import divisions
from pipeline.resolution import places

WEIGHTS = {
    "title, in full": 5.0,  # 辽宁省 in the title or series line
    "title": 2.0,  # 辽宁: short names are other words too
    "body": 2.0,  # 辽宁省人民代表大会, 山西省委, 阳泉政协
    "body, opening": 2.0,  # the same, once more, where the occasion and the author are named
    "place": 1.0,  # a plain mention: any region may be mentioned
    "paper": 1.0,  # a newspaper of the region: a province's papers carry the reports of its cities
}
"""What naming a region weighs; n mentions of one sort weigh sqrt(n) times this."""
OPENING_CHARS = 300
"""The opening, in characters."""
INSIDE = 0.3  # share of what names its parts that also speaks for a region
ABOVE = 0.2  # share of what names the region above

# What the scores must reach before a region is taken as home.
MIN_SCORE = 1.5
MIN_SCORE_PLACES = 2.5  # where nothing but plain places and newspapers speaks for it
MIN_SHARE_PLACES = 0.5  # and then its province must have this share of all evidence,
MIN_WORDS = 5  # or the document must have this many level words, most of them of its level
MARGIN = 1.4  # times the score of the next
MIN_FIT = 0.25

_LEVEL = "|".join(places.LEVEL_WORDS)
_NUMBER = "[一二三四五六七八九十百零〇0-9]{1,4}"
_OFFICE = (
    rf"(?:第{_NUMBER}届)?(?:人民代表大会|人大(?!学)|政协|委员会)"
    r"|人民政府|政府|纪委|监委|党委|委(?![员托派培])|[省市州县区盟旗]长"
)
_EXPLICIT = re.compile(_OFFICE)
_OURS = re.compile(r"(?:我们?|全|本)(自治[区州县旗]|省(?!际)|市(?!场)|州(?!县)|盟|县(?!域)|区(?![域块间])|旗|国)")
_OF_OURS = re.compile(
    rf"({_LEVEL})(?:委(?![员托派培])|党委|人民政府|政府|政协|人大|纪委|监委|两会|直(?:机关|部门|有关|各|属|单位))"
)
_LEADER = re.compile(r"(?m)^[ \t　]*(?:代)?(省|市|州|县|区|盟|旗)长[ \t　]|^[ \t　]*(自治区)(?:人民政府)?主席[ \t　]")
# Before a level word these make another word of it: 城市政府, 社区党委, 各市政协, 特区政府.
_NOT_OURS = "城都超门各该每级辖省市县区治社园地郊小军特景灾新矿库发开山牧农场校国际等个"
_SOURCE = re.compile(r"来源[:：]\s*([^\s，。]{2,12})")
_NO_HOME_BY_MENTION = ("710000", "810000", "820000")
"""Taiwan, Hong Kong and Macao, which national documents name throughout; home only where the title names them."""


class Mention(NamedTuple):
    """A name that stands for no one but a region: its text, and whether it only names a newspaper."""

    text: str
    paper: bool = False


class Home(NamedTuple):
    """The home region's code, and why it is empty if it is."""

    region_code: str
    note: str


class _Evidence(NamedTuple):
    weight: Mapping[str, float]
    strong: frozenset[str]
    titled: frozenset[str]
    words: Mapping[str, float]


def find_home(text: str, mentions: Iterable[Mention], *, title: str, series: str, year: int = 0) -> Home:
    """The home region of a document with ``text``, of which ``mentions`` are the places and newspapers.

    ``year`` picks that year's divisions; 0: today's.
    """
    evidence = _weigh(text, mentions, f"{title}\n{series}", year)
    scores = {code: _score(code, evidence) for code in sorted(_candidates(evidence))}
    if not scores:
        return Home("", "home region not decided: the document names no region that it could speak for")
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    best = ranked[0]
    names = "、".join(f"{divisions.full_name(code, year)} ({code})" for code in ranked[:2])
    if _fit(best, evidence.words) < MIN_FIT:
        spoken = "、".join(sorted(evidence.words, key=lambda w: (-evidence.words[w], w))[:2])
        return Home("", f"home region not decided: it speaks as {spoken}, which no region named is (nearest: {names})")
    if not _enough(best, scores[best], evidence):
        return Home("", f"home region not decided: too little speaks for any region (nearest: {names})")
    if len(ranked) > 1 and scores[best] < MARGIN * scores[ranked[1]]:
        return Home("", f"home region not decided: as much speaks for one as for the other of {names}")
    return Home(best, "")


def _weigh(text: str, mentions: Iterable[Mention], heading: str, year: int) -> _Evidence:
    counts: dict[tuple[str, str], float] = {}

    def add(sort: str, surface: str) -> None:
        for code, share in _shares(surface, year):
            counts[sort, code] = counts.get((sort, code), 0.0) + share

    for surface in _in_heading(heading, year):
        add("title, in full" if _is_full(surface, year) else "title", surface)
    for position, surface in _with_body(text, year):
        add("body", surface)
        if position < OPENING_CHARS:
            add("body, opening", surface)
    for mention in mentions:
        surface = places.prefixes(mention.text, year)[0]
        if mention.paper:
            add("paper", surface)
        elif surface == mention.text or _is_full(surface, year):
            add("place", surface)
    for match in _SOURCE.finditer(text[:OPENING_CHARS]):
        add("paper", places.prefixes(match[1], year)[0])

    weight: dict[str, float] = {}
    for (sort, code), count in counts.items():
        weight[code] = weight.get(code, 0.0) + WEIGHTS[sort] * sqrt(count)
    titled = frozenset(code for sort, code in counts if sort.startswith("title"))
    strong = frozenset(code for sort, code in counts if sort.startswith("body")) | titled
    return _Evidence(weight, strong, titled, _level_words(text))


def _shares(surface: str, year: int) -> Iterator[tuple[str, float]]:
    """The divisions that a name may stand for, each with its share; a province's name is mostly the province's."""
    found = places.prefixes(surface, year)[1]
    provinces = [d for d in found if d.level == "province"]
    for division in found:
        share = 1.0 if division in provinces or not found[1:] else 0.3 if provinces else 1 / len(found)
        yield division.code, share


def _is_full(surface: str, year: int) -> bool:
    return any(
        surface.endswith(d.name) or surface == divisions.customary(d) for d in places.prefixes(surface, year)[1]
    )


def _in_heading(heading: str, year: int) -> Iterator[str]:
    """Regions named in a title: full names of any level, short ones of provinces and prefectures."""
    start = 0
    while start < len(heading):
        surface, found = places.prefixes(heading[start:], year)
        generic = len(surface) == 2 and surface[-1] == "区"
        if surface and not generic and (_is_full(surface, year) or found[0].level != "county"):
            yield surface
            start += len(surface)
        else:
            start += 1


def _with_body(text: str, year: int) -> Iterator[tuple[int, str]]:
    """Regions named right before one of their bodies, with the position."""
    for match in _EXPLICIT.finditer(text):
        surface = _chain_ending(text, match.start(), year)
        if not surface or (len(surface) == 2 and surface[-1] == "区"):
            continue
        short_allowed = match[0][0] != "委" and match[0][-1] != "长"
        if _is_full(surface, year) or (short_allowed and divisions.named(surface, year)[0].level != "county"):
            yield match.start(), surface


def _ending(text: str, end: int) -> str:
    """The longest division's name that ends at ``end``, empty if none does."""
    surfaces = divisions.surfaces()
    for start in range(max(0, end - places.LONGEST), end - 1):
        if text[start:end] in surfaces:
            return text[start:end]
    return ""


def _chain_ending(text: str, end: int, year: int) -> str:
    """The same with the regions around it, if they stand before it (长春市朝阳区)."""
    surface = _ending(text, end)
    while surface:
        outer = _ending(text, end - len(surface))
        if not outer or places.prefixes(outer + surface, year)[0] != outer + surface:
            break
        surface = outer + surface
    return surface


def _level_words(text: str) -> dict[str, float]:
    """How often the document speaks of itself as 省, 市, 县 …; of the country as 国."""
    words: Counter[str] = Counter()
    for match in _OURS.finditer(text):
        if match[1] != "国" or match[0][0] == "我":
            words[match[1]] += 2
    for match in _OF_OURS.finditer(text):
        before = text[max(0, match.start() - 1) : match.start()]
        explicit = _ending(text, match.start() + len(match[1]))
        if not explicit and not (before and before in _NOT_OURS):
            words[match[1]] += 1
    for match in _LEADER.finditer(text[:OPENING_CHARS]):
        words[match[1] or match[2]] += 3
    return dict(words)


def _candidates(evidence: _Evidence) -> set[str]:
    codes = set(evidence.weight)
    for code in evidence.weight:
        codes |= {divisions.parent(code), divisions.province(code)} - {""}
    return {c for c in codes if c not in _NO_HOME_BY_MENTION or c in evidence.titled}


def _score(code: str, evidence: _Evidence) -> float:
    inside = sum(w for c, w in sorted(evidence.weight.items()) if c != code and divisions.within(c, code))
    above = evidence.weight.get(divisions.parent(code), 0.0)
    return (evidence.weight.get(code, 0.0) + INSIDE * inside + ABOVE * above) * _fit(code, evidence.words)


def _fit(code: str, words: Mapping[str, float]) -> float:
    """Share of the level words that a document of this region would use of itself; near 1 where there are few."""
    division = divisions.get(code)
    own = sum(words.get(word, 0.0) for word in places.self_words(division)) if division else 0.0
    return (own + 1) / (sum(words.values()) + 1)


def _enough(code: str, score: float, evidence: _Evidence) -> bool:
    if any(divisions.within(c, code) for c in evidence.strong):
        return score >= MIN_SCORE
    province = divisions.province(code)
    share = sum(w for c, w in sorted(evidence.weight.items()) if divisions.province(c) == province)
    share /= sum(w for _, w in sorted(evidence.weight.items()))
    speaks = sum(evidence.words.values()) >= MIN_WORDS and _fit(code, evidence.words) > 0.5
    return score >= MIN_SCORE_PLACES and (speaks or share >= MIN_SHARE_PLACES)
