"""Files with one document a row: CSV, JSON lines, Parquet.

A text comes out exactly as its cell holds it; nothing guesses types. Whatever cannot be read without a risk of
shifting columns or cutting a text is a row with a reason.
"""

import datetime
import itertools
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from pipeline.ingestion.formats.delimited import DELIMITERS, Broken, Dialect, choose, line_at, records, rows
from pipeline.ingestion.formats.encoding import decode
from pipeline.ingestion.formats.extracted import Extracted, Unreadable
from pipeline.mapping import Refused

_BLANK = "\ufeff\u200b \t\r\n\u3000\x00"
_SPACE = re.compile(r"[ \t\r\n\ufeff\x00]*")
_BETWEEN = re.compile(r"[ \t\r\n\ufeff\x00,\[\]]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BATCH = 64
"""Rows of a Parquet file that are in memory at once."""
_SHOWN = 20
"""Column names that a refusal lists."""


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
    while not header[-1].strip(_BLANK):
        header.pop()
    width = len(header)

    def fits(fields: list[str]) -> bool:
        return len(fields) >= width and not any(field.strip() for field in fields[width:])

    keys = _distinct(name.strip(_BLANK) for name in header)
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

    Raises ``Refused`` for a file without any object that has such a column, or not text.
    """
    decoded = decode(data)
    held: list[Unreadable] = []
    names: list[str] | None = None
    found = False
    for number, value in enumerate(_json_values(decoded.text)):
        row: Extracted | Unreadable
        if isinstance(value, Refused):
            row = Unreadable(number, value.reason, value.detail)
        elif not isinstance(value, dict):
            row = Unreadable(number, "no JSON object", f"{_kind(value)}, where a text and its fields are looked for")
        else:
            keys = list(value)
            names = keys if names is None else names
            place = _text_column(keys, columns)
            if place is None:
                refusal = _no_column(keys, columns)
                row = Unreadable(number, refusal.reason, refusal.detail)
            else:
                found = True
                others = [(key, value[key]) for i, key in enumerate(keys) if i != place]
                row = _document(number, value[keys[place]], others, decoded.encoding)
        if found:
            yield from held
            held.clear()
            yield row
        else:
            # until a row with a text is met, the trouble may be the whole file's
            assert isinstance(row, Unreadable)
            held.append(row)
    if found:
        return
    if names is not None:
        raise _no_column(names, columns)
    raise Refused(held[0].reason, held[0].detail) if held else Refused("no rows", "only white space")


def read_parquet(data: bytes, columns: Sequence[str]) -> Iterator[Extracted | Unreadable]:
    """The documents of a Parquet file; ``columns`` as for ``read_csv``. Raises ``Refused`` for a broken file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    troubles = (pa.ArrowException, OSError, ValueError, NotImplementedError)
    try:
        file = pq.ParquetFile(BytesIO(data))
        header = list(file.schema_arrow.names)
    except troubles as error:
        raise Refused("broken Parquet", _one_line(error)) from None
    place = _text_column(header, columns)
    if place is None:
        raise _no_column(header, columns)
    keys = _distinct(header)
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
            raise Refused("broken Parquet", _one_line(error)) from None
        yield Unreadable(number, "broken Parquet", f"rows from here on cannot be read: {_one_line(error)}")
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
    if text is None or (isinstance(text, str) and not text.strip(_BLANK)):
        return Unreadable(number, "no text", "its text is empty")
    if not isinstance(text, str):
        return Unreadable(number, "text is no string", f"it is {_kind(text)}")
    named = ((_storable(key), _storable(_written(value))) for key, value in others)
    return Extracted(text, encoding, metadata=tuple(pair for pair in named if pair[1].strip(_BLANK)), row=number)


def _json_values(text: str) -> Iterator[Any]:
    """What a file of JSON holds, in order; ``Refused`` for a part that is none."""
    # control characters in strings are against the standard and harmless; NaN is what pandas writes for nothing
    decoder = json.JSONDecoder(strict=False, object_pairs_hook=_object, parse_constant=lambda _: None)
    start = _after(_SPACE, text, 0)
    if text[start : start + 1] == "[":
        yield from _in_turn(decoder, text, start)
    elif (
        text[start : start + 1] == "{"
        and isinstance(_parsed(decoder, line_at(text, start), 0), Refused)
        and not isinstance(_parsed(decoder, text, start), Refused)
    ):
        yield from _in_turn(decoder, text, start)  # objects over many lines
    else:
        yield from _by_line(decoder, text)


def _by_line(decoder: json.JSONDecoder, text: str) -> Iterator[Any]:
    position = 0
    for number in itertools.count(1):
        line = line_at(text, position)
        position += len(line)
        if not line:
            return
        if not line.strip(_BLANK):
            continue
        value = _parsed(decoder, line, _after(_SPACE, line, 0))
        if isinstance(value, Refused):
            yield Refused("broken JSON", f"line {number}: {value.detail}")
        elif line[value[1] :].strip(_BLANK + ","):
            yield Refused("broken JSON", f"line {number}: more behind its object")
        else:
            yield value[0]


def _in_turn(decoder: json.JSONDecoder, text: str, position: int) -> Iterator[Any]:
    """The values of lists, or without a list around them; what follows a broken one cannot be told."""
    depth = 0
    while True:
        start, position = position, _after(_BETWEEN, text, position)
        depth += text.count("[", start, position) - text.count("]", start, position)
        if position == len(text):
            if depth > 0:
                yield Refused("broken JSON", "its list is not closed: the file may have been cut off here")
            return
        value = _parsed(decoder, text, position)
        if isinstance(value, Refused):
            line = text.count("\n", 0, position) + 1
            yield Refused("broken JSON", f"from line {line} on nothing can be read: {value.detail}")
            return
        yield value[0]
        position = value[1]


def _parsed(decoder: json.JSONDecoder, text: str, position: int) -> tuple[Any, int] | Refused:
    try:
        return decoder.raw_decode(text, position)
    except json.JSONDecodeError as error:
        return Refused("broken JSON", f"{error.msg} at character {error.pos - position + 1}")
    except RecursionError:
        return Refused("broken JSON", "nested too deeply")
    except ValueError as error:
        return Refused("broken JSON", _one_line(error))


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without losing the first of two values under one name, as ``dict`` would."""
    return dict(zip(_distinct(key for key, _ in pairs), (value for _, value in pairs), strict=True))


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
    folded = [name.strip(_BLANK).casefold() for name in names]
    return next((folded.index(c.casefold()) for c in columns if c.casefold() in folded), None)


def _distinct(names: Iterable[str]) -> list[str]:
    """Names as keys: the second ``a`` is ``a_2``, and a column without a name is called by its place, from 1."""
    keys: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        name = name or f"column_{place}"
        numbered = (f"{name}_{n}" for n in itertools.count(2))
        keys[name if name not in keys else next(key for key in numbered if key not in keys)] = None
    return list(keys)


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


def _storable(value: str) -> str:
    """Half a surrogate pair, which no table can hold, as its escape."""
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", value)


def _no_column(names: Sequence[str], columns: Sequence[str]) -> Refused:
    shown = ", ".join(repr(name.strip(_BLANK)[:40]) for name in names[:_SHOWN]) or "none"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return Refused("no text column", f"columns: {shown}{more}; ingestion.columns.text looks for: {', '.join(columns)}")


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


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
