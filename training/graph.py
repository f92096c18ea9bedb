"""The shipped network as an ONNX graph, for other programs than baogao.

The graph holds no weights: it names their places in ``tagger.weights.npz``, whose arrays are stored uncompressed.
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

from pipeline.recognition.lexicon import FEATURES, STEPS
from pipeline.recognition.products import LARGEST

OPSET = 17


def write(weights: Path, labels: dict[str, int], path: Path) -> None:
    """Write the graph of all standards beside the file of their weights; ``labels``: how many each head has.

    Inputs ``ids`` (T, B) int32, ``features`` (T, B, FEATURES) float32, ``lengths`` (B,) int32. Outputs of each
    standard, under its name and with ``.tags`` behind it: scores (T, B, ·) of labels and of parts of speech.
    """
    kept = dict(np.load(weights))
    graph = _Graph(weights, kept)
    outputs = [o for name in labels for o in graph.standard(name, labels[name])]
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT32, ["T", "B"]),
        helper.make_tensor_value_info("features", TensorProto.FLOAT, ["T", "B", FEATURES]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, ["B"]),
    ]
    made = helper.make_model(
        helper.make_graph(graph.nodes, "tagger", inputs, outputs, graph.tensors),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="baogao",
    )
    made.ir_version = 8
    path.write_bytes(made.SerializeToString(deterministic=True))
    onnx.checker.check_model(str(path))


class _Graph:
    """Nodes and tensors as they are put together."""

    def __init__(self, weights: Path, kept: dict[str, np.ndarray]) -> None:
        self.kept = kept
        self.nodes: list[NodeProto] = []
        self.tensors: list[TensorProto] = []
        self._file, self._places = weights.name, dict(_places(weights))
        self._values("flat", np.array([0, 0, -1], np.int64))
        self._characters("embedding")

    def standard(self, name: str, labels: int) -> list[onnx.ValueInfoProto]:
        """One standard's layers and head; its outputs."""
        for part in ("lower.characters", "lower.recurrent", "upper.inputs", "upper.recurrent"):
            self._scaled(f"{name}.{part}", self.kept[f"{name}.{part}.units"][:, None])
        # STEPS of a feature are one, LARGEST steps of a state
        self._scaled(f"{name}.lower.inputs", self.kept[f"{name}.lower.inputs.units"][:, None] * (STEPS / LARGEST))
        own = f"{name}.embedding"
        characters = self._characters(own) if own in self.kept else "embedding.rows"
        both = [f"{name}.lower.characters", f"{name}.lower.inputs"]
        joined = self._node("Concat", both, f"{name}.lower.all", axis=1)
        state = self._node("Concat", [characters, "features"], f"{name}.input", axis=2)
        state = self._layer(f"{name}.lower", state, joined)
        state = self._layer(f"{name}.upper", state, f"{name}.upper.inputs")
        self._scaled(f"{name}.head", self.kept[f"{name}.head.units"])
        self._values(f"{name}.head.bias", self.kept[f"{name}.head.bias"])
        product = self._node("MatMul", [state, f"{name}.head"], f"{name}.product")
        scores = self._node("Add", [product, f"{name}.head.bias"], f"{name}.scores")
        tags = len(self.kept[f"{name}.head.bias"]) - labels
        self._values(f"{name}.parts", np.array([labels, tags], np.int64))
        self.nodes.append(helper.make_node("Split", [scores, f"{name}.parts"], [name, f"{name}.tags"], axis=2))
        return [
            helper.make_tensor_value_info(output, TensorProto.FLOAT, ["T", "B", width])
            for output, width in ((name, labels), (f"{name}.tags", tags))
        ]

    def _characters(self, embedding: str) -> str:
        self._scaled(embedding, self.kept[f"{embedding}.unit"])
        return self._node("Gather", [embedding, "ids"], f"{embedding}.rows")

    def _layer(self, name: str, state: str, inputs: str) -> str:
        bias, inner = self.kept[f"{name}.bias"], self.kept[f"{name}.inner_bias"]
        size = inner.shape[1]
        self._values(f"{name}.B", np.concatenate([bias, np.zeros((2, 2 * size), np.float32), inner], axis=1))
        given = [
            state,
            self._node("Transpose", [inputs], f"{name}.W", perm=[0, 2, 1]),
            self._node("Transpose", [f"{name}.recurrent"], f"{name}.R", perm=[0, 2, 1]),
            f"{name}.B",
            "lengths",
        ]
        out = self._node(
            "GRU", given, f"{name}.out", direction="bidirectional", hidden_size=size, linear_before_reset=1
        )
        # (T, 2, B, H) to (T, B, 2 H)
        turned = self._node("Transpose", [out], f"{name}.turned", perm=[0, 2, 1, 3])
        return self._node("Reshape", [turned, "flat"], f"{name}.state")

    def _scaled(self, name: str, units: np.ndarray) -> None:
        """Integers from the file of weights, times their units, under ``name``."""
        offset, length = self._places[name]
        tensor = TensorProto(name=f"{name}.integers", data_type=TensorProto.INT16, dims=self.kept[name].shape)
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", self._file), ("offset", offset), ("length", length)):
            tensor.external_data.add(key=key, value=str(value))
        self.tensors.append(tensor)
        self._values(f"{name}.units", np.asarray(units, np.float32))
        self._node("Cast", [f"{name}.integers"], f"{name}.floats", to=TensorProto.FLOAT)
        self._node("Mul", [f"{name}.floats", f"{name}.units"], name)

    def _values(self, name: str, array: np.ndarray) -> None:
        self.tensors.append(numpy_helper.from_array(array, name))

    def _node(self, kind: str, given: list[str], out: str, **settings: object) -> str:
        self.nodes.append(helper.make_node(kind, given, [out], **settings))
        return out


def _places(path: Path) -> Iterable[tuple[str, tuple[int, int]]]:
    """Offset and length in bytes of each array in a file of ``numpy.savez``."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for info in archive.infolist():
            file.seek(info.header_offset + 26)
            name, extra = np.frombuffer(file.read(4), "<u2").tolist()
            file.seek(name + extra, 1)
            start = file.tell()
            np.lib.format.read_magic(file)
            np.lib.format.read_array_header_1_0(file)
            yield info.filename.removesuffix(".npy"), (file.tell(), info.file_size - (file.tell() - start))
