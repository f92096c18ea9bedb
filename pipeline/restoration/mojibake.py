"""Text that was decoded in the wrong encoding once before: 鏀垮崗, ÕþÐ\xad or æ”¿å\x8d\x8f for 政协.

A run is undone only if its bytes, read in the right encoding, are Chinese that a language model finds far more
probable than what stands there. Big5 that was read as GBK is not undone.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pipeline.restoration.alignment import Replacement
from pipeline.restoration.characters import is_han, only_simplified, only_traditional
from pipeline.restoration.language_model import LanguageModel
from pipeline.restoration.misreadings import (
    AFTER_BOM,
    C1,
    ENTRY,
    LATIN,
    PIECE,
    THEN,
    UNDEFINED,
    WINDOWS,
    Item,
    Misread,
    as_gbk,
    as_latin,
    gbk,
    utf8,
)
from pipeline.restoration.notes import Finding
from pipeline.restoration.reading import Read, read_gbk, resolved, said

_FIRST_GBK = re.compile(f"[{ENTRY}][{THEN}\ufffd?€]")
_GBK = re.compile(f"[{PIECE}\t -~\ufffd€]+")
_FIRST_LATIN = re.compile(f"[\xa1-\xff](?:[\xa1-\xff]{{3}}|[{LATIN}\ufffd?]{{1,2}}[\xc0-\xff])")
_LATIN = re.compile(f"[{LATIN}\t -~\ufffd]+")
_GB2312 = re.compile("(?:[\xa1-\xff]{2})+(?:[\t -~]+(?:[\xa1-\xff]{2})+)*")
_WINDOWS, _C1 = re.compile(f"[{WINDOWS}]"), re.compile("[\x80-\x9f]")
_ENTRIES = frozenset(ENTRY)
_BOM = re.compile(f"ï»¿|锘(?:\ufffd|\\?(?=[!-~])|[{''.join(AFTER_BOM)}])")
_ABOUT = re.compile(r"乱码|亂碼|编码|編碼|解码|解碼|字符集|UTF-?8|GBK|GB ?2312|GB ?18030|Latin-?1|mojibake", re.I)
"""What a text about wrong decoding speaks of: such a text shows examples."""
_AROUND = 200
"""Characters before and after an example in which that is said."""
_EXAMPLE = 12
"""Characters that an example has at most."""
_SAMPLE = 200
"""Items by which a group is judged."""
_PER_LATIN = -5.0
"""Log probability of a letter with an accent or a symbol beside others; no language has as many in a row."""
_SWALLOWED = -4.0
"""Log probability of an ASCII character that was read together with the byte before it."""
_MARGIN = 8.0
"""How much more probable (log) what is restored must be than what stands there."""
_MUCH = 20
"""Misread characters from which on, if they are most of a document, less is asked of what is left."""
_GONE = re.compile("(?:锟斤拷|锟斤(?!拷)|烫{3,}|屯{3,}|\ufffd+)+")
_DEPTH = 2
"""How many times a text may have been read as Latin-1."""


class _Group(NamedTuple):
    """Items that follow one another, from one character of the text to another."""

    misread: Misread
    items: list[Item]
    latin: bool


class _Document(NamedTuple):
    text: str
    model: LanguageModel
    other: Callable[[str], bool]
    """Whether a character is of the script that the document is not in."""


class _Undone(NamedTuple):
    group: _Group
    reads: list[Read]
    start: int
    end: int
    margin: float
    mean: float
    chars: int


_Attempts = Iterator[list[_Group]]
"""The ways of reading a piece of a text, the next one to be tried if one does not convince."""


def mojibake(text: str, *, min_confidence: float = 0.2) -> list[Replacement]:
    """Undo wrong decoding, by replacements as small as bytes allow.

    Where bytes were lost the most probable character is taken, or, if it is less probable than ``min_confidence``,
    U+FFFD, which ``findings`` tells of.
    """
    found: list[Replacement] = []
    if _FIRST_GBK.search(text):
        groups = list(_gbk_groups(text))
        exact = "".join(item.choices[0][0] for group in groups for item in group.items if item.wide)
        document = _Document(text, LanguageModel(), _other_script(exact))
        found += _undone(document, [iter([[group]]) for group in groups], min_confidence)
    if _FIRST_LATIN.search(text):
        document = _Document(text, LanguageModel(), _other_script(_as_chinese(text)))
        found += _undone(document, _latin_pieces(text, list(range(len(text) + 1)), document.model), min_confidence)
    bom = _BOM.match(text)
    if bom and not (found and min(found).start < bom.end()):
        found.append(Replacement(0, bom.end(), AFTER_BOM.get(bom[0][-1], ""), "mojibake"))
    return sorted(found)


def findings(text: str, replacements: list[Replacement]) -> list[Finding]:
    """What wrong decoding destroyed in a text, given its replacements."""
    told: list[Finding] = []
    unread = [replacement.start for replacement in replacements if "\ufffd" in replacement.after]
    if unread:
        told.append(
            Finding(
                f"{len(unread)} place(s) of misread text lack bytes and have no reading that is probable enough: "
                "U+FFFD stands for each character",
                unread,
            )
        )
    if any(sign in text for sign in ("\ufffd", "锟斤", "烫烫烫", "屯屯屯")):
        mended = {at for replacement in replacements for at in range(replacement.start, replacement.end)}
        gone = [m.start() for m in _GONE.finditer(text) if m.start() not in mended and not _example(text, *m.span())]
        if gone:
            told.append(
                Finding(
                    f"{len(gone)} place(s) hold 锟斤拷, 烫烫烫, 屯屯屯 or U+FFFD: the characters there were lost "
                    "before this page was saved",
                    gone,
                )
            )
    return told


def _gbk_groups(text: str) -> Iterator[_Group]:
    for match in _GBK.finditer(text):
        if not _ENTRIES.isdisjoint(match[0]):
            misread = as_gbk(match[0], match.start())
            yield from _grouped(misread, utf8(misread), latin=False)


def _latin_pieces(text: str, starts: list[int], model: LanguageModel, depth: int = _DEPTH) -> Iterator[_Attempts]:
    """For each piece of text that may have been read as Latin-1 or Windows-1252, the ways to read it."""
    pieces = [match for match in _LATIN.finditer(text) if _FIRST_LATIN.search(match[0])]
    # Windows-1252 loses five bytes; where its own characters are missing too, controls were taken out
    windows = any(_WINDOWS.search(piece[0]) for piece in pieces)
    lost = b"" if _C1.search(text) else UNDEFINED if windows else C1
    for match in pieces:
        misread = as_latin(match[0], starts[match.start() : match.end() + 1])
        items = list(utf8(misread, lost))
        if not _is_utf8(items):
            yield _as_gbk(match[0], misread, model, b"\xad" + lost)
        elif _is_chinese(items) or depth == 1:
            yield iter([list(_grouped(misread, items, latin=True))])
        else:
            inner, inner_starts = _once(match[0], misread, items)
            yield from _latin_pieces(inner, inner_starts, model, depth - 1)


def _is_utf8(items: list[Item]) -> bool:
    """Whether bytes look like UTF-8, lost ones allowed for: in GBK most lead bytes are none of UTF-8."""
    faults = sum(item.end - item.start for item in items if item.kind in ("bad", "orphan"))
    return sum(not item.ascii for item in items) > 2 * faults


def _is_chinese(items: list[Item]) -> bool:
    chinese = sum(item.kind == "short" or (item.wide and is_han(item.choices[0][0])) for item in items)
    return 2 * chinese > sum(not item.ascii for item in items)


def _as_gbk(text: str, misread: Misread, model: LanguageModel, lost: bytes) -> _Attempts:
    """GBK read as Latin-1: without fault, in runs of GB 2312's bytes beside marks that are sound, with bytes lost."""
    yield list(_grouped(misread, gbk(misread), latin=True))
    yield [group for part in _even(misread, text) for group in _grouped(part, gbk(part), latin=True)]
    yield list(_grouped(misread, read_gbk(misread, model, lost), latin=True))


