"""Headers, footers and page numbers: what stands at the edges of pages, by its form or by being repeated."""

import itertools
import math
import re
import unicodedata
from collections.abc import Sequence
from statistics import median

from pipeline.ingestion.formats.pdf_layout import Cell, Line

MARGIN = 0.15
"""Share of a page's height, above and below, in which headers and footers stand."""
_NUMBER = r"(?:\d{1,4}|[ivxlcIVXLC]{1,7}|[一二三四五六七八九十百〇零]{1,5})"
_PAGE_NUMBER = re.compile(
    rf"[-–—―─·.~|]+{_NUMBER}[-–—―─·.~|]+|第{_NUMBER}页(?:[,，/(（]?共{_NUMBER}页[)）]?)?|{_NUMBER}/{_NUMBER}"
    rf"|(?i:page){_NUMBER}(?:of{_NUMBER})?"
)
_BARE_NUMBER = re.compile(r"\d{1,4}|[ivxIVX]{1,5}")


def page_furniture(
    pages: Sequence[Sequence[Cell]], rows: Sequence[Sequence[Line]], heights: Sequence[float]
) -> list[tuple[list[Cell], list[Cell]]]:
    """For each page, the cells of its headers and of its footers."""
    ends = []
    for page_rows, height in zip(rows, heights, strict=True):
        top = [row for row in page_rows[:3] if row.y < MARGIN * height]
        bottom = [row for row in page_rows[:-4:-1] if row.y > (1 - MARGIN) * height]
        ends.append((top, bottom[: max(0, len(page_rows) - len(top))]))
    repeated = _repeated([[_key(line) for line in (*top, *bottom)] for top, bottom in ends])
    steps = [b.y - a.y for page_rows in rows for a, b in itertools.pairwise(page_rows)]
    step = sorted(steps)[len(steps) // 4] if steps else 0.0
    size = median([char.size for page in pages for cell in page for char in cell.chars] or [0.0])
    result = []
    for page, page_rows, (top, bottom), known in zip(pages, rows, ends, repeated, strict=True):
        taken: tuple[list[Cell], list[Cell]] = ([], [])
        for cells_, end, inwards in zip(taken, (top, bottom), (page_rows, page_rows[::-1]), strict=True):
            gaps = [abs(b.y - a.y) for a, b in itertools.pairwise(inwards)] + [math.inf]
            last = _last_of_furniture(list(zip(end, gaps, strict=False)), known, step, size)
            cells_ += [c for c in page if any(abs(c.y - row.y) < 1 for row in end[:last])]
        result.append(taken)
    return result


def _last_of_furniture(
    end: Sequence[tuple[Line, float]], repeated: set[tuple[str, int]], step: float, size: float
) -> int:
    """How many lines of a page's end, counted from the edge, each with its distance to the next, are furniture.

    A running title stands apart from the text and is not larger: what stands closer, or behind the first wider gap,
    is the text's, be it the same on all pages, as on forms.
    """
    last, apart = 0, False
    for place, (line, gap) in enumerate(end, 1):
        if _is_page_number(line, gap):
            last = place
        elif apart or _key(line) not in repeated or line.size > 1.08 * size:
            break
        elif gap > 1.2 * step:
            last, apart = place, True
    return last


def _repeated(keys: Sequence[Sequence[tuple[str, int]]]) -> list[set[tuple[str, int]]]:
    """For each page, what stands at the same height on the pages beside it, or on every other one.

    In a document of up to four pages two will do, else it takes three: rows of tables meet by chance.
    """
    least = 3 if len(keys) > 4 else 2
    chains: list[dict[tuple[str, int], list[int]]] = []
    for number, page in enumerate(keys):
        chains.append({})
        for text, height in page:
            earlier = (
                chains[number - back].get((text, height + near))
                for back in (1, 2)
                if back <= number
                for near in (0, -1, 1)
            )
            chain = next((c for c in earlier if c is not None), [])
            chain.append(number)
            chains[number][text, height] = chain
    return [{key for key, chain in page.items() if len(set(chain)) >= least} for page in chains]


def _key(line: Line) -> tuple[str, int]:
    """What is equal for the same header on all pages: its text without numbers, and its height to some points."""
    text = unicodedata.normalize("NFKC", line.text)
    return re.sub(r"[\d\s]+", "#", re.sub(rf"第{_NUMBER}页", "第#页", text)).strip("#"), round(line.y / 6)


def _is_page_number(line: Line, gap: float) -> bool:
    """Whether a line is one by its form; a bare number must also stand apart from the next line."""
    compact = "".join(unicodedata.normalize("NFKC", line.text).split())
    alone = gap > 2 * line.size
    return bool(_PAGE_NUMBER.fullmatch(compact) or (alone and _BARE_NUMBER.fullmatch(compact)))
