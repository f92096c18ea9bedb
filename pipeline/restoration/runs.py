"""Runs of misread characters in a text: where they begin and end, and what they may be in the right encoding."""

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.characters import codes, from_codes
from pipeline.restoration.items import BAD, BREAK, EXACT, ORPHAN, SHORT, Items, groups
from pipeline.restoration.misreadings import ENTRY, PIECE, THEN, Ints, Misread, as_gbk, as_latin

Spans = list[tuple[int, int]]
ENTERED = re.compile(f"[{ENTRY}]")
READ_AS_GBK = re.compile(f"[{ENTRY}](?=[{re.escape(THEN)}\ufffd?€])")
"""What UTF-8 read as GBK is never without: two bytes of a character as one, and then what the third is part of."""
_GB2312 = re.compile("(?<![\xa1-\xff])(?:[\xa1-\xff]{2})+(?:[\t -~]+(?:[\xa1-\xff]{2})+)*(?![\xa1-\xff])")


@cache
def _pieces() -> tuple[re.Pattern[str], frozenset[str]]:
    """Runs of what GBK may make of UTF-8, and its characters; a large expression, compiled when first needed."""
    others = "\t\ufffd€" + "".join(map(chr, range(0x20, 0x7F)))
    return re.compile(f"[{re.escape(PIECE)}\t -~\ufffd€]+"), frozenset(PIECE + others)


def gbk_pieces(text: str) -> Misread:
    """What GBK may have made of UTF-8, piece by piece with a line feed between."""
    pieces, inside = _pieces()
    spans: list[tuple[int, int]] = []
    done = 0
    while sign := READ_AS_GBK.search(text, done):
        start = sign.start()
        while start > done and text[start - 1] in inside:
            start -= 1
        match = pieces.match(text, start)
        assert match
        done = match.end()
        spans.append((start, done))
    starts = np.concatenate([np.arange(start, end + 1) for start, end in spans])
    return as_gbk("\n".join(text[start:end] for start, end in spans), starts)


def grouped(misread: Misread, items: Items, *, latin: bool) -> NDArray[np.int32]:
    """Items between those that are sound, as groups (groups, 2): from which item to which one."""
    found = np.empty((len(items.kinds) + 1, 2), np.int32)
    return found[: groups(misread.data, misread.starts, items, latin, found)]


def latin_pieces(text: str, pieces: Spans, starts: Ints) -> Misread:
    """What Latin-1 or Windows-1252 may have made of bytes, piece by piece with a line feed between. ``starts``: where
    the characters of the text begin in the document."""
    begins = np.concatenate([starts[start : end + 1] for start, end in pieces])
    return as_latin("\n".join(text[start:end] for start, end in pieces), begins)


def are_utf8(items: Items, firsts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the bytes of pieces look like UTF-8, lost ones allowed for: in GBK most lead bytes are none of UTF-8.

    ``firsts``: the first item of each piece, as in ``are_chinese``.
    """
    faulty = (items.kinds == BAD) | (items.kinds == ORPHAN)
    faults = np.add.reduceat(np.where(faulty, items.ends - items.starts, 0), firsts)
    found: NDArray[np.bool_] = _beyond_ascii(items, firsts) > 2 * faults
    return found


def are_chinese(items: Items, firsts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether most characters of pieces are Chinese ones or marks."""
    chinese = (items.kinds == SHORT) | ((items.kinds == EXACT) & (items.keys >= 0x3000))
    found: NDArray[np.bool_] = 2 * np.add.reduceat(chinese, firsts, dtype=np.int64) > _beyond_ascii(items, firsts)
    return found


def _beyond_ascii(items: Items, firsts: NDArray[np.int64]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.add.reduceat(~items.ascii & (items.kinds != BREAK), firsts, dtype=np.int64)
    return found


def even(misread: Misread, text: str) -> Iterator[Misread]:
    """The runs of bytes from 0xA1 on, of even length: what GB 2312 leaves when marks stand beside it."""
    for match in _GB2312.finditer(text):
        start, end = match.span()
        yield Misread(misread.data[start:end], misread.starts[start : end + 1])


def once(text: str, misread: Misread, items: Items) -> tuple[str, Ints]:
    """The text with one of two wrong decodings undone, and where its characters begin."""
    exact = items.kinds == EXACT
    lengths = np.where(exact, 1, items.ends - items.starts)
    firsts = np.cumsum(lengths) - lengths
    taken = np.arange(int(lengths.sum())) + np.repeat(items.starts - firsts, lengths)
    chars = codes(text)[taken]
    chars[firsts[exact]] = items.keys[exact]
    return from_codes(chars), np.append(misread.starts[taken], misread.starts[-1])
