"""The shipped n-grams of characters, laid out so that what is asked of one context lies together.

They come from ``models/characters.npz``, made by ``training/language_model.py``. Characters are numbers from 1 to the
size of the vocabulary (``RARE`` and ``OTHER`` beyond it). Most time went into waiting for memory: each n-gram that is
looked for in a table as large as the model waits for it once or twice.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.kernels import borrowing, ones
from pipeline.models import checked
from pipeline.restoration.characters import HAN_RE, codes, spoken_codes

RARE, OTHER = 65534, 65535
"""Numbers of Chinese and of other characters that are not in the vocabulary."""
_SECOND_PLANE = 0x20000
"""From here on, all characters are Chinese."""
_16, _ONE = np.uint64(16), np.uint64(1)
_CHAR, _THREE_CHARS = np.uint64(0xFFFF), np.uint64(0xFFFFFFFFFFFF)
_BITS = 48
"""Characters for which an integer says whether they follow; its other 16 bits: how many do that come before them."""
_GRAM = np.dtype(
    [("probability", np.float32), ("likelihood", np.float32), ("backoff", np.float32), ("first", np.int32)], align=True
)


class Grams(NamedTuple):
    """A trie, level by level: n-grams that continue the same one lie side by side, sorted by their last characters'
    ``numbers``.

    ``rows``: the ``probability`` of the last character after the others, its natural logarithm (``likelihood``), that
    of the ``backoff`` weight as a context, and the ``first`` of those that continue it; they end where those of the
    next one begin. The rows of single characters are their numbers; which others follow them is known by ``following``
    (characters, integers of ``_BITS``). ``alone``: the likelihood of each by itself.
    """

    numbers: NDArray[np.uint16]
    rows: NDArray[np.void]
    following: NDArray[np.uint64]
    alone: NDArray[np.float32]


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
        rows["likelihood"][1:-1], rows["backoff"][1:-1] = stored["probability"], stored["backoff"]
    rows["probability"][1:-1] = np.exp(rows["likelihood"][1:-1])
    characters, shorter = np.searchsorted(keys, (_CHAR, _THREE_CHARS), side="right").tolist()
    rows["first"] = len(keys) + 1
    rows["first"][1 : shorter + 1] = np.searchsorted(keys, keys[:shorter] << _16) + 1
    rows["first"][0] = rows["first"][1]  # nothing continues what is no character
    last = (keys & _CHAR).astype(np.uint16)
    pairs = slice(characters, int(rows["first"][characters + 1]) - 1)
    following = _following((keys[pairs] >> _16).astype(np.int64), last[pairs], characters)
    return Grams(np.pad(last, 1), rows, following, rows["likelihood"][: characters + 1].copy())


def _following(befores: NDArray[np.int64], lasts: NDArray[np.uint16], characters: int) -> NDArray[np.uint64]:
    """Which characters follow which, given all pairs."""
    shape = characters + 1, characters // _BITS + 1
    places = befores * shape[1] + lasts // _BITS
    bits = np.zeros(shape[0] * shape[1], np.uint64)
    np.bitwise_or.at(bits, places, _ONE << (lasts % _BITS + 16).astype(np.uint64))
    counts = np.bincount(places, minlength=bits.size).reshape(shape)
    before: NDArray[np.uint64] = (counts.cumsum(axis=1) - counts).astype(np.uint64)
    return bits.reshape(shape) | before


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
def _among(numbers: NDArray[np.uint16], at: int, size: int, number: int) -> int:
    """The row among ``size`` from ``at`` on whose n-gram ends with a character, or -1."""
    while size > 1:
        half = size >> 1
        at += half if numbers[at + half] <= number else 0
        size -= half
    return at if size == 1 and numbers[at] == number else -1


@borrowing
def after_one(general: Grams, before: int, number: int) -> int:
    """The row of two characters, or -1."""
    place = number // _BITS
    bits = general.following[before, place]
    bit = _ONE << np.uint64(number - place * _BITS + 16)
    if bits & bit == 0:
        return -1
    return general.rows[before].first + np.int64(bits & _CHAR) + ones((bits & (bit - _ONE)) >> _16)  # type: ignore[call-arg]


@borrowing
def after_more(general: Grams, row: int, number: int) -> int:
    """The row of the n-gram of a row and one character more, or -1."""
    at = general.rows[row].first
    return _among(general.numbers, at, general.rows[row + 1].first - at, number)
