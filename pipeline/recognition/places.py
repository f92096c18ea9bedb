"""Places: the divisions of China by name, and what the last word of a name says it is (水库, 高速, 经开区)."""

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pipeline import divisions
from pipeline.recognition.lac import Tagged

# What the end of a name says of the thing, longest first within a kind. General nouns of geography and public works.
_ZONES = (
    "自由贸易试验区|自贸试验区|自贸区|自由贸易港|自贸港|经济技术开发区|经济开发区|开发区|经开区|高新技术产业开发区|高新区|"
    "综合保税区|综保区|保税区|示范区|合作区|试验区|先行区|新区|新城|法务区|商务区|航天城|科学城|大学城|科创城|产业城|"
    "产业园区|产业园|工业园区|工业园|科技园区|科技园|物流园|园区|城市群|都市圈|经济圈|经济带|经济区|生态区|功能区|片区|城区|走廊|地区"
)
_NATURAL = (
    "山脉|雪山|群岛|半岛|海峡|海湾|盆地|平原|高原|草原|沙漠|戈壁|流域|峡谷|瀑布|湿地|自然保护区|国家公园|森林公园|地质公园|"
    "梯田|三角洲|山|岭|峰|河|江|湖|海|湾|岛|洲|泉|溪|滩|沟|坪|淀|淖尔|石林|溶洞"
)
_FACILITIES = (
    "国际机场|机场|高速公路|高速|国道|省道|公路|特大桥|跨海大桥|大桥|立交桥|隧道|通道|水利枢纽|枢纽|水电站|核电站|核电|电站|发电厂|电厂|"
    "电场|水库|灌区|运河|大渠|干渠|油田|气田|煤矿|矿区|港区|港口|码头|口岸|港|火车站|高铁站|客运站|东站|西站|南站|北站|"
    "博物馆|博物院|纪念馆|展览馆|科技馆|美术馆|体育馆|体育场|体育中心|会展中心|大剧院|文化宫|公园|景区|风景区|度假区|遗址|遗迹|"
    "古城|古镇|古村|石窟寺?|石刻|陵园|王陵|故居|长城|广场|大厦|大道|大街|老街|步行街|街区|植物园|动物园|书院|寺|巷"
)
_SETTLEMENTS = "村|屯|庄|寨|镇|乡|街道|社区|苏木|嘎查"
KINDS = (("region", _ZONES), ("facility", _FACILITIES), ("natural", _NATURAL), ("village", _SETTLEMENTS))
_ENDING = re.compile("(?:" + "|".join(ends for _, ends in KINDS) + ")$")
MAX_ENDING = 10
"""Characters in the longest noun of ``KINDS``."""
_ENDINGS = tuple((kind, re.compile(rf"(?:{ends})$")) for kind, ends in KINDS)
_ENDING_ALONE = re.compile("|".join(ends for _, ends in KINDS))
# A class of places, or a figure of speech, not the name of one.
_COMMON = re.compile(
    r"^(?:母亲河|护城河|[小大全各]?流域|江河湖海|大江大河|(?:美丽|幸福)?河湖|金山银山|绿水青山|火山|冰山|靠山|出海|下海|上山|进山|建制镇|"
    r"陆海|江海|四海|(?:低碳|无废|零碳|智慧)岛|.*(?:乡村|农村|城乡|老城区|主城区)|示范.*|"
    r".*(?:级|型|化|性|新|类|批|座|条|个|处|跨)(?:园区|示范区|试验区|开发区|高新区|新区|产业园|公园|景区|城市群|都市圈)|"
    r"(?:产业|工业|科技|物流|特色|农业|老旧|历史文化|国家|城市|口袋|郊野|文化|生态|智慧|主|老|新|中心|建成|核心|功能|旅游|体育|全域|"
    r"全国|红色|绿色|现代|重点|文旅|美食|商业|休闲|夜间|中小|偏远|贫困|边境|沿海|沿江|沿边|民族|山|牧|林|革命老|农产品|主产|灾|库|半山)+"
    r"(?:园区|产业园|公园|街区|城区|村|镇|乡|社区|新区|新城|示范区|功能区|片区|枢纽|通道|走廊|公路|广场|景区|古镇|古村|口岸|地区|度假区|"
    r"开发区|经济区|区)|"
    r"(?:高速|普通|农村|国际|综合|重点|大型|中型|小型|病险|通用|货运|支线|跨海|过江|现代化)*"
    r"(?:公路|高速|机场|水库|口岸|枢纽|通道|灌区|大桥|港口|码头|港|电站|电厂|隧道))$"
)
# 中国式现代化, 中国特色, 中国梦: a style, not a place
_MODIFIER = re.compile("式|特色社会|梦|化(?![^，。；]{0,3}[市县区])|风(?!景)")
_NAMING = ("LOC", "ORG", "PER", "nz", "nw", "nr", "ns")
_INNER = (*_NAMING, "n", "vn", "f", "s")
_PHASE = re.compile("(?:[一二三四五六七八九十1-9]期(?:工程)?|工程)$")
MAX_INNER = 3
"""Words between the place that a name starts with and the noun that it ends in."""
_PREPOSED = frozenset("上下前后東东西南北中大小新老")
"""Direction and size characters that belong to the name of a village when they stand at its head: 上河村, 大王庄."""


