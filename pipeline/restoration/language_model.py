"""A character model of Chinese: how probable is a character after the three before it?

Official and ordinary Chinese come from ``models/characters.npz``, made by ``training/language_model.py`` (4-grams,
interpolated Kneser-Ney). To that a model of the document itself is mixed: its characters after the last one to three,
by Witten-Bell interpolation. All is deterministic.

Characters are numbers from 1 to the size of the vocabulary (``RARE`` and ``OTHER`` beyond it). The functions that
score are compiled, since the search for lost bytes asks them many thousand times for one place; of these only the
outermost are kept on disk, since numba does not see whether what they call has changed.
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.kernels import borrowing
from pipeline.models import checked
from pipeline.restoration.characters import HAN_RE, codes, spoken_codes

ORDER = 4
RARE, OTHER = 65534, 65535
"""Numbers of Chinese and of other characters that are not in the vocabulary."""
_SECOND_PLANE = 0x20000
"""From here on, all characters are Chinese."""
_BLOCK = 16
_ROUNDED = 1e-5
"""More than sums of logarithms are wrong by."""
TRUST = 5.0
"""Weight of the shipped model in Witten and Bell's interpolation, 1 being theirs; higher, the document weighs less."""
_P_RARE, _P_OTHER = 1e-7, 1e-8
_STOP_AFTER_STOP = 0.01
"""How much rarer than by chance one of the marks ，。、；： follows another."""
_EMPTY, _ONE, _MULTIPLIER = np.uint64(0), np.uint64(1), np.uint64(0x9E3779B97F4A7C15)
_16, _32, _56 = np.uint64(16), np.uint64(32), np.uint64(56)
_CHAR, _TWO_CHARS, _THREE_CHARS = np.uint64(0xFFFF), np.uint64(0xFFFFFFFF), np.uint64(0xFFFFFFFFFFFF)


class Grams(NamedTuple):
    """The shipped n-grams as a trie, level by level: those that continue one lie side by side, sorted by ``numbers``.

    So what is asked of one context lies together: most time went into waiting for memory. ``rows``: ``probability`` of
    the last character after the others, ``backoff`` weight as a context, and the ``first`` of those that continue it;
    they end where those of the next one begin. The rows of the vocabulary are its numbers. ``blocks``: of those that
    continue a single character, how many have a number below each multiple of ``_BLOCK``. ``alone``: the log
    probability of each character by itself.
    """

    numbers: NDArray[np.uint16]
    rows: NDArray[np.void]
    blocks: NDArray[np.uint16]
    alone: NDArray[np.float32]


class Table(NamedTuple):
    """n-grams of a document in an open-addressing table. ``marks``: a byte of each slot's hash (0: free); these fit in
    the cache, and most n-grams that are asked for are not there. ``rows``: by its ``key``, the ``count`` of each; as a
    context, how many ``types`` follow and in ``total``."""

    marks: NDArray[np.uint8]
    rows: NDArray[np.void]


_GRAM = np.dtype([("probability", np.float32), ("backoff", np.float32), ("first", np.int32)], align=True)
_OWN = np.dtype([("key", np.uint64), ("count", np.uint16), ("types", np.uint16), ("total", np.uint16)], align=True)
Known = tuple[int, int, int, int, float, float, float, int, int, int, int, int, int, int]
"""What the models know of a state: number of contexts that the shipped one holds, their rows and their back-off
weights; number that the document holds, their types and their totals; the shortest context first."""


class _Numbers(NamedTuple):
    """Numbers of the characters of Unicode's first plane: as they are, and as ``spoken`` (simplified)."""

    plain: NDArray[np.uint16]
    spoken: NDArray[np.uint16]


