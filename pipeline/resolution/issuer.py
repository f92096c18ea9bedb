"""The organization that a document reports for, from its title and series line."""

import re

from pipeline import divisions
from pipeline.resolution.bodies import full, resolve_body

_NOUN = (
    "工作报告|工作回顾|工作总结|工作综述|工作要点|报告|回顾|总结|综述|公报|公告|通告|通报|通知|意见"
    "|决定|决议|规划|方案|办法|纪要"
)
_LINE = re.compile(
    r"[\s—\-－–─《“]*(?:[0-9〇零一二三四五六七八九十]{4}年度?)?(.*?)(?:"
    + _NOUN
    + r")(?:[》”]|之[一二三四五六七八九十]+|（[^）]*）|\([^)]*\)|摘要|全文|实录)*\s*"
)
_LONGEST = 24
# What the name of an issuing body ends with: 2025年陕西省财政预算报告 is no report of a 陕西省财政.
_BODY_END = re.compile(
    r"(?:政协|人大|常委会|政府|委|委员会|局|厅|部|办|院|办公[厅室]|纪委监委|国务院|总工会|妇联|工商联|侨联)$"
)
_AFTER = re.compile(r"(?:关于|[一二三四五六七八九十几]+年|[0-9]|第|\s|本届|常务委员会|党组|[、和]|$)")


def find_issuer(title: str, series: str, home: str, year: int = 0) -> str:
    """The issuer in canonical form; empty if neither line names one before a noun such as 工作报告 or 意见.

    The body must begin its line, after a year if there is one. 政府工作报告 without a name is the home region's.
    """
    for line in (title, series):
        # the State Council's report on the government's work, not the report of a 国务院政府
        match = _LINE.fullmatch(line.replace("国务院政府工作报告", "国务院工作报告"))
        if match is None:
            continue
        if match[1] == "政府":
            division = divisions.get(home, year)
            if division:
                return full(division) + "人民政府"
            continue
        for end in range(min(len(match[1]), _LONGEST), 1, -1):
            name = match[1][:end]
            if _BODY_END.search(name) and _AFTER.match(match[1][end:]):
                issuer = resolve_body(name, home, year).canonical
                if issuer:
                    return issuer
    return ""


def level_of(issuer: str, home: str, year: int = 0) -> str:
    """Administrative level of the issuer, or if it does not say, of the home region; empty if neither is known."""
    division = divisions.get(home, year)
    return (issuer and resolve_body(issuer, home, year).level) or (division.level if division else "")
