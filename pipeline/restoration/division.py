"""Divide bytes of GBK, of which some are lost without a sign, into characters."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.kernels import borrowing, stamp
from pipeline.restoration.characters import codes, spoken_codes
from pipeline.restoration.items import BAD, EXACT, GONE, SHORT, Items
from pipeline.restoration.language_model import LanguageModel, Table, contexts, log_probability, stops
from pipeline.restoration.misreadings import LOST, PAIR, Bytes, Misread, choices, gbk_chars
from pipeline.restoration.ngrams import Grams, after, number_of, numbers

_PATHS, _ARRIVING = 6, 32
"""Divisions that are followed at once, and how many may arrive at a byte."""
_MISSING, _ALONE, _ASCII = -7.0, -15.0, -4.0
"""Log weights of a byte that is missing without a sign, of one that is no part of a character, and of ASCII."""
_PATH = np.dtype(
    [
        ("score", np.float64),
        ("context", np.int64),
        ("key", np.int64),
        ("before", np.int32),
        ("start", np.int32),
        ("end", np.int32),
        ("kind", np.int8),
    ],
    align=True,
)
"""A division up to a byte: its log probability, its last three characters as the model knows them (21 bits each, the
first one highest, 0: none), its last item, and the division ``before`` that (-1: none)."""


class _Lookup(NamedTuple):
    """``chars``: of GBK by pair. ``spoken`` and ``plain``: what the model takes a character for, and its number, by
    code point. ``lossy``: characters whose other byte may be lost, those of lead byte ``b`` from ``offsets[b]`` to
    ``offsets[b + 1]``, those of trail byte ``b`` likewise from ``offsets[256 + b]``."""

    chars: NDArray[np.int32]
    spoken: NDArray[np.int32]
    plain: NDArray[np.uint16]
    lossy: NDArray[np.int32]
    offsets: NDArray[np.int32]


@cache
def _tables(lost: bytes) -> _Lookup:
    leads = [
        "".join(char for char, _ in choices(PAIR | byte << 8, lost)) if byte >= 0x80 else "" for byte in range(256)
    ]
    trails = ["".join(char for char, _ in choices(PAIR | byte, lost)) if byte else "" for byte in range(256)]
    offsets = np.concatenate(([0], np.cumsum([len(chars) for chars in leads + trails])))
    lossy = codes("".join(leads + trails)).astype(np.int32)
    return _Lookup(gbk_chars(), spoken_codes(), numbers().plain, lossy, offsets.astype(np.int32))


def read_gbk(misread: Misread, model: LanguageModel, lost: bytes) -> Items:
    """Read bytes as GBK where any of ``lost`` may be missing: the most probable division into characters."""
    size = len(misread.data)
    paths = np.empty((size + 1) * _PATHS, _PATH)
    last = _divided(model.general, model.own, misread.data, _tables(lost), paths)
    found = []
    while paths[last]["before"] >= 0:
        found.append(last)
        last = int(paths[last]["before"])
    rows = paths[found[::-1]]
    return Items(*(np.ascontiguousarray(rows[name]) for name in ("start", "end", "kind", "key")))


@borrowing
def _appended(tables: _Lookup, context: int, code: int) -> np.int64:
    """The context after one more character."""
    first, second, third = context >> 42, context >> 21 & 0x1FFFFF, context & 0x1FFFFF
    if first == 0:
        return _spoken(tables, code) << 42
    if second == 0:
        return _spoken(tables, first) << 42 | _spoken(tables, code) << 21
    if third > 0:
        first, second = second, third
    return _spoken(tables, first) << 42 | _spoken(tables, second) << 21 | _spoken(tables, code)


@borrowing
def _spoken(tables: _Lookup, code: int) -> np.int64:
    return np.int64(tables.spoken[code]) if code < tables.spoken.size else np.int64(code)


@borrowing
def _arrive(
    arriving: NDArray[np.void],
    counts: NDArray[np.int32],
    path: tuple[float, int, int],
    item: tuple[int, int, int, int],
) -> None:
    """Put a division among those that arrive where its last item ends."""
    row = item[1] % 3
    one = arriving[row, counts[row]]
    counts[row] += 1
    one.score, one.context, one.before = path
    one.start, one.end, one.kind, one.key = item


@borrowing
def _keep(arriving: NDArray[np.void], n: int, paths: NDArray[np.void], first: int) -> int:
    """Put the best divisions that have different contexts into ``paths`` from ``first`` on; returns their number."""
    kept = 0
    for one in range(n):
        new = arriving[one]
        at = 0
        while at < kept and not _better(new, paths[first + at]):
            if paths[first + at].context == new.context:
                at = _PATHS + 1
            else:
                at += 1
        if at >= _PATHS:
            continue
        # the same context, less probable, gives way
        end = at
        while end < kept and paths[first + end].context != new.context:
            end += 1
        if end == kept:
            end = min(kept, _PATHS - 1)
            kept = min(kept + 1, _PATHS)
        for to in range(end, at, -1):
            paths[first + to] = paths[first + to - 1]
        paths[first + at] = new
    return kept


@borrowing
def _better(one: Any, other: Any) -> bool:
    return bool(one.score > other.score or (one.score == other.score and one.context < other.context))


@borrowing
def _probable(
    general: Grams, document: Table, tables: _Lookup, context: int, chars: NDArray[np.int32]
) -> tuple[float, int]:
    """The most probable of some characters after a context, and its log probability."""
    state, last = np.uint64(0), np.int64(0)
    for shift in (42, 21, 0):
        one = np.int64(context >> shift & 0x1FFFFF)
        if one > 0:
            state, last = after(state, number_of(tables.plain, one)), one
    known = contexts(general, document, state)
    best, char = -np.inf, 0
    for code in chars:
        heard = _spoken(tables, code)
        score = log_probability(general, document, state, known, number_of(tables.plain, heard)) + stops(last, heard)
        if score > best or (score == best and code > char):
            best, char = score, code
    return best, char


@njit()
def _divide(general: Grams, document: Table, data: Bytes, tables: _Lookup, paths: NDArray[np.void]) -> int:
    size = data.size
    arriving, counts = np.empty((3, _ARRIVING), paths.dtype), np.zeros(3, np.int32)
    one_char = np.empty(1, np.int32)
    _arrive(arriving, counts, (0.0, 0, -1), (0, 0, BAD, 0))
    for at in range(size):
        first = at * _PATHS
        n = _keep(arriving[at % 3], counts[at % 3], paths, first)
        counts[at % 3] = 0
        byte, end = np.int64(data[at]), at + 1
        follows = np.int64(data[end]) if end < size else np.int64(0)
        leads = tables.lossy[tables.offsets[byte] : tables.offsets[byte + 1]]
        trails = tables.lossy[tables.offsets[256 + byte] : tables.offsets[257 + byte]]
        for before in range(first, first + n):
            score, context = paths[before].score, paths[before].context
            if byte < 0x80:
                path = (score + _ASCII, _appended(tables, context, byte), before)
                _arrive(arriving, counts, path, (at, end, EXACT, byte))
            elif byte == LOST:
                one_char[0] = 0xFFFD
                more, char = _probable(general, document, tables, context, one_char)
                path = (score + _ALONE + more, _appended(tables, context, char), before)
                _arrive(arriving, counts, path, (at, end, GONE, 0xFFFD))
                chars = tables.lossy[tables.offsets[256 + follows] : tables.offsets[257 + follows]]
                if chars.size:
                    more, char = _probable(general, document, tables, context, chars)
                    path = (score + more, _appended(tables, context, char), before)
                    _arrive(arriving, counts, path, (at, end + 1, SHORT, PAIR | follows))
            else:
                _arrive(arriving, counts, (score + _ALONE, 0, before), (at, end, BAD, 0))
                one_char[0] = tables.chars[byte << 8 | follows]
                if follows == LOST and leads.size:
                    more, char = _probable(general, document, tables, context, leads)
                    path = (score + more, _appended(tables, context, char), before)
                    _arrive(arriving, counts, path, (at, end + 1, SHORT, PAIR | byte << 8))
                elif follows != LOST and one_char[0]:
                    more, char = _probable(general, document, tables, context, one_char)
                    path = (score + more, _appended(tables, context, char), before)
                    _arrive(arriving, counts, path, (at, end + 1, EXACT, char))
                if leads.size:
                    more, char = _probable(general, document, tables, context, leads)
                    path = (score + _MISSING + more, _appended(tables, context, char), before)
                    _arrive(arriving, counts, path, (at, end, SHORT, PAIR | byte << 8))
            if byte >= 0x40 and byte != LOST and trails.size:
                more, char = _probable(general, document, tables, context, trails)
                path = (score + _MISSING + more, _appended(tables, context, char), before)
                _arrive(arriving, counts, path, (at, end, SHORT, PAIR | byte))
    _keep(arriving[size % 3], counts[size % 3], paths, size * _PATHS)
    return size * _PATHS


def _compiled(stamp: str) -> Callable[[Grams, Table, Bytes, _Lookup, NDArray[np.void]], int]:
    """The division, compiled at its first call and kept on disk (see ``kernels.stamp``)."""

    @njit(cache=True)
    def divided(general: Grams, document: Table, data: Bytes, tables: _Lookup, paths: NDArray[np.void]) -> int:
        assert len(stamp) > 0
        return _divide(general, document, data, tables, paths)

    return divided


_divided = _compiled(stamp(__file__, "division", "items", "language_model", "ngrams"))
