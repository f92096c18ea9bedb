"""Judge what misread text may be, and replace it."""

import re
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.restoration.alignment import NONE, Replacements
from pipeline.restoration.changes import Pieces
from pipeline.restoration.characters import are_han, codes
from pipeline.restoration.items import EXACT, Items
from pipeline.restoration.misreadings import Ints, Misread
from pipeline.restoration.reading import Chooser, Weighed, resolve, said

_FULL_WIDTH = re.compile("[＂-＇＊＋－-９＜-＞＠-～]")
SAMPLE = 80
"""Items by which a group is judged."""
_PER_LATIN = -5.0
"""Log probability of a letter with an accent or a symbol beside others; no language has as many in a row."""
_SWALLOWED = -4.0
"""Log probability of an ASCII character that was read together with the byte before it."""
_LOST = 0xFFFD
_MARGIN = 8.0
"""How much more probable (log) what is restored must be than what stands there."""


class Document(NamedTuple):
    """A text, and what its misread characters are chosen by."""

    text: str
    chooser: Chooser


class Run(NamedTuple):
    """Misread text, its items, and the readings that they may have."""

    misread: Misread
    items: Items
    given: Weighed
    latin: bool


class Undone(NamedTuple):
    """A group of a run's items, from ``first`` to ``last``, which stands from ``start`` to ``end``, judged. Those
    before ``done`` have been read. ``margin``: how much more probable (log) it is than what stands there, ``mean``:
    its log probability by character, ``chars``: Chinese characters."""

    run: Run
    first: int
    last: int
    done: int
    start: int
    end: int
    margin: float
    mean: float
    convincing: bool
    chars: int


def _read(document: Document, run: Run, spans: NDArray[np.int32], lasts: NDArray[np.int32]) -> None:
    """Choose what the items of each span are; ``lasts``: where the group ends that it is the beginning of."""
    ends = run.misread.starts[run.items.ends[spans[:, 1] - 1]].tolist()
    before_end = np.array([document.text[end : end + 1] in ("", "\n", "\r") for end in ends], np.bool_)
    resolve(run.given, spans, before_end & (spans[:, 1] == lasts), document.chooser)


def _heard(points: NDArray[np.uint32], starts: list[int], ends: list[int]) -> list[str]:
    """What the model knows of the characters beyond ASCII in each of some spans, made for all at once."""
    spans = [points[start:end] for start, end in zip(starts, ends, strict=True)]
    together = np.concatenate(spans)
    beyond = together >= 0x80
    heard = said(together[beyond])
    until = np.concatenate(([0], np.cumsum(beyond)))[np.cumsum([0, *map(len, spans)])]
    return [heard[start:end] for start, end in pairwise(until.tolist())]


