"""The tagger: words with parts of speech and names by several annotation standards, from one small network.

A character embedding and features of a lexicon go through two bidirectional GRU layers (``network``), over which
stands a linear chain; each standard has its own. ``training/`` makes them from Baidu LAC's encoder; models/tagger.md
tells how. Sentences of like length share a batch, whose padding costs nothing and is never read.
"""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from pipeline.interpreter import map_in_threads
from pipeline.models import checked
from pipeline.recognition.decoding import NEVER, Floats, Ints, names_in
from pipeline.recognition.labels import bioes, legal
from pipeline.recognition.lexicon import FEATURES, Lexicon
from pipeline.recognition.network import Network, network, run

_UNKNOWN = 0


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
        self._weights = folder / "tagger.weights.npz"
        self._networks: dict[str, Network] = {}

    def __call__(self, sentences: Sequence[str], standard: str = "report", batch_size: int = 16) -> list[Reading]:
        """Read each sentence; the results do not depend on ``batch_size`` or on the other sentences."""
        readings = [Reading([], [], []) for _ in sentences]
        if standard not in self._networks:
            with np.load(self._weights) as kept:
                self._networks[standard] = network(kept, standard)
        names: list[tuple[list[Found], int, int, int]] = []
        probabilities: list[Floats] = []
        batches = _batches([len(sentence) for sentence in sentences], batch_size)
        # compiled code lets other threads go on, and each batch is summed by one thread alone
        for batch, (some, found, probable) in map_in_threads(
            lambda batch: self._read([sentences[i] for i in batch], standard), batches
        ):
            for index, reading in zip(batch, some, strict=True):
                readings[index] = reading
            names += [(some[row].names, start, end, label) for row, start, end, label in found.tolist()]
            probabilities.append(probable)
        if names:
            labels, (slope, intercept) = self._chains[standard].labels, self._calibration[standard]
            believed = 1 / (1 + np.exp(-(slope * logit(np.concatenate(probabilities)) + intercept)))
            for (own, start, end, label), score in zip(names, believed.tolist(), strict=True):
                own.append(Found(start, end, labels[1 + 4 * label][2:], round(score, 4)))
        return readings

    def _read(self, sentences: Sequence[str], standard: str) -> tuple[list[Reading], Ints, Floats]:
        """Read a batch, the longest sentence first; names as ``names_in`` tells them, and their probabilities."""
        chain = self._chains[standard]
        lengths = np.array([len(sentence) for sentence in sentences])
        longest, inside = int(lengths[0]), np.arange(lengths[0]) < lengths[:, None]
        points = np.frombuffer("".join(sentences).encode("utf-32-le", "surrogatepass"), np.uint32)
        ids = np.full(inside.shape, _UNKNOWN, np.int32)
        ids[inside] = self._rows[points]
        features = np.zeros((longest, len(sentences), FEATURES + FEATURES % 2), np.int16)
        self._lexicon.features(points, lengths, features)
        by_position = np.ascontiguousarray(ids.T)
        scores, best = run(self._networks[standard], by_position, features, inside.sum(axis=0), len(chain.labels))
        of_all = best[inside]
        ends = np.cumsum(lengths)
        firsts = ends - lengths
        begins = ~self._goes_on[of_all]
        begins[firsts] = True
        at = np.flatnonzero(begins)
        words = np.searchsorted(at, ends)
        starts = (at - np.repeat(firsts, np.diff(words, prepend=0))).tolist()
        tags = self._tags[of_all].tolist()
        readings = [
            Reading(tags[a:b], starts[c:d], [])
            for a, b, c, d in zip(firsts.tolist(), ends.tolist(), [0, *words.tolist()], words.tolist(), strict=False)
        ]
        return readings, *names_in(scores, lengths, *chain[1:])


def _batches(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Numbers of the sentences that go together, at most ``size``, the longest first; empty ones are left out."""
    order = sorted((i for i, length in enumerate(lengths) if length), key=lambda i: -lengths[i])
    for first in range(0, len(order), size):
        yield order[first : first + size]


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


def logit(probabilities: Floats) -> Floats:
    """Logarithm of the odds, of probabilities between one in a million and one less than that."""
    p = np.clip(probabilities.astype(np.float64), 1e-6, 1 - 1e-6)
    odds: Floats = np.log(p / (1 - p))
    return odds


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """The process's tagger, loaded at first use."""
    return Tagger()
