"""The trained network as the files that ship: ``models/tagger.*``.

python -m training.export report=FILE msra=FILE cluener=FILE
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from pipeline.evaluation.core import Span, comparable
from pipeline.models import ROOT
from pipeline.recognition import STANDARDS as SHIPPED
from pipeline.recognition import tagger as product
from pipeline.recognition.core import units
from pipeline.recognition.gru import LANES
from pipeline.recognition.labels import bioes
from pipeline.recognition.lexicon import STEPS
from pipeline.recognition.products import HEAVIEST, LARGEST
from pipeline.segmentation.core import sentences
from training import graph, lexicon
from training.corpora import Sentence, corpora, passage
from training.lac import Lac, lac
from training.tagger import STANDARDS, Tagger
from training.train import loaded

MODELS = ROOT / "models"
DATA = (
    "Baidu LAC's weights as a start (Apache-2.0); MSRA NER training part (no licence stated), CLUENER2020 training "
    "part (none stated), People's Daily development part (none stated), Universal NER GSDSimp training part "
    "(CC BY-SA 4.0); "
    "passages of reports (official documents) and texts written for training, annotated by data/gold/GUIDE.md; "
    "dictionary and word vectors of the package synonyms 3.10.2 (MIT; Chinese Wikipedia)"
)


def rounded(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A matrix (K, N) as integers and a unit for each column, so that ``products.multiply`` stays within 32 bits."""
    sizes = np.abs(matrix)
    units = np.maximum(sizes.max(axis=0) / 32767, sizes.sum(axis=0) / (HEAVIEST - len(matrix)))
    units = np.maximum(units, 1e-9).astype(np.float32)
    return np.rint(matrix / units).astype(np.int16), units


def arrays(models: dict[str, Tagger]) -> dict[str, np.ndarray]:
    """What ``pipeline.recognition.network`` reads: an embedding, each standard's layers and head.

    A standard whose embedding is not the first one's has its own.
    """
    made: dict[str, np.ndarray] = {}
    shared = _array(next(iter(models.values())).embedding.weight)

    def put(name: str, matrices: np.ndarray) -> None:
        """One matrix, or one a direction."""
        both = [rounded(m) for m in matrices.reshape(-1, *matrices.shape[-2:])]
        made[name], made[f"{name}.units"] = (
            np.ascontiguousarray(np.stack(part).reshape(*matrices.shape[:-2], *part[0].shape))
            for part in zip(*both, strict=True)
        )

    for name, model in models.items():
        if model.units % LANES:
            raise SystemExit(f"{name}: {model.units} units, of which {LANES} are taken at a time")
        embedding = _array(model.embedding.weight)
        if not made or not np.array_equal(embedding, shared):
            key = f"{name}.embedding" if made else "embedding"
            unit = made[f"{key}.unit"] = np.float32(np.abs(embedding).max() / LARGEST)
            made[key] = np.rint(embedding / unit).astype(np.int16)
        for which, layer in (("lower", model.lower), ("upper", model.upper)):
            inputs = _array(layer.inputs)
            if which == "lower":
                put(f"{name}.lower.characters", inputs[:, : embedding.shape[1]])
                inputs = _array(model.flags.weight).T @ inputs[:, embedding.shape[1] :] * (LARGEST / STEPS)
            put(f"{name}.{which}.inputs", inputs)
            put(f"{name}.{which}.recurrent", _array(layer.recurrent))
            bias, recurrent = _array(layer.input_bias), _array(layer.recurrent_bias)
            bias[:, : 2 * model.units] += recurrent[:, : 2 * model.units]
            made[f"{name}.{which}.bias"] = bias
            made[f"{name}.{which}.inner_bias"] = recurrent[:, 2 * model.units :].copy()
        both = (model.heads[name], model.words)
        put(f"{name}.head", np.concatenate([_array(linear.weight).T for linear in both], axis=1))
        made[f"{name}.head.bias"] = np.concatenate([_array(linear.bias) for linear in both])
    return made


