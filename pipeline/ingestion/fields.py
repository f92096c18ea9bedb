"""Title, series line, byline, source and date of a document, from the lines at its head and end.

They are found in the raw text, so their shapes are judged on the view of ``lines.py``; the spans are raw ones, and
restoration turns them into the fields' values.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.ingestion.dates import DAY_AND_TIME, DAY_PATTERN, TIME_PATTERN, WEEKDAY_PATTERN, iso
from pipeline.ingestion.furniture_lines import EVENT, ORGANIZATION, SALUTATION, STAMPS, is_outlet
from pipeline.ingestion.lines import HAN, Line, covered, lines_of
from pipeline.ingestion.titles import (
    HEAD_LINES,
    MAX_TITLE,
    OCCASION,
    ON_DAY,
    find_title,
    is_series,
    labelled_title,
)

_NAME = rf"(?!通讯员|记者|摄影|编辑|实习|报道|作者)[{HAN}]{{2,4}}(?:·[{HAN}]{{1,8}})?"
_NAMES = rf"{_NAME}(?:[ 、]+{_NAME})*"
_SIGNED = re.compile(
    rf"\((?:[{HAN}、]{{0,20}}(?:局|委|办|部|社|台|报|中心|政府|通讯员|记者|作者|撰稿|供稿|文|图)\s*[:/]?\s*)?"
    rf"(?P<names>[^():]{{2,60}})\)\s*$"
)
# what closes a text or a page in brackets, or stands behind an office, and is nobody's name
_NO_NAME = re.compile(
    r"(?:热烈)?掌声|全文完|完结?|未完.*|详?见.*|附.*|下转.*|上接.*|以上.*|信箱|热线|专线|[您你]好|介绍|简介"
    r"|手记|观察|调查|来信|日记|节|目录|序言|前言|摘要|草案|(?:星期|周)[一二三四五六日天]"
)
_OUTLETS = rf"(?:本[报刊网台社]|新华社|中新社|[{HAN}·]{{2,12}}(?:报|网|社|台|客户端))"
_AUTHOR = re.compile(
    rf"^\s*(?:{_OUTLETS}(?:全媒体|融媒体|首席|见习|特约|实习)*记者\s*[:/]?|(?:记者|作者|撰稿|通讯员|文)(?:\s*[:/]|\s))"
    rf"\s*(?P<names>{_NAMES})(?:\s*(?:通讯员|记者|实习生|摄影报道|报道|文/图)[{HAN} 、/]{{0,30}})?\s*$"
)
_OFFICE = "(?:主席|总理|书记|主任|(?:省|市|县|区|州|盟|旗|镇|乡|院|检察|部|厅|局)长)"
_LABELLED_AUTHOR = re.compile(
    rf"(?:^|[\s|])(?:作者|撰稿|记者)\s*:\s*(?P<names>{_NAME}(?:[ 、]{_NAME}(?=[\s、|]|$))*)(?=[\s|]|$)"
)
_PERSON = rf"[{HAN}](?: ?[{HAN}]){{1,3}}|[{HAN}]{{2,8}}(?:·[{HAN}]{{1,8}})+"
_SPEAKER = re.compile(rf"^\s*[{HAN}]{{0,14}}{_OFFICE} +(?P<names>{_PERSON})\s*$")
_ALONE = re.compile(rf"^\s*(?P<names>{_PERSON})\s*$")
_DATELINE = re.compile(
    rf"^\s*\(?\s*(?:(?:发布|成文|更新|发表)?(?:时间|日期)\s*:?\s*)?{DAY_PATTERN}{WEEKDAY_PATTERN}?(?:\s*{TIME_PATTERN})?\s*\)?\s*$"
)
_ISSUED = "(?:发布|发表|发文|成文|印发|更新|刊发)"
_LABELLED_DAY = re.compile(rf"(?:^|[\s|【\[(•])(?P<issued>{_ISSUED})?(?:时间|日期)\s*:\s*{DAY_PATTERN}")
_BESIDE = (
    re.compile(rf"^\s*{DAY_PATTERN}(?:\s*{TIME_PATTERN})?\s+(?=\S*(?:来源|作者|浏览|点击|阅读)\S*\s*:)"),
    re.compile(rf"来源\s*:\s*\S+\s+{DAY_PATTERN}"),
)
"""A day without a label on a line with the page's labels."""
_GLUED = re.compile(r"(?<!\d)(?P<day>(?P<y>20\d\d)\s?(?P<m>[01]\d)\s?/\s?(?P<d>[0-3]\d))\s?(?=\d\d:\d\d)")
"""Where only a page's styles part year, day and time: 202112/2110:11:12 (Xinhua)."""
_OF_THE_WEEK = re.compile(DAY_PATTERN + WEEKDAY_PATTERN)
_AMONG_LABELS = re.compile(rf"(?:^|[\s|]){DAY_PATTERN}(?=[\s|]|$)")
_METADATA = re.compile("来源|作者|浏览|点击|阅读|字号")
_SOURCE_LABEL = r"(?:^|[\s|【\[(•])(?:(?:信息|文章|稿件|新闻)?来源|稿源)\s*:"
_SOURCE = re.compile(
    rf"{_SOURCE_LABEL}\s*(?P<source>[^\s|【】\[\]:。;,!?]{{2,40}}?)"
    r"(?=[\s|【】\[\]]|\)?\s*$|(?:发布|发表|更新)?(?:时间|日期)\s*:|(?:作者|责任编辑|编辑)\s*:|浏览|阅读|点击)"
)
_SOURCE_BELOW = re.compile(rf"{_SOURCE_LABEL}\s*$")
_SIGNATURE = 200
"""Characters at a paragraph's end in which its authors can be named."""


