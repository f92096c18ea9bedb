"""Flags of the words that a character stands in."""

import numpy as np

from pipeline.recognition.lexicon import CLASSES, DIMENSIONS, FEATURES, STEPS, Lexicon, hashed

WORDS = {"阳泉": "place", "阳泉市": "division", "政协": "noun"}


def features_of_all(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    hashes = np.array([hashed(word) for word in WORDS], np.uint32)
    known = Lexicon(hashes, np.array([1 << CLASSES.index(kind) for kind in WORDS.values()], np.uint16), vectors)
    out = np.zeros((max(map(len, texts)), len(texts), FEATURES), np.int16)
    points = np.array([ord(c) for text in texts for c in text], np.uint32)
    known.features(points, np.array([len(text) for text in texts]), out)
    return out / STEPS


def features(text: str, vectors: np.ndarray) -> np.ndarray:
    return features_of_all([text], vectors)[:, 0]


def flags(text: str) -> dict[tuple[str, int], str]:
    """(class, part of the word: 0 its start, 1 inside, 2 its end) and the characters that have this flag."""
    out = features(text, np.zeros((0, DIMENSIONS), np.int8))[:, : 3 * len(CLASSES)]
    found: dict[tuple[str, int], str] = {}
    for at, feature in zip(*np.nonzero(out), strict=True):
        part, kind = divmod(int(feature), len(CLASSES))
        found[CLASSES[kind], part] = found.get((CLASSES[kind], part), "") + text[at]
    return found


def test_every_word_that_covers_a_character_is_flagged() -> None:
    assert flags("在阳泉市政协") == {
        ("place", 0): "阳",
        ("place", 2): "泉",
        ("division", 0): "阳",
        ("division", 1): "泉",
        ("division", 2): "市",
        ("noun", 0): "政",
        ("noun", 2): "协",
    }


def test_no_word_no_flag() -> None:
    assert flags("阳市泉") == {}
    assert flags("") == {}


def test_a_character_has_the_mean_vector_of_the_words_it_stands_in() -> None:
    vectors = np.array([[32] * DIMENSIONS, [64] * DIMENSIONS], np.int8)  # of 阳泉 and 阳泉市; 政协 has none
    out = features("阳泉市政协", vectors)[:, 3 * len(CLASSES) :].reshape(5, 3, DIMENSIONS)
    starts, inside, ends = out[:, 0, 0].tolist(), out[:, 1, 0].tolist(), out[:, 2, 0].tolist()
    assert starts == [1.5, 0, 0, 0, 0]
    assert inside == [0, 2, 0, 0, 0]
    assert ends == [0, 1, 2, 0, 0]


def test_texts_side_by_side_have_the_features_of_each_alone() -> None:
    vectors = np.arange(2 * DIMENSIONS, dtype=np.int8).reshape(2, DIMENSIONS)
    texts = ["阳泉市政协", "政协", "", "在阳泉"]
    out = features_of_all(texts, vectors)
    for row, text in enumerate(texts):
        assert (out[: len(text), row] == features(text, vectors)).all()
        assert not out[len(text) :, row].any()
    # no word goes from one text into the next
    assert features_of_all(["阳", "泉"], vectors).any() == np.False_