def _array(parameter: Tensor) -> np.ndarray:
    return np.array(parameter.detach().numpy(), np.float32)


def ship(
    models: dict[str, Tagger], base: Lac, words: dict[str, np.ndarray], calibration: dict[str, list[float]]
) -> None:
    """Write all files and their descriptor."""
    weights = MODELS / "tagger.weights.npz"
    np.savez(weights, **arrays(models))
    graph.write(weights, {name: len(bioes(STANDARDS[name])) for name in models}, MODELS / "tagger.onnx")
    steps = {name: _array(model.crfs[name].transitions) for name, model in models.items()}
    described = {
        "characters": base.characters,
        "standards": {name: STANDARDS[name] for name in SHIPPED},
        "tags": base.tags,
        "calibration": calibration,
    }
    # ASCII, so that the array of it is as small as can be
    described_as = np.array(json.dumps(described).encode())
    np.savez_compressed(MODELS / "tagger.npz", described=described_as, **words, **steps)
    names = ("tagger.npz", "tagger.onnx", "tagger.weights.npz")
    descriptor = {
        "name": "tagger",
        "task": "names by the standards of reports, MSRA and CLUENER2020; words with LAC's parts of speech",
        "made_by": "training/dvc.yaml",
        "data": DATA,
        "licence": "for research, as far as the terms of the data go; see models/tagger.md",
        "files": {name: {"sha256": hashlib.sha256((MODELS / name).read_bytes()).hexdigest()} for name in names},
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=2)
    (MODELS / "tagger.json").write_text(text + "\n", encoding="utf-8")


def calibrations(folder: Path) -> dict[str, list[float]]:
    """For each standard slope and intercept that turn the logit of a name's probability into that of its being right.

    Fitted on the development parts (Platt 1999); for reports on the passages of benchmarks/gold not held back.
    """
    tagger = product.Tagger()
    found = {}
    for name, gold in {
        **{n: both[1] for n, both in corpora(folder).items()},
        "report": list(_passages(folder)),
    }.items():
        if name not in SHIPPED or not gold:
            continue
        scores, right = [], []
        readings = tagger([s.text for s in gold], name)
        for sentence, reading in zip(gold, readings, strict=True):
            wanted = [Span(*span) for span in sentence.spans]
            counted = set(comparable([Span(*n[:3]) for n in reading.names], wanted))
            for n in reading.names:
                if Span(*n[:3]) in counted:
                    scores.append(n.score)
                    right.append(Span(*n[:3]) in wanted)
        fitted = LogisticRegression(C=100.0).fit(product.logit(np.array(scores)).reshape(-1, 1), right)
        found[name] = [round(float(fitted.coef_[0, 0]), 4), round(float(fitted.intercept_[0]), 4)]
    return found


def _passages(folder: Path) -> Iterator[Sentence]:
    for path in sorted((ROOT / "benchmarks" / "gold").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if record.get("held_back"):
            continue
        text = passage(record, folder / "reports")
        spans = [(e["start"], e["end"], e["label"]) for e in record["entities"]]
        for start, end in units(text, [(s.start, s.end) for s in sentences(text)]):
            inside = [(s - start, e - start, label) for s, e, label in spans if start <= s and e <= end]
            yield Sentence(text[start:end], tuple(inside))


def main() -> None:
    """Export twice: the scores that calibration is fitted on come from the exported model itself."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="+", help="STANDARD=FILE, a network for each standard")
    args = parser.parse_args()
    folder = Path(YAML(typ="safe", pure=True).load(Path("params.yaml").read_text(encoding="utf-8"))["corpora"])
    base = lac()
    models = {name: loaded(Path(path), base) for name, path in (given.split("=", 1) for given in args.weights)}
    words = lexicon.table()
    ship(models, base, words, {name: [1.0, 0.0] for name in SHIPPED})
    ship(models, base, words, calibrations(folder))


if __name__ == "__main__":
    main()
