"""Entities on passages of provincial reports, annotated by data/gold/GUIDE.md, beside LAC with a 《》 rule.

The passages' texts are not shipped: ``benchmarks/gold/*.json`` hold offsets, labels and the sha256 of each text, and
``--corpora`` names the folder with the reports.

    python -m benchmarks.passages --corpora FOLDER
"""

import argparse
import csv
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.evaluation.core import LABELS, Counts, Span, count, score
from pipeline.recognition.core import recognize
from pipeline.recognition.lac import Tagger, tagger
from pipeline.recognition.titles import find_titles
from pipeline.segmentation.core import sentences
from pipeline.segmentation.pkuseg import segmenter

GOLD = Path(__file__).parent / "gold"
SHIPPED = Path(__file__).parent.parent / "data" / "gold" / "yangquan-cppcc-2021.entities.json"


def passage(gold: Mapping[str, Any], corpora: Path) -> str:
    """The passage's text; ``SystemExit`` if the file is not there or is another edition."""
    found = sorted(corpora.rglob(gold["file"]))
    if not found:
        raise SystemExit(f"{gold['file']} is not below {corpora}")
    with found[0].open(encoding="utf-8-sig", newline="") as file:
        text = next(csv.DictReader(file))[gold["column"]][gold["start"] : gold["end"]]
    if hashlib.sha256(text.encode()).hexdigest() != gold["sha256"]:
        raise SystemExit(f"{gold['file']}: not the text that was annotated")
    return text


def baogao(text: str) -> list[Span]:
    """Outermost names as the pipeline finds them."""
    spans = [(s.start, s.end) for s in sentences(text)]
    names, _ = recognize(text, spans, segmenter().words(text, spans), tagger())
    return [Span(n.start, n.end, n.label) for n in names if not n.parent]


def lac_and_marks(text: str, lac: Tagger) -> list[Span]:
    """LAC's ORG, LOC and PER outside 《》, and the insides of 《》 as PUB."""
    titles = [t for t in find_titles(text) if t.depth == 0]
    found = [Span(t.start, t.end, "PUB") for t in titles]
    units = [(s.start, s.end) for s in sentences(text)]
    for (start, _), tagged in zip(units, lac([text[s:e] for s, e in units]), strict=True):
        for word in tagged:
            span = Span(start + word.start, start + word.end, word.tag)
            inside = any(t.start < span.end and span.start < t.end for t in titles)
            if word.tag in ("ORG", "LOC", "PER") and not inside:
                found.append(span)
    return found


def main() -> None:
    """Print a table in Markdown: micro F1 of both, and F1 by label of ours."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True, help="folder with the provincial reports")
    corpora = parser.parse_args().corpora
    rows = [("shipped report", "shipped; rules were written with it", False, *_shipped())]
    for path in sorted(GOLD.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        held_back = gold.get("held_back", False)
        rows.append((path.stem, gold["role"], held_back, passage(gold, corpora), gold["entities"]))
    print(f"| text | names | F1 | {' | '.join(LABELS)} | LAC + 《》 | how it was used |")
    print("|---" * (5 + len(LABELS)) + "|")
    ours_held_back: list[Counts] = []
    theirs_held_back: list[Counts] = []
    for name, role, held_back, text, entities in rows:
        wanted = [Span(e["start"], e["end"], e["label"]) for e in entities]
        found = baogao(text)
        whole = count(found, wanted)
        base = count(lac_and_marks(text, tagger()), wanted)
        if held_back:
            ours_held_back.append(whole)
            theirs_held_back.append(base)
        by_label = " | ".join(_by_label(found, wanted, label) for label in LABELS)
        names, ours_f1, base_f1 = score([whole]).gold, score([whole]).f1, score([base]).f1
        print(f"| {name} | {names} | {ours_f1:.3f} | {by_label} | {base_f1:.3f} | {role} |")
    ours, theirs = score(ours_held_back), score(theirs_held_back)
    print(
        f"\nheld-back passages together: F1 {ours.f1:.3f} (precision {ours.precision:.3f}, recall {ours.recall:.3f});"
    )
    print(f"LAC + 《》 {theirs.f1:.3f}")


def _shipped() -> tuple[str, Sequence[Mapping[str, Any]]]:
    gold = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return gold["text"], gold["entities"]


def _by_label(found: Sequence[Span], wanted: Sequence[Span], label: str) -> str:
    figures = score([count(found, wanted, label)])
    return f"{figures.f1:.2f} of {figures.gold}" if figures.gold else "–"


if __name__ == "__main__":
    sys.exit(main())
