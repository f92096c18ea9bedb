"""What a printed document has on its pages beside its text, in a plain copy of it: page numbers and contents."""

import re
from collections.abc import Iterator, Sequence

from pipeline.ingestion.lines import Line

MIN_ENTRIES = 3
"""Lines of a table of contents."""
_NUMBER = re.compile(r"[-—–―─]{1,2}\s*\d{1,4}\s*[-—–―─]{1,2}|第\s*\d{1,4}\s*页(?:\W*共\s*\d{1,4}\s*页)?")
_BARE = re.compile(r"\d{1,4}")
_CONTENTS = re.compile(r"目\s*[录次]")
# a heading, dots up to the margin, the page; the dots are enough by themselves
_ENTRY = re.compile(r"[^.…·‥]{2,80}?(?:[.…·‥⋯]\s?){4,}\s*\(?\d{1,4}\)?")
_TABBED = re.compile(r".{2,80}\t\s*\d{1,4}")


def printed_lines(lines: Sequence[Line], raw: str) -> Iterator[int]:
    """Indexes of the lines that are page numbers or a table of contents; ``lines``: those of ``raw`` not blank."""
    for index, line in enumerate(lines):
        if _NUMBER.fullmatch(line.view) or (_BARE.fullmatch(line.view) and _ends_page(lines, index, raw)):
            yield index
    index = 0
    while index < len(lines):
        stop = index
        heading = bool(index and _CONTENTS.fullmatch(lines[index - 1].view))
        while stop < len(lines) and _is_entry(lines[stop], heading):
            stop += 1
        if stop - index >= MIN_ENTRIES:
            yield from range(index - heading, stop)
        index = max(stop, index + 1)


def _is_entry(line: Line, under_heading: bool) -> bool:
    return bool(_ENTRY.fullmatch(line.view) or (under_heading and _TABBED.fullmatch(line.text.strip())))


def _ends_page(lines: Sequence[Line], index: int, raw: str) -> bool:
    """Whether a form feed stands right behind a line, or before it."""
    before = lines[index - 1].end if index else 0
    after = lines[index + 1].start if index + 1 < len(lines) else len(raw)
    return "\f" in raw[before : lines[index].start] or "\f" in raw[lines[index].start : after]
