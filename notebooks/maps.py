"""Maps of terms and of topics: the co-word network with its themes, the strategic diagram, topics in the plane.

Functions take rows of published tables and give figures in the style of ``charts``. Places are worked out in a fixed
order and with rounded numbers, so that the same rows give the same picture.
"""

import math
import random
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from notebooks import network
from notebooks.charts import DARK, GREY, LIGHT, SHADES, WIDTH, breadth, clean, ink_on, number, themed

_LINE = 9.5
"""Points between the lines of a key."""


@themed
def coword_map(nodes: pd.DataFrame, edges: pd.DataFrame, *, top: int = 60) -> Figure:
    """The strongest links of COWORD_EDGES between ``top`` terms of COWORD_NODES, with a key of their communities.

    Type size: occurrences. Shade and the number before a term: its community. Width of a line: the link's weight. The
    terms are those of the communities' labels and those of most sentences.
    """
    order = nodes.sort_values(["sentences", "term"], ascending=[False, True])
    first = pd.Series([row.term in row.label.split("、") for row in order.itertuples()], index=order.index, dtype=bool)
    shown = pd.concat([order[first], order[~first]]).head(top).sort_values("term").set_index("term")
    graph = skeleton(list(shown.index), edges)
    kinds = sorted(set(shown["community"]))
    heads = nodes.drop_duplicates("community").set_index("community")["label"]
    wide, tall = 72 * WIDTH, 330.0
    key = _LINE * math.ceil(len(kinds) / 2) + 16
    figure, axes = _field(wide, tall + key)
    largest = max(shown["tf"].max(), 1)
    fonts = {term: 5.8 + 4.7 * math.sqrt(tf / largest) for term, tf in shown["tf"].items()}
    texts = {term: f"{shown.at[term, 'community']} {clean(term, 9)}" for term in shown.index}
    boxes = [(fonts[t] * breadth(texts[t]) + 5, fonts[t] * 1.3 + 4) for t in shown.index]
    lengths = {pair: 1.0 if len(set(shown.loc[list(pair), "community"])) == 1 else 2.0 for pair in graph.edges}
    nx.set_edge_attributes(graph, lengths, "length")
    spots = network.apart(_fitted(unfolded(graph), wide - 60, tall - 20, (30, key + 10)), boxes, wide, tall + key, key)
    places = dict(zip(shown.index, spots, strict=True))
    heaviest = max((weight for *_, weight in graph.edges(data="weight")), default=1.0)
    for a, b, weight in sorted(graph.edges(data="weight"), key=lambda edge: (edge[2], edge[:2])):
        axes.plot(*zip(places[a], places[b], strict=True), **_link(weight / heaviest))
    for term in shown.index:
        _tag(axes, *places[term], texts[term], fonts[term], _shade(kinds, shown.at[term, "community"]))
    for position, community in enumerate(kinds):
        column, line = divmod(position, math.ceil(len(kinds) / 2))
        x, y = 8 + column * wide / 2, key - 12 - line * _LINE
        _tag(axes, x, y, str(community), 6, _shade(kinds, community), ha="left")
        axes.text(x + 16, y, clean(heads[community], 21), fontsize=6.5, va="center")
    axes.text(
        8, key - 2, "themes 主题群, by their strongest terms; lines: weight", fontsize=6.5, color=GREY, va="center"
    )
    for x, share in ((wide - 150, 1.0), (wide - 90, 0.1)):
        axes.plot((x, x + 14), (key - 2, key - 2), **_link(share))
        axes.text(x + 18, key - 2, number(heaviest * share), fontsize=6.5, color=GREY, va="center")
    return figure


def skeleton(terms: Sequence[str], edges: pd.DataFrame) -> nx.Graph:
    """The graph of ``terms`` with a spanning forest of the strongest links, and the strongest up to two a term."""
    within = edges[edges["source"].isin(terms) & edges["target"].isin(terms)]
    ordered = within.sort_values(["weight", "source", "target"], ascending=[False, True, True])
    links = list(ordered[["source", "target", "weight"]].itertuples(index=False, name=None))
    graph, parts = nx.Graph(), nx.utils.UnionFind(terms)
    graph.add_nodes_from(terms)
    for source, target, weight in links:
        if parts[source] != parts[target]:
            parts.union(source, target)
            graph.add_edge(source, target, weight=weight)
    for source, target, weight in links:
        if graph.number_of_edges() >= 2 * len(terms):
            break
        graph.add_edge(source, target, weight=weight)
    return graph


