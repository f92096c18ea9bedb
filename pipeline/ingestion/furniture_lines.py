"""Whether one line by itself looks like page furniture, and how sure that is.

Lines are judged by the words in ``furniture.txt`` and by their shapes, on the view of ``lines.py``.
"""

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

from pipeline.ingestion.dates import DAY, DAY_AND_TIME, DAY_PATTERN, TIME_PATTERN, WEEKDAY_PATTERN
from pipeline.ingestion.lines import HAN, Line, folded
from pipeline.ingestion.wordlists import read_sections

_WORDS = Path(__file__).with_name("furniture.txt")
_MARK = r"[\s|/\\·•●:>»›＞《》<«【】\[\]()「」\"'“”,、，。.+*=_~^#&-]"
_END = re.compile(r"[。！？!?…;；][”’\"'）)》」】\]]*$")
_NAME = rf"[{HAN}](?:[ ]?[{HAN}·]){{1,7}}"


class Kind(IntEnum):
    """How sure a line is page; greater is surer."""

    NONE = 0
    FRAGMENT = 1
    """A piece that goes with its neighbours."""
    BUTTON = 2
    """Goes beside another, or at the very top or end."""
    OUTSIDE = 3
    """Goes above the first sentence and below the last one."""
    ANYWHERE = 4


@lru_cache(maxsize=1)
def _sections() -> dict[str, frozenset[str]]:
    return {name: frozenset(map(folded, words)) for name, words in read_sections(_WORDS).items()}


