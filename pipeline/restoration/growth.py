"""How a hypothesis about a damaged text grows by what is seen, or not seen, next (see ``search``)."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.kernels import borrowing
from pipeline.restoration.gbk import BY_LEAD, BY_TRAIL, FOLDED, FOLLOWING, LIKELY, VANISHES
from pipeline.restoration.hypotheses import IN_STEP, LOST, MARGIN, SECOND, Tree, balance, link, moved
from pipeline.restoration.language_model import Known, Table, contexts, elsewhere, improbable, log_probability, stops
from pipeline.restoration.ngrams import Grams, after

_DAMAGE, _MARKER, _LONE_MARKER, _ASCII = -4.0, -0.7, -5.0, -1.5
_SWALLOWED = np.array([ord(char) for char in "\n 0123456789.%-+("], np.int32)
FREE = 400
"""Most frequent characters tried where neither byte of one is known."""
_VANISHED = 2
"""Pairs that may have vanished in a row."""
_VANISHING, _VANISHING_AGAIN, _WEIGHED = 4, 2, 8
"""Best hypotheses that are asked whether a pair has vanished, whether a second one has, and of what these become the
best that go on."""
_VANISHING_MARGIN = 5.0
"""Margin for those: they have said less than what they are compared with."""
_VANISHING_COST = -1.0
"""Log odds of a vanished pair beside what the language model says of its characters."""
_SWALLOWING = 20
"""Best hypotheses at a lost trail byte that are asked what byte was swallowed."""
UNKNOWN = -1
QUESTION, _OPENING, _AT, _TILDE = ord("?"), ord("("), ord("@"), ord("~")


SEEN = np.dtype(
    [
        ("code", np.int32),
        ("pair", np.int32),
        ("gloss", np.int32),
        ("end", np.int32),
        ("number", np.uint16),
        ("marked", np.bool_),
        ("tag", np.bool_),
    ],
    align=True,
)
"""A character of a damaged text: code point, ``pair`` (0: none in GBK), ``number`` as spoken, whether it is a mark
that gets markers; ``end`` of the bracket, or of the rest of one after a `?`, that begins here, and the row of the
``gloss`` in it (-1: none), or of the rest of an HTML ``tag`` whose `<` was swallowed."""


class Task(NamedTuple):
    """What a search works on: the language models, ``Table.pairs`` and ``Table.lists``, the text as array of ``SEEN``.

    ``rows`` (see ``gbk.listed``): pairs read as a gloss says, by its row, and by place (counted behind those) pairs
    whose characters NFKC made several, as ``pair << 3 | characters``. ``costs``: of a character by the script that it
    is only of. ``ascii``: the numbers of ASCII characters. ``normalized``: the text has been through NFKC.
    """

    general: Grams
    document: Table
    pairs: NDArray[np.void]
    lists: NDArray[np.int32]
    text: NDArray[np.void]
    rows: NDArray[np.int32]
    n_glosses: int
    costs: NDArray[np.float64]
    ascii: NDArray[np.uint16]
    normalized: bool


@borrowing
def _said(
    task: Task, tree: Tree, at: int, known: Known, char: tuple[int, int, int], opened: int, last: int, cost: float
) -> int:
    """A hypothesis that has said one more character: code point, number, pair."""
    code, number, pair = char
    before = tree.nodes[at]
    step = log_probability(task.general, task.document, before.state, known, number) + cost
    gain, flags = balance(before.flags, code)
    grown = moved(tree, at, step + gain + stops(before.code, code), opened, last)
    if grown >= 0:
        node = tree.nodes[grown]
        node.state = after(before.state, number)
        node.flags, node.code, node.pair = flags, code, pair
    return grown


@borrowing
def _say(
    task: Task, tree: Tree, at: int, known: Known, pair: int, opened: int, last: int, loss: float, least: float
) -> int:
    """A hypothesis that has said the character of a pair; -1 if its score is sure to be below ``least``.

    ``loss``: see ``language_model.elsewhere``.
    """
    entry, before = task.pairs[pair], tree.nodes[at]
    cost = task.costs[entry.script]
    gain, _ = balance(before.flags, entry.char)
    if improbable(
        task.general, task.document, before.state, known, loss, entry.number, least - before.score - cost - gain
    ):
        return -1
    return _said(task, tree, at, known, (entry.char, entry.number, pair), opened, last, cost)


@borrowing
def _say_ascii(task: Task, tree: Tree, at: int, code: int, cost: float) -> int:
    """A hypothesis that has said an ASCII character and is in step."""
    return _said(task, tree, at, _known(task, tree, at), (code, task.ascii[code], 0), IN_STEP, code, cost)


@borrowing
def _known(task: Task, tree: Tree, at: int) -> Known:
    return contexts(task.general, task.document, tree.nodes[at].state)


@njit()
def step(task: Task, tree: Tree, place: int, position: int, at: int) -> None:
    """What a hypothesis in step becomes."""
    seen, node, here = task.text[position], tree.nodes[at], position - place
    char = (seen.code, seen.number, seen.pair)
    grown = _said(task, tree, at, _known(task, tree, at), char, IN_STEP, seen.pair & 0xFF, 0.0)
    link(tree, grown, here + 1)
    if seen.code == QUESTION:
        # a lead byte was lost here, its trail byte is still to come
        if seen.gloss >= 0:
            # a gloss of the character whose bytes are the last one read and the lost one
            for index in range(task.rows[seen.gloss], task.rows[seen.gloss + 1]):
                read = task.rows[index]
                if read >> 8 == node.last and read & 0xFF > 0x80:
                    link(tree, moved(tree, at, _DAMAGE + _MARKER, read & 0xFF, 0), seen.end - place)
        link(tree, moved(tree, at, _DAMAGE, LOST, 0), here + 1)
    elif seen.code == _OPENING and seen.gloss >= 0:
        for index in range(task.rows[seen.gloss], task.rows[seen.gloss + 1]):
            if task.rows[index] == node.pair:
                link(tree, moved(tree, at, _MARKER, IN_STEP, node.last), seen.end - place)


@njit()
def open_step(task: Task, tree: Tree, place: int, position: int, at: int, buffer: NDArray[np.int32]) -> None:
    """What an open hypothesis becomes."""
    seen, here = task.text[position], position - place
    if seen.code == QUESTION:
        _lost_trail(task, tree, place, position, at, buffer)
        return
    if seen.pair > 0:
        _pair(task, tree, here + 1, at, seen.pair, buffer)
    if task.normalized:
        if seen.code < 1 << 16:
            for index in range(task.lists[FOLDED + seen.code], task.lists[FOLDED + seen.code + 1]):
                _pair(task, tree, here + 1, at, task.lists[index], buffer)
        row = task.n_glosses + position
        for index in range(task.rows[row], task.rows[row + 1]):
            _pair(task, tree, here + (task.rows[index] & 7), at, task.rows[index] >> 3, buffer)
    if _AT <= seen.code <= _TILDE:
        complete(task, tree, here + 1, at, seen.code, IN_STEP, seen.code, buffer)


@njit()
def _pair(task: Task, tree: Tree, end: int, at: int, pair: int, buffer: NDArray[np.int32]) -> None:
    """A pair is seen: a trail byte, and the next lead byte or an ASCII character."""
    trail, following = pair >> 8, pair & 0xFF
    if following > 0x80:
        complete(task, tree, end, at, trail, following, following, buffer)
    elif following < 0x80:
        known = _known(task, tree, at)
        loss = elsewhere(known)
        for one in buffer[: _candidates(task, tree.nodes[at].opened, trail, buffer)]:
            grown = _say(task, tree, at, known, one, IN_STEP, 0, loss, tree.places[end].best - MARGIN)
            if grown >= 0 and tree.nodes[grown].score > tree.places[end].best - MARGIN:
                link(tree, _say_ascii(task, tree, grown, following, 0.0), end)


@njit()
def complete(
    task: Task, tree: Tree, end: int, at: int, trail: int, opened: int, last: int, buffer: NDArray[np.int32]
) -> None:
    """The open character is completed by its trail byte."""
    known = _known(task, tree, at)
    loss = elsewhere(known)
    for one in buffer[: _candidates(task, tree.nodes[at].opened, trail, buffer)]:
        link(tree, _say(task, tree, at, known, one, opened, last, loss, tree.places[end].best - MARGIN), end)


@borrowing
def _may_lead(task: Task, opened: int, lead: int) -> bool:
    """Whether a byte may be the open lead byte."""
    if opened < LOST:
        return opened == lead
    return opened == LOST or task.pairs[(opened - SECOND) << 8 | lead].undefined


@borrowing
def _candidates(task: Task, opened: int, trail: int, found: NDArray[np.int32]) -> int:
    """Pairs of characters with the open lead byte and a trail byte; returns their number."""
    n, lists = 0, task.lists
    if trail != UNKNOWN:
        if opened < LOST:
            found[0] = opened << 8 | trail
            return 1 if task.pairs[found[0]].char > 0 else 0
        for lead in lists[lists[BY_TRAIL + trail] : lists[BY_TRAIL + trail + 1]]:
            if _may_lead(task, opened, lead):
                found[n] = lead << 8 | trail
                n += 1
    elif opened < LOST:
        for byte in lists[lists[BY_LEAD + opened] : lists[BY_LEAD + opened + 1]]:
            found[n] = opened << 8 | byte
            n += 1
    else:
        for pair in lists[lists[LIKELY] : lists[LIKELY] + FREE]:
            if _may_lead(task, opened, pair >> 8):
                found[n] = pair
                n += 1
    return n


@borrowing
def _vanishable(task: Task, opened: int, state: np.uint64, found: NDArray[np.int32]) -> int:
    """Pairs of characters with the open lead byte whose trail byte may have vanished; returns their number."""
    n, lists = 0, task.lists
    if opened < LOST:
        for trail in lists[lists[BY_LEAD + opened] : lists[BY_LEAD + opened + 1]]:
            if lists[VANISHES + trail] < lists[VANISHES + trail + 1]:
                found[n] = opened << 8 | trail
                n += 1
        return n
    row = FOLLOWING + np.int64(state & np.uint64(0xFFFF))
    any_row = np.int64(FOLLOWING)
    row = row if lists[row] < lists[row + 1] else any_row
    for pair in lists[lists[row] : lists[row + 1]]:
        if _may_lead(task, opened, pair >> 8):
            found[n] = pair
            n += 1
    return n


@njit()
def _lost_trail(task: Task, tree: Tree, place: int, position: int, at: int, buffer: NDArray[np.int32]) -> None:
    """A `?` out of step: the lost byte was a trail byte, and the swallowed one puts us in step."""
    here, seen, opened = position - place, task.text[position], tree.nodes[at].opened
    marked = position + 1 < task.text.size and task.text[position + 1].marked
    marker = _MARKER if marked else _LONE_MARKER
    known = _known(task, tree, at)
    loss = elsewhere(known)
    if seen.gloss >= 0:
        for pair in task.rows[task.rows[seen.gloss] : task.rows[seen.gloss + 1]]:
            if _may_lead(task, opened, pair >> 8):
                one = _say(task, tree, at, known, pair, IN_STEP, pair & 0xFF, loss, -math.inf)
                if one >= 0:
                    link(tree, moved(tree, one, _MARKER, IN_STEP, pair & 0xFF), seen.end - place)
    n = _candidates(task, opened, UNKNOWN, buffer)
    best, n_best = np.empty(_SWALLOWING, np.int32), 0
    for pair in buffer[:n]:
        least = tree.nodes[best[n_best - 1]].score if n_best == best.size else -math.inf
        one = _say(task, tree, at, known, pair, IN_STEP, pair & 0xFF, loss, least)
        if one >= 0:
            n_best = _among(tree, best, n_best, one)
    for one in best[:n_best]:
        last, score = tree.nodes[one].last, tree.nodes[one].score
        if seen.tag:
            link(tree, moved(tree, one, _MARKER, IN_STEP, last), seen.end - place)
        link(tree, moved(tree, one, marker, IN_STEP, last), here + 1)
        if not marked:
            for code in _SWALLOWED:
                if score + _ASCII > tree.places[here + 1].best - MARGIN:
                    link(tree, _say_ascii(task, tree, one, code, _ASCII), here + 1)


@borrowing
def _among(tree: Tree, best: NDArray[np.int32], n: int, one: int) -> int:
    """Put the newest hypothesis among the ``n`` best, as many as there is room for; returns their number now."""
    score = tree.nodes[one].score
    if n == best.size and score <= tree.nodes[best[n - 1]].score:
        tree.places[0].used = one
        return n
    n = min(n + 1, best.size)
    at = n - 1
    while at > 0 and tree.nodes[best[at - 1]].score < score:
        best[at] = best[at - 1]
        at -= 1
    best[at] = one
    return n


@njit()
def vanish(
    task: Task, tree: Tree, place: int, position: int, beam: NDArray[np.int32], n: int, buffer: NDArray[np.int32]
) -> None:
    """What open hypotheses become if the trail byte and the byte after it have vanished as one undefined pair."""
    here = position - place
    asked, found = np.empty(_VANISHING, np.int32), np.empty(_WEIGHED, np.int32)
    n_asked = 0
    for one in beam[:n]:
        if n_asked < _VANISHING and tree.nodes[one].opened != IN_STEP:
            asked[n_asked] = one
            n_asked += 1
    for times in range(_VANISHED):
        n_found, best = 0, -math.inf
        for ahead in range(here + 1, here + 5):
            best = max(best, tree.places[ahead].best)
        for one in asked[:n_asked]:
            opened, known = tree.nodes[one].opened, _known(task, tree, one)
            loss = elsewhere(known)
            for pair in buffer[: _vanishable(task, opened, tree.nodes[one].state, buffer)]:
                least = best - _VANISHING_MARGIN
                if n_found == found.size:
                    least = max(least, tree.nodes[found[n_found - 1]].score)
                opened_next, least = SECOND + (pair & 0xFF), least - _VANISHING_COST
                grown = _say(task, tree, one, known, pair, opened_next, pair & 0xFF, loss, least)
                if grown < 0:
                    continue
                node = tree.nodes[grown]
                node.vanished = times + 1
                node.score += _VANISHING_COST
                node.mass += _VANISHING_COST
                # what has said less than all of what is seen can only become less probable
                if node.score < best - _VANISHING_MARGIN:
                    tree.places[0].used = grown
                else:
                    n_found = _among(tree, found, n_found, grown)
        for one in found[:n_found]:
            open_step(task, tree, place, position, one, buffer)
        n_asked = min(n_found, _VANISHING_AGAIN)
        asked[:n_asked] = found[:n_asked]
