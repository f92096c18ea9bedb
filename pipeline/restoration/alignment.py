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


@dataclass(frozen=True)
class Alignment:
    """A raw text, the current text, and the edits between them (sorted, not overlapping in either)."""

    raw: str
    text: str
    edits: tuple[Edit, ...] = ()

    def apply(self, replacements: Iterable[Replacement]) -> "Alignment":
        """Carry out replacements on the current text.

        They must not overlap. Raises ``ValueError`` if they do, or if one is empty.
        """
        ordered = sorted(replacements)
        if not ordered:
            return self
        edits: list[Edit] = []
        parts: list[str] = []
        done = grown = index = 0  # done: current text already copied; grown: length of the new text less that of done
        old = self.edits
        for group in _groups(ordered, self.edits):
            start, end, raw_start, raw_end, first, last, changes = group
            while index < first:
                edits.append(_moved(old[index], grown))
                index += 1
            index = last
            after = _changed(self.text, start, end, changes)
            rules = [edit.rule for edit in old[first:last]] + [change.rule for change in changes]
            confidence = min([edit.confidence for edit in old[first:last]] + [change.confidence for change in changes])
            parts += [self.text[done:start], after]
            done = end
            before = self.raw[raw_start:raw_end]
            if before != after:
                at = start + grown
                edits.append(Edit(at, at + len(after), raw_start, raw_end, before, after, _joined(rules), confidence))
            grown += len(after) - (end - start)
        edits.extend(_moved(edit, grown) for edit in old[index:])
        parts.append(self.text[done:])
        return Alignment(self.raw, "".join(parts), tuple(edits))

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


_Group = tuple[int, int, int, int, int, int, list[Replacement]]


def _groups(replacements: list[Replacement], edits: tuple[Edit, ...]) -> Iterable[_Group]:
    """Replacements with the earlier edits that they overlap: (span, raw span, first and last edit, changes)."""
    index = 0  # the first edit that may still be touched
    position = 0
    while position < len(replacements):
        start, end = replacements[position].start, replacements[position].end
        while index < len(edits) and edits[index].end <= start:
            index += 1
        first = last = index
        changes: list[Replacement] = []
        while True:
            if position < len(replacements) and (not changes or replacements[position].start < end):
                change = replacements[position]
                if change.start >= change.end or (changes and change.start < changes[-1].end):
                    raise ValueError(f"replacements overlap or are empty at {change.start}")
                changes.append(change)
                position += 1
                end = max(end, change.end)
            elif last < len(edits) and edits[last].start < end:
                start, end = min(start, edits[last].start), max(end, edits[last].end)
                last += 1
            else:
                break
        shift_before = edits[first - 1].raw_end - edits[first - 1].end if first else 0
        shift_after = edits[last - 1].raw_end - edits[last - 1].end if last else 0
        yield start, end, start + shift_before, end + shift_after, first, last, changes
        index = last


def _changed(text: str, start: int, end: int, changes: list[Replacement]) -> str:
    parts: list[str] = []
    for change in changes:
        parts += [text[start : change.start], change.after]
        start = change.end
    return "".join([*parts, text[start:end]])


def _moved(edit: Edit, by: int) -> Edit:
    return edit if not by else edit._replace(start=edit.start + by, end=edit.end + by)


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
