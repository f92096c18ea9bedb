import numpy as np
import pytest
from corpora import counted

from pipeline.keywords.dispersion import deviation, dispersion, juilland


def numbers(*values):
    return np.array(values, dtype=float)


def test_deviation_of_proportions_worked_by_hand():
    # shares of words .5 .3 .2, of the term .9 .1 0: (.4 + .2 + .2) / 2 = .4, of at most 1 - .2
    assert deviation(numbers(9, 1, 0), numbers(500, 300, 200)) == pytest.approx(0.5)
    assert deviation(numbers(5, 3, 2), numbers(500, 300, 200)) == pytest.approx(0)
    assert deviation(numbers(0, 0, 4), numbers(500, 300, 200)) == pytest.approx(1)


def test_juillands_d_worked_by_hand():
    # rates 1, 2, 3, 4, 5 per 100 words: mean 3, sd sqrt(2), D = 1 - sqrt(2) / 3 / 2
    assert juilland(numbers(1, 2, 3, 4, 5), numbers(*[100] * 5)) == pytest.approx(1 - 2**0.5 / 6)
    assert juilland(numbers(1, 4, 9, 16, 25), numbers(100, 200, 300, 400, 500)) == pytest.approx(1 - 2**0.5 / 6)
    assert juilland(numbers(2, 6), numbers(100, 300)) == pytest.approx(1)
    assert juilland(numbers(7, 0, 0), numbers(100, 300, 50)) == pytest.approx(0)


BEES, WHEAT = "养/v 蜜蜂/n 好/a 。/w", "种/v 小麦/n 好/a 。/w"


def measures(texts, terms):
    found, _ = counted(texts)
    rows = dispersion(found, terms)
    return {term: {row["measure"]: row["value"] for row in rows if row["term"] == term} for term in terms}


def test_one_long_report_that_repeats_a_word_spreads_it_badly():
    texts = {"a": [BEES] * 90 + [WHEAT] * 10, **{name: [WHEAT] * 10 for name in "bcde"}}
    found = measures(texts, ["小麦", "蜜蜂"])
    assert found["蜜蜂"] == pytest.approx(
        {"df": 1, "range": 0.2, "dominance": 1, "dp": (2 / 7) / (13 / 14), "juilland_d": 0}
    )
    assert found["小麦"]["range"] == 1
    assert found["小麦"]["dominance"] == pytest.approx(0.2)
    assert found["小麦"]["juilland_d"] > 0.7


def test_of_one_document_only_what_needs_no_other_is_told():
    assert measures({"a": [BEES]}, ["蜜蜂"]) == {"蜜蜂": {"df": 1, "range": 1, "dominance": 1}}


def test_no_term_no_row():
    assert dispersion(counted({})[0], []) == []
