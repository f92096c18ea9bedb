"""What a document's notes say: a sentence, and where in the raw text."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

_SHOWN = 10


class Finding(NamedTuple):
    """What was seen but not undone, and at which places of the current text."""

    what: str
    places: Sequence[int]


def sentence(finding: Finding, to_raw: Callable[[int, int], tuple[int, int]]) -> str:
    """A note: what was found, and its first ten offsets in the raw text."""
    offsets: list[int] = []
    for place in sorted(finding.places):  # later places are no earlier ones of the raw text
        offset = to_raw(place, place + 1)[0]
        if offset not in offsets[-1:]:
            offsets.append(offset)
        if len(offsets) > _SHOWN:
            break
    shown = ", ".join(map(str, offsets[:_SHOWN])) + (", …" if len(offsets) > _SHOWN else "")
    return f"{finding.what}; raw offsets {shown}" if offsets else finding.what


def counted(items: Iterable[tuple[str, int]]) -> str:
    """``a (3), b (1)``: the ten most frequent, the first in order where counts are equal."""
    ordered = sorted(items, key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} ({n})" for name, n in ordered[:_SHOWN]) + (", …" if len(ordered) > _SHOWN else "")
