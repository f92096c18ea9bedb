"""Labels of spans and spans of labels."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.recognition.labels import bioes, decoded, encoded, legal

NAMES = ("LOC", "ORG")


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, str]]]:
    length = draw(st.integers(1, 20))
    edges = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    pairs = list(pairwise(edges))
    kept = [(s, e, draw(st.sampled_from(NAMES))) for s, e in pairs if draw(st.booleans())]
    return length, kept


@given(spans())
def test_spans_come_back_from_their_labels(case: tuple[int, list[tuple[int, int, str]]]) -> None:
    length, wanted = case
    labels = encoded(length, wanted)
    assert len(labels) == length
    assert decoded(labels) == wanted


@given(spans())
def test_labels_of_spans_are_a_legal_sequence(case: tuple[int, list[tuple[int, int, str]]]) -> None:
    names = bioes(NAMES)
    start, steps, end = legal(names)
    numbers = [names.index(label) for label in encoded(*case)]
    assert start[numbers[0]] and end[numbers[-1]]
    assert all(steps[a, b] for a, b in pairwise(numbers))


def test_a_name_cannot_change_its_label_or_stop_without_its_end() -> None:
    names = bioes(NAMES)
    start, steps, end = legal(names)
    number = {label: k for k, label in enumerate(names)}
    assert not steps[number["B-LOC"], number["E-ORG"]]
    assert not steps[number["B-LOC"], number["O"]]
    assert not steps[number["O"], number["I-LOC"]]
    assert not start[number["E-LOC"]] and not end[number["B-ORG"]]
