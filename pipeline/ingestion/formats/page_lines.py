"""A web page's visible text, line by line, as a browser would show it.

Parsed by lexbor (selectolax), an HTML5 parser: it closes what 20-year-old pages leave open as browsers do, and keeps
control characters. lxml's, since libxml2 2.14, gives no text at all for a page that is nested too deep.
"""

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 500
"""Elements inside one another; browsers stop at about as many, and parsers slow down with the square of the depth."""
MAX_CELL_LINES = 3
MAX_CELL_CHARS = 400
"""A table row with a larger cell, or with a table or heading inside, is the page's layout and not data."""
BLANK = " \t\r\n\f\v\u3000\xa0\u200b\ufeff"
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form frameset header hgroup hr html legend li listing main menu nav ol p plaintext pre section summary"
    " table tbody td tfoot th thead tr ul xmp"
)
_BLOCKS = _HEADINGS.union(_BLOCK_TAGS.split())
_UNSEEN_TAGS = (
    "applet area audio base button canvas datalist embed frame head iframe img input link map meta noembed noframes"
    " noscript object optgroup option param progress rp script select source style svg template textarea title track"
    " video"
)
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*none", re.IGNORECASE)
_SPACE = re.compile("[ \t\r\n\f]+")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_WRAP = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\r\n][ \t\r\n\f]*(?=[{_WIDE}])")
# elements that nest; the others (p, li, td …) are closed by the next of their kind or stand in one of these
_TAG = re.compile(
    r"<(?P<end>/?)(?:div|span|font|center|table|section|article|ul|ol|dl|blockquote|form|a|b|i|u|em|strong|big|small"
    r"|fieldset|nav|main|aside|header|footer|label|pre)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)


class Line(NamedTuple):
    """A line of the page. ``linked`` are its characters inside links; ``box`` numbers the block that it stands in."""

    text: str
    linked: int
    box: int
    heading: bool


class Page(NamedTuple):
    """Lines in the page's order.

    ``parents`` gives for each box the one around it, -1 for the outermost; a box is numbered after the one around it.
    ``places`` names each box: its element, id and classes (``div#zoom.TRS_Editor``). ``hides``: styles hide some text.
    """

    lines: list[Line]
    parents: list[int]
    places: list[str]
    hides: bool


def parse(html: str) -> LexborHTMLParser:
    """Parse a page of any size; elements nested deeper than ``MAX_DEPTH`` are opened into one another's place."""
    return LexborHTMLParser(_shallow(html))


def _shallow(html: str) -> str:
    """The page without the tags, start and end, of what is nested deeper than ``MAX_DEPTH``."""
    depth = deepest = 0
    for match in _TAG.finditer(html):
        depth = max(0, depth - 1) if match["end"] else depth + 1
        deepest = max(deepest, depth)
    if deepest <= MAX_DEPTH:
        return html
    kept, done, depth = [], 0, 0
    for match in _TAG.finditer(html):
        depth += 0 if match["end"] else 1
        if depth > MAX_DEPTH:
            kept.append(html[done : match.start()])
            done = match.end()
        depth = max(0, depth - 1) if match["end"] else depth
    return "".join([*kept, html[done:]])


def read_lines(tree: LexborHTMLParser, *, hidden: bool = False) -> Page:
    """The page's lines; ``hidden``: those too that its styles hide."""
    reader = _Reader()
    node, depth = tree.root, 0
    while node is not None:
        into = reader.enter(node, hidden)
        child = node.child if into else None
        if child is not None:
            node, depth = child, depth + 1
            continue
        while node is not None:
            reader.leave(node, into)
            into = True
            if depth == 0:
                node = None
                break
            if node.next is not None:
                node = node.next
                break
            node, depth = node.parent, depth - 1
    reader.flush()
    return Page(reader.lines, reader.parents, reader.places, reader.hides)


class _Row(NamedTuple):
    """A table row being read: where its lines begin, and each cell's lines as (start, end)."""

    start: int
    cells: list[list[int]]
    layout: list[str]


class _Reader:
    """Collects lines while the tree is walked, without recursion: pages can be nested deeper than Python's stack."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.parents: list[int] = []
        self.places: list[str] = []
        self.hides = False
        self._boxes = [-1]
        self._open_rows: list[_Row] = []
        self._parts: list[str] = []
        self._linked = self._links = self._heading = self._pre = 0

    def enter(self, node: LexborNode, hidden: bool) -> bool:
        """Take in a node; False: pass over what is inside."""
        tag = node.tag or ""
        if tag == "-text":
            self._text(node.text_content or "")
            return False
        if tag in _UNSEEN or tag == "-comment" or tag == "-doctype":
            return False
        attributes = node.attributes if tag[0] != "-" else {}
        if not hidden and ("hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")):
            self.hides = True
            return False
        if tag == "br":
            self.flush()
        elif tag in _BLOCKS:
            self.flush()
            self._open_box(tag, attributes)
        elif tag == "a":
            self._links += 1
        elif tag == "rt":
            self._parts.append("(")
        return True

    def leave(self, node: LexborNode, entered: bool) -> None:
        """Close an element that was entered."""
        tag = node.tag or ""
        if not entered:
            return
        if tag in _BLOCKS:
            self.flush()
            self._close_box(tag)
        elif tag == "a":
            self._links -= 1
        elif tag == "rt":
            self._parts.append(")")

    def flush(self) -> None:
        """End the line."""
        text = _SPACE.sub(" ", "".join(self._parts)).strip(" ")
        if text.strip(BLANK):
            self.lines.append(Line(text, self._linked, self._boxes[-1], self._heading > 0))
        self._parts.clear()
        self._linked = 0

    def _text(self, text: str) -> None:
        pieces = text.split("\n") if self._pre else [_WRAP.sub("", text)]
        for number, piece in enumerate(pieces):
            if number:
                self.flush()
            self._parts.append(piece)
            self._linked += len(piece.strip(BLANK)) if self._links else 0

    def _open_box(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.parents.append(self._boxes[-1])
        name = [f"#{attributes['id']}"] if attributes.get("id") else []
        self.places.append(tag + "".join(name + [f".{part}" for part in (attributes.get("class") or "").split()]))
        self._boxes.append(len(self.parents) - 1)
        self._heading += tag in _HEADINGS
        self._pre += tag in ("pre", "listing", "xmp", "plaintext")
        if self._open_rows and (tag == "table" or tag in _HEADINGS):
            self._open_rows[-1].layout.append(tag)
        if tag == "tr":
            self._open_rows.append(_Row(len(self.lines), [], []))
        elif tag in ("td", "th") and self._open_rows:
            self._open_rows[-1].cells.append([len(self.lines), len(self.lines)])

    def _close_box(self, tag: str) -> None:
        self._boxes.pop()
        self._heading -= tag in _HEADINGS
        self._pre -= tag in ("pre", "listing", "xmp", "plaintext")
        if tag in ("td", "th") and self._open_rows and self._open_rows[-1].cells:
            self._open_rows[-1].cells[-1][1] = len(self.lines)
        elif tag == "tr" and self._open_rows:
            self._close_row(self._open_rows.pop())

    def _close_row(self, row: _Row) -> None:
        """Join a data row's cells by tabs; a row of the page's layout stays as its lines are."""
        cells = [self.lines[start:end] for start, end in row.cells]
        texts = [" ".join(line.text for line in cell) for cell in cells]
        wide = any(len(cell) > MAX_CELL_LINES for cell in cells) or any(len(text) > MAX_CELL_CHARS for text in texts)
        if not row.layout and not wide and sum(bool(text) for text in texts) > 1:
            inside = self.lines[row.start :]
            del self.lines[row.start :]
            linked = sum(line.linked for line in inside)
            self.lines.append(Line("\t".join(texts).strip("\t"), linked, inside[0].box, False))
