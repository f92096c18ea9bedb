"""Fits a topic model: counts in, shares of topics and weights of terms out."""

import warnings
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]
_DIGITS = 9  # what differs in later decimals only counts as equal: the last bits depend on the processor


class Model(NamedTuple):
    """``shares``: units × topics, each row adding up to 1; ``weights``: topics × terms, each row adding up to 1."""

    shares: Floats
    weights: Floats


def fit(counts: csr_matrix, method: Literal["nmf", "lda"], k: int, seed: int) -> Model:
    """Fit ``k`` topics to ``counts`` (units × terms); the topic with the largest share comes first.

    nmf: non-negative matrix factorization of TF-IDF under the Kullback-Leibler divergence, started from NNDSVDa
    (Lee & Seung 2001; Boutsidis & Gallopoulos 2008). Under this divergence it is probabilistic latent semantic
    analysis (Gaussier & Goutte 2005), and on short texts it finds known classes better than the squared error does.
    lda: latent Dirichlet allocation by batch variational Bayes (Blei, Ng & Jordan 2003), on counts.
    A unit without a term, or that the model gives to no topic, has equal shares. ``seed`` matters for lda, and for
    nmf where there are fewer units or terms than topics (NNDSVDa needs as many, so the start is random).
    """
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if method == "nmf":
            left, right = _nmf(counts, k, seed)
        else:
            model = LatentDirichletAllocation(k, learning_method="batch", max_iter=15, random_state=seed, n_jobs=1)
            left, right = model.fit_transform(counts), model.components_
    scale = right.sum(axis=1)
    weights = right / np.where(scale > 0, scale, 1.0)[:, None]
    shares = left * (scale if method == "nmf" else 1.0)
    totals = shares.sum(axis=1)
    known = (totals > 0) & (np.asarray(counts.sum(axis=1)).ravel() > 0)
    shares = np.where(known[:, None], shares / np.where(totals > 0, totals, 1.0)[:, None], 1.0 / k)
    order = np.lexsort((np.arange(k), -np.round(shares[known].sum(axis=0), _DIGITS)))
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
