"""CSV as it is met with: which delimiter, whether quotes are quotes, and where a quote is broken.

The fields themselves are read by the standard library's ``csv`` in its strict mode, which notices a quote that is not
closed or not doubled instead of joining what belongs apart.
"""

import csv
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

DELIMITERS = (",", "\t", ";", "|")
SAMPLE = 200
"""Records by which the delimiter is chosen."""
_PREFACE = 5
"""Records above which the header must stand: exports often open with a line that names the list."""
REREAD = 4
"""How many times its length of a text may be read again, in search of where records go on behind a broken quote."""
_FIELD = 2**31 - 1
# str.splitlines would also cut at U+2028, form feeds and other characters that texts hold
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_HINT = re.compile(r'\s*"?sep=(?P<delimiter>[^\r\n"])"?[ \t]*(?:\r\n?|\n)')


class Dialect(NamedTuple):
    """How a text is cut into fields: ``quoted`` if quotes are no characters, ``start``: where its header stands."""

    delimiter: str
    quoted: bool = True
    start: int = 0


class Record(NamedTuple):
    """One record, and its first and last line from 1; ``fields`` is empty where ``trouble`` says why.

    ``start`` and ``end`` are where it stands in the text.
    """

    fields: list[str]
    first: int
    last: int
    start: int
    end: int
    trouble: str = ""


class Broken(NamedTuple):
    """Lines (from 1) that hold no whole record, and why."""

    first: int
    last: int
    trouble: str


def line_at(text: str, position: int) -> str:
    """The rest of the line at ``position`` with its end, a line feed or carriage return; empty at the end of text."""
    match = _LINE.match(text, position)
    return match.group() if match else ""


def records(text: str, dialect: Dialect, reread: int = REREAD) -> Iterator[Record]:
    """The records of ``text`` that are not blank; behind a broken one, reading starts again on its second line."""
    csv.field_size_limit(_FIELD)
    lines = _Lines(text, dialect.start)
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE,
        strict=True,
    )
    budget = reread * len(text)
    while True:
        start, first = lines.position, lines.number + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record([], first, lines.number, start, lines.position, _trouble(error))
            second = start + len(line_at(text, start))
            budget -= lines.position - second
            if budget >= 0:
                lines.position, lines.number = second, first
            continue
        if any(field.strip() for field in fields):
            yield Record(fields, first, lines.number, start, lines.position)


def rows(text: str, dialect: Dialect, fits: Callable[[list[str]], bool]) -> Iterator[Record | Broken]:
    """The records under the header; lines from a broken quote to the next whole record are one ``Broken``.

    Lines of a torn text can look like records, so the next whole one has the right number of fields (``fits``), has
    its quotes in pairs and, where records of this file span lines, opens a field with a quote as these do.
    """
    opening = re.compile(rf'(?:^|{re.escape(dialect.delimiter)})"')
    broken: Broken | None = None
    spanning = False
    for record in itertools.islice(records(text, dialect), 1, None):
        spanning |= record.last > record.first
        if broken:
            raw = text[record.start : record.end]
            whole = not record.trouble and fits(record.fields) and raw.count('"') % 2 == 0
            if not whole or (spanning and not opening.search(raw)):
                broken = broken._replace(last=record.last)
                continue
            yield broken._replace(last=record.first - 1)
            broken = None
        if record.trouble:
            broken = Broken(record.first, record.last, record.trouble)
        else:
            yield record
    if broken:
        yield broken


def choose(text: str, is_header: Callable[[Sequence[str]], bool]) -> Dialect | None:
    """The dialect under which a record near the top is a header and most records have as many fields as it.

    ``None`` if there is no header whatever the delimiter.
    """
    hint = _HINT.match(text)
    start = hint.end() if hint else 0
    found: dict[Dialect, tuple[float, int]] = {}
    for delimiter, quoted in itertools.product((hint["delimiter"],) if hint else DELIMITERS, (True, False)):
        dialect = Dialect(delimiter, quoted, start)
        sample = [
            record for record in itertools.islice(records(text, dialect, reread=0), SAMPLE) if not record.trouble
        ]
        header = next((i for i, record in enumerate(sample[:_PREFACE]) if is_header(record.fields)), None)
        if header is not None:
            width = len(sample[header].fields)
            fit = sum(len(record.fields) == width for record in sample[header:]) / len(sample[header:])
            found[dialect._replace(start=sample[header].start)] = fit, width
    if not found:
        return None
    best = max(found, key=lambda dialect: found[dialect])  # the first of equals
    quoted_one, bare = best._replace(quoted=True), best._replace(quoted=False)
    if quoted_one in found and bare in found:
        return bare if _more_without_quotes(text, quoted_one, bare) else quoted_one
    return best


def _more_without_quotes(text: str, quoted: Dialect, bare: Dialect) -> bool:
    """Whether quotes are characters like any other: then each line is a row, and few have a field in them."""
    under = records(text, quoted)
    width, whole, troubles = len(next(under).fields), 0, 0
    for record in under:
        troubles += bool(record.trouble)
        whole += not record.trouble and len(record.fields) == width
    if not troubles:
        return False
    gain = -whole
    for record in itertools.islice(records(text, bare), 1, None):
        if len(record.fields) != width:
            return False
        in_quotes = any(len(field) > 1 and field[0] == field[-1] == '"' for field in record.fields)
        gain += not in_quotes
    return gain > 0


def _trouble(error: csv.Error) -> str:
    if "unexpected end of data" in str(error):
        return "a quote is not closed"
    return "a quote inside a quoted field is not doubled" if "expected after" in str(error) else str(error)


class _Lines:
    """Lines with their ends, which can be read again from a place."""

    def __init__(self, text: str, position: int) -> None:
        self._text = text
        self.position = position
        self.number = sum(1 for _ in _LINE.finditer(text, 0, position))

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = line_at(self._text, self.position)
        if not line:
            raise StopIteration
        self.position += len(line)
        self.number += 1
        return line
