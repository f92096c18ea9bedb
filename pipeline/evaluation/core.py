"""Measures: character error rate, and precision, recall and F1 of entities with bootstrap intervals."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

LABELS = ("ORG", "PUB", "LOC", "PER")
OPTIONAL = "OPT"


class Span(NamedTuple):
    """A labelled span of a text."""

    start: int
    end: int
    label: str


class Score(NamedTuple):
    """Precision, recall and F1, from 0 to 1, and the number of gold spans that they rest on."""

    precision: float
    recall: float
    f1: float
    gold: int


class Counts(NamedTuple):
    """Spans found rightly, found wrongly and missed."""

    right: int
    wrong: int
    missed: int


def edit_distance(a: str, b: str) -> int:
    """Levenshtein distance in characters; time len(a) × len(b), row by row in numpy."""
    if len(a) < len(b):
        a, b = b, a
    other = np.array([ord(c) for c in b], dtype=np.int64)
    offsets = np.arange(len(b) + 1)
    row = offsets.copy()
    for index, character in enumerate(a, 1):
        best = np.empty_like(row)
        best[0] = index
        best[1:] = np.minimum(row[1:] + 1, row[:-1] + (other != ord(character)))
        # an insertion adds 1 for each step to the right, so the running minimum of (value - column) gives them all
        row = np.minimum.accumulate(best - offsets) + offsets
    return int(row[-1])


def character_error_rate(text: str, gold: str) -> float:
    """Edit distance between ``text`` and ``gold``, divided by the length of ``gold``."""
    return edit_distance(text, gold) / max(1, len(gold))


def comparable(predicted: Iterable[Span], gold: Sequence[Span]) -> list[Span]:
    """The predictions that count: those that overlap an OPT span of the gold are neither right nor wrong."""
    optional = [span for span in gold if span.label == OPTIONAL]
    return [p for p in predicted if not any(p.start < o.end and o.start < p.end for o in optional)]


def count(predicted: Iterable[Span], gold: Sequence[Span], label: str = "") -> Counts:
    """Compare exact spans and labels; with ``label``, of that label only."""
    found = {p for p in comparable(predicted, gold) if not label or p.label == label}
    wanted = {g for g in gold if g.label != OPTIONAL and (not label or g.label == label)}
    right = len(found & wanted)
    return Counts(right, len(found) - right, len(wanted) - right)


def score(counts: Iterable[Counts]) -> Score:
    """Micro-averaged precision, recall and F1 of several counts; 0 where there is nothing to divide by."""
    right, wrong, missed = (sum(column) for column in zip(Counts(0, 0, 0), *counts, strict=True))
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    f1 = 2 * right / (2 * right + wrong + missed) if right else 0.0
    return Score(precision, recall, f1, right + missed)


def bootstrap_f1(counts: Sequence[Counts], resamples: int, seed: int) -> tuple[float, float]:
    """95 % percentile interval of micro F1 over resampled units (sentences); Efron and Tibshirani (1993).

    Resamples without any span, in which F1 is not defined, are left out.
    """
    table = np.array(counts, dtype=np.int64).reshape(-1, 3)
    picks = np.random.default_rng(seed).integers(0, len(table), (resamples, len(table)))
    right, wrong, missed = table[picks].sum(axis=1).T
    spans = 2 * right + wrong + missed
    if not spans.any():
        return 0.0, 0.0
    low, high = np.percentile(2 * right[spans > 0] / spans[spans > 0], [2.5, 97.5])
    return float(low), float(high)


def share_right(predicted: dict[Any, str], gold: dict[Any, str]) -> tuple[float, int]:
    """Share of the gold's answers that were given exactly, and how many there are."""
    right = sum(predicted.get(key, "") == answer for key, answer in gold.items())
    return (right / len(gold) if gold else 0.0), len(gold)
