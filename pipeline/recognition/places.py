"""What kind of place a name is: a division of China, or what its last word says (水库, 高速, 经开区)."""

import re

from pipeline import divisions

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
_ENDINGS = tuple((kind, re.compile(rf"(?:{ends})$")) for kind, ends in KINDS)
_PREPOSED = frozenset("上下前后东西南北中大小新老")
"""Direction and size characters that belong to the name of a village when they stand at its head: 上河村, 大王庄."""


def ending(name: str) -> str:
    """region, facility, natural or village, by the end of the name; empty if that says nothing."""
    return next((kind for kind, pattern in _ENDINGS if pattern.search(name)), "")


def widened(text: str, start: int, end: int) -> int:
    """Where the name of a village starts: a direction or size at the head of its clause belongs to it (下河村)."""
    if ending(text[start:end]) == "village" and start > 0 and text[start - 1] in _PREPOSED:
        before = text[start - 2] if start > 1 else ""
        if not ("\u3400" <= before <= "\u9fff"):
            return start - 1
    return start


def level_of(name: str) -> str:
    """province, prefecture or county if the name is that of a division of China, else empty."""
    found = divisions.surfaces().get(name)
    return found[0].level if found else ""
