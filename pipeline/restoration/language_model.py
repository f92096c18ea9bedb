"""A character model of Chinese: how probable is a character after the three before it?

To the shipped n-grams (4-grams of official and ordinary Chinese, interpolated Kneser-Ney) a model of the document
itself is mixed: its characters after the last one to three, by Witten-Bell interpolation. All is deterministic.

The functions that score are compiled, since the search for lost bytes asks them many thousand times for one place; of
these only the outermost are kept on disk, since numba does not see whether what they call has changed.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.kernels import borrowing, stamp
from pipeline.restoration.characters import codes
from pipeline.restoration.ngrams import RARE, Grams, after, after_more, after_one, ngrams, number_of, numbered, numbers

ORDER = 4
_ROUNDED = 1e-5
"""More than sums of logarithms are wrong by."""
TRUST = 5.0
"""Weight of the shipped model in Witten and Bell's interpolation, 1 being theirs; higher, the document weighs less."""
_P_RARE, _P_OTHER = 1e-7, 1e-8
_LOG_RARE, _LOG_OTHER = math.log(_P_RARE), math.log(_P_OTHER)
_STOP_AFTER_STOP = 0.01
"""How much rarer than by chance one of the marks ，。、；： follows another."""
_EMPTY, _ONE, _MULTIPLIER = np.uint64(0), np.uint64(1), np.uint64(0x9E3779B97F4A7C15)
_16, _32, _56 = np.uint64(16), np.uint64(32), np.uint64(56)
_CHAR, _TWO_CHARS = np.uint64(0xFFFF), np.uint64(0xFFFFFFFF)


class Table(NamedTuple):
    """n-grams of a document in an open-addressing table. ``marks``: a byte of each slot's hash (0: free); these fit in
    the cache, and most n-grams that are asked for are not there. ``rows``: by its ``key``, the ``count`` of each; as a
    context, how many ``types`` follow and in ``total``."""

    marks: NDArray[np.uint8]
    rows: NDArray[np.void]


_OWN = np.dtype([("key", np.uint64), ("count", np.uint16), ("types", np.uint16), ("total", np.uint16)], align=True)
Known = tuple[int, int, int, float, float, float, float, float, float, int, int, int, int, int, int, int]
"""What the models know of a state. The rows of its contexts in the shipped one (-1: not held). The logarithms of what
a character loses that follows none of them, only the shortest, only the two shorter ones; these weights themselves.
The number of contexts that the document holds, their types and their totals. Always the shortest context first."""


def own(document: NDArray[np.uint16]) -> Table:
    """The model of a document, given by its numbers: 65,535 at most."""
    size = 1 << (6 * max(16, len(document))).bit_length()
    found = Table(np.zeros(size, np.uint8), np.zeros(size, _OWN))
    _count(found, document)
    return found


