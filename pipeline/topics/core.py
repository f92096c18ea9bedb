"""Topics of a corpus, with their quality; and plain words where a corpus cannot bear topics."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.params import Topics
from pipeline.topics.effects import Covariates, effects, shares_by_group
from pipeline.topics.examples import best_sentences
from pipeline.topics.fitting import Floats, Model, fit, space_of, top_terms
from pipeline.topics.identity import Reference, match
from pipeline.topics.quality import Tops, coherence, exclusivity, frex, mean, overlaps
from pipeline.topics.selection import Progress, against_noise, fitted_samples, grid, nulls
from pipeline.topics.vocabulary import (
    Corpus,
    Unit,
    count_terms,
    count_terms_by,
    count_words,
    pairs_of,
    sentences_of,
    terms_in,
    units_of,
)

__all__ = ["TopicResult", "Unit", "fit_topics", "sentences_of", "topic_shares", "units_of"]

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
    topic_sentences: list[Row] = field(default_factory=list)
    topic_groups: list[Row] = field(default_factory=list)
    topic_effects: list[Row] = field(default_factory=list)
    topic_changes: list[Row] = field(default_factory=list)
    topic_grid: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def fit_topics(
    units: Sequence[Unit],
    params: Topics,
    *,
    sentences: Sequence[Unit] = (),
    covariates: Covariates = {},  # noqa: B006
    reference: Reference | None = None,
    progress: Progress = iter,
) -> TopicResult:
    """Fit topics to the units, whatever their order; units without a term of the vocabulary are left out.

    Where ``params.k`` gives several numbers, each is fitted to samples and the best taken (``grid``). There are no
    topics, and a note says why, where units or terms are too few, or where the mean coherence in units left out is
    not above that of every shuffled corpus. The model that is kept is fitted to all units with the first seed;
    ``topics`` describes it, ``topic_grid`` the fits to samples. Topics that are those of ``reference`` have its
    numbers and names (``match``). ``sentences`` are what ``topic_sentences`` chooses from, ``covariates`` what is
    known of documents.
    """
    corpus, ordered = _corpus(units, params.min_df)
    ks, notes = _numbers(corpus, params)
    if not ks:
        return TopicResult(notes=notes)

    samples = fitted_samples(corpus, ks, params, progress)
    rows = grid(samples, ks, params.seeds)
    k = next(row["k"] for row in rows if row["chosen"])
    kept = [samples[k, seed] for seed in params.seeds]
    shuffled = nulls(corpus.counts)
    measured, chance = against_noise(kept, corpus.counts, shuffled)
    if round(measured, 6) <= round(max(chance), 6):
        return TopicResult(notes=[*notes, _noise(k, measured, chance, params)])

    seed = params.seeds[0]
    model = fit(corpus.counts, params.method, k, seed, space_of(corpus.words, params.method))
    tops = top_terms(model.weights, corpus.terms, params.top_n)
    strongest = [{corpus.terms[c]: float(model.weights[topic, c]) for c in top} for topic, top in enumerate(tops)]
    numbers, changes = match(strongest, reference.weights if reference else {})
    named = {n: name for n, name in (reference.labels if reference else {}).items() if name and n in numbers}
    cohering = coherence(tops, corpus.counts)
    stability = np.mean([overlaps(tops, sample.tops) for sample in kept], axis=0).tolist()
    by_chance = np.max([coherence(tops, null) for null in shuffled], axis=0).tolist()
    described = zip(numbers, tops, cohering, exclusivity(tops, model.weights), stability, strict=True)
    doc_ids = [unit.doc_id for unit in ordered]
    found_effects, told = effects(doc_ids, model.shares, covariates, params.covariates)
    said = terms_in(sentences, corpus)

    def numbered(rows: list[Row]) -> list[Row]:
        return [{**row, "topic": numbers[row["topic"]]} for row in rows]

    return TopicResult(
        topics=[
            {
                "topic": number,
                "label": named.get(number, _label(top, corpus.terms)),
                "coherence": c,
                "exclusivity": e,
                "stability": s,
            }
            for number, top, c, e, s in described
        ],
        topic_terms=numbered(_term_rows(model, tops, corpus.terms)),
        topic_units=numbered(_unit_rows(ordered, model.shares)),
        topic_sentences=numbered(best_sentences(sentences, said, model.weights)),
        topic_groups=numbered(shares_by_group(doc_ids, model.shares, covariates)),
        topic_effects=numbered(found_effects),
        topic_changes=changes if reference else [],
        topic_grid=rows,
        notes=notes + _largest(k, ks) + _cautions(numbers, cohering, stability, by_chance) + told,
    )


def topic_shares(units: Sequence[Unit], k: int, params: Topics) -> list[tuple[int, int, float]]:
    """(index of the unit, topic, share) for each unit and topic, in order; a unit's shares add up to 1.

    Fits ``k`` topics whatever the quality: who asks for shares decides what they are worth. A unit without a
    known word has equal shares. Raises ``ValueError`` if there are fewer units than topics.
    """
    if k > len(units):
        raise ValueError(f"{k} topics need at least {k} documents, and there are {len(units)}")
    counts, terms = count_terms(units, params.min_df)
    seed = params.seeds[0]
    if terms:
        space = space_of(count_words(units, params.min_df), params.method)
        shares = fit(counts, params.method, k, seed, space).shares
    else:
        shares = np.full((len(units), k), 1.0 / k)
    return [(i, topic, share) for i, row in enumerate(shares) for topic, share in enumerate(_to_one(row))]


def _corpus(units: Sequence[Unit], min_df: int) -> tuple[Corpus, list[Unit]]:
    """The units' counts, and the units in order, without those that hold no term."""
    ordered = sorted(units, key=lambda unit: (unit.doc_id, unit.unit))
    pairs = pairs_of(ordered)
    counts, terms = count_terms_by(ordered, pairs, min_df)
    told = np.flatnonzero(counts.getnnz(axis=1))
    return Corpus(counts[told], count_words(ordered, min_df)[told], terms, pairs), [ordered[i] for i in told]


