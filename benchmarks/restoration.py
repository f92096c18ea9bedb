"""How well broken text is restored, and how fast, beside OpenCC, ftfy and glosses stripped by a regular expression.

Damage is made by tests/simulator.py as real pages show it. The shipped report needs nothing else; ``--corpora FOLDER``
adds pieces of provincial reports (FOLDER/reports) and of news (FOLDER/cws), real polluted passages with gold
(FOLDER/polluted), and clean text, which must come through as it is. Prints Markdown tables.

The language model has not seen the shipped report, though the search's settings were chosen with places of it in view,
nor CTB6, nor the passages. It *has* seen the provincial reports, unless it was made without them
(training/language_model.py --leave-out): of those its figures say more than it would do on others.

    python -m benchmarks.restoration [--corpora FOLDER] [--reports 海南省 湖北省] [--places 40] [--sites 4]
"""

import argparse
import math
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from benchmarks.markdown import head, row
from benchmarks.restoration_texts import (
    LIKE_THE_REPORT,
    ROOT,
    SEVERAL,
    SHIPPED,
    TOOLS,
    VARIANTS,
    clean_texts,
    distance,
    judged,
    misaligned_places,
    passages,
    pollute,
    t2s,
    texts,
)
from pipeline.restoration.core import restore

SURE = 0.9
BINS = (0.99, 0.95, 0.9, 0.8, 0.6, 0.4, 0.2, 0.0)
SPEED_CHARS, PAGE_CHARS, ROUNDS = 200_000, 20_000, 5
TIMED = (
    "glosses, toned",
    "commas, NFKC",
    "markers, also inside characters",
    "glosses and markers",
    "glosses and markers, simplified page",
    "as in the shipped report",
    "UTF-8 read as GBK",
    "UTF-8 read as Windows-1252",
    "GBK read as Latin-1",
)
"""Damage that is timed."""
RAW = ROOT / "data" / "raw" / "yangquan-cppcc-2021.txt"
Outcomes = dict[str, list[tuple[str, float, bool]]]
"""For each variant its edits: rule, confidence, and whether it is right."""


def by_variant(clean: dict[str, str], sites: int) -> Outcomes:
    """Error rates by variant and tool, and baogao's by text; returns baogao's edits, judged."""
    unlike_the_first = [name for name in clean if name != SHIPPED]
    head("character error rate by damage", "damage", "before", *TOOLS, *clean, "characters/s")
    outcomes: Outcomes = {}
    for name, damage in VARIANTS.items():
        pairs = [
            (of, damage(text, seed), text)
            for of, text in clean.items()
            for seed in range(sites if name == SEVERAL else 1)
        ]
        total = sum(len(text) for _, _, text in pairs)
        rates = [f"{sum(distance(broken, text) for _, broken, text in pairs) / total:.4f}"]
        for tool, fix in TOOLS.items():
            if tool != "baogao":
                rates.append(f"{sum(distance(fix(broken), text) for _, broken, text in pairs) / total:.4f}")
        began = time.perf_counter()
        restored = [restore(broken) for _, broken, _ in pairs]
        seconds = time.perf_counter() - began
        wrong: Counter[str] = Counter()
        for (of, _, text), one in zip(pairs, restored, strict=True):
            wrong[of] += distance(one.text, text)
        outcomes[name] = [
            edit for (_, _, text), one in zip(pairs, restored, strict=True) for edit in judged(one, text)
        ]
        own = [f"{wrong[of] / sum(len(text) for o, _, text in pairs if o == of):.4f}" for of in clean]
        row(name, *rates, f"{wrong.total() / total:.4f}", *own, f"{total / seconds:,.0f}")
    if unlike_the_first:
        seen = ", ".join(name for name in unlike_the_first if "CTB6" not in name) or "none"
        print(f"\nIn the shipped model's counts: {seen}.")
    return outcomes


def sure_edits(outcomes: Outcomes) -> None:
    """How many of the edits with a confidence of at least ``SURE`` are right, by damage and by rule."""
    for title, key in (("damage", 0), ("rule", 1)):
        groups: dict[str, list[bool]] = defaultdict(list)
        for variant, edits in outcomes.items():
            for rule, confidence, right in edits:
                if confidence >= SURE:
                    groups[(variant, rule)[key]].append(right)
        head(f"edits with a confidence of at least {SURE}, by {title}", title, "edits", "right", "share right")
        _shares(groups.items())
        if key:
            _shares([("all", [right for group in groups.values() for right in group])])


def _shares(groups: Iterable[tuple[str, list[bool]]]) -> None:
    for name, right in groups:
        row(name, f"{len(right):,}", f"{sum(right):,}", f"{sum(right) / len(right):.5f}" if right else "")


