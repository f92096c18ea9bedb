"""Text under repair, aligned with the raw text that it came from.

Each step of restoration looks at the current text and proposes replacements; ``Alignment.apply`` carries them out and
merges those that meet earlier edits, so that at any time the edits lead from the raw text to the current one.
A third of a page's characters may change, so changes are kept as columns and become an ``Edit`` when asked for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from pipeline.restoration.characters import codes

_Ints = npt.NDArray[np.int64]
_Points = npt.NDArray[np.uint32]
_Mask = npt.NDArray[np.bool_]
_Strings = npt.NDArray[np.object_]


class Edit(NamedTuple):
    """One change: ``raw[raw_start:raw_end] == before`` became ``text[start:end] == after``.

    Offsets count characters. ``rule`` names the rule, several joined by ``+``; ``confidence`` is a probability.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int
    before: str
    after: str
    rule: str
    confidence: float


class Replacement(NamedTuple):
    """A proposal of a step: ``text[start:end]`` of the current text becomes ``after``; ``start < end``."""

    start: int
    end: int
    after: str
    rule: str
    confidence: float = 1.0


class Replacements(NamedTuple):
    """Proposals as columns, for steps that make many: one entry a replacement in each, sorted by ``starts``."""

    starts: Sequence[int] | _Ints
    ends: Sequence[int] | _Ints
    afters: Sequence[str]
    rules: Sequence[str]
    confidences: Sequence[float] | npt.NDArray[np.float64]


def in_order(replacements: Iterable[Replacement]) -> Replacements:
    """Replacements as columns."""
    rows = sorted(replacements)
    return Replacements(*zip(*rows, strict=True)) if rows else NONE


class _Changes(NamedTuple):
    """Spans, of the raw or the current text, and what becomes of them; ``lengths`` are those of ``afters``."""

    starts: _Ints
    ends: _Ints
    lengths: _Ints
    afters: _Strings
    rules: _Strings
    confidences: npt.NDArray[np.float64]


def _columns(
    starts: Sequence[int] | _Ints,
    ends: Sequence[int] | _Ints,
    afters: Sequence[str],
    rules: Sequence[str],
    confidences: Sequence[float] | npt.NDArray[np.float64],
) -> _Changes:
    return _Changes(
        np.asarray(starts, np.int64),
        np.asarray(ends, np.int64),
        np.fromiter(map(len, afters), np.int64, len(afters)),
        np.asarray(afters, np.object_),
        np.asarray(rules, np.object_),
        np.asarray(confidences, np.float64),
    )


NONE = Replacements((), (), (), (), ())
_NONE = _columns(*NONE)


@dataclass(frozen=True, eq=False)
class Alignment:
    """A raw text, the current text, and the changes between them (sorted, not overlapping in either)."""

    raw: str
    text: str
    _changes: _Changes = field(default=_NONE, repr=False)

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The changes with their places in the current text."""
        starts, ends, raw_starts, raw_ends = self._by_text
        before = [self.raw[start:end] for start, end in zip(raw_starts, raw_ends, strict=True)]
        after, rule, confidence = (column.tolist() for column in self._changes[3:])
        rows = zip(starts, ends, raw_starts, raw_ends, before, after, rule, confidence, strict=True)
        return tuple(map(Edit._make, rows))

    @property
    def replacements(self) -> Replacements:
        """The changes as replacements in the raw text."""
        starts, ends, _, afters, rules, confidences = self._changes
        return Replacements(starts, ends, afters.tolist(), rules.tolist(), confidences)

    def apply(self, replacements: Iterable[Replacement] | Replacements) -> "Alignment":
        """Carry out replacements on the current text.

        They must not overlap. Raises ``ValueError`` if they do, or if one is empty or outside the text.
        """
        if not isinstance(replacements, Replacements):
            replacements = in_order(replacements)
        if not len(replacements.starts):
            return self
        new, old = _columns(*replacements), self._changes
        _check(new, len(self.text))
        old_starts, old_ends = _places(old)
        # the earlier changes that each meets: not those that only touch it
        first, last = np.searchsorted(old_ends, new.starts, "right"), np.searchsorted(old_starts, new.ends, "left")
        # raw position less text position behind the changes passed
        shifts = np.concatenate(([0], old.ends - old_ends))[first]
        placed = new._replace(starts=new.starts + shifts, ends=new.ends + shifts)
        meets = first < last
        if meets.any():
            kept, merged = _merged(self.text, old, new, first, last)
            parts = [_taken(old, kept), _with_effect(self.raw, _taken(placed, ~meets)), _with_effect(self.raw, merged)]
        else:
            parts = [old, _with_effect(self.raw, placed)]
        return Alignment(self.raw, _replaced(self.text, new), _in_order(parts))

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of ``text[start:end]``.

        What was deleted at its edges is left out, what was deleted inside is in. A span that cuts a replacement takes
        in its whole raw span, unless both sides have one length. Raises ``ValueError`` for a span outside the text.
        """
        return _mapped(start, end, len(self.text), self._by_text)

    def to_text(self, start: int, end: int) -> tuple[int, int]:
        """The span of ``text`` that ``raw[start:end]`` became; ``ValueError`` for one outside the raw text."""
        return _mapped(start, end, len(self.raw), self._by_raw)

    @cached_property
    def _by_text(self) -> tuple[list[int], list[int], list[int], list[int]]:
        starts, ends = _places(self._changes)
        return starts.tolist(), ends.tolist(), self._changes.starts.tolist(), self._changes.ends.tolist()

    @cached_property
    def _by_raw(self) -> tuple[list[int], list[int], list[int], list[int]]:
        starts, ends, raw_starts, raw_ends = self._by_text
        return raw_starts, raw_ends, starts, ends