def _any_of(words: Iterable[str], between: str = "") -> str:
    """A pattern of words, longest first; ``between``: what may stand between their characters (标 题)."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(between.join(re.escape(char) for char in word) for word in ordered)


@lru_cache(maxsize=1)
def patterns() -> dict[str, re.Pattern[str]]:
    words = _sections()
    sizes = _any_of(("加大", "减小", "还原", "特大", "超大", "默认", "标准", "大", "中", "小"))
    size = rf"(?:字[号体](?:大小|显示)?|字体)[\s:\[(【]*+(?:(?:{sizes})[\s|/,、·]*+)+[\])】]*+"
    plain = words["anywhere"] | words["button"] | words["fragment"]
    label = _any_of(words["label"] | words["catalogue"], r"\s*")
    return {
        # possessive, so that a hostile line costs no more than its length
        "words": re.compile(rf"(?:{size}|{_any_of(plain)}|\d{{1,3}}(?!\d)|{_MARK})++"),
        "anywhere": re.compile(rf"{size}|{_any_of(words['anywhere'])}"),
        "button": re.compile(_any_of(words["button"])),
        "size": re.compile(r"字[号体]|加大|减小"),
        "related": re.compile(rf"{_MARK}*+(?:{_any_of(words['related'])}){_MARK}*+"),
        "label": re.compile(rf"(?:^|(?<=[\s|\[(【·•\d]))(?P<name>{label})\s*:"),
        "sure": re.compile(_any_of(words["label"], r"\s*")),
    }


POSITION = re.compile(r"^[\s•>]*(?:[您你])?(?:现在|当前|目前)?(?:所在)?的?(?:位置|栏目)(?:是)?\s*:")
_CRUMBS = re.compile(
    r"^(?:网站)?(?:首页|主页)\s*(?:>|»|›|→|》|/|-|\?)+.{1,80}$|^[^>。]{1,15}+(?:>++\s*+[^>。]{1,20}+){2,}+$"
)
ARROW = re.compile(r"^[>»›→/\s]+$")
_PAGER = re.compile(
    r"^(?:第?\s*\d{1,3}\s*/\s*\d{1,3}\s*页?|第\s*\d{1,3}\s*页[,\s/]*共\s*\d{1,3}\s*页|共\s*\d{1,3}\s*页(?:[,\s]*第\s*\d{1,3}\s*页)?)$"
)
NEIGHBOUR = re.compile(r"^[<«\s]*(?:上|下|前|后)一?[篇条]\s*[:>]|^(?:上|下)一个\s*:")
CREDIT = re.compile(
    rf"(?:(?:记者|通讯员|摄影师?)\s*[:/]?\s*[{HAN}·、 ]{{2,30}}|新华社发\s*\(?.{{2,20}}|^\(?{_NAME} )摄(?:影)?\s*\)?$"
)
PICTURE = re.compile(r"^(?:图为|[上下左右]图|▲|△|↑|图[①-⑳])")
BY_BOTH = re.compile(r"(?:文|文字)\s*[/、]\s*(?:摄|图|摄影)|摄影报道")
_PICTURE_FROM = re.compile(r"^[(【]?(?:图片?来源|图源)\s*[:/]\s*\S{1,20}$")
ON_STAGE = re.compile(rf"作(?:了)?(?:政府|法院|检察院|常委会)?工作报告。(?:\s*[{HAN}·]{{0,12}}记者\s*{_NAME})?$")
SALUTATION = re.compile(r"^(?:尊敬的)?(?:各位|同志|同学|代表|委员|女士|先生|朋友|主席)[^。]{0,30}[:!！]$")
_RIGHTS = re.compile(
    r"^\W*(?:版权声明|免责声明|特别声明|郑重声明|法律声明|版权所有|版权归|Copyright|©|声明\s*[:：])"
    r"|(?:本网|本站|本网站|本平台|本公众号).{0,40}(?:转载|版权|侵权|刊[载登]|注明|删除)"
    r"|(?:未经|不得).{0,25}(?:转载|镜像)|转载.{0,12}(?:注明|联系)|ICP备|公网安备|网站标识码|All Rights Reserved"
    r"|违法和不良信息举报|互联网新闻信息服务许可证",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"点击.{0,4}蓝.?字.{0,4}关注"
    r"|微信.{0,12}(?:扫|发现).{0,25}(?:分享|朋友圈)|扫(?:一扫|码|描).{0,14}(?:关注|分享|手机|当前页)"
)
_CLICK = re.compile(r"^[>》\s]*(?:请)?点击(?:此处|这里|图片|查看|进入|下载|阅读|收听|观看).{0,12}[<《\s]*$")
# copies of posts in WeChat: 编辑 | 高远, the account twice, where it was written
_BAR = re.compile(
    r"(?:来源|编辑|责编|审核|校对|监制|作者|供稿|图文|文字|摄影|图片|排版|制作|[初复终]审|[一二三][审校]|值班主任)\s*[|丨│]\s*\S[^。]{0,30}"
)
_ACCOUNT = re.compile(r"(?P<name>\S{2,20})\s+(?P=name)|发表于\s?\S{2,4}")
_COUNT = re.compile(r"(?:阅读|浏览|点击|访问|点赞|评论|转发|观看)(?:量|数|次数)?\s*:?\s*[\d.,]+\s*[万wk]?\+?\s*次?")
_BLOG = re.compile(
    rf"(?:原创\s+\S{{2,20}}(?:\s+\S{{2,20}})?|(?P<name>\S{{2,20}})\s+(?P=name))\s+{DAY_AND_TIME.pattern}(?:\s+\S{{2,3}})?"
)
_MEDIA = (
    rf"[{HAN}·]{{1,14}}(?:报|网|社|台|广播|客户端|频道|公众号|微信|发布|在线|融媒|新闻|传媒|之窗|杂志)(?:体?中心)?"
)
STAMPS = (
    re.compile(rf"{DAY_PATTERN}(?:\s*{TIME_PATTERN})?\s+(?P<outlet>{_MEDIA})"),
    # an organization over its date is a signature, unless the date is a content system's
    re.compile(rf"(?P<outlet>{_MEDIA})\s+(?=\d{{4}}[-/.]|.*\d:\d){DAY_PATTERN}(?:\s*{TIME_PATTERN})?"),
    re.compile(rf"《\s*(?P<outlet>[^》]{{2,20}}?)\s*》\s*\(\s*{DAY_PATTERN}\s*第?\s*[A-Z]?\d{{1,3}}\s*版\s*\)"),
)
"""When and by whom a text was published, without a label; groups as in ``DAY_PATTERN``, and ``outlet``."""
_WEB = re.compile(
    r"(?:(?:URL|url|网\s*址|(?:原文|来源|文章|网页)?链接|(?:网页|原文)地址|来源)\s*:?\s*)?https?://[\w./%?&=#:~+-]+"
)
_HEADING = re.compile("(?:正\\s*文|全\\s*文|内\\s*容|文章内容|新闻内容)\\s*:")
"""What scrapers write between a document's fields and its text."""
IMPRINT = re.compile(
    r"(?P<owner>主办|承办|协办|主管|运维|维护|制作|建设|技术支持|版权所有)(?:单位|维护)?\s*:"
    r"|(?:联系)?(?:地址|电话|邮编|邮政编码|传真|邮箱)\s*:"
)
_SHEET = re.compile(r"第?\s*[A-Z]?\d{1,3}\s*版\s*:?\s*\S{0,10}")
_OF_THE_WEEK = re.compile(rf"{DAY.pattern}{WEEKDAY_PATTERN}")
_MACHINE = re.compile(r"^(?:[0-9a-f]{16,64}:?|(?:https?://)?[\w-]+(?:\.[\w-]+)*\.(?:cn|com|net|org)(?:/\S*)?)$", re.I)
FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|zip|rar|ofd|et)\b", re.IGNORECASE)
ANNEX = re.compile(
    r"^\W*(?:附\s*[件录表图注]|附\s*:|名词解释|注释|注\s*[:1-9]|备注|说明\s*:|专栏|[表图]\s*\d|抄送|主送|此件|联系人)"
)
ORGANIZATION = re.compile(
    rf"[{HAN}]{{2,20}}(?:人民政府|办公[室厅]|委员会|人大常委会|法院|检察院|[县市省区]委|网|网站)"
)
SIGNED = re.compile(
    r"(?:人民政府|办公[室厅]|委员会|人大常委会|政协|人民法院|检察院|[局厅部委院会处署行社])(?:\(.{0,8}\))?$"
)
_OUTLET = re.compile(r"(?:[报网社台刊局厅委办府处院室站部校会]|客户端|中心|频道|公众号|微信|发布|杂志|在线|融媒)$")
EVENT = re.compile(r"(?:会议|活动|举办)?(?:地点|地址|(?:参加|参会)?人员|会场|主持人?|内容|议题)\s*:")
"""Begins the line below the time of an event."""
CLOSING = re.compile(
    r"打印本[页文]|打印[此文]|关闭(?:窗口|本页|页面|此页)|扫一扫在?手机|返回顶部|回到顶部|网站地图|友情链接|版权声明|免责声明|版权所有|ICP备|备案"
)
MAX_TITLE = 80