@cache
def ngrams() -> Grams:
    """The shipped model, read at the first call and kept in the process.

    Raises ``pipeline.models.ModelError`` if its file is missing or changed.
    """
    with np.load(checked("characters") / "characters.npz") as stored:
        keys = stored["keys"]  # sorted: by length, then by characters
        rows = np.zeros(len(keys) + 2, _GRAM)
        for name in ("probability", "backoff"):
            rows[name][1:-1] = np.exp(stored[name].astype(np.float32))
    characters, shorter = np.searchsorted(keys, (_CHAR, _THREE_CHARS), side="right").tolist()
    rows["first"] = len(keys) + 1
    rows["first"][1 : shorter + 1] = np.searchsorted(keys, keys[:shorter] << _16) + 1
    rows["first"][0] = rows["first"][1]  # nothing continues what is no character
    last = (keys & _CHAR).astype(np.uint16)
    pairs = slice(characters, int(rows["first"][characters + 1]) - 1)
    before, n_blocks = (keys[pairs] >> _16).astype(np.int64), characters // _BLOCK + 1
    places = before * (n_blocks + 1) + last[pairs] // _BLOCK + 1
    blocks = np.bincount(places, minlength=(characters + 1) * (n_blocks + 1)).reshape(characters + 1, -1)
    alone = np.log(np.maximum(rows["probability"][: characters + 1], np.finfo(np.float32).tiny))
    return Grams(np.pad(last, 1), rows, blocks.cumsum(axis=1).astype(np.uint16), alone)


@cache
def numbers() -> _Numbers:
    """The numbering of characters, by code point below 65536."""
    with np.load(checked("characters") / "characters.npz") as stored:
        vocabulary = str(stored["vocabulary"])
    plain = np.full(1 << 16, OTHER, np.uint16)
    plain[[code for code in range(1 << 16) if HAN_RE.match(chr(code))]] = RARE
    plain[[ord(char) for char in vocabulary]] = np.arange(1, len(vocabulary) + 1)
    forms = spoken_codes()
    spoken = np.where(forms < 1 << 16, plain[forms & 0xFFFF], plain)
    return _Numbers(plain, spoken)


def numbered(text: str, *, spoken: bool = False) -> NDArray[np.uint16]:
    """The numbers of a text's characters; ``spoken``: of their simplified forms."""
    points = codes(text)
    table = numbers().spoken if spoken else numbers().plain
    found = table.take(points, mode="clip")  # U+FFFF is no character: OTHER
    found[points >= _SECOND_PLANE] = RARE
    return found


def own(document: NDArray[np.uint16]) -> Table:
    """The model of a document, given by its numbers: 65,535 at most."""
    size = 1 << (8 * max(16, len(document))).bit_length()
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
        _log_likelihoods(*self.general, *self.own, numbers().plain, points, lengths, found)
        return found.tolist()


@cache
def shipped_model() -> LanguageModel:
    """The shipped model alone, made at the first call."""
    return LanguageModel()


@borrowing
def _among(numbers: NDArray[np.uint16], at: int, size: int, number: int) -> int:
    """The row among ``size`` from ``at`` on whose n-gram ends with a character, or -1."""
    while size > 1:
        half = size >> 1
        at += half if numbers[at + half] <= number else 0
        size -= half
    return at if size == 1 and numbers[at] == number else -1


@borrowing
def _after_one(general: Grams, before: int, number: int) -> int:
    """The row of two characters, or -1."""
    numbers, rows, blocks, _ = general
    block = number // _BLOCK
    start, end = np.int64(blocks[before, block]), np.int64(blocks[before, block + 1])
    return _among(numbers, rows[before].first + start, end - start, number)


@borrowing
def _after(general: Grams, row: int, number: int) -> int:
    """The row of the n-gram of a row and one character more, or -1."""
    numbers, rows, _, _ = general
    at = rows[row].first
    return _among(numbers, at, rows[row + 1].first - at, number)


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
def number_of(plain: NDArray[np.uint16], code: int) -> int:
    """A character's number, given the numbers of those of the first plane."""
    if code < plain.size:
        return np.int64(plain[code])  # type: ignore[return-value]
    return RARE if code >= _SECOND_PLANE else OTHER


