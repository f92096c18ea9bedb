"""Title, series line, byline and date of a document, from the lines at its head and end.

They are found in the raw text, so their shapes are judged on a view without glosses; the spans are raw ones, and
restoration turns them into the fields' values.
"""

import re
from datetime import date
from typing import NamedTuple

# On a polluted page a gloss can stand in any name: 劉(liú)俊英, 發(發).
_GLOSS = re.compile(r"(?<=[\u3400-\u9fff])\((?:[a-zA-ZüÀ-ÿĀ-ǿ ]{1,9}|[\u3400-\u9fff])\)")
_HAN = "\u3400-\u9fff"
_NAME = rf"[{_HAN}]{{2,4}}(?:·[{_HAN}]{{1,8}})?"
_NAMES = re.compile(rf"{_NAME}(?:[ \u3000、]+{_NAME})*")
_SIGNED = re.compile(r"[（(](?P<names>[^（()）]{2,60})[)）]\s*$")
# what closes a text or a page in brackets, or stands behind an office, and is nobody's name
_NO_NAME = re.compile(
    r"(?:热烈|熱烈)?(?:掌声|掌聲)|全文完|完[结結]|未完.*|[详詳]?[见見].*|附.*|下[转轉].*|上接.*|以上.*"
    r"|信箱|[热熱][线線]|[专專][线線]|[您你]好|介[绍紹]|[简簡]介"
)
_AUTHOR = re.compile(rf"^\s*(?:本?[报報]?[记記]者|作者|撰稿|文)\s*[:：/]?\s*(?P<names>{_NAMES.pattern})\s*$")
_OFFICE = "(?:主席|总理|總理|(?:省|市|县|縣|区|區|州|盟|旗|镇|鎮|乡|鄉|院|检察|檢察)[长長])"
_LABELLED_AUTHOR = re.compile(
    rf"(?:^|[\s|])(?:作者|撰稿|[记記]者)\s*[:：]\s*(?P<names>{_NAME}(?:[ 、]{_NAME}(?=[\s、|]|$))*)(?=[\s|]|$)"
)
_SPEAKER = re.compile(rf"^\s*[{_HAN}]{{0,12}}{_OFFICE}[ \u3000]+(?P<names>[{_HAN}][ \u3000]?[{_HAN}]{{1,3}})\s*$")
_SERIES = re.compile(r"^\s*(?:——|──|―|--)")
_OCCASION = re.compile(r"(?:会议|會議|大会|大會|全会|全會)上?\s*[)）]?\s*$")
_DAY = r"(?P<day>(?P<y>(?:19|20)\d\d)\s*[年./-]\s*(?P<m>\d{1,2})(?:\s*[月./-]\s*(?P<d>\d{1,2})(?:\s*日)?|\s*月))"
_DATELINE = re.compile(
    rf"^\s*[（(]?\s*(?:(?:发布|發布|成文|更新)?(?:时间|時間|日期)\s*[:：]?\s*)?{_DAY}(?:\s+\d{{1,2}}:\d\d(?::\d\d)?)?\s*[)）]?\s*$"
)
# a line about the occasion of a speech; an event told in the body goes on behind the meeting's name
_OCCASION_DAY = re.compile(
    rf"^\s*(?:——|──|―|--)?\s*[（(]?\s*{_DAY}\s*在[^，。；！？,;!?]*(?:[会會][议議]|大[会會]|全[会會]|[会會]上)上?\s*[)）]?\s*$"
)
_ISSUED = "(?:发布|發布|发表|發表|发文|發文|成文|印发|印發|更新|刊发|刊發)"
_LABELLED_DAY = re.compile(rf"(?:^|[\s|【\[（(])(?P<issued>{_ISSUED})?(?:时间|時間|日期)\s*[:：]\s*{_DAY}")
_METADATA = re.compile("(?:来源|來源|作者|[浏瀏][览覽]|[点點][击擊]|[阅閱][读讀]|字[号號])")
_LABEL = (
    "来源|來源|[时時][间間]|日期|作者|[记記]者|[编編][辑輯]|责编|責編|字[号號体體]|分享|[浏瀏][览覽]|[点點][击擊]|[阅閱][读讀]"
    "|索引|文[号號]|[发發]文|主[题題]|分[类類]|[标標]题|[标標][签籤]|[关關][键鍵]|位置|[当當]前|[电電][话話]|地址"
)
# breadcrumbs, labels and times are not titles
_LISTING = re.compile(rf"[>【】|]|^.{{0,5}}(?:{_LABEL}).{{0,2}}[:：]|^\d[\d\s:./-]*$")
HEAD_LINES = 15
MIN_TITLE = 5
MAX_TITLE = 80
"""Characters in a title line; a longer first line is a paragraph."""


