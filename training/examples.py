"""What the tagger learns from: sentences with names as labels, and LAC's parts of speech as a teacher's."""

import random
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from pipeline.recognition.decoding import best_path
from pipeline.recognition.labels import bioes, encoded
from pipeline.recognition.lexicon import FEATURES, STEPS, Lexicon
from training.corpora import Sentence, Span
from training.lac import Lac
from training.tagger import STANDARDS, Tagger

LONGEST = 400
"""Characters of a sentence; longer ones, of which there are a handful, are left out."""


class Example(NamedTuple):
    """A sentence as numbers, (T,) each: characters, label at each, LAC's tag at each, code points."""

    standard: str
    ids: np.ndarray
    gold: np.ndarray
    tags: np.ndarray
    points: np.ndarray
    spans: tuple[Span, ...]


class Batch(NamedTuple):
    """Examples of one standard and one length: (B, T) each, features (B, T, FEATURES)."""

    standard: str
    ids: Tensor
    gold: Tensor
    tags: Tensor
    flags: Tensor


@torch.no_grad()
def examples(standard: str, found: Iterable[Sentence], rows: np.ndarray, lac: Lac) -> list[Example]:
    """Sentences as numbers; ``rows`` maps code points to rows of the embedding. LAC itself says the tags."""
    teacher = Tagger(lac).eval()
    index = {label: number for number, label in enumerate(bioes(STANDARDS[standard]))}
    free = np.zeros(len(lac.tags), np.float32)
    by_length: dict[int, list[Sentence]] = {}
    for sentence in found:
        if 0 < len(sentence.text) <= LONGEST:
            by_length.setdefault(len(sentence.text), []).append(sentence)
    made = []
    for length, group in by_length.items():
        for first in range(0, len(group), 256):
            some = group[first : first + 256]
            points = [np.array([ord(c) for c in s.text], np.uint32) for s in some]
            ids = np.stack([rows[p] for p in points]).astype(np.int64)
            # without the flags the untrained network is LAC
            emissions = teacher.words(teacher(torch.from_numpy(ids), torch.zeros(len(some), length, FEATURES))).numpy()
            for k, s in enumerate(some):
                gold = np.array([index[label] for label in encoded(length, s.spans)])
                tags = best_path(emissions[k], lac.transitions, free, free)
                made.append(Example(standard, ids[k], gold, tags, points[k], s.spans))
    return made


def exchanged(found: list[Example], share: float, lists: int, rng: random.Random) -> list[Example]:
    """In that share of the sentences, half of the names exchanged for others of their label (Dai, Adel 2020).

    Lists of names, few and each unlike the next, are given ``lists`` times more, with all exchanged.
    """
    pool: dict[str, list[tuple[Example, int, int]]] = {}
    for example in found:
        for start, end, label in example.spans:
            pool.setdefault(label, []).append((example, start, end))
    made = []
    for example in found:
        often = (
            lists if len(example.spans) >= 4 and 2 * sum(e - s for s, e, _ in example.spans) > len(example.ids) else 0
        )
        made += [_exchanged(example, pool, 1.0, rng) for _ in range(often)]
        made.append(_exchanged(example, pool, 0.5, rng) if example.spans and rng.random() < share else example)
    return made


def _exchanged(
    example: Example, pool: dict[str, list[tuple[Example, int, int]]], share: float, rng: random.Random
) -> Example:
    pieces, at = [], 0
    for start, end, label in example.spans:
        pieces.append((example, at, start))
        pieces.append(rng.choice(pool[label]) if rng.random() < share else (example, start, end))
        at = end
    pieces.append((example, at, len(example.ids)))
    ids, gold, tags, points = (
        np.concatenate([getattr(e, field)[start:end] for e, start, end in pieces])
        for field in ("ids", "gold", "tags", "points")
    )
    return Example(example.standard, ids, gold, tags, points, ()) if len(ids) <= LONGEST else example


def batched(found: list[Example], budget: int, rng: random.Random) -> list[list[Example]]:
    """Groups of one length, of about ``budget`` characters each, so that nothing is padded."""
    by_length: dict[int, list[Example]] = {}
    for example in found:
        by_length.setdefault(len(example.ids), []).append(example)
    groups = []
    for length, some in by_length.items():
        rng.shuffle(some)
        count = max(1, round(len(some) * length / budget))
        groups += [some[k::count] for k in range(count)]
    return groups


def batch(group: Sequence[Example], lexicon: Lexicon) -> Batch:
    """The arrays of one group."""
    length = len(group[0].ids)
    flags = np.zeros((len(group), length, FEATURES), np.int16)
    points = np.concatenate([example.points for example in group])
    lexicon.features(points, np.full(len(group), length), flags.transpose(1, 0, 2))
    ids, gold, tags = (torch.from_numpy(np.stack([getattr(e, f) for e in group])) for f in ("ids", "gold", "tags"))
    return Batch(group[0].standard, ids, gold, tags, torch.from_numpy(flags) / STEPS)
