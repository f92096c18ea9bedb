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

from pipeline.restoration.changes import Changes, Ints, Pieces, carried_out, columns, first_wrong, places, with_new


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

    starts: Sequence[int] | Ints
    ends: Sequence[int] | Ints
    afters: Sequence[str]
    rules: Sequence[str]
    confidences: Sequence[float] | npt.NDArray[np.float64]


def in_order(replacements: Iterable[Replacement]) -> Replacements:
    """Replacements as columns."""
    rows = sorted(replacements)
    return Replacements(*zip(*rows, strict=True)) if rows else NONE


NONE = Replacements((), (), (), (), ())
_NONE = columns(*NONE)


@dataclass(frozen=True, eq=False)
class Alignment:
    """A raw text, the current text, and the changes between them (sorted, not overlapping in either)."""

    raw: str
    text: str
    _changes: Changes = field(default=_NONE, repr=False)

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The changes with their places in the current text."""
        starts, ends, raw_starts, raw_ends = self._by_text
        before = [self.raw[start:end] for start, end in zip(raw_starts, raw_ends, strict=True)]
        rule, confidence = (column.tolist() for column in self._changes[4:])
        rows = zip(starts, ends, raw_starts, raw_ends, before, self._afters, rule, confidence, strict=True)
        return tuple(map(Edit._make, rows))

    @property
    def replacements(self) -> Replacements:
        """The changes as replacements in the raw text."""
        starts, ends, _, _, rules, confidences = self._changes
        return Replacements(starts, ends, self._afters, rules.tolist(), confidences)

    @property
    def _afters(self) -> Pieces:
        return Pieces(self._changes.written, self._changes.lengths)

    def apply(self, replacements: Iterable[Replacement] | Replacements) -> "Alignment":
        """Carry out replacements on the current text.

        They must not overlap. Raises ``ValueError`` if they do, or if one is empty or outside the text.
        """
        if not isinstance(replacements, Replacements):
            replacements = in_order(replacements)
        if not len(replacements.starts):
            return self
        new = columns(*replacements)
        if (wrong := first_wrong(new.starts, new.ends, len(self.text))) >= 0:
            raise ValueError(f"replacements overlap, are empty or outside the text at {new.starts[wrong]}")
        changes = with_new(self.raw, self.text, self._changes, new)
        return Alignment(self.raw, carried_out(self.text, new), changes)

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
        starts, ends = places(self._changes)
        return starts.tolist(), ends.tolist(), self._changes.starts.tolist(), self._changes.ends.tolist()

    @cached_property
    def _by_raw(self) -> tuple[list[int], list[int], list[int], list[int]]:
        starts, ends, raw_starts, raw_ends = self._by_text
        return raw_starts, raw_ends, starts, ends


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
