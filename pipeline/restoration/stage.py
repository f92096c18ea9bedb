"""Stage 2: raw documents in, restored texts, their edits and what could not be undone out."""

from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.mapping import map_documents
from pipeline.params import Params
from pipeline.restoration.alignment import Replacement
from pipeline.restoration.core import Restored, restore

_AFTER = {"furniture": "", "surrogate": "\ufffd"}
_FIELDS = ("title", "series", "byline", "date", "source", "issuer")


def run(params: Params, root: Path) -> int:
    """Restore every document of ``data/interim/ingestion``; returns the number of rejects."""
    source, target = root / "data" / "interim" / "ingestion", root / "data" / "interim" / "restoration"
    documents = store.read_documents(source, tables.RAW_DOCUMENTS, (source, tables.SPANS), (source, tables.FIELDS))

    def restored_document(document: tuple[Any, ...]) -> tuple[Restored, dict[str, str]]:
        row, spans, fields = document
        known = [Replacement(s["raw_start"], s["raw_end"], _AFTER[s["rule"]], s["rule"]) for s in spans]
        restored = restore(row["raw_text"], params.restoration, known=known)
        return restored, {field["field"]: _value(field, restored, params) for field in fields}

    failures: list[tuple[tuple[Any, ...], str, str]] = []
    notes = []
    with (
        store.writing(target, tables.TEXTS) as add_text,
        store.writing(target, tables.EDITS) as add_edits,
    ):
        total = store.count_rows(source, tables.RAW_DOCUMENTS)
        for document, (restored, fields) in map_documents(
            restored_document, documents, failures, name="restoration", total=total
        ):
            doc_id = document[0]["doc_id"]
            add_text([_text(doc_id, restored, fields)])
            add_edits({"doc_id": doc_id, **edit._asdict()} for edit in restored.edits)
            notes += [{"stage": "restoration", "scope": doc_id, "note": note} for note in sorted(set(restored.notes))]
    store.write_table(target, tables.NOTES, notes)
    rejected = [(document[0]["doc_id"], reason, detail) for document, reason, detail in failures]
    return store.write_rejects(root / "data" / "interim", "restoration", rejected)


def _value(field: dict[str, Any], restored: Restored, params: Params) -> str:
    """A field as the author wrote it: what its span became, or its value by the document's diagnosis."""
    if field["field"] == "date":
        return str(field["value"])
    start, end = restored.to_text(field["raw_start"], field["raw_end"])
    if start < end:
        return restored.text[start:end].strip()
    # the span was furniture, or the file says it outside of the text
    return restore(field["value"], params.restoration, diagnosis=restored.diagnosis).text.strip()


def _text(doc_id: str, restored: Restored, fields: dict[str, str]) -> dict[str, Any]:
    return {
        "doc_id": doc_id,
        **dict.fromkeys(_FIELDS, ""),
        **fields,
        "script": restored.script,
        "pollution": restored.pollution,
        "n_chars": len(restored.text),
        "n_edits": len(restored.edits),
        "text": restored.text,
    }
