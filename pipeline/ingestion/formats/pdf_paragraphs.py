"""Lines of pages to paragraphs: what was broken by the width or the end of a page is made whole.

The text is complete: headers, footers and page numbers stand in it on lines of their own, and their spans are such
that taking one out leaves the paragraph that goes over the page's end whole. Lengths are points, as in
``pdf_layout``.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from pipeline.ingestion.formats.pdf_furniture import page_furniture
from pipeline.ingestion.formats.pdf_layout import Char, Line, cells, columns, is_wide, lines

_NOTE = re.compile(r"\s*(?:[①-⑳]|\[\d{1,3}\]|〔\d{1,3}〕|[*＊※†]|[(（]?\d{1,2}[)）]?(?![\d.．、年月]))")
_ITEM = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|第[一二三四五六七八九十百]{1,4}[章节条])"
)
_NO_SECOND_TITLE = re.compile(
    r"\s*(?:[—–―-]|[(（〔\[]|(?:\d{4}|[一二三四五六七八九〇零○]{4})年.{1,2}月|[一二三四五六七八九十]{1,3}、)"
)
_OCCASION = re.compile(r"\s*[—–―─-]{1,2}(?!\d)")
"""Begins a subtitle, which stands in the middle on all of its lines."""
_SENTENCE_END = frozenset("。！？；：…”）.!?;:")


class Page(NamedTuple):
    """A page's upright characters in the order of the file, and its size; ``others`` are lines set at an angle."""

    chars: tuple[Char, ...]
    width: float
    height: float
    others: tuple[str, ...] = ()


class _Region(NamedTuple):
    """``justified``: lines within a paragraph are stretched up to the right edge."""

    lines: list[Line]
    left: float
    right: float
    justified: bool


class _Item(NamedTuple):
    """A line in reading order; ``region`` is None for furniture."""

    line: Line
    region: _Region | None = None
    place: int = 0
    note: bool = False


