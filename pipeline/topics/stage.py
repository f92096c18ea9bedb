"""The stage: sentences, tokens and names -> ``topics``, ``topic_terms``, ``topic_units``, ``topic_grid``."""

from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.mapping import map_documents, progress
from pipeline.params import Params
from pipeline.topics.core import Unit, fit_topics, units_of

STAGE = "topics"


def run(params: Params, root: Path) -> int:
    """Write the topic tables, ``notes`` and ``rejects`` to ``data/interim/topics``; returns the number of rejects."""
    interim = root / "data" / "interim"
    cut, found, folder = interim / "segmentation", interim / "recognition", interim / STAGE

    def units(group: tuple[Any, ...]) -> list[Unit]:
        doc_id, tokens, names, sentences = group
        return units_of(doc_id, sentences, tokens, names, params.topics.unit)

    failures: list[tuple[tuple[Any, ...], str, str]] = []
    groups = store.read_groups(found, tables.TOKENS, (found, tables.NAMES), (cut, tables.SENTENCES))
    results = map_documents(units, groups, failures, name=STAGE)
    fitted = fit_topics(
        [unit for _, document in results for unit in document],
        params.topics,
        lambda fits: progress(fits, f"{STAGE}, fits", total=len(fits), unit="fit"),
    )

    store.write_table(folder, tables.TOPICS, fitted.topics)
    store.write_table(folder, tables.TOPIC_TERMS, fitted.topic_terms)
    store.write_table(folder, tables.TOPIC_UNITS, fitted.topic_units)
    store.write_table(folder, tables.TOPIC_GRID, fitted.topic_grid)
    notes = [{"stage": STAGE, "scope": "corpus", "note": note} for note in fitted.notes]
    store.write_table(folder, tables.NOTES, notes)
    return store.write_rejects(interim, STAGE, [(group[0], reason, detail) for group, reason, detail in failures])
