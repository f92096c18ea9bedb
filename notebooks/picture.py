"""Draws ``docs/report.svg``, the README's picture: a telling passage before and after, its names marked.

``python -m notebooks.picture`` makes it anew from ``data/processed`` (or ``$BAOGAO_DATA``). The passage is the one of
the longest document that shows most kinds of edits and names.
"""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patches import FancyBboxPatch

from notebooks import show

ROOT = Path(__file__).resolve().parent.parent
LENGTH = 115
"""The longest passage, in characters of the restored text."""
WIDTH, MARGIN, SIZE, SMALL, LEADING = 660.0, 14.0, 13.0, 8.0, 25.0
"""Points; lines are LEADING apart."""
_NEVER_FIRST = "，。；：、？！》〉”’）」』…,.;:!?)"


class Run(NamedTuple):
    """Characters of one size on one background (a colour, or empty)."""

    text: str
    background: str = ""
    size: float = SIZE


Unit = tuple[Run, ...]
Line = list[tuple[float, float, Run]]


def draw(data: Path) -> str:
    """The picture of the dataset in ``data``, as SVG. Raises ``FileNotFoundError`` if there is no dataset."""
    names = ("documents", "edits", "entities")
    documents, edits, entities = (pd.read_parquet(data / f"{name}.parquet") for name in names)
    if documents.empty:
        return _picture([], [], [], [])
    report = documents.sort_values(["n_chars", "doc_id"], ascending=[False, True]).iloc[0]
    edits = edits[edits["doc_id"] == report["doc_id"]]
    outermost = entities[(entities["doc_id"] == report["doc_id"]) & (entities["parent"] == "")]
    start, end = passage(report["text"], edits, outermost)
    pieces = within(show.pieces(report["raw_text"], edits), start, end)
    inside = outermost[(outermost["start"] >= start) & (outermost["end"] <= end)].sort_values("start")
    rules = sorted({part for piece in pieces if piece.rule for part in piece.rule.split("+")})
    return _picture(
        [(Run(piece.before, show.colour_of(piece.rule) if piece.rule else ""),) for piece in pieces if piece.before],
        rules,
        list(_named(report["text"], inside, start, end)),
        sorted(set(inside["label"])),
    )


def passage(text: str, edits: pd.DataFrame, names: pd.DataFrame) -> tuple[int, int]:
    """The span of whole clauses of one paragraph, up to LENGTH long, with most kinds of edits and names.

    Among equals the one with most names, then the first. No span cuts a name.
    """
    cut = [(row.start, row.end) for row in names.itertuples()]
    ends = [m.end() for m in re.finditer(r"[，。；！？\n]+|\Z", text) if not any(a < m.end() < b for a, b in cut)]
    starts = [0, *ends[:-1]]
    best, chosen = (-1, -1), (0, min(len(text), LENGTH))
    for number, start in enumerate(starts):
        fitting = [end for end in ends[number:] if end - start <= LENGTH and "\n" not in text[start:end].strip("\n")]
        if not fitting:
            continue
        end = fitting[-1]
        inside = names[(names["start"] >= start) & (names["end"] <= end)]
        rules = edits.loc[(edits["start"] >= start) & (edits["end"] <= end), "rule"]
        kinds = {part for rule in rules for part in rule.split("+")} | set(inside["label"])
        if (len(kinds), len(inside)) > best:
            best, chosen = (len(kinds), len(inside)), (start, end)
    return chosen


def within(pieces: Iterable[show.Piece], start: int, end: int) -> list[show.Piece]:
    """The pieces of ``text[start:end]``; unedited ones are cut at its edges."""
    found, position = [], 0
    for piece in pieces:
        after = position + len(piece.after)
        if piece.rule and start <= position < end:
            found.append(piece)
        elif not piece.rule and after > start and position < end:
            kept = piece.after[max(0, start - position) : end - position]
            found.append(show.Piece(kept, kept))
        position = after
    return found


