"""Stages' tables to ``data/processed``: what people reuse and cite."""

import hashlib
import json
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.params import Params
from pipeline.publication import core

# where each published table is made; those not named here are put together below
_MADE_BY = {
    "sources": "ingestion",
    "edits": "restoration",
    "sentences": "segmentation",
    "tokens": "recognition",
    "entities": "resolution",
    "keywords": "keywords",
    "topics": "topics",
    "topic_terms": "topics",
    "topic_units": "topics",
    "topic_grid": "topics",
}
_STAGES = ("ingestion", "restoration", "segmentation", "recognition", "resolution", "keywords", "topics")


def run(params: Params, root: Path) -> int:
    """Write every published table, ``datapackage.json`` and ``DICTIONARY.md``. Returns 0: it rejects nothing."""
    interim, out = root / "data" / "interim", root / "data" / "processed"
    rows: dict[str, list[Any]] = {
        name: store.read_table(interim / stage, tables.PUBLISHED[name]) for name, stage in _MADE_BY.items()
    }
    rows["documents"] = core.documents(
        store.read_table(interim / "ingestion", tables.RAW_DOCUMENTS),
        store.read_table(interim / "restoration", tables.TEXTS),
        store.read_table(interim / "resolution", tables.HOMES),
    )
    for name in ("notes", "rejects"):
        table = tables.PUBLISHED[name]
        made = [interim / stage for stage in _STAGES if (interim / stage / f"{name}.parquet").exists()]
        rows[name] = core.merged([store.read_table(folder, table) for folder in made])
    files = {}
    for name, table in tables.PUBLISHED.items():
        store.write_table(out, table, rows[name])
        data = (out / f"{name}.parquet").read_bytes()
        files[name] = (len(data), hashlib.sha256(data).hexdigest(), len(rows[name]))
    described = core.package(files, params, metadata.version("baogao"))
    store.write_text(out / "datapackage.json", json.dumps(described, ensure_ascii=False, indent=2) + "\n")
    store.write_text(out / "DICTIONARY.md", core.dictionary({name: len(found) for name, found in rows.items()}))
    return 0
