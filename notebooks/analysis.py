"""Pictures of what the tables of keywords and topics say, in the style of ``charts``: groups, themes, topics, time.

Functions take rows of published tables and give figures, or choose the rows that a figure has room for. What a figure
cannot show (no rows) is for the caller to leave out.
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
from matplotlib.ticker import FuncFormatter, MaxNLocator

from notebooks import network
from notebooks.charts import DARK, GREY, LIGHT, SHADES, WIDTH, breadth, clean, ink_on, number, themed

P_0001 = 15.13
"""A G2 above this would come up by chance once in 10,000 terms (chi-squared, one degree of freedom)."""
TIMES = ("decade", "year")
_BAND = "#c9d9e8"
_LINE = 9.5
"""Points between the lines of a key."""
_MEASURES = {
    "coherence": "coherence 一致性",
    "exclusivity": "exclusivity 排他性",
    "stability": "stability 稳定性",
    "held_out": "held-out gain (nats a word) 留出增益",
}


def telling_terms(groups: pd.DataFrame, top: int = 7, rarer: int = 3) -> pd.DataFrame:
    """Rows of TERM_GROUPS: of each value the ``top`` terms with the greatest G2, and the ``rarer`` with the least.

    Left out are a G2 nearer to 0 than ``P_0001`` and, where a value has several documents, terms of one of them alone.
    """
    sure = groups[groups["g2"].abs() > P_0001].sort_values(["value", "g2", "term"], ascending=[True, False, True])
    several = groups.groupby("value")["df"].max()
    more = sure[(sure["g2"] > 0) & (sure["df"] >= sure["value"].map(several).clip(upper=2))]
    parts = [more.groupby("value").head(top), sure[sure["g2"] < 0].groupby("value").tail(rarer)]
    return pd.concat(parts).sort_values(["value", "g2", "term"], ascending=[True, False, True], ignore_index=True)


@themed
def keyness(terms: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Lollipops of the log ratio of each value's terms, in the order given; in grey at the right their G2.

    ``terms``: columns value, term, effect, g2. ``titles``: the values shown, in order, and how each is called. Dark
    dots are terms more frequent than in the rest, hollow ones rarer.
    """
    parts = {value: terms[terms["value"] == value] for value in titles}
    names = list(parts)
    pairs = [names[i : i + 2] for i in range(0, len(names), 2)]
    longest = [max(2, *(len(parts[name]) for name in pair)) for pair in pairs]
    heights = [0.42 + 0.16 * rows for rows in longest]
    figure = Figure(figsize=(WIDTH, sum(heights) + 0.3), layout="constrained")
    grid = figure.subplots(len(pairs), 2, squeeze=False, sharex=True, gridspec_kw={"height_ratios": heights})
    reach = max(1.0, float(np.ceil(terms["effect"].abs().max())))
    for row, pair, rows in zip(grid, pairs, longest, strict=True):
        for axes, name in zip(row, pair, strict=False):
            axes.set_title(clean(titles[name], 14))
            _lollipops(axes, parts[name], rows)
        for axes in row[len(pair) :]:
            axes.axis("off")
    low = -reach if (terms["effect"] < 0).any() else 0
    grid[0, 0].set_xlim(1.06 * low - 0.02 * reach, reach * 1.08)
    grid[0, 0].xaxis.set_major_locator(MaxNLocator(5, integer=True))
    for column in (0, 1):
        last = [axes for axes in grid[:, column] if axes.axison]
        if last:
            last[-1].tick_params(labelbottom=True)
    figure.supxlabel("Log Ratio (1: twice as often as in the rest); grey: G2", fontsize=8)
    return figure