def unfolded(graph: nx.Graph, rounds: int = 40) -> list[tuple[float, float]]:
    """Where each node stands in the plane, so that distances are near those along edges of their ``length``.

    Pairs are corrected one by one with falling steps (Zheng, J. X., Pawar, S. & Goodman, D. F. M. 2019. Graph drawing
    by stochastic gradient descent. IEEE TVCG 25(9), 2738-2748): plain arithmetic in a fixed order, so that every
    processor gives the same picture, which a solver of linear algebra does not promise.
    """
    names = list(graph)
    steps = dict(nx.all_pairs_dijkstra_path_length(graph, weight="length"))
    furthest = max((n for row in steps.values() for n in row.values()), default=0.0)
    chance = random.Random(0)
    points = [[chance.random(), chance.random()] for _ in names]
    pairs = [
        (i, j, float(steps[names[i]].get(names[j], 0.5 * furthest + 1))) for i, j in combinations(range(len(names)), 2)
    ]
    most = max((length for *_, length in pairs), default=1.0) ** 2
    for turn in range(rounds):
        rate = most * (0.1 / most) ** (turn / (rounds - 1))
        chance.shuffle(pairs)
        for i, j, length in pairs:
            (ax, ay), (bx, by) = points[i], points[j]
            gap = math.hypot(ax - bx, ay - by) or 1e-9
            move = min(1.0, rate / length**2) * (gap - length) / (2 * gap)
            dx, dy = move * (ax - bx), move * (ay - by)
            points[i], points[j] = [ax - dx, ay - dy], [bx + dx, by + dy]
    return [(round(x, 4), round(y, 4)) for x, y in points]


@themed
def strategic_diagram(nodes: pd.DataFrame, *, named: int = 12) -> Figure:
    """Communities of COWORD_NODES by centrality (x) and density (y), with the medians of both as lines.

    Area: its terms; number: its own. The ``named`` with most terms carry the strongest, if there is room. Callon, M.,
    Courtial, J.-P. & Laville, F. (1991). Co-word analysis as a tool for describing the network of interactions between
    basic and technological research. Scientometrics 22(1), 155-205.
    """
    themes = nodes.groupby("community").agg(
        x=("centrality", "first"), y=("density", "first"), label=("label", "first"), terms=("term", "size")
    )
    figure = Figure(figsize=(WIDTH, 3.9), layout="constrained")
    axes = figure.subplots()
    axes.axvline(themes["x"].median(), color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.axhline(themes["y"].median(), color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.set(xlabel="centrality 中心度: links to other themes", ylabel="density 密度: links within the theme")
    across, up = (max(float(themes[line].max()), 1e-3) for line in ("x", "y"))
    axes.set(xlim=(-0.1 * across, 1.15 * across), ylim=(-0.2 * up, 1.15 * up))
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= 1.15 * across])
    axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= 1.15 * up])
    radii = 4.5 + 7 * np.sqrt(themes["terms"] / themes["terms"].max())
    corners = [("motor 核心", 1, 1), ("niche 孤立", 0, 1), ("emerging or declining 边缘", 0, 0), ("basic 基础", 1, 0)]
    for text, right, upper in corners:
        axes.annotate(
            text, (right, upper), (-3 if right else 3, -3 if upper else 3), xycoords="axes fraction",
            textcoords="offset points", ha="right" if right else "left", va="top" if upper else "bottom",
            fontsize=7, color=GREY, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
    figure.draw_without_rendering()
    axes.set_autoscale_on(False)
    scale = 72 / figure.dpi
    spots = axes.transData.transform(themes[["x", "y"]].to_numpy()) * scale
    box = axes.get_window_extent()
    area = (box.x0 * scale, box.y0 * scale + 10, box.x1 * scale, box.y1 * scale - 10)
    largest = themes.sort_values("terms", ascending=False, kind="stable").index[:named]
    texts = {
        themes.index.get_loc(c): [clean(term, 9) for term in str(themes.at[c, "label"]).split("、")[:3]]
        for c in largest
    }
    _bubbles(axes, themes.index, spots, list(radii), texts, area)
    return figure


def topic_distances(terms: pd.DataFrame) -> pd.DataFrame:
    """Jensen-Shannon distance (base 2, from 0 to 1) of each two topics' weights on their terms in TOPIC_TERMS.

    Weights are taken over the terms listed, so that topics without a common one are at 1. Lin, J. (1991). Divergence
    measures based on the Shannon entropy. IEEE Trans. Inf. Theory 37(1), 145-151.
    """
    table = terms.pivot_table(index="topic", columns="term", values="weight", fill_value=0.0)
    p = table.to_numpy() / np.maximum(table.to_numpy().sum(axis=1, keepdims=True), 1e-12)
    apart = np.array([[_divergence(a, b) for b in p] for a in p])
    return pd.DataFrame(np.sqrt(apart), index=table.index, columns=table.index)


def _divergence(a: np.ndarray, b: np.ndarray) -> float:
    middle = np.maximum((a + b) / 2, 1e-300)
    both = [part * np.log2(np.maximum(part, 1e-300) / middle) for part in (a, b)]
    return max(0.0, round(math.fsum([*both[0], *both[1]]) / 2, 9))


def scaled(distances: pd.DataFrame) -> tuple[np.ndarray, float]:
    """Classical multidimensional scaling: a point in the plane for each row, and the share of the distances it shows.

    The share is that of the two axes in the sum of the positive eigenvalues. Each axis points to where its largest
    coordinate is positive. Torgerson, W. S. (1952). Multidimensional scaling: I. Psychometrika 17, 401-419.
    """
    count = len(distances)
    centring = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-centring @ (distances.to_numpy() ** 2) @ centring / 2)
    strength = np.maximum(np.round(values[::-1], 9), 0)
    points = np.zeros((count, 2))
    for axis in range(min(2, count)):
        found = np.round(vectors[:, ::-1][:, axis] * math.sqrt(strength[axis]), 6)
        points[:, axis] = found * (1 if found[np.abs(found).argmax()] >= 0 else -1)
    return points, float(strength[:2].sum() / strength.sum()) if strength.sum() else 1.0


