"""The stage: restored texts -> ``near_duplicates`` and ``originals``."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline import store, tables
from pipeline.deduplication.core import groups, near_duplicates
from pipeline.mapping import progress
from pipeline.params import Params

STAGE = "deduplication"


def run(params: Params, root: Path) -> int:
    """Mark the near duplicates among the texts of ``data/interim/restoration``; nothing is rejected: returns 0."""
    interim = root / "data" / "interim"
    texts, folder = interim / "restoration", interim / STAGE
    folder.mkdir(parents=True, exist_ok=True)
    # texts are needed again in any order, and thousands do not fit in memory; the file has no name and goes by itself
    with tempfile.TemporaryFile(dir=folder) as aside:
        places: dict[str, tuple[int, int]] = {}

        def read() -> Iterator[tuple[str, str]]:
            total = store.count_rows(texts, tables.TEXTS)
            for row in progress(store.read_rows(texts, tables.TEXTS), STAGE, total=total):
                places[row["doc_id"]] = aside.tell(), aside.write(row["text"].encode())
                yield row["doc_id"], row["text"]

        def text_of(doc_id: str) -> str:
            start, size = places[doc_id]
            aside.seek(start)
            return aside.read(size).decode()

        pairs = near_duplicates(read(), params.deduplication.threshold, text_of)
    first: dict[str, tuple[str, int]] = {}
    for row in store.read_rows(interim / "ingestion", tables.SOURCES):
        place = row["path"], row["row"]
        first[row["doc_id"]] = min(place, first.get(row["doc_id"], place))
    originals = groups(pairs, first.__getitem__)
    store.write_table(folder, tables.NEAR_DUPLICATES, (pair._asdict() for pair in pairs))
    store.write_table(
        folder, tables.ORIGINALS, ({"doc_id": doc_id, "original": other} for doc_id, other in originals.items())
    )
    return store.write_rejects(interim, STAGE, [])
