"""The search through all texts whose bytes, damaged, would have been read as what we see.

A hypothesis walks along the damaged text. It is either in step with it, or open: it holds the lead byte of a character
whose trail byte comes next, or a set of lead bytes if that one was lost. It grows by what is seen: a pair of bytes, an
ASCII byte, a `?` (a lost pair, of which the second byte was swallowed), or a vanished pair (not seen at all).

Hypotheses that the language model cannot tell apart any more (same last characters, same open byte) are joined: the
best one goes on and carries the probability of all. So the search ends where one is left, and its share in that sum is
the probability of its text.
"""

import math
from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pipeline.kernels import stamp
from pipeline.restoration.growth import FREE, QUESTION, UNKNOWN, Task, complete, open_step, step, vanish
from pipeline.restoration.hypotheses import BEAM, IN_STEP, NEWLINE, SIZE, Tree, kept, link, root

LONGEST = 1000
"""Characters after which a search that has not ended is given up."""
AHEAD = 32
"""Characters that one step can go at most."""
Result = tuple[int, NDArray[np.int32], NDArray[np.int32], float]


@njit()
def _search(task: Task, tree: Tree, place: int, state: np.uint64, code: int, flags: int, last: int) -> Result:
    """The most probable reading of the text from a `?` at ``place`` to where all readings are in step and one.

    ``state``, ``code``, ``flags``, ``last``: language model, character, open quotation marks and last byte before.
    Returns that end; the reading's code points, and for each the place, counted from ``place``, where it may stand in
    the text (-1: it does not); and the reading's probability among all (0: none was found).
    """
    root(tree, state, code, flags, last)
    length = task.text.size
    limit = min(length, place + LONGEST)
    beam, buffer = np.empty(BEAM, np.int32), np.empty(2 * FREE, np.int32)
    for position in range(place, limit):
        here = position - place
        n = kept(tree, here, beam)
        if n == 0:
            continue
        alone = position > place
        for ahead in range(here + 1, here + AHEAD):
            alone &= tree.places[ahead].first < 0
        for one in beam[:n]:
            alone &= tree.nodes[one].opened == IN_STEP
        if alone:
            seen = task.text[position].code
            lost_next = seen == QUESTION or (position + 1 < length and task.text[position + 1].code == QUESTION)
            if seen == NEWLINE or (n == 1 and not lost_next):
                return _result(tree, position, beam, n)
        if tree.places[0].used > SIZE - (SIZE >> 2):
            return _result(tree, position, beam, n)
        for one in beam[:n]:
            if tree.nodes[one].opened == IN_STEP:
                step(task, tree, place, position, one)
            else:
                open_step(task, tree, place, position, one, buffer)
        vanish(task, tree, place, position, beam, n, buffer)
    here = limit - place
    n = kept(tree, here, beam)
    if limit == length:
        # a lone lead byte at the end leaves nothing to be seen
        tree.places[here].best = -math.inf
        for one in beam[:n]:
            if tree.nodes[one].opened == IN_STEP:
                link(tree, one, here)
            else:
                complete(task, tree, here, one, UNKNOWN, IN_STEP, 0, buffer)
        n = kept(tree, here, beam)
    return _result(tree, limit, beam, n)


@njit()
def _result(tree: Tree, end: int, beam: NDArray[np.int32], n: int) -> Result:
    best, total = -1, 0.0
    for one in beam[:n]:
        if tree.nodes[one].opened == IN_STEP:
            best = one if best < 0 else best
            total += math.exp(tree.nodes[one].mass - tree.nodes[best].score)
    codes, places = np.empty(2 * LONGEST, np.int32), np.empty(2 * LONGEST, np.int32)
    first, at = codes.size, best
    while at > 0 and first > 0:
        node, before = tree.nodes[at], tree.nodes[tree.nodes[at].parent]
        if node.code > 0:
            first -= 1
            codes[first] = node.code
            as_seen = node.opened == IN_STEP and before.opened == IN_STEP and node.place == before.place + 1
            places[first] = before.place if as_seen else -1
        at = node.parent
    return end, codes[first:], places[first:], 1.0 / total if best >= 0 else 0.0


def _compiled(stamp: str) -> Callable[[Task, Tree, int, np.uint64, int, int, int], Result]:
    """The search, compiled at its first call and kept on disk for the next process (see ``kernels.stamp``)."""

    @njit(cache=True)
    def search(task: Task, tree: Tree, place: int, state: np.uint64, code: int, flags: int, last: int) -> Result:
        assert len(stamp) > 0
        return _search(task, tree, place, state, code, flags, last)

    return search


search = _compiled(stamp(__file__, "gbk", "growth", "hypotheses", "language_model", "ngrams", "search"))
