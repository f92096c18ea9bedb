"""The stage: sentences, tokens and names -> ``topics``, ``topic_terms``, ``topic_units``, ``topic_grid``."""

from pathlib import Path

from pipeline import store, tables
from pipeline.mapping import map_documents
from pipeline.params import Params
from pipeline.topics.core import Unit, fit_topics, units_of

STAGE = "topics"


def run(params: Params, root: Path) -> int:
    """Write the topic tables, ``notes`` and ``rejects`` to ``data/interim/topics``; returns the number of rejects."""
    interim = root / "data" / "interim"
    sentences = store.by_document(store.read_table(interim / "segmentation", tables.SENTENCES))
    tokens = store.by_document(store.read_table(interim / "recognition", tables.TOKENS))
    names = store.by_document(store.read_table(interim / "recognition", tables.NAMES))

    def units(doc_id: str) -> list[Unit]:
        return units_of(doc_id, sentences[doc_id], tokens[doc_id], names.get(doc_id, ()), params.topics.unit)

    results, failures = map_documents(units, sorted(tokens), name=STAGE)
    fitted = fit_topics([unit for _, document in results for unit in document], params.topics)

    folder = interim / STAGE
    store.write_table(folder, tables.TOPICS, fitted.topics)
    store.write_table(folder, tables.TOPIC_TERMS, fitted.topic_terms)
    store.write_table(folder, tables.TOPIC_UNITS, fitted.topic_units)
    store.write_table(folder, tables.TOPIC_GRID, fitted.topic_grid)
    notes = [{"stage": STAGE, "scope": "corpus", "note": note} for note in fitted.notes]
    store.write_table(folder, tables.NOTES, notes)
    return store.write_rejects(interim, STAGE, failures)
