"""Topics of a corpus, with their quality; and plain words where a corpus cannot bear topics."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.params import Topics
from pipeline.topics.fitting import Floats, Model, fit, top_terms
from pipeline.topics.quality import Tops, coherence, exclusivity, frex, overlaps, shuffled
from pipeline.topics.vocabulary import Unit, count_terms, units_of

__all__ = ["TopicResult", "Unit", "fit_topics", "topic_shares", "units_of"]

SAMPLE = 0.8
"""Share of the units in each fit for stability (as in Greene, O'Callaghan & Cunningham 2014)."""
SHUFFLES = 39
"""Shuffled corpora that topics are held against: to beat all of them by chance has a probability of 1 in 40."""
UNSTABLE = 0.3
"""Below this mean overlap (Jaccard), notes warn: of ten terms fewer than five are the same."""
LABEL_TERMS = 4

Row = dict[str, Any]


@dataclass(frozen=True)
class TopicResult:
    """Rows of the tables of the same names; ``notes`` are sentences on what cannot be told."""

    topics: list[Row] = field(default_factory=list)
    topic_terms: list[Row] = field(default_factory=list)
    topic_units: list[Row] = field(default_factory=list)
    topic_grid: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def fit_topics(units: Sequence[Unit], params: Topics) -> TopicResult:
    """Fit ``params.k`` topics to the units, whatever their order; units without a term of the vocabulary are left out.

    Each seed draws a random ``SAMPLE`` of the units and fits a model to it, for two questions. How *stable* are the
    topics? NNDSVDa starts are the same for every seed, so only other data can show how far topics depend on chance.
    And are they more than *noise*: do the terms of a topic stand together in the units left out of its fit more than
    in ``SHUFFLES`` corpora of the same words dealt at random (unit lengths and term frequencies kept)? Topics are
    not refitted to shuffled words, because that rewards whatever falls together in the few longest units.

    There are no topics, and a note says why, where units or terms are too few, or where the mean coherence in the
    units left out is not above that of every shuffled corpus. The model that is kept is fitted to all units with the
    first seed; ``topics`` describes it, ``topic_grid`` the fits to samples.
    """
    ordered = sorted(units, key=lambda unit: (unit.doc_id, unit.unit))
    counts, terms = count_terms(ordered, params.min_df)
    told = np.flatnonzero(np.asarray(counts.sum(axis=1)).ravel() > 0)
    counts = counts[told]
    too_small = _too_small(len(told), len(terms), params)
    if too_small:
        return TopicResult(notes=[too_small])

    samples = {seed: _sample(counts, seed, params.k) for seed in params.seeds}
    models = {seed: fit(counts[rows], params.method, params.k, seed) for seed, rows in samples.items()}
    sampled = {seed: top_terms(m.weights, terms, params.top_n) for seed, m in models.items()}
    nulls = [shuffled(counts, seed) for seed in range(SHUFFLES)]
    noise = _noise(sampled, samples, counts, nulls, params)
    if noise:
        return TopicResult(notes=[noise])

    model = fit(counts, params.method, params.k, params.seeds[0])
    tops = top_terms(model.weights, terms, params.top_n)
    measured = coherence(tops, counts)
    stability = np.mean([overlaps(tops, other) for other in sampled.values()], axis=0).tolist()
    return TopicResult(
        topics=[
            {"topic": k, "label": label, "coherence": c, "exclusivity": e, "stability": s}
            for k, (label, c, e, s) in enumerate(
                zip(_labels(tops, terms), measured, exclusivity(tops, model.weights), stability, strict=True)
            )
        ],
        topic_terms=_term_rows(model, tops, terms),
        topic_units=_unit_rows([ordered[i] for i in told], model.shares),
        topic_grid=[
            {
                "k": params.k,
                "seed": seed,
                "coherence": _mean(coherence(sampled[seed], counts[samples[seed]])),
                "exclusivity": _mean(exclusivity(sampled[seed], models[seed].weights)),
                "stability": _mean([_mean(overlaps(sampled[seed], sampled[o])) for o in params.seeds if o != seed]),
            }
            for seed in params.seeds
        ],
        notes=_cautions(measured, stability, np.max([coherence(tops, null) for null in nulls], axis=0).tolist()),
    )


def topic_shares(units: Sequence[Unit], params: Topics) -> list[tuple[int, int, float]]:
    """(index of the unit, topic, share) for each unit and topic, in order; a unit's shares add up to 1.

    Fits ``params.k`` topics whatever the quality: who asks for shares decides what they are worth. A unit without a
    known word has equal shares. Raises ``ValueError`` if there are fewer units than topics.
    """
    if params.k > len(units):
        raise ValueError(f"{params.k} topics need at least {params.k} documents, and there are {len(units)}")
    counts, terms = count_terms(units, params.min_df)
    if terms:
        shares = fit(counts, params.method, params.k, params.seeds[0]).shares
    else:
        shares = np.full((len(units), params.k), 1.0 / params.k)
    return [(i, k, share) for i, row in enumerate(shares) for k, share in enumerate(_to_one(row))]


def _too_small(n_units: int, n_terms: int, params: Topics) -> str:
    needed = max(params.min_units, params.k * params.min_units_per_topic)
    if n_units < needed:
        return (
            f"No topics: {n_units} {params.unit}s hold a term that stands in {params.min_df} of them or more, and "
            f"{params.k} topics need at least {needed} (min_units {params.min_units}, min_units_per_topic "
            f"{params.min_units_per_topic}). Which themes run through the texts, and how they differ between "
            "documents, cannot be told from so few; keywords still describe each document."
        )
    if n_terms < params.k * params.top_n:
        return (
            f"No topics: {n_terms} terms stand in {params.min_df} {params.unit}s or more, and {params.k} topics of "
            f"{params.top_n} terms need at least {params.k * params.top_n}."
        )
    return ""


def _noise(
    sampled: dict[int, list[list[int]]],
    samples: dict[int, list[int]],
    counts: csr_matrix,
    nulls: list[csr_matrix],
    params: Topics,
) -> str:
    left_out = {seed: np.setdiff1d(np.arange(counts.shape[0]), rows) for seed, rows in samples.items()}

    def held_out(corpus: csr_matrix) -> float:
        return _mean([_mean(coherence(tops, corpus[left_out[seed]])) for seed, tops in sampled.items()])

    measured, chance = held_out(counts), [held_out(null) for null in nulls]
    if round(measured, 6) > round(max(chance), 6):
        return ""
    return (
        f"No topics: in {params.unit}s that were left out of the fit, the terms of the {params.k} topics found stand "
        f"together no more (mean NPMI {measured:.2f}) than in the same words dealt at random ({min(chance):.2f} to "
        f"{max(chance):.2f}), so they would be noise. More text, larger units or fewer topics may help."
    )


def _cautions(measured: list[float], stability: list[float], chance: list[float]) -> list[str]:
    notes = []
    weak = [str(k) for k, (c, by_chance) in enumerate(zip(measured, chance, strict=True)) if c <= by_chance]
    if weak:
        notes.append(
            f"Topics {', '.join(weak)}: their terms stand together no more than in the same words dealt at random; "
            "do not read a theme into them."
        )
    if _mean(stability) < UNSTABLE:
        notes.append(
            f"Topics change when a fifth of the units is left out (mean overlap of terms {_mean(stability):.2f}): "
            "their number or the amount of text does not bear firm conclusions."
        )
    return notes


def _sample(counts: csr_matrix, seed: int, k: int) -> list[int]:
    n = counts.shape[0]
    size = max(math.ceil(SAMPLE * n), min(k, n))
    return sorted(np.random.default_rng(seed).choice(n, size, replace=False).tolist())


def _labels(tops: Tops, terms: list[str]) -> list[str]:
    return ["、".join(terms[c] for c in top[:LABEL_TERMS]) for top in tops]


def _term_rows(model: Model, tops: Tops, terms: list[str]) -> list[Row]:
    scores = frex(model.weights)
    return [
        {
            "topic": k,
            "rank": rank,
            "term": terms[c],
            "weight": float(model.weights[k, c]),
            "frex": float(scores[k, c]),
        }
        for k, top in enumerate(tops)
        for rank, c in enumerate(top, 1)
    ]


def _unit_rows(units: Sequence[Unit], shares: Floats) -> list[Row]:
    return [
        {"doc_id": unit.doc_id, "unit": unit.unit, "topic": k, "weight": share}
        for unit, row in zip(units, shares, strict=True)
        for k, share in enumerate(_to_one(row))
    ]


def _to_one(shares: Floats) -> list[float]:
    """Six decimals that add up to 1 exactly as decimals: what rounding loses goes to the largest share."""
    millionths = np.round(shares * 1_000_000).astype(int)
    millionths[int(np.argmax(millionths))] += 1_000_000 - int(millionths.sum())
    return [int(n) / 1_000_000 for n in millionths]


def _mean(values: Sequence[float]) -> float:
    return float(sum(values) / len(values))