class Field(NamedTuple):
    """A field and its span in the raw text; ``value``: a date in ISO 8601, or the raw text of the span."""

    field: str
    raw_start: int
    raw_end: int
    value: str


def find_fields(raw: str, furniture: Sequence[tuple[int, int]] = (), name: str = "") -> list[Field]:
    """The fields that the document's own lines give, at most one of each.

    ``furniture``: sorted spans that are page and not document. Its labels (来源：, 发布时间：) give fields; a title, a
    series line or a speaker never stands in it. ``name``: what the file's own head calls the document; a line that
    says the same is its title.
    """
    lines = [line for line in lines_of(raw) if line.view or line.text.strip()]
    inside = covered(lines, furniture)
    kept = [line for line, page in zip(lines, inside, strict=True) if not page]
    own = [index for index, page in enumerate(inside) if not page]
    n_head = own[HEAD_LINES] if len(own) > HEAD_LINES else len(lines)
    body = next((index for index in own if lines[index].text.rstrip().endswith("。")), len(lines))
    above = min(body, n_head)
    found = []
    named = labelled_title(lines[:n_head])
    # where a line end within a paragraph is marked, the line above is no title
    goes_on = {start for start, _ in furniture}
    title = find_title(kept, name)
    if title and kept[title.stop - 1].start + len(kept[title.stop - 1].text.rstrip()) in goes_on:
        title = None
    if named:
        found.append(_field(raw, "title", named))
    elif title:
        found.append(_title_field(raw, kept[title.start : title.stop]))
    if title and title.stop < len(kept) and is_series(kept[title.stop].view):
        found.append(_field(raw, "series", _span(kept[title.stop])))
    for name, span in (("byline", _byline(lines, inside, n_head, kept)), ("source", _source(lines, above, own))):
        if span:
            found.append(_field(raw, name, span))
    date = _date(lines, inside, own, above)
    return [*found, date] if date else found


def _byline(lines: list[Line], inside: list[bool], n_head: int, kept: list[Line]) -> tuple[int, int] | None:
    above = ""
    for index, line in enumerate(lines[:n_head]):
        match = _AUTHOR.match(line.folded) or _LABELLED_AUTHOR.search(line.folded)
        if not match and not inside[index]:
            match = _SPEAKER.match(line.folded)
            below = next(
                (other.view for other, page in zip(lines[index + 1 :], inside[index + 1 :], strict=True) if not page),
                "",
            )
            if not match and above and SALUTATION.match(below):
                match = _ALONE.match(line.folded)
        if match and not _NO_NAME.fullmatch(match["names"]):
            return line.raw_span(*match.span("names"))
        above = above if inside[index] else line.view
    for line in reversed(kept[-2:]):
        end = line.text.rstrip()[-_SIGNATURE:]
        start = line.start + len(line.text.rstrip()) - len(end)
        last = Line(start, line.end, end)
        signed = _SIGNED.search(last.folded)
        names = signed["names"].strip() if signed else ""
        if signed and re.fullmatch(_NAMES, names) and not _NO_NAME.fullmatch(names):
            return last.raw_span(*signed.span("names"))
    return None


