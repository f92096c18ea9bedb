"""The tagger's network, compiled: characters and a lexicon's features, two bidirectional GRU layers, a linear head.

Matrices are small integers with a unit for each column. What they are multiplied with is rounded to integers too, so
that all sums are exact; between them floats are only added, multiplied and divided, in an order that is written down.
The same text therefore gives the same numbers on every processor, in every batch.

The equations of a layer are those of Cho et al. (2014) with the reset gate behind the recurrent product, as ONNX has
them with ``linear_before_reset=1``; gates in the order update, reset, candidate.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from pipeline.kernels import borrowing, stamp
from pipeline.recognition.products import LARGEST, Array, multiply, packed

_ONE, _HALF, _STEPS = np.float32(1), np.float32(0.5), np.float32(LARGEST)
_FLAT = np.float32(6)
"""From here on tanh is taken as it is here: 1 to four digits."""
_A1, _A2, _A3 = (np.float32(n / 2027025) for n in (270270, 6930, 36))
_B1, _B2, _B3, _B4 = (np.float32(n / 2027025) for n in (945945, 51975, 630, 1))
"""Lambert's continued fraction of tanh(x) / x, cut at the eighth term, as polynomials of x squared: within 6e-5."""


class Direction(NamedTuple):
    """Weights of one direction of a layer of H units; gates of 3 H."""

    inputs: Array
    """``packed`` (K, 3 H)."""
    input_units: Array
    """(3 H,): a step of the columns of ``inputs`` times a step of what they are multiplied with."""
    recurrent: Array
    """``packed`` (H, 3 H)."""
    recurrent_units: Array
    inner_bias: Array
    """(H,): of the candidate's recurrent product."""
    bases: Array
    """(rows, 3 H): what is added to the gates; in the lower layer each character's share of them."""


Layer = tuple[Direction, Direction]


class Network(NamedTuple):
    """Weights."""

    lower: Layer
    upper: Layer
    head: Array
    """``packed`` (2 H, labels and tags)."""
    head_units: Array
    head_bias: Array


def network(kept: Mapping[str, Array], name: str) -> Network:
    """The network of a standard, from the arrays that ``training/export.py`` wrote."""
    parts = ("embedding", "embedding.unit")
    embedding, unit = (kept[own if (own := f"{name}.{part}") in kept else part] for part in parts)

    def direction(layer: str, d: int) -> Direction:
        def matrix(part: str) -> tuple[Array, Array]:
            return kept[f"{name}.{layer}.{part}"][d], kept[f"{name}.{layer}.{part}.units"][d]

        (inputs, input_units), (recurrent, recurrent_units) = matrix("inputs"), matrix("recurrent")
        bases = kept[f"{name}.{layer}.bias"][d : d + 1]
        if layer == "lower":
            to_gates, units = matrix("characters")
            sums = np.empty((len(embedding), to_gates.shape[1]), np.int32)
            _product(embedding, packed(to_gates), sums)
            bases = sums.astype(np.float32) * (units * unit) + bases
        inner_bias = kept[f"{name}.{layer}.inner_bias"][d]
        return Direction(
            packed(inputs), input_units / _STEPS, packed(recurrent), recurrent_units / _STEPS, inner_bias, bases
        )

    lower, upper = ((direction(layer, 0), direction(layer, 1)) for layer in ("lower", "upper"))
    head = [kept[f"{name}.head{part}"] for part in ("", ".units", ".bias")]
    return Network(lower, upper, packed(head[0]), head[1] / _STEPS, head[2])


def run(given: Network, ids: Array, features: Array, active: Array, labels: int) -> tuple[Array, Array]:
    """Scores of the labels (B, T, labels) and the numbers of the best tags (B, T) of a batch of sentences.

    ``ids`` (T, B) and ``features`` (T, B, FEATURES, and one more if that is odd) of characters; ``active`` (T,): how
    many sentences reach so far, the longest being first.
    """
    found: tuple[Array, Array] = _emissions(given, ids, features, active, labels)
    return found


# division by zero is left to the processor: a check before each would keep them from being done side by side
@njit(_nrt=False, error_model="numpy")  # type: ignore[call-overload]
def _squash(x):  # type: ignore[no-untyped-def]
    """tanh of each."""
    for j in range(len(x)):
        v = x[j]
        v = _FLAT if v > _FLAT else v
        v = -_FLAT if v < -_FLAT else v
        u = v * v
        x[j] = v * (((_A3 * u + _A2) * u + _A1) * u + _ONE) / ((((_B4 * u + _B3) * u + _B2) * u + _B1) * u + _ONE)


@njit(nogil=True)
def _scaled(sums, units, added, out):  # type: ignore[no-untyped-def]
    for j in range(len(out)):
        out[j] = np.float32(sums[j]) * units[j] + added[j]


