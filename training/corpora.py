"""Named-entity corpora as sentences with spans; each reader names its publisher's format."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.recognition.core import units
from pipeline.segmentation.core import sentences

HERE = Path(__file__).parent
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


def corpora(folder: Path) -> dict[str, tuple[list[Sentence], list[Sentence]]]:
    """Training and development part of each corpus that ``folder`` holds.

    Where the publisher has no development part, the last 2,500 sentences of MSRA, the last 300 of People's Daily
    and every twelfth of CLUENER are kept for it. No published test part is read.
    """
    ner = folder / "ner"
    found = {}
    if (path := ner / "msra.train.tsv").exists():
        rows = list(columns(path))
        found["msra"] = rows[:-2500], rows[-2500:]
    if (path := ner / "cluener.train.json").exists():
        rows = list(cluener(path))
        found["cluener"] = [r for k, r in enumerate(rows) if k % 12], rows[::12]
    if (path := ner / "peoples_daily.dev.txt").exists():
        rows = list(columns(path))
        found["peoples_daily"] = rows[:-300], rows[-300:]
    if (path := ner / "uner_gsdsimp.train.iob2").exists():
        found["uner"] = list(universal_ner(path)), list(universal_ner(ner / "uner_gsdsimp.dev.iob2"))
    if (folder / "reports").exists():
        found["report"] = list(_reports(folder / "reports")), []
    return found


def _reports(folder: Path) -> Iterator[Sentence]:
    """Passages of reports and texts written for training, both annotated by data/gold/GUIDE.md (see README.md)."""
    for line in (HERE / "passages.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield from _units(passage(record, folder), record["spans"])
    for line in (HERE / "written.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield from _units(record["text"], record["spans"])


def _units(text: str, spans: Sequence[Span]) -> Iterator[Sentence]:
    """The text as the tagger will read it; what the guide leaves open (OPT) counts as no name."""
    for start, end in units(text, [(s.start, s.end) for s in sentences(text)]):
        inside = [(s - start, e - start, label) for s, e, label in spans if start <= s and e <= end and label != "OPT"]
        yield Sentence(text[start:end], tuple(inside))