class Field(NamedTuple):
    """A field and its span in the raw text; ``value`` only for a date."""

    field: str
    raw_start: int
    raw_end: int
    value: str


class _Line(NamedTuple):
    start: int
    text: str


def find_fields(raw: str) -> list[Field]:
    """The fields that the document's own lines give, at most one of each."""
    lines = [line for line in _lines(raw) if line.text.strip()]
    if not lines:
        return []
    found = []
    title = _title(lines)
    if title is not None:
        found.append(_span("title", lines[title]))
        if title + 1 < len(lines) and _is_series(lines[title + 1].text):
            found.append(_span("series", lines[title + 1]))
    head, tail = lines[:HEAD_LINES], lines[-2:]
    found += [field for field in (_byline(head, tail), _date(lines)) if field]
    return found


def _title(lines: list[_Line]) -> int | None:
    """The first line that is long enough to name something, if it has the shape of a title and is not all there is."""
    for index, line in enumerate(lines[:HEAD_LINES]):
        view = _GLOSS.sub("", line.text).strip()
        if len(view) >= MIN_TITLE and not _LISTING.search(view):
            ends_like_a_sentence = view.endswith(("。", "；", "，", ";", ",", ":", "："))
            return index if len(view) <= MAX_TITLE and not ends_like_a_sentence and len(lines) > 1 else None
    return None


def _is_series(line: str) -> bool:
    view = _GLOSS.sub("", line).strip()
    return (
        bool(_SERIES.match(view))
        and len(view) <= MAX_TITLE
        and not _OCCASION.search(view)
        and not _OCCASION_DAY.match(view)
    )


def _byline(head: list[_Line], tail: list[_Line]) -> Field | None:
    for line in head:
        match = _AUTHOR.match(line.text) or _SPEAKER.match(line.text) or _LABELLED_AUTHOR.search(line.text)
        if match and not _NO_NAME.fullmatch(match["names"]):
            return Field("byline", line.start + match.start("names"), line.start + match.end("names"), "")
    for line in reversed(tail):
        # judged without glosses, which stand in brackets themselves
        signed = _SIGNED.search(_GLOSS.sub("", line.text[-200:]))
        names = signed["names"].strip() if signed else ""
        if _NAMES.fullmatch(names) and not _NO_NAME.fullmatch(names):
            end = len(line.text.rstrip()) - 1
            return Field("byline", line.start + _opening(line.text) + 1, line.start + end, "")
    return None


def _opening(line: str) -> int:
    """Where the bracket opens that the line's last character closes; glosses inside are passed over."""
    depth = 0
    for index in range(len(line.rstrip()) - 1, -1, -1):
        depth += (line[index] in ")）") - (line[index] in "(（")
        if not depth:
            return index
    return -1


def _date(lines: list[_Line]) -> Field | None:
    """A dateline above the body or at the end; else a labelled day there; else the day on which a speech was given."""
    body = next((i for i, line in enumerate(lines) if line.text.rstrip().endswith("。")), len(lines))
    head, rest = lines[: min(body, HEAD_LINES)], lines[min(body, HEAD_LINES) :]
    # a chronicle has such lines all through, each the day of an event
    datelines = [] if any(_DATELINE.search(line.text) for line in rest[:-2]) else head + rest[-2:]
    labelled = [line for line in head if _is_metadata(line.text)]
    for pattern, places in ((_DATELINE, datelines), (_LABELLED_DAY, labelled), (_OCCASION_DAY, head[:6])):
        for line in places:
            match = pattern.search(line.text)
            value = _iso(match) if match else ""
            if match and value:
                return Field("date", line.start + match.start("day"), line.start + match.end("day"), value)
    return None


def _is_metadata(line: str) -> bool:
    """Whether a labelled time on this line is that of publication: 时间 alone can be that of an event."""
    match = _LABELLED_DAY.search(line)
    return bool(match and (match["issued"] or _METADATA.search(line)))


def _iso(match: re.Match[str]) -> str:
    """The day or month of a match of ``_DAY`` in ISO 8601; empty if the calendar has no such day."""
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"] or 1)).isoformat()
    except ValueError:
        return ""
    return day if match["d"] else day[:7]


def _span(name: str, line: _Line) -> Field:
    lead = len(line.text) - len(line.text.lstrip())
    return Field(name, line.start + lead, line.start + len(line.text.rstrip()), "")


def _lines(raw: str) -> list[_Line]:
    """Lines with where they start, without their ends."""
    lines, start = [], 0
    for line in raw.splitlines(keepends=True):
        lines.append(_Line(start, line.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")))
        start += len(line)
    return lines