def _lollipops(axes: Axes, shown: pd.DataFrame, rows: int) -> None:
    at = np.arange(len(shown))
    axes.hlines(at, 0, shown["effect"], color=GREY, linewidth=0.9)
    for more, face in ((True, DARK), (False, "white")):
        chosen = (shown["effect"] > 0).to_numpy() == more
        axes.plot(shown["effect"][chosen], at[chosen], "o", color=DARK, markerfacecolor=face, markersize=4)
    axes.axvline(0, color="black", linewidth=0.6)
    axes.set_yticks(at, [clean(term, 8) for term in shown["term"]])
    axes.set_ylim(rows - 0.4, -0.6)
    for y, g2 in zip(at, shown["g2"], strict=True):
        axes.annotate(
            f"{abs(g2):,.0f}", (1, y), (2, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", fontsize=6.5, color=GREY,
        )  # fmt: skip
    axes.tick_params(axis="y", length=0)


def changing(series: pd.DataFrame, name: str, value: str, most: int) -> list[Any]:
    """The ``most`` names (terms or topics) of ``series`` whose ``value`` is spread most over periods."""
    spread = series.groupby(name)[value].std(ddof=0).rename("spread").round(9).reset_index()
    return list(spread.sort_values(["spread", name], ascending=[False, True])[name].head(most))


def most_uneven(groups: pd.DataFrame, most: int) -> list[str]:
    """The ``most`` terms of one group's TERM_GROUPS with the greatest sum of G2 over its values, either way."""
    total = groups["g2"].abs().groupby(groups["term"]).sum().round(6).reset_index()
    return list(total.sort_values(["g2", "term"], ascending=[False, True])["term"].head(most))


@themed
def trends(parts: Mapping[str, pd.DataFrame], ylabel: str) -> Figure:
    """Small charts, three in a row, of ``middle`` by ``period`` (2021 or 2020s) with the band from low to high.

    Lines break where more than two periods in a row are missing. Charts have the same periods, and each its own scale.
    """
    rows = math.ceil(len(parts) / 3)
    figure = Figure(figsize=(WIDTH, 0.35 + 1.15 * rows), layout="constrained")
    grid = figure.subplots(rows, 3, squeeze=False, sharex=True).ravel()
    periods = sorted({period for part in parts.values() for period in part["period"]})
    step = 10 if any(period.endswith("s") for period in periods) else 1
    years = [int(period[:4]) for period in periods]
    for axes, (name, part) in zip(grid, parts.items(), strict=False):
        axes.set_title(clean(name, 12), fontsize=8)
        _band(axes, part.assign(at=part["period"].str[:4].astype(int)).sort_values("at"), step)
        axes.yaxis.set_major_locator(MaxNLocator(3))
    for position, axes in enumerate(grid):
        axes.axis("on" if position < len(parts) else "off")
        axes.tick_params(labelbottom=position < len(parts) <= position + 3)
    wide = max(years[-1] - years[0], 2 * step)
    grid[0].set_xlim(years[0] - 0.06 * wide, years[0] + 1.06 * wide)
    grid[0].xaxis.set_major_locator(MaxNLocator(3, integer=True, steps=[1, 2, 5, 10]))
    grid[0].xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}{'s' if step == 10 else ''}"))
    figure.supylabel(ylabel, fontsize=8)
    return figure


def _band(axes: Axes, part: pd.DataFrame, step: int) -> None:
    gaps = part["at"].diff() > 3 * step
    breaks = pd.DataFrame({"at": part["at"][gaps] - step, **dict.fromkeys(("middle", "low", "high"), math.nan)})
    whole = pd.concat([part[["at", "middle", "low", "high"]], breaks]).sort_values("at")
    axes.fill_between(whole["at"], whole["low"], whole["high"], color=_BAND, linewidth=0)
    # a point without a neighbour has no band: its interval is a line
    axes.vlines(part["at"], part["low"], part["high"], color=_BAND, linewidth=1.2)
    axes.plot(whole["at"], whole["middle"], "-", color=DARK, linewidth=0.9)
    axes.plot(part["at"], part["middle"], "o", color=DARK, markersize=1.8 if len(part) > 12 else 3)
    top = float(part["middle"].max())
    axes.set_ylim(0, max(min(1.05 * float(part["high"].max()), 1.6 * top), 1.1 * top, 1e-6))


