"""Text under repair, aligned with the raw text that it came from.

Each step of restoration looks at the current text and proposes replacements; ``Alignment.apply`` carries them out and
merges those that meet earlier edits, so that at any time the edits lead from the raw text to the current one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


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


class _Change(NamedTuple):
    """An edit without what follows from the others: where it stands in the text."""

    raw_start: int
    raw_end: int
    after: str
    rule: str
    confidence: float


@dataclass(frozen=True)
class Alignment:
    """A raw text, the current text, and the changes between them (sorted, not overlapping in either)."""

    raw: str
    text: str
    _changes: tuple[_Change, ...] = ()

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The changes with their places in the current text."""
        edits, grown = [], 0
        for raw_start, raw_end, after, rule, confidence in self._changes:
            start, before = raw_start + grown, self.raw[raw_start:raw_end]
            edits.append(Edit(start, start + len(after), raw_start, raw_end, before, after, rule, confidence))
            grown += len(after) - len(before)
        return tuple(edits)

    def apply(self, replacements: Iterable[Replacement]) -> "Alignment":
        """Carry out replacements on the current text.

        They must not overlap. Raises ``ValueError`` if they do, or if one is empty.
        """
        ordered = sorted(replacements)
        if not ordered:
            return self
        raw, text, old = self.raw, self.text, self._changes
        changes: list[_Change] = []
        parts: list[str] = []
        done = position = index = 0  # done: current text already copied; position, index: in ordered and old
        shift = 0  # raw position less text position behind the old changes passed
        while position < len(ordered):
            start, end, after, rule, confidence = ordered[position]
            if start >= end or start < done:
                raise ValueError(f"replacements overlap or are empty at {start}")
            position += 1
            while index < len(old) and (behind := old[index].raw_start - shift + len(old[index].after)) <= start:
                changes.append(old[index])
                shift = old[index].raw_end - behind
                index += 1
            raw_start, rules, inside = start + shift, [], [ordered[position - 1]]
            while index < len(old) and (at := old[index].raw_start - shift) < end:
                # it meets an earlier change, and what is replaced grows to hold both
                if at < start:
                    start, raw_start = at, old[index].raw_start
                behind = at + len(old[index].after)
                shift = old[index].raw_end - behind
                rules.append(old[index].rule)
                confidence = min(confidence, old[index].confidence)
                end = max(end, behind)
                index += 1
                while position < len(ordered) and ordered[position].start < end:
                    _check(inside[-1], ordered[position])
                    inside.append(ordered[position])
                    confidence = min(confidence, ordered[position].confidence)
                    end = max(end, ordered[position].end)
                    position += 1
            if rules:
                after = _changed(text, start, end, inside)
                rule = _joined(rules + [replacement.rule for replacement in inside])
            parts += [text[done:start], after]
            done = end
            raw_end = end + shift
            if raw[raw_start:raw_end] != after:
                changes.append(_Change(raw_start, raw_end, after, rule, confidence))
        parts.append(text[done:])
        return Alignment(raw, "".join(parts), (*changes, *old[index:]))

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
        edits = self.edits
        return (
            [e.start for e in edits],
            [e.end for e in edits],
            [e.raw_start for e in edits],
            [e.raw_end for e in edits],
        )

    @cached_property
    def _by_raw(self) -> tuple[list[int], list[int], list[int], list[int]]:
        starts, ends, raw_starts, raw_ends = self._by_text
        return raw_starts, raw_ends, starts, ends


def _check(one: Replacement, following: Replacement) -> None:
    if following.start < one.end or following.start >= following.end:
        raise ValueError(f"replacements overlap or are empty at {following.start}")


def _changed(text: str, start: int, end: int, changes: list[Replacement]) -> str:
    parts: list[str] = []
    for change in changes:
        parts += [text[start : change.start], change.after]
        start = change.end
    return "".join([*parts, text[start:end]])


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
