"""Lines of a raw text, with a view on which words can be judged whatever the page has done to them.

A polluted page writes 來源：人民網(wǎng) for 来源：人民网. The view of a line is without pinyin glosses, in simplified
characters and in half-width marks. It is for judging only: every place in it leads back to one in the raw text.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from opencc import OpenCC

HAN = "\u3400-\u9fff"
# On a polluted page a gloss can stand in any name: 劉(liú)俊英, 發(發).
_GLOSS = re.compile(rf"(?<=[{HAN}])\((?:[a-zA-ZüÀ-ÿĀ-ǿ ]{{1,9}}|[{HAN}])\)")
_ENDS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
LONGEST_VIEW = 400
"""Characters: a longer line is running text, and its view is empty."""


class _Folding(dict[int, str]):
    """A table for ``str.translate`` that grows as it is used; always one character for one."""

    def __init__(self) -> None:
        super().__init__()
        self._simplified = OpenCC("t2s").convert

    def __missing__(self, code: int) -> str:
        char = chr(code)
        wide = unicodedata.normalize("NFKC", char)
        folded = wide if len(wide) == 1 else char
        simple = self._simplified(folded) if folded >= "\u3400" else folded
        self[code] = simple if len(simple) == 1 else folded
        return self[code]


_FOLDING = _Folding()
_FOLDING.update(dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\xad"), " "))  # seen by nobody


def folded(text: str) -> str:
    """Text without glosses, in simplified characters and half-width marks."""
    return _GLOSS.sub("", text).translate(_FOLDING)


class Line:
    """A line: where it starts in the raw text, where the next one starts, and its text without the line end."""

    def __init__(self, start: int, end: int, text: str) -> None:
        self.start, self.end, self.text = start, end, text

    @cached_property
    def folded(self) -> str:
        """The view, as long as its line has characters outside of glosses."""
        return folded(self.text) if len(self.text) <= LONGEST_VIEW else ""

    @cached_property
    def view(self) -> str:
        """The view without white space at its ends."""
        return self.folded.strip()

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the raw text of a place in ``folded``; a gloss behind the last character belongs to it."""
        glosses = [match.span() for match in _GLOSS.finditer(self.text)]
        lengths = accumulate((b - a for a, b in glosses), initial=0)
        before = [(a - gone, b - a) for (a, b), gone in zip(glosses, lengths, strict=False)]
        first = start + sum(length for place, length in before if place <= start)
        last = end + sum(length for place, length in before if place <= end)
        return self.start + first, self.start + last


def lines_of(raw: str) -> list[Line]:
    """All lines of a text, blank ones too."""
    lines, start = [], 0
    for text in raw.splitlines(keepends=True):
        end = start + len(text)
        lines.append(Line(start, end, text.rstrip(_ENDS)))
        start = end
    return lines


def covered(lines: Sequence[Line], spans: Sequence[tuple[int, int]]) -> list[bool]:
    """For each line, whether all of it that is not white space lies in one of the sorted spans."""
    starts = [start for start, _ in spans]
    inside = []
    for line in lines:
        first = line.start + len(line.text) - len(line.text.lstrip())
        place = bisect_right(starts, first) - 1
        inside.append(place >= 0 and line.start + len(line.text.rstrip()) <= spans[place][1])
    return inside


def merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans sorted, with those that touch or overlap made one, and empty ones left out."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
