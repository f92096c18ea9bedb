"""PDF files with a text layer to text, by PDFium (which reads the encodings that Chinese PDF come in)."""

import ctypes
import math
import re
from collections import Counter
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as c

from pipeline.ingestion.formats.extracted import Extracted
from pipeline.ingestion.formats.pdf_layout import Char
from pipeline.ingestion.formats.pdf_paragraphs import Page, paragraphs
from pipeline.mapping import Refused

MAX_UNKNOWN = 0.3
"""Share of characters whose code the file does not give above which a document counts as having no text."""
MAX_PAGES = 5_000
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_LINE_ENDS = frozenset((9, 10, 11, 12, 13, 0x85, 0x2028, 0x2029))
_SUBSET = re.compile(r"^[A-Z]{6}\+")


class _Style(NamedTuple):
    run: int
    size: float
    angle: float
    font: str


class _Placed(NamedTuple):
    """A character with its origin in the page's own coordinates, and its width along its line."""

    text: str
    style: _Style
    width: float
    x: float
    y: float


def read_pdf(data: bytes) -> Extracted:
    """A PDF's text, a paragraph a line, with its page furniture marked.

    Raises ``Refused`` for a file that needs a password, is cut off or damaged, or has no text layer.
    """
    _check_whole(data)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "assword" in str(error):
            raise Refused("encrypted", "the PDF opens with a password only: save it without one") from None
        raise Refused("damaged PDF", "cannot be opened: download it again") from None
    try:
        if len(document) > MAX_PAGES:
            raise Refused("too large", f"{len(document)} pages; {MAX_PAGES} are read")
        return _read(document)
    finally:
        document.close()


def _check_whole(data: bytes) -> None:
    """PDFium opens a file that is cut off and gives the pages it finds: the loss would not show."""
    linear = re.search(rb"/Linearized\b.{0,200}?/L\s+(\d{1,12})\b", data[:2048], re.DOTALL)
    if b"%%EOF" not in data or (linear and int(linear[1]) > len(data)):
        raise Refused("truncated file", "the PDF's end is missing: download it again")


def _read(document: Any) -> Extracted:
    pages, pictures = [], []
    for number in range(len(document)):
        try:
            page = document[number]
            pages.append(_page(page))
        except pdfium.PdfiumError:
            raise Refused("damaged PDF", f"page {number + 1} of {len(document)} cannot be read") from None
        if not pages[-1].chars:
            pictures.append(any(page.get_objects(filter=[c.FPDF_PAGEOBJ_IMAGE], max_depth=4)))
        page.close()
    text, furniture = paragraphs(pages)
    article = sum(not char.isspace() for char in text) - sum(
        not char.isspace() for start, end in furniture for char in text[start:end]
    )
    if not article:
        kind = "images" if any(pictures) else "nothing"
        raise Refused("no text layer", f"{len(pages)} pages of {kind}" + ": run OCR first" * any(pictures))
    if text.count("\ufffd") > MAX_UNKNOWN * article:
        raise Refused("no text layer", "its fonts do not say which characters they show: run OCR first")
    metadata = [(f"pdf.{key}", value) for key, value in sorted(document.get_metadata_dict(skip_empty=True).items())]
    metadata.append(("pdf.pages", str(len(pages))))
    if any(pictures):
        metadata.append(("pdf.pages_without_text", str(sum(pictures))))
    return Extracted(text, furniture=furniture, metadata=tuple(metadata))


def _page(page: Any) -> Page:
    """The page's characters with their boxes, turned so that most of them are upright."""
    placed = _placed(page)
    turns = Counter(round(char.style.angle / 90) % 4 for char in placed)
    turn = min(turns, key=lambda t: (-turns[t], t), default=0)
    left, bottom, right, top = page.get_mediabox()
    chars: list[Char] = []
    aslant: dict[int, str] = {}
    for text, style, width, x, y in placed:
        if abs((style.angle - 90 * turn + 180) % 360 - 180) > 5:
            aslant[style.run] = aslant.get(style.run, "") + text
            continue
        # (along the line, down from the page's top), whichever side of the sheet is up
        turned = ((x - left, top - y), (y - bottom, x - left), (right - x, y - bottom), (top - y, right - x))
        across, down = turned[turn]
        chars.append(Char(text, across, across + width, down, style.size, style.font, style.run))
    width, height = (top - bottom, right - left) if turn % 2 else (right - left, top - bottom)
    return Page(tuple(chars), width, height, tuple(text for text in aslant.values() if text.strip()))


