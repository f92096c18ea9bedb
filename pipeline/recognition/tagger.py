"""The tagger: words with parts of speech and names by several annotation standards, from one small network.

A character embedding and flags of a lexicon go through two bidirectional GRU layers, run by onnxruntime; over them
stands a linear chain for each standard. ``training/`` makes it from Baidu LAC's encoder; models/tagger.md tells how.
Sentences of like length share a batch. The network is given their lengths and never reads padding, so that every
figure is the same bit for bit whatever a batch holds.
"""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import onnxruntime

from pipeline.interpreter import map_in_threads
from pipeline.models import checked
from pipeline.recognition.decoding import NEVER, Floats, best_path, span_probabilities
from pipeline.recognition.labels import bioes, decoded, legal
from pipeline.recognition.lexicon import FEATURES, Lexicon

_UNKNOWN = 0
_FILLED = 0.85
"""Of a batch's shortest sentence: what part it must be of the longest."""


class Found(NamedTuple):
    """A name: where it stands in the sentence, its label in the standard, and its probability."""

    start: int
    end: int
    label: str
    score: float


class Reading(NamedTuple):
    """What the tagger says of a sentence: each character's part of speech in LAC's tag set, and the names.

    ``starts`` are where words start, by those tags.
    """

    tags: list[str]
    starts: list[int]
    names: list[Found]


class Chain(NamedTuple):
    """Labels of a standard; scores of steps between them, of starts and of ends, as ``best_path`` takes them."""

    labels: list[str]
    steps: Floats
    start: Floats
    end: Floats


class Tagger:
    """The network on one thread. Raises ``pipeline.models.ModelError`` if the model is missing or changed."""

    def __init__(self) -> None:
        folder = checked("tagger")
        with np.load(folder / "tagger.npz") as kept:
            described = json.loads(kept["described"].item())
            self._lexicon = Lexicon(kept["hashes"], kept["classes"], kept["vectors"])
            self._chains = {
                name: chain_of(bioes(labels), kept[name]) for name, labels in described["standards"].items()
            }
        self._calibration = described["calibration"]
        tags = described["tags"]
        self._tags = np.array([tag.removesuffix("-B").removesuffix("-I") for tag in tags], object)
        self._goes_on = np.array([tag.endswith("-I") for tag in tags])
        self._rows = rows_of(described["characters"])
        # the heads of other standards are left out
        self._needed = onnxruntime.RunOptions()
        self._needed.only_execute_path_to_fetches = True
        options = onnxruntime.SessionOptions()
        # one thread: more would add nothing to batches this small, and sums could be taken in another order
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "tagger.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, sentences: Sequence[str], standard: str = "report", batch_size: int = 16) -> list[Reading]:
        """Read each sentence; the results do not depend on ``batch_size`` or on the other sentences."""
        readings = [Reading([], [], []) for _ in sentences]
        batches = _batches([len(sentence) for sentence in sentences], batch_size)
        # onnxruntime lets other threads go on, and each batch is summed by one thread alone
        for batch, (tags, names) in map_in_threads(
            lambda batch: self._emissions([sentences[i] for i in batch], standard), batches
        ):
            best = tags.argmax(axis=2)
            begins = ~self._goes_on[best]
            begins[0] = True
            for row, index in enumerate(batch):
                length = len(sentences[index])
                readings[index] = Reading(
                    self._tags[best[:length, row]].tolist(),
                    np.flatnonzero(begins[:length, row]).tolist(),
                    _names(
                        np.ascontiguousarray(names[:length, row]), self._chains[standard], *self._calibration[standard]
                    ),
                )
        return readings

    def _emissions(self, sentences: Sequence[str], standard: str) -> tuple[Floats, Floats]:
        lengths = np.array([len(sentence) for sentence in sentences], np.int32)
        ids = np.full((lengths[0], len(sentences)), _UNKNOWN, np.int32)
        flags = np.zeros((lengths[0], len(sentences), FEATURES), np.float32)
        for row, sentence in enumerate(sentences):
            points = np.frombuffer(sentence.encode("utf-32-le", "surrogatepass"), np.uint32)
            ids[: len(points), row] = self._rows[points]
            self._lexicon.features(points, flags[:, row])
        fed = {"ids": ids, "features": flags, "lengths": lengths}
        tags, names = self._session.run(["words", standard], fed, self._needed)
        return tags, names


def _batches(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Numbers of the sentences that go together, longest first: at most ``size``, little shorter than their first.

    Padding costs as much as characters do.
    """
    batch: list[int] = []
    for index in sorted((i for i, length in enumerate(lengths) if length), key=lambda i: -lengths[i]):
        if batch and (len(batch) == size or lengths[index] < _FILLED * lengths[batch[0]]):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def rows_of(characters: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Row of the embedding for each code point; 0 for those that none of the rows' ``characters`` names."""
    rows: np.ndarray[tuple[int, ...], np.dtype[np.int32]] = np.zeros(0x110000, np.int32)
    for row, same in enumerate(characters):
        for character in same:
            rows[ord(character)] = row
    return rows


def chain_of(labels: list[str], steps: Floats) -> Chain:
    """The chain of a standard, in which what is not legal is barred."""
    start, allowed, end = legal(labels)
    zero = np.float32(0)
    return Chain(
        labels,
        np.where(allowed, steps, NEVER).astype(np.float32),
        np.where(start, zero, NEVER),
        np.where(end, zero, NEVER),
    )


def _names(emissions: Floats, chain: Chain, slope: float, intercept: float) -> list[Found]:
    path = best_path(emissions, *chain[1:])
    if not path.any():  # label 0 is O
        return []
    found = decoded([chain.labels[number] for number in path.tolist()])
    spans = np.array([(start, end) for start, end, _ in found])
    probabilities = span_probabilities(emissions, *chain[1:], path, spans)
    scores = 1 / (1 + np.exp(-(slope * logit(probabilities) + intercept)))
    return [
        Found(start, end, label, round(score, 4))
        for (start, end, label), score in zip(found, scores.tolist(), strict=True)
    ]


def logit(probabilities: Floats) -> Floats:
    """Logarithm of the odds, of probabilities between one in a million and one less than that."""
    p = np.clip(probabilities.astype(np.float64), 1e-6, 1 - 1e-6)
    odds: Floats = np.log(p / (1 - p))
    return odds


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """The process's tagger, loaded at first use."""
    return Tagger()
