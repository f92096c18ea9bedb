"""Characters with boxes to lines in reading order. Knows no PDF: whatever places characters on a page will do.

All lengths are points (1/72 inch); ``y`` runs downwards from the page's top, to a character's baseline.
"""

import itertools
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import NamedTuple, TypeVar

T = TypeVar("T")

# What may not begin a line in Chinese typesetting, and what may not end one (GB/T 15834, W3C clreq).
CLOSING = frozenset("，。、；：？！”’）》〉】〕」』…—·,.;:?!)]}%％‰")
OPENING = frozenset("“‘（《〈【〔「『([{+$¥￥#№")
_HANGING = frozenset("，。、；：")
CELL_GAP = 1.0
"""A gap without a space in it, in ems, from which what follows is another cell or column."""
WORD_GAP = 0.2
"""A gap between Latin letters, in ems, from which they are two words."""
MIN_COLUMN = 8.0
"""A column of running text is this wide, in ems."""
MIN_COLUMN_LINES = 4


class Char(NamedTuple):
    """A character and where it stands; ``run`` tells which of the page's text objects drew it."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    font: str
    run: int


class Cell(NamedTuple):
    """Characters on one baseline without a wide gap, from left to right."""

    chars: tuple[Char, ...]
    x0: float
    x1: float
    y: float
    size: float


class Line(NamedTuple):
    """A line of a column.

    ``x0`` and ``x1`` are the edges of what is printed, white space aside; ``solid`` is ``x1`` without closing
    punctuation, which may hang over the margin. ``lead`` is the width of what could not have been parted at the
    line's start: had it fitted, it would stand on the line above. ``font`` is empty if there are several. ``pitch``
    is the usual distance from one Chinese character to the next, in ems; 0 if there are none.
    """

    text: str
    x0: float
    x1: float
    solid: float
    y: float
    size: float
    font: str
    lead: float
    pitch: float = 0.0


def is_wide(character: str) -> bool:
    """Whether a line may be broken before and after the character: Chinese letters and full-width punctuation."""
    return unicodedata.east_asian_width(character) in "WF" or character in "“”‘’…—·"


def cells(chars: Iterable[Char]) -> list[Cell]:
    """The page's cells, from top to bottom and left to right."""
    runs = _runs(chars)
    rows = _rows(runs, lambda run: _Box(run[0].y, run[0].size, min(c.x0 for c in run), max(c.x1 for c in run)))
    found = []
    for row in rows:
        ordered = sorted(itertools.chain.from_iterable(row), key=lambda char: char.x0)
        part: list[Char] = []
        end = 0.0
        stretch = _stretch(ordered)
        for char in _without_doubles(ordered):
            if part and char.x0 - end > max(CELL_GAP * max(char.size, part[-1].size), 1.8 * stretch):
                found.append(_cell(part))
                part = []
            # the mark's own half of its square: it may hang over the column's edge, towards the next column
            edge = char.x1 - 0.5 * char.size if char.text in _HANGING else char.x1
            end = max(end, edge) if part else edge
            part.append(char)
        found.append(_cell(part))
    return [cell for cell in found if any(not char.text.isspace() for char in cell.chars)]


def columns(page: Sequence[Cell], known: Sequence[float] = ()) -> tuple[list[list[Cell]], list[float]]:
    """Cells grouped into regions in reading order, and where the gutters between columns are.

    A region is read line by line, the left column before the right one. ``known`` are the gutters of earlier pages:
    there a column may be as short as a last page's.
    """
    cut = _gutter(page, known)
    if cut is None:
        return ([list(page)] if page else []), []
    x, first, last = cut
    band = page[first:last]
    parts = (
        page[:first],
        [cell for cell in band if cell.x1 <= x],
        [cell for cell in band if cell.x1 > x],
        page[last:],
    )
    regions, gutters = [], [x]
    for part in parts:
        inner, more = columns(part, known)
        regions += inner
        gutters += more
    return regions, gutters


