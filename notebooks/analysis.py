"""Charts of what the tables of keywords and topics say of groups, of time, and of the number of topics.

Functions take rows of published tables and give figures in the style of ``charts``, or choose the rows that a figure
has room for. A figure without rows is for the caller to leave out.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from notebooks.charts import DARK, GREY, LIGHT, WIDTH, clean, themed

P_0001 = 15.13
"""A G2 above this would come up by chance once in 10,000 terms (chi-squared, one degree of freedom)."""
TIMES = ("decade", "year")
_BAND = "#c9d9e8"
_MEASURES = {
    "coherence": "coherence 一致性",
    "exclusivity": "exclusivity 排他性",
    "stability": "stability 稳定性",
    "held_out": "held-out gain (nats) 留出增益",
}


def telling_terms(groups: pd.DataFrame, top: int = 7, rarer: int = 3) -> pd.DataFrame:
    """Rows of TERM_GROUPS: of each value the ``top`` terms with the greatest G2, and the ``rarer`` with the least.

    Left out are a G2 nearer to 0 than ``P_0001`` and, where a value has several documents, terms of one of them alone.
    """
    groups = groups.astype({"g2": float, "df": float})  # of a dataset without this table: empty texts
    sure = groups[groups["g2"].abs() > P_0001].sort_values(["value", "g2", "term"], ascending=[True, False, True])
    several = groups.groupby("value")["df"].max()
    more = sure[(sure["g2"] > 0) & (sure["df"] >= sure["value"].map(several).astype(float).clip(upper=2))]
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
    if step == 10:
        named = periods[:: max(1, math.ceil(len(periods) / 3))]
        grid[0].set_xticks([int(period[:4]) for period in named], named)
    else:
        grid[0].xaxis.set_major_locator(MaxNLocator(3, integer=True, steps=[1, 2, 3, 5, 10]))
        grid[0].xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    figure.supylabel(ylabel, fontsize=8)
    return figure


def _band(axes: Axes, part: pd.DataFrame, step: int) -> None:
    gaps = part["at"].diff() > 3 * step
    breaks = pd.DataFrame({"at": part["at"][gaps] - step, **dict.fromkeys(("middle", "low", "high"), math.nan)})
    whole = pd.concat([part[["at", "middle", "low", "high"]], breaks]).sort_values("at")
    axes.fill_between(whole["at"], whole["low"], whole["high"], color=_BAND, linewidth=0)
    # a point without a neighbour has no band: its interval is a line
    alone = part[(gaps | (part.index == part.index[0])) & (gaps.shift(-1, fill_value=True))]
    axes.vlines(alone["at"], alone["low"], alone["high"], color=_BAND, linewidth=2)
    axes.plot(whole["at"], whole["middle"], "-", color=DARK, linewidth=0.9)
    axes.plot(part["at"], part["middle"], "o", color=DARK, markersize=1.8 if len(part) > 12 else 3)
    top = float(part["middle"].max())
    axes.set_ylim(0, max(min(1.05 * float(part["high"].max()), 1.6 * top), 1.1 * top, 1e-6))


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
