"""Web pages: the whole page's text, with what is not its article as furniture."""

import email
import email.policy
import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser

from pipeline.ingestion.formats.encoding import Decoded, decode
from pipeline.ingestion.formats.extracted import Extracted
from pipeline.ingestion.formats.page_article import article_lines, is_without_article, prose
from pipeline.ingestion.formats.page_fields import head_fields, labelled, tidy
from pipeline.ingestion.formats.page_lines import Page, parse, read_lines
from pipeline.mapping import Refused

FEW_BYTES = 100
"""Bytes beyond ASCII below which the bytes leave a choice of encodings, and the declared one is taken."""
_MHTML = re.compile(rb"^content-type:\s*multipart/(?:related|alternative|mixed)", re.IGNORECASE | re.MULTILINE)
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_ENCODINGS = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "big5-hkscs": "big5"}
# in XML an element may be empty like this, which a parser of HTML takes for the start of what follows
_EMPTY = re.compile(r"<(script|style|title|textarea|iframe|noscript|div|span|p|a|b|i|td|th|li)(\s[^<>]*)?/>", re.I)
_SUBSET = re.compile(r"(<!DOCTYPE[^\[>]*)\[.*?\]\s*>", re.IGNORECASE | re.DOTALL)
# HTML parsers drop NUL, and where a page has one it is evidence of broken bytes; this code point is no character
_NUL = "\ufdd0"
_TITLE_END = re.compile(r"\s*(?:[_|｜]|[-–—]{1,2})\s*")


def read_html(data: bytes) -> Extracted:
    """The text of a web page (HTML, XHTML or MHTML), a line for each paragraph, item or table row.

    Nothing that a browser shows is left out; ``furniture`` are the lines around and between the article's. White space
    is collapsed as browsers do, save the author's U+3000 and U+00A0; control characters stay.
    ``metadata`` are what the page's head and its table of 索引号, 发文机关 and the like say, under their own names.

    Raises ``Refused`` for a page that shows no text but links and its title, or whose bytes are no text.
    """
    data, declared = _main_part(data)
    decoded = _decoded(data, declared)
    return read_markup(decoded.text)._replace(encoding=decoded.encoding)


def read_markup(text: str) -> Extracted:
    """The same for a page, or a piece of one, that is decoded already."""
    html = _as_html(text)
    tree = parse(html)
    source = tree.css("td.line-content")
    if source:  # a browser's view of a page's source, saved
        html = _as_html("\n".join(cell.text() for cell in source))
        tree = parse(html)
    page = _shown(tree)
    head = list(head_fields(html, tree))
    titles = _titles(head)
    article = article_lines(page, titles)
    if not article and is_without_article(page, titles):
        raise _no_article(tree, page)
    outside = set(range(len(page.lines))).difference(article)
    rows = [pair for number in sorted(outside) for pair in labelled(page.lines[number].text)]
    lines = [line.text.replace(_NUL, "\x00") for line in page.lines]
    furniture = _spans(lines, article) if article else ()
    return Extracted("\n".join(lines), "", furniture, tidy(head + rows))


def _no_article(tree: LexborHTMLParser, page: Page) -> Refused:
    if tree.css_first("frameset, frame, iframe") is not None:
        return Refused("no text", "it only frames other pages: save those (browsers put them into a folder beside it)")
    if not page.lines:
        return Refused("no text", "no visible text; it may be made by scripts")
    if 3 * sum(line.linked for line in page.lines) > sum(len(line.text) for line in page.lines):
        return Refused("a list of links", "no article, only links: save the pages or files that they lead to")
    return Refused("no text", "a title and no article under it, which may be pictures, a file or made by scripts")


def _main_part(data: bytes) -> tuple[bytes, str]:
    """The page in a file that holds a page with its pictures (MHTML), and the encoding that the file declares."""
    charset = _CHARSET.search(data[:4096])
    declared = charset[1].decode("ascii", "replace") if charset else ""
    if not _MHTML.search(data[:4096]):
        return data, declared
    for part in email.message_from_bytes(data, policy=email.policy.compat32).walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload, part.get_content_charset() or ""
    raise Refused("no text", "a web archive without a page")


def _decoded(data: bytes, declared: str) -> Decoded:
    """The bytes decide; where they are too few to tell one old encoding from another, the page's word is taken."""
    encoding = _ENCODINGS.get(declared.lower(), "")
    if encoding and len(data.translate(None, bytes(range(128)))) < FEW_BYTES and not _is_utf8(data):
        try:
            return Decoded(data.decode("big5hkscs" if encoding == "big5" else encoding), encoding)
        except UnicodeDecodeError:
            pass
    return decode(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _as_html(text: str) -> str:
    text = text.replace("\x00", _NUL)
    if text.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        text = _EMPTY.sub(r"<\1\2></\1>", text)
    return _SUBSET.sub(r"\1>", text, count=1) if "[" in text[:4096] else text


def _shown(tree: LexborHTMLParser) -> Page:
    """What the page shows; some hide their article until a script runs, and then that is shown."""
    page = read_lines(tree)
    if not page.hides or any(map(prose, page.lines)):
        return page
    whole = read_lines(tree, hidden=True)
    return whole if any(map(prose, whole.lines)) or not page.lines else page


def _titles(head: Sequence[tuple[str, str]]) -> list[str]:
    """What the head calls the document; ``<title>`` also without the site's name behind a bar or dash."""
    titles = []
    for name, value in head:
        if name.lower() in ("html.title", "articletitle", "og:title", "title"):
            titles.append(value)
            titles.append(_TITLE_END.split(value.strip())[0])
    return titles


def _spans(lines: Sequence[str], article: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """The spans, with line ends, of the lines that are not the article's, neighbours as one."""
    kept = set(article)
    spans: list[tuple[int, int]] = []
    start = 0
    for number, line in enumerate(lines):
        end = start + len(line) + 1
        if number not in kept:
            joined = bool(spans) and spans[-1][1] == start
            spans[-1:] = [(spans[-1][0], end)] if joined else [*spans[-1:], (start, end)]
        start = end
    if spans and spans[-1][1] == start:
        # the text has no line end at its end, so what closes it takes the one before
        spans[-1] = (spans[-1][0] - 1, start - 1)
    return tuple(spans)