def lines(region: Sequence[Cell], *, spelt: bool) -> list[Line]:
    """The lines of a region; cells of one line are parted by tabs.

    ``spelt``: the file has characters for its spaces; where it has none, gaps between Latin letters stand for them.
    """
    rows = _rows(region, lambda cell: _Box(cell.y, cell.size, cell.x0, cell.x1))
    return [_line(sorted(row, key=lambda cell: cell.x0), spelt) for row in rows]


def _runs(chars: Iterable[Char]) -> list[list[Char]]:
    """Characters that follow one another on a baseline, as the file gives them."""
    runs: list[list[Char]] = []
    for char in chars:
        last = runs[-1][-1] if runs else None
        same = last and abs(char.y - last.y) < 0.1 * char.size and abs(char.size - last.size) < 0.05 * char.size
        if last and same and char.x0 - last.x1 < CELL_GAP * char.size:
            runs[-1].append(char)
        else:
            runs.append([char])
    return runs


class _Box(NamedTuple):
    y: float
    size: float
    x0: float
    x1: float


def _rows(items: Iterable[T], box_of: Callable[[T], _Box]) -> list[list[T]]:
    """Group what overlaps by half of its height with the largest of a row: raised figures stay with their line.

    Two lines beside a large title are still two: what stands one above the other is not of one row.
    """
    rows: list[tuple[list[_Box], list[T]]] = []
    by_band: dict[int, list[int]] = {}
    for box, item in sorted(((box_of(i), i) for i in items), key=lambda pair: (-pair[0].size, pair[0].y, pair[0].x0)):
        near = (index for band in (-1, 0, 1) for index in by_band.get(int(box.y // 40) + band, ()))
        fitting = (i for i in near if _overlap(rows[i][0][0], box) >= 0.5)
        row = min(
            (i for i in fitting if not any(_is_above(other, box) for other in rows[i][0])),
            key=lambda i: (abs(rows[i][0][0].y - box.y), i),
            default=None,
        )
        if row is None:
            by_band.setdefault(int(box.y // 40), []).append(len(rows))
            rows.append(([box], [item]))
        else:
            rows[row][0].append(box)
            rows[row][1].append(item)
    return [items_ for _, items_ in sorted(rows, key=lambda row: (row[0][0].y, row[0][0].x0))]


def _is_above(a: _Box, b: _Box) -> bool:
    return abs(a.y - b.y) > 0.15 * b.size and min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 * b.size


def _overlap(a: _Box, b: _Box) -> float:
    """Share of the smaller one's height that two boxes have in common."""
    top, bottom = max(a.y - 0.85 * a.size, b.y - 0.85 * b.size), min(a.y + 0.15 * a.size, b.y + 0.15 * b.size)
    return (bottom - top) / max(0.1, min(a.size, b.size))


def _without_doubles(chars: Iterable[Char]) -> list[Char]:
    """Drop the second of two equal characters drawn over each other, which is how some producers make bold."""
    kept: list[Char] = []
    for char in chars:
        twin = any(
            char.text == other.text and char.run != other.run and abs(char.x0 - other.x0) < 0.15 * char.size
            for other in kept[-2:]
        )
        if not twin:
            kept.append(char)
    return kept


def _stretch(chars: Sequence[Char]) -> float:
    """How far apart a row's Chinese characters stand: a line justified by force is no row of a table."""
    gaps = [b.x0 - a.x1 for a, b in itertools.pairwise(chars) if is_wide(a.text) and is_wide(b.text)]
    return median(gaps) if len(gaps) > 2 else 0.0


def _cell(chars: Sequence[Char]) -> Cell:
    printed = [char for char in chars if not char.text.isspace()] or list(chars)
    main = max(printed, key=lambda char: char.size)
    return Cell(tuple(chars), printed[0].x0, max(char.x1 for char in printed), main.y, main.size)


def _gutter(page: Sequence[Cell], known: Sequence[float]) -> tuple[float, int, int] | None:
    """The gutter with the most lines beside it: its place, and which cells it stands between."""
    gaps = [
        (a.x1 + b.x0) / 2
        for index, a in enumerate(page)
        for b in page[max(0, index - 3) : index + 4]
        if b.x0 > a.x1 and abs(b.y - a.y) < a.size
    ]
    best: tuple[int, float, int, int] | None = None
    for edge in sorted({round(x) for x in gaps}):
        for first, last in _uncrossed(page, edge):
            left = [cell for cell in page[first:last] if cell.x1 <= edge]
            right = [cell for cell in page[first:last] if cell.x1 > edge]
            if not left or not right:
                continue
            x = (max(cell.x1 for cell in left) + min(cell.x0 for cell in right)) / 2
            familiar = any(abs(x - gutter) < left[0].size for gutter in known)
            if familiar or _are_columns(left, right):
                score = len(left) + len(right)
                if best is None or score > best[0]:
                    best = (score, x, first, last)
    return best[1:] if best else None


def _uncrossed(page: Sequence[Cell], x: float) -> list[tuple[int, int]]:
    """The stretches of cells, from top to bottom, that do not cross ``x``."""
    crossing = [index for index, cell in enumerate(page) if cell.x0 < x < cell.x1]
    return [(a + 1, b) for a, b in itertools.pairwise([-1, *crossing, len(page)]) if b - a > 2]


def _are_columns(left: Sequence[Cell], right: Sequence[Cell]) -> bool:
    """Whether both sides are running text: wide, long and filled. The cells of a table are not."""
    size = median(cell.size for cell in (*left, *right))
    if min(cell.x0 for cell in right) - max(cell.x1 for cell in left) < 0.8 * size:
        return False
    for side in (left, right):
        width = max(cell.x1 for cell in side) - min(cell.x0 for cell in side)
        covered: Counter[int] = Counter()
        for cell in side:
            covered[round(cell.y)] += round(cell.x1 - cell.x0)
        full = sum(length > 0.75 * width for length in covered.values())
        if width < MIN_COLUMN * size or len(covered) < MIN_COLUMN_LINES or full < 0.5 * len(covered):
            return False
    top, bottom = max(left[0].y, right[0].y), min(left[-1].y, right[-1].y)
    return bottom - top >= 0.5 * min(left[-1].y - left[0].y, right[-1].y - right[0].y)


def _line(row: Sequence[Cell], spelt: bool) -> Line:
    text = "\t".join(_text(cell.chars, spelt) for cell in row)
    chars = [char for cell in row for char in cell.chars]
    printed = [char for char in chars if not char.text.isspace()]
    solid = next((char for char in reversed(printed) if char.text not in CLOSING), printed[-1])
    fonts = Counter(char.font for char in printed if is_wide(char.text)) or Counter(char.font for char in printed)
    main = max(row, key=lambda cell: cell.x1 - cell.x0)
    return Line(
        text,
        row[0].x0,
        max(cell.x1 for cell in row),
        solid.x1,
        main.y,
        float(median(char.size for char in printed)),
        next(iter(fonts)) if len(fonts) == 1 else "",
        _lead(printed),
        _pitch(chars),
    )


def _pitch(chars: Sequence[Char]) -> float:
    steps = [(b.x0 - a.x0) / a.size for a, b in itertools.pairwise(chars) if a.text.isalpha() and is_wide(a.text)]
    return float(median(steps)) if steps else 0.0


def _text(chars: Sequence[Char], spelt: bool) -> str:
    parts = [chars[0].text]
    for a, b in itertools.pairwise(chars):
        latin = not (is_wide(a.text) or is_wide(b.text) or a.text.isspace() or b.text.isspace())
        if not spelt and latin and b.x0 - a.x1 > WORD_GAP * b.size:
            parts.append(" ")
        parts.append(b.text)
    return "".join(parts)


def _lead(printed: Sequence[Char]) -> float:
    """Width of the first characters up to where a line may be broken."""
    end = 0
    while end < len(printed) - 1 and not _may_break(printed[end], printed[end + 1]):
        end += 1
    return printed[end].x1 - printed[0].x0


def _may_break(a: Char, b: Char) -> bool:
    """Whether a line may end between two characters (UAX 14, which leaves quotation marks on both sides)."""
    if a.text in OPENING or b.text in CLOSING or a.text in "“‘”’" or b.text in "“‘”’":
        return False
    return is_wide(a.text) or is_wide(b.text) or b.x0 - a.x1 > WORD_GAP * b.size