def judged(document: Document, run: Run, groups: NDArray[np.int32]) -> list[Undone]:
    """Judge groups by their first items."""
    if not len(groups):
        return []
    (_, starts), items, given, latin = run
    firsts, lasts = groups[:, 0], np.minimum(groups[:, 1], groups[:, 0] + SAMPLE)
    spans = np.stack((firsts, lasts, firsts), axis=1)
    _read(document, run, spans, groups[:, 1])
    chars = given.rows["code"][given.chosen]
    points = codes(document.text)
    begins, ends = starts[items.starts[groups[:, 0]]].tolist(), starts[items.ends[groups[:, 1] - 1]].tolist()
    stops = items.ends[lasts - 1]
    while (inside := starts[stops] < 0).any():
        stops += inside
    raws = _heard(points, begins, starts[stops].tolist())
    # of full-width forms the model knows marks alone
    restoreds = [_FULL_WIDTH.sub("", h) for h in _heard(chars.view(np.uint32), firsts.tolist(), lasts.tolist())]
    likely = document.chooser.model.log_likelihoods([("", text) for text in restoreds + ([] if latin else raws)])
    against = [_PER_LATIN * len(raw) for raw in raws] if latin else likely[len(groups) :]

    def counts(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        before = np.concatenate(([0], np.cumsum(which)))
        found: NDArray[np.int64] = before[lasts] - before[firsts]
        return found

    ascii_, exact, lengths = items.ascii, items.kinds == EXACT, items.ends - items.starts
    swallowed = counts(ascii_ & (starts[items.starts] < 0))
    han, sizes = are_han(chars), lasts - firsts
    half_sure, sure = counts(han & (given.confidences >= 0.5)), counts(han & (given.confidences >= 1.0))
    found = zip(
        *(likely[: len(groups)], against, swallowed.tolist(), map(len, restoreds)),
        np.where(latin | (sizes > 3), half_sure, sure).tolist(),
        counts(items.wide).tolist(),
        (counts(exact) == sizes).tolist(),
        (counts(ascii_ | (lengths > 2)) == sizes).tolist(),
        *(groups.tolist(), spans[:, 2].tolist(), begins, ends),
        strict=False,
    )
    undone = []
    for support, other, n_swallowed, length, chars_, wide, is_exact, long, (first, last), done, start, end in found:
        margin = support + _SWALLOWED * n_swallowed - other
        mean = (support + _SWALLOWED * n_swallowed) / max(1, length)
        convincing = _convincing(margin, mean, chars_, wide, latin=latin, exact=is_exact, long=long)
        undone.append(Undone(run, first, last, done, start, end, margin, mean, convincing, chars_))
    return undone


def _convincing(margin: float, mean: float, chars: int, wide: int, *, latin: bool, exact: bool, long: bool) -> bool:
    """Rare characters in a row are two or three, and make words by chance."""
    if latin and exact and wide > 1 and long:
        # two characters of UTF-8 side by side are no chance in Latin text, whatever they say
        return margin > _MARGIN / 2 and mean > -14.0
    if chars < 4:
        more = _MARGIN if latin else 1.5 * _MARGIN
        return wide > 0 and chars > 1 and margin > more and mean > (-9.0 if exact and not latin else -6.5)
    return wide > 0 and margin > _MARGIN and mean > -8.0


def replacements(document: Document, accepted: list[Undone], least: float) -> Replacements:
    """One replacement for the smallest spans that begin and end with whole characters on both sides."""
    points = codes(document.text)
    found: list[tuple[Ints, Ints, NDArray[np.float64], Ints, NDArray[np.uint32]]] = []
    for _, of_run in groupby(accepted, key=lambda one: id(one.run)):
        undone = list(of_run)
        run, spans = undone[0].run, np.array([(one.first, one.last, one.done) for one in undone], np.int32)
        long = spans[spans[:, 1] - spans[:, 0] > SAMPLE]
        if len(long):
            _read(document, run, long, long[:, 1])
        given, items = run.given, run.items
        parts = run.misread.starts, items.starts, items.ends
        found.append(_pieces(points, spans, *parts, given.rows, given.chosen, given.confidences, least))
    if not found:
        return NONE
    starts, ends, confidences, lengths, written = map(np.concatenate, zip(*found, strict=True))
    return Replacements(starts, ends, Pieces(written, lengths), ["mojibake"] * len(starts), confidences)


@njit(cache=True)
def _pieces(
    points: NDArray[np.uint32],
    spans: NDArray[np.int32],
    begins: Ints,
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    rows: NDArray[np.void],
    chosen: NDArray[np.int32],
    confidences: NDArray[np.float64],
    least: float,
) -> tuple[Ints, Ints, NDArray[np.float64], Ints, NDArray[np.uint32]]:
    """Of the items in spans those pieces that change the text: from where to where in it, how probable, and what
    becomes of them. ``begins``: where in the text the character begins that each byte is of (-1: inside)."""
    size = 0
    for span in spans:
        size += span[1] - span[0]
    found, lengths, sure = np.empty((2, size), np.int64), np.empty(size, np.int64), np.empty(size)
    written = np.empty(2 * size, np.uint32)
    n = to = 0
    for span in spans:
        first, probable, length = span[0], 1.0, 0
        for at in range(span[0], span[1]):
            known = confidences[at] >= least
            probable = min(probable, confidences[at])
            char = rows[chosen[at]]
            written[to + length] = char.code if known else _LOST
            length += 1
            if known and char.second > 0:
                written[to + length] = char.second
                length += 1
            end = begins[ends[at]]
            if end < 0:
                continue
            start = begins[starts[first]]
            changes = length != end - start
            for index in range(0 if changes else length):
                changes |= written[to + index] != points[start + index]
            if changes:
                found[0, n], found[1, n], sure[n], lengths[n] = start, end, probable, length
                n, to = n + 1, to + length
            first, probable, length = at + 1, 1.0, 0
    return found[0, :n], found[1, :n], sure[:n], lengths[:n], written[:to]
