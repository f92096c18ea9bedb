"""Changes of a text as columns, and what becomes of them when the text that they lead to is changed again."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt
from numba import njit

from pipeline.restoration.characters import codes, from_codes

Ints = npt.NDArray[np.int64]
Points = npt.NDArray[np.uint32]
_Mask = npt.NDArray[np.bool_]
_Strings = npt.NDArray[np.object_]
_Floats = npt.NDArray[np.float64]


class Pieces(Sequence[str]):
    """Strings as the code points of all, one after the other, and their lengths: to make each takes longer than to
    find them."""

    def __init__(self, points: Points, lengths: Ints) -> None:
        self.points, self.lengths = points, lengths

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[str]:
        text = from_codes(self.points)
        return (text[start:end] for start, end in pairwise(accumulate(self.lengths.tolist(), initial=0)))

    def holding(self, char: str) -> list[int]:
        """Which of them hold a character."""
        places = np.flatnonzero(self.points == ord(char))
        return np.unique(np.searchsorted(np.cumsum(self.lengths), places, side="right")).tolist()

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return list(self)[index]


def pieces(strings: Sequence[str]) -> Pieces:
    """Strings one after the other."""
    if isinstance(strings, Pieces):
        return strings
    return Pieces(codes("".join(strings)), np.fromiter(map(len, strings), np.int64, len(strings)))


class Changes(NamedTuple):
    """Spans, of the raw or the current text, and what becomes of them: so many characters (``lengths``) of those
    ``written``, which lie one after the other."""

    starts: Ints
    ends: Ints
    lengths: Ints
    written: Points
    rules: _Strings
    confidences: _Floats


def columns(
    starts: Sequence[int] | Ints,
    ends: Sequence[int] | Ints,
    afters: Sequence[str],
    rules: Sequence[str],
    confidences: Sequence[float] | _Floats,
) -> Changes:
    """Changes of lists as columns."""
    afters = pieces(afters)
    return Changes(
        np.asarray(starts, np.int64),
        np.asarray(ends, np.int64),
        afters.lengths,
        afters.points,
        np.asarray(rules, np.object_),
        np.asarray(confidences, np.float64),
    )


_NOTHING = columns((), (), (), (), ())


@njit(cache=True)
def first_wrong(starts: Ints, ends: Ints, length: int) -> int:
    """Which change of a text of that ``length`` overlaps the one before, is empty or outside the text; -1: none."""
    done = 0
    for index in range(starts.size):
        if not done <= starts[index] < ends[index] <= length:
            return index
        done = ends[index]
    return -1


def places(changes: Changes) -> tuple[Ints, Ints]:
    """Where changes stand in the text that they lead to."""
    ends = changes.ends + np.cumsum(changes.lengths - (changes.ends - changes.starts))
    return ends - changes.lengths, ends


def carried_out(text: str, changes: Changes) -> str:
    """The text with its changes carried out."""
    return from_codes(_spliced(codes(text), *changes[:4]))


def with_new(raw: str, text: str, old: Changes, new: Changes) -> Changes:
    """The changes that lead from ``raw`` to ``text`` and, by the ``new`` ones, on; less those that change nothing."""
    first, last, starts, ends, meet = _located(*old[:3], *new[:2])
    placed = new._replace(starts=starts, ends=ends)
    if meet:
        kept, merged = _merged(text, old, new, first, last)
        apart = np.flatnonzero(first >= last)
        begins = np.concatenate((placed.starts[apart], merged.starts))
        beside = np.concatenate((apart, np.arange(len(merged.starts)) + len(placed.starts)))
        old, placed = _taken(old, np.flatnonzero(kept)), _joined(placed, merged, beside[np.argsort(begins)])
    return _joined(old, placed, _in_order(codes(raw), old.starts, *placed[:4]))


@njit(cache=True)
def _located(
    old_starts: Ints, old_ends: Ints, old_lengths: Ints, starts: Ints, ends: Ints
) -> tuple[Ints, Ints, Ints, Ints, bool]:
    """The range of earlier changes that each new one meets, where it lies in the raw text if that is empty, and
    whether any is not."""
    first, last, raw_starts, raw_ends = np.empty((4, starts.size), np.int64)
    passed = begun = 0
    shift = begun_shift = 0  # raw position less text position, behind the changes passed and begun
    meet = False
    for index in range(starts.size):
        # a change that a new one only touches is not met
        while passed < old_starts.size:
            behind = shift + old_ends[passed] - old_starts[passed] - old_lengths[passed]
            if old_ends[passed] - behind > starts[index]:
                break
            passed, shift = passed + 1, behind
        while begun < old_starts.size and old_starts[begun] - begun_shift < ends[index]:
            begun_shift += old_ends[begun] - old_starts[begun] - old_lengths[begun]
            begun += 1
        first[index], last[index] = passed, begun
        raw_starts[index], raw_ends[index] = starts[index] + shift, ends[index] + shift
        meet |= passed < begun
    return first, last, raw_starts, raw_ends, meet


def _taken(changes: Changes, which: Ints) -> Changes:
    return _joined(changes, _NOTHING, which)


def _joined(one: Changes, other: Changes, which: Ints) -> Changes:
    """Some of the changes of both, in the order given; those of the other are counted behind those of the one."""
    found = _rows(*one[:4], one.confidences, *other[:4], other.confidences, which)
    starts, ends, lengths, written, confidences = found
    return Changes(starts, ends, lengths, written, np.concatenate((one.rules, other.rules))[which], confidences)


@njit(cache=True)
def _rows(
    starts: Ints,
    ends: Ints,
    lengths: Ints,
    written: Points,
    confidences: _Floats,
    other_starts: Ints,
    other_ends: Ints,
    other_lengths: Ints,
    other_written: Points,
    other_confidences: _Floats,
    which: Ints,
) -> tuple[Ints, Ints, Ints, Points, _Floats]:
    spans, sure = np.empty((3, which.size), np.int64), np.empty(which.size)
    found = np.empty(written.size + other_written.size, np.uint32)
    lasts, other_lasts = np.cumsum(lengths), np.cumsum(other_lengths)
    to = 0
    for index in range(which.size):
        row = which[index]
        if row < starts.size:
            spans[0, index], spans[1, index], spans[2, index] = starts[row], ends[row], lengths[row]
            sure[index] = confidences[row]
            for at in range(lasts[row] - lengths[row], lasts[row]):
                found[to] = written[at]
                to += 1
        else:
            row -= starts.size
            spans[0, index], spans[1, index], spans[2, index] = other_starts[row], other_ends[row], other_lengths[row]
            sure[index] = other_confidences[row]
            for at in range(other_lasts[row] - other_lengths[row], other_lasts[row]):
                found[to] = other_written[at]
                to += 1
    return spans[0], spans[1], spans[2], found[:to], sure


@njit(cache=True)
def _in_order(points: Points, old_starts: Ints, starts: Ints, ends: Ints, lengths: Ints, written: Points) -> Ints:
    """Changes that begin at ``old_starts`` and, counted behind those, new ones by their places in the raw text, of
    which those that leave it as it is are left out."""
    order = np.empty(old_starts.size + starts.size, np.int64)
    n = passed = taken = 0
    for index in range(starts.size):
        while passed < old_starts.size and old_starts[passed] <= starts[index]:
            order[n] = passed
            n, passed = n + 1, passed + 1
        differs = lengths[index] != ends[index] - starts[index]
        if not differs:
            for at in range(lengths[index]):
                differs |= written[taken + at] != points[starts[index] + at]
        if differs:
            order[n] = old_starts.size + index
            n += 1
        taken += lengths[index]
    for at in range(passed, old_starts.size):
        order[n] = at
        n += 1
    return order[:n]


@njit(cache=True)
def _spliced(points: Points, starts: Ints, ends: Ints, lengths: Ints, written: Points) -> Points:
    """The text with changes carried out."""
    found = np.empty(points.size + np.sum(lengths - (ends - starts)), np.uint32)
    to = done = taken = 0
    for index in range(starts.size + 1):
        for at in range(done, starts[index] if index < starts.size else points.size):
            found[to] = points[at]
            to += 1
        if index < starts.size:
            for _ in range(lengths[index]):
                found[to] = written[taken]
                to, taken = to + 1, taken + 1
            done = ends[index]
    return found


def _merged(text: str, old: Changes, new: Changes, first: Ints, last: Ints) -> tuple[_Mask, Changes]:
    """Which earlier changes no new one meets, and one change for each group of those that meet, in the raw text.

    ``first``, ``last``: the range of earlier changes that each new one meets.
    """
    groups: list[list[int]] = []  # from, to of new ones; from, to of earlier ones
    meeting = np.flatnonzero(first < last)
    for at, old_from, old_to in zip(
        *(column.tolist() for column in (meeting, first[meeting], last[meeting])), strict=True
    ):
        if groups and old_from < groups[-1][3]:
            groups[-1][1::2] = at + 1, max(groups[-1][3], old_to)
        else:
            groups.append([at, at + 1, old_from, old_to])
    kept = np.ones(len(old.starts), np.bool_)
    old_starts, old_ends = places(old)
    ends = np.cumsum(new.lengths)
    rows = []
    for new_from, new_to, old_from, old_to in groups:
        kept[old_from:old_to] = False
        before, replaced = slice(old_from, old_to), slice(new_from, new_to)
        start = min(int(new.starts[new_from]), int(old_starts[old_from]))
        end = max(int(new.ends[new_to - 1]), int(old_ends[old_to - 1]))
        after, done = [], start
        for at in range(new_from, new_to):
            after += [text[done : new.starts[at]], from_codes(new.written[ends[at] - new.lengths[at] : ends[at]])]
            done = int(new.ends[at])
        rows.append(
            (
                start + int(old.starts[old_from] - old_starts[old_from]),
                end + int(old.ends[old_to - 1] - old_ends[old_to - 1]),
                "".join([*after, text[done:end]]),
                _named([*old.rules[before], *new.rules[replaced]]),
                min(*old.confidences[before], *new.confidences[replaced]),
            )
        )
    return kept, columns(*zip(*rows, strict=True))


def _named(rules: list[str]) -> str:
    return "+".join(dict.fromkeys(part for rule in rules for part in rule.split("+")))
