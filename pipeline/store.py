"""Tables on disk: the same rows give the same bytes, and a killed run leaves no half file."""

import bisect
import errno
import itertools
import operator
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.tables import REJECTS, SOURCES, Table

Row = Mapping[str, Any]
Columns = Mapping[str, Sequence[Any]]
"""Rows as a column for each name."""

_ARROW = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
DECIMALS = 6
"""Numbers are rounded to this many decimals, so that the last bits of a processor's arithmetic do not show."""
GROUP = 1 << 17
"""Rows in a row group of a file, and in memory while it is written: as many, or fewer of long texts."""
CHARS = 1 << 22
"""Characters at which a row group ends that has fewer rows: it is in memory several times over while it is written."""
BATCH = 1 << 13
"""Rows that are Python objects at a time while a file is written or read."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to, and rename it onto ``path`` once all went well.

    Raises ``OSError`` if ``path`` cannot be written, or is no file: a folder, or a device, which would be gone.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a file that can be replaced", str(path))
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


def schema(table: Table) -> pa.Schema:
    """A table's columns and types as its file has them."""
    return pa.schema([pa.field(c.name, _ARROW[c.type], nullable=False) for c in table.columns])


@contextmanager
def writing(folder: Path, table: Table) -> Iterator[Callable[[Iterable[Row] | Columns], None]]:
    """Give a function that adds rows, a document's at a time, to ``folder/NAME.parquet`` (zstd).

    The rows of a call are sorted by the table's key, and those of the next call must follow them: memory stays that of
    one row group, however many documents there are, and the bytes do not depend on how the rows were dealt out. The
    function takes columns too, whose rows must be sorted. The file is there, whole, once the block ends.

    Adding rows raises ``ValueError`` for a row whose key does not follow or columns of unlike lengths, ``KeyError`` if
    a row lacks a column or has one too many, and, if not before then at the end of the block, ``TypeError`` or
    ``ValueError`` (Arrow's are both) for a value that is missing or not of its column's type.
    """
    last: Any = None
    texts = [column.name for column in table.columns if column.type == "string"]
    names, key_of = frozenset(table.names), operator.itemgetter(*table.key)
    waiting: dict[str, list[Any]] = {name: [] for name in table.names}
    group: list[pa.Table] = []
    count = chars = 0

    def add(rows: Iterable[Row] | Columns) -> None:
        if isinstance(rows, Mapping):
            check_names(rows)
        else:
            rows = sorted(rows, key=key_of)
            for row in rows:
                check_names(row)
            rows = {name: [row[name] for row in rows] for name in table.names}
        add_columns(rows)

    def check_names(named: Mapping[str, Any]) -> None:
        if named.keys() != names:
            raise KeyError(f"{table.name}: columns differ by {sorted(named.keys() ^ names)}")

    def add_columns(columns: Columns) -> None:
        nonlocal last, count, chars
        keys = list(zip(*(columns[name] for name in table.key), strict=True))
        for key in keys:
            if last is not None and key <= last:
                shown = key if len(key) > 1 else key[0]
                raise ValueError(f"{table.name}: {'two rows with key' if key == last else 'out of order:'} {shown}")
            last = key
        if any(len(column) != len(keys) for column in columns.values()):
            raise ValueError(f"{table.name}: columns of unlike lengths")
        sizes = list(accumulate(sum(map(len, row)) for row in zip(*(columns[name] for name in texts), strict=True)))
        sizes = sizes or [0] * len(keys)
        done = seen = 0
        while done < len(keys):
            room = min(GROUP - count, BATCH - len(waiting[table.key[0]]))
            # up to the row with which the characters are enough for a group
            end = min(len(keys), done + room, bisect.bisect_left(sizes, CHARS - chars + seen, done) + 1)
            for name, column in columns.items():
                waiting[name] += column[done:end]
            count, chars, seen, done = count + end - done, chars + sizes[end - 1] - seen, sizes[end - 1], end
            if count == GROUP or chars >= CHARS:
                write_group()
            elif len(waiting[table.key[0]]) == BATCH:
                pack()

    def pack() -> None:
        # Arrow tables take a tenth of the memory, but tables of single rows more than the rows, and time to join
        arrays = [pa.array(_stored(waiting[c.name], c.type), _ARROW[c.type]) for c in table.columns]
        group.append(pa.table(arrays, schema=schema(table)))
        for column in waiting.values():
            column.clear()

    def write_group() -> None:
        nonlocal count, chars
        if waiting[table.key[0]]:
            pack()
        if group:
            # in one piece, since pages end where pieces do
            writer.write_table(pa.concat_tables(group).combine_chunks(), row_group_size=GROUP)
        group.clear()
        count = chars = 0

    with (
        replacing(folder / f"{table.name}.parquet") as beside,
        pq.ParquetWriter(beside, schema(table), compression="zstd", version="2.6") as writer,
    ):
        yield add
        write_group()


