"""A map of China's 34 provincial units in which each is a tile of the same size, near where it lies.

The tiles need no boundary data, and a small unit with many documents is as easy to see as a large one. The layout is
this module's own: neighbours lie next to each other where a grid allows it, north is up.
"""

from collections.abc import Mapping

import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from notebooks.charts import GREY, SHADES, WIDTH, ink_on, number, themed
from pipeline import divisions

_GRID = """
.. .. .. .. .. .. 23
.. .. .. 15 11 21 22
65 62 64 14 13 12 ..
.. 63 61 41 37 .. ..
54 51 50 42 34 32 31
.. 53 52 43 36 33 ..
.. .. 45 44 35 71 ..
.. .. 46 82 81 .. ..
"""
TILES: Mapping[str, tuple[int, int]] = {
    f"{code}0000": (column, row)
    for row, line in enumerate(_GRID.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != ".."
}
"""GB/T 2260 code of a provincial unit to its column and row, from the upper left."""


@themed
def tile_map(values: Mapping[str, float], label: str) -> Figure:
    """Shade and value of each provincial unit, by code (six digits); units without a value are white.

    ``label`` says what is counted. Shades grow with the square root, so that small values differ too.
    """
    columns, rows = (1 + max(place[axis] for place in TILES.values()) for axis in (0, 1))
    figure = Figure(figsize=(WIDTH, WIDTH * 0.7 * (rows + 1) / columns))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, columns), ylim=(rows + 1, 0))
    axes.axis("off")
    most = max([1.0, *map(float, values.values())])
    scale = PowerNorm(0.5, 0, most * 1.1)
    for code, (column, row) in TILES.items():
        value = float(values.get(code, 0))
        shade = float(scale(value)) if value else 0.0
        axes.add_patch(
            Rectangle(
                (column + 0.03, row + 0.03), 0.94, 0.94, facecolor=SHADES(shade) if value else "white",
                edgecolor="#bbbbbb", linewidth=0.5,
            )
        )  # fmt: skip
        ink = ink_on(SHADES(shade)) if value else GREY
        division = divisions.get(code)
        name = division.short if division else code
        axes.text(column + 0.5, row + 0.4, name, ha="center", va="center", fontsize=8, color=ink)
        axes.text(column + 0.5, row + 0.72, number(value) if value else "–", ha="center", va="center", fontsize=7,
                  color=ink)  # fmt: skip
    bar = figure.add_axes((0.03, 0.045, 0.3, 0.02))
    key = figure.colorbar(ScalarMappable(scale, SHADES), cax=bar, orientation="horizontal")
    key.set_ticks(sorted({0, round(most / 4), round(most)}))
    key.outline.set_linewidth(0.4)
    bar.tick_params(labelsize=7, length=2)
    bar.set_title(label, fontsize=8)
    return figure


def by_province(codes: pd.Series) -> dict[str, int]:
    """How many of the region codes lie in each provincial unit."""
    counted = codes.map(divisions.province).value_counts().sort_index()
    return {str(code): int(n) for code, n in counted.items()}
