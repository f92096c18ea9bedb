"""What a notebook's cells put on its page: HTML, tables and charts, with the letters and files that go with them."""

import os
import re
from pathlib import Path

import pandas as pd
from IPython.display import HTML, SVG, display
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal
from matplotlib.text import Text

from notebooks import show, webfont
from pipeline.export import FORMULA

SHOWN = 30
"""Rows of a table on the page."""


class Page:
    """Shows things and remembers their characters, for ``letters``.

    Where the environment variable ``BAOGAO_FIGURES`` names a folder, every chart also goes there as NAME.svg and
    NAME.pdf and every table, whole, as NAME.csv.
    """

    def __init__(self, notebook: Path) -> None:
        self._texts = [notebook.read_text(encoding="utf-8")]
        self._folder = Path(os.environ["BAOGAO_FIGURES"]) if os.environ.get("BAOGAO_FIGURES") else None

    def html(self, content: str) -> None:
        """Show HTML, made by ``show``: everything from documents is escaped in it."""
        self._texts.append(content)
        display(HTML(content))

    def say(self, sentence: str) -> None:
        """Show a plain sentence."""
        self.html(show.framed(f"<p>{show.escape(sentence)}</p>"))

    def table(self, frame: pd.DataFrame, name: str, *, rows: int = SHOWN) -> None:
        """Show the first ``rows`` rows, and say how many more there are."""
        self.html(show.table(frame.head(rows)))
        if len(frame) > rows:
            self.say(f"The first {rows} of {len(frame):,} rows.")
        self.keep(frame, name)

    def keep(self, frame: pd.DataFrame, name: str) -> None:
        """Write a table to the folder for figures, if there is one, without showing it."""
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            # a byte order mark, so that Excel reads it as UTF-8
            frame.map(_defused).to_csv(self._folder / f"{name}.csv", index=False, encoding="utf-8-sig")

    def chart(self, figure: Figure, name: str) -> None:
        """Show a figure as SVG."""
        drawn = show.svg(figure)
        display(SVG(drawn))
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{name}.svg").write_text(drawn, encoding="utf-8")
            # as outlines: matplotlib embeds this kind of font in a way that not every reader takes (its issue 2869)
            for text in figure.findobj(Text):
                text.set_path_effects([Normal()])
            FigureCanvasPdf(figure).print_pdf(
                self._folder / f"{name}.pdf", metadata={"CreationDate": None, "Creator": "baogao"}
            )

    def picture(self, figure: Figure | None, name: str, otherwise: str) -> None:
        """Show a figure, or say in a sentence why there is none."""
        if figure:
            self.chart(figure, name)
        else:
            self.say(otherwise)

    def letters(self) -> None:
        """Give the page the Chinese letters of all that it shows, for readers whose computer has none."""
        display(HTML(webfont.style(self._texts)))


def _defused(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front, as in ``baogao export csv``."""
    return f"'{value}" if isinstance(value, str) and re.match(FORMULA, value) else value
