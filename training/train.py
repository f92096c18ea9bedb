"""Train the tagger from corpora.

    pip install -e .[training]
    cd training && dvc repro          # corpora and every setting: training/params.yaml

Two threads, each with a batch of its own; the mean gradient of both is one step. Same machine, same model up to the
order of a few sums: trained again it differs in the last digits, and so in a few names.
"""

import argparse
import math
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import torch
from ruamel.yaml import YAML
from torch import Tensor, nn

from pipeline.evaluation.core import Span, count, score
from pipeline.recognition.decoding import best_path
from pipeline.recognition.labels import bioes, decoded
from pipeline.recognition.lexicon import Lexicon
from pipeline.recognition.tagger import chain_of, rows_of
from training import lexicon as words
from training.corpora import corpora
from training.examples import Batch, Example, batch, batched, examples, exchanged
from training.lac import Lac, lac
from training.tagger import HIDDEN, STANDARDS, Tagger

THREADS = 2
WARM_UP = 200
"""Steps in which the learning rate rises."""


class Settings(NamedTuple):
    """Those of ``params.yaml``."""

    epochs: float
    learning_rate: float
    """At its highest; of the heads, which start from nothing, twice that. It falls along a cosine."""
    repeat: dict[str, float]
    """How often each corpus is read in an epoch; one that is not named is not."""
    exchange: dict[str, float]
    """Share of each corpus's sentences in which names are exchanged for others of their label."""
    lists: int
    """How much more often lists of names are read, each time with other names."""
    characters: int
    """In a batch."""
    dropout: float
    unknown: float
    """Share of characters that are hidden, so that the network learns to do without one."""
    words: float
    """Weight of LAC's tags against the names."""
    decay: float
    """Of the running mean of the weights, which is what is kept."""
    units: int = HIDDEN
    """Of each direction of a layer."""
    embedding: bool = True
    """Whether the embedding is trained too; one that is not stays what others share."""
    before: float = 0.0
    """Share in the result of the weights before the round (Wortsman et al. 2022, arXiv:2109.01903)."""


def train(
    model: Tagger,
    train_on: dict[str, list[Example]],
    dev: dict[str, list[Example]],
    given: Settings,
    known: Lexicon,
    seed: int,
    keep: Callable[[], object],
) -> None:
    """Train ``model`` in place; after every epoch calls ``keep`` and prints scores on the development parts."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    parameters = {name: p for name, p in model.named_parameters() if p.requires_grad}
    fresh = [p for name, p in parameters.items() if name.startswith(("heads", "crfs", "flags"))]
    started = [p for name, p in parameters.items() if not name.startswith(("heads", "crfs", "flags"))]
    optimizer = torch.optim.Adam([{"params": fresh}, {"params": started}], betas=(0.9, 0.99))
    weights = [*fresh, *started]
    first = [p.detach().clone() for p in weights]
    mean = [p.clone() for p in first]
    groups = _epoch(train_on, given, chance)
    an_epoch = len(groups) // THREADS
    steps = int(given.epochs * an_epoch)
    model.dropout = given.dropout
    model.train()
    loss, seen, began = 0.0, 0, time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        for step in range(steps):
            if len(groups) < THREADS:
                groups += _epoch(train_on, given, chance)
            now = [groups.pop() for _ in range(THREADS)]
            parts = list(pool.map(lambda group: _gradients(model, weights, batch(group, known), given), now))
            characters = sum(int(part[2]) for part in parts)
            for k, parameter in enumerate(weights):
                some = [part[0][k] for part in parts if part[0][k] is not None]
                parameter.grad = sum(some[1:], some[0]) / characters if some else None
            nn.utils.clip_grad_norm_(weights, 1.0)
            rate = given.learning_rate * min(1.0, (step + 1) / WARM_UP) * _cosine(step / steps)
            for share, group in zip((2.0, 1.0), optimizer.param_groups, strict=True):
                group["lr"] = share * rate
            optimizer.step()
            decay = min(given.decay, (step + 1) / (step + 10))
            torch._foreach_lerp_(mean, [p.detach() for p in weights], 1 - decay)
            loss, seen = loss + sum(part[1] for part in parts), seen + characters
            if (step + 1) % an_epoch == 0 or step + 1 == steps:
                speed = seen / (time.monotonic() - began)
                print(f"{(step + 1) / an_epoch:.1f} loss {loss / seen:.4f} {speed:,.0f} characters/s", flush=True)
                kept = [p.detach().clone() for p in weights]
                _put(weights, [torch.lerp(m, f, given.before) for m, f in zip(mean, first, strict=True)])
                keep()
                for corpus, some in dev.items():
                    print("   ", corpus, scores(model, some, known), flush=True)
                if step + 1 < steps:
                    _put(weights, kept)
                loss, seen, began = 0.0, 0, time.monotonic()
    model.eval()


def _cosine(done: float) -> float:
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))


@torch.no_grad()
def _put(weights: list[nn.Parameter], values: list[Tensor]) -> None:
    for weight, value in zip(weights, values, strict=True):
        weight.copy_(value)


def _epoch(train_on: dict[str, list[Example]], given: Settings, chance: random.Random) -> list[list[Example]]:
    groups = []
    for corpus, found in train_on.items():
        times = given.repeat[corpus]
        some = found * int(times) + chance.sample(found, int(len(found) * (times % 1)))
        groups += batched(
            exchanged(some, given.exchange.get(corpus, 0.0), given.lists, chance), given.characters, chance
        )
    chance.shuffle(groups)
    return groups


def _gradients(model: Tagger, weights: list[nn.Parameter], b: Batch, given: Settings) -> tuple[list[Any], float, int]:
    """Gradients of the summed loss, the names' part of it, and the characters."""
    ids = torch.where(torch.rand(b.ids.shape) < given.unknown, 0, b.ids)
    states = model(ids, b.flags)
    names = model.crfs[b.standard](model.heads[b.standard](states), b.gold)
    tags = nn.functional.cross_entropy(model.words(states).flatten(0, 1), b.tags.flatten(), reduction="sum")
    found = torch.autograd.grad(names + given.words * tags, weights, allow_unused=True)
    return list(found), float(names.detach()), b.ids.numel()


