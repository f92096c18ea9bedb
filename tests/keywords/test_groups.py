import math
import random

import pytest
from corpora import PARAMS, counted, top
from tagged import outputs_under_hash_seeds

from pipeline.keywords.candidates import longest, occurrences
from pipeline.keywords.groups import groupings, series
from pipeline.keywords.occurrences import stretches
from pipeline.params import Keywords

# 水库/n: five words a sentence, without the full stop
WATER, GRAIN, ROAD = (
    "修/v 水库/n 护/v 河堤/n 了/u* 。/w",
    "收/v 粮食/n 存/v 粮仓/n 了/u* 。/w",
    "筑/v 公路/n 通/v 桥梁/n 了/u* 。/w",
)
TEXTS = {
    "a1": [WATER] * 30 + [GRAIN] * 10,
    "a2": [WATER] * 28 + [GRAIN] * 12,
    "b1": [GRAIN] * 30 + [ROAD] * 10,
    "b2": [GRAIN] * 32 + [ROAD] * 8,
    "c1": [ROAD] * 40,
    "d1": [ROAD] * 5,
}
KNOWN = {
    "a1": {"decade": "1950s", "year": "1951", "level": "province"},
    "a2": {"decade": "1950s", "year": "1952", "level": "province"},
    "b1": {"decade": "1960s", "year": "1961", "level": "province"},
    "b2": {"decade": "1960s", "year": "1962"},
    "c1": {"decade": "1970s", "year": "1971"},
    "d1": {},
}


def rows_of(texts=TEXTS, known=KNOWN, top_n=50, params=PARAMS):
    found, ranked = counted(texts, params)
    groups, notes = groupings(found, known, top(ranked), top_n)
    return [row for group in groups for value in series(found, group) for row in value], notes


def test_rate_frequency_and_keyness_of_a_decade_worked_by_hand():
    rows, _ = rows_of()
    [row] = [r for r in rows if (r["group"], r["value"], r["term"]) == ("decade", "1950s", "水库")]
    # 58 sentences of five words among 80; the other decades have 120 sentences without it; d1 has no decade
    a, c, d = 58, 400, 600
    assert (row["tf"], row["df"]) == (a, 2)
    assert row["rate"] == pytest.approx(10_000 * a / c)
    assert row["g2"] == pytest.approx(2 * a * math.log((c + d) / c))
    assert row["effect"] == pytest.approx(math.log2((58.5 / 400) / (0.5 / 600)))
    assert 0 <= row["low"] < row["rate"] < row["high"]
    [other] = [r for r in rows if (r["group"], r["value"], r["term"]) == ("decade", "1970s", "水库")]
    assert (other["rate"], other["tf"], other["df"]) == (0, 0, 0)
    assert other["g2"] < 0 < other["high"]


def test_every_term_of_a_group_has_a_row_for_every_value():
    rows, _ = rows_of()
    for group in ("decade", "year"):
        mine = [row for row in rows if row["group"] == group]
        terms, values = {row["term"] for row in mine}, {row["value"] for row in mine}
        assert len(mine) == len(terms) * len(values) == len({(row["value"], row["term"]) for row in mine})
    assert {row["value"] for row in rows if row["group"] == "decade"} == {"1950s", "1960s", "1970s"}


def test_rows_come_in_the_order_of_the_tables_key():
    rows, _ = rows_of()
    keys = [(row["group"], row["value"], row["term"]) for row in rows]
    assert keys == sorted(keys)


def test_groups_without_two_values_have_no_rows_and_a_note_each():
    rows, notes = rows_of()
    assert {row["group"] for row in rows} == {"decade", "year"}
    assert [note for note in notes if note.startswith("No ")] == [
        "No term_groups by region: no document has a known home region.",
        "No term_groups by issuer: no document has a known issuer.",
        "No term_groups by level: the documents that have one (3 of 6) all have province.",
    ]
    assert "term_groups by year leave out 1 of 6 documents: no known date." in notes


@pytest.mark.parametrize("texts", [{}, {"a1": []}, {"a1": ["。/w"]}, {"a1": [WATER]}])
def test_a_corpus_of_nothing_or_of_one_document_has_no_rows(texts):
    rows, notes = rows_of(texts)
    assert rows == []
    assert len(notes) == 5


def test_the_strongest_terms_of_each_value_are_shown_beside_the_corpuss():
    found, ranked = counted({**TEXTS, "c1": [*TEXTS["c1"], "养/v 蜜蜂/n 。/w"]})
    few = top([row for row in ranked if row["rank"] == 1])
    groups, _ = groupings(found, KNOWN, few, 1)
    [decade] = [group for group in groups if group.group == "decade"]
    shown = {found.terms[column] for column in decade.columns}
    assert shown >= set(few)
    assert shown & {"水库", "河堤"}
    assert shown & {"粮食", "粮仓"}
    assert shown & {"公路", "桥梁"}
    assert "蜜蜂" not in shown


def test_a_term_of_one_document_alone_speaks_for_no_group_of_several():
    found, _ = counted({**TEXTS, "a1": [*TEXTS["a1"], *["养/v 蜜蜂/n 。/w"] * 50]})
    groups, _ = groupings(found, KNOWN, [], 50)
    shown = {group.group: {found.terms[column] for column in group.columns} for group in groups}
    assert "蜜蜂" in shown["year"]
    assert "蜜蜂" not in shown["decade"]


