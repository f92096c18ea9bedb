import numpy as np
import pytest
from scipy.sparse import csr_matrix
from test_topics import SMALL, THEMES, themed

from pipeline.params import ParamsError, Topics, parse_params
from pipeline.topics.core import Unit, fit_topics, topic_shares
from pipeline.topics.examples import best_sentences
from pipeline.topics.identity import Reference
from pipeline.topics.quality import held_out
from pipeline.topics.selection import Sample, grid
from pipeline.topics.vectors import class_terms, embed


def test_every_number_is_in_the_grid_and_the_one_chosen_is_fitted():
    result = fit_topics(themed(120)[0], SMALL.model_copy(update={"k": (4, 2, 3)}))
    assert [(row["k"], row["seed"]) for row in result.topic_grid] == [
        (k, seed) for k in (2, 3, 4) for seed in range(5)
    ]
    (chosen,) = {row["k"] for row in result.topic_grid if row["chosen"]}
    assert len(result.topics) == chosen


def sample(tops, coherence, exclusivity, held_out):
    return Sample(tops, [], coherence, exclusivity, held_out)


def test_the_number_that_is_best_by_most_measures_is_chosen_and_of_equals_the_smaller():
    stable = [[0, 1], [2, 3]]
    poor, good = sample(stable, 0.1, 0.2, 0.3), sample(stable, 0.3, 0.4, 0.5)
    rows = grid({(2, 0): poor, (2, 1): poor, (5, 0): good, (5, 1): good}, [2, 5], [0, 1])
    assert {row["k"] for row in rows if row["chosen"]} == {5}
    rows = grid({(2, 0): good, (2, 1): good, (5, 0): good, (5, 1): good}, [2, 5], [0, 1])
    assert {row["k"] for row in rows if row["chosen"]} == {2}


def test_an_unstable_number_loses_to_a_stable_one_that_is_else_equal():
    stable = sample([[0, 1], [2, 3]], 0.3, 0.4, 0.5)
    other = sample([[4, 5], [6, 7]], 0.3, 0.4, 0.5)
    rows = grid({(2, 0): stable, (2, 1): other, (5, 0): stable, (5, 1): stable}, [2, 5], [0, 1])
    assert {row["k"] for row in rows if row["chosen"]} == {5}


def test_numbers_that_the_corpus_cannot_bear_are_left_out_with_a_note():
    result = fit_topics(themed(60)[0], SMALL.model_copy(update={"k": (3, 50)}))
    assert {row["k"] for row in result.topic_grid} == {3}
    assert result.notes[0].startswith("More topics were not tried (50).")


def test_the_largest_number_is_chosen_with_a_note_only():
    result = fit_topics(themed(120)[0], SMALL.model_copy(update={"k": (2, 3)}))
    if {row["k"] for row in result.topic_grid if row["chosen"]} == {3}:
        assert any("largest number of topics tried (3)" in note for note in result.notes)


@pytest.mark.parametrize("k", [1, [], [1, 2], "many", 2.5])
def test_numbers_of_topics_must_be_two_or_more(k):
    with pytest.raises(ParamsError, match=r"topics\.k"):
        parse_params({"topics": {"k": k}})


def test_one_number_or_several_are_read():
    assert parse_params({"topics": {"k": 7}}).topics.k == 7
    assert parse_params({"topics": {"k": [7, 9]}}).topics.k == (7, 9)


def test_topics_foretell_words_of_their_own_units_and_chance_shares_do_not():
    counts = csr_matrix(np.kron(np.eye(2), np.ones((20, 6))))
    right = np.repeat(np.eye(2), 20, axis=0)
    assert held_out(right, counts, counts) == pytest.approx(np.log(2), abs=0.25)
    assert held_out(np.full((40, 2), 0.5), counts, counts) == pytest.approx(0, abs=1e-6)


