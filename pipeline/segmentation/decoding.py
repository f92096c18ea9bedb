"""pkuseg's decoder, compiled: the same sums in the same order, so the same words.

A conditional random field labels each character (first of a word, inside, last, ...). Its features are the characters
around, pairs of them, the model's words that end or start here, and pairs of such words that meet here. Each was a
string; here it is an integer that is the feature, so no two can be mistaken for each other.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.kernels import borrowing

LABELS = 5
SHORTEST, LONGEST = 2, 6
"""Characters of a word that can be a feature."""
LENGTHS = LONGEST - SHORTEST + 1
SPACE = 65535
"""What stands for white space in ``Compiled.ids``; 0: a character that the model does not know."""
THIS, BEFORE, AFTER, BEFORE_2, AFTER_2 = range(5)
"""Columns of ``Compiled.chars``: where a character stands beside the one that is labelled."""
PAIR_HERE, PAIR_AFTER, PAIR_BEFORE = 0, LABELS, 2 * LABELS
"""Columns of ``Compiled.pair_rows``: the pair ends with the labelled character, starts with it, ends before it."""
WORD_ENDS, WORD_STARTS = 0, LABELS
"""Columns of ``Compiled.word_rows``."""
MEET_BEFORE, MEET_AFTER = 0, LABELS
"""Columns of ``Compiled.meeting_rows``: two words meet before, or after, the labelled character."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_16, _32 = np.uint64(16), np.uint64(32)


class Compiled(NamedTuple):
    """A model as arrays.

    ``ids``: a number for each code point; ``chars``: weights of a character by number, place (``THIS``, ...) and
    label; ``always`` and ``edges``: weights that each character, and each pair of labels (a label, the next), has;
    ``begins``: labels that begin a word; ``values``: all weights that other features have, the rows below say which.

    Of the tables, ``*_keys`` are open-addressing sets (0: a free slot), and what belongs to a key is in the same slot:
    ``pair_keys`` of two characters' numbers, with the number in the tree of words (``pair_nodes``; 0: begins no
    word); ``step_keys`` of a number in that tree and the next character, with the next number (``step_nodes``);
    ``meeting_keys`` of two words' numbers. ``is_word``, ``word_rows`` are indexed by number in the tree.
    """

    ids: NDArray[np.uint16]
    chars: NDArray[np.float64]
    always: NDArray[np.float64]
    edges: NDArray[np.float64]
    begins: NDArray[np.bool_]
    values: NDArray[np.float64]
    pair_keys: NDArray[np.uint64]
    pair_nodes: NDArray[np.uint32]
    pair_rows: NDArray[Any]
    step_keys: NDArray[np.uint64]
    step_nodes: NDArray[np.uint32]
    is_word: NDArray[np.bool_]
    word_rows: NDArray[Any]
    meeting_keys: NDArray[np.uint64]
    meeting_rows: NDArray[Any]


@borrowing
def _slot(key: int, size: int) -> int:
    return np.int64((((key * _MULTIPLIER) >> _32) * np.uint64(size)) >> _32)  # type: ignore[return-value]


@borrowing
def find(keys: NDArray[np.uint64], key: int) -> int:
    """The slot of a key, or -1."""
    at = _slot(key, keys.size)
    while keys[at] != key:
        if keys[at] == 0:
            return -1
        at = at + 1 if at + 1 < keys.size else 0
    return at


