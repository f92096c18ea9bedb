"""Topics as clusters of units in a space of words that is learnt from the corpus itself."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.cluster import KMeans
from sklearn.utils.extmath import randomized_svd

from pipeline.topics.mixture import Floats, mixture_shares

DIMENSIONS = 100
"""Of the space: with 75 to 150 the clusters of news titles agree with their classes equally well."""
POWER_STEPS = 2
REFINEMENTS = 5
"""Steps of expectation and maximization from the clusters on; more let large topics grow at the cost of small ones."""
_SMOOTHING = 0.1
_SEED, _TURNS = 0, 200
_OWN = 1.0
"""Words that a unit's cluster counts for, beside the unit's own, when its shares are taken."""


class Space(NamedTuple):
    """``words``: occurrences of each word in each unit (units × words); ``vectors``: units × dimensions."""

    words: csr_matrix
    vectors: NDArray[np.float32]


def embed(words: csr_matrix) -> Space:
    """A vector of length 1 for each unit (at most ``DIMENSIONS`` numbers); zeros where nothing is known of its words.

    Words that stand in the same units get similar vectors: positive pointwise mutual information of words over units,
    its largest singular vectors times their singular values, each scaled to length 1 (Levy, Goldberg & Dagan 2015,
    "Improving distributional similarity with lessons learned from word embeddings"). A unit is the mean of its words'
    vectors, weighted by 1 + ln of the number of times and by inverse document frequency. So two short texts can be
    near each other that have no word in common.
    """
    if not words.nnz:
        return Space(words, np.zeros((words.shape[0], 1), np.float32))
    association = _ppmi(words)
    size = min(DIMENSIONS, association.shape[0])
    left, values, _ = randomized_svd(association, size, n_iter=POWER_STEPS, random_state=_SEED)
    weights = words.astype(np.float32)
    weights.data = 1 + np.log(weights.data)
    idf = np.log(words.shape[0] / np.maximum(words.getnnz(axis=0), 1)).astype(np.float32)
    return Space(words, _of_length_one(weights @ diags(idf) @ _of_length_one(left * values)))


def clusters(space: Space, k: int) -> tuple[Floats, Floats]:
    """Clusters of units: their shares, and the probabilities that they belong (both units × ``k``, rows add up to 1).

    K-means on the units' vectors begins; expectation and maximization of a mixture of unigrams (Nigam, McCallum, Thrun
    & Mitchell 2000, Machine Learning 39:103) then moves units whose words speak for another cluster. A unit's shares
    are the proportions in which the clusters' words give its own most probably; its cluster counts as ``_OWN`` words.
    """
    belongs = _start(space.vectors, k)
    for _ in range(REFINEMENTS):
        belongs = _posterior(space.words, _word_shares(space.words, belongs), belongs.mean(axis=0))
    return mixture_shares(space.words, _word_shares(space.words, belongs), belongs, _OWN, steps=15), belongs


def class_terms(counts: csr_matrix, belongs: Floats) -> Floats:
    """The weight of each term (``counts``: units × terms) in each cluster (clusters × terms).

    It is the share of the cluster's units that hold the term, times that share's part of the sum over all clusters:
    frequent *and* exclusive, as class-based TF-IDF means to be (Grootendorst 2022, "BERTopic"), but with units counted
    in place of occurrences and with exclusivity in place of idf, which leaves words of all clusters at the top.
    """
    units = belongs.sum(axis=0)[:, None]
    held = np.asarray(belongs.T @ counts.sign()) / np.where(units > 0, units, 1.0)
    total = held.sum(axis=0)
    return held * held / np.where(total > 0, total, 1.0)


def _ppmi(counts: csr_matrix) -> csr_matrix:
    """Positive pointwise mutual information of two words' standing in one unit, 0 with itself (words × words).

    In single precision, which halves the time for what follows and is far finer than counts of words are sure.
    """
    holds = counts.sign().astype(np.float32)
    association = csr_matrix(holds.T @ holds)
    association.setdiag(0)
    margin = np.asarray(association.sum(axis=1, dtype=np.float64)).ravel()
    share = np.where(margin > 0, margin, np.inf) / np.sqrt(max(margin.sum(), 1.0))
    rows = np.repeat(np.arange(counts.shape[1], dtype=np.int32), np.diff(association.indptr))
    with np.errstate(divide="ignore"):  # of the diagonal
        values = np.log(association.data / share[rows] / share[association.indices])
    association.data = np.maximum(values, 0).astype(np.float32)
    association.eliminate_zeros()
    return association


def _start(vectors: NDArray[np.float32], k: int) -> Floats:
    """Units × ``k``: 1 for a unit's cluster; equal for units without a vector, which their words will place.

    K-means starts from the factors of the vectors after a varimax rotation, each unit with the factor on which it
    loads most ("vintage factor analysis", Rohe & Zeng 2023, J. Royal Stat. Soc. B 85:1037). Unlike random starts
    these are the same each time, and nearly the same when some units are left out.
    """
    belongs = np.full((len(vectors), k), 1.0 / k)
    known = np.flatnonzero(vectors.any(axis=1))
    units = vectors[known].astype(float)
    found = min(k, len(np.unique(units.round(6), axis=0)))
    if found:
        factors, _, _ = randomized_svd(units, min(found, units.shape[1]), random_state=_SEED)
        loadings = _varimax(factors * np.sqrt(len(units)))
        first = (loadings * np.sign((loadings**3).sum(axis=0))).argmax(axis=1)
        # a factor on which no unit loads most, or more topics than there are factors: units from all over the corpus
        centres = units[np.linspace(0, len(units) - 1, found).astype(int)]
        for n in np.unique(first):
            centres[n] = units[first == n].mean(axis=0)
        belongs[known] = np.eye(k)[KMeans(found, init=centres, n_init=1).fit_predict(units)]
    return belongs


def _varimax(loadings: Floats) -> Floats:
    """The loadings rotated so that the variance of their squares is largest (Kaiser 1958), by repeated SVD."""
    rotation, before = np.eye(loadings.shape[1]), 0.0
    for _ in range(_TURNS):
        turned = loadings @ rotation
        left, values, right = np.linalg.svd(loadings.T @ (turned**3 - turned * (turned**2).mean(axis=0)))
        rotation = left @ right
        if values.sum() < before * (1 + 1e-7):
            break
        before = values.sum()
    return loadings @ rotation


def _word_shares(counts: csr_matrix, belongs: Floats) -> Floats:
    words = np.asarray(belongs.T @ counts) + _SMOOTHING
    return words / words.sum(axis=1, keepdims=True)


def _posterior(counts: csr_matrix, words: Floats, prior: Floats) -> Floats:
    logs = np.asarray(counts @ np.log(words).T) + np.log(np.maximum(prior, 1e-12))
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _of_length_one(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)
