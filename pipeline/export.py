"""Published tables in the formats that other tools read: ``baogao export FORMAT OUT``.

Tables are read in batches and documents written one after the other, so that memory does not grow with the corpus.
What each format cannot hold is said in its function; the Parquet tables hold everything.
"""

import codecs
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from pipeline import conllu, label_studio, store
from pipeline.jsonlines import one_line
from pipeline.mapping import progress
from pipeline.tables import DOCUMENTS, ENTITIES, NOTES, PUBLISHED, SENTENCES, SOURCES, TOKENS, Table

Format = Literal["csv", "jsonl", "conll", "label-studio"]
FORMATS: tuple[str, ...] = get_args(Format)

_ROWS = 10_000
"""Rows in memory at once; of documents, which hold whole texts, far fewer."""
_DOCUMENTS = 4
_PART = 16_000_000
"""Characters after which a further file of tasks is begun: Label Studio takes no upload of more than 250 MB."""


class ExportError(Exception):
    """The dataset cannot be exported; the message is one line that says what to do."""


class Dataset(NamedTuple):
    """A published dataset: its folder, its tables, what made it, and which documents are meant (all if empty)."""

    folder: Path
    tables: tuple[Table, ...]
    software: str
    doc_ids: frozenset[str]


def export(processed: Path, out: Path, form: Format, doc_ids: Iterable[str] = ()) -> list[Path]:
    """Write the dataset in ``processed`` to ``out`` and return the files written, each of them whole.

    ``out`` is a folder for ``csv`` and ``label-studio`` and a file for ``jsonl`` and ``conll`` (or a folder that
    exists: then ``documents.jsonl`` or ``documents.conllu`` in it). ``doc_ids`` chooses documents; rows that belong
    to no document are exported all the same. The same dataset gives the same bytes.

    Raises ``ExportError`` if the dataset is missing or damaged, a document is not in it, or ``out`` cannot be written.
    """
    if out.resolve().is_relative_to(processed.resolve()):
        raise ExportError(f"{out} is inside {processed}, which DVC keeps as it is: choose another place")
    try:
        return _WRITERS[form](_dataset(processed, doc_ids), out)
    except pa.ArrowException as error:
        raise ExportError(f"a table in {processed} cannot be read; `dvc checkout` brings it back ({error})") from None
    except OSError as error:
        raise ExportError(f"{error.filename or out}: {error.strerror or error}") from None


def write_csv(dataset: Dataset, out: Path) -> list[Path]:
    """One CSV a table (RFC 4180, UTF-8 with a byte order mark so that Excel reads it as UTF-8).

    A spreadsheet takes a cell that begins with ``= + - @`` (or their full-width forms, a tab or a line end) for a
    formula. Such text gets an apostrophe in front, and so does text that begins with an apostrophe: taking one
    leading apostrophe from every text cell gives back the table exactly. Numbers are left as they are.

    CSV holds no types and no keys (``datapackage.json`` does). Excel cuts cells after 32,767 characters and turns
    text of digits into numbers, ids too: import such columns as text. In pandas read with ``keep_default_na=False``
    and ``dtype={"doc_id": str, "region_code": str}``.
    """
    return [_write_csv(dataset, table, out / f"{table.name}.csv") for table in dataset.tables]


def write_jsonl(dataset: Dataset, out: Path) -> list[Path]:
    """One JSON object a document and line, with the keys that ``baogao annotate`` prints and the other columns.

    ``sentences`` are [start, end], ``tokens`` [start, end, pos], ``entities`` objects in order of the text; every
    other table about documents (``edits``, ``keywords``, ``sources``, …) is a list of objects under its name, without
    the column that names the document. ``path`` is the first source's, ``home_region`` the same as ``region_code``.

    Not held: a sentence's paragraph, a token's ``upos`` and ``is_stop``, and tables about the corpus (topics,
    rejects, the corpus's keywords and notes).
    """
    out = out / "documents.jsonl" if out.is_dir() else out
    tables = [t for t in dataset.tables if t.key[0] in ("doc_id", "scope") and t is not DOCUMENTS]
    find = {table.name: _by_document(dataset, table) for table in tables} | {"notes": _notes(dataset)}
    with store.replacing(out) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        for document in _documents(dataset):
            doc_id, sources = document["doc_id"], list(find["sources"](document["doc_id"]))
            path = sources[0]["path"] if sources else ""
            head = {"doc_id": doc_id, "path": path, **document, "home_region": document["region_code"]}
            file.write(one_line(head)[:-1])  # the object stays open: its rows follow one by one
            for name, rows in find.items():
                found = iter(sources) if name == "sources" else rows(doc_id)
                file.write(f', "{name}": [')
                file.writelines(_listed(_shaped(name, found)))
                file.write("]")
            file.write("}\n")
    return [out]


