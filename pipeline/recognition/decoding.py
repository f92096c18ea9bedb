"""Best label sequences of a linear chain and the probability of a span, compiled."""

import numpy as np
from numba import njit

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Integers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
NEVER = np.float32(-1e9)
"""Score of a step that is not allowed."""


@njit(cache=True, nogil=True)
def best_path(emissions, steps, start, end):  # type: ignore[no-untyped-def]
    """The label numbers of the best sequence (Viterbi 1967); of equal ones the lower numbers.

    ``emissions`` (positions, labels), ``steps`` (from label, to label), ``start`` and ``end`` (labels): scores to add.
    """
    length, labels = emissions.shape
    best = np.empty((length, labels), np.float32)
    best[0] = emissions[0] + start
    for t in range(1, length):
        row = best[t]
        row[:] = best[t - 1, 0] + steps[0]
        for i in range(1, labels):
            before = best[t - 1, i]
            for j in range(labels):
                row[j] = max(row[j], before + steps[i, j])
        row += emissions[t]
    path = np.empty(length, np.int64)
    label = (best[length - 1] + end).argmax()
    path[length - 1] = label
    for t in range(length - 1, 0, -1):
        # taken up again rather than kept: one label's column costs less than a table of all
        label = (best[t - 1] + steps[:, label]).argmax()
        path[t - 1] = label
    return path


@njit(cache=True, nogil=True)
def span_probabilities(emissions, steps, start, end, path, spans):  # type: ignore[no-untyped-def]
    """Probability that the labels of each span (first, behind the last) are those of ``path``, whatever stands around.

    By the forward-backward algorithm in scaled probabilities; arguments as of ``best_path``.
    """
    length, labels = emissions.shape
    weights = np.exp(steps)
    local = np.empty((length, labels), np.float32)
    forward = np.empty((length, labels), np.float32)
    backward = np.empty((length, labels), np.float32)
    scale = np.empty(length, np.float32)
    for t in range(length):
        local[t] = np.exp(emissions[t] - emissions[t].max())
        if t == 0:
            row = np.exp(start)
        else:
            row = np.zeros(labels, np.float32)
            for i in range(labels):
                row += forward[t - 1, i] * weights[i]
        row = row * local[t]
        scale[t] = row.sum()
        forward[t] = row / scale[t]
    last = np.exp(end)
    backward[length - 1] = last / (forward[length - 1] * last).sum()
    for t in range(length - 2, -1, -1):
        behind = local[t + 1] * backward[t + 1] / scale[t + 1]
        for i in range(labels):
            backward[t, i] = (weights[i] * behind).sum()
    found = np.empty(len(spans), np.float32)
    for number in range(len(spans)):
        first, behind_last = spans[number]
        probability = forward[first, path[first]]
        for t in range(first + 1, behind_last):
            probability *= weights[path[t - 1], path[t]] * local[t, path[t]] / scale[t]
        found[number] = probability * backward[behind_last - 1, path[behind_last - 1]]
    return found
