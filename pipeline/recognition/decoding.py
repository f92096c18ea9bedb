"""Best label sequences of a linear chain, the names in them and the probability of each, compiled."""

import numpy as np
from numba import njit

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
NEVER = np.float32(-1e9)
"""Score of a step that is not allowed."""
_LANES = 8
"""Labels that are compared at once: rows are filled up to whole vectors, or they would be compared one by one."""


@njit(nogil=True, error_model="numpy")
def best_path(emissions, steps, start, end):  # type: ignore[no-untyped-def]
    """The label numbers of the best sequence (Viterbi 1967); of equal ones the lower numbers.

    ``emissions`` (positions, labels), ``steps`` (from label, to label), ``start`` and ``end`` (labels): scores to add.
    """
    # loops throughout: expressions of whole arrays take seconds each to compile
    length, labels = emissions.shape
    width = -(-labels // _LANES) * _LANES
    further = np.full((labels, width), NEVER, np.float32)
    for i in range(labels):
        for j in range(labels):
            further[i, j] = steps[i, j]
    best = np.full((length, width), NEVER, np.float32)
    for j in range(labels):
        best[0, j] = emissions[0, j] + start[j]
    for t in range(1, length):
        for first in range(0, width, _LANES):
            row = best[t, first : first + _LANES]
            for i in range(labels):
                before, step = best[t - 1, i], further[i, first : first + _LANES]
                for j in range(_LANES):
                    score = before + step[j]
                    row[j] = score if score > row[j] else row[j]
        for j in range(labels):
            best[t, j] += emissions[t, j]
    path = np.empty(length, np.int64)
    label = 0
    for i in range(1, labels):
        if best[length - 1, i] + end[i] > best[length - 1, label] + end[label]:
            label = i
    path[length - 1] = label
    for t in range(length - 1, 0, -1):
        # taken up again rather than kept: one label's column costs less than a table of all
        row, after, label = best[t - 1], label, 0
        for i in range(1, labels):
            if row[i] + steps[i, after] > row[label] + steps[label, after]:
                label = i
        path[t - 1] = label
    return path


@njit(nogil=True, error_model="numpy")
def span_probabilities(emissions, steps, start, end, path, spans):  # type: ignore[no-untyped-def]
    """Probability that the labels of each span (first, behind the last) are those of ``path``, whatever stands around.

    By the forward-backward algorithm in scaled probabilities; arguments as of ``best_path``.
    """
    length, labels = emissions.shape
    weights = np.empty((labels, labels), np.float32)
    turned = np.empty((labels, labels), np.float32)
    for i in range(labels):
        for j in range(labels):
            weights[i, j] = turned[j, i] = np.exp(steps[i, j])
    local = np.empty((length, labels), np.float32)
    forward = np.zeros((length, labels), np.float32)
    backward = np.zeros((length, labels), np.float32)
    scale = np.empty(length, np.float32)
    for t in range(length):
        row, highest, total = forward[t], emissions[t, 0], np.float32(0)
        for j in range(1, labels):
            highest = max(highest, emissions[t, j])
        if t == 0:
            for j in range(labels):
                row[j] = np.exp(start[j])
        else:
            for i in range(labels):
                before = forward[t - 1, i]
                for j in range(labels):
                    row[j] += before * weights[i, j]
        for j in range(labels):
            local[t, j] = np.exp(emissions[t, j] - highest)
            row[j] *= local[t, j]
            total += row[j]
        scale[t] = total
        for j in range(labels):
            row[j] /= total
    total = np.float32(0)
    for i in range(labels):
        backward[length - 1, i] = np.exp(end[i])
        total += forward[length - 1, i] * backward[length - 1, i]
    for i in range(labels):
        backward[length - 1, i] /= total
    for t in range(length - 2, -1, -1):
        row = backward[t]
        for j in range(labels):
            behind = local[t + 1, j] * backward[t + 1, j] / scale[t + 1]
            for i in range(labels):
                row[i] += turned[j, i] * behind
    found = np.empty(len(spans), np.float32)
    for number in range(len(spans)):
        first, behind_last = spans[number]
        probability = forward[first, path[first]]
        for t in range(first + 1, behind_last):
            probability *= weights[path[t - 1], path[t]] * local[t, path[t]] / scale[t]
        found[number] = probability * backward[behind_last - 1, path[behind_last - 1]]
    return found


@njit(cache=True, nogil=True)
def names_in(emissions, lengths, steps, start, end):  # type: ignore[no-untyped-def]
    """Names of a batch: (sentence, first, behind the last, number of the label) of each, and their probabilities.

    ``emissions`` (sentences, positions, labels in the order of ``labels.bioes``); other arguments as of ``best_path``.
    """
    count = 0
    for length in lengths:
        count += length
    found = np.empty((count, 4), np.int64)
    probabilities = np.empty(count, np.float32)
    count = 0
    for sentence in range(len(lengths)):
        own = emissions[sentence, : lengths[sentence]]
        path = best_path(own, steps, start, end)
        first, begin = count, 0
        for t in range(len(path)):
            label, position = divmod(path[t] - 1, 4)  # of O: -1, 3
            if label >= 0:
                if position in (0, 3):  # B, S
                    begin = t
                if position >= 2:  # E, S
                    found[count, 0], found[count, 1], found[count, 2], found[count, 3] = sentence, begin, t + 1, label
                    count += 1
        if count > first:
            likely = span_probabilities(own, steps, start, end, path, found[first:count, 1:3])
            for name in range(first, count):
                probabilities[name] = likely[name - first]
    return found[:count], probabilities[:count]