def kind_of(line: Line) -> Kind:
    view = line.view
    if not view or len(view) > 200:
        return Kind.NONE
    words = patterns()
    if words["words"].fullmatch(view):
        if words["anywhere"].search(view):
            return Kind.ANYWHERE
        buttons = len(words["button"].findall(view))
        return Kind.FRAGMENT if not buttons else Kind.BUTTON if buttons == 1 else Kind.OUTSIDE
    if _SHARE.search(view) or _PAGER.match(view) or (_PICTURE_FROM.match(view)):
        return Kind.ANYWHERE
    if POSITION.match(view) or _CRUMBS.match(view) or NEIGHBOUR.match(view) or _CLICK.match(view):
        return Kind.OUTSIDE if len(view) <= 120 else Kind.NONE
    if _RIGHTS.search(view) or any(shape.fullmatch(view) for shape in (DAY_AND_TIME, _COUNT, _BLOG)):
        return Kind.OUTSIDE
    if _WEB.fullmatch(view) or _BAR.fullmatch(view) or any(stamp.fullmatch(view) for stamp in STAMPS):
        return Kind.OUTSIDE
    if _ACCOUNT.fullmatch(view) or IMPRINT.match(view) or _HEADING.fullmatch(view):
        return Kind.FRAGMENT
    if _MACHINE.match(view) or _SHEET.fullmatch(view) or _OF_THE_WEEK.fullmatch(view):
        return Kind.FRAGMENT
    return _label_kind(view)


def _label_kind(view: str) -> Kind:
    """A line of labels with short values, such as 来源：县林业局 时间：2021-03-12 浏览次数：32."""
    words = patterns()
    labels = list(words["label"].finditer(view))
    if not labels:
        return Kind.NONE
    before = view[: labels[0].start()].strip("【[(<> •·|")
    if before and not (DAY_AND_TIME.fullmatch(before) or DAY.fullmatch(before) or words["words"].fullmatch(before)):
        return Kind.NONE
    ends = [label.start() for label in labels[1:]] + [len(view)]
    values = [view[label.end() : end].strip("】])[【( |") for label, end in zip(labels, ends, strict=True)]
    if not all(_is_value(value) for value in values):
        return Kind.NONE
    sure = sum(bool(words["sure"].fullmatch(label["name"])) for label in labels)
    # 时间 alone can be that of an event; one with hyphens or a time of day is a content system's
    stamped = any(re.match(r"(?:19|20)\d\d-\d|.*\d:\d", value) for value in values) and len(labels) == 1
    credited = any(re.fullmatch("责任编辑|责编|浏览次数|阅读次数|点击次数", label["name"]) for label in labels)
    if sure > 1 or credited:
        return Kind.ANYWHERE
    return Kind.OUTSIDE if sure or stamped else Kind.FRAGMENT


def _is_value(value: str) -> bool:
    if not value or DAY.fullmatch(value) or DAY_AND_TIME.fullmatch(value):
        return True
    if patterns()["words"].fullmatch(value):
        return True
    return len(value) <= 30 and not re.search(r"[:。；！？，,;!?]", value)


def can_be_title(line: Line) -> bool:
    """Whether a line has the shape of a title, and neither of an occasion, a heading, a salutation nor a sentence."""
    view = line.view
    return (
        5 <= len(view) <= MAX_TITLE
        and not is_sentence(line)
        and not SALUTATION.match(view)
        and not re.match(r"[—─―-]{1,2}|[(（]|[一二三四五六七八九十]+、|\d+[.、]|第.{1,3}[章节条]|[•·]", view)
        and not DAY.match(view)
        and not re.search(r"[会会]议上\)?$|[:,，、]$", view)
    )


def is_sentence(line: Line) -> bool:
    """Whether a line is running text."""
    text = line.text.strip()
    if len(text) > MAX_TITLE:
        return True
    ends = _END.search(text)
    # a title can end in ！ or ？
    return bool(ends) and len(text) >= (5 if ends and ends[0][0] in "。；;" else 30)


def is_outlet(view: str) -> bool:
    """Whether a line names a newspaper, a site or an office, and nothing else."""
    return len(view) <= 20 and bool(_OUTLET.search(view)) and not re.search(r"[。:，,]", view)
