"""Files in ``data/raw`` to documents."""

import hashlib
from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.ingestion.encoding import Decoded
from pipeline.ingestion.fields import find_fields
from pipeline.ingestion.files import raw_files, read_document, shown
from pipeline.mapping import map_documents
from pipeline.params import Params


def run(params: Params, root: Path) -> int:
    """Read ``data/raw`` and write documents, sources, fields and rejects. Returns the number of rejects."""
    raw = root / "data" / "raw"

    def read(path: Path) -> tuple[bytes, Decoded]:
        return read_document(path, params.ingestion.max_bytes)

    failures: list[tuple[Path, str, str]] = []
    results = map_documents(read, list(raw_files(raw)), failures, name="ingestion")
    documents: dict[str, dict[str, Any]] = {}
    sources = []
    for path, (data, decoded) in results:
        doc_id = hashlib.sha256(data).hexdigest()[:16]
        name = shown(path, raw)
        sources.append({"doc_id": doc_id, "path": name, "row": 0})
        # files come sorted by path, so the first of several copies names the document whatever the file system
        documents.setdefault(
            doc_id, {"doc_id": doc_id, "path": name, "encoding": decoded.encoding, "raw_text": decoded.text}
        )
    fields = [
        {"doc_id": doc_id, **field._asdict()}
        for doc_id, document in documents.items()
        for field in find_fields(document["raw_text"])
        if field.field in ("title", "series", "byline", "date", "source", "issuer")
    ]
    rejects = [
        {"path": shown(path, raw), "row": 0, "stage": "ingestion", "reason": reason, "detail": detail}
        for path, reason, detail in failures
    ]
    out = root / "data" / "interim" / "ingestion"
    store.write_table(out, tables.RAW_DOCUMENTS, documents.values())
    store.write_table(out, tables.SOURCES, sources)
    store.write_table(out, tables.FIELDS, fields)
    store.write_table(out, tables.FURNITURE, [])
    store.write_table(out, tables.METADATA, [])
    store.write_table(out, tables.REJECTS, rejects)
    return len(rejects)
