"""Word files to text: DOCX by its XML, DOC by way of DOCX.

python-docx is not used: it opens every part of the file, so that one dangling link to a picture (``word/NULL``, as
add-ins leave it) costs the whole document, and it knows no text boxes, tracked changes, notes or automatic numbers.
"""

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from doc2docx import convert
from doc2docx.errors import Doc2DocxError, EncryptedDocumentError
from lxml import etree

from pipeline.ingestion.formats.extracted import Extracted
from pipeline.ingestion.formats.word_numbering import Numbering, W, value
from pipeline.mapping import Refused

MAX_UNPACKED = 200_000_000
"""Bytes that the parts of a DOCX may have together, as its directory declares them."""
MAX_XML = 100_000_000
"""The same for one part that is read."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_SKIPPED = frozenset(
    W + name
    for name in (
        "del",
        "moveFrom",
        "instrText",
        "delText",
        "delInstrText",
        "rPr",
        "pPr",
        "sdtPr",
        "rt",
        "commentReference",
    )
)
# damaged files also meet gaps in the converter itself
_DAMAGE = (
    Doc2DocxError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_MARKS = {
    W + "tab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
    W + "softHyphen": "\u00ad",
}


def read_docx(data: bytes) -> Extracted:
    """A DOCX file's text, a paragraph a line and a table's row a line with tabs; notes stand at its end.

    Inserted text is kept and deleted text is not; numbers that Word makes are written out; headers and footers, which
    are no part of the body, are left out, as are hidden text and the readings of ruby. Raises ``Refused`` for a file
    with a password, cut off, too large when unpacked, with a document type declaration (XML bombs need one), or that
    is no DOCX.
    """
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("encrypted", "the file opens with a password only: save it without one")
        raise Refused("not a DOCX file", "it is an older Office file: give it its own suffix (.doc)")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _read(package)
    except zipfile.BadZipFile:
        cut = data.startswith(b"PK")
        raise Refused(*(("truncated file", "save or download it again") if cut else ("not a DOCX file", ""))) from None
    except etree.XMLSyntaxError as error:
        raise Refused("damaged DOCX", f"not well-formed: {error.msg}") from None
    except (zlib.error, struct.error, EOFError, LookupError, OSError, RuntimeError, ValueError) as error:
        raise Refused("damaged DOCX", f"cannot be unpacked: {error}") from None


def read_doc(data: bytes) -> Extracted:
    """The text of a DOC file (Word 97 to 2003), as ``read_docx`` gives it.

    Raises ``Refused`` for a file with a password, one that is damaged or older, or no Word file.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("encrypted", "the file opens with a password only: save it without one")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "a.doc", Path(folder) / "a.docx"
        source.write_bytes(data)
        try:
            convert(source, target)
        except EncryptedDocumentError:
            raise Refused("encrypted", "the file opens with a password only: save it without one") from None
        except _DAMAGE as error:
            detail = f"save it as DOCX with Word, WPS or LibreOffice (soffice --convert-to docx): {error}"
            raise Refused("DOC cannot be read", detail.replace(folder, "")) from None
        return read_docx(target.read_bytes())


def _read(package: zipfile.ZipFile) -> Extracted:
    sizes = {info.filename: info.file_size for info in package.infolist()}
    if sum(sizes.values()) > MAX_UNPACKED:
        raise Refused("too large", f"{sum(sizes.values())} bytes when unpacked; {MAX_UNPACKED} are read")
    main = _main_part(package, sizes)
    folder = main.rpartition("/")[0]
    parts = {
        name: _part(package, sizes, f"{folder}/{name}.xml")
        for name in ("numbering", "styles", "footnotes", "endnotes")
    }
    document = _part(package, sizes, main)
    body = None if document is None else document.find(W + "body")
    if body is None:
        raise Refused("not a DOCX file", "it has no document body")
    reader = _Reader(Numbering(parts["numbering"], parts["styles"]), parts)
    lines = list(reader.blocks(body))
    lines += reader.notes()
    text = "\n".join(line.rstrip(" \t") for block in lines for line in block.split("\n") if line.strip())
    if not text.strip():
        raise Refused("no text", "the document holds no text; if it holds pictures of text, run OCR first")
    return Extracted(text, metadata=tuple(_properties(_part(package, sizes, "docProps/core.xml"))))


def _main_part(package: zipfile.ZipFile, sizes: dict[str, int]) -> str:
    """The document part: word/document.xml as a rule, but some producers number it."""
    relations = _part(package, sizes, "_rels/.rels")
    if relations is not None:
        for relation in relations:
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                target = str(relation.get("Target", "")).lstrip("/")
                if target in sizes:
                    return target
    if "word/document.xml" in sizes:
        return "word/document.xml"
    raise Refused("not a DOCX file", "a ZIP file without a Word document in it")


