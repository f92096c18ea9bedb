"""Title, series line, byline and date of a document, from the lines at its head and end.

They are found in the raw text, so their shapes are judged on a view without glosses; the spans are raw ones, and
restoration turns them into the fields' values.
"""

import re
from typing import NamedTuple

# On a polluted page a gloss can stand in any name: 劉(liú)俊英, 發(發).
_GLOSS = re.compile(r"(?<=[\u3400-\u9fff])\((?:[a-zA-ZüÀ-ÿĀ-ǿ ]{1,9}|[\u3400-\u9fff])\)")
_HAN = "\u3400-\u9fff"
_NAME = rf"[{_HAN}]{{2,4}}(?:·[{_HAN}]{{1,8}})?"
_NAMES = re.compile(rf"{_NAME}(?:[ \u3000、]+{_NAME})*")
_SIGNED = re.compile(r"[（(](?P<names>[^（()）]{2,60})[)）]\s*$")
_AUTHOR = re.compile(rf"^\s*(?:本?[报報]?[记記]者|作者|撰稿|文)\s*[:：/]?\s*(?P<names>{_NAMES.pattern})\s*$")
_OFFICE = "(?:主席|总理|總理|(?:省|市|县|縣|区|區|州|盟|旗|镇|鎮|乡|鄉|院|检察|檢察)[长長])"
_SPEAKER = re.compile(rf"^\s*[{_HAN}]{{0,12}}{_OFFICE}[ \u3000]+(?P<names>[{_HAN}][ \u3000]?[{_HAN}]{{1,3}})\s*$")
_SERIES = re.compile(r"^\s*(?:——|──|―|--)")
_OCCASION = re.compile(r"(?:会议|會議|大会|大會|全会|全會)上?\s*[)）]?\s*$")
_DAY = r"(?P<y>(?:19|20)\d\d)\s*[年./-]\s*(?P<m>\d{1,2})(?:\s*[月./-]\s*(?P<d>\d{1,2})\s*日?|\s*月)"
_DATELINE = re.compile(
    rf"^\s*[（(]?\s*(?:(?:发布|發布|成文|更新)?(?:时间|時間|日期)\s*[:：]?\s*)?{_DAY}(?:\s+\d{{1,2}}:\d\d(?::\d\d)?)?\s*[)）]?\s*$"
)
_OCCASION_DAY = re.compile(rf"^\s*(?:——|──|―|--)?\s*[（(]?\s*{_DAY}\s*在")
_LISTING = re.compile(r"[:：>【】|]|^\d[\d\s:./-]*$")  # breadcrumbs, labels and times are not titles
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
    found += [field for field in (_byline(head, tail), _date(head, tail)) if field]
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
        match = _AUTHOR.match(line.text) or _SPEAKER.match(line.text)
        if match:
            return Field("byline", line.start + match.start("names"), line.start + match.end("names"), "")
    for line in reversed(tail):
        # judged without glosses, which stand in brackets themselves
        signed = _SIGNED.search(_GLOSS.sub("", line.text[-200:]))
        if signed and _NAMES.fullmatch(signed["names"].strip()):
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


def _date(head: list[_Line], tail: list[_Line]) -> Field | None:
    """A dateline at the head or end; else the day on which a speech was given, from the line under its title."""
    for pattern, lines in ((_DATELINE, head + tail), (_OCCASION_DAY, head[:6])):
        for line in lines:
            match = pattern.match(line.text)
            if match:
                day = f"{match['y']}-{int(match['m']):02d}" + (f"-{int(match['d']):02d}" if match["d"] else "")
                return Field("date", line.start + match.start("y"), line.start + match.end(), day)
    return None


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
