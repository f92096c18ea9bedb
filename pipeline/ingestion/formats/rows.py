"""Files with one document a row: CSV, JSON lines, Parquet.

A text comes out exactly as its cell holds it, unless that is a piece of a web page; nothing guesses types. Whatever
cannot be read without a risk of shifting columns or cutting a text is a row with a reason.
"""

import datetime
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from pipeline.ingestion.formats.delimited import DELIMITERS, Broken, Dialect, choose, records, rows
from pipeline.ingestion.formats.encoding import decode
from pipeline.ingestion.formats.extracted import BLANK, Extracted, Unreadable, escaped, told
from pipeline.ingestion.formats.json_values import distinct, json_values, records_of
from pipeline.ingestion.formats.markup import is_markup, unescaped
from pipeline.mapping import Refused

_BATCH = 64
"""Rows of a Parquet file that are in memory at once."""
_SHOWN = 20
"""Column names that a refusal lists."""
_PROSE = re.compile("[。，；]")
"""No column's name has these."""


def read_csv(data: bytes, columns: Sequence[str]) -> Iterator[Extracted | Unreadable]:
    """The documents of a CSV file (comma, tab, semicolon or bar), in order.

    ``columns`` are names for the text's column: the first that the header has is taken, case aside. Records with too
    many or too few fields are refused, since a text may be cut or stand under another name; empty fields behind the
    last column are no fields. Raises ``Refused`` for a file without such a column, without rows, or not text.
    """
    decoded = decode(data)
    text = decoded.text
    dialect = choose(text, lambda fields: _text_column(fields, columns) is not None)
    if dialect is None:
        raise _no_column(_widest(text), columns)
    header = next(records(text, dialect)).fields
    place = _text_column(header, columns)
    assert place is not None  # `choose` found it
    while not header[-1].strip(BLANK):
        header.pop()
    width = len(header)

    def fits(fields: list[str]) -> bool:
        return len(fields) >= width and not any(field.strip() for field in fields[width:])

    keys = distinct(name.strip(BLANK) for name in header)
    number = -1
    for number, record in enumerate(rows(text, dialect, fits)):
        where = f"line {record.first}" if record.first == record.last else f"lines {record.first} to {record.last}"
        if isinstance(record, Broken):
            yield Unreadable(number, "broken quotes", f"{where}: {record.trouble}")
        elif not fits(record.fields):
            detail = f"{where}: {len(record.fields)}, and {width} in the header"
            hint = f"is there a text with {_name(dialect.delimiter)} or line ends that is not in quotes?"
            yield Unreadable(number, "wrong number of fields", f"{detail}; {hint}")
        else:
            others = [
                (key, value) for i, (key, value) in enumerate(zip(keys, record.fields, strict=False)) if i != place
            ]
            yield _document(number, record.fields[place], others, decoded.encoding)
    if number < 0:
        raise Refused("no rows", "a header and nothing under it")


def read_jsonl(data: bytes, columns: Sequence[str]) -> Iterator[Extracted | Unreadable]:
    """The documents of JSON lines, of a JSON list of objects, or of one object; ``columns`` as for ``read_csv``.

    Objects around the records, as web interfaces answer with, are looked through; a text that is a list of strings is
    a line each. Raises ``Refused`` for a file without any object that has such a column, or not text.
    """
    decoded = decode(data)
    rows_ = _json_rows(decoded.text, columns, decoded.encoding)
    # until a row with a text is met, the trouble may be the whole file's
    held: list[Unreadable] = []
    for row in rows_:
        if isinstance(row, Unreadable) and row.reason in ("no text column", "no JSON object", "broken JSON"):
            held.append(row)
        else:
            yield from held
            yield row
            yield from rows_
            return
    if not held:
        raise Refused("no rows", "only white space")
    first = next((row for row in held if row.reason == "no text column"), held[0])
    raise Refused(first.reason, first.detail)


def _json_rows(text: str, columns: Sequence[str], encoding: str) -> Iterator[Extracted | Unreadable]:
    def has_text(record: dict[str, Any]) -> bool:
        place = _text_column(list(record), columns)
        return place is not None and not isinstance(list(record.values())[place], dict)

    number = 0
    for value in json_values(text):
        records_ = list(records_of(value, has_text)) if isinstance(value, dict) else []
        for record in records_:
            place = _text_column(list(record), columns)
            others = [pair for i, pair in enumerate(record.items()) if i != place]
            yield _document(number, list(record.values())[place or 0], others, encoding)
            number += 1
        if not records_:
            yield Unreadable(number, *_no_record(value, columns))
            number += 1