class LanguageModel:
    """Scores texts, in simplified script, by the shipped model."""

    def __init__(self) -> None:
        self.general, self.own = ngrams(), own(numbered(""))

    def log_likelihoods(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The natural logarithm of the probability of each text after what stands before it: (before, text)."""
        parts = [part for before, text in pairs for part in (before[1 - ORDER :], text)]
        points, lengths, found = codes("".join(parts)), np.array(list(map(len, parts)), np.int64), np.zeros(len(pairs))
        _sums(*self.general, *self.own, numbers().plain, points, lengths, found)
        return found.tolist()


@cache
def shipped_model() -> LanguageModel:
    """The shipped model alone, made at the first call."""
    return LanguageModel()


@borrowing
def _find(table: Table, key: np.uint64) -> int:
    """The slot of a key, or -1."""
    marks, rows = table
    hashed = key * _MULTIPLIER
    mask, mark = np.uint64(marks.size - 1), (hashed >> _56) | _ONE
    at = (hashed >> _32) & mask
    while marks[at] != 0:
        if marks[at] == mark and rows[at].key == key:
            return np.int64(at)  # type: ignore[return-value]
        at = (at + _ONE) & mask
    return -1


@borrowing
def _insert(table: Table, key: np.uint64) -> int:
    marks, rows = table
    hashed = key * _MULTIPLIER
    mask = np.uint64(marks.size - 1)
    at = (hashed >> _32) & mask
    while marks[at] != 0 and rows[at].key != key:
        at = (at + _ONE) & mask
    marks[at], rows[at].key = (hashed >> _56) | _ONE, key
    return np.int64(at)  # type: ignore[return-value]


@njit(cache=True)
def _count(counted: Table, document: NDArray[np.uint16]) -> None:
    """Count n-grams, each of which is the context of the next: no row is looked for twice."""
    before = np.zeros(ORDER, np.int64)  # the rows of what stands before, by its length
    n = 0
    for index in range(document.size):
        number = np.uint64(document[index])
        if number >= RARE:
            n = 0
            continue
        context, row = _EMPTY, _insert(counted, number)
        for length in range(1, n + 1):
            context |= np.uint64(document[index - length]) << np.uint64(16 * (length - 1))
            gram = _insert(counted, (context << _16) | number)
            counted.rows[gram].count += 1
            counted.rows[before[length]].total += 1
            if counted.rows[gram].count == 1:
                counted.rows[before[length]].types += 1
            # with one character more it is what stands before the next
            before[length], row = row, gram
        if n < ORDER - 1:
            n += 1
            before[n] = row


@borrowing
def _held_own(document: Table, context: np.uint64, n: int, length: int) -> tuple[int, int, int]:
    """The same of the document's, with types and total."""
    at = _find(document, context) if n == length - 1 else -1
    if at >= 0 and document.rows[at].total > 0:
        return length, np.int64(document.rows[at].types), np.int64(document.rows[at].total)  # type: ignore[return-value]
    return n, 0, 0


@borrowing
def contexts(general: Grams, document: Table, state: np.uint64) -> Known:
    """What the models know of a state."""
    first, second, third = np.int64(state >> _32), np.int64(state >> _16 & _CHAR), np.int64(state & _CHAR)
    row_1 = third if 0 < third < RARE else np.int64(-1)
    row_2 = row_3 = np.int64(-1)
    # of a context that is not held no longer one is either
    if row_1 > 0 and 0 < second < RARE:
        row_2 = np.int64(after_one(general, second, third))
        before = after_one(general, first, second) if row_2 > 0 and 0 < first < RARE else -1
        if before > 0:
            row_3 = np.int64(after_more(general, before, third))
    loss_3 = np.float64(general.rows[row_3].backoff) if row_3 > 0 else 0.0
    loss_2 = loss_3 + (np.float64(general.rows[row_2].backoff) if row_2 > 0 else 0.0)
    loss_1 = loss_2 + (np.float64(general.rows[row_1].backoff) if row_1 > 0 else 0.0)
    n_own = types_1 = types_2 = types_3 = total_1 = total_2 = total_3 = 0
    if third > 0:
        n_own, types_1, total_1 = _held_own(document, state & _CHAR, n_own, 1)
    if second > 0:
        n_own, types_2, total_2 = _held_own(document, state & _TWO_CHARS, n_own, 2)
    if first > 0:
        n_own, types_3, total_3 = _held_own(document, state, n_own, 3)
    weight_1 = weight_2 = weight_3 = 1.0
    if n_own > 0:
        weight_1, weight_2, weight_3 = math.exp(loss_1), math.exp(loss_2), math.exp(loss_3)
    return (
        *(row_1, row_2, row_3, loss_1, loss_2, loss_3, weight_1, weight_2, weight_3),
        *(n_own, types_1, types_2, types_3, total_1, total_2, total_3),
    )  # type: ignore[return-value]


@borrowing
def log_probability(general: Grams, document: Table, state: np.uint64, known: Known, number: int) -> float:
    """The natural logarithm of the probability of a character after a state of which so much is ``known``."""
    row_1, row_2, row_3, loss_1, loss_2, loss_3, weight_1, weight_2, weight_3 = known[:9]
    n_own, types_1, types_2, types_3, total_1, total_2, total_3 = known[9:]
    if number >= RARE:
        loss, probability = (_LOG_RARE, _P_RARE) if number == RARE else (_LOG_OTHER, _P_OTHER)
    else:
        # what does not follow the last character follows no longer context either
        found, loss, weight = number, loss_1, weight_1
        one = after_one(general, row_1, number) if row_1 > 0 else -1
        if one > 0:
            found, loss, weight = one, loss_2, weight_2
            two = after_more(general, row_2, number) if row_2 > 0 else -1
            if two > 0:
                found, loss, weight = two, loss_3, weight_3
                three = after_more(general, row_3, number) if row_3 > 0 else -1
                if three > 0:
                    found, loss, weight = three, 0.0, 1.0
        row = general.rows[found]
        loss, probability = loss + np.float64(row.likelihood), weight * np.float64(row.probability)
    if n_own == 0:
        return loss
    key = np.uint64(number)
    probability = _interpolated(document, ((state & _CHAR) << _16) | key, types_1, total_1, probability)
    if n_own >= 2:
        probability = _interpolated(document, ((state & _TWO_CHARS) << _16) | key, types_2, total_2, probability)
    if n_own == 3:
        probability = _interpolated(document, (state << _16) | key, types_3, total_3, probability)
    return math.log(probability)


@borrowing
def elsewhere(known: Known) -> float:
    """What the log probability of a character by itself loses after a state that it is not known to follow."""
    n_own, types_1, types_2, types_3, total_1, total_2, total_3 = known[9:]
    if n_own == 0:
        return known[3]
    weight = TRUST * types_1 / (total_1 + TRUST * types_1)
    if n_own >= 2:
        weight *= TRUST * types_2 / (total_2 + TRUST * types_2)
    if n_own == 3:
        weight *= TRUST * types_3 / (total_3 + TRUST * types_3)
    return known[3] + math.log(weight)


@borrowing
def improbable(
    general: Grams, document: Table, state: np.uint64, known: Known, loss: float, number: int, least: float
) -> bool:
    """Whether a character's log probability after a state is sure to be less than ``least``: where it is not known to
    follow, most are, and to know that takes a tenth of the time. ``loss``: see ``elsewhere``."""
    if number >= RARE or general.alone[number] + loss + _ROUNDED >= least:
        return False
    if known[0] > 0 and after_one(general, known[0], number) > 0:
        return False
    if known[9] == 0:
        return True
    hashed = (((state & _CHAR) << _16) | np.uint64(number)) * _MULTIPLIER
    return bool(document.marks[(hashed >> _32) & np.uint64(document.marks.size - 1)] == 0)


@borrowing
def _interpolated(document: Table, gram: np.uint64, types: int, total: int, lower: float) -> float:
    at = _find(document, gram)
    count = document.rows[at].count if at >= 0 else 0
    return (count + TRUST * types * lower) / (total + TRUST * types)


@borrowing
def stops(code: int, following: int) -> float:
    """What a mark costs after another mark, by their code points."""
    both = _is_stop(code) and _is_stop(following)
    return math.log(_STOP_AFTER_STOP) if both else 0.0


@borrowing
def _is_stop(code: int) -> bool:
    return code == 0x3001 or code == 0x3002 or code == 0xFF0C or code == 0xFF1A or code == 0xFF1B  # 、。，：；


def _compiled(stamp: str) -> Callable[..., None]:
    """The sums of ``log_likelihoods``, compiled at their first call and kept on disk (see ``kernels.stamp``)."""

    @njit(cache=True)
    def sums(
        numbers: NDArray[np.uint16],
        rows: NDArray[np.void],
        following: NDArray[np.uint64],
        alone: NDArray[np.float32],
        own_marks: NDArray[np.uint8],
        own_rows: NDArray[np.void],
        plain: NDArray[np.uint16],
        points: NDArray[np.uint32],
        lengths: NDArray[np.int64],
        found: NDArray[np.float64],
    ) -> None:
        assert len(stamp) > 0
        # numba takes longer to look at a tuple that it is given than to score a word
        general, document = Grams(numbers, rows, following, alone), Table(own_marks, own_rows)
        at = 0
        for index in range(found.size):
            state, last = _EMPTY, np.int64(0)
            for _ in range(lengths[2 * index]):
                last = np.int64(points[at])
                state, at = after(state, number_of(plain, last)), at + 1
            for _ in range(lengths[2 * index + 1]):
                code = np.int64(points[at])
                number = number_of(plain, code)
                known = contexts(general, document, state)
                found[index] += log_probability(general, document, state, known, number) + stops(last, code)
                state, last, at = after(state, number), code, at + 1

    return sums


_sums = _compiled(stamp(__file__, "ngrams", "language_model"))