@themed
def topic_map(terms: pd.DataFrame, shares: Mapping[int, float], labels: Mapping[int, str]) -> Figure:
    """Topics in the plane by ``scaled`` of ``topic_distances``: area is their share, the key tells the numbers.

    Circles that would cover each other are moved apart, so that places tell near from far and no more.
    """
    distances = topic_distances(terms)
    points, kept = scaled(distances)
    topics = list(distances.index)
    lines = math.ceil(len(topics) / 2)
    wide, tall, key = 72 * WIDTH, 270.0, _LINE * lines + 22
    figure, axes = _field(wide, tall + key)
    total = max(sum(shares.get(topic, 0.0) for topic in topics), 1e-9)
    radii = [max(5.0, math.sqrt(0.12 * wide * tall * shares.get(topic, 0.0) / total / math.pi)) for topic in topics]
    radii = [min(radius, 60.0) for radius in radii]
    edge = max(radii) + 6
    placed = _fitted(points.tolist(), wide - 2 * edge, tall - 2 * edge, (edge, key + edge))
    placed = _parted(placed, radii, (2, key + 2, wide - 2, tall + key - 2))
    largest = sorted(range(len(topics)), key=lambda i: (-radii[i], i))
    texts = {i: [clean(labels.get(topics[i], "").split("、")[0], 8)] for i in largest}
    _bubbles(axes, topics, np.array(placed), radii, texts, (2, key + 2, wide - 2, tall + key - 2))
    axes.plot((8, wide - 8), (key - 2, key - 2), color="#cccccc", linewidth=0.5)
    axes.text(
        8, key - 10, f"area: share 占比; the plane shows {100 * kept:.0f}% of the distances (Jensen-Shannon)",
        fontsize=6.5, color=GREY, va="center",
    )  # fmt: skip
    for position, topic in enumerate(topics):
        column, line = divmod(position, lines)
        text = f"{topic}  {clean(labels.get(topic, ''), 18)}  {100 * shares.get(topic, 0.0) / total:.1f}%"
        axes.text(8 + column * wide / 2, key - 20 - line * _LINE, text, fontsize=6.5, va="center")
    return figure


def _parted(
    points: Sequence[tuple[float, float]], radii: Sequence[float], area: tuple[float, float, float, float]
) -> list[tuple[float, float]]:
    """Centres of circles pushed from each other, along the line between them, until none covers another."""
    spots = [list(point) for point in points]
    for _ in range(600):
        moved = False
        for i, j in combinations(range(len(spots)), 2):
            across, up = spots[j][0] - spots[i][0], spots[j][1] - spots[i][1]
            gap = math.hypot(across, up)
            lacking = radii[i] + radii[j] + 1 - gap
            if lacking > 0.01:
                # those in one place are parted by their numbers
                turn = (across / gap, up / gap) if gap > 0.01 else (math.cos(i + j), math.sin(i + j))
                for axis in (0, 1):
                    spots[i][axis] -= turn[axis] * lacking / 2
                    spots[j][axis] += turn[axis] * lacking / 2
                moved = True
        for spot, radius in zip(spots, radii, strict=True):
            for axis in (0, 1):
                spot[axis] = min(max(spot[axis], area[axis] + radius), area[axis + 2] - radius)
        if not moved:
            break
    return [(round(x, 2), round(y, 2)) for x, y in spots]


