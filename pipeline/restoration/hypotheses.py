"""Hypotheses of the search for lost bytes, as a tree in arrays."""

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.kernels import borrowing

MARGIN = 10.0
"""A hypothesis less probable than the best at its place by this factor (natural logarithm) is dropped."""
BEAM = 32
"""Hypotheses kept at a place."""
SIZE = 1 << 18
IN_STEP, LOST, SECOND = 0, 256, 256
"""What may be ``opened``: nothing; any lead byte; more than ``SECOND``: the second byte of an undefined pair, whose
first byte is the difference. Between: the lead byte itself."""
_BALANCED = 2.5
"""What a quotation mark or bracket gains or costs by whether one is open in the line."""
NEWLINE = ord("\n")
NODE = np.dtype(
    [
        ("score", np.float64),
        ("mass", np.float64),
        ("state", np.uint64),
        ("parent", np.int32),
        ("following", np.int32),
        ("code", np.int32),
        ("pair", np.int32),
        ("opened", np.int16),
        ("last", np.int16),
        ("flags", np.int8),
        ("vanished", np.int8),
        ("place", np.int32),
    ],
    align=True,
)
"""A hypothesis: its log probability (``score``), the log of the sum of its and of all that were joined to it
(``mass``), the language model's ``state``, its ``parent``, the code point and the ``pair`` it has said more than that
one (0: none), what is ``opened``, the ``last`` byte read, quotation marks open in the line as bits of ``flags``, pairs
that have ``vanished`` in a row. ``place``: where it ends, ``following``: the next one that ends there."""
PLACE = np.dtype([("first", np.int32), ("used", np.int32), ("best", np.float64)], align=True)
"""Of a place, counted from the start of the search: the first hypothesis that ends there, the best score. ``used`` of
place 0: the number of all hypotheses."""


class Tree(NamedTuple):
    """Room for one search; used again by the next."""

    nodes: NDArray[np.void]
    places: NDArray[np.void]


@cache
def tree(places: int) -> Tree:
    """Room for a search over so many characters, kept for the next document: fresh memory costs more than a search."""
    return Tree(np.empty(SIZE, NODE), np.empty(places, PLACE))


@njit()
def root(tree: Tree, state: np.uint64, code: int, flags: int, last: int) -> None:
    """Begin anew with one hypothesis; ``code``: the character before."""
    for place in tree.places:
        place.first, place.used, place.best = -1, 0, -math.inf
    tree.places[0].used = 1
    node = tree.nodes[0]
    node.score, node.mass, node.state, node.parent = 0.0, 0.0, state, -1
    node.code, node.pair, node.opened, node.last, node.flags, node.vanished = code, 0, IN_STEP, last, flags, 0
    link(tree, 0, 0)


@borrowing
def moved(tree: Tree, parent: int, step: float, opened: int, last: int) -> int:
    """A hypothesis that has said nothing more than its parent; -1 if there is no room."""
    at = tree.places[0].used
    if at >= SIZE:
        return -1
    tree.places[0].used = at + 1
    node, before = tree.nodes[at], tree.nodes[parent]
    node.score, node.mass = before.score + step, before.mass + step
    node.state, node.flags, node.pair = before.state, before.flags, before.pair
    node.parent, node.code, node.opened, node.last, node.vanished = parent, 0, opened, last, 0
    node.place = before.place
    return at


@borrowing
def link(tree: Tree, at: int, place: int) -> None:
    """Let a hypothesis end at a place unless it is too improbable there."""
    if at < 0:
        return
    score = tree.nodes[at].score
    if score < tree.places[place].best - MARGIN:
        if at == tree.places[0].used - 1:
            tree.places[0].used = at
        return
    tree.nodes[at].following, tree.nodes[at].place = tree.places[place].first, place
    tree.places[place].first = at
    tree.places[place].best = max(tree.places[place].best, score)


@njit()
def kept(tree: Tree, place: int, found: NDArray[np.int32]) -> int:
    """The hypotheses at a place, the best first, those joined that have the same future; returns their number."""
    n, at, least = 0, tree.places[place].first, tree.places[place].best - MARGIN
    while at >= 0:
        n += tree.nodes[at].score >= least
        at = tree.nodes[at].following
    nodes, scores = np.empty(n, np.int32), np.empty(n)
    index, at = n, tree.places[place].first
    while at >= 0:  # the list runs from the last to the first
        if tree.nodes[at].score >= least:
            index -= 1
            nodes[index], scores[index] = at, -tree.nodes[at].score
        at = tree.nodes[at].following
    tree.places[place].first = -1
    n_kept = 0
    for index in np.argsort(scores, kind="mergesort"):
        at = nodes[index]
        other = 0
        while other < n_kept and not _alike(tree, at, found[other]):
            other += 1
        if other < n_kept:
            _join(tree, found[other], at)
        elif n_kept < BEAM:
            found[n_kept] = at
            n_kept += 1
    return n_kept


@borrowing
def _alike(tree: Tree, one: int, other: int) -> bool:
    a, b = tree.nodes[one], tree.nodes[other]
    return (
        a.state == b.state
        and a.opened == b.opened
        and a.last == b.last
        and a.flags == b.flags
        and a.vanished == b.vanished
    )


@borrowing
def _join(tree: Tree, best: int, other: int) -> None:
    """Add the mass of a hypothesis to a better one's; one that differs from it in script alone is the same text."""
    a, b = tree.nodes[best], tree.nodes[other]
    if a.parent != b.parent:
        a.mass = max(a.mass, b.mass) + math.log1p(math.exp(-abs(a.mass - b.mass)))


@borrowing
def balance(flags: int, code: int) -> tuple[float, int]:
    """What a character gains or costs by the quotation marks open before it, and those open after it as flags."""
    if code == NEWLINE:
        return 0.0, 0
    if code < 0x2018:
        return 0.0, flags
    mark, closing = 0, False
    if 0x2018 <= code <= 0x2019 or 0x201C <= code <= 0x201D:  # ‘’ “”
        mark, closing = (1 if code < 0x201C else 2), code & 1 == 1
    elif 0x300A <= code <= 0x300B or 0xFF08 <= code <= 0xFF09:  # 《》 （）
        mark, closing = (4 if code < 0xFF08 else 8), code & 1 == 1
    if mark == 0:
        return 0.0, flags
    is_open = flags & mark != 0
    gain = -_BALANCED if is_open != closing else (_BALANCED if is_open else 0.0)
    return gain, (flags & ~mark if closing else flags | mark)
