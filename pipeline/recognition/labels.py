"""BIOES labels of a standard: their order, which may follow which, and spans from them and back."""

from collections.abc import Iterable, Sequence

import numpy as np

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def bioes(names: Sequence[str]) -> list[str]:
    """``O``, then ``B-``, ``I-``, ``E-`` and ``S-`` of each name."""
    return ["O", *(f"{position}-{name}" for name in names for position in "BIES")]


def legal(labels: Sequence[str]) -> tuple[Mask, Mask, Mask]:
    """Labels a sentence may start with, steps from label to label, labels it may end with."""
    opened = [label[0] in "BI" for label in labels]
    inside = [label[0] in "IE" for label in labels]
    steps = [
        [(i[2:] == j[2:] if inside[b] else False) if opened[a] else not inside[b] for b, j in enumerate(labels)]
        for a, i in enumerate(labels)
    ]
    return ~np.array(inside), np.array(steps), ~np.array(opened)


def encoded(length: int, spans: Iterable[tuple[int, int, str]]) -> list[str]:
    """Labels of a text of that length from spans that do not overlap."""
    labels = ["O"] * length
    for start, end, name in spans:
        if end - start == 1:
            labels[start] = f"S-{name}"
        else:
            labels[start:end] = [f"B-{name}", *[f"I-{name}"] * (end - start - 2), f"E-{name}"]
    return labels


def decoded(labels: Sequence[str]) -> list[tuple[int, int, str]]:
    """Spans of a legal sequence."""
    spans = []
    start = 0
    for at, label in enumerate(labels):
        if label[0] in "BS":
            start = at
        if label[0] in "ES":
            spans.append((start, at + 1, label[2:]))
    return spans
