"""How good topics are: coherence, exclusivity, stability, and what words shuffled at random would give."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

from pipeline.topics.mixture import Floats, mixture_shares

Tops = Sequence[Sequence[int]]
"""For each topic, the columns of its strongest terms."""
_SMOOTHING = 0.1


def coherence(tops: Tops, counts: csr_matrix) -> list[float]:
    """Mean NPMI of each topic's pairs of top terms over the units, from -1 (never together) to 1 (always).

    NPMI = ln(p(ab) / p(a)p(b)) / -ln p(ab), p the share of units that hold the term or both (Bouma 2009; as a
    measure of topics: Aletras & Stevenson 2013; Röder, Both & Hinneburg 2015). 0 for a topic with one term or none.
    """
    columns = sorted({column for top in tops for column in top})
    place = {column: i for i, column in enumerate(columns)}
    stands = counts[:, columns].sign()
    both = np.asarray((stands.T @ stands).todense()) / counts.shape[0]
    means = []
    for top in tops:
        inner = [place[column] for column in top]
        pairs = [_npmi(both[i, j], both[i, i], both[j, j]) for n, i in enumerate(inner) for j in inner[:n]]
        means.append(sum(pairs) / len(pairs) if pairs else 0.0)
    return means


def exclusivity(tops: Tops, weights: Floats) -> list[float]:
    """For each topic, the weight of its top terms in it over their weight in all topics, from 0 to 1."""
    return [
        float(weights[k, list(top)].sum() / weights[:, list(top)].sum()) if top else 0.0 for k, top in enumerate(tops)
    ]


def frex(weights: Floats, weight: float = 0.5) -> Floats:
    """FREX of each topic and term: harmonic mean of the ranks (ECDF, 0 to 1) of frequency and of exclusivity.

    Exclusivity is the term's weight in the topic over its weight in all (Bischof & Airoldi 2012; Roberts et al.,
    stm: ``weight`` on exclusivity). Ranks are within the topic, ties get the higher one.
    """
    rounded = np.round(weights, 9)
    total = rounded.sum(axis=0)
    exclusive = np.round(rounded / np.where(total > 0, total, 1.0), 9)
    return np.array(
        [1.0 / (weight / _ecdf(e) + (1 - weight) / _ecdf(f)) for e, f in zip(exclusive, rounded, strict=True)]
    )


def overlaps(tops: Tops, others: Tops) -> list[float]:
    """For each topic, the Jaccard overlap of its top terms with those of its match among ``others``, from 0 to 1.

    Topics are matched one to one so that the sum of overlaps is largest (Greene, O'Callaghan & Cunningham 2014,
    "How many topics? Stability analysis for topic models").
    """
    table = np.array([[_jaccard(set(a), set(b)) for b in others] for a in tops])
    _, columns = linear_sum_assignment(table, maximize=True)
    return [float(table[i, j]) for i, j in enumerate(columns)]


def held_out(shares: Floats, seen: csr_matrix, unseen: csr_matrix) -> float:
    """How much better topics foretell the words of units that they were not fitted to than plain frequencies do.

    In nats a word: the mean of ln(p by topics / p by frequency) over every second term of a unit, its shares being
    estimated from the others (document completion: Wallach, Murray, Salakhutdinov & Mimno 2009, "Evaluation methods
    for topic models"). ``shares`` (units × topics) of the units ``seen`` give each topic its words, smoothed by the
    frequencies as if ``_SMOOTHING`` words a term had been added, so fits by any method are measured alike. 0 where
    no unit holds two terms.
    """
    frequency = (np.asarray(seen.sum(axis=0)).ravel() + _SMOOTHING) / (seen.sum() + _SMOOTHING * seen.shape[1])
    words = np.asarray(shares.T @ seen) + _SMOOTHING * seen.shape[1] * frequency
    words /= words.sum(axis=1, keepdims=True)
    coordinates = unseen.tocoo()
    place = np.arange(unseen.nnz) - unseen.indptr[coordinates.row]
    given = csr_matrix((np.where(place % 2, 0.0, unseen.data), unseen.indices, unseen.indptr), shape=unseen.shape)
    even = np.full((unseen.shape[0], len(words)), 1 / len(words))
    found = mixture_shares(given, words, even, 1.0, steps=15)
    rows, columns, n = (part[place % 2 == 1] for part in (coordinates.row, coordinates.col, coordinates.data))
    if not len(n):
        return 0.0
    gains = np.log(np.einsum("ij,ij->i", found[rows], words[:, columns].T) / frequency[columns])
    return float((n * gains).sum() / n.sum())


def shuffled(counts: csr_matrix, seed: int) -> csr_matrix:
    """The same words dealt anew: units keep their lengths and terms their frequencies, and nothing else is left."""
    coordinates = counts.tocoo()
    times = coordinates.data.astype(int)
    rows, columns = np.repeat(coordinates.row, times), np.repeat(coordinates.col, times)
    dealt = np.random.default_rng(seed).permutation(columns)
    result = csr_matrix((np.ones(len(rows)), (rows, dealt)), shape=counts.shape)
    result.sum_duplicates()
    return result


def mean(values: Sequence[float]) -> float:
    """Their mean."""
    return float(sum(values) / len(values))


def _npmi(both: float, a: float, b: float) -> float:
    if both == 0:
        return -1.0
    if both == 1:
        return 0.0  # both stand in every unit: neither tells anything of the other
    return float(np.log(both / (a * b)) / -np.log(both))


def _ecdf(values: NDArray[np.float64]) -> Floats:
    return np.searchsorted(np.sort(values), values, side="right") / len(values)


def _jaccard(a: set[int], b: set[int]) -> float:
    return len(a & b) / len(a | b) if a or b else 0.0
