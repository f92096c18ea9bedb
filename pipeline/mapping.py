"""Maps a function over documents. Knows no stage: executors stand apart from steps."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from tqdm import tqdm

D = TypeVar("D")
R = TypeVar("R")


class Refused(Exception):
    """Raised by a document function that cannot use its document: the document becomes a reject."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def progress(items: Iterable[D], name: str, *, total: int | None = None) -> Iterator[D]:
    """Pass ``items`` on, with a bar (done, rate, time left) on a terminal and nothing elsewhere."""
    return iter(tqdm(items, desc=name, total=total, unit="doc", disable=None, file=sys.stderr))


def map_documents(
    function: Callable[[D], R], documents: Sequence[D], *, name: str
) -> tuple[list[tuple[D, R]], list[tuple[D, str, str]]]:
    """Apply ``function`` to each document on its own; one document's failure never stops the others.

    Returns (document, result) pairs in the order given, and (document, reason, detail) for each failure.
    """
    results: list[tuple[D, R]] = []
    failures: list[tuple[D, str, str]] = []
    for document in progress(documents, name, total=len(documents)):
        try:
            results.append((document, function(document)))
        except Refused as refusal:
            failures.append((document, refusal.reason, refusal.detail))
        except (ValueError, ArithmeticError, LookupError, TypeError, RecursionError) as error:
            failures.append((document, f"internal error in {name}", f"{type(error).__name__}: {error}"))
    return results, failures
