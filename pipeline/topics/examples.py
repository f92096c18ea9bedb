"""The sentences that show a topic best."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.topics.mixture import Floats
from pipeline.topics.vocabulary import Unit

EACH = 5
"""Sentences shown for a topic."""
FEWEST, MOST = 4, 30
"""Terms of a sentence that can show a topic: a shorter one is a heading, a longer one a list."""


def best_sentences(sentences: Sequence[Unit], counts: csr_matrix, weights: Floats) -> list[dict[str, Any]]:
    """Rows of ``topic_sentences``: up to ``EACH`` sentences a topic, best first, no two of a document if others do.

    A sentence's score is the sum of the topic's weights of its terms, each counted once, times the topic's part in
    that sum over all topics: much of the topic, and little of any other. ``counts`` (sentences × terms), ``weights``
    (topics × terms, each row adding up to 1). Sentences with the same words as a better one are left out.
    """
    holds = counts.sign()
    lengths = holds.getnnz(axis=1)
    fitting = np.flatnonzero((lengths >= FEWEST) & (lengths <= MOST))
    weight = np.asarray(holds[fitting] @ weights.T)
    total = weight.sum(axis=1, keepdims=True)
    scores = np.round(weight * weight / np.where(total > 0, total, 1.0), 9)
    rows: list[dict[str, Any]] = []
    for topic in range(weights.shape[0]):
        order = np.lexsort((fitting, -scores[:, topic]))
        found = [i for i in order[: 50 * EACH] if scores[i, topic] > 0]
        for rank, i in enumerate(_varied([sentences[fitting[i]] for i in found])[:EACH], 1):
            sentence, score = sentences[fitting[found[i]]], scores[found[i], topic]
            rows.append(
                {
                    "topic": topic,
                    "rank": rank,
                    "doc_id": sentence.doc_id,
                    "sent": sentence.unit,
                    "score": float(score),
                }
            )
    return rows


def _varied(found: Sequence[Unit]) -> list[int]:
    """Places in ``found``, in order, without sentences of the same words; documents not yet seen go first."""
    first: list[int] = []
    later: list[int] = []
    documents: set[str] = set()
    said: set[tuple[tuple[str, ...], ...]] = set()
    for i, sentence in enumerate(found):
        if sentence.runs not in said:
            (later if sentence.doc_id in documents else first).append(i)
            said.add(sentence.runs)
            documents.add(sentence.doc_id)
    return first + later