def _no_record(value: Any, columns: Sequence[str]) -> tuple[str, str]:
    """Why a JSON value is no row, and more on it."""
    if isinstance(value, dict):
        value = _no_column(list(value), columns)
    if isinstance(value, Refused):
        return value.reason, value.detail
    return "no JSON object", f"{_kind(value)}, where a text and its fields are looked for"


def read_parquet(data: bytes, columns: Sequence[str]) -> Iterator[Extracted | Unreadable]:
    """The documents of a Parquet file; ``columns`` as for ``read_csv``. Raises ``Refused`` for a broken file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    troubles = (pa.ArrowException, OSError, ValueError, NotImplementedError)
    try:
        file = pq.ParquetFile(BytesIO(data))
        header = list(file.schema_arrow.names)
    except troubles as error:
        raise Refused("broken Parquet", told(error)) from None
    place = _text_column(header, columns)
    if place is None:
        raise _no_column(header, columns)
    keys = distinct(header)
    number = 0
    try:
        for batch in file.iter_batches(_BATCH, use_threads=False):
            cells = [_cells(column) for column in batch.columns]
            for row in range(batch.num_rows):
                others = [(key, cells[i][row]) for i, key in enumerate(keys) if i != place]
                yield _document(number, cells[place][row], others)
                number += 1
    except troubles as error:
        if not number:
            raise Refused("broken Parquet", told(error)) from None
        yield Unreadable(number, "broken Parquet", f"rows from here on cannot be read: {told(error)}")
        return
    if not number:
        raise Refused("no rows", "columns and nothing in them")


def _document(number: int, text: Any, others: Iterable[tuple[str, Any]], encoding: str = "") -> Extracted | Unreadable:
    """A row as a document, or why it is none."""
    if isinstance(text, bytes):
        try:
            text, encoding = decode(text)
        except Refused as refusal:
            return Unreadable(number, refusal.reason, refusal.detail)
    if isinstance(text, list) and all(isinstance(part, str) for part in text):
        text = "\n".join(text)  # scrapers collect paragraphs
    if text is None or (isinstance(text, str) and not text.strip(BLANK)):
        return Unreadable(number, "no text", "its text is empty")
    if not isinstance(text, str):
        return Unreadable(number, "text is no string", f"it is {_kind(text)}")
    named = ((escaped(key), escaped(_written(value))) for key, value in others)
    metadata = tuple(pair for pair in named if pair[1].strip(BLANK))
    if is_markup(text):
        from pipeline.ingestion.formats.html import read_markup

        try:
            page = read_markup(text)
        except Refused as refusal:
            return Unreadable(number, refusal.reason, refusal.detail)
        return page._replace(encoding=encoding, metadata=metadata + page.metadata, row=number)
    return Extracted(unescaped(text), encoding, metadata=metadata, row=number)


def _cells(column: Any) -> list[Any]:
    """A column's values; strings that are not UTF-8 as bytes, times that Python cannot hold as strings."""
    import pyarrow as pa

    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        return list(column.cast(pa.large_binary()).to_pylist())
    except (ValueError, OverflowError):
        return list(column.cast(pa.string()).to_pylist())


def _text_column(names: Sequence[str], columns: Sequence[str]) -> int | None:
    """Which of ``names`` holds the text: the first of ``columns`` that is among them."""
    folded = [name.strip(BLANK).casefold() for name in names]
    return next((folded.index(c.casefold()) for c in columns if c.casefold() in folded), None)


def _written(value: Any) -> str:
    """A value as a string: nothing for null, JSON for lists and objects, ISO 8601 for times."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(value).removesuffix(".0")
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, datetime.datetime) and value.time() == datetime.time() and value.tzinfo is None:
        return value.date().isoformat()  # tables hold a day as its midnight
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=_written) if isinstance(value, list | dict) else str(value)


def _no_column(names: Sequence[str], columns: Sequence[str]) -> Refused:
    shown = ", ".join(repr(name.strip(BLANK)[:40]) for name in names[:_SHOWN]) or "none"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    if any(map(_PROSE.search, names)):
        return Refused("no text column", f"no names above the columns, which begin with {shown}{more}: add them")
    known = ", ".join(columns[:5])
    wanted = f"none is known to hold a text ({known}, …): name it in params.yaml under ingestion.columns.text"
    return Refused("no text column", f"columns: {shown}{more}; {wanted}")


def _widest(text: str) -> list[str]:
    """The first record's fields by the delimiter that gives most, to show in a refusal."""
    firsts = (next(records(text, Dialect(d, quoted=False)), None) for d in DELIMITERS)
    return max((record.fields for record in firsts if record), key=len, default=[])


def _kind(value: Any) -> str:
    names = {
        list: "a list",
        dict: "an object",
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a string",
    }
    return names.get(type(value), "null" if value is None else type(value).__name__)


def _name(delimiter: str) -> str:
    return {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}.get(delimiter, delimiter)
