"""How much a term belongs to one part of a corpus, and how surely its rate there is known."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy
from scipy.stats import chi2, t

Floats = npt.NDArray[np.float64]

PER = 10_000
"""Rates are occurrences per this many words."""
LEVEL = 0.95
"""Probability with which an interval is to hold the rate."""
SMOOTHING = 0.5
"""Occurrences added on either side of a log ratio, so that a term that one side lacks has one."""


def log_likelihood(inside: Floats, outside: Floats, inside_words: float, outside_words: float) -> Floats:
    """G2 with a sign: above 0 where the term is more frequent inside, below 0 where it is rarer.

    G2 = 2 (a ln(a / E1) + b ln(b / E2)), E1 = c (a + b) / (c + d), E2 = d (a + b) / (c + d), where a and b are the
    term's occurrences inside and outside, c and d the words there. Above 15.13 by chance once in 10,000 terms, if
    words fell independently. Dunning 1993, "Accurate methods for the statistics of surprise and coincidence",
    Computational Linguistics 19:61; in this form Rayson & Garside 2000, "Comparing corpora using frequency profiling".
    """
    both = np.maximum(inside + outside, 1e-9)  # a term that stands nowhere gives 0
    whole = inside_words + outside_words
    g2 = 2 * (
        xlogy(inside, inside * whole / (inside_words * both))
        + xlogy(outside, outside * whole / (outside_words * both))
    )
    sign: Floats = np.where(inside * outside_words >= outside * inside_words, 1.0, -1.0)
    return sign * np.maximum(g2, 0)


def log_ratio(inside: Floats, outside: Floats, inside_words: float, outside_words: float) -> Floats:
    """log2 of (rate inside / rate outside), with ``SMOOTHING`` added to both counts: 1 is twice as frequent.

    Hardie 2014, "Log Ratio: an informal introduction" (there 0.5 is put in place of a count of 0 only).
    """
    ratio: Floats = np.log2((inside + SMOOTHING) / inside_words) - np.log2((outside + SMOOTHING) / outside_words)
    return ratio


def interval(counts: Any, words: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """(low, high) of each term's rate per ``PER`` words, from its counts in parts (parts × terms, sparse) of a text.

    Words burst: a term that one document repeats says little about the next. So parts, not words, are the sample, and
    the rate is a ratio estimator, with the variance

        n / (n - 1) × sum((y_i - r x_i)²) / (sum x_i)²,   r = sum y_i / sum x_i,

    for n parts with y_i occurrences in x_i words (Cochran 1977, "Sampling Techniques", ch. 6), and Student's t with
    n - 1 degrees of freedom. Why documents: Evert 2006, "How random is a corpus? The library metaphor"; Lijffijt et
    al. 2016, "Significance testing of word frequencies in corpora".

    The interval is never narrower than the exact one of a Poisson count (Garwood 1936, "Fiducial limits for the
    Poisson distribution"), to which it comes down for one part, and for a term that stands nowhere.
    """
    total = words.sum()
    tf = np.asarray(counts.sum(axis=0), dtype=float).ravel()
    low, high = _poisson(tf)
    n = len(words)
    if n > 1:
        rate = tf / total
        squares = np.asarray(counts.multiply(counts).sum(axis=0), dtype=float).ravel()
        crossed = np.asarray(counts.T @ words, dtype=float).ravel()
        left = squares - 2 * rate * crossed + rate**2 * float((words.astype(float) ** 2).sum())
        reach = t.ppf((1 + LEVEL) / 2, n - 1) * np.sqrt(n / (n - 1) * np.maximum(left, 0))
        low, high = np.minimum(low, tf - reach), np.maximum(high, tf + reach)
    return np.maximum(low, 0) * PER / total, np.minimum(high * PER / total, PER)


def _poisson(tf: Floats) -> tuple[Floats, Floats]:
    """Exact limits of a Poisson mean of which ``tf`` was seen, by quantiles of chi-squared."""
    seen, which = np.unique(tf, return_inverse=True)  # few numbers, many terms
    low = np.where(seen > 0, chi2.ppf((1 - LEVEL) / 2, 2 * np.maximum(seen, 1)) / 2, 0.0)
    high = chi2.ppf((1 + LEVEL) / 2, 2 * seen + 2) / 2
    return low[which], high[which]
