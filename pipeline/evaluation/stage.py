"""The pipeline's own functions on ``data/gold``: figures and a picture for DVC, whatever lies in ``data/raw``."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.annotation import annotate
from pipeline.evaluation import core
from pipeline.evaluation.picture import bars
from pipeline.ingestion.fields import find_fields
from pipeline.params import Params
from pipeline.restoration.core import restore


def run(params: Params, root: Path) -> int:
    """Write ``metrics.json`` and ``entities.svg`` to ``data/interim/evaluation``. Returns 0: it rejects nothing."""
    golds = [_read(path) for path in sorted((root / "data" / "gold").glob("*.entities.json"))]
    found = [annotate(gold["text"], params=params, restoring=False) for gold in golds]
    entities = _entities(golds, found, params)
    metrics = {
        "restoration": _restoration(golds, params),
        "entities": {label: dict(row) for label, row in entities.items()},
        "resolution": _resolution(golds, found),
        "fields": _fields(golds, params),
    }
    out = root / "data" / "interim" / "evaluation"
    store.write_text(out / "metrics.json", json.dumps(metrics, ensure_ascii=False, indent=2) + "\n")
    store.write_text(out / "entities.svg", bars(entities))
    return 0


def _read(path: Path) -> dict[str, Any]:
    """A gold document: its ``entities.json``, with ``raw``, the text as it came, if there is one beside it."""
    gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    raw = path.with_name(path.name.replace(".entities.json", ".raw.txt"))
    gold["raw"] = raw.read_bytes().decode("utf-8") if raw.exists() else ""
    return gold


def _restoration(golds: Sequence[Mapping[str, Any]], params: Params) -> dict[str, float]:
    pairs = [(gold["raw"], gold["text"]) for gold in golds if gold["raw"]]
    length = sum(len(text) for _, text in pairs)
    before = sum(core.edit_distance(raw, text) for raw, text in pairs)
    after = sum(core.edit_distance(restore(raw, params.restoration).text, text) for raw, text in pairs)
    return {
        "characters": length,
        "character_error_rate_before": round(before / max(1, length), 6),
        "character_error_rate": round(after / max(1, length), 6),
    }


def _entities(
    golds: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]], params: Params
) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and its interval, by label and for all (``micro``); sentences are what is resampled."""
    table: dict[str, dict[str, float]] = {}
    for label in ("", *core.LABELS):
        counts = [c for gold, result in zip(golds, found, strict=True) for c in _by_sentence(gold, result, label)]
        score = core.score(counts)
        low, high = core.bootstrap_f1(counts, params.evaluation.bootstrap, params.evaluation.seed)
        figures = {**score._asdict(), "f1_low": low, "f1_high": high}
        table[label or "micro"] = {name: round(value, 4) for name, value in figures.items()}
    return table


def _by_sentence(gold: Mapping[str, Any], found: Mapping[str, Any], label: str) -> list[core.Counts]:
    """One count a sentence; OPT spans of the whole gold stay neutral, wherever they stand."""
    wanted = [core.Span(e["start"], e["end"], e["label"]) for e in gold["entities"]]
    predicted = [core.Span(e["start"], e["end"], e["label"]) for e in found["entities"] if not e["parent"]]
    compared = core.comparable(predicted, wanted)
    counts = []
    # from one sentence's start to the next one's, so that no span falls between two
    starts = [start for start, _ in found["sentences"]] or [0]
    for start, end in zip([0, *starts[1:]], [*starts[1:], len(gold["text"]) + 1], strict=True):
        counts.append(
            core.count(
                [p for p in compared if start <= p.start < end],
                [w for w in wanted if start <= w.start < end and w.label != core.OPTIONAL],
                label,
            )
        )
    return counts


def _resolution(golds: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Share of gold answers given exactly; a name that was not found counts as not answered."""
    figures: dict[str, Any] = {}
    for field in ("canonical", "region_code", "subtype"):
        wanted, given = {}, {}
        for number, (gold, result) in enumerate(zip(golds, found, strict=True)):
            firm = [e for e in gold["entities"] if e["label"] != core.OPTIONAL and field in e]
            wanted.update({(number, e["start"], e["end"]): e[field] for e in firm})
            given.update({(number, e["start"], e["end"]): e[field] for e in result["entities"] if not e["parent"]})
        share, total = core.share_right(given, wanted)
        figures[field] = {"accuracy": round(share, 4), "gold": total}
    homes = {number: gold["document"]["region_code"] for number, gold in enumerate(golds)}
    share, total = core.share_right({n: r["home_region"] for n, r in enumerate(found)}, homes)
    figures["home_region"] = {"accuracy": round(share, 4), "gold": total}
    return figures


def _fields(golds: Sequence[Mapping[str, Any]], params: Params) -> dict[str, Any]:
    """Share of title, series and byline found exactly, read from the raw text and restored."""
    wanted, given = {}, {}
    for number, gold in enumerate(golds):
        if not gold["raw"]:
            continue
        restored = restore(gold["raw"], params.restoration)
        spans = {f.field: restored.to_text(f.raw_start, f.raw_end) for f in find_fields(gold["raw"])}
        for field in ("title", "series", "byline"):
            wanted[number, field] = gold["document"][field] or ""
            start, end = spans.get(field, (0, 0))
            given[number, field] = restored.text[start:end].strip()
    share, total = core.share_right(given, wanted)
    return {"accuracy": round(share, 4), "gold": total}
