"""Names that stand together: counted, laid out the same way every time, and drawn."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from notebooks.charts import GREY, WIDTH, breadth, clean, themed

FILLS: Mapping[str, tuple[str, str]] = {
    "ORG": ("#33638d", "white"),
    "LOC": ("#dbe7f2", "black"),
    "PER": ("white", "black"),
    "PUB": ("#8fb3d1", "black"),
}
"""Label to the fill and the ink of its names, apart in greyscale."""
_KEYS = {"ORG": "机构 ORG", "LOC": "地名 LOC", "PER": "人名 PER", "PUB": "文献 PUB"}
_HEIGHT = 4.4


def cooccurrences(mentions: pd.DataFrame, within: list[str], top: int) -> pd.DataFrame:
    """Pairs of the ``top`` names that stand in most contexts, by falling number of contexts that they share.

    ``mentions``: a column ``name`` and those of ``within``, which tell contexts apart: ["doc_id", "sent"] for
    sentences, ["doc_id"] for documents. Gives source, target, contexts, npmi. NPMI is ln(p(ab) / p(a)p(b)) / -ln p(ab)
    over the contexts that hold a name, from -1 to 1; 0: as often as by chance (Bouma, G. 2009. Normalized pointwise
    mutual information in collocation extraction. GSCL, 31-40).
    """
    places = mentions[[*within, "name"]].drop_duplicates()
    total = len(places[within].drop_duplicates())
    alone = places["name"].value_counts().rename_axis("name").reset_index(name="n")
    kept = alone.sort_values(["n", "name"], ascending=[False, True]).head(top).set_index("name")["n"]
    pairs: Counter[tuple[str, str]] = Counter()
    for _, names in places[places["name"].isin(kept.index)].groupby(within)["name"]:
        pairs.update(combinations(sorted(names), 2))
    rows = [
        (a, b, n, _npmi(n / total, kept[a] / total, kept[b] / total))
        for (a, b), n in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    ]
    return pd.DataFrame(rows, columns=["source", "target", "contexts", "npmi"])


def _npmi(both: float, a: float, b: float) -> float:
    return 1.0 if both >= 1 else math.log(both / (a * b)) / -math.log(both)


@themed
def draw(pairs: pd.DataFrame, sizes: Mapping[str, int], labels: Mapping[str, str]) -> Figure:
    """The network of ``pairs`` (source, target, contexts): names with mentions as type size, lines as contexts.

    ``sizes``: name to its mentions; ``labels``: name to ORG, PUB, LOC or PER.
    """
    graph = nx.Graph()
    for row in pairs.itertuples():
        graph.add_edge(row.source, row.target, weight=int(row.contexts))
    figure = Figure(figsize=(WIDTH, _HEIGHT))
    axes = figure.add_axes((0, 0, 1, 1))
    wide, tall = 72 * WIDTH, 72 * _HEIGHT
    axes.set(xlim=(0, wide), ylim=(0, tall))
    axes.axis("off")
    names = sorted(graph)
    most = max((sizes[name] for name in names), default=1)
    fonts = {name: 6.5 + 4 * math.sqrt(sizes[name] / most) for name in names}
    texts = {name: clean(name, 12) for name in names}
    boxes = {name: (fonts[name] * breadth(texts[name]) + 8, fonts[name] * 1.45 + 3) for name in names}
    places = layout(graph, boxes, wide, tall - 16)
    heaviest = max((data["weight"] for *_, data in graph.edges(data=True)), default=1)
    for a, b, data in sorted(graph.edges(data=True), key=lambda edge: (edge[2]["weight"], edge[:2])):
        axes.plot(*zip(places[a], places[b], strict=True), **_line(data["weight"], heaviest))
    for name in names:
        fill, ink = FILLS[labels[name]]
        box = {"boxstyle": "round,pad=0.25", "facecolor": fill, "edgecolor": "#33638d", "linewidth": 0.6}
        axes.text(*places[name], texts[name], fontsize=fonts[name], color=ink, ha="center", va="center", bbox=box)
    used = [label for label in _KEYS if label in {labels[name] for name in names}]
    for number, label in enumerate(used):
        fill, ink = FILLS[label]
        box = {"boxstyle": "round,pad=0.25", "facecolor": fill, "edgecolor": "#33638d", "linewidth": 0.6}
        axes.text(8 + 62 * number, tall - 9, _KEYS[label], fontsize=7, color=ink, va="center", bbox=box)
    lightest = min((data["weight"] for *_, data in graph.edges(data=True)), default=1)
    for number, weight in enumerate(sorted({lightest, heaviest}, reverse=True)):
        x = wide - 48 - 56 * number
        axes.plot((x, x + 14), (tall - 9, tall - 9), **_line(weight, heaviest))
        axes.text(x + 18, tall - 9, f"{weight:,}×", fontsize=7, color=GREY, va="center")
    return figure


def _line(weight: int, heaviest: int) -> dict[str, Any]:
    share = weight / max(heaviest, 5)
    return {"color": str(round(0.75 - 0.45 * share, 3)), "linewidth": 0.4 + 2.6 * share, "zorder": 1}


def layout(
    graph: nx.Graph, boxes: Mapping[str, tuple[float, float]], wide: float, tall: float
) -> dict[str, tuple[float, float]]:
    """Where each name's box (width, height; points) stands in a field of ``wide`` by ``tall``.

    The same graph gives the same places:
    Kamada-Kawai with the number of steps as distance, parts that do not hang together a little apart, then boxes that
    overlap pushed from each other.
    """
    names = sorted(graph)
    if not names:
        return {}
    steps = dict(nx.all_pairs_shortest_path_length(graph))
    furthest = max(n for row in steps.values() for n in row.values())
    lengths = {a: {b: float(steps[a].get(b, furthest * 0.4 + 1)) for b in names} for a in names}
    ordered = nx.Graph()
    ordered.add_nodes_from(names)
    ordered.add_edges_from(sorted(tuple(sorted(edge)) for edge in graph.edges))
    found = nx.kamada_kawai_layout(ordered, dist=lengths)
    points = np.array([found[name] for name in names])
    sizes = np.array([boxes[name] for name in names])
    points -= (points.min(axis=0) + points.max(axis=0)) / 2
    points /= np.maximum(np.abs(points).max(axis=0), 1e-9)
    # rounded, so that the last bits of a processor's arithmetic do not show
    points = np.round(points, 4) * (np.array([wide, tall]) - sizes.max(axis=0) - 6) / 2 + np.array([wide, tall]) / 2
    spots = apart(points.tolist(), sizes.tolist(), wide, tall)
    return {name: (round(x, 2), round(y, 2)) for name, (x, y) in zip(names, spots, strict=True)}


def apart(
    points: Sequence[Sequence[float]], sizes: Sequence[Sequence[float]], wide: float, tall: float, floor: float = 0.0
) -> list[tuple[float, float]]:
    """Centres of boxes of these ``sizes`` (width, height), pushed from each other until none covers another.

    They stay in the field from 0 to ``wide`` and from ``floor`` to ``tall``, in which there must be room. Single
    numbers, since arrays of two take ten times as long.
    """
    spots = [[float(x), float(y)] for x, y in points]
    limits = [((w / 2 + 2, wide - w / 2 - 2), (floor + h / 2 + 2, tall - h / 2 - 2)) for w, h in sizes]
    for _ in range(400):
        moved = False
        for i, j in combinations(range(len(spots)), 2):
            gap = [spots[j][axis] - spots[i][axis] for axis in (0, 1)]
            overlap = [(sizes[i][axis] + sizes[j][axis]) / 2 + 3 - abs(gap[axis]) for axis in (0, 1)]
            if overlap[0] > 0 and overlap[1] > 0:
                axis = int(overlap[0] * tall > overlap[1] * wide)
                push = overlap[axis] / 2 * (1.0 if gap[axis] >= 0 else -1.0)
                spots[i][axis] -= push
                spots[j][axis] += push
                moved = True
        for spot, bounds in zip(spots, limits, strict=True):
            for axis, (low, high) in enumerate(bounds):
                spot[axis] = min(max(spot[axis], low), high)
        if not moved:
            break
    return [(x, y) for x, y in spots]