def real(corpora: Path) -> None:
    """Error rates on real passages."""
    head("real passages with gold", "passage", "characters", "before", *TOOLS)
    sums: Counter[str] = Counter()
    for name, raw, gold in passages(corpora):
        errors = {"before": distance(raw, gold)} | {tool: distance(fix(raw), gold) for tool, fix in TOOLS.items()}
        sums.update(errors | {"characters": len(gold)})
        row(name, len(gold), *(f"{errors[key] / len(gold):.4f}" for key in errors))
    if sums:
        row("all", sums["characters"], *(f"{sums[key] / sums['characters']:.4f}" for key in ("before", *TOOLS)))


def untouched(corpora: Path) -> None:
    """Edits of clean simplified text, by rule. Documents that are traditional by themselves are left out."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, text in clean_texts(corpora):
        if distance_in_script(text) > 0.05:
            continue
        restored = restore(text)
        kinds[kind]["documents"] += 1
        kinds[kind]["characters"] += len(text)
        kinds[kind]["called polluted"] += bool(restored.pollution)
        kinds[kind].update(f"edits: {edit.rule}" for edit in restored.edits)
        kinds[kind]["changed by ftfy"] += TOOLS["ftfy"](text) != text
    columns = ["documents", "characters", "called polluted"]
    columns += sorted({key for counts in kinds.values() for key in counts if key.startswith("edits")})
    columns.append("changed by ftfy")
    head("clean simplified text", "kind", *columns)
    kinds["all"] = sum(kinds.values(), Counter())
    for kind, counts in kinds.items():
        row(kind, *(f"{counts[column]:,}" for column in columns))


def distance_in_script(text: str) -> float:
    """The share of characters that OpenCC turns simplified, in a text's first 5,000."""
    sample = text[:5000]
    return sum(a != b for a, b in zip(sample, t2s(sample), strict=False)) / max(1, len(sample))


def by_place(clean: dict[str, str], places: int) -> None:
    """One broken place at a time, spread over the texts: how often it is put right, by the repair's confidence."""
    outcomes: list[tuple[str, float, bool]] = []
    page = replace(LIKE_THE_REPORT, misaligned=False)
    each = max(1, places // len(clean))
    for of, text in clean.items():
        found = misaligned_places(text, page)
        step = max(1, len(found) // each)
        whole = restore(pollute(text, page)).text
        for place in found[step // 2 :: step][:each]:
            restored = restore(pollute(text, replace(page, places=(place,))))
            sure = min((e.confidence for e in restored.edits if "bytes" in e.rule), default=0.0)
            # against the page without the broken place: what else may be wrong is not this place's fault
            outcomes.append((of, sure, restored.text == whole))
    head("one broken place at a time", "text", "places", "put right", "share")
    _shares((of, [right for o, _, right in outcomes if o == of]) for of in clean)
    _shares([("all", [right for _, _, right in outcomes])])
    head("the same by the repair's confidence (0: no repair)", "confidence from", "places", "right", "share")
    above = 1.01
    for low in BINS:
        _shares([(str(low), [right for _, sure, right in outcomes if low <= sure < above])])
        above = low


def speed(clean: dict[str, str]) -> None:
    """Characters as they come in, per second, of each tool on one core, everything loaded, on pages of one length.

    The tools by turns, ROUNDS times; given is the fastest, as other work on the machine can only slow them.
    """
    head(f"characters/s, one core, warm, documents of {PAGE_CHARS:,} characters", "documents", *TOOLS)
    whole = "".join(clean.values())
    whole = (whole * (SPEED_CHARS // len(whole) + 1))[:SPEED_CHARS]
    pages = [whole[at : at + PAGE_CHARS] for at in range(0, len(whole), PAGE_CHARS)]
    _speeds("clean", pages)
    for name in TIMED:
        _speeds(name, [VARIANTS[name](page, seed) for seed, page in enumerate(pages)])
    _speeds("the shipped report", [RAW.read_text(encoding="utf-8")] * 50)


def _speeds(name: str, pages: list[str]) -> None:
    fastest = dict.fromkeys(TOOLS, math.inf)
    for tool in list(TOOLS) * ROUNDS:
        fix = TOOLS[tool]
        fix(pages[-1])  # what is loaded once is not timed
        began = time.perf_counter()
        for page in pages:
            fix(page)
        fastest[tool] = min(fastest[tool], time.perf_counter() - began)
    row(name, *(f"{sum(map(len, pages)) / seconds:,.0f}" for seconds in fastest.values()))


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--reports", nargs="*", default=["海南省", "湖北省", "福建省"], metavar="NAME")
    parser.add_argument("--length", type=int, default=2000, help="characters of each text but the shipped one")
    parser.add_argument("--sites", type=int, default=4, help="sites drawn for a text")
    parser.add_argument("--places", type=int, default=40, help="broken places, one at a time, over all texts")
    args = parser.parse_args()
    clean = texts(args.corpora, args.reports, args.length)
    restore(pollute(clean[SHIPPED], LIKE_THE_REPORT))  # compiles the search
    sure_edits(by_variant(clean, args.sites))
    if args.corpora:
        real(args.corpora)
        untouched(args.corpora)
    by_place(clean, args.places)
    speed(clean)


if __name__ == "__main__":
    main()
