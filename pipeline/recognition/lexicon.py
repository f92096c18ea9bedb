"""Which words of a lexicon a character stands in, and what they mean: what the tagger knows beside the characters.

The lexicon is a table of hashed words, made by ``training/lexicon.py``: for each the classes of names and words that
it belongs to, one bit a class, and for many a short vector of the company that it keeps in an encyclopedia. Words that
start at a character, go on through it or end at it are told apart (Ma et al. 2020, "Simplify the usage of lexicon in
Chinese NER", ACL).
"""

import numpy as np
from numba import njit

CLASSES = ("place", "organization", "person", "foreign", "proper", "noun", "verb", "other", "division")
DIMENSIONS = 24
"""Of a word's vector, 8-bit integers."""
FEATURES = 3 * (len(CLASSES) + DIMENSIONS)
"""Of a character: whether a word of each class starts, goes on, ends there; then the mean vectors of those words."""
LONGEST = 10
"""Characters of the longest word."""
STEPS = 2048
"""A feature is an integer, in steps of one of these."""
_UNIT = 32
"""A vector's integers are of this size, so that features are of the order of 1."""
_HALF_STEPS = 2 * STEPS // _UNIT
_CUT = 10
"""Bits of a hash that the first look at a word leaves out."""
_OFFSET, _PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)
"""Of the hash FNV-1a with 64 bits (Fowler, Noll, Vo), here over code points instead of bytes."""
_MIXER = np.uint64(0xFF51AFD7ED558CCD)
"""Of MurmurHash3's last step (Appleby 2011)."""

Array = np.ndarray[tuple[int, ...], np.dtype[np.generic]]


class Lexicon:
    """Words as a table with open addressing.

    ``hashes`` (uint32) are distinct, with the classes of each (uint16); the first words have a row of ``vectors``
    (int8, words x DIMENSIONS).
    """

    def __init__(self, hashes: Array, classes: Array, vectors: Array) -> None:
        self._classes, self._vectors = classes, vectors
        # hashes and numbers of words, from 1, and a bit for each beginning of a hash: what is asked for is mostly not
        # there, and the bits fit in the cache
        self._slots = np.zeros((1 << int(2 * len(hashes)).bit_length(), 2), np.uint32)
        self._bits = np.zeros(1 << (32 - _CUT - 3), np.uint8)
        _fill(hashes, self._slots, self._bits)

    def features(self, points: Array, lengths: Array, out: Array) -> None:
        """Set the features of texts in ``out`` (characters, texts, FEATURES), int16 in STEPS, all zeros before.

        ``points``: the code points of all texts, one after the other; ``lengths``: how many each has.
        """
        _features_of_all(points, lengths, self._classes, self._vectors, self._slots, self._bits, out)


def hashed(word: str) -> int:
    """32 bits that stand for a word."""
    return int(_hash(np.array([ord(character) for character in word], np.uint32)))


@njit(cache=True)
def _hash(points):  # type: ignore[no-untyped-def]
    value = _OFFSET
    for point in points:
        value = (value ^ np.uint64(point)) * _PRIME
    return _mixed(value)


@njit
def _mixed(value):  # type: ignore[no-untyped-def]
    """32 bits of a hash; FNV's own upper bits hardly depend on the last character."""
    value = (value ^ (value >> np.uint64(33))) * _MIXER
    return np.uint32(value >> np.uint64(32))


@njit(cache=True)
def _fill(hashes, slots, bits):  # type: ignore[no-untyped-def]
    """Put the hash and the number of each word, from 1, into the first free slot from its own, and set its bit."""
    mask = len(slots) - 1
    for word in range(len(hashes)):
        at = np.int64(hashes[word])
        bits[at >> _CUT + 3] |= 1 << (at >> _CUT & 7)
        at &= mask
        while slots[at, 1]:
            at = (at + 1) & mask
        slots[at, 0], slots[at, 1] = hashes[word], word + 1


@njit(cache=True, nogil=True)
def _features_of_all(points, lengths, classes, vectors, slots, bits, out):  # type: ignore[no-untyped-def]
    first = 0
    for text in range(len(lengths)):
        own = points[first : first + lengths[text]]
        _features(own, classes, vectors, slots, bits, out[:, text])
        first += lengths[text]


@njit(nogil=True, error_model="numpy")
def _features(points, classes, vectors, slots, bits, out):  # type: ignore[no-untyped-def]
    mask = len(slots) - 1
    length, kinds = len(points), len(CLASSES)
    belongs = np.zeros((length, 3), np.int64)
    counts = np.zeros((length, 3), np.int32)
    sums = np.zeros((length, 3, DIMENSIONS), np.int32)
    for start in range(length):
        value = _OFFSET
        for end in range(start, min(length, start + LONGEST)):
            value = (value ^ np.uint64(points[end])) * _PRIME
            if end == start:
                continue
            key = _mixed(value)
            at = np.int64(key)
            if not bits[at >> _CUT + 3] >> (at >> _CUT & 7) & 1:
                continue
            at &= mask
            while slots[at, 1] and slots[at, 0] != key:
                at = (at + 1) & mask
            if not slots[at, 1]:
                continue
            word = np.int64(slots[at, 1]) - 1
            for position in range(start, end + 1):
                part = 0 if position == start else 2 if position == end else 1
                belongs[position, part] |= classes[word]
                if word < len(vectors):
                    counts[position, part] += 1
                    for k in range(DIMENSIONS):
                        sums[position, part, k] += vectors[word, k]
    for position in range(length):
        for part in range(3):
            for kind in range(kinds):
                out[position, part * kinds + kind] = STEPS * (belongs[position, part] >> kind & 1)
            count = np.float64(counts[position, part])
            if count:
                first = 3 * kinds + part * DIMENSIONS
                for k in range(DIMENSIONS):
                    # the nearest step, exactly: a quotient of such small integers is never rounded across another one
                    out[position, first + k] = np.floor((_HALF_STEPS * sums[position, part, k] + count) / (2 * count))
