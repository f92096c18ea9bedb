"""A small model of pkuseg, made at random, whose weights are few, so that paths of one score are common."""

import random
from pathlib import Path

import numpy as np
import srsly
from spacy_pkuseg.feature_extractor import FeatureExtractor

LETTERS = "甲乙丙丁一二3４ＡＺ-.a/&𠮷"
LABELS = ("B", "B_single", "I", "I_end", "I_first")


def text_of(rng: random.Random, length: int) -> str:
    return "".join(rng.choice(LETTERS) for _ in range(length))


def features_of(rng: random.Random) -> tuple[list[str], list[str]]:
    """Words, and features that such text has."""
    extractor = FeatureExtractor()
    texts = [extractor.keyword_rename(text_of(rng, 40)) for _ in range(60)]
    places = [(text, rng.randrange(34), rng.randrange(1, 8)) for text in texts for _ in range(8)]
    extractor.unigram = {text[start : start + length] for text, start, length in places}
    extractor.bigram = {f"{one}*{other}" for one in extractor.unigram for other in extractor.unigram}
    found: dict[str, None] = {}
    for text in texts:
        nodes = list(extractor.normalize_text(text))
        for place in range(len(nodes)):
            found.update(dict.fromkeys(extractor.get_node_features(place, nodes)))
    kept = [feature for feature in found if feature not in ("/", "$$") and rng.random() < 0.8]
    return sorted(extractor.unigram), ["$$", *kept]


def write_model(
    folder: Path, features: list[str], words: list[str], weights: np.ndarray, labels: tuple[str, ...] = LABELS
) -> Path:
    """Write a model; ``weights``: one row of a feature, then one of a label."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = {
        "unigram": words,
        "bigram": [],
        "feature_to_idx": {feature: index for index, feature in enumerate(features)},
        "tag_to_idx": {label: index for index, label in enumerate(labels)},
    }
    srsly.write_msgpack(folder / "features.msgpack", stored)
    np.savez(folder / "weights.npz", sizes=np.array([len(labels), len(features)]), w=weights.ravel())
    return folder


def random_model(folder: Path, seed: int) -> Path:
    rng = random.Random(seed)
    words, features = features_of(rng)
    choices = np.random.default_rng(seed).choice([-0.7, -0.1, 0.0, 0.1, 0.3, 1.2], (len(features) + 5, 5))
    return write_model(folder, features, words, choices)
