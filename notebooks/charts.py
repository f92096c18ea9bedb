"""Charts fit for print: 12 cm wide, vector, Chinese letters, shades that stay apart in greyscale.

Functions take pandas objects and give matplotlib figures, drawn without pyplot; the same input gives the same
picture. Texts come from documents: no dollar sign in them is a formula, and long ones are cut.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec

import numpy as np
import pandas as pd
from matplotlib import colormaps, rc_context, rcdefaults, rcParams
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from notebooks import show

WIDTH = 12 / 2.54
"""Inches: the width of a text block, or of a column and a half."""
DARK, LIGHT, GREY = "#33638d", "#a9c4dd", "#666666"
SHADES = colormaps["Blues"]
"""Light to dark, also in greyscale."""
_THEME: dict[Any, Any] = {
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "text.parse_math": False,
    "svg.fonttype": "path",
}

P = ParamSpec("P")


def themed(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Make ``draw`` work in the style of these charts, whatever the reader's own settings."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with rc_context():
            rcdefaults()
            rcParams.update({**_THEME, "font.family": [show.chinese_font(), "DejaVu Sans"]})
            figure = draw(*args, **kwargs)
            figure.draw_without_rendering()  # ticks are made only now, and take the style of this moment
        return figure

    return drawn


def clean(text: str, limit: int = 16) -> str:
    """One line not wider than ``limit`` Chinese characters; what cannot be printed is shown as ␣."""
    line = "".join(c if c.isprintable() else "␣" for c in text)
    if breadth(line) <= limit:
        return line
    while breadth(line) > limit - 1:
        line = line[:-1]
    return line + "…"


def ink_on(colour: tuple[float, ...]) -> str:
    """Black or white, whichever is easier to read on a colour (red, green, blue, from 0 to 1)."""
    red, green, blue = colour[:3]
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"


def breadth(text: str) -> float:
    """How wide a text is, in Chinese characters: about, for Latin letters."""
    return sum(1.0 if ord(c) >= 0x2E80 else 0.9 if c in "MWm@%" else 0.66 if c.isupper() else 0.58 for c in text)


def number(value: float) -> str:
    """A number as labels show it: whole ones with separators, small ones with two significant digits."""
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:#.2g}" if abs(value) < 1 else f"{value:,.1f}"


@themed
def bars(counts: pd.Series, label: str, *, top: int = 20) -> Figure:
    """The ``top`` first values of ``counts`` (text to number) as bars; ``label`` says what is counted."""
    shown = counts.head(top)
    figure = Figure(figsize=(WIDTH, 0.6 + 0.19 * max(2, len(shown))), layout="constrained")
    _bars(figure.subplots(), shown, label, len(shown))
    return figure


@themed
def panels(parts: Mapping[str, pd.Series], label: str, *, top: int = 8) -> Figure:
    """Several small charts of bars, two in a row, with their titles."""
    names = list(parts)
    pairs = [names[i : i + 2] for i in range(0, len(names), 2)]
    longest = [max(2, *(min(top, len(parts[name])) for name in pair)) for pair in pairs]
    heights = [0.62 + 0.19 * rows for rows in longest]
    figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
    grid = figure.subplots(len(pairs), 2, squeeze=False, gridspec_kw={"height_ratios": heights})
    for row, pair, rows in zip(grid, pairs, longest, strict=True):
        for axes, name in zip(row, pair, strict=False):
            axes.set_title(name)
            _bars(axes, parts[name].head(top), label, rows, limit=11)
        for axes in row[len(pair) :]:
            axes.axis("off")
    return figure


def _bars(axes: Axes, shown: pd.Series, label: str, rows: int, limit: int = 20) -> None:
    positions = range(len(shown))
    axes.barh(positions, shown.to_numpy(), height=0.72, color=DARK)
    axes.set_yticks(positions, [clean(str(name), limit) for name in shown.index])
    axes.set_ylim(max(2, rows) - 0.4, -0.6)
    axes.set_xlim(0, 1.15 * max(shown.max(), 1e-9) if len(shown) else 1)
    for position, value in zip(positions, shown, strict=True):
        axes.annotate(
            number(value), (value, position), (3, 0), textcoords="offset points", va="center", fontsize=7, color=GREY
        )
    axes.set_xlabel(label)
    axes.xaxis.set_major_locator(MaxNLocator(3, integer=bool((shown == shown.round()).all())))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 10 else f"{value:g}"))
    axes.tick_params(axis="y", length=0)


@themed
def columns(counts: pd.Series, xlabel: str, ylabel: str) -> Figure:
    """Counts of periods in order, one column each; of many periods only some are named, of years round ones."""
    figure = Figure(figsize=(WIDTH, 2.1), layout="constrained")
    axes = figure.subplots()
    axes.bar(range(len(counts)), counts.to_numpy(), width=0.8, color=DARK)
    names = [str(name) for name in counts.index]
    least = math.ceil(len(names) / 9)
    step = next((round_step for round_step in (1, 2, 5, 10, 20, 50) if round_step >= least), least)
    named = [n for n, name in enumerate(names) if (int(name) if name.isdigit() else n) % step == 0]
    axes.set_xticks(named, [names[n] for n in named])
    axes.set_xlim(min(-0.6, len(counts) / 2 - 3), max(len(counts) - 0.4, len(counts) / 2 + 2))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set(xlabel=xlabel, ylabel=ylabel)
    return figure


@themed
def histogram(values: pd.Series, xlabel: str, ylabel: str) -> Figure:
    """How sizes (1 or more) are spread, on a logarithmic axis, with the median as a line."""
    figure = Figure(figsize=(WIDTH, 2.1), layout="constrained")
    axes = figure.subplots()
    low, high = values.min() / 1.1, values.max() * 1.1
    bins = max(5, min(30, math.ceil(2 * len(values) ** (1 / 3))))  # Rice's rule
    axes.hist(values, bins=np.geomspace(low, high, bins + 1).tolist(), color=LIGHT, edgecolor="white", linewidth=0.6)
    middle = float(values.median())
    axes.axvline(middle, color="black", linewidth=0.8)
    axes.annotate(
        f"median {middle:,.0f}", (middle, 1), (3, -2), xycoords=("data", "axes fraction"), textcoords="offset points",
        va="top", fontsize=7.5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )  # fmt: skip
    axes.set_xscale("log")
    marks = [m * 10**e for e in range(7) for m in (1, 2, 3, 5) if low <= m * 10**e <= high]
    axes.set_xticks(marks[:: max(1, math.ceil(len(marks) / 9))])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set(xlabel=xlabel, ylabel=ylabel)
    return figure


@themed
def shares(frame: pd.DataFrame, xlabel: str) -> Figure:
    """A table of shares from 0 to 1 as shaded cells with their percentages; rows and columns are named by it."""
    rows, cols = frame.shape
    figure = Figure(figsize=(WIDTH, 1.0 + 0.2 * max(rows, 2)), layout="constrained")
    axes = figure.subplots()
    scale = Normalize(0, max(float(frame.to_numpy().max()), 1e-9) * 1.15)
    axes.pcolormesh(frame.to_numpy(), cmap=SHADES, norm=scale, edgecolor="white", linewidth=0.6)
    for i in range(rows):
        for j in range(cols):
            value = float(frame.iat[i, j])
            ink = ink_on(SHADES(scale(value)))
            axes.text(j + 0.5, i + 0.5, f"{100 * value:.0f}", ha="center", va="center", fontsize=6.5, color=ink)
    axes.set_yticks(np.arange(rows) + 0.5, [clean(str(name), 22) for name in frame.index])
    heads = [clean(str(name), 9) for name in frame.columns]
    axes.set_xticks(np.arange(cols) + 0.5, heads, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_ylim(rows, 0)
    axes.set_xlabel(xlabel)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


@themed
def effects(terms: pd.DataFrame, label: str) -> Figure:
    """Columns term, effect, low, high: a point with its interval for each, in the order given, around zero."""
    figure = Figure(figsize=(WIDTH, 0.65 + 0.19 * max(2, len(terms))), layout="constrained")
    axes = figure.subplots()
    positions = np.arange(len(terms))
    axes.hlines(positions, terms["low"], terms["high"], color=GREY, linewidth=0.9)
    axes.plot(terms["effect"], positions, "o", color=DARK, markersize=4)
    axes.axvline(0, color="black", linewidth=0.6)
    axes.set_yticks(positions, [clean(term, 20) for term in terms["term"]])
    axes.set_ylim(len(terms) - 0.4, -0.6)
    figure.supxlabel(label, fontsize=8)  # of the whole width: beside long terms the axis is short
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
    return figure


@themed
def scatter(points: pd.DataFrame, xlabel: str, ylabel: str, named: Sequence[str]) -> Figure:
    """Columns term, x (on a logarithmic axis), y. Those of ``named`` that find room are named, in that order."""
    figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.plot(points["x"], points["y"], "o", color=LIGHT, markersize=2.5, markeredgewidth=0)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set(xlabel=xlabel, ylabel=ylabel, ylim=(-0.03, 1.03))
    axes.margins(x=0.08)
    figure.draw_without_rendering()
    place = points.set_index("term")
    taken: list[tuple[float, float, float, float]] = []
    area = axes.get_window_extent()
    points_to_pixels = figure.dpi / 72
    for term in named:
        x, y = axes.transData.transform((place.at[term, "x"], place.at[term, "y"]))
        text = clean(term, 10)
        wide = 7 * breadth(text) * points_to_pixels
        box = (x - 2 * points_to_pixels, y - 5 * points_to_pixels, x + wide + 4, y + 5 * points_to_pixels)
        free = all(box[2] < t[0] or t[2] < box[0] or box[3] < t[1] or t[3] < box[1] for t in taken)
        if free and box[2] < area.x1 and area.y0 < box[1] and box[3] < area.y1 + 6:
            taken.append(box)
            axes.plot(place.at[term, "x"], place.at[term, "y"], "o", color=DARK, markersize=3)
            axes.annotate(
                text, (place.at[term, "x"], place.at[term, "y"]), (3, 0), textcoords="offset points", va="center",
                fontsize=7,
            )  # fmt: skip
    return figure
