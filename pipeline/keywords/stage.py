"""The stage: tokens and names of ``recognition`` -> ``keywords``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.keywords.atoms import Document
from pipeline.keywords.core import CORPUS, document_of, keywords
from pipeline.mapping import map_documents
from pipeline.params import Params

STAGE = "keywords"


def run(params: Params, root: Path) -> int:
    """Write ``keywords``, ``notes`` and ``rejects`` to ``data/interim/keywords``; returns the number of rejects."""
    interim = root / "data" / "interim"
    found, folder = interim / "recognition", interim / STAGE
    failures: list[tuple[tuple[Any, ...], str, str]] = []
    doc_ids = []

    def documents() -> Iterator[Document]:
        groups = store.read_groups(found, tables.TOKENS, (found, tables.NAMES))
        for (doc_id, _, _), document in map_documents(lambda group: document_of(*group), groups, failures, name=STAGE):
            doc_ids.append(doc_id)
            yield document

    rows = keywords(documents(), params.keywords)
    described = {row["scope"] for row in rows}
    notes = [
        {"stage": STAGE, "scope": doc_id, "note": "No keywords: the document holds no noun, name or noun phrase."}
        for doc_id in doc_ids
        if doc_id not in described
    ]
    if not rows:
        notes.append({"stage": STAGE, "scope": CORPUS, "note": "No keywords: no document holds a term."})
    store.write_table(folder, tables.KEYWORDS, rows)
    store.write_table(folder, tables.NOTES, notes)
    return store.write_rejects(interim, STAGE, [(group[0], reason, detail) for group, reason, detail in failures])
