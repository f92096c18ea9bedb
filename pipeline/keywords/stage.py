"""The stage: tokens and names of ``recognition`` -> ``keywords``."""

from pathlib import Path

from pipeline import store, tables
from pipeline.keywords.core import CORPUS, document_of, keywords
from pipeline.mapping import map_documents
from pipeline.params import Params

STAGE = "keywords"


def run(params: Params, root: Path) -> int:
    """Write ``keywords``, ``notes`` and ``rejects`` to ``data/interim/keywords``; returns the number of rejects."""
    interim = root / "data" / "interim"
    tokens = store.by_document(store.read_table(interim / "recognition", tables.TOKENS))
    names = store.by_document(store.read_table(interim / "recognition", tables.NAMES))

    results, failures = map_documents(
        lambda doc_id: document_of(doc_id, tokens[doc_id], names.get(doc_id, ())), sorted(tokens), name=STAGE
    )
    rows = keywords([document for _, document in results], params.keywords)
    described = {row["scope"] for row in rows}
    silent = [doc_id for doc_id, _ in results if doc_id not in described]
    notes = [
        {"stage": STAGE, "scope": doc_id, "note": "No keywords: the document holds no noun, name or noun phrase."}
        for doc_id in silent
    ]
    if not rows:
        notes.append({"stage": STAGE, "scope": CORPUS, "note": "No keywords: no document holds a term."})

    folder = interim / STAGE
    store.write_table(folder, tables.KEYWORDS, rows)
    store.write_table(folder, tables.NOTES, notes)
    return store.write_rejects(interim, STAGE, failures)
