"""What the notebooks show with: HTML in which everything that comes from documents is escaped, and charts.

Functions take rows of the published tables as pandas frames and give HTML strings or matplotlib figures. They know
no document, and empty frames give an empty view.
"""

import html
import io
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from matplotlib import font_manager, rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

LABELS: Mapping[str, tuple[str, str]] = {
    "ORG": ("#a6cee3", "organization 机构"),
    "PUB": ("#fdd49e", "publication 出版物、文件"),
    "LOC": ("#b2df8a", "place 地名"),
    "PER": ("#dcc6e8", "person 人名"),
}
"""Label of an entity to its colour and meaning."""

RULES: Mapping[str, tuple[str, str]] = {
    "script": ("#dfe7f2", "traditional character made simplified 繁转简"),
    "gloss": ("#fde0a8", "pronunciation or doubled character removed 注音"),
    "comma": ("#f7c6c5", "comma that a machine put in removed 多余逗号"),
    "width": ("#cdebc5", "full-width mark given back 半角转全角"),
    "bytes": ("#ff9d76", "lost bytes found again 乱码修复"),
    "mojibake": ("#ffbf80", "text read in a wrong encoding decoded again 编码还原"),
    "space": ("#e3d4ee", "space before a mark removed 多余空格"),
    "control": ("#d9d9d9", "control character removed 控制字符"),
    "zero_width": ("#d9d9d9", "invisible character removed 零宽字符"),
    "radical": ("#cdebc5", "radical replaced by its character 部首字形转正字"),
    "surrogate": ("#d9d9d9", "half of a character mended 代理对"),
    "furniture": ("#eadfc8", "part of the web page, not of the report, removed 网页元素"),
}
"""Rule of an edit to its colour and meaning."""
_OTHER = ("#eeeeee", "")
METHODS: Mapping[str, str] = {"tfidf": "TF-IDF", "textrank": "TextRank"}
"""Method of a keyword to the name that it is known by."""

STYLE = """<style>
.bg {font-family: "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
     line-height: 1.7; color: #222}
.bg table, table.bg {border-collapse: collapse; margin: .3em 0}
.bg td, .bg th {text-align: left !important; vertical-align: top; padding: .25em .7em; unicode-bidi: isolate;
     border-bottom: 1px solid #ddd; white-space: pre-wrap; overflow-wrap: break-word}
.bg th {white-space: nowrap; font-weight: 600} .bg tr.head th {border-bottom: 2px solid #888}
.bg td.number {text-align: right !important; font-variant-numeric: tabular-nums; white-space: nowrap}
.bg .sides {table-layout: fixed; width: 100%} .bg .sides td {width: 50%; background: white}
.bg del, .bg ins {text-decoration: none; border-radius: 2px} .bg del {border-bottom: 1.5px solid #a33}
.bg .key {display: inline-block; padding: 0 .5em; margin: .15em .8em .15em 0; border-radius: 3px}
</style>"""
ENTITY = (
    '<mark style="background: {bg}; padding: .15em .3em; margin: 0 .1em; border-radius: .3em">{text}'
    '<sup style="font-weight: bold; font-size: .7em; color: #444; margin-left: .3em">&#8288;{label}</sup>'
    '<small style="color: #444">{stands_for}</small></mark>'
)
"""displaCy's template for an entity, with what the name stands for beside its label; a word joiner (U+2060) keeps
the label on the line of the name's end."""


class Piece(NamedTuple):
    """A stretch of the raw text and what it became; ``rule`` is empty where nothing was changed."""

    before: str
    after: str
    rule: str = ""
    confidence: float = 1.0


def pieces(raw_text: str, edits: pd.DataFrame) -> list[Piece]:
    """Cut ``raw_text`` at its edits: all ``before`` joined are ``raw_text``, all ``after`` the restored text."""
    found, position = [], 0
    for edit in edits.sort_values(["raw_start", "raw_end"]).itertuples():
        kept = raw_text[position : edit.raw_start]
        if kept:
            found.append(Piece(kept, kept))
        found.append(Piece(edit.before, edit.after, edit.rule, edit.confidence))
        position = edit.raw_end
    if raw_text[position:]:
        found.append(Piece(raw_text[position:], raw_text[position:]))
    return found


