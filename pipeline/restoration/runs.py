"""Runs of misread characters in a text: where they begin and end, and what they may be in the right encoding."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pipeline.restoration.misreadings import ENTRY, PIECE, THEN, Item, Misread, as_gbk, utf8

ENTERED = re.compile(f"[{ENTRY}]")
READ_AS_GBK = re.compile(f"[{ENTRY}](?=[{re.escape(THEN)}\ufffd?€])")
"""What UTF-8 read as GBK is never without: two bytes of a character as one, and then what the third is part of."""
_GB2312 = re.compile("(?<![\xa1-\xff])(?:[\xa1-\xff]{2})+(?:[\t -~]+(?:[\xa1-\xff]{2})+)*(?![\xa1-\xff])")


class Group(NamedTuple):
    """Items that follow one another, from one character of the text to another."""

    misread: Misread
    items: list[Item]
    latin: bool


@cache
def _pieces() -> tuple[re.Pattern[str], frozenset[str]]:
    """Runs of what GBK may make of UTF-8, and its characters; a large expression, compiled when first needed."""
    others = "\t\ufffd€" + "".join(map(chr, range(0x20, 0x7F)))
    return re.compile(f"[{re.escape(PIECE)}\t -~\ufffd€]+"), frozenset(PIECE + others)


def gbk_groups(text: str) -> Iterator[Group]:
    pieces, inside = _pieces()
    done = 0
    for sign in READ_AS_GBK.finditer(text):
        start = sign.start()
        if start < done:
            continue
        while start > done and text[start - 1] in inside:
            start -= 1
        match = pieces.match(text, start)
        assert match
        done = match.end()
        misread = as_gbk(match[0], start)
        yield from grouped(misread, utf8(misread), latin=False)


def grouped(misread: Misread, items: Iterable[Item], *, latin: bool) -> Iterator[Group]:
    """Items between those that are sound, as groups."""
    group: list[Item] = []
    weak = 0
    for item in items:
        if item.kind == "bad" or weak > 4:
            yield from _trimmed(Group(misread, group, latin))
            group, weak = [], 0
        if item.kind != "bad":
            group.append(item)
            weak = 0 if item.wide or (latin and item.kind == "short") else weak + (not item.ascii)
    yield from _trimmed(Group(misread, group, latin))


def _trimmed(group: Group) -> Iterator[Group]:
    """The group from the first character that is sure to be misread to the last."""
    misread, items, latin = group
    starts = misread.starts
    first, last = 0, len(items)
    while first < last and not (starts[items[first].start] >= 0 and _misread(items[first], latin)):
        first += 1
    while first < last:
        item = items[last - 1]
        # what begins inside a character that was misread belongs to it
        if starts[item.end] >= 0 and (_misread(item, latin) or starts[item.start] < 0):
            break
        last -= 1
    # one character whose last byte is lost, with a sign of that, may be all that a line holds
    if any(item.wide or misread.data[item.end - 1] in b"\xff?" for item in items[first:last]):
        yield Group(misread, items[first:last], latin)


def _misread(item: Item, latin: bool) -> bool:
    return item.wide or (item.kind == "short" and (latin or item.end - item.start > 1))


def is_utf8(items: list[Item]) -> bool:
    """Whether bytes look like UTF-8, lost ones allowed for: in GBK most lead bytes are none of UTF-8."""
    faults = sum(item.end - item.start for item in items if item.kind in ("bad", "orphan"))
    return sum(not item.ascii for item in items) > 2 * faults


def is_chinese(items: list[Item]) -> bool:
    chinese = sum(item.kind == "short" or (item.wide and item.choices[0][0] >= "\u3000") for item in items)
    return 2 * chinese > sum(not item.ascii for item in items)


def even(misread: Misread, text: str) -> Iterator[Misread]:
    """The runs of bytes from 0xA1 on, of even length: what GB 2312 leaves when marks stand beside it."""
    for match in _GB2312.finditer(text):
        start, end = match.span()
        yield Misread(misread.data[start:end], misread.starts[start : end + 1])


def once(text: str, misread: Misread, items: list[Item]) -> tuple[str, list[int]]:
    """The text with one of two wrong decodings undone, and where its characters begin."""
    chars: list[str] = []
    starts: list[int] = []
    for item in items:
        inner = item.choices[0][0] if item.kind == "exact" else text[item.start : item.end]
        chars.append(inner)
        starts += misread.starts[item.start : item.start + len(inner)]
    return "".join(chars), [*starts, misread.starts[-1]]
