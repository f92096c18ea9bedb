"""Candidates for names: which of those that overlap are names."""

import bisect
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.recognition.titles import Title


class Candidate(NamedTuple):
    """``text[start:end]`` may be a name."""

    start: int
    end: int
    label: str
    source: str
    score: float
    rank: int
    """Of two candidates that overlap, the one of lower rank wins, then the longer, then the earlier one."""
    subtype: str = ""
    canonical: str = ""
    """Both as a gazetteer says."""


def yielding(candidates: Iterable[Candidate], listed: Sequence[Candidate]) -> list[Candidate]:
    """Those that overlap none of the ``listed`` (in order, without overlaps), or are longer and hold all of it."""
    starts = [c.start for c in listed]
    kept = []
    for c in candidates:
        first = max(0, bisect.bisect_right(starts, c.start) - 1)
        overlapping = [n for n in listed[first : bisect.bisect_left(starts, c.end)] if n.end > c.start]
        if all(c.start <= n.start and n.end <= c.end and c[:2] != n[:2] for n in overlapping):
            kept.append(c)
    return kept


def whole(certain: Sequence[Candidate], read_names: Sequence[Candidate]) -> list[Candidate]:
    """All candidates but those of the grammar that are only a part of a longer name: 省委 in 省委党史研究院.

    A longer name that holds several of them (省委 and 省政府) has run on instead.
    """
    ordered = sorted(certain)
    starts = [c.start for c in ordered]
    parts: set[Candidate] = set()
    for name in read_names:
        begun = ordered[bisect.bisect_left(starts, name.start) : bisect.bisect_left(starts, name.end)]
        inside = [c for c in begun if c.end <= name.end]
        shorter = [c for c in inside if c.end - c.start < name.end - name.start]
        if shorter and len({(c.start, c.end) for c in chosen(shorter, [])}) == 1:
            parts.update(inside)
    return [c for c in certain if c not in parts] + list(read_names)


def within(candidates: Iterable[Candidate], works: Sequence[Title]) -> list[Candidate]:
    """Those inside a title and shorter than it."""
    spans = [(title.start, title.end) for title in works]
    starts = [start for start, _ in spans]
    kept = []
    for c in candidates:
        at = bisect.bisect_right(starts, c.start) - 1
        if at >= 0 and c.end <= spans[at][1] and (c.start, c.end) != spans[at]:
            kept.append(c)
    return kept


def chosen(candidates: Iterable[Candidate], blocked: Sequence[tuple[int, int]]) -> list[Candidate]:
    """The best of the candidates without overlaps among them or with ``blocked`` spans."""
    taken = sorted(blocked)
    kept = []
    for c in sorted(candidates, key=lambda c: (c.rank, c.start - c.end, c.start, c.label)):
        at = bisect.bisect_left(taken, (c.start, c.end))
        free_left = at == 0 or taken[at - 1][1] <= c.start
        free_right = at == len(taken) or taken[at][0] >= c.end
        if free_left and free_right:
            taken.insert(at, (c.start, c.end))
            kept.append(c)
    return kept