def test_nothing_is_foretold_of_units_with_one_word():
    counts = csr_matrix(np.eye(4))
    assert held_out(np.full((4, 2), 0.5), counts, counts) == 0.0


def test_units_without_a_common_word_are_near_where_their_words_share_neighbours():
    """甲 and 乙 never meet, but both stand beside 丙; 丁 stands beside 戊."""
    words = csr_matrix(
        np.array([[1, 0, 1, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 1, 1]] * 4 + [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]])
    )
    vectors = embed(words.astype(float)).vectors
    assert vectors[-1] @ vectors[-2] > 0.9
    assert vectors[-1] @ vectors[2] < 0.1


def test_weights_of_terms_put_words_of_all_topics_last():
    """Term 0 in every unit, term 1 in all of the first topic's, term 2 in half of them."""
    counts = csr_matrix(np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 0, 0]]))
    weights = class_terms(counts, np.array([[1, 0], [1, 0], [0, 1], [0, 1.0]]))
    assert weights.tolist() == [[0.5, 1.0, 0.5], [0.5, 0.0, 0.0]]


def test_numbers_and_names_of_the_reference_are_kept():
    units, _ = themed(60)
    before = fit_topics(units, SMALL)
    weights = {k: {r["term"]: r["weight"] for r in before.topic_terms if r["topic"] == k} for k in range(3)}
    reference = Reference({7: "七", 8: "", 9: "九"}, {9: weights[0], 7: weights[1], 8: weights[2]})
    after = fit_topics(units, SMALL, reference=reference)
    assert [t["topic"] for t in after.topics] == [9, 7, 8]
    assert [t["label"] for t in after.topics] == ["九", "七", before.topics[2]["label"]]
    assert {r["topic"] for r in after.topic_terms} == {r["topic"] for r in after.topic_units} == {7, 8, 9}
    assert [(r["topic"], r["was"], r["change"]) for r in after.topic_changes] == [(n, n, "same") for n in (7, 8, 9)]
    assert before.topic_changes == []


def test_sentences_show_their_topic_and_documents_take_turns():
    units, names = themed(60)
    sentences = [Unit(f"{i % 3:016}" if i else "d" * 16, i, unit.runs) for i, unit in enumerate(units)]
    result = fit_topics(units, SMALL, sentences=sentences)
    for topic in range(3):
        rows = [r for r in result.topic_sentences if r["topic"] == topic]
        terms = {r["term"] for r in result.topic_terms if r["topic"] == topic}
        (theme,) = [name for name, words in THEMES.items() if terms <= set(words)]
        assert [r["rank"] for r in rows] == list(range(1, len(rows) + 1))
        assert all(names[r["sent"]] == theme for r in rows)


def test_a_heading_shows_no_topic_and_the_same_sentence_shows_it_once():
    said = (("牡蛎", "扇贝", "海参", "鲍鱼"),)
    sentences = [Unit("a", 0, said), Unit("b", 0, said), Unit("b", 1, (("牡蛎",),))]
    counts = csr_matrix(np.array([[1, 1, 1, 1], [1, 1, 1, 1], [1, 0, 0, 0]]))
    rows = best_sentences(sentences, counts, np.array([[0.25, 0.25, 0.25, 0.25]]))
    assert [(r["doc_id"], r["sent"]) for r in rows] == [("a", 0)]


def test_more_topics_than_dimensions_are_found():
    """Twelve themes of two words; the space of so few words has fewer dimensions than the units can fill."""
    units = [Unit("d", i, ((f"甲{i % 12}", f"乙{i % 12}"),)) for i in range(240)]
    shares = topic_shares(units, 130, Topics())
    assert len(shares) == 240 * 130
    best = {}
    for unit, topic, share in topic_shares(units, 12, Topics()):
        if share > 0.5:
            best[unit] = topic
    assert len(set(best.values())) == 12
    assert all(best[i] == best[i % 12] for i in best)


def test_default_numbers_of_topics_are_several():
    assert isinstance(Topics().k, tuple)
