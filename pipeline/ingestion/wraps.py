"""Line ends that are not the author's: text that was broken at a fixed width, as copies out of PDF files are.

A text is taken for broken only as a whole, by three signs together: no line is wider than a width between 40 and 120
columns, a good part of its lines is exactly so wide, and nearly none of these ends a sentence. Texts with a paragraph
a line have lines of any length, and verses and lists have shorter ones.
"""

import itertools
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence

from pipeline.ingestion.lines import Line, covered, lines_of

MIN_WIDTH, MAX_WIDTH = 40, 120
"""Columns, of which a Chinese character has two; some programs count characters, and then any has two."""
SLACK = 3
"""Columns by which a full line may be shorter: what may not be parted, or begin a line, goes to the next one."""
LESS = 8
"""The same where the line does not end a sentence, in a text that is known to be broken."""
MIN_FULL = 4
"""Full lines without which nothing is joined."""
MIN_SHARE = 0.4
"""Share of full lines among all; the others end a paragraph or are headings."""
MAX_ENDED = 0.25
"""Share of full lines that may end a sentence: by chance a paragraph's last line is full."""
_ENDED = re.compile(r"[。！？：；!?:;…][”’」』）)]*$")
_INDENT = re.compile(r"\u3000|\t|[ \xa0]{2}")
_ITEM = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[)）、]|[（(]?\d{1,2}[)）.．、](?!\d)|第[一二三四五六七八九十百]{1,4}[章节条]|[•●◆■*—-])"
)


def wrapped_ends(raw: str, furniture: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """The spans of line ends within paragraphs, sorted; empty for a text that is not broken at a width.

    A line goes on with the next one if it is full, and the next one neither stands in nor begins an item. Page
    numbers (``furniture``) may stand between the two. Between two Latin words a line end stays.
    """
    lines = [line for line in lines_of(raw) if line.text.strip()]
    page = covered(lines, furniture)
    own = [line for line, gone in zip(lines, page, strict=True) if not gone]
    ended = [bool(_ENDED.search(line.text.rstrip())) for line in own]
    short = max((_shortness(own, measure) for measure in (_columns, len)), key=_n_full)
    n_ended = sum(lack <= SLACK and end for lack, end in zip(short, ended, strict=False))
    if _n_full(short) < max(MIN_FULL, MIN_SHARE * len(own)) or n_ended > MAX_ENDED * _n_full(short):
        return []
    spans = []
    # where paragraphs are marked, a sentence that ends at the width does not end one
    marked = sum(bool(_INDENT.match(b.text)) or b.start > a.end for a, b in itertools.pairwise(own)) > 1
    for index, (line, below) in enumerate(itertools.pairwise(own)):
        begins = _INDENT.match(below.text) or _ITEM.match(below.text)
        reaches = short[index] <= (SLACK if ended[index] else LESS) and (marked or not ended[index])
        latin = _is_latin(line.text.rstrip()[-1:]) and _is_latin(below.text.lstrip()[:1])
        if reaches and not begins and not latin and not _without(raw, line.end, below.start, furniture).strip("\f"):
            spans.append((line.start + len(line.text.rstrip()), line.end))
    return spans


def _shortness(lines: Sequence[Line], measure: Callable[[str], int]) -> list[int]:
    """How many columns each line is shorter than the longest, if texts are broken at such a width; else empty."""
    columns = 1 if measure is _columns else 2
    widths = [measure(line.text.rstrip()) * columns for line in lines]
    width = max(widths, default=0)
    return [width - own for own in widths] if MIN_WIDTH <= width <= MAX_WIDTH else []


def _n_full(short: Sequence[int]) -> int:
    return sum(lack <= SLACK for lack in short)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _without(raw: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    """The part of a text from ``start`` to ``end`` that is not in ``spans``."""
    first = bisect_left(spans, start, key=lambda span: span[1])
    parts, at = [], start
    for span_start, span_end in itertools.takewhile(lambda span: span[0] < end, spans[first:]):
        parts.append(raw[at:span_start])
        at = max(at, span_end)
    return "".join([*parts, raw[at:end]])


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
