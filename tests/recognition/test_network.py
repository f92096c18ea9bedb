"""The compiled network beside onnxruntime's floats, on the graph that ships with it."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from pipeline.recognition import STANDARDS
from pipeline.recognition.lexicon import FEATURES, STEPS
from pipeline.recognition.network import network, run
from pipeline.recognition.products import HEAVIEST, LARGEST

MODELS = Path(__file__).parents[2] / "models"
LENGTHS = np.array([31, 31, 12, 4, 1])


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    return dict(np.load(MODELS / "tagger.weights.npz"))


@pytest.fixture(scope="module")
def floats() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(MODELS / "tagger.onnx"), providers=["CPUExecutionProvider"])


def batch(rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Characters and features of sentences of LENGTHS, and how many reach each position."""
    chance = np.random.default_rng(0)
    shape = (LENGTHS[0], len(LENGTHS))
    ids = chance.integers(0, rows, shape).astype(np.int32)
    features = chance.integers(-3 * STEPS, 3 * STEPS, (*shape, FEATURES)) * (chance.random((*shape, FEATURES)) < 0.3)
    return ids, features.astype(np.int16), (np.arange(LENGTHS[0])[:, None] < LENGTHS).sum(axis=1)


@pytest.mark.parametrize("standard", STANDARDS)
def test_integers_give_what_floats_give(
    weights: dict[str, np.ndarray], floats: onnxruntime.InferenceSession, standard: str
) -> None:
    ids, features, active = batch(len(weights["embedding"]))
    fed = {"ids": ids, "features": features.astype(np.float32) / STEPS, "lengths": LENGTHS.astype(np.int32)}
    wanted, tags = (out.transpose(1, 0, 2) for out in floats.run([standard, f"{standard}.tags"], fed))
    filled = np.pad(features, ((0, 0), (0, 0), (0, FEATURES % 2)))
    scores, best = run(network(weights, standard), ids, filled, active, wanted.shape[2])
    for row, length in enumerate(LENGTHS):
        assert np.abs(wanted[row, :length]).max() > 1
        assert scores[row, :length] == pytest.approx(wanted[row, :length], abs=0.01)
        chosen = np.take_along_axis(tags[row, :length], best[row, :length, None], axis=1)[:, 0]
        assert chosen == pytest.approx(tags[row, :length].max(axis=1), abs=0.01)


def test_no_shipped_weight_can_take_a_sum_beyond_32_bits(weights: dict[str, np.ndarray]) -> None:
    for name in weights:
        assert not name.endswith("embedding") or np.abs(weights[name].astype(int)).max() <= LARGEST
    matrices = [name.removesuffix(".units") for name in weights if name.endswith(".units")]
    assert len(matrices) == 6 * len(STANDARDS)
    for name in matrices:
        assert np.abs(weights[name].astype(int)).sum(axis=-2).max() <= HEAVIEST