def _source(lines: list[Line], above: int, own: list[int]) -> tuple[int, int] | None:
    last = own[-2] if len(own) > 1 else 0
    for index in [*range(above), *range(max(above, last), len(lines))]:
        match = _SOURCE.search(lines[index].folded)
        if match:
            return lines[index].raw_span(*match.span("source"))
        stamp = next((found for pattern in STAMPS if (found := pattern.fullmatch(lines[index].view))), None)
        if stamp:
            lead = len(lines[index].folded) - len(lines[index].folded.lstrip())
            return lines[index].raw_span(*(lead + place for place in stamp.span("outlet")))
        below = lines[index + 1] if index + 1 < len(lines) else None
        if below and _SOURCE_BELOW.search(lines[index].folded) and is_outlet(below.view):
            return _span(below)
    return None


def _date(lines: list[Line], inside: list[bool], own: list[int], stop: int) -> Field | None:
    """A dateline above the body or at the end; else a labelled day there; else the day on which a speech was given."""
    head = list(range(stop))
    rest = [i for i in own if i >= stop]
    # a signature can stand above annexes
    signed = [
        i
        for above, i in pairwise(rest)
        if ORGANIZATION.fullmatch(lines[above].view) or _SPEAKER.match(lines[above].folded)
    ]
    days = [i for i in rest[:-2] if _DATELINE.search(lines[i].folded)]
    # a chronicle has such lines all through, each the day of an event
    chronicle = not set(days) <= set(signed)
    places = [i for i in [*head, *rest[-2:], *signed] if inside[i] or not chronicle]
    datelines = [i for i in places if not _is_events(lines, inside, i)]
    labelled = [i for i in head if _is_metadata(lines[i].folded)]
    below = [i for i, page in enumerate(inside) if page and i > stop and _is_metadata(lines[i].folded)]
    under = [i for i, page in enumerate(inside) if page and i > stop]
    beside = [i for i in head if _METADATA.search(lines[i].folded)]
    occasions = [i for i in own[:6] if i < stop and _is_occasion(lines, own, i)]
    searches = (
        (_DATELINE, datelines),
        (_LABELLED_DAY, labelled + below),
        *((pattern, beside) for pattern in _BESIDE),
        *((stamp, head) for stamp in STAMPS),
        *((stamp, under) for stamp in STAMPS),
        *((pattern, [i for i in head if inside[i]]) for pattern in (DAY_AND_TIME, _OF_THE_WEEK, _GLUED)),
        (_AMONG_LABELS, [i for i in beside if inside[i]]),
        (ON_DAY, occasions),
    )
    for pattern, where in searches:
        for index in where:
            match = pattern.search(lines[index].folded)
            value = iso(match) if match else ""
            if match and value:
                return Field("date", *lines[index].raw_span(*match.span("day")), value)
    return None


def _is_events(lines: list[Line], inside: list[bool], index: int) -> bool:
    """Whether a dateline is the value of a label that speaks of an event, or has the event's place below it."""
    above = lines[index - 1].view if index else ""
    below = lines[index + 1].view if index + 1 < len(lines) else ""
    asked = above.endswith(":") and re.search("时间|日期", above) and not re.search(_ISSUED, above)
    return not inside[index] and bool(asked or EVENT.match(below))


def _is_occasion(lines: list[Line], own: list[int], index: int) -> bool:
    """Whether a line, or with the next one, is ``——2020年1月12日在…会议上``."""
    view = lines[index].view
    if not ON_DAY.match(view):
        return False
    place = own.index(index) + 1
    below = lines[own[place]].view if place < len(own) else ""
    return bool(OCCASION.search(view) or (OCCASION.search(below) and len(below) <= MAX_TITLE and "。" not in below))


def _is_metadata(view: str) -> bool:
    """Whether a labelled time on this line is that of publication: 时间 alone can be that of an event."""
    match = _LABELLED_DAY.search(view)
    return bool(match and (match["issued"] or _METADATA.search(view)))


def _title_field(raw: str, lines: Sequence[Line]) -> Field:
    """A title; one of several lines stands in the raw text with line ends, and has a value without."""
    if len(lines) == 1:
        start, end = _span(lines[0])
        marks = re.match(r"#+\s+", raw[start:end])  # a heading in Markdown
        return _field(raw, "title", (start + (marks.end() if marks else 0), end))
    return Field("title", 0, 0, "".join(line.text.strip() for line in lines))


def _field(raw: str, name: str, span: tuple[int, int]) -> Field:
    return Field(name, *span, raw[span[0] : span[1]])


def _span(line: Line) -> tuple[int, int]:
    lead = len(line.text) - len(line.text.lstrip())
    return line.start + lead, line.start + len(line.text.rstrip())