def ending(name: str) -> str:
    """region, facility, natural or village, by the end of the name; empty if that says nothing."""
    return next((kind for kind, pattern in _ENDINGS if pattern.search(name)), "")


def is_style(text: str, end: int) -> bool:
    """Whether the name that ends at ``end`` only says of what style something is: 中国|式现代化."""
    return bool(_MODIFIER.match(text, end))


def is_common(name: str) -> bool:
    """Whether ``name`` is a class of places rather than the name of one: 产业园区, 护城河, 合作区."""
    return bool(_COMMON.match(name) or _ENDING_ALONE.fullmatch(name))


@lru_cache(maxsize=1)
def ordinary() -> frozenset[str]:
    """Words of public documents that LAC takes for names (``ordinary.txt``)."""
    lines = Path(__file__).with_name("ordinary.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@lru_cache(maxsize=1)
def _sure() -> Mapping[str, bool]:
    """Names of divisions that need no LAC tag of their own, and whether they need none at all.

    Full names of three characters or more and short names of provinces need none; short names of prefectures do.
    """
    sure = {}
    for name, found in divisions.surfaces().items():
        short = all(name == division.short for division in found)
        level = found[0].level
        if len(name) >= (2 if short else 3) and not (short and level == "county"):
            sure[name] = not short or level == "province"
    return sure


def abbreviated(name: str) -> bool:
    """Whether a name is only abbreviations of provinces (鲁豫, 粤琼), which the tagger takes for persons."""
    return all(character in divisions.ABBREVIATIONS for character in name)


def level_of(name: str) -> str:
    """province, prefecture or county if the name is that of a division of China, else empty."""
    found = divisions.surfaces().get(name)
    return found[0].level if found else ""


def by_gazetteer(
    text: str, words: Sequence[tuple[int, int]], tagged: Sequence[Tagged]
) -> Iterator[tuple[int, int, float]]:
    """(start, end, score) of words that name a division; words are the segmenter's, tags LAC's.

    Provinces and full names count wherever they are a word; other short names are ordinary words too (安康, 和平) and
    count only where LAC sees a name as well, and those of counties only where it sees just that name.
    """
    sure, known = _sure(), divisions.surfaces()
    naming = [(t.start, t.end, t.score) for t in tagged if t.tag in _NAMING]
    starts = [start for start, _, _ in naming]
    for start, end in words:
        name = text[start:end]
        if name in sure and not is_style(text, end):
            at = bisect.bisect_right(starts, start) - 1
            if sure[name] or (at >= 0 and naming[at][1] >= end):
                yield start, end, 0.95
    for start, end, score in naming:
        if end - start >= 2 and text[start:end] in known and not is_style(text, end):
            yield start, end, score


def by_ending(text: str, tagged: Sequence[Tagged]) -> Iterator[tuple[int, int, float]]:
    """(start, end, score) of names that end in a noun of geography or public works, joined from LAC's words.

    From such a noun to the left, words that LAC takes for names belong to the name (大连 金州湾国际机场, 本庄 高速).
    So do nouns between it and the place that the name starts with (海口 滨海 旅游 公路), unless what follows the place
    is a class of things (辽宁 重点园区); and so does one word that no dictionary has (文临 高速).
    """
    starts = {word.start: index for index, word in enumerate(tagged)}
    for index, word in enumerate(tagged):
        match = _ENDING.search(text[max(0, word.end - MAX_ENDING) : word.end])
        if not match:
            continue
        # LAC may cut the noun itself (水利 枢纽): then the name is looked for before its first part
        last = starts.get(word.end - len(match.group()), index)
        first = _first(text, tagged, last, text[tagged[last].start : word.end])
        start, end = tagged[first].start, word.end
        named = [t for t in tagged[first : index + 1] if t.tag in _NAMING and text[t.start : t.end] != "中国"]
        # 大盈江 tagged as an adjective is a name that the tagger does not know; tagged as a noun it is a common noun
        unknown = word.tag not in ("v", "vn", "n", "TIME", "m") and first == last == index
        unknown = unknown or (first < last and not _in_dictionary(text[start : tagged[first].end]))
        if (named or unknown) and end - start >= 3 and not is_common(text[start:end]):
            yield start, end, min(0.9, max([t.score for t in named], default=0.6))


def _first(text: str, tagged: Sequence[Tagged], last: int, noun: str) -> int:
    """The word that the name starts with whose end, ``noun``, starts at or in ``tagged[last]``."""
    first = last
    while first > 0 and _belongs(text, tagged[first - 1]) and tagged[first - 1].end == tagged[first].start:
        first -= 1
    for back in range(first - 1, max(-1, last - 1 - MAX_INNER), -1):
        word = tagged[back]
        if word.end != tagged[back + 1].start or word.tag not in _INNER:
            break
        rest = text[word.end : tagged[last].start] + noun
        if word.tag == "LOC" and level_of(text[word.start : word.end]) and not is_common(rest):
            return back
    if first == last > 0 and ending(noun) in ("facility", "region") and tagged[last - 1].end == tagged[last].start:
        before = text[tagged[last - 1].start : tagged[last - 1].end]
        clause_starts = last == 1 or tagged[last - 2].tag in ("w", "p", "v", "c")
        if (
            clause_starts
            and tagged[last - 1].tag in ("n", "a", "v", "r")
            and len(before) == 2
            and not _in_dictionary(before)
        ):
            return last - 1
    return first


@lru_cache(maxsize=4096)
def _in_dictionary(word: str) -> bool:
    from wordfreq import get_frequency_dict

    return word in get_frequency_dict("zh", "large")


def _belongs(text: str, word: Tagged) -> bool:
    """Whether a word can be part of the name of a place whose last word stands to its right."""
    name = text[word.start : word.end]
    return len(name) >= 2 and name not in ordinary() and (word.tag in _NAMING or level_of(name) != "")


def widened(text: str, start: int, end: int) -> int:
    """Where the name of a village starts: a direction or size at the head of its clause belongs to it (下河村)."""
    if ending(text[start:end]) == "village" and start > 0 and text[start - 1] in _PREPOSED:
        before = text[start - 2] if start > 1 else ""
        if not ("\u3400" <= before <= "\u9fff"):
            return start - 1
    return start


def trimmed(text: str, start: int, end: int) -> int:
    """Where a place ends that LAC has run on into an ordinary word: 云南|健儿, 某某机场|二期."""
    phase = _PHASE.search(text[start:end])
    end = start + phase.start() if phase else end
    name = text[start:end]
    if ending(name) or level_of(name):
        return end
    for length in range(len(name) - 1, 1, -1):
        if name[:length] in _sure():
            return start + length
    return end