@njit(cache=True)
def placed(keys: NDArray[np.uint64], size: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """A table of ``size`` slots for different keys, and the slot of each."""
    table, slots = np.zeros(size, np.uint64), np.empty(keys.size, np.int64)
    for index in range(keys.size):
        at = _slot(keys[index], size)
        while table[at] != 0:
            at = at + 1 if at + 1 < size else 0
        table[at], slots[index] = keys[index], at
    return table, slots


@borrowing
def _look_up(
    model: Compiled, ids: NDArray[np.uint16], n: int, pairs: NDArray[np.int64], words: NDArray[np.int64]
) -> None:
    """Fill in for each character the slot of its pair with the next, and the words that start with it by length."""
    for i in range(n):
        pairs[i] = -1
        for length in range(LENGTHS):
            words[i, length] = 0
        if i + 1 == n or ids[i] == 0 or ids[i + 1] == 0:
            continue
        slot = find(model.pair_keys, (np.uint64(ids[i]) << _16) | np.uint64(ids[i + 1]))
        pairs[i] = slot
        node = np.int64(model.pair_nodes[slot]) if slot >= 0 else 0
        length = 0
        while node > 0:
            words[i, length] = node if model.is_word[node] else 0
            length += 1
            end = i + length + 1
            if length == LENGTHS or end >= n or ids[end] == 0:
                break
            slot = find(model.step_keys, (np.uint64(node) << _16) | np.uint64(ids[end]))
            node = np.int64(model.step_nodes[slot]) if slot >= 0 else 0


@borrowing
def _add(scores: NDArray[np.float64], i: int, values: NDArray[np.float64], rows: Any, row: int, column: int) -> None:
    for label in range(LABELS):
        scores[i, label] += values[rows[row, column + label]]


@borrowing
def _add_char(scores: NDArray[np.float64], i: int, chars: NDArray[np.float64], number: int, place: int) -> None:
    for label in range(LABELS):
        scores[i, label] += chars[number, place, label]


@borrowing
def _score(
    model: Compiled,
    ids: NDArray[np.uint16],
    n: int,
    pairs: NDArray[np.int64],
    words: NDArray[np.int64],
    scores: NDArray[np.float64],
) -> None:
    """The sum of the weights of each character's features for each label, added in pkuseg's order."""
    chars, values, rows = model.chars, model.values, model.pair_rows
    for i in range(n):
        for label in range(LABELS):
            scores[i, label] = model.always[label]
        _add_char(scores, i, chars, ids[i], THIS)
        if i > 0:
            _add_char(scores, i, chars, ids[i - 1], BEFORE)
            if pairs[i - 1] >= 0:
                _add(scores, i, values, rows, pairs[i - 1], PAIR_HERE)
        if i + 1 < n:
            _add_char(scores, i, chars, ids[i + 1], AFTER)
            if pairs[i] >= 0:
                _add(scores, i, values, rows, pairs[i], PAIR_AFTER)
        if i > 1:
            _add_char(scores, i, chars, ids[i - 2], BEFORE_2)
            if pairs[i - 2] >= 0:
                _add(scores, i, values, rows, pairs[i - 2], PAIR_BEFORE)
        if i + 2 < n:
            _add_char(scores, i, chars, ids[i + 2], AFTER_2)
        for length in range(LENGTHS - 1, -1, -1):
            start = i - length - 1
            if start >= 0 and words[start, length] > 0:
                _add(scores, i, values, model.word_rows, words[start, length], WORD_ENDS)
        for length in range(LENGTHS - 1, -1, -1):
            if words[i, length] > 0:
                _add(scores, i, values, model.word_rows, words[i, length], WORD_STARTS)
        # where two words meet, between the last character and this one: the last one has all its other features
        for length in range(LENGTHS - 1, -1, -1):
            start = i - length - 2
            if start < 0 or words[start, length] == 0:
                continue
            for other in range(LENGTHS - 1, -1, -1):
                if words[i, other] == 0:
                    continue
                slot = find(model.meeting_keys, (np.uint64(words[start, length]) << _32) | np.uint64(words[i, other]))
                if slot >= 0:
                    _add(scores, i, values, model.meeting_rows, slot, MEET_BEFORE)
                    _add(scores, i - 1, values, model.meeting_rows, slot, MEET_AFTER)


@borrowing
def _best_path(scores: NDArray[np.float64], n: int, edges: NDArray[np.float64], follow: NDArray[np.uint8]) -> int:
    """Viterbi's algorithm from the end: which label follows best (``follow``); returns the first label.

    ``scores`` become those of the best path from each character on.
    """
    for i in range(n - 2, -1, -1):
        for label in range(LABELS):
            best, which = scores[i + 1, 0] + scores[i, label] + edges[label, 0], 0
            for other in range(1, LABELS):
                score = scores[i + 1, other] + scores[i, label] + edges[label, other]
                # of equals the last
                if score >= best:
                    best, which = score, other
            follow[i, label], scores[i, label] = which, best
    first = 0
    for label in range(1, LABELS):
        if scores[0, label] > scores[0, first]:
            first = label
    return first


@njit(cache=True)
def decode(
    model: Compiled,
    points: NDArray[np.uint32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    whole: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Start and end of each word of a text's ``points`` (code points), shape (words, 2).

    In the pieces from ``starts`` to ``ends``, which hold no white space; those of ``whole`` are words as they stand.
    """
    longest, total = 1, 0
    for piece in range(starts.size):
        longest = max(longest, ends[piece] - starts[piece])
        total += ends[piece] - starts[piece]
    found, n_found = np.empty((total, 2), np.int64), 0
    ids, pairs, words = (
        np.empty(longest, np.uint16),
        np.empty(longest, np.int64),
        np.empty((longest, LENGTHS), np.int64),
    )
    scores, follow = np.empty((longest, LABELS)), np.empty((longest, LABELS), np.uint8)
    for piece in range(starts.size):
        start, end = starts[piece], ends[piece]
        n = end - start
        if n == 0:
            continue
        found[n_found, 0] = start
        if not whole[piece] and n > 1:
            for i in range(n):
                ids[i] = model.ids[points[start + i]]
            _look_up(model, ids, n, pairs, words)
            _score(model, ids, n, pairs, words, scores)
            label = _best_path(scores, n, model.edges, follow)
            for i in range(1, n):
                label = follow[i - 1, label]
                if model.begins[label]:
                    found[n_found, 1] = start + i
                    n_found += 1
                    found[n_found, 0] = start + i
        found[n_found, 1] = end
        n_found += 1
    return found[:n_found]


@njit(cache=True)
def runs(
    ids: NDArray[np.uint16], points: NDArray[np.uint32], spans: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts and ends of what lies between white space, within each span."""
    count = 0
    starts, ends = np.empty(points.size + 1, np.int64), np.empty(points.size + 1, np.int64)
    for span in range(spans.shape[0]):
        inside = False
        for at in range(spans[span, 0], spans[span, 1]):
            if ids[points[at]] == SPACE:
                if inside:
                    ends[count] = at
                    count += 1
                inside = False
            elif not inside:
                starts[count], inside = at, True
        if inside:
            ends[count] = spans[span, 1]
            count += 1
    return starts[:count], ends[:count]
