"""The evaluation's picture: F1 by label, with its interval, as an SVG that is the same everywhere."""

import io
from collections.abc import Mapping

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure


def bars(figures: Mapping[str, Mapping[str, float]]) -> str:
    """An SVG with a bar for each label: F1, its 95 % interval, and how many gold names it rests on."""
    # text stays text and ids come from a fixed salt: otherwise each run would give another file
    with rc_context({"svg.hashsalt": "baogao", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = Figure(figsize=(6.4, 2.8), layout="constrained")
        axes = figure.add_subplot()
        labels = list(figures)[::-1]
        f1 = [figures[label]["f1"] for label in labels]
        below = [max(0.0, value - figures[label]["f1_low"]) for value, label in zip(f1, labels, strict=True)]
        above = [max(0.0, figures[label]["f1_high"] - value) for value, label in zip(f1, labels, strict=True)]
        axes.barh(labels, f1, xerr=[below, above], color="#4c78a8", ecolor="#333333", capsize=3)
        for position, label in enumerate(labels):
            count = int(figures[label]["gold"])
            axes.text(0.01, position, f"{figures[label]['f1']:.2f} of {count} names", va="center", color="white")
        axes.set_xlim(0, 1.02)
        axes.set_xlabel("F1 on data/gold, with 95 % bootstrap interval over sentences")
        axes.spines[["top", "right"]].set_visible(False)
        drawn = io.StringIO()
        FigureCanvasSVG(figure).print_svg(drawn, metadata={"Date": None, "Creator": "baogao"})
    return drawn.getvalue()
