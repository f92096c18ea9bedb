"""Fits a topic model: counts in, shares of topics and weights of terms out."""

import warnings
from typing import Literal, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from threadpoolctl import threadpool_limits

from pipeline.topics.mixture import Floats
from pipeline.topics.vectors import Space, class_terms, clusters, embed

__all__ = ["Floats", "Method", "Model", "Space", "fit", "space_of", "top_terms"]

Method = Literal["vectors", "nmf", "lda"]
_DIGITS = 9  # what differs in later decimals only counts as equal: the last bits depend on the processor


class Model(NamedTuple):
    """``shares``: units × topics, each row adding up to 1; ``weights``: topics × terms, each row adding up to 1."""

    shares: Floats
    weights: Floats


def space_of(words: csr_matrix, method: Method) -> Space | None:
    """What fits of any number of topics to the same units by the same method have in common."""
    with threadpool_limits(1):
        return embed(words) if method == "vectors" else None


def fit(counts: csr_matrix, method: Method, k: int, seed: int, space: Space | None = None) -> Model:
    """Fit ``k`` topics to ``counts`` (units × terms); the topic with the largest share comes first.

    vectors: clusters of units in a space of words learnt from the units themselves (``embed``, ``clusters``,
    ``class_terms``); ``space`` is that of the same units, made of their terms where none is given.
    nmf: non-negative matrix factorization of TF-IDF under the Kullback-Leibler divergence, started from NNDSVDa
    (Lee & Seung 2001; Boutsidis & Gallopoulos 2008). Under this divergence it is probabilistic latent semantic
    analysis (Gaussier & Goutte 2005), and on short texts it finds known classes better than the squared error does.
    lda: latent Dirichlet allocation by batch variational Bayes (Blei, Ng & Jordan 2003), on counts.
    A unit without a word, or that the model gives to no topic, has equal shares. ``seed`` matters for lda, and for nmf
    where there are fewer units or terms than topics (NNDSVDa needs as many, so the start is random).
    """
    known = counts
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if method == "vectors":
            space = space or embed(counts)
            left, belongs = clusters(space, k)
            right, known = class_terms(counts, belongs), space.words
        elif method == "nmf":
            left, right = _nmf(counts, k, seed)
        else:
            model = LatentDirichletAllocation(k, learning_method="batch", max_iter=15, random_state=seed, n_jobs=1)
            left, right = model.fit_transform(counts), model.components_
    scale = right.sum(axis=1)
    weights = right / np.where(scale > 0, scale, 1.0)[:, None]
    shares = left * (scale if method == "nmf" else 1.0)
    totals = shares.sum(axis=1)
    told = (totals > 0) & (known.getnnz(axis=1) > 0)
    shares = np.where(told[:, None], shares / np.where(totals > 0, totals, 1.0)[:, None], 1.0 / k)
    order = np.lexsort((np.arange(k), -np.round(shares[told].sum(axis=0), _DIGITS)))
    return Model(shares[:, order], weights[order])


def top_terms(weights: Floats, terms: list[str], n: int) -> list[list[int]]:
    """For each topic the columns of its ``n`` strongest terms, strongest first, ties by term; none without weight.

    ``terms`` must be sorted, as ``count_terms`` gives them.
    """
    columns = np.arange(len(terms))
    rounded = np.round(weights, _DIGITS)
    return [[int(c) for c in np.lexsort((columns, -row))[:n] if row[c] > 0] for row in rounded]


def _nmf(counts: csr_matrix, k: int, seed: int) -> tuple[Floats, Floats]:
    tfidf = TfidfTransformer().fit_transform(counts)
    init = "nndsvda" if k <= min(counts.shape) else "random"
    model = NMF(k, init=init, solver="mu", beta_loss="kullback-leibler", random_state=seed, max_iter=300)
    return model.fit_transform(tfidf), model.components_
