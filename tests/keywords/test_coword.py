import itertools
import math

import pytest

from pipeline.keywords.coword import coword, strongest

WATER, SCHOOL = ["堤防", "水库", "河道", "灌区"], ["学校", "教师", "教材", "课堂"]


def planted():
    """Two themes of four terms, all pairs of each in three sentences, one pair across in two, and empty sentences."""
    inside = [pair for theme in (WATER, SCHOOL) for pair in itertools.combinations(theme, 2)] * 3
    return [*inside, ("水库", "学校"), ("水库", "学校"), *[()] * 40, ("孤岛",)]


def NETWORK(sentences=None, link="equivalence"):  # noqa: N802
    terms = sorted([*WATER, *SCHOOL, "孤岛"])
    return coword(terms, planted() if sentences is None else sentences, dict.fromkeys(terms, 7), link)


def test_two_planted_themes_are_two_communities_and_a_term_without_links_is_one_of_its_own():
    nodes, _ = NETWORK()
    found = {}
    for node in nodes:
        found.setdefault(node["community"], set()).add(node["term"])
    assert sorted(map(sorted, found.values())) == sorted([sorted(WATER), sorted(SCHOOL), ["孤岛"]])
    assert sorted(found) == [0, 1, 2]
    assert {node["tf"] for node in nodes} == {7}


def test_links_centrality_and_density_worked_by_hand():
    nodes, edges = NETWORK()
    links = {(e["source"], e["target"]): e for e in edges}
    assert len(links) == 13
    # each term stands in 9 sentences, 水库 and 学校 in 11; three together within a theme, two across
    assert links["堤防", "河道"]["weight"] == pytest.approx(9 / 81)
    assert links["堤防", "水库"]["weight"] == pytest.approx(9 / 99)
    assert links["学校", "水库"] == {
        "source": "学校",
        "target": "水库",
        "weight": pytest.approx(4 / 121),
        "together": 2,
    }
    water = next(node for node in nodes if node["term"] == "水库")
    assert water["sentences"] == 11
    assert water["centrality"] == pytest.approx(10 * 4 / 121)
    assert water["density"] == pytest.approx(100 * (3 / 9 + 3 / 11) / 6)
    assert water["label"] == "堤防、河道、灌区"
    alone = next(node for node in nodes if node["term"] == "孤岛")
    assert (alone["centrality"], alone["density"], alone["label"]) == (0, 0, "孤岛")


def test_ochiai_is_the_square_root_of_equivalence():
    one, other = NETWORK()[1], NETWORK(link="ochiai")[1]
    assert [math.sqrt(edge["weight"]) for edge in one] == pytest.approx([edge["weight"] for edge in other])


def test_terms_together_once_or_no_more_than_by_chance_are_not_linked():
    assert NETWORK([("水库", "学校"), *[()] * 9])[1] == []
    everywhere = [("水库", "学校")] * 2 + [("水库",)] * 2 + [("学校",)] * 2
    assert NETWORK(everywhere)[1] == []  # 2 of 6, by chance 4 × 4 / 6


def test_a_term_twice_in_a_sentence_counts_once_and_the_order_of_sentences_does_not_matter():
    assert NETWORK([(*pair, *pair) for pair in reversed(planted())]) == NETWORK()


def test_without_terms_there_is_no_network():
    assert coword([], [], {}, "equivalence") == ([], [])


def test_the_strongest_terms_have_the_best_rank_in_any_ranking():
    assert strongest([(1, "甲"), (2, "乙"), (3, "丙"), (1, "丁"), (2, "甲")], 3) == sorted(["甲", "丁", "乙"])
