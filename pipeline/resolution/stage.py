"""Names to what they stand for; documents to home region and issuer."""

from pathlib import Path
from typing import Any

from pipeline import divisions, store, tables
from pipeline.mapping import map_documents
from pipeline.params import Params, ParamsError
from pipeline.resolution.core import Name, Resolved, resolve
from pipeline.resolution.offsets import Piece, raw_span


def run(params: Params, root: Path) -> int:
    """Write entities, homes, notes and rejects. Returns the number of rejects."""
    home_region = params.resolution.home_region
    if home_region and divisions.get(home_region) is None:
        raise ParamsError(f"resolution.home_region: {home_region} is no code of GB/T 2260")
    interim = root / "data" / "interim"
    texts = store.read_table(interim / "restoration", tables.TEXTS)
    edits = store.by_document(store.read_table(interim / "restoration", tables.EDITS))
    names = store.by_document(store.read_table(interim / "recognition", tables.NAMES))

    def resolve_document(row: dict[str, Any]) -> Resolved:
        found = [
            Name(n["entity"], n["start"], n["end"], n["text"], n["label"], n["subtype"], n["parent"])
            for n in names.get(row["doc_id"], [])
        ]
        fields = {"title": row["title"], "series": row["series"], "date": row["date"]}
        return resolve(row["text"], found, **fields, home_region=home_region)

    results, failures = map_documents(resolve_document, texts, name="resolution")
    entities, homes, notes = [], [], []
    for row, resolved in results:
        doc_id = row["doc_id"]
        homes.append({"doc_id": doc_id, "issuer": resolved.issuer, "region_code": resolved.region_code})
        notes += [{"stage": "resolution", "scope": doc_id, "note": note} for note in resolved.notes]
        pieces = [Piece(e["start"], e["end"], e["raw_start"], e["raw_end"]) for e in edits.get(doc_id, [])]
        for name, meaning in zip(names.get(doc_id, []), resolved.meanings, strict=True):
            raw_start, raw_end = raw_span(pieces, name["start"], name["end"])
            entities.append({**name, **meaning._asdict(), "raw_start": raw_start, "raw_end": raw_end})
    out = interim / "resolution"
    store.write_table(out, tables.ENTITIES, entities)
    store.write_table(out, tables.HOMES, homes)
    store.write_table(out, tables.NOTES, notes)
    return store.write_rejects(interim, "resolution", failures)
