"""Which lines of a document are its title, and which are of its series or the occasion of a speech."""

import re
from collections.abc import Sequence

from pipeline.ingestion.dates import DAY_PATTERN
from pipeline.ingestion.furniture_lines import ORGANIZATION, SALUTATION
from pipeline.ingestion.lines import HAN, Line, folded

HEAD_LINES = 15
MIN_TITLE = 5
MAX_TITLE = 80
"""Characters in a title line; a longer first line is a paragraph."""
MAX_TITLE_LINES = 4
MAX_GAP = 8
"""Characters of blank lines within a title."""
MEETING = r"(?:会议|大会|全会|会上)上?\s*\)?\s*$"
OCCASION = re.compile(MEETING)
ON_DAY = re.compile(rf"^\s*(?:——|──|―|--)?\s*\(?\s*{DAY_PATTERN}\s*在[^,。;!?]*$")
"""A line about the occasion of a speech; an event told in the body goes on behind the meeting's name."""
_SERIES = re.compile(r"(?:——|──|―|--)")
_LABEL = (
    "来源|时间|日期|作者|记者|编辑|责编|字[号体]|分享|浏览|点击|阅读|索引|文号|发文|主题|分类|标题|标签|关键|位置|当前"
    "|电话|热线|地址"
)
# breadcrumbs, labels and times are not titles
_LISTING = re.compile(rf"[>【】|]|^.{{0,5}}(?:{_LABEL}).{{0,2}}:|^\d[\d\s:./-]*$|^[\w.:/-]+\.(?:cn|com|net|org)\b")
# the head of an official document, GB/T 9704: its number, how secret and urgent it is, whose it is, its number again
_OFFICIAL = re.compile(
    rf"[{HAN}]{{2,30}}(?:政府|委员会|办公[室厅]|[局厅部委院])(?:令|文件|公报|函|会议纪要)(?:\(.{{1,12}}\))?|\d{{6}}|[绝机]密|秘密|特急|加急|平急"
    rf"|[{HAN}]{{1,12}}[〔\[(【]\s*(?:19|20)\d\d\s*[〕\])】]\s*(?:第\s*)?\d{{1,4}}\s*号.*|签发人\s*:.*|第\s*\d{{1,4}}\s*号|A\d{{1,2}}"
)
_ABOUT = re.compile("关于|印发|转发|批转")
_LABELLED = re.compile(
    r"(?:[【\[]?(?:文章|新闻|文件)?(?:标\s*题|题\s*[目名])[】\]]?|title)\s*[:】\]]\s*(?P<title>\S.{3,79})$", re.I
)
_GOES_ON = re.compile("(?:的|关于|[、]|印发|转发|《[^》]*)$")
_DOCUMENT = re.compile(
    r"(?:报告|决定|意见|通知|公报|决议|公告|通告|通报|办法|规定|条例|规划|方案|讲话|建议|函|批复|纲要|要点|计划|总结|答复|说明)(?:\(.{1,12}\))?$"
)


def find_title(lines: Sequence[Line], name: str = "") -> range | None:
    """The title's lines: the first line that is long enough to name something, if it has the shape of a title.

    None if it has not, or is all there is. A line that says the ``name`` is it. A title that is set in several lines
    is whole: 云岭县人民政府 over 关于…的通知.
    """
    wanted = _letters(folded(name))
    for index, line in enumerate(lines[:HEAD_LINES]):
        if len(wanted) >= MIN_TITLE and len(lines) > 1 and _letters(line.view) == wanted:
            return range(index, index + 1)
    for index, line in enumerate(lines[:HEAD_LINES]):
        view = _bare(line)
        if len(line.text) > MAX_TITLE * 4:
            return None
        stop = _stop(lines, index)
        # the name of a site or of its owner stands above the title
        over = stop == index + 1 < len(lines) and ORGANIZATION.fullmatch(view)
        if over or _OFFICIAL.fullmatch(view):
            continue
        if len(view) >= MIN_TITLE and not _LISTING.search(view):
            ends_like_a_sentence = view.endswith(("。", ";", ",", ":")) or SALUTATION.match(view)
            goes_on = view.endswith("的") and stop == index + 1
            cut_up = stop < len(lines) and lines[stop].view.startswith(("。", ",", ";", "、"))
            all_there_is = len(lines) == stop - index
            none = len(view) > MAX_TITLE or ends_like_a_sentence or goes_on or cut_up or all_there_is
            return None if none else range(index, stop)
    return None


def _stop(lines: Sequence[Line], start: int) -> int:
    """Behind the last line of a title that is set in several, as those of official documents are."""
    text = _bare(lines[start])
    for stop in range(start + 1, min(start + MAX_TITLE_LINES, len(lines))):
        more = _bare(lines[stop])
        beside = lines[stop].start - lines[stop - 1].end <= MAX_GAP
        goes_on = _GOES_ON.search(text) or (ORGANIZATION.fullmatch(text) and _ABOUT.match(more))
        if not beside or not goes_on or len(text + more) > MAX_TITLE or "。" in more:
            break
        text += more
        if _DOCUMENT.search(text):
            return stop + 1
    return start + 1


def labelled_title(lines: Sequence[Line]) -> tuple[int, int] | None:
    """The span in the raw text of a title behind 标题：, as scrapers write it over a text."""
    for line in lines:
        match = _LABELLED.match(line.folded.strip("\ufeff"))
        if match:
            return line.raw_span(*match.span("title"))
    return None


def is_series(view: str) -> bool:
    """Whether a line under a title names the series it belongs to (——…之三)."""
    return (
        bool(_SERIES.match(view)) and len(view) <= MAX_TITLE and not OCCASION.search(view) and not ON_DAY.match(view)
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def _bare(line: Line) -> str:
    """The view without a heading's marks in Markdown."""
    return line.view.lstrip("# ")