def paragraphs(pages: Sequence[Page]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text, a paragraph a line, and the spans of its headers, footers and page numbers."""
    found = [cells(page.chars) for page in pages]
    spelt = any(char.text == " " for page in pages for char in page.chars)
    rows = [lines(page, spelt=spelt) for page in found]
    margins = page_furniture(found, rows, [page.height for page in pages])
    laid: list[list[list[Line]]] = []
    gutters: list[float] = []
    for page, (top, bottom) in zip(found, margins, strict=True):
        margin = {id(cell) for cell in (*top, *bottom)}
        regions, more = columns([cell for cell in page if id(cell) not in margin], gutters)
        laid.append([lines(region, spelt=spelt) for region in regions])
        gutters += [gutter for gutter in more if gutter not in gutters]
    body = _body(laid)
    edges = _edges([region for regions in laid for region in regions])
    items: list[_Item] = []
    place = 0
    for page_, regions_, (top, bottom) in zip(pages, laid, margins, strict=True):
        items += [_Item(line) for line in lines(top, spelt=spelt)]
        for region_lines in regions_:
            left, right = edges[place]
            if len(regions_) == 1:
                right = _within(page_, region_lines, left, right)
            region = _Region(region_lines, left, right, _is_justified(region_lines, right))
            place += 1
            notes = _notes_from(region_lines, body[0])
            items += [_Item(line, region, i, i >= notes) for i, line in enumerate(region_lines)]
        items += [_Item(line) for line in lines(bottom, spelt=spelt)]
        items += [_Item(Line(text, 0, 0, 0, 0, 0, "", 0)) for text in page_.others]
    return _assemble(items, body, _leading(laid))


def _body(laid: Sequence[Sequence[Sequence[Line]]]) -> tuple[float, str]:
    """Size and font of most of the text."""
    sizes: Counter[float] = Counter()
    fonts: Counter[str] = Counter()
    for line in (line for regions in laid for region in regions for line in region):
        sizes[round(line.size, 1)] += len(line.text)
        fonts[line.font] += len(line.text)
    return max(sizes, key=lambda s: (sizes[s], s), default=0.0), max(fonts, key=lambda f: (fonts[f], f), default="")


def _leading(laid: Sequence[Sequence[Sequence[Line]]]) -> dict[float, float]:
    """For each size, the distance of baselines within a paragraph: a small one among those that occur."""
    steps: dict[float, list[float]] = {}
    for region in (region for regions in laid for region in regions):
        for a, b in itertools.pairwise(region):
            if abs(a.size - b.size) < 0.05 * a.size:
                steps.setdefault(round(a.size), []).append(b.y - a.y)
    return {size: sorted(found)[len(found) // 4] for size, found in steps.items()}


def _edges(regions: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """The margins of each region. One with few or short lines has those of the regions that it fits into best."""
    own = [_margins(region) for region in regions]
    weights: Counter[tuple[float, float]] = Counter()
    for (left, right), region in zip(own, regions, strict=True):
        weights[round(left), round(right)] += len(region)
    result = []
    for region, (left, right) in zip(regions, own, strict=True):
        size = median(line.size for line in region) if region else 0.0
        shaped = sum(line.x1 > right - size for line in region) >= 3
        leftmost = left - 0.5 * size if shaped else 0.0
        votes: Counter[tuple[float, float]] = Counter()
        for (l_, r_), weight in weights.items():
            if (
                leftmost <= l_ <= left + 0.5 * size
                and right - 0.5 * size <= r_
                and (not shaped or r_ <= right + 1.5 * size)
            ):
                votes[round(l_ / 6), round(r_ / 6)] += weight
        if not votes:
            result.append((left, right))
            continue
        (l6, r6), _ = max(votes.items(), key=lambda vote: (vote[1], vote[0]))
        alike = [e for e in own if (round(round(e[0]) / 6), round(round(e[1]) / 6)) == (l6, r6)]
        result.append((min(min(e[0] for e in alike), left), max(e[1] for e in alike)))
    return result


def _margins(region: Sequence[Line]) -> tuple[float, float]:
    """Left and right edge: the outermost that several lines share, so that one line too long does not move it."""
    if not region:
        return 0.0, 0.0
    size = median(line.size for line in region)
    least = max(2, len(region) // 12) if len(region) > 3 else 1
    ends = sorted((line.solid for line in region), reverse=True)
    starts = sorted(line.x0 for line in region)
    right = next((x for x in ends if sum(x - 1.2 * size < other <= x for other in ends) >= least), ends[0])
    left = next((x for x in starts if sum(x <= other < x + 0.3 * size for other in starts) >= least), starts[0])
    return left, right


def _within(page: Page, region: Sequence[Line], left: float, right: float) -> float:
    """The right edge of a page's only column: its longest line does not tell it where all lines are short."""
    mirrored = page.width - left
    full = sum(line.x1 > right - line.size for line in region)
    narrow = right - left < 0.6 * (mirrored - left) or full < 3
    return mirrored if narrow and right < mirrored - 0.1 * page.width else right


def _is_justified(region: Sequence[Line], right: float) -> bool:
    pitches = sorted(line.pitch for line in region if line.pitch)
    if len(pitches) < 6:
        return False
    natural = pitches[len(pitches) // 10]
    stretched = sum(pitch > natural + 0.01 for pitch in pitches)
    flush = sum(abs(line.x1 - right) < 0.15 * line.size for line in region)
    return stretched >= 0.3 * len(pitches) and flush >= 0.5 * len(region)


def _notes_from(region: Sequence[Line], body: float) -> int:
    """The line from which a region holds footnotes; its length if it holds none."""
    small = len(region)
    while small and region[small - 1].size < 0.92 * body:
        small -= 1
    first = next((i for i in range(small, len(region)) if _NOTE.match(region[i].text)), len(region))
    return first if first > 0 else len(region)


def _assemble(
    items: Sequence[_Item], body: tuple[float, str], leading: dict[float, float]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    text = ""
    spans: list[tuple[int, int]] = []
    queue: list[str] = []  # furniture met since the last line of the text
    notes: list[str] = []  # footnotes that wait for the end of their paragraph
    last: _Item | None = None
    last_note: _Item | None = None

    def closed(so_far: str) -> str:
        return "\n".join([so_far.rstrip(" \t"), *(note.rstrip(" \t") for note in notes)])

    for item in items:
        if item.region is None:
            queue.append(item.line.text.strip())
        elif item.note:
            if last_note and notes and not _NOTE.match(item.line.text) and _continues(last_note, item, body, leading):
                notes[-1] = _opened(notes[-1], item.line.text) + item.line.text
            else:
                notes.append(item.line.text)
            last_note = item
        else:
            joined = last is not None and _continues(last, item, body, leading)
            if joined:
                text = _opened(text, item.line.text)
            elif last is not None:
                text, notes = closed(text), []
            if queue:
                inset = ("\n" if joined else "") + "\n".join(queue) + "\n"
                text += "\n" if last is not None and not joined else ""
                spans.append((len(text), len(text) + len(inset)))
                text, queue = text + inset, []
            elif last is not None and not joined:
                text += "\n"
            text += item.line.text
            last = item
    text = closed(text) if last else "\n".join(notes)
    if queue:
        inset = ("\n" if text else "") + "\n".join(queue)
        spans.append((len(text), len(text) + len(inset)))
        text += inset
    return text, tuple(spans)


def _opened(before: str, after: str) -> str:
    """The text before a line that goes on with it: Latin words are parted, a hyphen of the typesetter's goes."""
    if before.endswith("\u00ad"):
        return before[:-1]
    a, b = before[-1:], after[:1]
    latin = not (is_wide(a) or is_wide(b) or a.isspace() or b.isspace())
    return before + " " * (latin and a != "-")


def _continues(a_: _Item, b_: _Item, body: tuple[float, str], leading: dict[float, float]) -> bool:
    """Whether the second line goes on with the paragraph of the first."""
    a, b, before, after = a_.line, b_.line, a_.region, b_.region
    if before is None or after is None or "\t" in a.text or "\t" in b.text:
        return False
    if abs(a.size - b.size) > 0.08 * a.size or (a.font and b.font and a.font != b.font):
        return False
    step = b.y - a.y
    width = before.right - before.left
    if before is not after and abs(after.right - after.left - width) > 0.2 * width:
        return False
    if before is after and step > 1.4 * leading.get(round(a.size), step):
        return False
    full = a.x1 + _space(a) + b.lead + _script_gap(a, b) > before.right + 0.1
    if _is_title(a, before, body) and _is_title(b, after, body):
        second = _is_centred(b, after) and not _NO_SECOND_TITLE.match(unicodedata.normalize("NFKC", b.text))
        return before is after and (full or second)
    if full and before is after and _OCCASION.match(a.text) and a.text.rstrip()[-1:] not in _SENTENCE_END:
        return _is_centred(b, after)
    if b.text.startswith(("\u3000", "  ")) or _is_indented(b_) or _is_centred(b, after) or _share_centre(a, b):
        return False
    if a.text.rstrip()[-1:] in _SENTENCE_END and _ITEM.match(unicodedata.normalize("NFKC", b.text)):
        return False
    return full and not (before.justified and a.x1 < before.right - 0.3 * a.size)


def _space(line: Line) -> float:
    """Width of the white space at a line's end, which stands before what comes next and may hang over the margin."""
    white = line.text[len(line.text.rstrip()) :]
    return sum(1.0 if char == "\u3000" else 0.3 for char in white) * line.size


def _script_gap(a: Line, b: Line) -> float:
    """Typesetters part Chinese from Latin letters by a quarter of an em."""
    return 0.25 * b.size if is_wide(a.text.rstrip()[-1:] or " ") != is_wide(b.text.lstrip()[:1] or " ") else 0.0


def _is_centred(line: Line, region: _Region) -> bool:
    off = abs((line.x0 + line.x1) - (region.left + region.right)) / 2
    return off < line.size and line.x0 > region.left + 1.5 * line.size


def _share_centre(a: Line, b: Line) -> bool:
    """Whether two lines of different length are set around one axis, as no two lines of a paragraph are."""
    return abs(a.x0 - b.x0) > 0.3 * a.size and abs(a.x0 + a.x1 - b.x0 - b.x1) < 0.1 * a.size


def _is_title(line: Line, region: _Region, body: tuple[float, str]) -> bool:
    """Larger than the text or in another font, and in the middle, be it over the full width."""
    marked = line.size > 1.08 * body[0] or (bool(line.font) and line.font != body[1] and line.size > 0.95 * body[0])
    return marked and abs((line.x0 + line.x1) - (region.left + region.right)) / 2 < line.size


def _is_indented(item: _Item) -> bool:
    """Whether the line stands in by the two characters that begin a paragraph, and is none of an indented block."""
    line, region = item.line, item.region
    if region is None or not 1.4 * line.size < line.x0 - region.left < 2.7 * line.size:
        return False
    first = last = item.place
    while first > 0 and abs(region.lines[first - 1].x0 - line.x0) < 0.3 * line.size:
        first -= 1
    while last + 1 < len(region.lines) and abs(region.lines[last + 1].x0 - line.x0) < 0.3 * line.size:
        last += 1
    block = region.lines[first : last + 1]
    full = all(a.x1 + b.lead > region.right for a, b in itertools.pairwise(block))
    return not (len(block) >= 3 and full and item.place > first)
