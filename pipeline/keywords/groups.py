"""What tells the years, decades, regions, issuers and levels of a corpus apart, as complete series."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.covariates import GROUPS
from pipeline.keywords.keyness import PER, Floats, interval, log_likelihood, log_ratio
from pipeline.keywords.occurrences import Ints, Matrix, stretches

STRETCH = 200
"""Words in a stretch, about a paragraph: in place of documents where a value has one document alone."""
MAX_ROWS = 300_000
"""Rows for one group: with very many values, each adds fewer terms of its own."""

Row = dict[str, Any]


class Grouping(NamedTuple):
    """A way to group documents: its values, the documents of each (rows of the counts), and the terms shown."""

    group: str
    values: dict[str, Ints]
    columns: Ints


def groupings(
    counted: Matrix, covariates: Mapping[str, Mapping[str, str]], top: Sequence[str], top_n: int
) -> tuple[list[Grouping], list[str]]:
    """The groups that have two values or more, sorted by name, and notes on those that have not.

    The terms of a group are ``top`` (the corpus's) and, of each value, the ``top_n`` with the greatest G2 above 0.
    A term that one document alone has speaks for that document: where a value has several, it is none of these.
    """
    found, notes = [], []
    for group in GROUPS:
        values: dict[str, list[int]] = {}
        for row, doc_id in enumerate(counted.doc_ids):
            value = covariates.get(doc_id, {}).get(group)
            if value:
                values.setdefault(value, []).append(row)
        told = sum(map(len, values.values()))
        note = _note(group, list(values), told, len(counted.doc_ids))
        if len(values) > 1:
            members = {value: np.array(values[value]) for value in sorted(values)}
            shown = min(top_n, max(MAX_ROWS // len(values) - len(top), 0) // len(values))
            if shown < top_n:
                note += (
                    f" With {len(values)} values each adds its {shown} strongest terms to the series, not {top_n}: "
                    f"keywords.top_n would give more than {MAX_ROWS:,} rows."
                )
            found.append(Grouping(group, members, _columns(counted, members, top, shown)))
        if note:
            notes.append(note)
    return sorted(found), notes


def series(counted: Matrix, grouping: Grouping) -> Iterator[list[Row]]:
    """Rows of ``tables.TERM_GROUPS``, one list a value: every term of the group with its rate, whether seen or not.

    A value with several documents has an interval by documents, one with a single document by its stretches of
    ``STRETCH`` words (batch means: what repeats a word within a page counts for little); see ``keyness.interval``.
    """
    terms = [counted.terms[column] for column in grouping.columns]
    for value, rows, inside, outside, words, rest in _parts(counted, grouping.values):
        a, b = inside[grouping.columns], outside[grouping.columns]
        counts, sizes = counted.counts[rows][:, grouping.columns], counted.words[rows]
        df = counts.getnnz(axis=0)
        if len(rows) == 1:
            counts, sizes = stretches(counted, counted.doc_ids[rows[0]], terms, STRETCH)
        low, high = interval(counts, sizes)
        columns = (
            terms,
            a * PER / words,
            low,
            high,
            log_likelihood(a, b, words, rest),
            log_ratio(a, b, words, rest),
            a.astype(int),
            df,
        )
        names = ("term", "rate", "low", "high", "g2", "effect", "tf", "df")
        lists: list[list[Any]] = [column if isinstance(column, list) else column.tolist() for column in columns]
        yield [
            {"group": grouping.group, "value": value, **dict(zip(names, row, strict=True))}
            for row in zip(*lists, strict=True)
        ]


def _parts(counted: Matrix, values: Mapping[str, Ints]) -> Iterator[tuple[str, Ints, Floats, Floats, float, float]]:
    """(value, its documents, occurrences of each term there and in all other documents with a value, words of both)"""
    grouped = np.sort(np.concatenate(list(values.values())))
    whole = _sums(counted.counts, grouped)
    total = float(counted.words[grouped].sum())
    for value, rows in values.items():
        inside, words = _sums(counted.counts, rows), float(counted.words[rows].sum())
        yield value, rows, inside, whole - inside, words, total - words


def _sums(counts: csr_matrix, rows: Ints) -> Floats:
    return np.asarray(counts[rows].sum(axis=0), dtype=float).ravel()


def _columns(counted: Matrix, values: Mapping[str, Ints], top: Sequence[str], shown: int) -> Ints:
    chosen = set(np.searchsorted(counted.terms, top).tolist()) if top else set()
    for _, rows, inside, outside, words, rest in _parts(counted, values):
        g2 = np.round(log_likelihood(inside, outside, words, rest), 6)
        df = counted.counts[rows].getnnz(axis=0)
        told = np.flatnonzero((g2 > 0) & (df >= min(2, len(rows))))
        order = np.lexsort((told, -g2[told]))  # terms are sorted, so that ties fall by term
        chosen.update(told[order[:shown]].tolist())
    return np.array(sorted(chosen), dtype=np.int64)


_WHAT: Mapping[str, str] = {
    "year": "date",
    "decade": "date",
    "region": "home region",
    "issuer": "issuer",
    "level": "level",
}


def _note(group: str, values: list[str], told: int, documents: int) -> str:
    if not values:
        return f"No term_groups by {group}: no document has a known {_WHAT[group]}."
    if len(values) == 1:
        return f"No term_groups by {group}: the documents that have one ({told} of {documents}) all have {values[0]}."
    if told < documents:
        return (
            f"term_groups by {group} leave out {documents - told} of {documents} documents: no known {_WHAT[group]}."
        )
    return ""
