"""Spans of the restored text as spans of the raw text."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple


class Piece(NamedTuple):
    """An edit: ``raw_text[raw_start:raw_end]`` became ``text[start:end]``. All count characters."""

    start: int
    end: int
    raw_start: int
    raw_end: int


def raw_span(pieces: Sequence[Piece], start: int, end: int) -> tuple[int, int]:
    """The span of the raw text that ``text[start:end]`` (``start < end``) came from.

    ``pieces`` are a document's edits, ascending and without overlap. Characters outside them are shifted alike, and
    so are those of a piece with as many characters on both sides (關系 -> 关系); a span that cuts another piece takes
    the whole of it. What was deleted at the span's edges stays outside, inside it is in.
    """
    # edits that end at or before the span's start lie before it, deletions at the start too
    before = bisect_right(pieces, start, key=lambda p: p.end)
    raw_start = start + (pieces[before - 1].raw_end - pieces[before - 1].end if before else 0)
    if before < len(pieces) and pieces[before].start < start:
        raw_start = _inside(pieces[before], start, pieces[before].raw_start)
    # the last edit that starts before the span's end lies in it, or before it
    until = bisect_left(pieces, end, key=lambda p: p.start)
    last = pieces[until - 1] if until else Piece(0, 0, 0, 0)
    raw_end = _inside(last, end, last.raw_end) if last.end > end else end + last.raw_end - last.end
    return raw_start, raw_end


def _inside(piece: Piece, position: int, edge: int) -> int:
    """Where a position in a piece lies in the raw text: at the piece's ``edge`` if its characters do not pair up."""
    paired = piece.end - piece.start == piece.raw_end - piece.raw_start
    return piece.raw_start + position - piece.start if paired else edge
