import pytest

from benchmarks.keywords import FILE, abstracts, scores


def test_abstracts_are_read_with_their_authors_keywords(tmp_path):
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_text("to keywords\t甲乙丙。\t甲_乙_甲\n", encoding="utf-8")
    assert abstracts(tmp_path) == (["甲乙丙。"], [["甲", "乙"]])


def test_scores_are_over_all_texts_and_the_mean_of_each():
    precision, recall, micro, macro = scores([["甲", "乙"], []], [["甲"], ["丙"]])
    assert (precision, recall, micro) == (1 / 2, 1 / 2, 1 / 2)
    assert macro == pytest.approx(1 / 3)


def test_nothing_found_in_nothing_scores_nothing():
    assert scores([], []) == (0.0, 0.0, 0.0, 0.0)
