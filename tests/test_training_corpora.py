"""Published corpora of names, each in its publisher's format."""

import json
from pathlib import Path

import pytest

from training.corpora import Sentence, cluener, columns, universal_ner


@pytest.mark.parametrize("between", ["\t", " "])
def test_characters_in_columns(tmp_path: Path, between: str) -> None:
    rows = [("在", "O"), ("阳", "B-LOC"), ("泉", "I-LOC"), ("张", "B-PER"), ("三", "I-PER")]
    lines = [f"{character}{between}{label}" for character, label in rows]
    path = tmp_path / "x.tsv"
    path.write_text("\n".join([*lines, "", "好" + between + "O"]) + "\n", encoding="utf-8")
    assert list(columns(path)) == [
        Sentence("在阳泉张三", ((1, 3, "LOC"), (3, 5, "PER"))),
        Sentence("好", ()),
    ]


def test_names_that_touch_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("京\tB-LOC\n津\tB-LOC\n冀\tI-ORG\n", encoding="utf-8")
    assert list(columns(path)) == [Sentence("京津冀", ((0, 1, "LOC"), (1, 2, "LOC"), (2, 3, "ORG")))]


def test_ends_of_cluener_are_inclusive_and_of_names_that_overlap_the_longer_is_kept(tmp_path: Path) -> None:
    record = {
        "text": "浙商银行叶老桂",
        "label": {"name": {"叶老桂": [[4, 6]]}, "company": {"浙商银行": [[0, 3]]}, "address": {"浙": [[0, 0]]}},
    }
    path = tmp_path / "x.json"
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    assert list(cluener(path)) == [Sentence("浙商银行叶老桂", ((0, 4, "company"), (4, 7, "name")))]


def test_words_of_universal_ner_become_spans_of_characters(tmp_path: Path) -> None:
    path = tmp_path / "x.iob2"
    path.write_text("# text = 去北京\n1\t去\tO\t-\t-\n2\t北京\tB-LOC\t-\t-\n3\t市\tI-LOC\t-\t-\n\n", encoding="utf-8")
    assert list(universal_ner(path)) == [Sentence("去北京市", ((1, 4, "LOC"),))]