def write_conllu(dataset: Dataset, out: Path) -> list[Path]:
    """All documents as CoNLL-U (universaldependencies.org/format.html), names as IOB2 tags in MISC.

    CoNLL-U is chosen over CoNLL-2003's columns because it also keeps both tag sets, the text and the offsets, and is
    read by more tools. Of ways to write names in it, ``name=B-ORG`` (as in NorNE) is what spaCy's converter reads.
    ``start_char`` and ``end_char`` (as in Stanza) are offsets in the document's ``text``; XPOS is LAC's tag.

    Not held: names inside other names, subtypes and canonical names; white space as it was (one space stands for
    any, and control characters are U+FFFD); lemmas, features and trees, which baogao does not make. A name across
    two sentences is two names, for no tag can lead over a sentence's end. A sentence without tokens is left out.
    """
    out = out / "documents.conllu" if out.is_dir() else out
    sentences, tokens, entities = (_by_document(dataset, table) for table in (SENTENCES, TOKENS, ENTITIES))
    with store.replacing(out) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        for document in _documents(dataset):
            doc_id, text = document["doc_id"], document["text"]
            names = sorted((e["start"], e["end"], e["label"]) for e in entities(doc_id) if not e["parent"])
            paragraphs = {row["sent"]: row["para"] for row in sentences(doc_id)}
            heading, before = [f"# newdoc id = {doc_id}"], None
            for sent, rows in itertools.groupby(tokens(doc_id), key=lambda row: int(row["sent"])):
                if paragraphs[sent] != before:
                    heading.append(f"# newpar id = {doc_id}-p{paragraphs[sent]}")
                    before = paragraphs[sent]
                lines, plain = conllu.sentence(text, list(rows), names)
                heading += [f"# sent_id = {doc_id}-s{sent}", f"# text = {plain}"]
                file.write("\n".join([*heading, *lines]) + "\n\n")
                heading = []
    return [out]


def write_label_studio(dataset: Dataset, out: Path) -> list[Path]:
    """Tasks with predictions for Label Studio, ``tasks-001.json`` and so on, and the interface, ``config.xml``.

    Offsets are code points, as Label Studio counts them (``charsToCodePoints`` in its editor), not UTF-16 units;
    versions of before August 2024 show regions behind characters beyond U+FFFF shifted, and export them right all the
    same (its pull request 6135). A name inside another one is a region with ``parentID``. What a name stands for is
    in the region's ``meta``, which annotators see and can correct.

    Not held: edits, tokens, keywords, and the columns of entities but label, score and what ``meta`` shows. Editors
    in a browser become slow with documents of more than some 100,000 characters.
    """
    entities, sources = (_by_document(dataset, table) for table in (ENTITIES, SOURCES))
    tasks = (
        label_studio.task(
            document,
            _shaped("entities", entities(document["doc_id"])),
            next((row["path"] for row in sources(document["doc_id"])), ""),
            dataset.software,
        )
        for document in _documents(dataset)
    )
    written = []
    for number, part in enumerate(_parts(map(one_line, tasks)), 1):
        written.append(out / f"tasks-{number:03}.json")
        store.write_text(written[-1], "[" + ",\n".join(part) + "]\n")
    for old in out.glob("tasks-[0-9][0-9][0-9].json"):
        if old not in written:  # of a longer dataset, exported here before
            old.unlink()
    store.write_text(out / "config.xml", label_studio.CONFIG)
    return [*written, out / "config.xml"]


_NEEDED = (DOCUMENTS, SOURCES, SENTENCES, TOKENS, ENTITIES, NOTES)
_WRITERS: dict[str, Callable[[Dataset, Path], list[Path]]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "conll": write_conllu,
    "label-studio": write_label_studio,
}


def _dataset(folder: Path, doc_ids: Iterable[str]) -> Dataset:
    """The dataset as it describes itself. Raises ``ExportError`` if a file or a chosen document is missing."""
    described = _found(folder / "datapackage.json")
    try:
        package = json.loads(described.read_text(encoding="utf-8"))
        names, software = {r["name"] for r in package["resources"]}, f"baogao {package['baogao']['version']}"
    except (ValueError, LookupError, TypeError):
        raise ExportError(f"{described} is damaged: `dvc checkout` brings it back") from None
    # a dataset that an earlier version made may lack tables that have come since
    tables = tuple(table for table in PUBLISHED.values() if table in _NEEDED or table.name in names)
    for table in tables:
        _found(folder / f"{table.name}.parquet")
    chosen = frozenset(doc_ids)
    known = pq.read_table(folder / "documents.parquet", columns=["doc_id"])["doc_id"].to_pylist() if chosen else ()
    if unknown := sorted(chosen.difference(known)):
        raise ExportError(f"no document {', '.join(unknown)} in {folder}: see the column doc_id of documents")
    return Dataset(folder, tables, software, chosen)


