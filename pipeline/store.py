"""Tables on disk: the same rows give the same bytes, and a killed run leaves no half file."""

import errno
import itertools
import operator
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.tables import REJECTS, SOURCES, Table

Row = Mapping[str, Any]

_ARROW = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
DECIMALS = 6
"""Numbers are rounded to this many decimals, so that the last bits of a processor's arithmetic do not show."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to, and rename it onto ``path`` once all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with ``\\n`` line ends, whole or not at all."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def write_table(folder: Path, table: Table, rows: Iterable[Row]) -> None:
    """Write ``folder/NAME.parquet`` (zstd), sorted by the table's key.

    Raises ``ValueError`` if two rows share a key, ``KeyError`` if a row lacks a column or has one too many, and
    ``TypeError`` or ``ValueError`` (Arrow's are both) for a value that is missing or not of its column's type.
    """
    ordered = sorted(rows, key=lambda row: tuple(row[name] for name in table.key))
    keys = [tuple(row[name] for name in table.key) for row in ordered]
    twice = next((a for a, b in itertools.pairwise(keys) if a == b), None)
    if twice is not None:
        raise ValueError(f"{table.name}: two rows with key {twice}")
    for row in ordered:
        if set(row) != set(table.names):
            raise KeyError(f"{table.name}: columns differ by {sorted(set(row) ^ set(table.names))}")
    schema = pa.schema([pa.field(c.name, _ARROW[c.type], nullable=False) for c in table.columns])
    columns = [pa.array((_stored(row[c.name], c.type) for row in ordered), _ARROW[c.type]) for c in table.columns]
    with replacing(folder / f"{table.name}.parquet") as beside:
        pq.write_table(pa.table(columns, schema=schema), beside, compression="zstd", version="2.6")


def read_table(folder: Path, table: Table) -> list[dict[str, Any]]:
    """Read ``folder/NAME.parquet`` as a list of rows. Raises ``FileNotFoundError`` if no stage has written it."""
    path = folder / f"{table.name}.parquet"
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, "no such table", str(path))
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def by_document(rows: Iterable[Row], key: str = "doc_id") -> dict[str, list[Row]]:
    """Group rows by document, keeping their order."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


def write_rejects(interim: Path, stage: str, failures: Sequence[tuple[Any, str, str]]) -> int:
    """Write a stage's rejects from what ``map_documents`` gives, and return how many there are.

    A failure is a doc_id, or a row that has one, with a reason and a detail; the reject names the first file that the
    document came from.
    """
    sources = read_table(interim / "ingestion", SOURCES)
    first = {row["doc_id"]: {"path": row["path"], "row": row["row"]} for row in reversed(sources)}
    rows = [
        {
            **first[document if isinstance(document, str) else document["doc_id"]],
            "stage": stage,
            "reason": reason,
            "detail": detail,
        }
        for document, reason, detail in failures
    ]
    write_table(interim / stage, REJECTS, rows)
    return len(rows)


def _stored(value: Any, kind: str) -> Any:
    if kind == "number":
        return round(float(value), DECIMALS) + 0.0  # + 0.0 turns -0.0 into 0.0
    return operator.index(value) if kind == "integer" else value  # Arrow itself would cut 1.5 down to 1
