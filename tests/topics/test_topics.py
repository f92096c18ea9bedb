import random
import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from pipeline.params import ParamsError, Topics, parse_params
from pipeline.topics.core import Unit, fit_topics, sentences_of, topic_shares, units_of
from pipeline.topics.fitting import fit, top_terms
from pipeline.topics.quality import coherence, exclusivity, frex, overlaps, shuffled
from pipeline.topics.vocabulary import count_terms

METHODS = pytest.mark.parametrize("method", ["vectors", "nmf", "lda"])
THEMES = {
    "sea": ["牡蛎", "扇贝", "海参", "鲍鱼", "渔船", "港口", "海域", "养殖"],
    "school": ["教师", "课堂", "学生", "教材", "校园", "考试", "学费", "班级"],
    "train": ["铁路", "车站", "列车", "隧道", "桥梁", "轨道", "乘客", "车票"],
}


def themed(n=60, seed=0):
    """Units of one theme each, and the themes."""
    rng = random.Random(seed)
    names = [sorted(THEMES)[i % 3] for i in range(n)]
    return [Unit("d" * 16, i, (tuple(rng.choices(THEMES[name], k=8)),)) for i, name in enumerate(names)], names


def noise(n=200, seed=0):
    """Units whose words fall at random, with few common and many rare ones, and lengths from 2 to 60 words."""
    rng = random.Random(seed)
    words = [f"词{i}" for i in range(300)]
    weights = [1 / (i + 1) for i in range(300)]
    return [Unit("d" * 16, i, (tuple(rng.choices(words, weights, k=rng.choice([2, 5, 10, 60]))),)) for i in range(n)]


SMALL = Topics(k=3, top_n=5, min_units=30)


@METHODS
def test_themes_are_found_again(method):
    units, names = themed()
    result = fit_topics(units, SMALL.model_copy(update={"method": method}))
    assert result.notes == []
    assert [t["topic"] for t in result.topics] == [0, 1, 2]
    for topic in range(3):
        terms = {row["term"] for row in result.topic_terms if row["topic"] == topic}
        assert len(terms) == 5
        assert any(terms <= set(words) for words in THEMES.values())
    best = {}
    for row in result.topic_units:
        if row["weight"] > 0.5:
            best[row["unit"]] = row["topic"]
    assert len(best) == len(units)
    assert len({(names[unit], topic) for unit, topic in best.items()}) == 3


@METHODS
@pytest.mark.parametrize("seed", range(3))
def test_noise_gives_no_topics(method, seed):
    result = fit_topics(noise(seed=seed), Topics(k=5, method=method))
    assert (result.topics, result.topic_terms, result.topic_units, result.topic_grid) == ([], [], [], [])
    assert len(result.notes) == 1
    assert "at random" in result.notes[0]


def test_themed_words_dealt_anew_give_no_topics():
    words = [word for unit in themed(120)[0] for word in unit.runs[0]]
    random.Random(3).shuffle(words)
    units = [Unit("d" * 16, i, (tuple(words[8 * i : 8 * i + 8]),)) for i in range(120)]
    assert fit_topics(units, SMALL).topics == []


def test_too_few_units_give_no_topics_and_a_note_with_the_numbers():
    result = fit_topics(themed(40)[0], Topics(k=5, min_units=20, min_units_per_topic=10, unit="sentence"))
    assert result.topics == result.topic_terms == result.topic_units == result.topic_grid == []
    assert "40 sentences" in result.notes[0]
    assert "50" in result.notes[0]


def test_units_without_a_known_word_do_not_count_and_get_no_rows():
    units, _ = themed(60)
    empty = [Unit("e" * 16, 0, ()), Unit("e" * 16, 1, (("孤词",),))]
    result = fit_topics(units + empty, SMALL)
    assert {row["doc_id"] for row in result.topic_units} == {"d" * 16}
    assert "60 " in fit_topics(units + empty, SMALL.model_copy(update={"min_units": 61})).notes[0]


def test_too_few_terms_give_no_topics():
    units = [Unit("d" * 16, i, (("牡蛎", "扇贝"),)) for i in range(200)]
    result = fit_topics(units, Topics(k=2))
    assert result.topics == []
    assert "terms" in result.notes[0]


def test_no_units_give_a_note():
    result = fit_topics([], Topics())
    assert result.topics == []
    assert len(result.notes) == 1


