"""The tagger's network, compiled: characters and a lexicon's features, two bidirectional GRU layers, a linear head.

Matrices are small integers with a unit for each column. What they are multiplied with is rounded to integers too, so
that all sums are exact; between them floats are only added, multiplied and divided, in an order that is written down
and with sums of products rounded once (``gru``). The same text therefore gives the same numbers on every processor, in
every batch.

The equations of a layer are those of Cho et al. (2014) with the reset gate behind the recurrent product, as ONNX has
them with ``linear_before_reset=1``; gates in the order update, reset, candidate.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from pipeline.kernels import stamp
from pipeline.recognition.gru import follow
from pipeline.recognition.products import LARGEST, Array, multiply, packed

_STEPS = np.float32(LARGEST)


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


@njit(nogil=True)
def _scaled(sums, units, added, out):  # type: ignore[no-untyped-def]
    for j in range(len(out)):
        out[j] = np.float32(sums[j]) * units[j] + added[j]


@njit(nogil=True)
def _recur(w, backward, left, ids, active, states):  # type: ignore[no-untyped-def]
    """One direction of a layer over ``left`` (T, B, K): sets ``states`` (T, B, H), zeros before.

    ``ids`` (T, B) are the rows of the bases.
    """
    length, rows, size = states.shape
    state = np.zeros((rows, size), np.float32)
    given = np.empty((rows, 3 * size), np.int32)
    product = np.zeros((rows, 3 * size), np.int32)
    for step in range(length):
        t = length - 1 - step if backward else step
        multiply(left[t, : active[t]], w.inputs, given)
        if step:
            # a sentence that begins here, from behind, finds zeros, as nothing was set there
            multiply(states[t + 1 if backward else t - 1, : active[t]], w.recurrent, product)
        for row in range(active[t]):
            follow(
                size,
                w.bases[ids[t, row]].ctypes.data,
                given[row].ctypes.data,
                w.input_units.ctypes.data,
                product[row].ctypes.data,
                w.recurrent_units.ctypes.data,
                w.inner_bias.ctypes.data,
                state[row].ctypes.data,
                states[t, row].ctypes.data,
            )


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


_product, _emissions = _compiled(stamp(__file__, "network", "gru", "products"))
