"""Text that was decoded in the wrong encoding once before: 鏀垮崗, ÕþÐ\xad or æ”¿å\x8d\x8f for 政协.

A run is undone only if its bytes, read in the right encoding, are Chinese that a language model finds far more
probable than what stands there. Big5 that was read as GBK is not undone.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.alignment import NONE, Alignment, Replacement, Replacements
from pipeline.restoration.characters import (
    HAN_RE,
    codes,
    counted,
    from_codes,
    holds_any,
    only_simplified,
    only_traditional,
)
from pipeline.restoration.controls import controls, without_controls
from pipeline.restoration.division import read_gbk
from pipeline.restoration.items import Items, gbk, utf8
from pipeline.restoration.judgement import SAMPLE, Document, Run, Undone, judged, replacements
from pipeline.restoration.language_model import shipped_model
from pipeline.restoration.lost import is_example
from pipeline.restoration.misreadings import AFTER_BOM, C1, LATIN, TAILS, UNDEFINED, WINDOWS, Ints, Misread, as_latin
from pipeline.restoration.reading import Chooser, weighed
from pipeline.restoration.runs import (
    ENTERED,
    READ_AS_GBK,
    Spans,
    are_chinese,
    are_utf8,
    even,
    gbk_pieces,
    grouped,
    latin_pieces,
    once,
)

_FIRST_LATIN = re.compile(f"[\xa1-\xff](?:[\xa1-\xff]{{3}}|[{LATIN}\ufffd?]{{1,2}}[\xc0-\xff])")
_LATIN = re.compile(f"[{LATIN}\t -~\ufffd]+")
_LETTER, _BYTES = map(re.compile, ("[\xc0-\xff]", "[\x80-\x9f\xad]"))
_holds_letters = holds_any("\xc0-\xff")
_HIGH, _WINDOWS = re.compile(f"[{LATIN}]"), re.compile(f"[{WINDOWS}]")
_BOM = re.compile(f"ï»¿|锘(?:\ufffd|\\?(?=[!-~])|[{''.join(AFTER_BOM)}])")
_EXAMPLE = 12
"""Characters that an example has at most."""
_MUCH = 20
"""Misread characters from which on, if they are most of a document, less is asked of what is left."""
_PROBE, _PATIENCE = 120, 20
"""Bytes by which a slow search is tried, and how many more pieces may fail than succeed before it is given up; with
ten times as many, all search is."""
_ROUNDS = 3
"""Runs that were torn may join when others are undone, or when the controls between them are left out."""
_DEPTH = 2
"""How many times a text may have been read as Latin-1."""


def mojibake(text: str, *, min_confidence: float = 0.1) -> Replacements:
    """Undo wrong decoding, by replacements as small as bytes allow.

    Where bytes were lost the most probable character is taken, or, if it is less probable than ``min_confidence``,
    U+FFFD.
    """
    alignment = Alignment(text, text)
    if not (ENTERED.search(text) or _holds_letters(text) or _BOM.match(text)):  # nearly always
        return alignment.replacements
    for _ in range(_ROUNDS):
        before = alignment
        for may_be, find, bytes_stay in (
            (ENTERED.search, _from_gbk, False),
            (_may_be_latin, _from_latin, True),
            (_may_be_latin, _from_latin, False),
        ):
            if may_be(alignment.text):
                alignment = alignment.apply(
                    _in_view(alignment.text, partial(find, least=min_confidence), bytes_stay=bytes_stay)
                )
        if alignment is before:
            break
    if bom := _BOM.match(alignment.text):
        after = AFTER_BOM.get(bom[0][-1], "")
        alignment = alignment.apply([Replacement(0, bom.end(), after, "mojibake")])
    return alignment.replacements


def _may_be_latin(text: str) -> bool:
    """Whether ``_FIRST_LATIN`` can be found in a text once what tears its runs apart is left out."""
    points = codes(text)
    latin = points[points < 0x100]
    return bool((latin >= 0xC0).any()) or int((latin > 0xA0).sum()) >= 4


def _in_view(text: str, find: Callable[[str], Replacements], *, bytes_stay: bool) -> Replacements:
    """Replacements for a text without the characters that no reader sees, which tear runs apart.

    ``bytes_stay``: but for those that may be bytes of misread text.
    """
    view = without_controls(text)
    if view.text == text:
        return find(text)
    if bytes_stay and _BYTES.search(text):
        hidden = controls(text)
        before = [text[start:end] for start, end in zip(hidden.starts, hidden.ends, strict=True)]
        afters = [after or "".join(_BYTES.findall(one)) for one, after in zip(before, hidden.afters, strict=True)]
        view = Alignment(text, text).apply(hidden._replace(afters=afters))
    found = find(view.text)
    if view.text == text or not len(found.starts):
        return found
    spans = [view.to_raw(start, end) for start, end in zip(found.starts, found.ends, strict=True)]
    return found._replace(starts=[start for start, _ in spans], ends=[end for _, end in spans])


def _from_gbk(text: str, least: float) -> Replacements:
    if not READ_AS_GBK.search(text):  # nearly always
        return NONE
    misread = gbk_pieces(text)
    items = utf8(misread, TAILS)
    groups = grouped(misread, items, latin=False)
    if not len(groups):
        return NONE
    written = np.concatenate(([0], np.cumsum(~items.ascii)))
    # one character by itself is read so by chance, and convinces nobody
    if not (written[groups[:, 1]] > written[groups[:, 0]] + 1).any():
        return NONE
    grown = np.zeros(len(items.kinds) + 1, np.int8)
    np.add.at(grown, groups, [1, -1])
    known = items.keys[items.wide & (np.cumsum(grown[:-1]) > 0)]
    document = Document(text, Chooser(shipped_model(), _other_script(from_codes(known.astype(np.uint32)))))
    run = Run(misread, items, weighed(items, TAILS, document.chooser), latin=False)
    return _undone(document, _gbk(judged(document, run, groups)), least)


def _from_latin(text: str, least: float) -> Replacements:
    if not _FIRST_LATIN.search(text):
        return NONE
    document = Document(text, Chooser(shipped_model(), _other_script(_as_chinese(text))))
    return _undone(document, _latin(document, text, np.arange(len(text) + 1)), least)


def _gbk(tried: Iterable[Undone]) -> Iterator[Undone]:
    patience = _PATIENCE
    for one in tried:
        if patience > 0 or int(one.run.items.wide[one.first : one.last].sum()) > 1:
            patience += 1 if one.convincing else -1
            yield one


def _latin(document: Document, text: str, starts: Ints, depth: int = _DEPTH) -> Iterator[Undone]:
    """What was read as Latin-1 or Windows-1252 in a text whose characters begin at ``starts`` in the document."""
    mostly = 2 * len(_HIGH.findall(text)) > _beyond_ascii(text)
    sign = _LETTER if mostly else _FIRST_LATIN
    pieces = [match.span() for match in _LATIN.finditer(text) if sign.search(match[0])]
    # Windows-1252 loses five bytes; where its own characters are missing too, controls were taken out
    windows = any(_WINDOWS.search(text, start, end) for start, end in pieces)
    missing = UNDEFINED if windows else C1
    patience, done = _PATIENCE, 0
    while done < len(pieces) and patience >= -10 * _PATIENCE:
        # as many at once as are tried alike, whatever comes of them
        many = patience if patience > 0 else min(1 - patience, patience + 10 * _PATIENCE + 1)
        lost = missing if patience > 0 else b""
        for tried in _each_tried(document, text, pieces[done : done + many], starts, lost, windows, depth):
            patience += 1 if any(one.convincing for one in tried) else -1
            yield from tried
        done += many


def _each_tried(
    document: Document, text: str, pieces: Spans, starts: Ints, lost: bytes, windows: bool, depth: int
) -> list[list[Undone]]:
    """What each piece may be, all judged together."""
    items = utf8(misread := latin_pieces(text, pieces, starts), lost)
    firsts = np.cumsum([0, *(end - start + 1 for start, end in pieces[:-1])])
    first_items = np.searchsorted(items.starts, firsts)
    wide, chinese = are_utf8(items, first_items), are_chinese(items, first_items) | (depth == 1)
    found: list[list[Undone]] = [[] for _ in pieces]

    def judge(which: NDArray[np.bool_], read: Callable[[Misread], Items], may_be_lost: bytes) -> None:
        if not which.any():
            return
        of_these = misread if which.all() else latin_pieces(text, list(compress(pieces, which)), starts)
        begins = [int(starts[start]) for start, _ in pieces]
        for one in _tried(document, of_these, read(of_these), may_be_lost):
            found[bisect_right(begins, one.start) - 1].append(one)

    judge(wide & chinese, partial(utf8, lost=lost), lost)
    judge(~wide, gbk, b"")
    for at in np.flatnonzero(~(wide & chinese)).tolist():
        start, end = pieces[at]
        piece = Misread(misread.data[firsts[at] : firsts[at] + end - start], starts[start : end + 1])
        if wide[at]:
            found[at] = list(_latin(document, *once(text[start:end], piece, utf8(piece, lost)), depth - 1))
        else:
            found[at] = _as_gbk(document, text[start:end], piece, found[at], lost if windows else b"")
    return found


def _as_gbk(document: Document, text: str, misread: Misread, plain: list[Undone], lost: bytes) -> list[Undone]:
    """Read a piece as GBK, where any of ``lost`` may be missing, or marks that are sound may stand beside it.

    ``plain``: what it is if neither is so.
    """
    # GB 2312 has no byte that is lost, and where one of them stands they were kept
    data = misread.data.tobytes()
    if lost and any(byte in data for byte in C1 + b"\xa0") and not any(byte in data for byte in lost):
        other = plain
        # the search is slow, so what is not convincing at its beginning is not read to its end
        for part in (Misread(misread.data[:_PROBE], misread.starts[: _PROBE + 1]), misread):
            missing = b"\xad" + lost
            items = read_gbk(part, document.chooser.model, missing)
            other = _tried(document, part, items, missing)
            if len(part.data) == len(data) or not any(one.convincing for one in (*plain, *other)):
                break
    else:
        if plain and all(one.convincing for one in plain):
            return plain
        other = [one for part in even(misread, text) for one in _tried(document, part, gbk(part), b"")]
    return max(plain, other, key=_worth)


def _worth(tried: list[Undone]) -> float:
    return sum(one.margin * max(1.0, (one.last - one.first) / SAMPLE) for one in tried if one.convincing)


def _tried(document: Document, misread: Misread, items: Items, lost: bytes) -> list[Undone]:
    groups = grouped(misread, items, latin=True)
    if not len(groups):  # what is to be weighed may be much
        return []
    return judged(document, Run(misread, items, weighed(items, lost, document.chooser), latin=True), groups)


def _beyond_ascii(text: str) -> int:
    return int((codes(text) >= 0x80).sum())


def _as_chinese(text: str) -> str:
    """What Latin text gives if it is read in either of the right encodings, faults left out."""
    data = as_latin(text, np.empty(0, np.int64)).data.tobytes()
    wide = data.decode("utf-8", "ignore")
    return wide if HAN_RE.search(wide) else data.decode("gbk", "ignore")


def _other_script(text: str) -> Callable[[str], bool]:
    counts = counted(text).items()
    traditional = sum(n for char, n in counts if only_traditional(char))
    return only_simplified if traditional > sum(n for char, n in counts if only_simplified(char)) else only_traditional


def _undone(document: Document, tried: Iterable[Undone], least: float) -> Replacements:
    accepted: list[Undone] = []
    doubtful: list[Undone] = []
    for one in tried:
        (accepted if one.convincing else doubtful).append(one)
    text = document.text
    misread = sum(one.end - one.start for one in accepted)
    if misread >= _MUCH and 2 * misread > _beyond_ascii(text):
        accepted += [one for one in doubtful if one.margin > 3 and one.mean > (-14 if one.run.latin else -10)]
    else:
        accepted = [one for one in accepted if one.chars > _EXAMPLE or not is_example(text, one.start, one.end)]
    return replacements(document, sorted(accepted, key=lambda one: one.start), least)
