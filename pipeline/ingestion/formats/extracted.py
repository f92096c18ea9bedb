"""What every reader gives: a document's text as it came, and what its file says of it."""

from typing import NamedTuple


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