@borrowing
def _gates(base, given, given_units, product, units, out):  # type: ignore[no-untyped-def]
    """Half of the two gates' argument: the logistic function of x is (1 + tanh(x / 2)) / 2."""
    for j in range(len(out)):
        out[j] = (np.float32(given[j]) * given_units[j] + np.float32(product[j]) * units[j] + base[j]) * _HALF


@borrowing
def _candidate(base, given, given_units, product, units, bias, reset, out):  # type: ignore[no-untyped-def]
    for j in range(len(out)):
        inner = (reset[j] * _HALF + _HALF) * (np.float32(product[j]) * units[j] + bias[j])
        out[j] = np.float32(given[j]) * given_units[j] + base[j] + inner


@borrowing
def _follow(update, candidate, state, rounded):  # type: ignore[no-untyped-def]
    for j in range(len(state)):
        n = candidate[j]
        state[j] = n + (update[j] * _HALF + _HALF) * (state[j] - n)
        # nearest, as what is cut off lies between 0 and twice the steps
        rounded[j] = np.int32(state[j] * _STEPS + (_STEPS + _HALF)) - LARGEST


@borrowing
def _step(w, base, given, product, work, state, rounded):  # type: ignore[no-untyped-def]
    """A character further: the state of a sentence, and what it is as integers."""
    size = len(state)
    cut, at = slice(0, 2 * size), slice(2 * size, 3 * size)
    _gates(base[cut], given[cut], w.input_units[cut], product[cut], w.recurrent_units[cut], work[cut])
    _squash(work[cut])
    _candidate(
        base[at],
        given[at],
        w.input_units[at],
        product[at],
        w.recurrent_units[at],
        w.inner_bias,
        work[size : 2 * size],
        work[at],
    )
    _squash(work[at])
    _follow(work[:size], work[at], state, rounded)


@njit(nogil=True)
def _recur(w, backward, left, ids, active, states):  # type: ignore[no-untyped-def]
    """One direction of a layer over ``left`` (T, B, K): sets ``states`` (T, B, H), zeros before.

    ``ids`` (T, B) are the rows of the bases.
    """
    length, rows, size = states.shape
    state = np.zeros((rows, size), np.float32)
    given = np.empty((rows, 3 * size), np.int32)
    product = np.zeros((rows, 3 * size), np.int32)
    work = np.empty(3 * size, np.float32)
    for step in range(length):
        t = length - 1 - step if backward else step
        multiply(left[t, : active[t]], w.inputs, given)
        if step:
            # a sentence that begins here, from behind, finds zeros, as nothing was set there
            multiply(states[t + 1 if backward else t - 1, : active[t]], w.recurrent, product)
        for row in range(active[t]):
            _step(w, w.bases[ids[t, row]], given[row], product[row], work, state[row], states[t, row])


def _compiled(made_of: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """What is kept on disk for the next process (see ``kernels.stamp``)."""

    @njit(cache=True, nogil=True)
    def product(left, right, out):  # type: ignore[no-untyped-def]
        assert len(made_of) > 0
        multiply(left, right, out)

    @njit(cache=True, nogil=True)
    def emissions(given, ids, features, active, labels):  # type: ignore[no-untyped-def]
        assert len(made_of) > 0
        length, rows = ids.shape
        size = len(given.lower[0].inner_bias)
        below = np.zeros((length, rows, 2 * size), np.int16)
        above = np.zeros((length, rows, 2 * size), np.int16)
        _recur(given.lower[0], False, features, ids, active, below[:, :, :size])
        _recur(given.lower[1], True, features, ids, active, below[:, :, size:])
        none = np.zeros((length, rows), ids.dtype)
        _recur(given.upper[0], False, below, none, active, above[:, :, :size])
        _recur(given.upper[1], True, below, none, active, above[:, :, size:])
        positions = length * rows
        width = len(given.head_bias)
        scores = np.empty((positions, given.head.shape[0] * given.head.shape[2]), np.int32)
        multiply(above.reshape(positions, 2 * size), given.head, scores)
        names = np.empty((rows, length, labels), np.float32)
        tags = np.zeros((rows, length), np.int64)
        last = np.empty(width, np.float32)
        for t in range(length):
            for row in range(active[t]):
                _scaled(scores[t * rows + row, :width], given.head_units, given.head_bias, last)
                for label in range(labels):
                    names[row, t, label] = last[label]
                best = labels
                for tag in range(labels + 1, width):
                    best = tag if last[tag] > last[best] else best
                tags[row, t] = best - labels
        return names, tags

    return product, emissions


_product, _emissions = _compiled(stamp(__file__, "network", "products"))
