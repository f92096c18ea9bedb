"""Files in ``data/raw`` to documents, with what in them is page, and what page and file say of them."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import store, tables
from pipeline.ingestion.fields import find_fields
from pipeline.ingestion.files import Source, belongs_to_page, is_archive, pages_of, raw_files, read_bytes, shown
from pipeline.ingestion.formats import archive
from pipeline.ingestion.formats.extracted import HALF, Extracted, Unreadable, escaped
from pipeline.ingestion.frames import Frame, frame_of, repeated, site_furniture
from pipeline.ingestion.furniture import find_furniture
from pipeline.ingestion.lines import merged
from pipeline.ingestion.metadata import fields_of, page_title, site_of
from pipeline.ingestion.readers import OFFICE_PARTS, in_rows, read
from pipeline.ingestion.wraps import wrapped_ends
from pipeline.mapping import map_isolated
from pipeline.params import Columns, Ingestion, Params

Pairs = Sequence[tuple[str, str]]
Spans = Sequence[tuple[int, int]]
Rejects = list[dict[str, Any]]


class Read(NamedTuple):
    """A document as read.

    ``halves``: spans of lone surrogates, escaped. ``site``: whose pages it may share lines with, and ``frame``: the
    lines that it may.
    """

    doc_id: str
    extracted: Extracted
    halves: Spans
    site: str
    frame: Frame


def run(params: Params, root: Path) -> int:
    """Read ``data/raw`` and write documents, sources, fields, metadata, furniture and rejects.

    Returns the number of rejects.
    """
    raw, out = root / "data" / "raw", root / "data" / "interim" / "ingestion"
    rejects: Rejects = []
    documents: dict[str, tuple[str, Read]] = {}
    said: dict[str, dict[tuple[str, str], None]] = {}
    sources = []
    for path, found in _read_all(raw, params.ingestion, rejects):
        doc_id = found.doc_id
        sources.append({"doc_id": doc_id, "path": path, "row": found.extracted.row})
        # files come sorted by path, so the first of several copies names the document whatever the file system
        documents.setdefault(doc_id, (path, found))
        said.setdefault(doc_id, {}).update(dict.fromkeys(found.extracted.metadata))
    sites = repeated((found.site, found.frame) for _, found in documents.values())
    with (
        store.writing(out, tables.RAW_DOCUMENTS) as add_document,
        store.writing(out, tables.SPANS) as add_spans,
        store.writing(out, tables.FIELDS) as add_fields,
        store.writing(out, tables.METADATA) as add_metadata,
    ):
        for doc_id in sorted(documents):
            path, found = documents.pop(doc_id)
            text, encoding = found.extracted.text, found.extracted.encoding
            furniture = site_furniture(text, found.extracted.furniture, sites, found.site)
            fields, others = _fields(text, furniture, list(said[doc_id]), params.ingestion.columns)
            add_document([{"doc_id": doc_id, "path": path, "encoding": encoding, "raw_text": text}])
            add_spans(
                {"doc_id": doc_id, "raw_start": start, "raw_end": end, "rule": rule}
                for start, end, rule in _spans(furniture, found.halves)
            )
            add_fields({"doc_id": doc_id, **field} for field in fields)
            add_metadata({"doc_id": doc_id, "key": key, "value": value} for key, value in others)
    store.write_table(out, tables.SOURCES, sources)
    store.write_table(out, tables.REJECTS, rejects)
    return len(rejects)


def _read_all(raw: Path, params: Ingestion, rejects: Rejects) -> Iterator[tuple[str, Read]]:
    """(path, document) of every document below ``raw``, sorted by path and row; the rest goes to ``rejects``."""
    limits: dict[str, Any] = {"seconds": params.max_seconds, "megabytes": params.max_memory}
    failures: list[tuple[Source, str, str]] = []
    sources = list(_sources(raw, params, limits, failures))
    for source, found in map_isolated(
        partial(_read_source, params=params), sources, failures, name="ingestion", **limits
    ):
        path = shown(source, raw)
        for item in found:
            if isinstance(item, Unreadable):
                rejects.append({"path": path, "stage": "ingestion", **item._asdict()})
            else:
                yield path, item
    for source, reason, detail in failures:
        rejects.append(
            {"path": shown(source, raw), "row": 0, "stage": "ingestion", "reason": reason, "detail": detail}
        )


def _sources(
    raw: Path, params: Ingestion, limits: dict[str, Any], failures: list[tuple[Source, str, str]]
) -> Iterator[Source]:
    """What is to be read: files, and in place of each archive the files in it."""
    sources = [Source(path) for path in raw_files(raw)]
    packed: dict[Source, list[Source]] = {source: [] for source in sources if is_archive(source.path)}
    packed |= map_isolated(partial(_members, params=params), list(packed), failures, name="archives", **limits)
    for source in sources:
        yield from packed.get(source, [source])


def _members(source: Source, params: Ingestion) -> list[Source]:
    names = archive.names(source.path, params.max_unpacked)
    # some documents are archives themselves, whatever they are named
    if OFFICE_PARTS.intersection(names):
        return [source]
    pages = pages_of(names)
    return [Source(source.path, name) for name in names if not belongs_to_page(name, pages)]


def _read_source(source: Source, params: Ingestion) -> list[Read | Unreadable]:
    if source.member:
        data = archive.content(source.path, source.member, params.max_bytes)
    else:
        data = read_bytes(source.path, params.max_bytes)
    name = source.member or source.path.name
    items: list[Read | Unreadable] = []
    for item in read(data, name, params):
        if isinstance(item, Unreadable):
            items.append(item)
            continue
        doc_id, extracted = item
        halves = _escapes(extracted.text)
        extracted = extracted._replace(text=escaped(extracted.text))
        furniture = find_furniture(extracted.text, extracted.furniture)
        given, _ = fields_of(extracted.metadata, params.columns)
        # pages of one site, or of one folder or table, share what is not theirs
        site = site_of(given["url"]) or str(source.path if in_rows(name) or source.member else source.path.parent)
        frame = frame_of(extracted.text, furniture)
        furniture = merged([*furniture, *wrapped_ends(extracted.text, furniture)])
        items.append(Read(doc_id, extracted._replace(furniture=tuple(furniture)), halves, site, frame))
    return items


def _escapes(text: str) -> Spans:
    """Where the halves of surrogate pairs of a text stand once each is escaped."""
    # each escape is six characters where there was one
    starts = [match.start() + 5 * number for number, match in enumerate(HALF.finditer(text))]
    return [(start, start + 6) for start in starts]


def _spans(furniture: Spans, halves: Spans) -> list[tuple[int, int, str]]:
    outside = [half for half in halves if not any(start <= half[0] < end for start, end in furniture)]
    return sorted([(*span, "furniture") for span in furniture] + [(*half, "surrogate") for half in outside])


def _fields(text: str, furniture: Spans, metadata: Pairs, columns: Columns) -> tuple[Rejects, list[tuple[str, str]]]:
    """Rows of ``fields`` but for the doc_id, and what else the file says."""
    given, others = fields_of(metadata, columns)
    if given["url"]:
        others.append(("url", given.pop("url")))
    name = page_title(others)
    own = find_fields(text, furniture, name)
    if not given["title"] and all(found.field != "title" for found in own):
        given["title"] = name
    rows = [{"field": name, "raw_start": 0, "raw_end": 0, "value": value} for name, value in given.items() if value]
    for found in own:
        if not given.get(found.field):
            rows.append({**found._asdict(), "value": found.value or text[found.raw_start : found.raw_end]})
    return rows, sorted(set(others))
