"""Choose among the readings of bytes, of which some are lost, by a language model."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.kernels import borrowing, stamp
from pipeline.restoration.characters import from_codes, only_simplified, simplified, spoken, spoken_codes
from pipeline.restoration.items import Items
from pipeline.restoration.language_model import (
    LanguageModel,
    Table,
    contexts,
    elsewhere,
    improbable,
    log_probability,
    shipped_model,
    stops,
)
from pipeline.restoration.misreadings import choices
from pipeline.restoration.ngrams import Grams, after, numbered

_BEAM, _HOPELESS = 24, 10.0
"""Readings that are followed at once, and how much less probable than the best (log) they may be."""
_FREQUENT, _WIDE = 80, 20
"""Choices for one character at most, and from how many on only a third of the readings is followed."""
_DOUBT = 0.3
"""How much flatter probabilities become with each further lossy character near by."""
_BEST, _FURTHER = 0.995, 0.98
"""The highest probability of a lossy character, and what each further one near by takes of it."""
_PAIRS = "）》”’」』】"
_OPENERS = "（《“‘「『【"
_CLOSES = 3.0
"""Log weight of a mark that closes what is open."""
_NEVER_LAST, _AT_END = "，、“‘（《「『\u3000", -4.0
"""Marks that no line ends with, and their log weight there."""
_CLUSTER, _SURE = 48, 3
"""Items after which a choice is made although not so many sure characters follow."""
_OTHER_SCRIPT = -12.0
"""Log weight of a character of the script that the document is not in."""
_RARE_FORM = -3.0
"""Log weight of a form beside one that both scripts have."""
_MOST = np.array([_BEST * _FURTHER**further for further in range(_CLUSTER)])
CHOICE = np.dtype(
    [
        ("weight", np.float64),
        ("code", np.int32),
        ("second", np.int32),
        ("said", np.int32),
        ("said_second", np.int32),
        ("number", np.uint16),
        ("second_number", np.uint16),
        ("closes", np.int8),
        ("opens", np.int8),
        ("never_last", np.bool_),
    ],
    align=True,
)
"""A reading: one or two characters (code points; 0: none), as the model knows them, and their numbers in it; its log
``weight``; and as a mark: which one of ``_PAIRS`` it ``closes`` or ``opens``, from 1 on, and whether no line ends with
it."""


class Chooser(NamedTuple):
    """What choices are made by: a model, and what tells characters of the script that a document is not in."""

    model: LanguageModel
    other: Callable[[str], bool]


class Weighed(NamedTuple):
    """The readings of items: those of item ``i`` are ``rows[offsets[which[i]] : offsets[which[i] + 1]]``; and of those
    that were read which row was ``chosen``, and how probable that is."""

    rows: NDArray[np.void]
    offsets: NDArray[np.int32]
    which: NDArray[np.int32]
    chosen: NDArray[np.int32]
    confidences: NDArray[np.float64]


def said(points: NDArray[np.int32] | NDArray[np.uint32]) -> str:
    """Characters, given by code points, as the language model knows them."""
    beyond = points > 0xFFFF
    spoken = spoken_codes()[np.where(beyond, 0, points)].astype("<u4")
    spoken[beyond] = [ord(simplified(chr(point))) for point in points[beyond].tolist()]
    return from_codes(spoken)


def weighed(items: Items, lost: bytes, chooser: Chooser) -> Weighed:
    """The readings that items may have; ``lost``: the bytes that may be missing."""
    keys, which = np.unique(items.keys, return_inverse=True)
    rows = [_rows(key, lost, chooser.other) for key in keys.tolist()]
    offsets = np.zeros(len(rows) + 1, np.int32)
    np.cumsum([len(one) // CHOICE.itemsize for one in rows], out=offsets[1:])
    # numpy takes long to put many small arrays of records together
    rows_of_all = np.frombuffer(b"".join(rows), CHOICE)
    return Weighed(rows_of_all, offsets, which.astype(np.int32), np.zeros(len(which), np.int32), np.ones(len(which)))


@lru_cache(maxsize=1 << 15)
def _rows(key: int, lost: bytes, other: Callable[[str], bool]) -> bytes:
    """The readings of a key as records of ``CHOICE``; of very many those that are frequent. They recur everywhere."""
    found = []
    for text, weight in choices(key, lost):
        as_said = "".join(map(spoken, text))
        # 家 is in both scripts, and 傢, which the model takes for it, is rare
        weight += _OTHER_SCRIPT * other(text) + _RARE_FORM * (as_said != text and not only_simplified(as_said))
        found.append((text, as_said, weight))
    if len(found) > 1:
        # the sooner a probable one is met, the more of the others need not be looked at
        alone = shipped_model().log_likelihoods([("", as_said[0]) for _, as_said, _ in found])
        order = sorted(range(len(found)), key=lambda at: -alone[at] - found[at][2])
        found = [found[at] for at in order[:_FREQUENT]]
    rows = np.zeros(len(found), CHOICE)
    for row, (text, as_said, weight) in zip(rows, found, strict=True):
        numbers = numbered(as_said)
        row["weight"], row["code"], row["said"], row["number"] = weight, ord(text[0]), ord(as_said[0]), numbers[0]
        if len(text) > 1:
            row["second"], row["said_second"], row["second_number"] = ord(text[1]), ord(as_said[1]), numbers[1]
        row["closes"], row["opens"] = _PAIRS.find(text[0]) + 1, _OPENERS.find(text[0]) + 1
        row["never_last"] = text[0] in _NEVER_LAST
    return rows.tobytes()


def resolve(given: Weighed, spans: NDArray[np.int32], line_ends: NDArray[np.bool_], chooser: Chooser) -> None:
    """Choose the readings of items by what stands around them, from the first to the last one of each of ``spans``.

    ``spans`` (groups, 3): first, last, and before which one they are chosen already; that becomes the one before which
    nothing that comes later could change them. ``line_ends``: whether a line ends after them.
    """
    model = chooser.model
    _resolve(model.general, model.own, given, _MOST, spans, line_ends)


@borrowing
def _close(unclosed: NDArray[np.int32], row: Any) -> None:
    if row.opens:
        unclosed[row.opens] += 1
    elif row.closes:
        unclosed[row.closes] = max(0, unclosed[row.closes] - 1)


@borrowing
def _fit(row: Any, unclosed: NDArray[np.int32], last: bool) -> float:
    """The log weight of a mark where one is to be closed or not, or as the last one of a line."""
    weight = 0.0
    if row.second == 0:
        if row.closes:
            weight = _CLOSES if unclosed[row.closes] else -_CLOSES
        if last and row.never_last:
            weight += _AT_END
    return weight


@borrowing
def _heard(state: np.uint64, row: Any) -> np.uint64:
    """The model's state after a reading."""
    state = after(state, row.number)
    return after(state, row.second_number) if row.second else state