def _part(package: zipfile.ZipFile, sizes: dict[str, int], name: str) -> etree._Element | None:
    if name not in sizes:
        return None
    with package.open(name) as stream:
        data = stream.read(MAX_XML + 1)  # a directory can lie about a size
    if len(data) > MAX_XML:
        raise Refused("too large", f"{name} is larger than {MAX_XML} bytes")
    if any("<!DOCTYPE".encode(encoding) in data for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
        raise Refused("unsafe XML", f"{name} declares a document type, which Word never does")
    for strict, transitional in _STRICT:
        data = data.replace(strict, transitional)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(data, parser)


def _properties(core: etree._Element | None) -> Iterator[tuple[str, str]]:
    for element in core if core is not None else ():
        text = " ".join((element.text or "").split())
        if text:
            yield f"docx.{etree.QName(element).localname}", text


class _Reader:
    """Walks a document once, since Word's numbers go on counting from paragraph to paragraph."""

    def __init__(self, numbering: Numbering, parts: dict[str, etree._Element | None]) -> None:
        self.numbering = numbering
        self.parts = parts
        self.noted: list[tuple[str, str]] = []

    def blocks(self, parent: etree._Element) -> Iterator[str]:
        """The lines of what holds paragraphs and tables."""
        carried = ""
        for element in _block_elements(parent):
            if element.tag == W + "tbl":
                yield carried
                carried = ""
                yield from self.rows(element)
                continue
            boxes: list[etree._Element] = []
            inner = "".join(self.inline(element, boxes))
            number = self.numbering.next(element) if inner.strip() and not carried else ""
            carried += number + inner
            if element.find(f"{W}pPr/{W}rPr/{W}del") is None:  # a deleted mark joins the paragraph to the next
                yield carried
                carried = ""
            for box in boxes:
                yield from self.blocks(box)
        if carried:
            yield carried

    def rows(self, table: etree._Element) -> Iterator[str]:
        """A line a row, its cells parted by tabs; paragraphs within a cell are parted by a space."""
        for row in _children(table, W + "tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            cells = []
            for cell in _children(row, W + "tc"):
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                lines = self.blocks(cell) if merge is None or value(merge) == "restart" else iter(())
                cells.append(" ".join(" ".join(line.split()) for line in lines if line.strip()))
            if any(cells):
                yield "\t".join(cells)

    def inline(self, element: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
        """The text of a paragraph; text boxes in it are left to the caller."""
        for child in element:
            tag = child.tag
            if tag in _SKIPPED:
                continue
            if tag == W + "t":
                yield _shown(child)
            elif tag in _MARKS:
                yield "" if child.get(W + "type") in ("page", "column") else _MARKS[tag]
            elif tag == W + "sym":
                yield _symbol(child)
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                yield self.note(tag, child)
            elif tag == W + "txbxContent":
                boxes.append(child)
            elif tag == _MC + "AlternateContent":
                # two forms of one thing; the older one has text boxes too
                form = next((c for c in child if c.tag == _MC + "Choice"), None)
                yield from self.inline(form if form is not None else child, boxes)
            elif not _is_hidden(child):
                yield from self.inline(child, boxes)

    def note(self, tag: str, reference: etree._Element) -> str:
        self.noted.append((tag.removeprefix(W).removesuffix("Reference"), str(reference.get(W + "id", ""))))
        return f"[{len(self.noted)}]"

    def notes(self) -> list[str]:
        """Footnotes and endnotes in the order of their references, numbered as in the text."""
        lines = []
        for number, (kind, identity) in enumerate(list(self.noted), 1):
            part = self.parts[kind + "s"]
            found = [] if part is None else [n for n in part if n.get(W + "id") == identity]
            text = " ".join(" ".join(line.split()) for note in found[:1] for line in self.blocks(note))
            lines.append(f"[{number}] {text}".rstrip())
        return lines


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Children with this tag, content controls and inserted or custom wrappers looked through."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml", W + "ins", W + "moveTo"):
            yield from _children(child, tag)


def _block_elements(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag not in _SKIPPED and child.tag != W + "sectPr":
            form = next((c for c in child if c.tag == _MC + "Choice"), None)
            yield from _block_elements(child if form is None else form)


def _is_hidden(run: etree._Element) -> bool:
    element = run.find(f"{W}rPr/{W}vanish")
    return element is not None and value(element) not in ("0", "false", "off")


def _shown(element: etree._Element) -> str:
    """A text element as Word shows it: line ends inside are spaces, and those around it count only if kept."""
    text = (element.text or "").translate({9: 32, 10: 32, 13: 32})
    return text if element.get(_SPACE) == "preserve" else text.strip(" ")


def _symbol(element: etree._Element) -> str:
    """A character by its code; symbol fonts have theirs in the private use area, and mean what only they know."""
    try:
        code = int(str(element.get(W + "char", "")), 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0xD800 or 0xF900 <= code < 0x110000 else ""