def _found(path: Path) -> Path:
    if not path.is_file():
        raise ExportError(f"{path} is missing: run `dvc repro` (or `dvc pull`) first")
    return path


def _rows(folder: Path, table: Table) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(folder / f"{table.name}.parquet") as file:
        for batch in file.iter_batches(batch_size=_DOCUMENTS if table is DOCUMENTS else _ROWS):
            yield from batch.to_pylist()


def _documents(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """The rows of the chosen documents, in order of their ids, with a progress bar."""
    total = len(dataset.doc_ids) or pq.read_metadata(dataset.folder / "documents.parquet").num_rows
    rows = _rows(dataset.folder, DOCUMENTS)
    return progress((r for r in rows if not dataset.doc_ids or r["doc_id"] in dataset.doc_ids), "export", total=total)


Find = Callable[[str], Iterator[dict[str, Any]]]


def _by_document(dataset: Dataset, table: Table) -> Find:
    """A function that gives a document's rows; it must be asked in order of ids, for the table is read only once."""
    key = table.key[0]
    groups = itertools.groupby(_rows(dataset.folder, table), key=lambda row: str(row[key]))
    at, rows = next(groups, (None, iter(())))

    def find(doc_id: str) -> Iterator[dict[str, Any]]:
        nonlocal at, rows
        while at is not None and at < doc_id:
            at, rows = next(groups, (None, iter(())))
        return ({name: row[name] for name in row if name != key} for row in rows) if at == doc_id else iter(())

    return find


def _notes(dataset: Dataset) -> Find:
    """The same for ``notes``, whose rows are sorted by stage: they are few."""
    notes = list(_rows(dataset.folder, NOTES))
    return lambda doc_id: ({n: row[n] for n in ("stage", "note")} for row in notes if row["scope"] == doc_id)


def _shaped(name: str, rows: Iterator[dict[str, Any]]) -> Iterable[Any]:
    """Rows as ``baogao annotate`` prints them."""
    if name == "sentences":
        return ([row["start"], row["end"]] for row in rows)
    if name == "tokens":
        return ([row["start"], row["end"], row["pos"]] for row in rows)
    return sorted(rows, key=lambda row: (row["start"], -row["end"])) if name == "entities" else rows


def _listed(items: Iterable[Any]) -> Iterator[str]:
    """The inside of a JSON list, some items at a time."""
    rest, separator = iter(items), ""
    while some := list(itertools.islice(rest, 1000)):
        yield separator + one_line(some)[1:-1]
        separator = ", "


FORMULA = "^['=+\\-@\t\r\n＝＋－＠]"
"""Text that gets an apostrophe in CSV: a spreadsheet would take it for a formula, or the apostrophe for this one."""


def _write_csv(dataset: Dataset, table: Table, path: Path) -> Path:
    with (
        pq.ParquetFile(dataset.folder / f"{table.name}.parquet") as file,
        store.replacing(path) as beside,
        beside.open("wb") as out,
    ):
        out.write(codecs.BOM_UTF8)
        with pyarrow.csv.CSVWriter(out, file.schema_arrow) as writer:
            for batch in file.iter_batches(batch_size=_DOCUMENTS if table is DOCUMENTS else _ROWS):
                writer.write_batch(_defused(_chosen(batch, dataset.doc_ids)))
    return path


def _chosen(batch: Any, doc_ids: frozenset[str]) -> Any:
    key = next((name for name in ("doc_id", "scope") if name in batch.schema.names), None)
    if not doc_ids or key is None:
        return batch
    return batch.filter(pc.is_in(batch[key], value_set=pa.array([*sorted(doc_ids), "corpus"])))


def _defused(batch: Any) -> Any:
    columns = [_defused_text(c) if pa.types.is_string(c.type) else c for c in batch.columns]
    return pa.record_batch(columns, schema=batch.schema)


def _defused_text(column: Any) -> Any:
    quoted = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(pc.match_substring_regex(column, FORMULA), quoted, column)


def _parts(tasks: Iterable[str]) -> Iterator[list[str]]:
    """Tasks in lists of a size that can be held and uploaded; at least one list, if empty."""
    part: list[str] = []
    size = 0
    for task in tasks:
        if part and size + len(task) > _PART:
            yield part
            part, size = [], 0
        part.append(task)
        size += len(task)
    yield part