@borrowing
def _last(row: Any) -> np.int32:
    last: np.int32 = row.said_second if row.second else row.said
    return last


@njit()
def _choose(
    general: Grams, document: Table, given: Weighed, most: NDArray[np.float64], span: NDArray[np.int32], line_end: bool
) -> None:
    rows, offsets, which, chosen, _ = given
    unclosed = np.zeros(8, np.int32)
    states, codes, scores = np.empty((2, _BEAM), np.uint64), np.empty((2, _BEAM), np.int32), np.empty((2, _BEAM))
    parents, taken = np.empty((_CLUSTER, _BEAM), np.int8), np.empty((_CLUSTER, _BEAM), np.int32)
    probable = np.empty((_BEAM, _FREQUENT))
    shares = np.empty(_BEAM)
    at, size, state, code = span[0], span[1], np.uint64(0), np.int32(0)
    while at < span[2]:
        _close(unclosed, rows[chosen[at]])
        state, code = _heard(state, rows[chosen[at]]), _last(rows[chosen[at]])
        at += 1
    while at < size:
        row = offsets[which[at]]
        if offsets[which[at] + 1] - row == 1:
            chosen[at] = row
            _close(unclosed, rows[row])
            state, code = _heard(state, rows[row]), _last(rows[row])
            at += 1
            continue
        states[0, 0], codes[0, 0], scores[0, 0] = state, code, 0.0
        n, now, end, run, lossy = 1, 0, at, 0, 0
        while end < size and end - at < _CLUSTER and run < _SURE:
            row, n_choices = offsets[which[end]], offsets[which[end] + 1] - offsets[which[end]]
            if n_choices > _WIDE:
                n = min(n, _BEAM // 3)
            last = line_end and end + 1 == size
            place = end - at
            n_new = 0
            for path in range(n):
                same = 0
                while states[now, same] != states[now, path] or codes[now, same] != codes[now, path]:
                    same += 1
                if same == path:
                    known = contexts(general, document, states[now, path])
                    loss = elsewhere(known) if n_choices > 1 else 0.0
                for index in range(n_choices):
                    choice = rows[row + index]
                    most_of_all = scores[now, path] + choice.weight
                    if n_choices > 1:
                        most_of_all = scores[now, path] + (choice.weight + _fit(choice, unclosed, last))
                    least = -math.inf
                    if n_new > 0:
                        least = scores[1 - now, 0] - _HOPELESS
                        if n_new == _BEAM:
                            least = max(least, scores[1 - now, n_new - 1])
                    least -= most_of_all
                    if same == path:
                        probable[path, index] = -math.inf
                        # a probability adds nothing
                        if least < 0.0 and not (
                            n_choices > 1
                            and improbable(general, document, states[now, path], known, loss, choice.number, least)
                        ):
                            probable[path, index] = log_probability(
                                general, document, states[now, path], known, choice.number
                            ) + stops(codes[now, path], choice.said)
                    if probable[same, index] <= least:
                        continue
                    score = probable[same, index] + most_of_all
                    n_new = min(n_new + 1, _BEAM)
                    to = n_new - 1
                    while to > 0 and scores[1 - now, to - 1] < score:
                        scores[1 - now, to] = scores[1 - now, to - 1]
                        parents[place, to], taken[place, to] = parents[place, to - 1], taken[place, to - 1]
                        to -= 1
                    scores[1 - now, to], parents[place, to], taken[place, to] = score, path, row + index
            while scores[1 - now, n_new - 1] <= scores[1 - now, 0] - _HOPELESS:
                n_new -= 1
            for path in range(n_new):
                choice = rows[taken[place, path]]
                states[1 - now, path] = _heard(states[now, parents[place, path]], choice)
                codes[1 - now, path] = _last(choice)
            n, now = n_new, 1 - now
            run = run + 1 if n_choices == 1 else 0
            lossy += n_choices > 1
            end += 1
        # where much is lost near by, the paths that were given up weigh more
        total = 0.0
        for path in range(n):
            shares[path] = math.exp((scores[now, path] - scores[now, 0]) / (1 + _DOUBT * (lossy - 1)))
            total += shares[path]
        _agree(given, at, end, parents, taken, shares[:n], most[lossy - 1], total)
        for one in range(at, end):
            _close(unclosed, rows[chosen[one]])
        if end == size and end - at < _CLUSTER and run < _SURE:
            span[2] = at
            return
        state, code, at = states[now, 0], codes[now, 0], end
    span[2] = size


@njit()
def _agree(
    given: Weighed,
    at: int,
    end: int,
    parents: NDArray[np.int8],
    taken: NDArray[np.int32],
    shares: NDArray[np.float64],
    most: float,
    total: float,
) -> None:
    """The best path's readings from ``at`` to ``end``, and what share of the paths has the same ones."""
    rows, offsets, which, chosen, confidences = given
    paths = np.arange(shares.size)
    for one in range(end - 1, at - 1, -1):
        best = rows[taken[one - at, paths[0]]]
        chosen[one] = taken[one - at, paths[0]]
        if offsets[which[one] + 1] - offsets[which[one]] > 1:
            agreed = 0.0
            for path in range(shares.size):
                choice = rows[taken[one - at, paths[path]]]
                if choice.said == best.said and choice.said_second == best.said_second:
                    agreed += shares[path]
            confidences[one] = most * agreed / total
        for path in range(shares.size):
            paths[path] = parents[one - at, paths[path]]


def _compiled(
    stamp: str,
) -> Callable[[Grams, Table, Weighed, NDArray[np.float64], NDArray[np.int32], NDArray[np.bool_]], None]:
    """The choice, compiled at its first call and kept on disk (see ``kernels.stamp``)."""

    @njit(cache=True)
    def resolve(
        general: Grams,
        document: Table,
        given: Weighed,
        most: NDArray[np.float64],
        spans: NDArray[np.int32],
        line_ends: NDArray[np.bool_],
    ) -> None:
        assert len(stamp) > 0
        for group in range(line_ends.size):
            _choose(general, document, given, most, spans[group], line_ends[group])

    return resolve


_resolve = _compiled(stamp(__file__, "language_model", "ngrams", "reading"))