def _numbers(corpus: Corpus, params: Topics) -> tuple[list[int], list[str]]:
    """The numbers of topics that the corpus bears, and a note on the others."""
    ks = sorted({params.k} if isinstance(params.k, int) else set(params.k))
    reasons = {k: _too_small(corpus.counts.shape[0], len(corpus.terms), k, params) for k in ks}
    borne = [k for k in ks if not reasons[k]]
    if not borne:
        return [], [reasons[ks[0]]]
    refused = [str(k) for k in ks if reasons[k]]
    if not refused:
        return borne, []
    return borne, [f"More topics were not tried ({', '.join(refused)}). {reasons[int(refused[0])]}"]


def _too_small(n_units: int, n_terms: int, k: int, params: Topics) -> str:
    needed = max(params.min_units, k * params.min_units_per_topic)
    if n_units < needed:
        return (
            f"No topics: {n_units} {params.unit}s hold a term that stands in {params.min_df} of them or more, and "
            f"{k} topics need at least {needed} (min_units {params.min_units}, min_units_per_topic "
            f"{params.min_units_per_topic}). Which themes run through the texts, and how they differ between "
            "documents, cannot be told from so few; keywords still describe each document."
        )
    if n_terms < k * params.top_n:
        return (
            f"No topics: {n_terms} terms stand in {params.min_df} {params.unit}s or more, and {k} topics of "
            f"{params.top_n} terms need at least {k * params.top_n}."
        )
    return ""


def _noise(k: int, measured: float, chance: list[float], params: Topics) -> str:
    return (
        f"No topics: in {params.unit}s that were left out of the fit, the terms of the {k} topics found stand "
        f"together no more (mean NPMI {measured:.2f}) than in the same words dealt at random ({min(chance):.2f} to "
        f"{max(chance):.2f}), so they would be noise. More text, larger units or fewer topics may help."
    )


def _largest(k: int, ks: Sequence[int]) -> list[str]:
    if len(ks) == 1 or k < max(ks):
        return []
    return [f"The largest number of topics tried ({k}) is the best by the measures of topic_grid: more may be better."]


def _cautions(
    numbers: Sequence[int], measured: Sequence[float], stability: Sequence[float], chance: Sequence[float]
) -> list[str]:
    notes = []
    weak = [str(n) for n, c, by_chance in zip(numbers, measured, chance, strict=True) if c <= by_chance]
    if weak:
        notes.append(
            f"Topics {', '.join(weak)}: their terms stand together no more than in the same words dealt at random; "
            "do not read a theme into them."
        )
    if mean(stability) < UNSTABLE:
        notes.append(
            f"Topics change when a fifth of the units is left out (mean overlap of terms {mean(stability):.2f}): "
            "their number or the amount of text does not bear firm conclusions."
        )
    return notes


def _label(top: Sequence[int], terms: list[str]) -> str:
    return "、".join(terms[c] for c in top[:LABEL_TERMS])


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
