"""What every reader gives: a document's text as it came, and what its file says of it."""

import re
from typing import NamedTuple

BLANK = "\ufeff\u200b \t\r\n\u3000\x00"
"""Characters of which a text alone would be none."""
HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair, which JSON can hold and no table."""


class Extracted(NamedTuple):
    """A document as a reader found it.

    ``text`` is complete: what is page and not article stands in it too, and ``furniture`` holds its spans (sorted, not
    overlapping), so that taking it out is an edit that can be traced. ``encoding`` is empty for formats without one.
    ``metadata`` are (key, value) pairs, named as the file names them. ``row`` is the document's place, from 0, in a
    file that holds many.
    """

    text: str
    encoding: str = ""
    furniture: tuple[tuple[int, int], ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    row: int = 0

    @property
    def article(self) -> str:
        """The text without what is page."""
        edges = [0, *(edge for span in self.furniture for edge in span), len(self.text)]
        return "".join(self.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


class Unreadable(NamedTuple):
    """A row of a file of many documents that gives none, with the reason."""

    row: int
    reason: str
    detail: str = ""


def escaped(text: str) -> str:
    """A text with each half of a surrogate pair as its escape, six characters long."""
    return HALF.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def told(error: Exception) -> str:
    """What a library says of a file, on one line and not too long for a table's cell."""
    return " ".join(str(error).split())[:300]
