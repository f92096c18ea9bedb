"""G2, log ratio and intervals against numbers worked out by other means than the functions under test."""

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.stats import poisson, power_divergence, t

from pipeline.keywords.keyness import interval, log_likelihood, log_ratio


def g2(a, b, c, d):
    return float(log_likelihood(np.array([float(a)]), np.array([float(b)]), c, d)[0])


def limits(counts, words):
    low, high = interval(csr_matrix(np.array(counts)[:, None]), np.array(words))
    return float(low[0]), float(high[0])


def test_g2_of_the_textbook_example_worked_by_hand():
    # 20 in 1,000 words against 10 in 1,000: E = 15 on both sides, 2 (20 ln(4/3) + 10 ln(2/3))
    assert g2(20, 10, 1000, 1000) == pytest.approx(2 * (20 * math.log(4 / 3) + 10 * math.log(2 / 3)))
    assert g2(20, 10, 1000, 1000) == pytest.approx(3.398, abs=1e-3)


@pytest.mark.parametrize(("a", "b", "c", "d"), [(7, 90, 2_000, 30_000), (0, 12, 500, 4_000), (5, 0, 100, 900)])
def test_g2_is_the_likelihood_ratio_statistic_that_scipy_gives_and_its_sign_says_which_side_has_more(a, b, c, d):
    expected = [(a + b) * c / (c + d), (a + b) * d / (c + d)]
    statistic = sum(2 * o * math.log(o / e) for o, e in zip((a, b), expected, strict=True) if o)
    if a and b:
        assert statistic == pytest.approx(power_divergence([a, b], expected, lambda_="log-likelihood").statistic)
    assert abs(g2(a, b, c, d)) == pytest.approx(statistic)
    assert (g2(a, b, c, d) > 0) == (a / c > b / d)


def test_g2_is_0_where_rates_are_equal_and_where_a_term_stands_nowhere():
    assert g2(10, 100, 1_000, 10_000) == pytest.approx(0, abs=1e-9)
    assert g2(0, 0, 1_000, 10_000) == 0


def test_log_ratio_counts_doublings_with_half_an_occurrence_added_on_both_sides():
    def ratio(a, b, c, d):
        return float(log_ratio(np.array([float(a)]), np.array([float(b)]), c, d)[0])

    assert ratio(7.5, 1.5, 1_000, 1_000) == 2  # 8 to 2
    assert ratio(0, 0, 1_000, 1_000) == 0
    assert ratio(0, 7.5, 1_000, 1_000) == -4  # 0.5 to 8
    assert ratio(31.5, 31.5, 1_000, 4_000) == 2


def test_one_part_has_the_exact_interval_of_a_poisson_count():
    low, high = limits([8], [10_000])
    assert poisson.sf(7, low) == pytest.approx(0.025)  # 8 or more are seen with 2.5% if the mean is as low
    assert poisson.cdf(8, high) == pytest.approx(0.025)
    low, high = limits([0], [10_000])
    assert low == 0
    assert math.exp(-high) == pytest.approx(0.025)


def test_several_parts_have_the_interval_of_a_ratio_worked_by_hand():
    # 30, 10 and 20 occurrences in 1,000, 1,000 and 2,000 words: r = 0.015, residuals 15, -5, -10, sum of squares 350
    reach = t.ppf(0.975, 2) * math.sqrt(3 / 2 * 350) / 4_000
    assert limits([30, 10, 20], [1_000, 1_000, 2_000]) == pytest.approx((0, (0.015 + reach) * 10_000))


def test_even_parts_are_no_surer_than_a_poisson_count():
    assert limits([5, 5, 5, 5], [1_000] * 4) == pytest.approx(limits([20], [4_000]))


def test_a_word_that_one_part_repeats_is_far_less_sure_than_one_that_all_have():
    bursting, even = limits([40, 0, 0, 0], [1_000] * 4), limits([11, 9, 10, 10], [1_000] * 4)
    assert bursting[1] - bursting[0] > 3 * (even[1] - even[0])
    assert bursting[0] == 0 < even[0]


def test_a_rate_is_never_above_all_words():
    assert limits([30, 0], [100, 100])[1] == 10_000
