"""Keyword in context: every place where a term stands in the published texts, one a line."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import store
from pipeline.tables import DOCUMENTS

TITLE = 30
"""Columns that a document's title takes; longer ones are cut."""
_DATE = len("2021-03-12")


class KwicError(Exception):
    """The dataset cannot be searched; the message is one line that says what to do."""


class Hit(NamedTuple):
    """A place where the term stands: its document's date and title, and the text before and after."""

    date: str
    title: str
    doc_id: str
    start: int
    left: str
    right: str


def kwic(processed: Path, term: str, width: int) -> Iterator[str]:
    """A line for each place of ``term`` in the texts of the dataset in ``processed``: by date, title and place.

    A line is date, title, ``width`` characters of the text before the term, the term, and as many after it, aligned
    where full-width characters take two columns. Line ends and other white space show as one space, and characters
    that no terminal should be sent as U+FFFD. Documents without a date come last. The term is taken as it stands.

    Raises ``KwicError`` if the dataset is missing or damaged.
    """
    try:
        found = sorted(
            (hit for row in store.read_rows(processed, DOCUMENTS) for hit in hits(row, term, width)),
            key=lambda hit: (not hit.date, hit),
        )
    except FileNotFoundError as error:
        raise KwicError(f"{error.filename} is missing: run `dvc repro`") from None
    except OSError as error:
        raise KwicError(f"{error.filename}: {error.strerror}") from None
    return _lines(found, term, width)


def hits(document: Mapping[str, Any], term: str, width: int) -> Iterator[Hit]:
    """The places of ``term`` in a row of ``tables.DOCUMENTS``, none of which overlap."""
    text: str = document["text"]
    start = text.find(term)
    while start >= 0:
        end = start + len(term)
        # white space is joined afterwards, so that some more is taken than is shown
        left = _plain(text[max(start - 4 * width, 0) : start])[-width:]
        right = _plain(text[end : end + 4 * width])[:width]
        yield Hit(document["date"], _plain(document["title"]).strip(), document["doc_id"], start, left, right)
        start = text.find(term, end)


def _lines(found: Iterable[Hit], term: str, width: int) -> Iterator[str]:
    shown = _plain(term)
    for hit in found:
        left = " " * max(2 * width - columns(hit.left), 0) + hit.left
        yield f"{hit.date:<{_DATE}}  {_fitted(hit.title)}  {left} [{shown}] {hit.right}".rstrip()


def columns(text: str) -> int:
    """Columns that a terminal takes for the text: two for full-width characters, none for combining ones."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _fitted(title: str) -> str:
    if columns(title) > TITLE:
        while columns(title) > TITLE - 1:
            title = title[:-1]
        title += "…"
    return title + " " * (TITLE - columns(title))


def _plain(text: str) -> str:
    joined = " ".join(text.split())
    edges = " " * (text[:1].isspace()), " " * (text[-1:].isspace() and bool(joined))
    return "".join(char if char.isprintable() else "\ufffd" for char in f"{edges[0]}{joined}{edges[1]}")