def _placed(page: Any) -> list[_Placed]:
    textpage = page.get_textpage()
    handle = textpage.raw
    box, matrix = c.FS_RECTF(), c.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    styles: dict[int, _Style] = {}
    found: list[_Placed] = []
    gaps: list[int] = []
    for index in range(textpage.count_chars()):
        drawn = ctypes.cast(c.FPDFText_GetTextObject(handle, index), ctypes.c_void_p).value
        if drawn is None:
            # white space that PDFium itself puts in
            if c.FPDFText_GetUnicode(handle, index) == 32 and found:
                gaps.append(len(found))
            continue
        style = styles.get(drawn)
        if style is None:
            c.FPDFText_GetMatrix(handle, index, matrix)
            size = c.FPDFText_GetFontSize(handle, index) * math.hypot(matrix.c, matrix.d)
            angle = math.degrees(math.atan2(matrix.b, matrix.a)) % 360
            style = styles[drawn] = _Style(len(styles), size, angle, _font(drawn))
        c.FPDFText_GetLooseCharBox(handle, index, box)
        c.FPDFText_GetCharOrigin(handle, index, x, y)
        length = abs(box.top - box.bottom if 45 < style.angle % 180 < 135 else box.right - box.left)
        text = _character(handle, index)
        if text == " " and length < 0.01:
            gaps.append(len(found))  # one of PDFium's own inside a text object
        elif style.size > 0:
            found.append(_Placed(text, style, length, x.value, y.value))
    if gaps:
        _put_back_spaces(page, found, gaps, styles)
    textpage.close()
    return found


def _put_back_spaces(page: Any, found: list[_Placed], gaps: list[int], styles: dict[int, _Style]) -> None:
    """PDFium leaves out a text object that is nothing but a space, and puts spaces of its own into wide gaps.

    A space of its own where such an object stands is one of the file's.
    """
    matrix = c.FS_MATRIX()
    origins: set[tuple[int, int]] = set()
    for index in range(c.FPDFPage_CountObjects(page)):
        drawn = c.FPDFPage_GetObject(page, index)
        if (
            c.FPDFPageObj_GetType(drawn) == c.FPDF_PAGEOBJ_TEXT
            and ctypes.cast(drawn, ctypes.c_void_p).value not in styles
            and c.FPDFPageObj_GetMatrix(drawn, matrix)
        ):
            origins.add((round(matrix.e), round(matrix.f)))
    for place in reversed(gaps):
        if not place:
            continue
        before = found[place - 1]
        end = before.x + before.width
        if any((round(end) + i, round(before.y) + j) in origins for i in (-1, 0, 1) for j in (-1, 0, 1)):
            found.insert(place, before._replace(text=" ", x=end, width=0.25 * before.style.size))


def _character(textpage: Any, index: int) -> str:
    code = c.FPDFText_GetUnicode(textpage, index)
    if code < 32 and c.FPDFText_IsHyphen(textpage, index) == 1:
        return "-"  # PDFium gives U+0002 for one at a line's end
    if code in _LINE_ENDS:
        return " "  # within a line, where it can have no such meaning
    return "\ufffd" if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _font(drawn: int) -> str:
    font = c.FPDFTextObj_GetFont(ctypes.cast(drawn, c.FPDF_PAGEOBJECT))
    if not font:
        return ""
    length = c.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(length)
    c.FPDFFont_GetBaseFontName(font, buffer, length)
    return _SUBSET.sub("", buffer.value.decode("utf-8", "replace"))
