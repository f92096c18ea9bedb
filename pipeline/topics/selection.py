"""How many topics: fits to samples of the units, what they are worth, and which number is taken."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.stats import rankdata

from pipeline.params import Topics
from pipeline.topics.fitting import Model, fit, space_of, top_terms
from pipeline.topics.quality import Tops, coherence, exclusivity, held_out, mean, overlaps, shuffled
from pipeline.topics.vocabulary import Corpus

SAMPLE = 0.8
"""Share of the units in each fit (as in Greene, O'Callaghan & Cunningham 2014)."""
SHUFFLES = 39
"""Shuffled corpora that topics are held against: to beat all of them by chance has a probability of 1 in 40."""
MEASURES = ("coherence", "exclusivity", "stability", "held_out")
"""Columns of the grid by which the number of topics is chosen; of each, more is better."""

Row = dict[str, Any]
Progress = Callable[[Sequence[tuple[int, int]]], Iterable[tuple[int, int]]]
"""Passes pairs of seed and number of topics on, and may show how far it is."""


class Sample(NamedTuple):
    """A fit's strongest terms and the rows of its units, with what it is worth by itself."""

    tops: Tops
    rows: list[int]
    coherence: float
    exclusivity: float
    held_out: float


def fitted_samples(
    corpus: Corpus, ks: Sequence[int], params: Topics, progress: Progress
) -> dict[tuple[int, int], Sample]:
    """A fit for each number of topics and seed, to a random ``SAMPLE`` of the units, the same for all numbers.

    Starts of vectors and nmf are the same for every seed, so only other data can show how far topics depend on chance.
    """
    return {(k, seed): sample for (seed, k), sample in _samples(corpus, ks, params, progress)}


def _samples(
    corpus: Corpus, ks: Sequence[int], params: Topics, progress: Progress
) -> Iterator[tuple[tuple[int, int], Sample]]:
    last, rows, space = None, [], None
    for seed, k in progress([(seed, k) for seed in params.seeds for k in ks]):
        if seed != last:
            rows = drawn(corpus.counts.shape[0], seed, max(ks))
            space = space_of(corpus.words[rows], params.method)
            last = seed
        seen, unseen = corpus.counts[rows], corpus.counts[left_out_of(rows, corpus.counts)]
        model = fit(seen, params.method, k, seed, space)
        yield (seed, k), _measured(model, corpus.terms, rows, seen, unseen, params.top_n)


def _measured(
    model: Model, terms: list[str], rows: list[int], seen: csr_matrix, unseen: csr_matrix, top_n: int
) -> Sample:
    tops = top_terms(model.weights, terms, top_n)
    return Sample(
        tops,
        rows,
        coherence=mean(coherence(tops, unseen)),
        exclusivity=mean(exclusivity(tops, model.weights)),
        held_out=held_out(model.shares, seen, unseen),
    )


def grid(samples: dict[tuple[int, int], Sample], ks: Sequence[int], seeds: Sequence[int]) -> list[Row]:
    """Rows of ``topic_grid``; ``chosen`` tells the number of topics that is best by all measures together.

    Numbers are ranked by each of ``MEASURES`` (its mean over seeds); the one with the best mean rank is chosen, of
    equals the smallest.
    """
    rows: list[Row] = [
        {
            "k": k,
            "seed": seed,
            "coherence": samples[k, seed].coherence,
            "exclusivity": samples[k, seed].exclusivity,
            "stability": mean(
                [mean(overlaps(samples[k, seed].tops, samples[k, other].tops)) for other in seeds if other != seed]
            ),
            "held_out": samples[k, seed].held_out,
        }
        for k in ks
        for seed in seeds
    ]
    means = {m: [round(mean([row[m] for row in rows if row["k"] == k]), 9) for k in ks] for m in MEASURES}
    ranks = sum(rankdata([-value for value in means[m]]) for m in MEASURES)
    chosen = ks[int(np.argmin(ranks))]
    return [{**row, "chosen": row["k"] == chosen} for row in rows]


def against_noise(
    samples: Sequence[Sample], counts: csr_matrix, nulls: Sequence[csr_matrix]
) -> tuple[float, list[float]]:
    """Mean coherence of samples' terms in the units left out, and the same in each of the shuffled corpora.

    Do the terms of a topic stand together in units that it was not fitted to more than in the same words dealt at
    random (unit lengths and term frequencies kept)? Topics are not refitted to shuffled words, because that rewards
    whatever falls together in the few longest units.
    """
    left_out = [left_out_of(sample.rows, counts) for sample in samples]
    chance = [
        mean([mean(coherence(sample.tops, null[rows])) for sample, rows in zip(samples, left_out, strict=True)])
        for null in nulls
    ]
    return mean([sample.coherence for sample in samples]), chance


def nulls(counts: csr_matrix) -> list[csr_matrix]:
    """``SHUFFLES`` corpora of the same words dealt at random."""
    return [shuffled(counts, seed) for seed in range(SHUFFLES)]


def left_out_of(rows: list[int], counts: csr_matrix) -> np.ndarray[Any, Any]:
    """The rows of ``counts`` that are none of ``rows``."""
    return np.setdiff1d(np.arange(counts.shape[0]), rows)


def drawn(n: int, seed: int, at_least: int) -> list[int]:
    """Rows of a random ``SAMPLE`` of ``n`` units, sorted: ``at_least`` so many, where there are."""
    size = min(max(int(np.ceil(SAMPLE * n)), at_least), n)
    return sorted(np.random.default_rng(seed).choice(n, size, replace=False).tolist())