@themed
def coword_map(nodes: pd.DataFrame, edges: pd.DataFrame, *, top: int = 60) -> Figure:
    """The strongest links of COWORD_EDGES between ``top`` terms of COWORD_NODES, with a key of their communities.

    Type size: occurrences. Shade and the number before a term: its community. Width of a line: the link's weight. The
    terms are those of most sentences, with three of each community at least.
    """
    order = nodes.sort_values(["sentences", "term"], ascending=[False, True])
    first = order.groupby("community").cumcount() < 3
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
    axes.text(8, key - 2, "themes 主题群 (number, strongest terms); lines:", fontsize=6.5, color=GREY, va="center")
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
        (i, j, float(steps[names[i]].get(names[j], 0.5 * furthest + 1)))
        for i, j in combinations(range(len(names)), 2)
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

    Area: terms of the community; the number is the community's. The ``named`` with most terms carry theirs. Callon, M.,
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
    for line, low in (("x", -0.08), ("y", -0.12)):
        span = max(float(themes[line].max()), 1e-3)
        getattr(axes, f"set_{line}lim")(low * span, 1.15 * span)
    radii = 4.5 + 7 * np.sqrt(themes["terms"] / themes["terms"].max())
    corners = [("motor 核心", 1, 1), ("niche 孤立", 0, 1), ("emerging or declining 边缘", 0, 0), ("basic 基础", 1, 0)]
    for text, right, upper in corners:
        axes.annotate(
            text, (right, upper), (-3 if right else 3, -3 if upper else 3), xycoords="axes fraction",
            textcoords="offset points", ha="right" if right else "left", va="top" if upper else "bottom",
            fontsize=7, color=GREY,
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


@themed
def topic_quality(grid: pd.DataFrame) -> Figure:
    """Measures of TOPIC_GRID against the number of topics: mean and range over seeds, the number taken marked."""
    measures = {name: title for name, title in _MEASURES.items() if pd.api.types.is_numeric_dtype(grid[name])}
    figure = Figure(figsize=(WIDTH, 0.25 + 1.45 * math.ceil(len(measures) / 2)), layout="constrained")
    panels = figure.subplots(math.ceil(len(measures) / 2), 2, squeeze=False).ravel()
    numbers = sorted(set(grid["k"]))
    taken = sorted(set(grid.loc[grid["chosen"].astype(str) == "True", "k"]))
    for axes, (name, title) in zip(panels, measures.items(), strict=False):
        found = grid.groupby("k")[name].agg(["mean", "min", "max"])
        for k in taken:
            axes.axvline(k, color=LIGHT, linewidth=4, zorder=0)
        axes.vlines(found.index, found["min"], found["max"], color=GREY, linewidth=0.9)
        axes.plot(found.index, found["mean"], "o-", color=DARK, markersize=3.5, linewidth=0.9)
        axes.set_title(title)
        axes.set_xticks(numbers[:: max(1, math.ceil(len(numbers) / 8))])
        axes.set_xlim(numbers[0] - 0.6 - 0.03 * numbers[-1], numbers[-1] * 1.03 + 0.6)
        axes.yaxis.set_major_locator(MaxNLocator(4))
    for axes in panels[len(measures) :]:
        axes.axis("off")
    figure.supxlabel("number of topics 主题数 (band: the one taken; lines: range over seeds)", fontsize=8)
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
    radii = [max(5.0, math.sqrt(0.13 * wide * tall * shares.get(topic, 0.0) / total / math.pi)) for topic in topics]
    radii = [min(radius, 60.0) for radius in radii]
    edge = max(radii) + 6
    placed = _fitted(points.tolist(), wide - 2 * edge, tall - 2 * edge, (edge, key + edge))
    placed = network.apart(placed, [(2 * radius, 2 * radius) for radius in radii], wide, tall + key, key)
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
