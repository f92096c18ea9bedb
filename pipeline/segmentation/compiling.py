"""A pkuseg model as one file of arrays that is mapped into memory, not read.

The file begins with a line of JSON (what it was made of; names, types, shapes and places of the arrays); the arrays
follow. Processes that map it share it.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.models import ModelError, plain
from pipeline.segmentation.decoding import (
    AFTER,
    AFTER_2,
    BEFORE,
    BEFORE_2,
    LABELS,
    LONGEST,
    MEET_AFTER,
    MEET_BEFORE,
    PAIR_AFTER,
    PAIR_BEFORE,
    PAIR_HERE,
    SHORTEST,
    SPACE,
    THIS,
    WORD_ENDS,
    WORD_STARTS,
    Compiled,
    placed,
)

_FORMAT = 1
_ALIGNED = 64
_FILLED = 0.7
"""Share of a table's slots that are taken."""
_CHAR_FEATURES = {"c": THIS, "c-1": BEFORE, "c1": AFTER, "c-2": BEFORE_2, "c2": AFTER_2}
_PAIR_FEATURES = {"c-1c": PAIR_HERE, "cc1": PAIR_AFTER, "c-2c-1": PAIR_BEFORE}
_WORD_FEATURES = {"w-1": WORD_ENDS, "w1": WORD_STARTS}
_MEETING_FEATURES = {"ww.l": MEET_BEFORE, "ww.r": MEET_AFTER}
_NO_WORD = "**noWord"
# what pkuseg makes of a character before it looks features up
_DIGIT, _LETTER = "**Num", "**Letter"
_SYMBOL = r"\*\*Num|\*\*Letter|[^*]"
_SYMBOLS = re.compile(_SYMBOL, re.DOTALL)
_MEETING = re.compile(rf"((?:{_SYMBOL})+)\*((?:{_SYMBOL})+)", re.DOTALL)

Symbols = tuple[str, ...]


def compile_model(folder: Path) -> dict[str, Any]:
    """The arrays of ``decoding.Compiled`` for the model in a folder.

    The folder holds ``weights.npz`` and ``features.msgpack`` or ``features.pkl``, of which only plain data is taken.
    Raises ``ModelError`` if it holds no such model, or one with features or labels that pkuseg does not make.
    """
    import srsly

    try:
        data = _features(folder).read_bytes()
        stored = srsly.msgpack_loads(plain(data) if _features(folder).suffix == ".pkl" else data)
        with np.load(folder / "weights.npz") as weights:
            sizes, flat = weights["sizes"].tolist(), weights["w"]
        features: Mapping[str, int] = stored["feature_to_idx"]
        labels: Mapping[str, int] = stored["tag_to_idx"]
        words: Iterable[str] = stored["unigram"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder} holds no model of pkuseg: {error}") from None
    n_labels, n_features = sizes
    if n_labels != LABELS or len(labels) != LABELS or len(flat) != LABELS * (n_features + LABELS):
        raise ModelError(f"{folder}: a model with {n_labels} labels and {len(flat)} weights cannot be compiled")
    return _Compilation(features, words, flat[: LABELS * n_features].reshape(-1, LABELS)).arrays() | {
        "edges": 1.0 + flat[LABELS * n_features :].reshape(LABELS, LABELS).T,
        "begins": np.array(["B" in label for label in sorted(labels, key=labels.__getitem__)]),
    }