def test_shares_add_up_to_one_and_topics_stand_by_share():
    result = fit_topics(themed(61)[0], SMALL)
    totals, shares = {}, {}
    for row in result.topic_units:
        totals[row["unit"]] = totals.get(row["unit"], 0) + round(row["weight"] * 1_000_000)
        shares[row["topic"]] = shares.get(row["topic"], 0) + row["weight"]
    assert set(totals.values()) == {1_000_000}
    assert [shares[k] for k in range(3)] == sorted(shares.values(), reverse=True)


def test_the_grid_has_a_row_for_each_seed_and_stable_themes_are_stable():
    result = fit_topics(themed(90)[0], SMALL)
    assert [(row["k"], row["seed"]) for row in result.topic_grid] == [(3, seed) for seed in range(5)]
    for row in result.topic_grid + result.topics:
        assert -1 <= row["coherence"] <= 1
        assert 0 <= row["exclusivity"] <= 1
        assert 0 <= row["stability"] <= 1
        assert row["exclusivity"] > 0.9


def test_order_of_units_does_not_matter():
    units, _ = themed(60)
    mixed = list(units)
    random.Random(1).shuffle(mixed)
    assert fit_topics(mixed, SMALL) == fit_topics(units, SMALL)


def test_hash_seed_and_threads_do_not_matter():
    code = (
        "import sys; sys.path.insert(0, 'tests/topics'); from test_topics import *; "
        "print(fit_topics(themed()[0], SMALL), topic_shares(themed()[0], 3, SMALL))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": seed, "OPENBLAS_NUM_THREADS": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@METHODS
def test_topic_shares_of_a_few_documents(method):
    units, _ = themed(6)
    shares = topic_shares(units, 3, Topics(method=method, min_df=1))
    assert [(row, topic) for row, topic, _ in shares] == [(i, k) for i in range(6) for k in range(3)]
    for i in range(6):
        assert sum(round(w * 1_000_000) for row, _, w in shares if row == i) == 1_000_000


def test_topic_shares_refuses_more_topics_than_documents():
    with pytest.raises(ValueError, match="3 topics need at least 3 documents, and there are 2"):
        topic_shares(themed(2)[0], 3, Topics())


@METHODS
def test_topic_shares_are_equal_for_a_document_without_a_known_word(method):
    units = [*themed(30)[0], Unit("e" * 16, 0, ())]
    shares = topic_shares(units, 4, Topics(method=method))
    assert [w for row, _, w in shares if row == 30] == [0.25] * 4


def test_topic_shares_where_no_word_is_known():
    units = [Unit(f"{i:016}", 0, ()) for i in range(3)]
    assert [w for _, _, w in topic_shares(units, 2, Topics())] == [0.5] * 6


@METHODS
def test_topic_shares_with_fewer_terms_than_topics(method):
    units = [Unit("d" * 16, i, (("牡蛎",),) if i % 2 else (("教师",),)) for i in range(8)]
    shares = topic_shares(units, 4, Topics(method=method))
    assert len(shares) == 32
    assert all(0 <= w <= 1 for _, _, w in shares)


def test_npmi_is_one_for_terms_always_together_and_minus_one_for_terms_never_together():
    counts = csr_matrix(np.array([[1, 2, 0, 0], [3, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]]))
    assert coherence([[0, 1], [0, 2], [3]], counts) == [pytest.approx(1), -1, 0]


def test_npmi_of_independent_terms_is_zero():
    counts = csr_matrix(np.array([[1, 1], [1, 0], [0, 1], [0, 0.0]]))
    assert coherence([[0, 1]], counts) == [pytest.approx(0)]


def test_exclusivity_is_the_share_of_weight_not_in_other_topics():
    weights = np.array([[0.6, 0.4, 0.0], [0.2, 0.0, 0.8]])
    assert exclusivity([[0, 1], [2, 0]], weights) == pytest.approx([1.0 / 1.2, 1.0 / 1.6])


def test_frex_prefers_terms_that_are_both_frequent_and_exclusive():
    scores = frex(np.array([[0.4, 0.3, 0.2, 0.1, 0.0], [0.6, 0.0, 0.2, 0.0, 0.2]]))
    # term 1: second in frequency (rank 0.8), first in exclusivity (rank 1); term 0: first (1) and fourth (0.4)
    assert scores[0, 1] == pytest.approx(2 / (1 / 0.8 + 1))
    assert scores[0, 0] == pytest.approx(2 / (1 / 1 + 1 / 0.4))
    assert scores[0].argmax() == 1


def test_topics_are_matched_one_to_one():
    assert overlaps([[0, 1], [2, 3]], [[2, 3], [0, 1]]) == [1, 1]
    assert overlaps([[0, 1], [0, 1]], [[0, 1], [2, 3]]) == [1, 0]
    assert overlaps([[0, 1, 2]], [[1, 2, 3]]) == [0.5]


def test_shuffling_keeps_lengths_of_units_and_frequencies_of_terms_and_nothing_else():
    counts, _ = count_terms(themed(60)[0], 2)
    dealt = shuffled(counts, 0)
    assert (dealt.sum(axis=0) == counts.sum(axis=0)).all()
    assert (dealt.sum(axis=1) == counts.sum(axis=1)).all()
    assert (dealt != counts).nnz > 0


def test_equal_weights_are_ranked_by_term():
    assert top_terms(np.array([[0.25, 0.5, 0.25, 0.0]]), ["甲", "乙", "丙", "丁"], 4) == [[1, 0, 2]]


@METHODS
def test_weights_and_shares_are_proportions(method):
    counts, _ = count_terms(themed(60)[0], 2)
    model = fit(counts, method, 3, 0)
    assert model.shares.shape == (60, 3)
    assert model.shares.sum(axis=1) == pytest.approx(np.ones(60))
    assert model.weights.sum(axis=1) == pytest.approx(np.ones(3))


def token(start, text, pos="n", sent=0, is_stop=False):
    return {"sent": sent, "start": start, "end": start + len(text), "text": text, "pos": pos, "is_stop": is_stop}


def test_units_hold_content_words_and_whole_names_cut_where_others_stand_between():
    tokens = [
        token(0, "海州", "LOC"),
        token(2, "大学"),
        token(4, "的", "u", is_stop=True),
        token(5, "学生"),
        token(7, "宿舍"),
        token(9, "，", "w"),
        token(10, "30", "m"),
        token(12, "方面", is_stop=True),
        token(14, "人"),
        token(15, "校园", sent=1),
    ]
    names = [
        {"start": 0, "end": 4, "text": "海州大学", "parent": ""},
        {"start": 0, "end": 2, "text": "海州", "parent": "0"},
    ]
    sentences = [{"sent": 0, "para": 3}, {"sent": 1, "para": 3}, {"sent": 2, "para": 4}]

    def joined(tokens, names, unit):
        return units_of(sentences_of("d", sentences, tokens, names), sentences, unit)

    whole = (("海州大学",), ("学生", "宿舍"), ("校园",))
    words = ("海州", "大学", "学生", "宿舍", "人", "校园")
    assert joined(tokens, names, "document") == [Unit("d", 0, whole, words)]
    assert joined(tokens[::-1], names[::-1], "paragraph") == [
        Unit("d", 3, whole, words),
        Unit("d", 4, ()),
    ]
    assert [u.unit for u in joined(tokens, names, "sentence")] == [0, 1, 2]


def test_neighbours_that_go_together_are_a_term_and_chance_neighbours_are_not():
    rng = random.Random(0)
    others = [f"词{i}" for i in range(8)]
    units = [Unit("d", i, (("营商", "环境"), tuple(rng.choices(others, k=2)))) for i in range(40)]
    _, terms = count_terms(units, 2)
    assert [term for term in terms if term not in others] == ["环境", "营商", "营商环境"]


def test_terms_in_too_few_units_are_left_out():
    counts, terms = count_terms(
        [Unit("d", 0, (("甲乙", "甲乙"),)), Unit("d", 1, (("丙丁",),)), Unit("d", 2, (("丙丁",),))], 2
    )
    assert terms == ["丙丁"]
    assert counts.toarray().tolist() == [[0], [1], [1]]


@pytest.mark.parametrize("seeds", [[1, 1], [1], [-1, 2]])
def test_seeds_must_be_several_and_differ(seeds):
    with pytest.raises(ParamsError, match=r"topics\.seeds"):
        parse_params({"topics": {"seeds": seeds}})