def _even(misread: Misread, text: str) -> Iterator[Misread]:
    """The runs of bytes from 0xA1 on, of even length: what GB 2312 leaves when marks stand beside it."""
    for match in _GB2312.finditer(text):
        start, end = match.span()
        yield Misread(misread.data[start:end], misread.starts[start : end + 1])


def _once(text: str, misread: Misread, items: list[Item]) -> tuple[str, list[int]]:
    """The text with one of two wrong decodings undone, and where its characters begin."""
    chars: list[str] = []
    starts: list[int] = []
    for item in items:
        inner = item.choices[0][0] if item.kind == "exact" else text[item.start : item.end]
        chars.append(inner)
        starts += misread.starts[item.start : item.start + len(inner)]
    return "".join(chars), [*starts, misread.starts[-1]]


def _as_chinese(text: str) -> str:
    """What Latin text gives if it is read in either of the right encodings, faults left out."""
    data = as_latin(text, []).data
    wide = data.decode("utf-8", "ignore")
    return wide if any(map(is_han, wide)) else data.decode("gbk", "ignore")


def _other_script(text: str) -> Callable[[str], bool]:
    traditional = sum(map(only_traditional, text)) > sum(map(only_simplified, text))
    return only_simplified if traditional else only_traditional


def _grouped(misread: Misread, items: Iterable[Item], *, latin: bool) -> Iterator[_Group]:
    """Items between those that are sound, as groups."""
    group: list[Item] = []
    weak = 0
    for item in items:
        if item.kind == "bad" or weak > 4:
            yield from _trimmed(_Group(misread, group, latin))
            group, weak = [], 0
        if item.kind != "bad":
            group.append(item)
            weak = 0 if item.wide or (latin and item.kind == "short") else weak + (not item.ascii)
    yield from _trimmed(_Group(misread, group, latin))