def test_one_long_report_that_repeats_a_word_makes_its_decade_unsure():
    other = ["种/v 小麦/n 好/a 。/w"] * 60
    texts = {
        "a1": ["养/v 蜜蜂/n 好/a 。/w"] * 60,
        **dict.fromkeys(("a2", "a3", "a4"), other),
        **{name: ["养/v 蜜蜂/n 好/a 。/w"] * 15 + ["种/v 小麦/n 好/a 。/w"] * 45 for name in ("b1", "b2", "b3", "b4")},
    }
    known = {name: {"decade": "1950s" if name[0] == "a" else "1960s"} for name in texts}
    rows, _ = rows_of(texts, known)
    one, all_ = (next(r for r in rows if (r["value"], r["term"]) == (v, "蜜蜂")) for v in ("1950s", "1960s"))
    assert one["rate"] == all_["rate"]
    assert one["low"] == 0 < all_["low"]
    assert one["high"] - one["low"] > 3 * (all_["high"] - all_["low"])


def test_a_value_with_one_document_has_an_interval_by_its_stretches():
    spread = [GRAIN if n % 4 == 0 else WATER for n in range(400)]
    burst = [GRAIN if n < 100 else WATER for n in range(400)]
    known = {"a1": {"year": "1951"}, "b1": {"year": "1952"}}
    rows, _ = rows_of({"a1": spread, "b1": burst}, known)
    even, uneven = (next(r for r in rows if (r["value"], r["term"]) == (v, "粮食")) for v in ("1951", "1952"))
    assert even["rate"] == uneven["rate"]
    assert uneven["high"] - uneven["low"] > 2 * (even["high"] - even["low"])


def test_stretches_hold_whole_sentences_and_all_occurrences():
    found, _ = counted({"a1": TEXTS["a1"]})
    counts, words = stretches(found, "a1", ["水库", "粮食"], 50)
    assert words.tolist() == [50, 50, 50, 50]
    assert counts.toarray().tolist() == [[10, 0], [10, 0], [10, 0], [0, 10]]


MIXED = {
    "a1": [
        "推动/v 高/a 质量/n 发展/vn 。/w",
        "坚持/v 高/a 质量/n 发展/vn ，/w 质量/n 好/a",
        "[ORG 海州/ns 大学/n ] 讲/v 有序/an",
        "有序/ad 推进/v 质量/n 工程/n 建设/vn",
    ],
    "b1": ["发展/vn 快/a 质量/n 好/a", "[ORG 海州/ns 大学/n ] 建/v 质量/n 工程/n", "发展/v 质量/n 工程/n"],
}


@pytest.mark.parametrize("texts", [TEXTS, MIXED])
def test_occurrences_agree_with_keywords(texts):
    found, rows = counted(texts)
    total = dict(zip(found.terms, found.counts.sum(axis=0).tolist()[0], strict=True))
    documents = dict(zip(found.terms, found.counts.getnnz(axis=0).tolist(), strict=True))
    corpus = [row for row in rows if row["scope"] == "corpus"]
    assert corpus
    for row in corpus:
        assert (total[row["term"]], documents[row["term"]]) == (row["tf"], row["df"])


def test_a_term_stands_where_its_words_do_and_once_where_it_is_read_as_the_longest():
    found, _ = counted(MIXED)
    terms = {"高质量发展", "质量", "发展", "有序"}

    def read(by, sentence):
        return [o.term for run in found.runs["a1"][sentence] for o in by(run, terms, PARAMS.max_words)]

    assert read(occurrences, 0) == ["高质量发展", "质量", "发展"]
    assert read(longest, 0) == ["高质量发展"]
    assert read(longest, 3) == ["质量"]  # an adverb is no occurrence of the noun


def test_of_terms_that_overlap_the_first_is_read():
    found, _ = counted({"a1": ["经济/n 社会/n 发展/vn 水平/n"]})
    [run] = found.runs["a1"][0]
    terms = {"经济社会", "社会发展", "发展水平", "水平"}
    assert [o.term for o in longest(run, terms, 4)] == ["经济社会", "发展水平"]
    assert [o.term for o in occurrences(run, terms, 4)] == ["经济社会", "社会发展", "发展水平", "水平"]


def test_order_of_documents_does_not_matter():
    expected = rows_of()
    names = list(TEXTS)
    random.Random(3).shuffle(names)
    assert rows_of({name: TEXTS[name] for name in names}) == expected


def test_hash_seed_does_not_matter():
    code = "from test_groups import *; from test_coword import NETWORK; print(rows_of(), NETWORK())"
    assert len(outputs_under_hash_seeds(code)) == 1


def test_with_very_many_values_each_adds_fewer_terms_and_a_note_says_so(monkeypatch):
    monkeypatch.setattr("pipeline.keywords.groups.MAX_ROWS", 20)
    found, _ = counted(TEXTS, Keywords())
    groups, notes = groupings(found, KNOWN, ["粮食"], 50)
    assert all(len(group.columns) * len(group.values) <= 20 for group in groups)
    assert any("keywords.top_n" in note for note in notes)
