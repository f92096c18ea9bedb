"""The words that the tagger knows beside characters, as a table of hashes, with vectors of many.

Package ``synonyms`` 3.10.2 (MIT): a dictionary in jieba's form with parts of speech, and word2vec vectors of 125,796
words of the Chinese Wikipedia (CC BY-SA), 100 dimensions. ``pipeline/divisions.tsv``: the divisions of China.
"""

from importlib.metadata import distribution
from pathlib import Path

import numpy as np
from opencc import OpenCC

from pipeline import divisions
from pipeline.recognition.lexicon import CLASSES, DIMENSIONS, LONGEST, hashed

_BY_TAG = {
    "ns": "place",
    "nt": "organization",
    "nrf": "foreign",
    "nz": "proper",
    "j": "proper",
    "vn": "noun",
    "an": "noun",
}
_BY_FIRST = {"n": "noun", "v": "verb"}


def table() -> dict[str, np.ndarray]:
    """Hashes, classes and vectors as ``pipeline.recognition.lexicon.Lexicon`` takes them."""
    folder = Path(str(distribution("synonyms").locate_file("synonyms/data")))
    classes: dict[int, int] = {}
    for word, kind in _words(folder / "vocab.txt"):
        key = hashed(word)
        classes[key] = classes.get(key, 0) | (1 << CLASSES.index(kind) if kind else 0)
    words, vectors = _vectors(folder / "words.vector")
    keys = [hashed(word) for word in words]
    first = {key: row for row, key in reversed(list(enumerate(keys)))}
    order = [*first, *sorted(set(classes) - set(first))]
    return {
        "hashes": np.array(order, np.uint32),
        "classes": np.array([classes.get(key, 0) for key in order], np.uint16),
        "vectors": _shortened(vectors)[list(first.values())],
    }


def _words(path: Path) -> list[tuple[str, str]]:
    simplify = OpenCC("t2s").convert
    words = []
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, tag = [*line.split(" "), "", ""][:3]
        if 2 <= len(word) <= LONGEST and _chinese(word) and simplify(word) == word:
            kind = _BY_TAG.get(tag) or ("person" if tag.startswith("nr") else _BY_FIRST.get(tag[:1], "other"))
            words.append((word, kind))
    return words + [(n, "division") for n in divisions.surfaces() if 2 <= len(n) <= LONGEST]


def _chinese(word: str) -> bool:
    return all("\u3400" <= c <= "\u9fff" or c == "·" for c in word)


def _vectors(path: Path) -> tuple[list[str], np.ndarray]:
    """Words and vectors of a file in word2vec's binary form."""
    words, rows = [], []
    with path.open("rb") as file:
        count, size = map(int, file.readline().split())
        data = file.read()
    at = 0
    for _ in range(count):
        blank = data.index(b" ", at)
        word = data[at:blank].decode("utf-8", "replace").lstrip("\n")
        at = blank + 1 + 4 * size
        if 2 <= len(word) <= LONGEST and _chinese(word):
            words.append(word)
            rows.append(np.frombuffer(data, np.float32, size, blank + 1))
    return words, np.stack(rows)


def _shortened(vectors: np.ndarray) -> np.ndarray:
    """The first principal components, in 7 bits and a sign: most of them within 127 steps of 1/32 after scaling."""
    centred = vectors - vectors.mean(axis=0)
    _, parts = np.linalg.eigh(np.cov(centred, rowvar=False))
    found = centred @ parts[:, ::-1][:, :DIMENSIONS]
    return np.clip(np.rint(found / found.std() * 32), -127, 127).astype(np.int8)