def write_table(folder: Path, table: Table, rows: Iterable[Row]) -> None:
    """Write ``folder/NAME.parquet`` from all its rows, in any order; raises as ``writing`` does."""
    with writing(folder, table) as add:
        add(rows)


def read_table(folder: Path, table: Table) -> list[dict[str, Any]]:
    """Read ``folder/NAME.parquet`` as a list of rows.

    Raises ``FileNotFoundError`` if no stage has written it, and another ``OSError``, with its name, if it is damaged.
    """
    return list(read_rows(folder, table))


def read_rows(folder: Path, table: Table) -> Iterator[dict[str, Any]]:
    """The same one by one, without holding them all."""
    # a row of a table of documents holds a whole text
    size = max(1, BATCH >> 7) if table.key == ("doc_id",) else BATCH
    with _opened(folder, table) as file:
        for batch in file.iter_batches(batch_size=size):
            yield from batch.to_pylist()


def count_rows(folder: Path, table: Table) -> int:
    """The number of rows of ``folder/NAME.parquet``."""
    with _opened(folder, table) as file:
        rows: int = file.metadata.num_rows
    return rows


def read_documents(folder: Path, table: Table, *others: tuple[Path, Table]) -> Iterator[tuple[Any, ...]]:
    """Each row of a table of documents, and the list of its rows in each other (folder, table), as they are read.

    All tables are sorted by ``doc_id`` first, as ``writing`` leaves them.
    """
    groups = [_Groups(read_rows(*other)) for other in others]
    for row in read_rows(folder, table):
        yield row, *(group.of(row["doc_id"]) for group in groups)


def read_groups(folder: Path, table: Table, *others: tuple[Path, Table]) -> Iterator[tuple[Any, ...]]:
    """(doc_id, its rows in the table, its rows in each other) for each document that has rows in the first table."""
    groups = [_Groups(read_rows(*other)) for other in others]
    for doc_id, rows in itertools.groupby(read_rows(folder, table), key=operator.itemgetter("doc_id")):
        yield doc_id, list(rows), *(group.of(doc_id) for group in groups)


class _Groups:
    """Rows sorted by document, asked for in the same order."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._groups = itertools.groupby(rows, key=operator.itemgetter("doc_id"))
        self._next: tuple[str, list[dict[str, Any]]] | None = ("", [])

    def of(self, doc_id: str) -> list[dict[str, Any]]:
        while self._next is not None and self._next[0] < doc_id:
            found = next(self._groups, None)
            self._next = None if found is None else (found[0], list(found[1]))
        return self._next[1] if self._next is not None and self._next[0] == doc_id else []


@contextmanager
def _opened(folder: Path, table: Table) -> Iterator[pq.ParquetFile]:
    path = folder / f"{table.name}.parquet"
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, "no such table", str(path))
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        raise OSError(errno.EIO, f"cannot be read: {error}", str(path)) from None


def write_rejects(interim: Path, stage: str, failures: Sequence[tuple[str, str, str]]) -> int:
    """Write a stage's rejects, (doc_id, reason, detail) each, and return how many there are.

    A reject names the first file that its document came from.
    """
    wanted = {doc_id for doc_id, _, _ in failures}
    first: dict[str, dict[str, Any]] = {}
    for row in read_rows(interim / "ingestion", SOURCES):
        if row["doc_id"] in wanted:
            first.setdefault(row["doc_id"], {"path": row["path"], "row": row["row"]})
    rows = [
        {**first[doc_id], "stage": stage, "reason": reason, "detail": detail} for doc_id, reason, detail in failures
    ]
    write_table(interim / stage, REJECTS, rows)
    return len(rows)


def _stored(values: list[Any], kind: str) -> list[Any]:
    if kind == "number":
        return [round(float(value), DECIMALS) + 0.0 for value in values]  # + 0.0 turns -0.0 into 0.0
    return list(map(operator.index, values)) if kind == "integer" else values  # Arrow itself would cut 1.5 down to 1
