"""What a file says of its document, beside the text: title, date, byline, source, issuer and address.

Web pages say it in ``<meta>`` elements, tables in columns; ``columns.txt`` lists the names, best first.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.ingestion.dates import DAY, iso
from pipeline.ingestion.lines import folded
from pipeline.ingestion.wordlists import read_sections
from pipeline.params import Columns

FIELDS = ("title", "date", "byline", "source", "issuer", "url")
_NAMES = Path(__file__).with_name("columns.txt")
_LATER = re.compile(rf"[:\s]{DAY.pattern}")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:[T ]?\d{4}(?:\d\d)?)?")
_MONTH = re.compile(r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>[01]?\d)(?P<d>)")
_COMPACT_MONTH = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>)")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:年|\.0)?")
_COUNTED = re.compile(r"(?:1\d{9}|9\d{8})(?:\d{3}|\.\d+)?|[345]\d{4}(?:\.\d+)?")
"""Seconds or milliseconds since 1970, as programs write a time, or days since 1899, as Excel does: 2000 to 2033."""
_LABEL = re.compile(r"(?:(?:信息|文章|稿件)?来源|稿源|作者|记者|发布(?:机构|单位)|标题)\s*[:：]\s*")
_PARTS = re.compile(r"_+|[|｜]|--+|——|(?<=[^\x00-\x7f])\s*[-–—]\s*(?=[^\x00-\x7f])| [-–—] ")
_SITE = re.compile(r"(?:网|网站|首页|政府|委员会|政协|[局厅部委]|频道|动态|要闻|公众平台)$|^[\W_]|[\W_]$")
MIN_TITLE = 5
_ADDRESS = re.compile(r"(?:https?:)?//\S+|[\w-]+(?:\.[\w-]+)+(?::\d+)?/\S*", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = (
    re.compile(r"(?P<month>[a-z]{3,9})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
    re.compile(r"(?P<d>\d{1,2}) (?P<month>[a-z]{3,9})\.?,? (?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
)


def names(field: str, columns: Columns) -> tuple[str, ...]:
    """Names under which files give a field, or the ``text``: the user's own, then the usual ones."""
    own: tuple[str, ...] = getattr(columns, field)
    return own + _usual()[field]


@cache
def _usual() -> dict[str, tuple[str, ...]]:
    return read_sections(_NAMES)


def fields_of(metadata: Sequence[tuple[str, str]], columns: Columns) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The fields that a file's (key, value) pairs give, and the pairs that gave none.

    Each of ``FIELDS`` is in the first result, empty where nothing gives it. Keys are compared without case; the first
    name of a field that the file has with a value wins, and for a date the first whose value is one. ``date`` is in
    ISO 8601 as far as known. An address under a name for the source gives ``url``.
    """
    fields = dict.fromkeys(FIELDS, "")
    used: set[int] = set()
    for field in FIELDS:
        for index in _places(metadata, names(field, columns)):
            value = _value(field, metadata[index][1])
            if value and index not in used:
                fields[field] = value
                used.add(index)
                break
    if not fields["url"]:
        for index in _places(metadata, names("source", columns)):
            if index not in used and _ADDRESS.fullmatch(metadata[index][1].strip()):
                fields["url"] = metadata[index][1].strip()
                used.add(index)
                break
    return fields, [pair for index, pair in enumerate(metadata) if index not in used]


def page_title(metadata: Sequence[tuple[str, str]]) -> str:
    """What a page calls itself (``<title>``), without its site's name; empty where that names a site only."""
    for key, value in metadata:
        if key == "html.title":
            parts = [part.strip() for part in _PARTS.split(value)]
            return next((part for part in parts if len(part) >= MIN_TITLE and not _SITE.search(part)), "")
    return ""


def _places(metadata: Sequence[tuple[str, str]], names: Sequence[str]) -> list[int]:
    """Where the names stand, in the names' order."""
    keys = [key.strip().casefold() for key, _ in metadata]
    return [index for name in names for index, key in enumerate(keys) if key == name.casefold()]


def _value(field: str, text: str) -> str:
    if field == "date":
        return iso_date(text)
    value = " ".join(text.split())
    value = value[label.end() :] if (label := _LABEL.match(value)) else value
    if field == "byline" and value.isdecimal():
        return ""  # the number of an account
    if field in ("source", "url") and bool(_ADDRESS.fullmatch(value)) != (field == "url"):
        return ""
    # what tables write for no value
    return "" if value.casefold() in ("nan", "none", "null", "nat", "n/a", "-", "--", "无") else value


def iso_date(text: str) -> str:
    """A date as files write it in ISO 8601, as exact as it is; empty if it is none, or none for sure (02/03/2026).

    >>> iso_date("2026-02-09T10:00:00+08:00"), iso_date("二〇二六年二月"), iso_date("Mon, 09 Feb 2026 10:00:00 GMT")
    ('2026-02-09', '2026-02', '2026-02-09')
    """
    view = folded(text[:200]).strip()
    year = _YEAR.fullmatch(view)
    if year:
        return year[1]
    if _COUNTED.fullmatch(view):
        return _from_number(view)
    match = _MONTH.fullmatch(view) or DAY.match(view) or _COMPACT.fullmatch(view) or _COMPACT_MONTH.fullmatch(view)
    match = match or _LATER.search(view)
    if match:
        return iso(match)
    try:
        return parsedate_to_datetime(view).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return _english(view)


def _from_number(view: str) -> str:
    """The day of a time in numbers; in China, eight hours before Greenwich."""
    whole = int(view.partition(".")[0])
    if whole < 100_000:
        return (date(1899, 12, 30) + timedelta(days=whole)).isoformat()
    seconds = whole / 1000 if whole >= 10**11 else whole
    found = datetime.fromtimestamp(seconds, UTC) + timedelta(hours=8)
    return found.date().isoformat() if found.year >= 2000 else ""


def _english(view: str) -> str:
    for pattern in _ENGLISH:
        match = pattern.search(view)
        month = match["month"][:3].lower() if match else ""
        if match and month in _MONTHS:
            try:
                return date(int(match["y"]), _MONTHS.index(month) + 1, int(match["d"])).isoformat()
            except ValueError:
                return ""
    return ""


def site_of(url: str) -> str:
    """The host of an address, in small letters and without its port; empty if it has none."""
    address = url.strip()
    if "//" not in address:
        address = f"//{address}" if _ADDRESS.match(address) else ""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "") if parts.scheme in ("", "http", "https") else ""
    except ValueError:
        return ""
