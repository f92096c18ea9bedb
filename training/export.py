"""The trained network as the files that ship: ``models/tagger.*``.

python -m training.export WEIGHTS
"""

import argparse
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from ruamel.yaml import YAML
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from pipeline.evaluation.core import Span, comparable
from pipeline.models import ROOT
from pipeline.recognition import STANDARDS as SHIPPED
from pipeline.recognition import tagger as product
from pipeline.recognition.core import units
from pipeline.recognition.lexicon import FEATURES
from pipeline.segmentation.core import sentences
from training import lexicon
from training.corpora import Sentence, passage
from training.examples import corpora
from training.gru import BiGRU
from training.lac import Lac, lac
from training.tagger import STANDARDS, Tagger
from training.train import loaded

MODELS = ROOT / "models"
OPSET = 17
DATA = (
    "Baidu LAC's weights as a start (Apache-2.0); MSRA NER training part (no licence stated), CLUENER2020 training "
    "part (none stated), People's Daily development part (none stated), Universal NER GSDSimp training part "
    "(CC BY-SA 4.0); "
    "passages of reports (official documents) and texts written for training, annotated by data/gold/GUIDE.md; "
    "dictionary and word vectors of the package synonyms 3.10.2 (MIT; Chinese Wikipedia)"
)


def export(model: Tagger, standards: Iterable[str], path: Path) -> None:
    """Write the network; inputs ``ids`` (T, B), ``features`` (T, B, FEATURES) and ``lengths`` (B,), time first."""
    weights: dict[str, np.ndarray] = {
        "embedding": _array(model.embedding.weight),
        "flags": _array(model.flags.weight).T.copy(),
        "flat": np.array([0, 0, 2 * model.units], np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["embedding", "ids"], ["characters"]),
        helper.make_node("MatMul", ["features", "flags"], ["words.known"]),
        helper.make_node("Concat", ["characters", "words.known"], ["input"], axis=2),
    ]
    state = "input"
    settings = {"direction": "bidirectional", "hidden_size": model.units, "linear_before_reset": 1}
    for name, layer in (("lower", model.lower), ("upper", model.upper)):
        weights |= _gru(name, layer)
        given = [state, *(f"{name}.{part}" for part in "WRB"), "lengths"]
        nodes += [
            helper.make_node("GRU", given, [f"{name}.out"], **settings),
            # (T, 2, B, H) to (T, B, 2H)
            helper.make_node("Transpose", [f"{name}.out"], [f"{name}.turned"], perm=[0, 2, 1, 3]),
            helper.make_node("Reshape", [f"{name}.turned", "flat"], [f"{name}.state"]),
        ]
        state = f"{name}.state"
    outputs = []
    for name, linear in [*((s, model.heads[s]) for s in standards), ("words", model.words)]:
        weights[f"{name}.W"], weights[f"{name}.b"] = _array(linear.weight).T.copy(), _array(linear.bias)
        nodes += [
            helper.make_node("MatMul", [state, f"{name}.W"], [f"{name}.product"]),
            helper.make_node("Add", [f"{name}.product", f"{name}.b"], [name]),
        ]
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["T", "B", len(linear.bias)]))
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT32, ["T", "B"]),
        helper.make_tensor_value_info("features", TensorProto.FLOAT, ["T", "B", FEATURES]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, ["B"]),
    ]
    graph = helper.make_graph(
        nodes, "tagger", inputs, outputs, [numpy_helper.from_array(array, name) for name, array in weights.items()]
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="baogao")
    made.ir_version = 8
    onnx.checker.check_model(made)
    path.write_bytes(made.SerializeToString(deterministic=True))


def _gru(name: str, layer: BiGRU) -> dict[str, np.ndarray]:
    def turned(matrices: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(matrices.transpose(0, 2, 1))

    return {
        f"{name}.W": turned(_array(layer.inputs)),
        f"{name}.R": turned(_array(layer.recurrent)),
        f"{name}.B": np.concatenate([_array(layer.input_bias), _array(layer.recurrent_bias)], axis=1),
    }


def _array(parameter: Tensor) -> np.ndarray:
    return np.ascontiguousarray(parameter.detach().numpy().astype(np.float32))


def ship(model: Tagger, base: Lac, words: dict[str, np.ndarray], calibration: dict[str, list[float]]) -> None:
    """Write all files and their descriptor."""
    export(model, SHIPPED, MODELS / "tagger.onnx")
    steps = {name: _array(model.crfs[name].transitions) for name in SHIPPED}
    described = {
        "characters": base.characters,
        "standards": {name: STANDARDS[name] for name in SHIPPED},
        "tags": base.tags,
        "calibration": calibration,
    }
    # ASCII, so that the array of it is as small as can be
    described_as = np.array(json.dumps(described).encode())
    np.savez_compressed(MODELS / "tagger.npz", described=described_as, **words, **steps)
    names = ("tagger.onnx", "tagger.npz")
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
    parser.add_argument("weights", type=Path)
    args = parser.parse_args()
    folder = Path(YAML(typ="safe", pure=True).load(Path("params.yaml").read_text(encoding="utf-8"))["corpora"])
    base = lac()
    model = loaded(args.weights, base)
    words = lexicon.table()
    ship(model, base, words, {name: [1.0, 0.0] for name in SHIPPED})
    ship(model, base, words, calibrations(folder))


if __name__ == "__main__":
    main()
