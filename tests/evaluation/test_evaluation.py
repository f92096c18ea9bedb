import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.core import (
    Counts,
    Span,
    bootstrap_f1,
    character_error_rate,
    comparable,
    count,
    edit_distance,
    score,
    share_right,
)

SHORT = st.text("山水田园a", max_size=8)


def plain_distance(a, b):
    """Levenshtein's recursion with a table, as textbooks give it."""
    table = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
    return table[-1][-1]


@given(SHORT, SHORT)
def test_edit_distance_is_levenshteins(a, b):
    assert edit_distance(a, b) == plain_distance(a, b) == edit_distance(b, a)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_edit_distance_is_a_metric(a, b, c):
    assert (edit_distance(a, b) == 0) == (a == b)
    assert abs(len(a) - len(b)) <= edit_distance(a, b) <= max(len(a), len(b))
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


def test_character_error_rate_is_edits_for_each_character_of_the_gold():
    assert character_error_rate("山水田", "山水园林") == 2 / 4
    assert character_error_rate("山水", "山水") == 0
    assert character_error_rate("山水田园林", "山") == 4
    assert character_error_rate("", "") == 0


GOLD = [Span(0, 3, "ORG"), Span(5, 8, "LOC"), Span(10, 14, "OPT"), Span(20, 22, "PER")]


def test_a_span_counts_if_both_ends_and_the_label_agree():
    found = [Span(0, 3, "ORG"), Span(5, 8, "ORG"), Span(20, 23, "PER")]
    assert count(found, GOLD) == Counts(right=1, wrong=2, missed=2)
    assert count(found, GOLD, "ORG") == Counts(right=1, wrong=1, missed=0)
    assert count(found, GOLD, "LOC") == Counts(right=0, wrong=0, missed=1)
    assert count(found, GOLD, "PUB") == Counts(right=0, wrong=0, missed=0)


@pytest.mark.parametrize(
    "found", [[], [Span(10, 14, "ORG")], [Span(9, 11, "LOC")], [Span(11, 12, "PER")], [Span(9, 30, "PUB")]]
)
def test_what_overlaps_an_optional_span_is_neither_right_nor_wrong_nor_missed(found):
    wanted = [span for span in GOLD if span.label != "OPT"]
    assert count([*wanted, *found], GOLD) == Counts(right=3, wrong=0, missed=0)


@pytest.mark.parametrize("found", [Span(8, 10, "ORG"), Span(14, 16, "LOC")])
def test_what_only_touches_an_optional_span_is_judged(found):
    assert comparable([found], GOLD) == [found]
    assert count([found], GOLD).wrong == 1


def test_a_span_found_twice_counts_once():
    assert count([Span(0, 3, "ORG")] * 2, GOLD) == Counts(right=1, wrong=0, missed=2)


def test_micro_f1_sums_counts_before_it_divides():
    # by hand: 3 right of 4 found and of 6 wanted; the mean of the two units' F1 would be (1 + 1/4) / 2
    assert score([Counts(2, 0, 0), Counts(1, 1, 3)]) == pytest.approx((3 / 4, 3 / 6, 6 / 10, 6))


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        ([Counts(0, 0, 0)], (0, 0, 0, 0)),
        ([Counts(0, 2, 0)], (0, 0, 0, 0)),
        ([Counts(0, 0, 2)], (0, 0, 0, 2)),
        ([Counts(2, 0, 0)], (1, 1, 1, 2)),
    ],
)
def test_where_there_is_nothing_to_divide_by_the_measure_is_zero(counts, wanted):
    assert score(counts) == wanted


SENTENCES = [Counts(2, 0, 1), Counts(0, 1, 0), Counts(3, 0, 0), Counts(1, 1, 1), Counts(0, 0, 0)] * 4


def test_the_interval_is_the_same_for_the_same_seed_and_holds_the_estimate():
    low, high = bootstrap_f1(SENTENCES, 500, seed=1)
    assert (low, high) == bootstrap_f1(SENTENCES, 500, seed=1)
    assert (low, high) != bootstrap_f1(SENTENCES, 500, seed=2)
    assert 0 < low < score(SENTENCES).f1 < high < 1


def test_more_sentences_give_a_narrower_interval():
    low, high = bootstrap_f1(SENTENCES, 500, seed=0)
    lower, higher = bootstrap_f1(SENTENCES * 20, 500, seed=0)
    assert higher - lower < (high - low) / 2


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        ([Counts(1, 0, 0)] * 9, (1, 1)),
        ([Counts(0, 1, 1)] * 9, (0, 0)),
        ([Counts(0, 0, 0)] * 9, (0, 0)),
        ([Counts(5, 0, 0)] + [Counts(0, 0, 0)] * 30, (1, 1)),
        ([], (0, 0)),
    ],
)
def test_the_interval_of_what_does_not_vary_is_a_point(counts, wanted):
    assert bootstrap_f1(counts, 100, seed=0) == wanted


def test_share_right_counts_what_was_not_answered_as_wrong_and_what_was_not_asked_not_at_all():
    gold = {1: "阳", 2: "", 3: "山", 4: "水"}
    assert share_right({1: "阳", 3: "错", 9: "水"}, gold) == (0.5, 4)
    assert share_right({}, {}) == (0.0, 0)