def _trimmed(group: _Group) -> Iterator[_Group]:
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
    if any(item.wide for item in items[first:last]):
        yield _Group(misread, items[first:last], latin)


def _misread(item: Item, latin: bool) -> bool:
    return item.wide or (item.kind == "short" and (latin or item.end - item.start > 1))


def _undone(document: _Document, pieces: Iterable[_Attempts], min_confidence: float) -> list[Replacement]:
    accepted: list[_Undone] = []
    doubtful: list[_Undone] = []
    tried: list[_Undone]
    good: list[_Undone]
    for attempts in pieces:
        tried, good = [], []
        for groups in attempts:
            tried = [_judged(document, group) for group in groups]
            good = [one for one in tried if _convincing(one)]
            if good:
                break
        accepted += good
        doubtful += [one for one in tried if one not in good]
    text = document.text
    misread = sum(one.end - one.start for one in accepted)
    if misread >= _MUCH and 2 * misread > sum(char >= "\x80" for char in text):
        accepted += [one for one in doubtful if one.margin > 3 and one.mean > -10]
    else:
        accepted = [one for one in accepted if one.chars > _EXAMPLE or not _example(text, one.start, one.end)]
    return [r for one in accepted for r in _replacements(text, one, min_confidence)]


def _judged(document: _Document, group: _Group) -> _Undone:
    text, starts = document.text, group.misread.starts
    start, end = starts[group.items[0].start], starts[group.items[-1].end]
    reads = list(resolved(group.items, document.model, document.other, text[end : end + 1] in ("", "\n", "\r")))
    sample = reads[:_SAMPLE]
    sampled = next((at for at in starts[sample[-1].item.end :] if at >= 0), end)
    raw = said("".join(char for char in text[start:sampled] if char >= "\x80"))
    restored = said("".join(char for read in sample for char in read.text if char >= "\x80"))
    swallowed = sum(item.ascii and starts[item.start] < 0 for item, _, _ in sample)
    support = document.model.log_likelihood("", restored) + _SWALLOWED * swallowed
    against = _PER_LATIN * len(raw) if group.latin else document.model.log_likelihood("", raw)
    sure = sum(is_han(char) for read in sample if read.confidence > 0.5 for char in read.text)
    return _Undone(group, reads, start, end, support - against, support / max(1, len(restored)), sure)


def _convincing(one: _Undone) -> bool:
    """Rare characters in a row are two or three, and make words by chance."""
    if one.chars < 4:
        return one.chars > 1 and one.margin > (_MARGIN if one.group.latin else 1.5 * _MARGIN) and one.mean > -6.5
    return one.margin > _MARGIN and one.mean > -8.0


def _example(text: str, start: int, end: int) -> bool:
    """Whether a text speaks of encodings around a span."""
    return bool(_ABOUT.search(text, max(0, start - _AROUND), start) or _ABOUT.search(text, end, end + _AROUND))


def _replacements(text: str, one: _Undone, min_confidence: float) -> Iterator[Replacement]:
    """One replacement for the smallest spans that begin and end with whole characters on both sides."""
    starts = one.group.misread.starts
    begin, after, confidence = starts[one.reads[0].item.start], "", 1.0
    for item, read, sure in one.reads:
        after += read if sure >= min_confidence else "\ufffd"
        confidence = min(confidence, sure)
        end = starts[item.end]
        if end >= 0:
            if text[begin:end] != after:
                yield Replacement(begin, end, after, "mojibake", confidence)
            begin, after, confidence = end, "", 1.0