def paragraphs(found: Iterable[Piece]) -> list[list[Piece]]:
    """Group pieces by paragraph: a line end that no edit touched ends one on both sides."""
    rows: list[list[Piece]] = [[]]
    for piece in found:
        if piece.rule:
            rows[-1].append(piece)
            continue
        first, *others = piece.before.split("\n")
        rows[-1].append(Piece(first, first))
        rows.extend([Piece(line, line)] for line in others)
    return [kept for row in rows if (kept := [p for p in row if p.before or p.after])]


def sides(found: Iterable[Piece], limit: int = 6000) -> str:
    """HTML: raw and restored text side by side by paragraph, edits marked; stops after ``limit`` characters."""
    rows = paragraphs(found)
    shown, size = [], 0
    for row in rows:
        if size and size + sum(len(p.before) for p in row) > limit:
            break
        shown.append("<tr>" + "".join(f"<td>{''.join(_marked(row, side))}</td>" for side in ("del", "ins")) + "</tr>")
        size += sum(len(p.before) for p in row)
    left = len(rows) - len(shown)
    more = f"<p>… {left} more paragraphs are not shown.</p>" if left else ""
    head = '<tr class="head"><th>raw_text 原始文本</th><th>text 修复后</th></tr>'
    return _page(f'<table class="sides">{head}{"".join(shown)}</table>{more}')


def legend(entries: Mapping[str, tuple[str, str]], used: Iterable[str]) -> str:
    """HTML: a patch of colour for each of ``entries`` that is in ``used``."""
    wanted = set(used)
    keys = [
        f'<span class="key" style="background: {colour}"><b>{name}</b> {meaning}</span>'
        for name, (colour, meaning) in entries.items()
        if name in wanted
    ]
    return _page("".join(keys))


def table(frame: pd.DataFrame) -> str:
    """HTML: a frame without its index, texts wrapped and whole, numbers to the right."""
    numeric = [pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes]
    head = "".join(f"<th>{escape(str(name))}</th>" for name in frame.columns)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="number">{_number(value)}</td>' if number else f"<td>{escape(str(value))}</td>"
            for value, number in zip(row, numeric, strict=True)
        )
        + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    empty = "" if len(frame) else "<p>(no rows)</p>"
    return _page(f'<table><tr class="head">{head}</tr>{body}</table>{empty}')


def card(facts: Mapping[str, str]) -> str:
    """HTML: names and values, one pair a line; an empty value is shown as a dash."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value) or '—'}</td></tr>" for name, value in facts.items())
    return _page(f"<table>{rows}</table>")


def spans(entities: pd.DataFrame, end: int) -> list[dict[str, object]]:
    """displaCy's spans for the outermost entities of one document that end by ``end``, for the template ENTITY."""
    outermost = entities[(entities["parent"] == "") & (entities["end"] <= end)]
    return [
        {
            "start": int(row.start),
            "end": int(row.end),
            "label": row.label,
            "params": {
                "stands_for": f" = {escape(row.canonical)}" if row.canonical not in ("", row.text) else "",
            },
        }
        for row in outermost.sort_values(["start", "end"]).itertuples()
    ]


def escape(text: str) -> str:
    """Escape for HTML, and make control characters visible (U+0005 as ␅)."""
    seen = "".join(chr(0x2400 + ord(c)) if ord(c) < 32 and c not in "\n\t" else c for c in text)
    return html.escape(seen)


def colour_of(rule: str) -> str:
    """The colour of an edit's rule: of several that met on one span, that of the first."""
    return RULES.get(rule.split("+")[0], _OTHER)[0]


def meaning_of(rule: str) -> list[str]:
    """What each of the rules that are joined in ``rule`` does; empty texts for rules unknown here."""
    return [RULES.get(part, _OTHER)[1] for part in rule.split("+")]


