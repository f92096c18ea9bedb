"""In what proportions given topics make up a unit."""

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]


def mixture_shares(counts: csr_matrix, words: Floats, prior: Floats, mass: float, steps: int) -> Floats:
    """Shares of topics in each unit (units × topics, rows adding up to 1) by expectation and maximization.

    ``words`` (topics × terms, all above 0) stay as they are: the folding-in of probabilistic latent semantic analysis
    (Hofmann 1999). ``prior`` (units × topics, rows adding up to 1) counts as ``mass`` words beside the unit's own.
    """
    return _shares(
        counts.indptr,
        counts.indices,
        counts.data,
        np.ascontiguousarray(words.T),
        np.ascontiguousarray(prior),
        mass,
        steps,
    )


@njit(cache=True)
def _shares(starts, columns, times, words, prior, mass, steps):  # type: ignore[no-untyped-def]
    n, k = prior.shape
    shares = np.empty((n, k))
    part, sums = np.empty(k), np.empty(k)
    for unit in range(n):
        for topic in range(k):
            shares[unit, topic] = (prior[unit, topic] + 0.01) / (1 + 0.01 * k)
        for _ in range(steps):
            for topic in range(k):
                sums[topic] = mass * prior[unit, topic]
            for i in range(starts[unit], starts[unit + 1]):
                total = 0.0
                for topic in range(k):
                    part[topic] = shares[unit, topic] * words[columns[i], topic]
                    total += part[topic]
                if total > 0:
                    for topic in range(k):
                        sums[topic] += times[i] * part[topic] / total
            total = 0.0
            for topic in range(k):
                total += sums[topic]
            if total > 0:
                for topic in range(k):
                    shares[unit, topic] = sums[topic] / total
    return shares
