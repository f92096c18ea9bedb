import pytest

from pipeline.topics.identity import match, read_reference, written_reference

SEA = {"牡蛎": 0.5, "渔船": 0.3, "港口": 0.2}
SCHOOL = {"教师": 0.6, "课堂": 0.4}
TRAIN = {"铁路": 0.7, "车站": 0.3}


def test_topics_in_another_order_keep_their_numbers():
    numbers, rows = match([SCHOOL, SEA], {0: SEA, 1: SCHOOL})
    assert numbers == [1, 0]
    assert [(r["topic"], r["was"], r["change"]) for r in rows] == [(0, 0, "same"), (1, 1, "same")]
    assert all(r["similarity"] == pytest.approx(1) for r in rows)


def test_a_new_topic_takes_a_number_that_nobody_had_and_a_lost_one_is_gone():
    numbers, rows = match([TRAIN, SEA], {0: SEA, 5: SCHOOL})
    assert numbers == [6, 0]
    assert [(r["topic"], r["was"], r["change"]) for r in rows] == [(0, 0, "same"), (6, -1, "new"), (-1, 5, "gone")]


def test_a_topic_that_drifts_a_little_is_the_same_and_one_that_shares_a_word_is_not():
    drifted = {"牡蛎": 0.4, "渔船": 0.4, "海参": 0.2}
    other = {"港口": 0.1, "铁路": 0.6, "车站": 0.3}
    assert match([drifted], {3: SEA})[0] == [3]
    numbers, rows = match([other], {3: SEA})
    assert numbers == [4]
    assert 0 < rows[0]["similarity"] < 0.4


def test_two_topics_cannot_be_the_same_one():
    numbers, _ = match([SEA, dict(SEA)], {0: SEA})
    assert sorted(numbers) == [0, 1]


def test_without_a_reference_topics_are_numbered_from_zero():
    assert match([SEA, SCHOOL], {})[0] == [0, 1]


def test_a_reference_comes_back_as_it_was_written():
    topics = [{"topic": 0, "label": "海，港"}, {"topic": 4, "label": '"学"'}]
    terms = [{"topic": 0, "term": t, "weight": w} for t, w in SEA.items()]
    terms += [{"topic": 4, "term": t, "weight": w} for t, w in SCHOOL.items()]
    reference = read_reference(written_reference(topics, terms).splitlines())
    assert reference.labels == {0: "海，港", 4: '"学"'}
    assert reference.weights == {0: SEA, 4: SCHOOL}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no column topic, label, term, weight"),
        ("topic,label,term\n", "no column weight"),
        ("topic,label,term,weight\n", "no topic"),
        ("topic,label,term,weight\nx,a,b,1\n", "line 2: topic and weight must be numbers"),
        ("topic,label,term,weight\n0,a,b\n", "line 2: topic and weight must be numbers"),
        ("topic,label,term,weight\n-1,a,b,1\n", "line 2: .* below 0"),
        ("topic,label,term,weight\n0,a,b,nan\n", "line 2: .* below 0"),
        ("topic,label,term,weight\n0,a,b,1\n0,c,d,1\n", "line 3: topic 0 has two labels"),
    ],
)
def test_a_broken_reference_says_what_is_wrong(text, reason):
    with pytest.raises(ValueError, match=reason):
        read_reference(text.splitlines())
