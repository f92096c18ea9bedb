"""Stage 2: raw documents in, restored texts, their edits and what could not be undone out."""

from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.mapping import map_documents
from pipeline.params import Params
from pipeline.restoration.core import Restored, restore

_FIELDS = ("title", "series", "byline", "date")


def run(params: Params, root: Path) -> int:
    """Restore every document of ``data/interim/ingestion``; returns the number of rejects."""
    source, target = root / "data" / "interim" / "ingestion", root / "data" / "interim" / "restoration"
    documents = store.read_table(source, tables.RAW_DOCUMENTS)
    fields = store.by_document(store.read_table(source, tables.FIELDS))
    results, failures = map_documents(
        lambda document: restore(document["raw_text"], params.restoration), documents, name="restoration"
    )
    texts, edits, notes = [], [], []
    for document, restored in results:
        doc_id = document["doc_id"]
        texts.append(_text(doc_id, restored, fields.get(doc_id, [])))
        edits += [{"doc_id": doc_id, **edit._asdict()} for edit in restored.edits]
        notes += [{"stage": "restoration", "scope": doc_id, "note": note} for note in sorted(set(restored.notes))]
    store.write_table(target, tables.TEXTS, texts)
    store.write_table(target, tables.EDITS, edits)
    store.write_table(target, tables.NOTES, notes)
    return store.write_rejects(root / "data" / "interim", "restoration", failures)


def _text(doc_id: str, restored: Restored, fields: list[store.Row]) -> dict[str, Any]:
    """A row of ``texts``: a field is the value that ingestion gives it, or what its raw span became."""
    row: dict[str, Any] = dict.fromkeys(_FIELDS, "")
    for field in fields:
        start, end = restored.to_text(field["raw_start"], field["raw_end"])
        row[field["field"]] = field["value"] or restored.text[start:end].strip()
    return {
        "doc_id": doc_id,
        **row,
        "script": restored.script,
        "pollution": restored.pollution,
        "n_chars": len(restored.text),
        "n_edits": len(restored.edits),
        "text": restored.text,
    }