def _check(changes: _Changes, length: int) -> None:
    wrong = (changes.starts >= changes.ends) | (changes.starts < 0) | (changes.ends > length)
    wrong[1:] |= changes.starts[1:] < changes.ends[:-1]
    if wrong.any():
        raise ValueError(f"replacements overlap, are empty or outside the text at {changes.starts[wrong.argmax()]}")


def _places(changes: _Changes) -> tuple[_Ints, _Ints]:
    """Where changes stand in the text that they lead to."""
    ends = changes.ends + np.cumsum(changes.lengths - (changes.ends - changes.starts))
    return ends - changes.lengths, ends


def _taken(changes: _Changes, which: _Mask | _Ints) -> _Changes:
    starts, ends, lengths, afters, rules, confidences = changes
    return _Changes(starts[which], ends[which], lengths[which], afters[which], rules[which], confidences[which])


def _in_order(parts: list[_Changes]) -> _Changes:
    parts = [part for part in parts if len(part.starts)] or parts[:1]
    if len(parts) == 1:
        return parts[0]
    changes = _Changes(*map(np.concatenate, zip(*parts, strict=True)))
    return _taken(changes, np.argsort(changes.starts, kind="stable"))


def _with_effect(text: str, changes: _Changes) -> _Changes:
    """The changes that leave ``text`` another."""
    differs = _differs(codes(text), *changes[:3], codes("".join(changes.afters.tolist())))
    return changes if differs.all() else _taken(changes, differs)


@njit(cache=True)
def _differs(points: _Points, starts: _Ints, ends: _Ints, lengths: _Ints, afters: _Points) -> _Mask:
    differs = np.empty(starts.size, np.bool_)
    taken = 0
    for index in range(starts.size):
        differs[index] = lengths[index] != ends[index] - starts[index]
        if not differs[index]:
            for at in range(lengths[index]):
                differs[index] |= afters[taken + at] != points[starts[index] + at]
        taken += lengths[index]
    return differs


def _replaced(text: str, changes: _Changes) -> str:
    """The text with changes carried out."""
    points = _spliced(codes(text), *changes[:3], codes("".join(changes.afters.tolist())))
    return points.tobytes().decode("utf-32-le", "surrogatepass")


@njit(cache=True)
def _spliced(points: _Points, starts: _Ints, ends: _Ints, lengths: _Ints, afters: _Points) -> _Points:
    found = np.empty(points.size + np.sum(lengths - (ends - starts)), np.uint32)
    to = done = taken = 0
    for index in range(starts.size + 1):
        for at in range(done, starts[index] if index < starts.size else points.size):
            found[to] = points[at]
            to += 1
        if index < starts.size:
            for _ in range(lengths[index]):
                found[to] = afters[taken]
                to, taken = to + 1, taken + 1
            done = ends[index]
    return found


def _merged(text: str, old: _Changes, new: _Changes, first: _Ints, last: _Ints) -> tuple[_Mask, _Changes]:
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
    old_starts, old_ends = _places(old)
    rows = []
    for new_from, new_to, old_from, old_to in groups:
        kept[old_from:old_to] = False
        before, replaced = slice(old_from, old_to), slice(new_from, new_to)
        start = min(int(new.starts[new_from]), int(old_starts[old_from]))
        end = max(int(new.ends[new_to - 1]), int(old_ends[old_to - 1]))
        after, done = [], start
        for at in range(new_from, new_to):
            after += [text[done : new.starts[at]], new.afters[at]]
            done = int(new.ends[at])
        rows.append(
            (
                start + int(old.starts[old_from] - old_starts[old_from]),
                end + int(old.ends[old_to - 1] - old_ends[old_to - 1]),
                "".join([*after, text[done:end]]),
                _joined([*old.rules[before], *new.rules[replaced]]),
                min(*old.confidences[before], *new.confidences[replaced]),
            )
        )
    return kept, _columns(*zip(*rows, strict=True))


def _joined(rules: list[str]) -> str:
    return "+".join(dict.fromkeys(part for rule in rules for part in rule.split("+")))


def _mapped(
    start: int, end: int, length: int, sides: tuple[list[int], list[int], list[int], list[int]]
) -> tuple[int, int]:
    if not 0 <= start <= end <= length:
        raise ValueError(f"span {start}-{end} is outside 0-{length}")
    starts, ends, _, other_ends = sides
    if start == end:
        index = bisect_right(ends, start) - 1
        if index + 1 < len(starts) and starts[index + 1] < start:
            inside = _other(start, index + 1, sides)[0]
            return inside, inside
        at = start + (other_ends[index] - ends[index] if index >= 0 else 0)
        return at, at
    index = bisect_right(ends, start)  # the first edit that ends after start
    if index < len(starts) and starts[index] <= start:
        left = _other(start, index, sides)[0]
    else:
        left = start + (other_ends[index - 1] - ends[index - 1] if index else 0)
    index = bisect_left(starts, end) - 1  # the last edit that starts before end
    if index >= 0 and ends[index] >= end:
        right = _other(end, index, sides)[1]
    else:
        right = end + (other_ends[index] - ends[index] if index >= 0 else 0)
    return left, max(left, right)


def _other(position: int, index: int, sides: tuple[list[int], list[int], list[int], list[int]]) -> tuple[int, int]:
    """Where a position in an edit lies on the other side, as (for a start, for an end)."""
    starts, ends, other_starts, other_ends = (side[index] for side in sides)
    if ends - starts == other_ends - other_starts:
        return other_starts + position - starts, other_starts + position - starts
    return other_starts, other_ends