class _Compilation:
    """Features of a model, sorted by what they are about."""

    def __init__(self, features: Mapping[str, int], words: Iterable[str], weights: NDArray[np.float64]) -> None:
        from spacy_pkuseg.feature_extractor import FeatureExtractor

        self.weights = weights
        self.values, codes = np.unique(np.append(weights.ravel(), 0.0), return_inverse=True)
        kind = np.uint16 if len(self.values) <= 1 << 16 else np.uint32
        self.codes = codes[:-1].reshape(weights.shape).astype(kind)
        self.zero = int(codes[-1])
        self.extractor = FeatureExtractor
        self.numbers: dict[str, int] = {}
        self.chars: dict[tuple[int, int], int] = {}
        self.pairs: dict[int, dict[int, int]] = {}
        self.nodes: dict[int, int] = {}
        self.words: dict[Symbols, int] = {}
        self.word_features: dict[int, dict[int, int]] = {}
        self.meetings: dict[int, dict[int, int]] = {}
        for word in sorted(words):
            self._add_word(self._symbols(word))
        for feature, index in features.items():
            if index > 0 and weights[index].any():
                self._add_feature(feature, index)

    def _symbols(self, text: str) -> Symbols:
        """What stands for characters in a feature; none if no text can give it."""
        symbols = tuple(_SYMBOLS.findall(text))
        possible = "".join(symbols) == text and all(len(one) > 1 or self._normal(one) == one for one in symbols)
        return symbols if possible else ()

    def _normal(self, char: str) -> str:
        """What pkuseg looks up in place of a character."""
        char = char.translate(self.extractor.keywords_translate_table)
        return _DIGIT if char in self.extractor.num else _LETTER if char in self.extractor.letter else char

    def _number(self, symbol: str) -> int:
        return self.numbers.setdefault(symbol, len(self.numbers) + 1)

    def _pair(self, one: str, other: str) -> int:
        return self._number(one) << 16 | self._number(other)

    def _add_word(self, symbols: Symbols) -> None:
        """Put a word, and what it begins with, into the tree."""
        if not SHORTEST <= len(symbols) <= LONGEST:
            return
        pair = self._pair(*symbols[:2])
        self.pairs.setdefault(pair, {})
        node = self.nodes.setdefault(pair, len(self.nodes) + 1)
        for symbol in symbols[2:]:
            # a pair's key has 32 bits, a step's more, as node numbers are made to begin beyond
            node = self.nodes.setdefault((node << 16 | self._number(symbol)) + (1 << 48), len(self.nodes) + 1)
        self.words[symbols] = node

    def _add_feature(self, feature: str, index: int) -> None:
        if _NO_WORD in feature:
            raise ModelError(f"the feature {feature!r} is none that pkuseg makes")
        kind, _, rest = feature.partition(".")
        if kind == "ww":
            side, _, rest = rest.partition(".")
            meeting = _MEETING.fullmatch(rest)
            both = [self.words.get(self._symbols(word), 0) for word in meeting.groups()] if meeting else [0]
            if all(both) and (column := _MEETING_FEATURES.get(f"{kind}.{side}")) is not None:
                self.meetings.setdefault(both[0] << 32 | both[1], {})[column] = index
        elif kind in _WORD_FEATURES:
            if word := self.words.get(self._symbols(rest)):
                self.word_features.setdefault(word, {})[_WORD_FEATURES[kind]] = index
        elif kind in _CHAR_FEATURES:
            symbols = self._symbols(rest)
            if len(symbols) == 1:
                self.chars[self._number(symbols[0]), _CHAR_FEATURES[kind]] = index
        elif kind in _PAIR_FEATURES:
            one, other = map(self._symbols, rest.split(".")) if rest.count(".") == 1 else ((), ())
            if len(one) == len(other) == 1:
                self.pairs.setdefault(self._pair(*one, *other), {})[_PAIR_FEATURES[kind]] = index
        else:
            raise ModelError(f"the feature {feature!r} is none that pkuseg makes")

    def arrays(self) -> dict[str, Any]:
        """What ``Compiled`` holds but ``edges`` and ``begins``."""
        if len(self.numbers) >= SPACE:
            raise ModelError(f"a model of {len(self.numbers)} characters cannot be compiled")
        chars = np.zeros((len(self.numbers) + 1, 5, LABELS))
        for (number, place), index in self.chars.items():
            chars[number, place] = self.weights[index]
        is_word = np.zeros(len(self.nodes) + 1, np.bool_)
        is_word[list(self.words.values())] = True
        first = {key: node for key, node in self.nodes.items() if key < 1 << 48}
        steps = {key - (1 << 48): node for key, node in self.nodes.items() if key >= 1 << 48}
        pair_keys, slots = _table(self.pairs)
        pair_nodes = np.zeros(len(pair_keys), np.uint32)
        pair_nodes[slots] = [first.get(pair, 0) for pair in self.pairs]
        pair_rows = self._rows(self.pairs.values(), slots, len(pair_keys), 3)
        step_keys, slots = _table(steps)
        step_nodes = np.zeros(len(step_keys), np.uint32)
        step_nodes[slots] = list(steps.values())
        word_rows = self._rows(self.word_features.values(), list(self.word_features), len(is_word), 2)
        meeting_keys, slots = _table(self.meetings)
        return {
            "ids": self._ids(),
            "chars": chars,
            "always": self.weights[0],
            "values": self.values,
            "pair_keys": pair_keys,
            "pair_nodes": pair_nodes,
            "pair_rows": pair_rows,
            "step_keys": step_keys,
            "step_nodes": step_nodes,
            "is_word": is_word,
            "word_rows": word_rows,
            "meeting_keys": meeting_keys,
            "meeting_rows": self._rows(self.meetings.values(), slots, len(meeting_keys), 2),
        }

    def _ids(self) -> NDArray[np.uint16]:
        ids = np.zeros(0x110000, np.uint16)
        for code in range(len(ids)):
            char = chr(code)
            ids[code] = SPACE if char.isspace() else self.numbers.get(self._normal(char), 0)
        return ids

    def _rows(
        self, features: Iterable[Mapping[int, int]], slots: Sequence[int] | NDArray[np.int64], size: int, kinds: int
    ) -> NDArray[Any]:
        """Where in ``values`` the weights of several kinds of features are, by slot."""
        rows = np.full((size, kinds * LABELS), self.zero, self.codes.dtype)
        for slot, row in zip(slots, features, strict=True):
            for column, index in row.items():
                rows[slot, column : column + LABELS] = self.codes[index]
        return rows