@borrowing
def after(state: np.uint64, number: int) -> np.uint64:
    """The state (the last three characters, 16 bits each) after one more."""
    return ((state << _16) | np.uint64(number)) & _THREE_CHARS


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
    n = n_own = row_1 = row_2 = row_3 = 0
    weight_1 = weight_2 = weight_3 = 1.0
    types_1 = types_2 = types_3 = total_1 = total_2 = total_3 = 0
    # of a context that a model does not hold it holds no longer one either
    if state & _CHAR != _EMPTY:
        row_1 = np.int64(state & _CHAR)  # type: ignore[assignment]
        if row_1 < RARE:
            n, weight_1 = 1, np.float64(general.rows[row_1].backoff)
        n_own, types_1, total_1 = _held_own(document, state & _CHAR, n_own, 1)
    if state & _TWO_CHARS > _CHAR:
        before = np.int64(state >> _16 & _CHAR)
        if n == 1 and before < RARE:
            row_2 = _after_one(general, before, row_1)
            if row_2 >= 0:
                n, weight_2 = 2, np.float64(general.rows[row_2].backoff)
        n_own, types_2, total_2 = _held_own(document, state & _TWO_CHARS, n_own, 2)
    if state > _TWO_CHARS:
        first = np.int64(state >> _32)
        if n == 2 and first < RARE:
            before = _after_one(general, first, np.int64(state >> _16 & _CHAR))
            row_3 = _after(general, before, row_1) if before >= 0 else -1
            if row_3 >= 0:
                n, weight_3 = 3, np.float64(general.rows[row_3].backoff)
        n_own, types_3, total_3 = _held_own(document, state, n_own, 3)
    return (
        n, row_1, row_2, row_3, weight_1, weight_2, weight_3,
        n_own, types_1, types_2, types_3, total_1, total_2, total_3,
    )  # fmt: skip


@borrowing
def log_probability(general: Grams, document: Table, state: np.uint64, known: Known, number: int) -> float:
    """The natural logarithm of the probability of a character after a state of which so much is ``known``."""
    n, row_1, row_2, row_3, weight_1, weight_2, weight_3 = known[:7]
    n_own, types_1, types_2, types_3, total_1, total_2, total_3 = known[7:]
    if number >= RARE:
        probability = _P_RARE if number == RARE else _P_OTHER
    else:
        found = number
        # what does not follow the last character follows no longer context either
        one = _after_one(general, row_1, number) if n >= 1 else -1
        two = _after(general, row_2, number) if one >= 0 and n >= 2 else -1
        three = _after(general, row_3, number) if two >= 0 and n == 3 else -1
        probability = 1.0
        if three >= 0:
            found = three
        else:
            probability *= weight_3
            if two >= 0:
                found = two
            else:
                probability *= weight_2
                if one >= 0:
                    found = one
                else:
                    probability *= weight_1
        probability *= general.rows[found].probability
    if n_own > 0:
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
    _, _, _, _, weight_1, weight_2, weight_3 = known[:7]
    n_own, types_1, types_2, types_3, total_1, total_2, total_3 = known[7:]
    weight = weight_1 * weight_2 * weight_3
    if n_own >= 1:
        weight *= TRUST * types_1 / (total_1 + TRUST * types_1)
    if n_own >= 2:
        weight *= TRUST * types_2 / (total_2 + TRUST * types_2)
    if n_own == 3:
        weight *= TRUST * types_3 / (total_3 + TRUST * types_3)
    return math.log(weight)


@borrowing
def improbable(
    general: Grams, document: Table, state: np.uint64, known: Known, loss: float, number: int, least: float
) -> bool:
    """Whether a character's log probability after a state is sure to be less than ``least``: where it is not known to
    follow, most are, and to know that takes a tenth of the time. ``loss``: see ``elsewhere``."""
    if number >= RARE or general.alone[number] + loss + _ROUNDED >= least:
        return False
    if known[0] >= 1 and _after_one(general, known[1], number) >= 0:
        return False
    if known[7] == 0:
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


@njit(cache=True)
def _log_likelihoods(
    gram_numbers: NDArray[np.uint16],
    gram_rows: NDArray[np.void],
    blocks: NDArray[np.uint16],
    alone: NDArray[np.float32],
    own_marks: NDArray[np.uint8],
    own_rows: NDArray[np.void],
    plain: NDArray[np.uint16],
    points: NDArray[np.uint32],
    lengths: NDArray[np.int64],
    found: NDArray[np.float64],
) -> None:
    # numba takes longer to look at a tuple that it is given than to score a word
    general, document = Grams(gram_numbers, gram_rows, blocks, alone), Table(own_marks, own_rows)
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
