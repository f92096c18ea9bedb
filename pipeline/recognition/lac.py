"""Baidu LAC: words with part-of-speech and name tags, from a bidirectional GRU and a CRF run by onnxruntime.

Its backward GRU reads padding, so padded batches would change tags: only sentences of equal length share a batch,
and then every figure is the same bit for bit whatever the batch holds.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime

from pipeline.models import checked

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Integers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


class Tagged(NamedTuple):
    """A word as LAC cuts it: where it stands in the sentence, its tag, and the tag's mean probability."""

    start: int
    end: int
    tag: str
    score: float


class Tagger:
    """LAC on one thread. Raises ``pipeline.models.ModelError`` if the model is missing or changed."""

    def __init__(self) -> None:
        folder = checked("lac")
        characters = {character: int(number) for number, character in _pairs(folder / "characters.tsv")}
        unknown = characters["OOV"]
        halfwidth = dict(_pairs(folder / "halfwidth.tsv"))
        self._ids = {c: characters.get(halfwidth.get(c, c), unknown) for c in {*characters, *halfwidth}}
        self._unknown = unknown
        # the file gives names' tags twice, and the later line holds
        tags = {int(number): tag for number, tag in _pairs(folder / "tags.tsv")}
        self._transitions: Floats = np.load(folder / "transitions.npy")
        self._tags = [tags.get(number, "n-B") for number in range(len(self._transitions))]
        options = onnxruntime.SessionOptions()
        # one thread: more would add nothing to batches this small, and sums could be taken in another order
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, sentences: Sequence[str], batch_size: int = 64) -> list[list[Tagged]]:
        """Tag each sentence; the results do not depend on ``batch_size`` or on the other sentences."""
        results: list[list[Tagged]] = [[] for _ in sentences]
        by_length: dict[int, list[int]] = {}
        for index, sentence in enumerate(sentences):
            by_length.setdefault(len(sentence), []).append(index)
        for length, indices in sorted(by_length.items()):
            for first in range(0, len(indices) if length else 0, batch_size):
                batch = indices[first : first + batch_size]
                emissions = self._emissions([sentences[index] for index in batch])
                for index, path, scores in zip(batch, self._decode(emissions), _certainty(emissions), strict=True):
                    results[index] = self._words(path, scores)
        return results

    def _emissions(self, sentences: list[str]) -> Floats:
        ids = [[self._ids.get(character, self._unknown) for character in sentence] for sentence in sentences]
        lengths = np.full(len(ids), len(ids[0]), np.int64)
        output: Floats = self._session.run(None, {"token_ids": np.array(ids, np.int64), "length": lengths})[0]
        return output

    def _decode(self, emissions: Floats) -> Integers:
        """Best tag sequences, (batch, length), by the Viterbi algorithm over the whole batch at once."""
        batch, length, _ = emissions.shape
        best = emissions[:, 0].copy()
        back = np.empty((length, *best.shape), np.int64)
        for position in range(1, length):
            candidates = best[:, :, None] + self._transitions
            back[position] = candidates.argmax(axis=1)
            best = np.take_along_axis(candidates, back[position][:, None, :], axis=1)[:, 0] + emissions[:, position]
        paths = np.empty((batch, length), np.int64)
        paths[:, -1] = best.argmax(axis=1)
        rows = np.arange(batch)
        for position in range(length - 1, 0, -1):
            paths[:, position - 1] = back[position][rows, paths[:, position]]
        return paths

    def _words(self, path: Integers, probabilities: Floats) -> list[Tagged]:
        tags = [self._tags[number] for number in path]
        starts = [i for i, tag in enumerate(tags) if i == 0 or not tag.endswith("-I")]
        words = []
        for start, end in zip(starts, [*starts[1:], len(tags)], strict=True):
            certainty = float(np.mean([probabilities[i, path[i]] for i in range(start, end)]))
            words.append(Tagged(start, end, tags[start].rsplit("-", 1)[0], certainty))
        return words


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """The process's tagger, loaded at first use."""
    return Tagger()


def _certainty(emissions: Floats) -> Floats:
    """Probability of each tag at each character, by softmax."""
    shifted = np.exp(emissions - emissions.max(axis=2, keepdims=True))
    probabilities: Floats = shifted / shifted.sum(axis=2, keepdims=True)
    return probabilities


def _pairs(path: Path) -> list[tuple[str, str]]:
    """The two columns of a tab-separated file; a value may itself be white space."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [(first, second) for first, tab, second in (line.partition("\t") for line in lines) if tab]
