"""Co-word analysis: which terms stand together, the themes that they form, and the strategic diagram of themes."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import networkx as nx

Row = dict[str, Any]
Pair = tuple[int, int]
Link = Literal["equivalence", "ochiai"]

MIN_TOGETHER = 2
"""Sentences in which two terms must stand together to be linked: once is chance."""
SEEDS = range(10)
"""Louvain depends on the order in which it visits terms: of so many orders the best is kept."""
RESOLUTION = 2.0
"""Above 1, communities are smaller (Reichardt & Bornholdt 2006): at 1 half of the terms of reports, those that stand
beside everything, are one community, and a theme is meant to have some ten terms."""
LABEL_TERMS = 3
_DIGITS = 9


def strongest(ranked: Iterable[tuple[int, str]], limit: int) -> list[str]:
    """At most ``limit`` terms by their best rank in any ranking, sorted by term; ``ranked``: (rank, term) pairs."""
    best: dict[str, int] = {}
    for rank, term in ranked:
        best[term] = min(rank, best.get(term, rank))
    return sorted(sorted(best, key=lambda term: (best[term], term))[:limit])


def coword(
    terms: Sequence[str], sentences: Iterable[Iterable[str]], tf: Mapping[str, int], link: Link
) -> tuple[list[Row], list[Row]]:
    """Rows of ``tables.COWORD_NODES`` and ``tables.COWORD_EDGES`` for ``terms``, sorted and distinct.

    ``sentences`` give the terms of each sentence: the longest at each place, or else every term would be linked with
    its own parts. Two terms are linked if they stand together in c_ij >= ``MIN_TOGETHER`` sentences and in more than
    they would by chance (c_ij > c_i c_j / N, of N sentences), with the weight

        equivalence c_ij² / (c_i c_j), or ochiai c_ij / sqrt(c_i c_j), from 0 to 1

    (Callon, Courtial & Laville 1991, "Co-word analysis as a tool for describing the network of interactions between
    basic and technological research", Scientometrics 22:155). Communities have the greatest modularity that Louvain
    finds (Blondel et al. 2008) at ``RESOLUTION``, the same on every run.

    Callon's *centrality* of a community is 10 × the sum of its links to others, its *density* 100 × the mean of the
    links within it, 0 if it has none. A term without links is a community of its own.
    """
    number = {term: i for i, term in enumerate(terms)}
    alone: Counter[int] = Counter()
    together: Counter[Pair] = Counter()
    total = 0
    for sentence in sentences:
        total += 1
        here = sorted({number[term] for term in sentence})
        alone.update(here)
        together.update(itertools.combinations(here, 2))
    weights = {
        pair: _weight(n, alone[pair[0]], alone[pair[1]], link)
        for pair, n in sorted(together.items())
        if n >= MIN_TOGETHER and n * total > alone[pair[0]] * alone[pair[1]]
    }
    nodes = []
    for community, members in enumerate(_communities(len(terms), weights)):
        inside = [w for (i, j), w in weights.items() if i in members and j in members]
        outside = [w for (i, j), w in weights.items() if (i in members) != (j in members)]
        shared = {
            "community": community,
            "centrality": 10 * math.fsum(outside),
            "density": 100 * math.fsum(inside) / len(inside) if inside else 0.0,
            "label": "、".join(terms[i] for i in _leading(members, weights)[:LABEL_TERMS]),
        }
        nodes += [{"term": terms[i], **shared, "tf": tf[terms[i]], "sentences": alone[i]} for i in members]
    edges = [
        {"source": terms[i], "target": terms[j], "weight": weight, "together": together[i, j]}
        for (i, j), weight in weights.items()
    ]
    return nodes, edges


def _weight(together: int, one: int, other: int, link: Link) -> float:
    ochiai = together / math.sqrt(one * other)
    return ochiai if link == "ochiai" else together * together / (one * other)


def _communities(size: int, weights: Mapping[Pair, float]) -> list[list[int]]:
    """The communities, the one with the strongest links within it first.

    Terms are numbers here: sets of numbers are walked in the same order on every run, sets of strings are not.
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_weighted_edges_from((i, j, w) for (i, j), w in weights.items())
    if not weights:
        return [[i] for i in range(size)]
    found = [nx.community.louvain_communities(graph, resolution=RESOLUTION, seed=seed) for seed in SEEDS]
    best = max(found, key=lambda parts: round(nx.community.modularity(graph, parts, resolution=RESOLUTION), _DIGITS))

    def strength(members: list[int]) -> float:
        return round(math.fsum(w for (i, j), w in weights.items() if i in members and j in members), _DIGITS)

    return sorted((sorted(members) for members in best), key=lambda members: (-strength(members), members))


def _leading(members: Sequence[int], weights: Mapping[Pair, float]) -> list[int]:
    """The members by the sum of their links within the community, greatest first; ties by term."""
    sums = {i: math.fsum(w for pair, w in weights.items() if i in pair and set(pair) <= set(members)) for i in members}
    return sorted(members, key=lambda i: (-round(sums[i], _DIGITS), i))
