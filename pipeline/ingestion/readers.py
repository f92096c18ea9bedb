"""Which reader a file is for, by its first bytes and then by its name."""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from pipeline.ingestion.formats.encoding import decode
from pipeline.ingestion.formats.extracted import BLANK, Extracted, Unreadable
from pipeline.ingestion.formats.markup import is_page, unescaped
from pipeline.ingestion.metadata import names
from pipeline.mapping import Refused
from pipeline.params import Ingestion

_TEXT = (".txt", ".text", ".md")
_HTML = (".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml")
SUFFIXES = (*_TEXT, *_HTML, ".docx", ".doc", ".pdf", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".zip")
"""What is read, by the names that such files have."""
_TABLES = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
_IN_ROWS = ("csv", "jsonl", "parquet")
_PAGE = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_ARCHIVED = re.compile(rb"^(?:MIME-Version:|From: <Saved by|Content-Type:\s*multipart/related)", re.I)
# what else comes under these names, and what its user can do
_OTHERS = (
    (b"{\\rtf", "RTF", "save it as .docx"),
    (b"Rar!", "a RAR archive", "unpack it, or pack it as .zip"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it, or pack it as .zip"),
    (b"\x1f\x8b", "gzip", "unpack it"),
    (b"\xfd7zXZ", "xz", "unpack it"),
    (b"BZh", "bzip2", "unpack it"),
    (b"\xff\xd8\xff", "a JPEG picture", "a picture holds no text: run OCR first"),
    (b"\x89PNG", "a PNG picture", "a picture holds no text: run OCR first"),
    (b"GIF8", "a GIF picture", "a picture holds no text: run OCR first"),
    (b"II*\x00", "a TIFF picture", "a picture holds no text: run OCR first"),
    (b"MM\x00*", "a TIFF picture", "a picture holds no text: run OCR first"),
    (b"\x7fELF", "a program", ""),
    (b"SQLite format 3", "a SQLite database", "export its table as .csv"),
)


_OFFICE = {
    "xl/workbook.xml": "an Excel workbook; save the sheet as .csv",
    "ppt/presentation.xml": "a PowerPoint file; save it as .pdf",
    "META-INF/manifest.xml": "an OpenDocument file; save it as .docx",
    "META-INF/container.xml": "an EPUB book; unpack it: it holds .xhtml files",
}
_WORD = frozenset({"word/document.xml", "word/document2.xml"})
OFFICE_PARTS = _WORD.union(_OFFICE)
"""Files by which a document is known that is a ZIP inside."""


def in_rows(name: str) -> bool:
    """Whether a file so named holds one document a row."""
    return _suffix(name) in (*_TABLES, ".parquet")


def kind_of(data: bytes, name: str) -> str:
    """text, html, docx, doc, pdf, csv, jsonl, parquet or zip: by the first bytes, else by ``name``.

    A page that was saved as .txt or .doc is a page. Raises ``Refused`` for what is none of them.
    """
    suffix = _suffix(name)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(data, suffix)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(data, suffix)
    for start, what, advice in _OTHERS:
        if data.startswith(start):
            raise Refused("format not read", f"{what}; {advice}" if advice else what)
    if _PAGE.match(data[:4096]) or _ARCHIVED.match(data[:512]) or suffix in _HTML:
        return "html"
    if suffix in _TABLES:
        return _TABLES[suffix]
    if suffix in (".docx", ".doc", ".pdf", ".parquet", ".zip"):
        raise Refused("damaged file", f"it is named {suffix} and does not begin like one")
    if suffix not in _TEXT:
        raise Refused("format not read", f"{suffix or 'no suffix'}; read are {', '.join(SUFFIXES)}")
    return "text"


def read(data: bytes, name: str, params: Ingestion) -> Iterator[tuple[str, Extracted] | Unreadable]:
    """The documents of a file that is no archive, one or one a row, each with its doc_id.

    Raises ``Refused`` with a reason that a person understands if it gives none.
    """
    kind = kind_of(data, name)
    if kind == "zip":
        raise Refused("archive in an archive", "unpack it")
    if kind in _IN_ROWS:
        from pipeline.ingestion.formats import rows

        for document in getattr(rows, f"read_{kind}")(data, names("text", params.columns)):
            refusal = None if isinstance(document, Unreadable) else _refusal(document, params)
            if isinstance(document, Unreadable):
                yield document
            elif refusal is not None:
                yield Unreadable(document.row, *refusal)
            else:
                yield _id(document.text.encode("utf-8", "surrogatepass")), document
        return
    document = _one(data, kind)
    refusal = _refusal(document, params)
    if refusal is not None:
        raise Refused(*refusal)
    yield _id(data), document


def _id(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _refusal(document: Extracted, params: Ingestion) -> tuple[str, str] | None:
    if not document.text.strip(BLANK):
        return "no text", "only white space"
    if len(document.text) > params.max_chars:
        return "too long", f"{len(document.text)} characters; ingestion.max_chars is {params.max_chars}"
    return None


def _one(data: bytes, kind: str) -> Extracted:
    if kind == "html":
        from pipeline.ingestion.formats.html import read_html

        return read_html(data)
    if kind == "pdf":
        from pipeline.ingestion.formats.pdf import read_pdf

        return read_pdf(data)
    if kind in ("docx", "doc"):
        from pipeline.ingestion.formats import word

        return word.read_docx(data) if kind == "docx" else word.read_doc(data)
    decoded = decode(data)
    if is_page(decoded.text):
        from pipeline.ingestion.formats.html import read_markup

        return read_markup(decoded.text)._replace(encoding=decoded.encoding)
    return Extracted(unescaped(decoded.text), decoded.encoding)


def _packed(data: bytes, suffix: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refused("damaged file", f"its table of contents cannot be read: {error}") from None
    if not _WORD.isdisjoint(names) or (suffix == ".docx" and "[Content_Types].xml" in names):
        return "docx"
    for part, what in _OFFICE.items():
        if part in names:
            raise Refused("format not read", what)
    return "zip"


def _compound(data: bytes, suffix: str) -> str:
    """An OLE file: Word 97-2003, or a newer file with a password; its parts' names stand in it in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("encrypted", "it has a password: save it without")
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    what = "an Excel workbook; save the sheet as .csv" if "Workbook".encode("utf-16-le") in data else f"OLE, {suffix}"
    raise Refused("format not read", what)


def _suffix(name: str) -> str:
    base = name.rsplit("/", 1)[-1]
    return f".{base.rsplit('.', 1)[-1].lower()}" if "." in base.strip(".") else ""