def region_name(entities: pd.DataFrame, code: str) -> str:
    """The name of a region by its GB/T 2260 code, as far as a place among ``entities`` tells it; else empty."""
    level = "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
    places = entities[(entities["label"] == "LOC") & (entities["region_code"] == code) & (entities["level"] == level)]
    return next(iter(sorted(name for name in places["canonical"] if name)), "")


def framed(content: str) -> str:
    """HTML made elsewhere (displaCy's), in the type of these views."""
    return _page(content)


def chinese_font_file() -> Path:
    """Noto Sans CJK SC (SIL Open Font License), by its file in the package mplfonts.

    Raises ``RuntimeError`` if that package is not installed.
    """
    spec = find_spec("mplfonts")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package mplfonts is missing: install requirements.lock")
    return Path(spec.submodule_search_locations[0]) / "fonts" / "NotoSansCJKsc-Regular.otf"


FONT = "baogao Noto Sans CJK SC"


def chinese_font() -> str:
    """Make the font of ``chinese_font_file`` known to matplotlib and return the family name to ask for it.

    The name is one of our own: under the font's, matplotlib may take another file of that name that a machine has.
    """
    path, known = str(chinese_font_file()), font_manager.fontManager.ttflist
    if not any(entry.name == FONT and entry.fname == path for entry in known):
        known.append(font_manager.FontEntry(fname=path, name=FONT, style="normal", variant="normal", weight=400))
    return FONT


def keyword_chart(keywords: pd.DataFrame, methods: Sequence[str], top: int = 20) -> Figure:
    """Bars of the ``top`` terms of each method, for keywords of one scope. Terms that all methods found are dark."""
    best = {m: keywords[(keywords["method"] == m) & (keywords["rank"] <= top)].sort_values("rank") for m in methods}
    shared = set.intersection(*(set(rows["term"]) for rows in best.values())) if best else set()
    height = 0.9 + 0.27 * max([len(rows) for rows in best.values()], default=1)
    with rc_context({"font.family": [chinese_font()], "svg.fonttype": "path"}):
        figure = Figure(figsize=(10, max(2.0, height)), layout="constrained", dpi=200)
        panels = figure.subplots(1, max(1, len(best)), squeeze=False)[0]
        for axes, (method, rows) in zip(panels, best.items(), strict=False):
            terms = [term if len(term) <= 14 else term[:13] + "…" for term in rows["term"]]
            colours = ["#33638d" if len(best) > 1 and term in shared else "#a9c4dd" for term in rows["term"]]
            positions = range(len(rows))
            axes.barh(positions, rows["score"], color=colours)
            axes.set_yticks(positions, terms, fontsize=10, parse_math=False)
            axes.set_ylim(len(rows) - 0.4, -0.6)
            axes.set_title(f"{METHODS.get(method, method)}, top {len(rows)}", fontsize=11, loc="left")
            axes.set_xlabel("score: compare within this panel only", fontsize=9)
            axes.tick_params(axis="y", length=0)
            axes.tick_params(axis="x", labelsize=9)
            axes.spines[["top", "right"]].set_visible(False)
    return figure


def svg(figure: Figure) -> str:
    """An SVG with text as outlines, so that it looks the same where the font is missing; same figure, same bytes."""
    drawn = io.StringIO()
    with rc_context({"svg.hashsalt": "baogao", "svg.fonttype": "path"}):
        FigureCanvasSVG(figure).print_svg(drawn, metadata={"Date": None, "Creator": "baogao"})
    return drawn.getvalue()


def _marked(row: Iterable[Piece], side: str) -> list[str]:
    shown = []
    for piece in row:
        inner = escape(piece.before if side == "del" else piece.after)
        if piece.rule and inner:
            told = escape(f"{piece.rule} {piece.confidence:.2f}: {piece.before} → {piece.after or '∅'}")
            inner = f'<{side} style="background: {colour_of(piece.rule)}" title="{told}">{inner}</{side}>'
        shown.append(inner)
    return shown


def _number(value: float) -> str:
    if pd.isna(value):
        return "—"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _page(content: str) -> str:
    """The classes keep MathJax from reading dollar signs in documents as formulas."""
    return f'{STYLE}<div class="bg tex2jax_ignore mathjax_ignore">{content}</div>'