def wrapped(units: Iterable[Unit], font: FT2Font, width: float) -> list[Line]:
    """Lines of (x, width, run), in points, broken at ``width``; closing marks may hang over the edge.

    A unit of several runs, a name with its label say, stays on one line if it is not longer than half of one.
    """
    lines: list[Line] = [[]]
    x = 0.0
    for unit in units:
        whole = sum(_advance(font, character, run.size) for run in unit for character in run.text)
        if len(unit) > 1 and x + whole > width and whole <= width / 2:
            lines.append([])
            x = 0.0
        for run in unit:
            begin, kept = x, ""
            for character in run.text.replace("\n", ""):
                advance = _advance(font, character, run.size)
                if x + advance > width and character not in _NEVER_FIRST:
                    if kept:
                        lines[-1].append((begin, x - begin, run._replace(text=kept)))
                    lines.append([])
                    begin, x, kept = 0.0, 0.0, ""
                kept, x = kept + character, x + advance
            if kept:
                lines[-1].append((begin, x - begin, run._replace(text=kept)))
    return lines


def _named(text: str, names: pd.DataFrame, start: int, end: int) -> Iterable[Unit]:
    position = start
    for name in names.itertuples():
        yield (Run(text[position : name.start]),)
        colour = show.LABELS[name.label][0]
        meaning = f" = {name.canonical}" if name.canonical not in ("", name.text) else ""
        yield Run(text[name.start : name.end], colour), Run(f" {name.label}{meaning} ", colour, SMALL)
        position = name.end
    yield (Run(text[position:end]),)


def _picture(raw: list[Unit], rules: list[str], restored: list[Unit], labels: list[str]) -> str:
    family = show.chinese_font()
    font = font_manager.get_font(font_manager.findfont(family))
    keys = (
        [_key(rule, *show.RULES[rule]) for rule in rules if rule in show.RULES],
        [_key(label, *show.LABELS[label]) for label in labels],
    )
    heads = ("raw_text 原始文本", "text 修复后 + entities 命名实体")
    blocks = [
        (head, wrapped(units, font, WIDTH) + wrapped(key, font, WIDTH))
        for head, units, key in zip(heads, (raw, restored), keys, strict=True)
    ]
    height = 2 * MARGIN + sum(LEADING * (len(lines) + 1) for _, lines in blocks) + LEADING / 2
    total = WIDTH + 2 * MARGIN + SIZE
    with rc_context({"font.family": [family], "svg.fonttype": "path"}):
        figure = Figure(figsize=(total / 72, height / 72), facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, total), ylim=(height, 0))
        axes.axis("off")
        y = MARGIN + SIZE
        for head, lines in blocks:
            axes.text(MARGIN, y, head, fontsize=SMALL + 2, color="#666666")
            for line in lines:
                y += LEADING
                for x, width, run in line:
                    _put(axes, MARGIN + x, y, width, run)
            y += LEADING * 1.5
    return _compact(show.svg(figure))


def _compact(svg: str) -> str:
    """Take out white space that SVG does not need, and shorten the glyphs' ids: a quarter of the file."""
    packed = re.sub(r'(?<= d=")[^"]*', lambda path: re.sub(r"\s*([A-Za-z])\s*", r"\1", path[0]), svg)
    return re.sub(r"\n\s+", "\n", packed).replace("NotoSansCJKsc-Regular-", "g")


def _put(axes: Axes, x: float, y: float, width: float, run: Run) -> None:
    if run.background:
        tall = 1.3 * (SIZE if run.size in (SIZE, SMALL) else run.size)
        box = FancyBboxPatch(
            (x, y - 0.8 * tall), width, tall, boxstyle="square,pad=0", lw=0, fc=run.background, clip_on=False
        )
        axes.add_patch(box)
    colour = "#222222" if run.size == SIZE else "#444444"
    axes.text(x, y, run.text, fontsize=run.size, color=colour, parse_math=False)


def _key(name: str, colour: str, meaning: str) -> Unit:
    return Run(f" {name}: {meaning} ", colour, SMALL + 1), Run("  ", "", SMALL + 1)


def _advance(font: FT2Font, character: str, size: float) -> float:
    font.set_size(size, 72)
    advance: float = font.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536
    return advance


def main() -> int:
    """Write ``docs/report.svg``. Returns the exit code."""
    data = Path(os.environ.get("BAOGAO_DATA") or ROOT / "data" / "processed")
    try:
        picture = draw(data)
    except FileNotFoundError:
        print(f"there is no dataset in {data}: run `make repro`", file=sys.stderr)
        return 2
    out = ROOT / "docs" / "report.svg"
    out.parent.mkdir(exist_ok=True)
    out.write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