def _bubbles(
    axes: Axes, numbers: Any, spots: np.ndarray, radii: Sequence[float], texts: Mapping[int, list[str]],
    area: tuple[float, float, float, float],
) -> None:  # fmt: skip
    """Numbered circles at ``spots`` (points of the figure), and beside them those of ``texts`` that find room."""
    figure = axes.get_figure()
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(spots, radii, strict=True)]
    for number_, (x, y), radius in zip(numbers, spots, radii, strict=True):
        circle = Circle(
            (x / 72, y / 72), radius / 72, transform=figure.dpi_scale_trans, facecolor=LIGHT, edgecolor=DARK,
            linewidth=0.6, zorder=3,
        )  # fmt: skip
        axes.add_artist(circle)
        axes.annotate(
            str(number_), (x, y), xycoords="figure points", ha="center", va="center", fontsize=6.5, zorder=5,
            annotation_clip=False,
        )  # fmt: skip
    for position, lines in texts.items():
        (x, y), radius = spots[position], radii[position]
        across, up = 7.2 * max(breadth(line) for line in lines) + 1, 9.0 * len(lines)
        for left, low in _around(x, y, radius, across, up):
            box = (left, low, left + across, low + up)
            inside = box[0] >= area[0] and box[1] >= area[1] and box[2] <= area[2] and box[3] <= area[3]
            if inside and all(box[2] < t[0] or t[2] < box[0] or box[3] < t[1] or t[3] < box[1] for t in taken):
                taken.append(box)
                axes.annotate(
                    "\n".join(lines), (left + across / 2, low + up / 2), xycoords="figure points", ha="center",
                    va="center", fontsize=7, linespacing=1.1, zorder=4, annotation_clip=False,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
                )  # fmt: skip
                break


def _around(x: float, y: float, radius: float, across: float, up: float) -> list[tuple[float, float]]:
    """Lower left corners of a text beside a circle: right, left, above, below, then aslant."""
    side, near = radius + 2, 0.7 * radius + 1
    straight = [(x + side, y - up / 2), (x - side - across, y - up / 2)]
    upright = [(x - across / 2, y + side), (x - across / 2, y - side - up)]
    aslant = [(x + dx, y + dy) for dx in (near, -near - across) for dy in (near, -near - up)]
    return [*straight, *upright, *aslant]


def _field(wide: float, tall: float) -> tuple[Figure, Axes]:
    """An empty figure whose units are points."""
    figure = Figure(figsize=(wide / 72, tall / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, wide), ylim=(0, tall))
    axes.axis("off")
    return figure, axes


def _fitted(
    points: Sequence[Sequence[float]], wide: float, tall: float, corner: tuple[float, float]
) -> list[tuple[float, float]]:
    """The points stretched over a field of ``wide`` by ``tall`` whose lower left is ``corner``."""
    whole = np.array(points, dtype=float).reshape(-1, 2)
    low, span = whole.min(axis=0), np.ptp(whole, axis=0)
    part = np.where(span > 0, (whole - low) / np.where(span > 0, span, 1), 0.5)
    return [(corner[0] + x * wide, corner[1] + y * tall) for x, y in part.tolist()]


def _shade(kinds: Sequence[int], kind: int) -> tuple[float, ...]:
    """White to dark by a community's place among all: neighbours in number are told apart by the number too."""
    return SHADES(0.02 + 0.83 * kinds.index(kind) / max(1, len(kinds) - 1))


def _tag(axes: Axes, x: float, y: float, text: str, size: float, fill: tuple[float, ...], ha: str = "center") -> None:
    box = {"boxstyle": "round,pad=0.2", "facecolor": fill, "edgecolor": DARK, "linewidth": 0.5}
    axes.text(x, y, text, fontsize=size, color=ink_on(fill), ha=ha, va="center", bbox=box)


def _link(share: float) -> dict[str, Any]:
    strength = math.sqrt(max(share, 0.0))
    return {"color": str(round(0.8 - 0.4 * strength, 3)), "linewidth": 0.3 + 2.7 * strength, "zorder": 1}
