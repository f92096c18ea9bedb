"""Named-entity corpora as sentences with spans; each reader names its publisher's format."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

Span = tuple[int, int, str]


class Sentence(NamedTuple):
    """A text and its names (start, end, label), without overlaps, in order."""

    text: str
    spans: tuple[Span, ...]


def columns(path: Path) -> Iterator[Sentence]:
    """A character and its BIO label a line, sentences parted by an empty line (MSRA, People's Daily)."""
    rows: list[tuple[str, str]] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            token, _, label = line.rstrip("\n").replace("\t", " ").rpartition(" ")
            if label and token:
                rows.append((token, label))
            elif rows:
                yield _sentence(rows)
                rows = []
    if rows:
        yield _sentence(rows)


def cluener(path: Path) -> Iterator[Sentence]:
    """CLUENER2020: one JSON object a line; ends are inclusive."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            spans = [
                (start, end + 1, label)
                for label, names in record["label"].items()
                for places in names.values()
                for start, end in places
            ]
            yield Sentence(record["text"], _apart(spans))


def universal_ner(path: Path) -> Iterator[Sentence]:
    """Universal NER: number, word and IOB2 label in columns, ``#`` comments."""
    rows: list[tuple[str, str]] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields = line.rstrip("\n").split("\t")
            if line.startswith("#"):
                continue
            if len(fields) >= 3:
                rows.append((fields[1], fields[2]))
            elif rows:
                yield _sentence(rows)
                rows = []
    if rows:
        yield _sentence(rows)


def _sentence(rows: list[tuple[str, str]]) -> Sentence:
    spans: list[Span] = []
    text = ""
    for token, label in rows:
        start, text = len(text), text + token
        prefix, _, name = label.partition("-")
        if prefix == "I" and spans and spans[-1][1:] == (start, name):
            spans[-1] = (spans[-1][0], len(text), name)
        elif prefix in ("B", "I"):
            spans.append((start, len(text), name))
    return Sentence(text, tuple(spans))


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    """The longer of two spans that overlap (a handful in CLUENER)."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
    return tuple(sorted(kept))


def passage(record: Mapping[str, Any], folder: Path) -> str:
    """The text of a passage that is kept as offsets into a file somewhere below ``folder``.

    ``SystemExit`` if the file is not there or is another edition.
    """
    found = sorted(folder.rglob(record["file"]))
    if not found:
        raise SystemExit(f"{record['file']} is not below {folder}")
    with found[0].open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file) if found[0].suffix == ".csv" else map(json.loads, file)
        row = next(r for number, r in enumerate(rows) if number == record.get("row", 0))
    text: str = row[record["column"]][record["start"] : record["end"]]
    if hashlib.sha256(text.encode()).hexdigest() != record["sha256"]:
        raise SystemExit(f"{record['file']}: not the text that was annotated")
    return text