@torch.no_grad()
def predicted(model: Tagger, found: list[Example], known: Lexicon) -> list[tuple[list[Span], list[Span]]]:
    """Names found and names wanted in each example."""
    model.eval()
    pairs = []
    for group in batched(found, 20_000, random.Random(0)):
        b = batch(group, known)
        chain = chain_of(bioes(STANDARDS[b.standard]), model.crfs[b.standard].transitions.numpy())
        emissions = model.heads[b.standard](model(b.ids, b.flags)).numpy()
        for k, example in enumerate(group):
            path = best_path(emissions[k], *chain[1:])
            pairs.append(
                tuple([Span(*s) for s in decoded([chain.labels[n] for n in p])] for p in (path, example.gold))
            )
    model.train()
    return pairs  # type: ignore[return-value]


def scores(model: Tagger, found: list[Example], known: Lexicon) -> str:
    """Micro F1, macro F1 and F1 of each label."""
    pairs = predicted(model, found, known)
    by_label = {x: score([count(f, w, x) for f, w in pairs]).f1 for x in STANDARDS[found[0].standard]}
    macro = sum(by_label.values()) / len(by_label)
    each = " ".join(f"{label} {f1:.3f}" for label, f1 in by_label.items())
    return f"micro {score([count(f, w) for f, w in pairs]).f1:.4f} macro {macro:.4f} {each}"


def main() -> None:
    """Train by ``params.yaml`` of the working directory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("round", help="block of params.yaml; what it does not say is as in the block joint")
    parser.add_argument("out", type=Path, help="where the weights go")
    parser.add_argument("--start", type=Path, help="weights to start from; none: LAC's")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    params = YAML(typ="safe", pure=True).load(Path("params.yaml").read_text(encoding="utf-8"))
    base = lac()
    rows = rows_of(base.characters)
    given = Settings(**params["joint"] | params[args.round])
    known = Lexicon(**words.table())
    model = loaded(args.start, base) if args.start else Tagger(base)
    if model.units != given.units:
        torch.manual_seed(args.seed)
        small, model = model, Tagger(base, given.units)
        model.widen(small)
    model.embedding.weight.requires_grad_(given.embedding)
    parts = {name: both for name, both in corpora(Path(params["corpora"])).items() if given.repeat.get(name)}
    train_on = {name: examples(name, both[0], rows, base) for name, both in parts.items()}
    if not train_on:
        print("none of its corpora is there: the network stays as it was")
        torch.save(model.state_dict(), args.out)
        return
    dev = {name: examples(name, both[1], rows, base) for name, both in parts.items() if both[1]}
    train(model, train_on, dev, given, known, args.seed, lambda: torch.save(model.state_dict(), args.out))


def loaded(path: Path, base: Lac) -> Tagger:
    """The network of weights as this module writes them."""
    weights = torch.load(path, weights_only=True)
    model = Tagger(base, weights["lower.recurrent"].shape[1])
    model.load_state_dict(weights)
    return model.eval()


if __name__ == "__main__":
    main()
