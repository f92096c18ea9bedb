"""Stages' tables to ``data/processed``: what people reuse and cite."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.params import Params
from pipeline.publication import core

# where each published table is made; those not named here are put together below
_MADE_BY = {
    "sources": "ingestion",
    "metadata": "ingestion",
    "edits": "restoration",
    "near_duplicates": "deduplication",
    "sentences": "segmentation",
    "user_words": "segmentation",
    "gazetteer": "recognition",
    "tokens": "recognition",
    "entities": "resolution",
    "keywords": "keywords",
    "term_groups": "keywords",
    "term_dispersion": "keywords",
    "coword_nodes": "keywords",
    "coword_edges": "keywords",
    "topics": "topics",
    "topic_terms": "topics",
    "topic_units": "topics",
    "topic_sentences": "topics",
    "topic_groups": "topics",
    "topic_effects": "topics",
    "topic_changes": "topics",
    "topic_grid": "topics",
}
_STAGES = (
    "ingestion",
    "restoration",
    "deduplication",
    "segmentation",
    "recognition",
    "resolution",
    "keywords",
    "topics",
)


def run(params: Params, root: Path) -> int:
    """Write every published table, ``datapackage.json`` and ``DICTIONARY.md``. Returns 0: it rejects nothing."""
    interim, out = root / "data" / "interim", root / "data" / "processed"
    for name, stage in _MADE_BY.items():
        _copy(interim / stage / f"{name}.parquet", out / f"{name}.parquet")
    with store.writing(out, tables.DOCUMENTS) as add:
        for row in _documents(interim):
            add([row])
    for name in ("notes", "rejects"):
        table = tables.PUBLISHED[name]
        made = [interim / stage for stage in _STAGES if (interim / stage / f"{name}.parquet").exists()]
        store.write_table(out, table, core.merged([store.read_table(folder, table) for folder in made]))
    files = {}
    for name, table in tables.PUBLISHED.items():
        path = out / f"{name}.parquet"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        files[name] = (path.stat().st_size, digest, store.count_rows(out, table))
    described = core.package(files, params, metadata.version("baogao"))
    store.write_text(out / "datapackage.json", json.dumps(described, ensure_ascii=False, indent=2) + "\n")
    store.write_text(out / "DICTIONARY.md", core.dictionary({name: rows for name, (_, _, rows) in files.items()}))
    return 0


def _copy(source: Path, target: Path) -> None:
    """The stage has written it as it is published, so its bytes are; a reader of half a file must not be."""
    with store.replacing(target) as beside:
        shutil.copyfile(source, beside)


def _documents(interim: Path) -> Iterator[dict[str, Any]]:
    nearest = {row["doc_id"]: row["original"] for row in store.read_rows(interim / "deduplication", tables.ORIGINALS)}
    for text, raws, homes in store.read_documents(
        interim / "restoration",
        tables.TEXTS,
        (interim / "ingestion", tables.RAW_DOCUMENTS),
        (interim / "resolution", tables.HOMES),
    ):
        yield core.document(text, raws[0], homes[0] if homes else {}, nearest.get(text["doc_id"], ""))
