"""The network: batches, standards, and what it can be given."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recognition import STANDARDS
from pipeline.recognition.labels import bioes
from pipeline.recognition.tagger import Tagger, _batches, tagger
from pipeline.recognition.upos import UPOS
from pipeline.segmentation.core import sentences

GOLD = Path(__file__).parents[2] / "data" / "gold" / "yangquan-cppcc-2021.entities.json"


@pytest.fixture(scope="module")
def read() -> Tagger:
    return tagger()


@pytest.mark.parametrize("standard", STANDARDS)
def test_readings_do_not_depend_on_the_batch(read: Tagger, standard: str) -> None:
    gold = json.loads(GOLD.read_text(encoding="utf-8"))["text"]
    texts = [gold[s.start : s.end] for s in sentences(gold)] + [gold[i : i + 24] for i in range(0, 1200, 24)]
    alone = [read([text], standard)[0] for text in texts]
    assert read(texts, standard, 64) == alone
    assert read(texts, standard, 5) == alone
    assert read(texts[::-1], standard, 7)[::-1] == alone


@given(st.lists(st.integers(0, 300)), st.integers(1, 20))
def test_each_sentence_is_in_one_batch_whose_first_is_its_longest(lengths: list[int], size: int) -> None:
    batches = list(_batches(lengths, size))
    assert sorted(i for batch in batches for i in batch) == [i for i, length in enumerate(lengths) if length]
    for batch in batches:
        assert 1 <= len(batch) <= size
        assert lengths[batch[0]] == max(lengths[i] for i in batch)
    assert sum(len(batch) < size for batch in batches) <= 1


def test_an_empty_sentence_has_nothing(read: Tagger) -> None:
    assert read(["", "好"])[0] == ([], [], [])
    assert read([]) == []


@pytest.mark.parametrize("text", ["ＡＢＣ 123😀繁體字\u3000和𠮷野家", "\ud800\x00\uffff", "字" * 3000])
def test_every_character_has_a_tag_and_words_start_with_the_text(read: Tagger, text: str) -> None:
    reading = read([text])[0]
    assert len(reading.tags) == len(text)
    assert reading.starts[0] == 0 and reading.starts == sorted(set(reading.starts))


def test_every_tag_has_a_universal_tag(read: Tagger) -> None:
    assert set(read._tags) - {"O"} <= set(UPOS)


def test_each_standard_has_its_own_labels(read: Tagger) -> None:
    text = "叶老桂编写的新书《红楼梦研究》由人民文学出版社出版。"
    labels = {standard: {n.label for n in read([text], standard)[0].names} for standard in STANDARDS}
    assert labels["report"] <= {"LOC", "ORG", "PER", "PUB"} and labels["msra"] <= {"LOC", "ORG", "PER"}
    assert "book" in labels["cluener"] and "name" in labels["cluener"]


def test_names_lie_in_the_text_apart_and_with_probabilities(read: Tagger) -> None:
    gold = json.loads(GOLD.read_text(encoding="utf-8"))["text"]
    for s in sentences(gold):
        names = read([gold[s.start : s.end]])[0].names
        assert all(0 <= n.start < n.end <= s.end - s.start and 0 <= n.score <= 1 for n in names)
        assert all(a.end <= b.start for a, b in pairwise(names))


def test_a_label_of_each_kind_is_known(read: Tagger) -> None:
    for standard in STANDARDS:
        chain = read._chains[standard]
        assert chain.labels == bioes(sorted({label[2:] for label in chain.labels if label != "O"}))
