"""Character error rate on reports broken byte by byte, before and after, beside OpenCC.

Damage is made by tests/simulator.py as pollution of real pages works. ``--corpora`` adds provincial reports; the
shipped report needs nothing else, and the language model has not seen it, though the search's settings were chosen
with these places of it in view. The model *has* seen the provincial reports
unless it was made without them (training/language_model.py --leave-out), so name those that it has not.

    python -m benchmarks.restoration [--corpora FOLDER --reports 湖北省 福建省]
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.evaluation.core import edit_distance
from pipeline.restoration.characters import converter
from pipeline.restoration.core import restore

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from simulator import GLOSSED, Page, misaligned_places, pollute  # noqa: E402

LIKE_THE_REPORT = Page(glossed=GLOSSED, marked=0.9, marks="，。、；", misaligned=True, nfkc=True)
VARIANTS = {
    "glosses, toned": Page(glossed=GLOSSED),
    "glosses, toneless": Page(glossed=GLOSSED, gloss="toneless"),
    "glosses, doubled character": Page(glossed=GLOSSED, gloss="doubled"),
    "markers, also inside characters": Page(marker=b"\x06", marked=1.0, misaligned=True),
    "glosses and markers": Page(glossed=GLOSSED, marker=b"\x06", marked=1.0, misaligned=True),
    "as in the shipped report": LIKE_THE_REPORT,
}
STEP = 29
LENGTH = 4000


def texts(corpora: Path | None, reports: list[str]) -> Iterator[str]:
    """The shipped report, then the body of each report named."""
    yield (ROOT / "data/gold/yangquan-cppcc-2021.clean.txt").read_text(encoding="utf-8")
    for name in reports:
        path = next(corpora.rglob(f"*{name}*.csv")) if corpora else None
        if path:
            with path.open(encoding="utf-8-sig", newline="") as file:
                text = next(csv.DictReader(file))["full_text"]
            yield "".join(c for c in text if c == "\n" or c.encode("gbk", "ignore"))[1000 : 1000 + LENGTH]


def by_variant(clean: list[str]) -> None:
    """One row a variant: error rates and speed, models loaded."""
    restore(pollute(clean[0], LIKE_THE_REPORT))
    print("| damage | before | OpenCC | baogao | characters/s |\n|---|---|---|---|---|")
    for name, page in VARIANTS.items():
        broken = [pollute(text, page) for text in clean]
        start = time.perf_counter()
        restored = [restore(text).text for text in broken]
        seconds = time.perf_counter() - start
        converted = [converter("t2s").convert(text) for text in broken]
        total = sum(map(len, clean))
        rates = [
            sum(edit_distance(a, b) for a, b in zip(found, clean, strict=True)) / total
            for found in (broken, converted, restored)
        ]
        print(f"| {name} | {rates[0]:.4f} | {rates[1]:.4f} | {rates[2]:.4f} | {total / seconds:,.0f} |", flush=True)


def by_place() -> None:
    """One broken place of the shipped report at a time: how often it is put right, by the edit's confidence."""
    gold = next(texts(None, []))
    page = Page(**{**vars(LIKE_THE_REPORT), "misaligned": False})
    outcomes = []
    for place in misaligned_places(gold, page)[::STEP]:
        restored = restore(pollute(gold, Page(**{**vars(page), "places": (place,)})))
        sure = min((e.confidence for e in restored.edits if "bytes" in e.rule), default=0.0)
        outcomes.append((sure, restored.text == gold))
    print(f"\none broken place at a time, {len(outcomes)} places: {sum(r for _, r in outcomes)} put right")
    for low, high in ((0.9, 1.01), (0.5, 0.9), (0.2, 0.5), (0.0, 0.2)):
        right = [r for sure, r in outcomes if low <= sure < high]
        print(f"confidence from {low}: {sum(right)} of {len(right)}")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--reports", nargs="*", default=[])
    args = parser.parse_args()
    by_variant(list(texts(args.corpora, args.reports)))
    by_place()


if __name__ == "__main__":
    main()
