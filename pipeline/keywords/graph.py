"""TextRank: words that stand near many words which themselves do."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

DAMPING = 0.85
STEPS = 60
"""Steps of the power iteration: 0.85 ** 60 < 1e-4 of the start is left, whatever the graph."""


def word_ranks(
    sentences: Iterable[Sequence[str]], window: int, preference: Mapping[str, float], start: Mapping[str, float]
) -> dict[str, float]:
    """PageRank of each word in the graph of co-occurrences, adding up to 1.

    Words at most ``window`` places apart in one sentence are joined, with the number of times as weight
    (Mihalcea & Tarau 2004, "TextRank: Bringing Order into Texts"). The walk goes to a word with a probability
    proportional to that word's ``preference``, and restarts at it with one proportional to ``start`` (biased PageRank:
    Haveliwala 2002, "Topic-sensitive PageRank"; both above 0), which keeps words that stand near everything in any
    text from the top.
    """
    weights: dict[tuple[str, str], int] = {}
    seen: set[str] = set()
    for words in sentences:
        seen.update(words)
        for i, left in enumerate(words):
            for right in words[i + 1 : i + 1 + window]:
                if left != right:
                    pair = (left, right) if left < right else (right, left)
                    weights[pair] = weights.get(pair, 0) + 1
    names = sorted(seen)
    if not names:
        return {}
    number = {name: i for i, name in enumerate(names)}
    pairs = sorted(weights)
    rows = [number[a] for a, _ in pairs] + [number[b] for _, b in pairs]
    columns = [number[b] for _, b in pairs] + [number[a] for a, _ in pairs]
    values = [weights[a, b] * preference[a] for a, b in pairs] + [weights[a, b] * preference[b] for a, b in pairs]
    graph = csr_matrix((values, (rows, columns)), shape=(len(names), len(names)))
    strength = np.asarray(graph.sum(axis=0)).ravel()
    restart = np.array([start[name] for name in names])
    restart /= restart.sum()
    rank = restart.copy()
    with threadpool_limits(1):
        for _ in range(STEPS):
            flow = np.divide(rank, strength, out=np.zeros_like(rank), where=strength > 0)
            lost = rank[strength == 0].sum()
            rank = (1 - DAMPING) * restart + DAMPING * (graph @ flow + lost * restart)
    return dict(zip(names, rank.tolist(), strict=True))
