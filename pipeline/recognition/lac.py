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
DECODED_AT_ONCE = 256
"""Sentences that are decoded together; bounds memory, never changes results."""


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
        emissions: list[Floats] = [np.empty((0, 0), np.float32) for _ in sentences]
        longest_first = sorted(range(len(sentences)), key=lambda index: -len(sentences[index]))
        by_length: dict[int, list[int]] = {}
        for index in longest_first:
            by_length.setdefault(len(sentences[index]), []).append(index)
        for length, indices in by_length.items():
            for first in range(0, len(indices) if length else 0, batch_size):
                batch = indices[first : first + batch_size]
                for index, found in zip(batch, self._emissions([sentences[i] for i in batch]), strict=True):
                    emissions[index] = found
        results: list[list[Tagged]] = [[] for _ in sentences]
        for first in range(0, len(longest_first), DECODED_AT_ONCE):
            group = [index for index in longest_first[first : first + DECODED_AT_ONCE] if sentences[index]]
            for index, path in zip(group, self._decode([emissions[i] for i in group]), strict=True):
                results[index] = self._words(path, _certainty(emissions[index], path))
        return results

    def _emissions(self, sentences: list[str]) -> Floats:
        ids = [[self._ids.get(character, self._unknown) for character in sentence] for sentence in sentences]
        lengths = np.full(len(ids), len(ids[0]), np.int64)
        output: Floats = self._session.run(None, {"token_ids": np.array(ids, np.int64), "length": lengths})[0]
        return output

    def _decode(self, emissions: Sequence[Floats]) -> list[Integers]:
        """Best tag sequence of each sentence, by the Viterbi algorithm over all of them at once.

        The sentences come longest first; a shorter one drops out where it ends, so that none is padded.
        """
        if not emissions:
            return []
        lengths = np.array([len(rows) for rows in emissions])
        # at position p the first ``alive[p]`` sentences are still running
        alive = [int((lengths > position).sum()) for position in range(lengths[0])]
        best = np.stack([rows[0] for rows in emissions])
        ends = [best]
        back = []
        for position in range(1, lengths[0]):
            running = alive[position]
            candidates = best[:running, :, None] + self._transitions
            back.append(candidates.argmax(axis=1))
            best = candidates.max(axis=1) + np.stack([rows[position] for rows in emissions[:running]])
            ends.append(best)
        paths = []
        for row, length in enumerate(lengths):
            tag = int(ends[length - 1][row].argmax())
            path = [tag]
            for position in range(length - 2, -1, -1):
                tag = int(back[position][row, tag])
                path.append(tag)
            paths.append(np.array(path[::-1]))
        return paths

    def _words(self, path: Integers, probabilities: Floats) -> list[Tagged]:
        tags = [self._tags[number] for number in path]
        starts = [i for i, tag in enumerate(tags) if i == 0 or not tag.endswith("-I")]
        sums = np.concatenate([[0.0], np.cumsum(probabilities, dtype=np.float64)])
        return [
            Tagged(start, end, tags[start].rsplit("-", 1)[0], float(sums[end] - sums[start]) / (end - start))
            for start, end in zip(starts, [*starts[1:], len(tags)], strict=True)
        ]


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """The process's tagger, loaded at first use."""
    return Tagger()


def _certainty(emissions: Floats, path: Integers) -> Floats:
    """Probability of the path's tag at each character, by softmax."""
    shifted = np.exp(emissions - emissions.max(axis=1, keepdims=True))
    chosen: Floats = shifted[np.arange(len(path)), path] / shifted.sum(axis=1)
    return chosen


def _pairs(path: Path) -> list[tuple[str, str]]:
    """The two columns of a tab-separated file; a value may itself be white space."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [(first, second) for first, tab, second in (line.partition("\t") for line in lines) if tab]