def _table(keys: Iterable[int]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    listed = np.array(list(keys), np.uint64)
    return placed(listed, int(len(listed) / _FILLED) + 1)


def write(arrays: Mapping[str, NDArray[Any]], path: Path, source: str) -> None:
    """Write arrays to a file, wholly or not at all; ``source`` says what they were made of."""
    from pipeline.store import replacing

    described, body = {}, b""
    for name, array in arrays.items():
        described[name] = {"dtype": array.dtype.str, "shape": array.shape, "at": len(body)}
        data = np.ascontiguousarray(array).tobytes()
        body += data + bytes(-len(data) % _ALIGNED)
    facts = {"format": _FORMAT, "source": source, "sha256": hashlib.sha256(body).hexdigest(), "arrays": described}
    head = json.dumps(facts).encode()
    head += b" " * (-(len(head) + 1) % _ALIGNED) + b"\n"
    with replacing(path) as beside, beside.open("wb") as file:
        file.write(head + body)


def opened(path: Path, source: str) -> Compiled | None:
    """The model in a file, mapped; none if there is no file, or one made of another ``source``, or changed."""
    try:
        with path.open("rb") as file:
            line = file.readline()
        head = json.loads(line)
        data = np.memmap(path, np.uint8, "r", len(line))
        digest = hashlib.sha256(data.data).hexdigest()
        if (head["format"], head["source"], head["sha256"]) != (_FORMAT, source, digest):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    arrays = {}
    for name, facts in head["arrays"].items():
        length = math.prod(facts["shape"])
        arrays[name] = np.frombuffer(data, facts["dtype"], length, facts["at"]).reshape(facts["shape"])
    return Compiled(**arrays)


def source_of(folder: Path) -> str:
    """A hash of a model's files. Raises ``ModelError`` if one is missing."""
    digest = hashlib.sha256()
    try:
        for path in (_features(folder), folder / "weights.npz"):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    except OSError as error:
        raise ModelError(f"{folder} holds no model of pkuseg: {error}") from None
    return digest.hexdigest()


def _features(folder: Path) -> Path:
    """As spacy-pkuseg looks for them."""
    packed, pickled = folder / "features.msgpack", folder / "features.pkl"
    return pickled if pickled.exists() and not packed.exists() else packed
