"""Text that was decoded in the wrong encoding once before: 鏀垮崗, ÕþÐ\xad or æ”¿å\x8d\x8f for 政协.

A run is undone only if its bytes, read in the right encoding, are Chinese that a language model finds far more
probable than what stands there. Big5 that was read as GBK is not undone.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from pipeline.restoration.alignment import Alignment, Replacement
from pipeline.restoration.characters import is_han, only_simplified, only_traditional
from pipeline.restoration.controls import controls
from pipeline.restoration.language_model import LanguageModel
from pipeline.restoration.lost import is_example
from pipeline.restoration.misreadings import (
    AFTER_BOM,
    C1,
    LATIN,
    UNDEFINED,
    WINDOWS,
    Item,
    Misread,
    as_latin,
    gbk,
    utf8,
)
from pipeline.restoration.reading import Chooser, Read, read_gbk, resolved, said
from pipeline.restoration.runs import ENTERED, READ_AS_GBK, Group, even, gbk_groups, grouped, is_chinese, is_utf8, once

_FIRST_LATIN = re.compile(f"[\xa1-\xff](?:[\xa1-\xff]{{3}}|[{LATIN}\ufffd?]{{1,2}}[\xc0-\xff])")
_LATIN = re.compile(f"[{LATIN}\t -~\ufffd]+")
_BEFORE_LETTERS, _LETTER, _BYTES = map(re.compile, ("[\xa1-\xbf]", "[\xc0-\xff]", "[\x80-\x9f\xad]"))
_HIGH, _WINDOWS = re.compile(f"[{LATIN}]"), re.compile(f"[{WINDOWS}]")
_FULL_WIDTH = re.compile("[＂-＇＊＋－-９＜-＞＠-～]")
_BOM = re.compile(f"ï»¿|锘(?:\ufffd|\\?(?=[!-~])|[{''.join(AFTER_BOM)}])")
_EXAMPLE = 12
"""Characters that an example has at most."""
_SAMPLE = 80
"""Items by which a group is judged."""
_PER_LATIN = -5.0
"""Log probability of a letter with an accent or a symbol beside others; no language has as many in a row."""
_SWALLOWED = -4.0
"""Log probability of an ASCII character that was read together with the byte before it."""
_MARGIN = 8.0
"""How much more probable (log) what is restored must be than what stands there."""
_MUCH = 20
"""Misread characters from which on, if they are most of a document, less is asked of what is left."""
_PROBE, _PATIENCE = 120, 20
"""Bytes by which a slow search is tried, and how many more pieces may fail than succeed before it is given up; with
ten times as many, all search is."""
_ROUNDS = 3
"""Runs that were torn may join when others are undone, or when the controls between them are left out."""
_DEPTH = 2
"""How many times a text may have been read as Latin-1."""


class _Document(NamedTuple):
    text: str
    chooser: Chooser


class _Undone(NamedTuple):
    group: Group
    start: int
    end: int
    margin: float
    mean: float
    chars: int


def mojibake(text: str, *, min_confidence: float = 0.1) -> list[Replacement]:
    """Undo wrong decoding, by replacements as small as bytes allow.

    Where bytes were lost the most probable character is taken, or, if it is less probable than ``min_confidence``,
    U+FFFD.
    """
    if not (ENTERED.search(text) or _LETTER.search(text) or _BOM.match(text)):  # nearly always
        return []
    alignment = Alignment(text, text)
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
    return [Replacement(e.raw_start, e.raw_end, e.after, e.rule, e.confidence) for e in alignment.edits]


def _may_be_latin(text: str) -> bool:
    """Whether ``_FIRST_LATIN`` can be found in a text once what tears its runs apart is left out."""
    return bool(_LETTER.search(text)) or len(_BEFORE_LETTERS.findall(text)) >= 4


def _in_view(text: str, find: Callable[[str], list[Replacement]], *, bytes_stay: bool) -> list[Replacement]:
    """Replacements for a text without the characters that no reader sees, which tear runs apart.

    ``bytes_stay``: but for those that may be bytes of misread text.
    """
    hidden = controls(text)
    if bytes_stay:
        before = [text[start:end] for start, end in zip(hidden.starts, hidden.ends, strict=True)]
        afters = [after or "".join(_BYTES.findall(one)) for one, after in zip(before, hidden.afters, strict=True)]
        hidden = hidden._replace(afters=afters)
    view = Alignment(text, text).apply(hidden)
    found = find(view.text)
    return [r._replace(start=start, end=end) for r in found for start, end in [view.to_raw(r.start, r.end)]]


def _from_gbk(text: str, least: float) -> list[Replacement]:
    if not READ_AS_GBK.search(text):  # nearly always
        return []
    groups = list(gbk_groups(text))
    exact = "".join(item.choices[0][0] for group in groups for item in group.items if item.wide)
    document = _Document(text, Chooser(LanguageModel(), _other_script(exact)))
    return _undone(document, _gbk(document, groups), least)


def _from_latin(text: str, least: float) -> list[Replacement]:
    if not _FIRST_LATIN.search(text):
        return []
    document = _Document(text, Chooser(LanguageModel(), _other_script(_as_chinese(text))))
    return _undone(document, _latin(document, text, list(range(len(text) + 1))), least)


def _gbk(document: _Document, groups: list[Group]) -> Iterator[_Undone]:
    patience = _PATIENCE
    for group in groups:
        if patience > 0 or sum(item.wide for item in group.items) > 1:
            one = _judged(document, group)
            patience += 1 if _convincing(one) else -1
            yield one


def _latin(document: _Document, text: str, starts: list[int], depth: int = _DEPTH) -> Iterator[_Undone]:
    """What was read as Latin-1 or Windows-1252 in a text whose characters begin at ``starts`` in the document."""
    mostly = 2 * len(_HIGH.findall(text)) > sum(char >= "\x80" for char in text)
    sign = _LETTER if mostly else _FIRST_LATIN
    pieces = [match for match in _LATIN.finditer(text) if sign.search(match[0])]
    # Windows-1252 loses five bytes; where its own characters are missing too, controls were taken out
    windows = any(_WINDOWS.search(piece[0]) for piece in pieces)
    missing = UNDEFINED if windows else C1
    patience = _PATIENCE
    for match in pieces:
        if patience < -10 * _PATIENCE:
            return
        lost = missing if patience > 0 else b""
        misread = as_latin(match[0], starts[match.start() : match.end() + 1])
        items = list(utf8(misread, lost))
        if not is_utf8(items):
            tried = _as_gbk(document, match[0], misread, lost if windows else b"")
        elif is_chinese(items) or depth == 1:
            tried = _tried(document, grouped(misread, items, latin=True))
        else:
            inner, inner_starts = once(match[0], misread, items)
            tried = list(_latin(document, inner, inner_starts, depth - 1))
        patience += 1 if any(map(_convincing, tried)) else -1
        yield from tried


def _as_gbk(document: _Document, text: str, misread: Misread, lost: bytes) -> list[_Undone]:
    """Read a piece as GBK, where any of ``lost`` may be missing, or marks that are sound may stand beside it."""
    plain = _tried(document, grouped(misread, gbk(misread), latin=True))
    # GB 2312 has no byte that is lost, and where one of them stands they were kept
    if lost and any(0x80 <= byte <= 0xA0 for byte in misread.data) and not any(byte in misread.data for byte in lost):
        other = plain
        # the search is slow, so what is not convincing at its beginning is not read to its end
        for part in (Misread(misread.data[:_PROBE], misread.starts[: _PROBE + 1]), misread):
            items = read_gbk(part, document.chooser.model, b"\xad" + lost)
            other = _tried(document, grouped(part, items, latin=True))
            if part.data == misread.data or not any(map(_convincing, (*plain, *other))):
                break
    else:
        if plain and all(map(_convincing, plain)):
            return plain
        other = _tried(document, (g for part in even(misread, text) for g in grouped(part, gbk(part), latin=True)))
    return max(plain, other, key=_worth)


def _worth(tried: list[_Undone]) -> float:
    return sum(one.margin * max(1.0, len(one.group.items) / _SAMPLE) for one in tried if _convincing(one))


def _tried(document: _Document, groups: Iterable[Group]) -> list[_Undone]:
    return [_judged(document, group) for group in groups]


def _as_chinese(text: str) -> str:
    """What Latin text gives if it is read in either of the right encodings, faults left out."""
    data = as_latin(text, []).data
    wide = data.decode("utf-8", "ignore")
    return wide if any(map(is_han, wide)) else data.decode("gbk", "ignore")


def _other_script(text: str) -> Callable[[str], bool]:
    traditional = sum(map(only_traditional, text)) > sum(map(only_simplified, text))
    return only_simplified if traditional else only_traditional


def _undone(document: _Document, tried: Iterable[_Undone], least: float) -> list[Replacement]:
    accepted: list[_Undone] = []
    doubtful: list[_Undone] = []
    for one in tried:
        (accepted if _convincing(one) else doubtful).append(one)
    text = document.text
    misread = sum(one.end - one.start for one in accepted)
    if misread >= _MUCH and 2 * misread > sum(char >= "\x80" for char in text):
        accepted += [one for one in doubtful if one.margin > 3 and one.mean > (-14 if one.group.latin else -10)]
    else:
        accepted = [one for one in accepted if one.chars > _EXAMPLE or not is_example(text, one.start, one.end)]
    return [r for one in accepted for r in _replacements(document, one.group, least)]


def _read(document: _Document, group: Group, items: list[Item]) -> Iterator[Read]:
    end = group.misread.starts[group.items[-1].end]
    line_end = len(items) == len(group.items) and document.text[end : end + 1] in ("", "\n", "\r")
    return resolved(items, document.chooser, line_end)


def _judged(document: _Document, group: Group) -> _Undone:
    """Judge a group by its first items."""
    text, starts = document.text, group.misread.starts
    start, end = starts[group.items[0].start], starts[group.items[-1].end]
    sample = list(_read(document, group, group.items[:_SAMPLE]))
    sampled = next((at for at in starts[sample[-1].item.end :] if at >= 0), end)
    raw = said("".join(char for char in text[start:sampled] if char >= "\x80"))
    restored = said("".join(char for read in sample for char in read.text if char >= "\x80"))
    swallowed = sum(item.ascii and starts[item.start] < 0 for item, _, _ in sample)
    # of full-width forms the model knows marks alone
    restored = _FULL_WIDTH.sub("", restored)
    support = document.chooser.model.log_likelihood("", restored) + _SWALLOWED * swallowed
    against = _PER_LATIN * len(raw) if group.latin else document.chooser.model.log_likelihood("", raw)
    least = 0.5 if group.latin or len(sample) > 3 else 1.0
    sure = sum(is_han(char) for read in sample if read.confidence >= least for char in read.text)
    return _Undone(group, start, end, support - against, support / max(1, len(restored)), sure)


def _convincing(one: _Undone) -> bool:
    """Rare characters in a row are two or three, and make words by chance."""
    sample, latin = one.group.items[:_SAMPLE], one.group.latin
    wide = sum(item.wide for item in sample)
    exact = all(item.kind == "exact" for item in sample)
    if latin and exact and wide > 1 and all(item.ascii or item.end - item.start > 2 for item in sample):
        # two characters of UTF-8 side by side are no chance in Latin text, whatever they say
        return one.margin > _MARGIN / 2 and one.mean > -14.0
    if one.chars < 4:
        margin = _MARGIN if latin else 1.5 * _MARGIN
        return (
            wide > 0 and one.chars > 1 and one.margin > margin and one.mean > (-9.0 if exact and not latin else -6.5)
        )
    return wide > 0 and one.margin > _MARGIN and one.mean > -8.0


def _replacements(document: _Document, group: Group, least: float) -> Iterator[Replacement]:
    """One replacement for the smallest spans that begin and end with whole characters on both sides."""
    starts = group.misread.starts
    begin, after, confidence = starts[group.items[0].start], "", 1.0
    for item, read, sure in _read(document, group, group.items):
        after += read if sure >= least else "\ufffd"
        confidence = min(confidence, sure)
        end = starts[item.end]
        if end >= 0:
            if document.text[begin:end] != after:
                yield Replacement(begin, end, after, "mojibake", confidence)
            begin, after, confidence = end, "", 1.0
