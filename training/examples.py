"""What the tagger learns from: sentences with names as labels, and LAC's parts of speech as a teacher's."""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from pipeline.interpreter import map_in_threads
from pipeline.recognition.core import units
from pipeline.recognition.decoding import best_path
from pipeline.recognition.labels import bioes, encoded
from pipeline.recognition.lexicon import FEATURES, Lexicon
from pipeline.recognition.tagger import chain_of
from pipeline.segmentation.core import sentences
from training.corpora import Sentence, Span, cluener, columns, passage, universal_ner
from training.lac import Lac
from training.tagger import STANDARDS, Tagger

HERE = Path(__file__).parent
LONGEST = 400
"""Characters of a sentence; longer ones, of which there are a handful, are left out."""


class Example(NamedTuple):
    """A sentence as numbers, (T,) each: characters, label at each, LAC's tag at each, code points.

    ``wanted`` (T, labels): how probable a teacher finds each label, or none.
    """

    standard: str
    ids: np.ndarray
    gold: np.ndarray
    tags: np.ndarray
    points: np.ndarray
    spans: tuple[Span, ...]
    wanted: np.ndarray


class Batch(NamedTuple):
    """Examples of one standard and one length: (B, T) each, features (B, T, FEATURES), wanted (B, T, labels)."""

    standard: str
    ids: Tensor
    gold: Tensor
    tags: Tensor
    flags: Tensor
    wanted: Tensor


def corpora(folder: Path) -> dict[str, tuple[list[Sentence], list[Sentence]]]:
    """Training and development part of each corpus that ``folder`` holds.

    Where the publisher has no development part, the last 2,500 sentences of MSRA, the last 300 of People's Daily
    and every twelfth of CLUENER are kept for it. No published test part is read.
    """
    ner = folder / "ner"
    found = {}
    if (path := ner / "msra.train.tsv").exists():
        rows = list(columns(path))
        found["msra"] = rows[:-2500], rows[-2500:]
    if (path := ner / "cluener.train.json").exists():
        rows = list(cluener(path))
        found["cluener"] = [r for k, r in enumerate(rows) if k % 12], rows[::12]
    if (path := ner / "peoples_daily.dev.txt").exists():
        rows = list(columns(path))
        found["peoples_daily"] = rows[:-300], rows[-300:]
    if (path := ner / "uner_gsdsimp.train.iob2").exists():
        found["uner"] = list(universal_ner(path)), list(universal_ner(ner / "uner_gsdsimp.dev.iob2"))
    if (folder / "reports").exists():
        found["report"] = list(_reports(folder / "reports")), []
    return found


def _reports(folder: Path) -> Iterator[Sentence]:
    """Passages of reports and texts written for training, both annotated by data/gold/GUIDE.md (see README.md)."""
    for line in (HERE / "passages.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield from _units(passage(record, folder), record["spans"])
    for line in (HERE / "written.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        yield from _units(record["text"], record["spans"])


def _units(text: str, spans: Sequence[Span]) -> Iterator[Sentence]:
    """The text as the tagger will read it; what the guide leaves open (OPT) counts as no name."""
    for start, end in units(text, [(s.start, s.end) for s in sentences(text)]):
        inside = [(s - start, e - start, label) for s, e, label in spans if start <= s and e <= end and label != "OPT"]
        yield Sentence(text[start:end], tuple(inside))


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
                wanted = np.eye(len(index), dtype=np.float16)[gold]
                made.append(Example(standard, ids[k], gold, tags, points[k], s.spans, wanted))
    return made


def taught(found: list[Example], teachers: Sequence[Tagger], share: float, lexicon: Lexicon) -> list[Example]:
    """``wanted`` of each example as a mean: ``share`` of the teachers' probabilities, the rest of the annotation's.

    After Hinton et al. (2015) and, with a chain's marginal probabilities, Wang et al. (2020, arXiv:2004.03846).
    """
    made = []
    for group, said in _said(found, teachers, found[0].standard, lexicon):
        for example, probabilities in zip(group, said, strict=True):
            mean = probabilities * share + example.wanted * (1 - share)
            made.append(example._replace(wanted=mean.astype(np.float16)))
    return made


def lent(found: list[Example], teachers: Sequence[Tagger], standard: str, lexicon: Lexicon) -> list[Example]:
    """Sentences of another corpus for ``standard``, with what the teachers see in them and nothing else."""
    labels = bioes(STANDARDS[standard])
    chain = chain_of(labels, np.zeros((len(labels), len(labels)), np.float32))
    made = []
    for group, said in _said(found, teachers, standard, lexicon):
        for e, probabilities in zip(group, said, strict=True):
            gold = best_path(np.log(probabilities + np.float32(1e-9)), *chain[1:])
            made.append(Example(standard, e.ids, gold, e.tags, e.points, (), probabilities.astype(np.float16)))
    return made


def _said(
    found: list[Example], teachers: Sequence[Tagger], standard: str, lexicon: Lexicon
) -> Iterator[tuple[list[Example], np.ndarray]]:
    """Groups of the examples, and the mean of the teachers' probabilities of labels, (examples, T, labels)."""

    def say(group: list[Example]) -> np.ndarray:
        b = batch(group, lexicon)
        with torch.no_grad():
            said = [t.crfs[standard].probabilities(t.heads[standard](t(b.ids, b.flags))) for t in teachers]
        return torch.stack(said).mean(dim=0).numpy()

    return map_in_threads(say, batched(found, 20_000, random.Random(0)))


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
    ids, gold, tags, points, wanted = (
        np.concatenate([getattr(e, field)[start:end] for e, start, end in pieces])
        for field in ("ids", "gold", "tags", "points", "wanted")
    )
    return Example(example.standard, ids, gold, tags, points, (), wanted) if len(ids) <= LONGEST else example


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
    flags = np.zeros((len(group), len(group[0].ids), FEATURES), np.float32)
    for row, example in enumerate(group):
        lexicon.features(example.points, flags[row])
    ids, gold, tags, wanted = (
        torch.from_numpy(np.stack([getattr(e, field) for e in group])) for field in ("ids", "gold", "tags", "wanted")
    )
    return Batch(group[0].standard, ids, gold, tags, torch.from_numpy(flags), wanted.float())
