"""Publications: what stands in 《》, and what kind of work it is by its form and its neighbours."""

import re
from typing import NamedTuple

MAX_TITLE = 200
"""Characters after which an unclosed 《 counts as a slip of the pen."""
_BRACKETS = re.compile("[《》〈〉]")


class Title(NamedTuple):
    """The inside of 《》: its span and how deep it is nested (0: outermost)."""

    start: int
    end: int
    depth: int


def find_titles(text: str) -> list[Title]:
    """Every title, without its marks, in order of its start; line breaks and titles inside are allowed.

    A 〈〉 counts only inside 《》, where it marks a title within a title. An unclosed mark opens nothing.
    """
    found: list[Title] = []
    stack: list[tuple[str, int]] = []
    for match in _BRACKETS.finditer(text):
        mark, at = match.group(), match.start()
        if stack and at - stack[0][1] > MAX_TITLE:
            stack.clear()
        if mark == "《" or (mark == "〈" and stack):
            stack.append((mark, at))
        elif stack and mark == ("》" if stack[-1][0] == "《" else "〉"):
            _, opening = stack.pop()
            inside = text[opening + 1 : at]
            if inside.strip():
                lead = len(inside) - len(inside.lstrip())
                found.append(Title(opening + 1 + lead, opening + 1 + len(inside.rstrip()), len(stack)))
        elif mark == "》":
            stack.clear()
    # depth is counted afresh, since a title whose outer mark never closed is outermost itself
    titles: list[Title] = []
    open_until: list[int] = []
    for title in sorted(found, key=lambda title: (title.start, -title.end)):
        while open_until and open_until[-1] <= title.start:
            open_until.pop()
        titles.append(title._replace(depth=len(open_until)))
        open_until.append(title.end)
    return titles


_VERSION = r"(?:草案|修订稿|征求意见稿)?(?:（[^（）]*）|\([^()]*\))?$"
# The form of a title: its last words name the genre. Order matters: the first that fits decides.
_FORMS = (
    ("law", re.compile(r"(?:(?<!办)法|法典|条例|宪法|修正案)" + _VERSION)),
    ("plan", re.compile(r"(?:规划|计划|纲要|方案|蓝图)" + _VERSION)),
    (
        "document",
        re.compile(
            r"(?:意见|办法|规定|通知|决定|决议|公报|报告|章程|制度|细则|准则|规则|建议|指南|指引|标准|规范|目录|清单|要点|"
            r"措施|公告|通告|通报|批复|协议|协定|宣言|声明|公约|议定书|备忘录|白皮书|蓝皮书|倡议书?|提案|议案|讲话|纪要|规程)"
            + _VERSION
        ),
    ),
    ("newspaper", re.compile(r"^[^，。：！？]{0,10}报$")),
    ("periodical", re.compile(r"(?:杂志|学刊|期刊|月刊|季刊|双月刊|半月刊|周刊|旬刊|学报|通讯|简报|文摘|内参)$")),
    ("website", re.compile(r"(?:网站|网)$")),
    (
        "book",
        re.compile(
            r"(?:专辑|选辑|文集|选集|全集|文选|选编|汇编|丛书|年鉴|志|简史|史|全书|读本|手册|教程|辞典|词典|图册|画册|[上中下]册)$"
        ),
    ),
)
_GAP = r"[^，。；！？《》\n]{0,6}?"
# What stands behind the last of several titles in a row, 《…》《…》等20多篇稿件, counts for each of them.
_BEHIND = (
    (
        "article",
        re.compile(
            r"[^，。；！？《》\n]{0,4}?(?:\d+|[一二两三四五六七八九十百几数多]+)?[多余]?篇|"
            + _GAP
            + r"(?:一文|稿件|文章|论文|[等的]报道|社论|署名文)"
        ),
    ),
    ("account", re.compile(r"[”’]?(?:微信|微博|抖音|官方)?(?:公众号|公众平台|订阅号|视频号|账号|官微)")),
    (
        "book",
        re.compile(
            r"等?(?:\d+|[一二两三四五六七八九十百几数多]+)[多余]?(?:本|部|册|卷|套)|"
            + _GAP
            + r"(?:一书|丛书|书籍|文史资料|专著|图书)"
        ),
    ),
    ("periodical", re.compile(r"[”’]?(?:杂志|期刊|月刊|季刊|会刊|刊物|内刊)")),
    ("newspaper", re.compile(r"(?:报纸|报社)")),
    ("website", re.compile(r"(?:网站|网页|门户)")),
    ("other", re.compile(r"(?:电影|电视剧|纪录片|话剧|歌曲|舞剧|专题片|节目|栏目|画作|组画)")),
)
# 在《甲报》《乙》刊登: what is named there carries other works.
_CARRIED = re.compile(
    r"(?:[^，。；！？《》\n]{0,6}?(?:上|等)?[^，。；！？《》\n]{0,8}?)(?:刊登|刊发|发表|登载|刊载|转载|连载|报道|推介|播发)"
)
_IN = re.compile(r"(?:在|于|被|登上|见诸|载)[^，。；！？《》\n]{0,4}$")
_BEFORE = (
    ("other", re.compile(r"(?:电影|电视剧|纪录片|话剧|歌曲|舞剧|专题片|节目|栏目|京剧|歌剧|音乐剧|画作)$")),
    ("article", re.compile(r"(?:刊发|发表|撰写|刊登|采写|撰文|题为)[了的]?" + _GAP + "$")),
    ("book", re.compile(r"(?:编辑|编纂|编印|编写|编撰|主编|编著|出版|整理)[出版印]*[了的]?" + _GAP + "$")),
    ("periodical", re.compile(r"(?:杂志|期刊|会刊|创办|主办|办好)[了]?$")),
    (
        "document",
        re.compile(r"(?:出台|印发|制定|颁布|贯彻|落实|实施|修订|下发|发布|签署|审议|通过|提交)[了的]?" + _GAP + "$"),
    ),
)


def subtype(text: str, title: Title) -> str:
    """newspaper, periodical, book, article, law, document, plan, website, account or other.

    What counts the title or its row (20多篇稿件) goes before what its form says, and that before the verb that governs
    it; a title that nothing decides is an article if it reads like a headline, and other if it does not.
    """
    name = text[title.start : title.end].replace("\n", "")
    before, behind = _neighbours(text, title)
    for kind, pattern in _BEHIND:
        if pattern.match(behind):
            return kind
    form = next((kind for kind, pattern in _FORMS if pattern.search(name)), "")
    if _IN.search(before) and _CARRIED.match(behind):
        return form if form in ("newspaper", "periodical", "website") else "periodical"
    if form:
        return form
    if name.startswith("关于"):
        return "document"
    verb = next((kind for kind, pattern in _BEFORE if pattern.search(before)), "")
    return verb or ("article" if len(name) >= 8 or re.search(r"[，：！？、“]", name) else "other")


def _neighbours(text: str, title: Title) -> tuple[str, str]:
    """What stands before and behind the row of titles that this one is in: 《甲》《乙》、《丙》 or 《甲》和《乙》."""
    # a title that a gazetteer names may stand without marks
    start = title.start - (text[title.start - 1 : title.start] in ("《", "〈"))
    end = title.end + (text[title.end : title.end + 1] in ("》", "〉"))
    while (match := re.search(r"《[^《》]{1,200}》[、和与及]?$", text[max(0, start - 204) : start])) is not None:
        start -= len(match.group())
    while (match := re.match(r"[、和与及]?《[^《》]{1,200}》", text[end : end + 204])) is not None:
        end += len(match.group())
    return text[max(0, start - 20) : start], text[end : end + 24]
