"""Names to what they stand for; documents to home region and issuer."""

from pathlib import Path
from typing import Any

from pipeline import divisions, store, tables
from pipeline.mapping import map_documents
from pipeline.params import Params, ParamsError
from pipeline.resolution.core import Name, Resolved, resolve, year_of
from pipeline.resolution.issuer import level_of
from pipeline.resolution.offsets import Piece, raw_span


def run(params: Params, root: Path) -> int:
    """Write entities, homes, notes and rejects. Returns the number of rejects."""
    home_region = params.resolution.home_region
    if home_region and divisions.get(home_region) is None:
        raise ParamsError(f"resolution.home_region: {home_region} is no code of GB/T 2260")
    interim = root / "data" / "interim"
    texts, found, out = interim / "restoration", interim / "recognition", interim / "resolution"

    def resolve_document(document: tuple[Any, ...]) -> Resolved:
        row, names, _ = document
        given = [Name(n["entity"], *(n[field] for field in Name._fields[1:])) for n in names]
        fields = {"title": row["title"], "series": row["series"], "date": row["date"]}
        return resolve(row["text"], given, **fields, home_region=home_region)

    failures: list[tuple[tuple[Any, ...], str, str]] = []
    documents = store.read_documents(texts, tables.TEXTS, (found, tables.NAMES), (texts, tables.EDITS))
    total = store.count_rows(texts, tables.TEXTS)
    notes = []
    with store.writing(out, tables.ENTITIES) as add_entities, store.writing(out, tables.HOMES) as add_home:
        for document, resolved in map_documents(resolve_document, documents, failures, name="resolution", total=total):
            row, names, edits = document
            doc_id = row["doc_id"]
            issuer = row["issuer"] or resolved.issuer
            region = resolved.region_code
            level = level_of(issuer, region, year_of(row["date"]))
            add_home([{"doc_id": doc_id, "issuer": issuer, "region_code": region, "level": level}])
            notes += [{"stage": "resolution", "scope": doc_id, "note": note} for note in resolved.notes]
            pieces = [Piece(e["start"], e["end"], e["raw_start"], e["raw_end"]) for e in edits]
            entities = []
            for name, meaning in zip(names, resolved.meanings, strict=True):
                raw_start, raw_end = raw_span(pieces, name["start"], name["end"])
                kept = {field: value for field, value in name.items() if field != "settled"}
                entities.append({**kept, **meaning._asdict(), "raw_start": raw_start, "raw_end": raw_end})
            add_entities(entities)
    store.write_table(out, tables.NOTES, notes)
    rejected = [(document[0]["doc_id"], reason, detail) for document, reason, detail in failures]
    return store.write_rejects(interim, "resolution", rejected)
