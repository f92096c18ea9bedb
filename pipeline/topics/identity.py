"""Topics keep their numbers and names when documents are added: they are matched to a reference."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

SAME = 0.4
"""Similarity from which on a topic is the one of the reference."""
NONE = -1
COLUMNS = ("topic", "label", "term", "weight")

Row = dict[str, Any]
Weights = Mapping[str, float]
"""Weight of each of a topic's strongest terms."""


class Reference(NamedTuple):
    """Topics of an earlier run: number to name, and number to weights of its strongest terms."""

    labels: dict[int, str]
    weights: dict[int, dict[str, float]]


def read_reference(lines: Iterable[str]) -> Reference:
    """A reference from the lines of a CSV file with ``COLUMNS``, as ``baogao keep-topics`` writes it.

    Raises ``ValueError`` with what is wrong and in which line.
    """
    rows = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise ValueError(f"it has no column {', '.join(missing)}")
    reference = Reference({}, {})
    for row in rows:
        try:
            topic, weight = int(row["topic"]), float(row["weight"])
        except (TypeError, ValueError):
            raise ValueError(f"line {rows.line_num}: topic and weight must be numbers") from None
        if topic < 0 or not 0 <= weight < math.inf:
            raise ValueError(f"line {rows.line_num}: topic and weight must not be below 0")
        label = row["label"] or ""
        if reference.labels.setdefault(topic, label) != label:
            raise ValueError(f"line {rows.line_num}: topic {topic} has two labels")
        reference.weights.setdefault(topic, {})[row["term"]] = weight
    if not reference.labels:
        raise ValueError("it holds no topic")
    return reference


def written_reference(topics: Iterable[Mapping[str, Any]], terms: Iterable[Mapping[str, Any]]) -> str:
    """Rows of TOPICS and TOPIC_TERMS as the CSV file that ``read_reference`` reads, in their order."""
    labels = {row["topic"]: row["label"] for row in topics}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((row["topic"], labels[row["topic"]], row["term"], row["weight"]) for row in terms)
    return out.getvalue()


def match(topics: Sequence[Weights], reference: Mapping[int, Weights]) -> tuple[list[int], list[Row]]:
    """The number of each topic, and rows of ``topic_changes``.

    Topics are matched one to one so that the sum of similarities is largest; a topic that is at least ``SAME``
    similar to its match takes its number, the others take numbers after the reference's largest, in order. The
    similarity is the cosine of the weights of the strongest terms, from 0 to 1.
    """
    numbers = sorted(reference)
    table = np.array([[_cosine(topic, reference[number]) for number in numbers] for topic in topics])
    table = table.reshape(len(topics), len(numbers))
    mine, theirs = linear_sum_assignment(table, maximize=True)
    similarity = {int(i): (numbers[j], float(table[i, j])) for i, j in zip(mine, theirs, strict=True)}
    free = max(numbers, default=NONE) + 1
    given: list[int] = []
    rows: list[Row] = []
    for i in range(len(topics)):
        was, similar = similarity.get(i, (NONE, 0.0))
        if similar >= SAME:
            given.append(was)
            rows.append({"topic": was, "was": was, "similarity": round(similar, 9), "change": "same"})
        else:
            given.append(free)
            nearest = float(table[i].max()) if len(numbers) else 0.0
            rows.append({"topic": free, "was": NONE, "similarity": round(nearest, 9), "change": "new"})
            free += 1
    for j, number in enumerate(numbers):
        if number not in given:
            nearest = float(table[:, j].max()) if len(topics) else 0.0
            rows.append({"topic": NONE, "was": number, "similarity": round(nearest, 9), "change": "gone"})
    return given, sorted(rows, key=lambda row: (row["topic"] == NONE, row["topic"], row["was"]))


def _cosine(a: Weights, b: Weights) -> float:
    shared = sum(weight * b[term] for term, weight in sorted(a.items()) if term in b)
    lengths = np.sqrt(sum(w * w for w in a.values()) * sum(w * w for w in b.values()))
    return float(shared / lengths) if lengths else 0.0
