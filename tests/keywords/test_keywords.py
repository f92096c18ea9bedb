import random

import pytest
from tagged import document, outputs_under_hash_seeds

from pipeline.keywords.background import frequency, idf, weight
from pipeline.keywords.core import Term, combined, document_of, document_terms, keywords
from pipeline.params import Keywords, ParamsError, parse_params

PARAMS = Keywords()
METHODS = pytest.mark.parametrize("method", ["tfidf", "textrank", "combined"])


def table(documents, params):
    """The rows alone."""
    return keywords(documents, params)[0]


def terms(*sentences, method="tfidf", **changes):
    return document_terms(document(*sentences), Keywords(methods=(method,), **changes), 1000)


@METHODS
def test_a_phrase_that_stands_twice_is_a_term(method):
    found = terms("讨论/v 乡村/n 治理/vn 。/w", "改进/v 乡村/n 治理/vn 。/w", method=method)
    assert found[0] == "乡村治理"


def test_a_phrase_that_stands_once_is_none():
    assert "乡村治理" not in terms("讨论/v 乡村/n 治理/vn 。/w", "乡村/n 很/d* 大/a ，/w 治理/vn 很/d* 难/a 。/w")


@METHODS
def test_pieces_of_a_longer_term_fall_away(method):
    found = terms(
        "推动/v 高/a 质量/n 发展/vn", "坚持/v 高/a 质量/n 发展/vn", "质量/n 好/a", "发展/vn 快/a", method=method
    )
    assert "高质量发展" in found
    assert not {"质量发展", "高质量"} & set(found)
    assert {"质量", "发展"} <= set(found)  # they stand alone elsewhere


def test_a_word_met_only_inside_one_term_falls_away():
    found = terms("建设/v 粮食/n 仓库/n", "管理/v 粮食/n 仓库/n")
    assert found == ["粮食仓库"]


def test_a_piece_of_a_term_longer_than_the_longest_phrase_falls_away():
    five = "海洋/n 牧场/n 生态/n 监测/vn 平台/n"
    assert not terms(f"建成/v {five}", f"启用/v {five}", max_words=4)


def test_a_word_in_many_terms_stays():
    found = terms(*(f"讨论/v 粮食/n {word}/n" for word in ("仓库", "仓库", "价格", "价格", "市场", "市场")))
    assert {"粮食", "粮食仓库", "粮食价格", "粮食市场"} <= set(found)


@METHODS
def test_names_are_terms_as_a_whole_and_never_in_pieces(method):
    found = terms("走访/v [ORG 海州/ns 大学/n ] 。/w", "[ORG 海州/ns 大学/n ] 答复/v 。/w", method=method)
    assert found == ["海州大学"]


def test_a_name_may_be_part_of_a_phrase():
    found = terms("建/v [ORG 省/n 科协/n ] 智库/n", "办/v [ORG 省/n 科协/n ] 智库/n")
    assert found[0] == "省科协智库"
    assert "科协智库" not in found


def test_people_are_terms_but_join_no_phrase():
    found = terms("记者/n [PER 王小明/nr ] 报道/vn", "记者/n [PER 王小明/nr ] 报道/vn")
    assert set(found) == {"记者", "王小明", "报道"}


def test_quoted_terms_are_whole_even_if_no_dictionary_has_them_and_they_stand_once():
    found = terms("建设/v “/w 邻里/n 来/v 说事/v ”/w 平台/n ，/w 请/v 邻里/n 参加/v")
    assert found[0] == "邻里来说事"
    assert "说事" not in found


def test_a_quoted_term_is_recognized_where_it_stands_without_marks():
    rows = table([document("办/v “/w 邻里/n 之/u* 家/n ”/w", "邻里/n 之/u* 家/n 开放/v")], PARAMS)
    assert [(row["term"], row["tf"]) for row in rows if row["method"] == "tfidf" and row["scope"] != "corpus"] == [
        ("邻里之家", 2)
    ]


@pytest.mark.parametrize(
    "inside",
    [
        "我/r* 很/d* 好/a ，/w 你/r* 呢/xc",
        "十四/m 五/m",
        "2021年/TIME 7月/TIME",
        "把/p 这/r 件/q 事情/n 说/v 清楚/a 说/v 透彻/a",
    ],
)
def test_a_citation_a_number_or_a_time_in_quotation_marks_is_no_term(inside):
    quoted = "".join(word.rsplit("/", 1)[0] for word in inside.split())
    assert quoted not in terms(f"说/v “/w {inside} ”/w", f"说/v “/w {inside} ”/w")


@METHODS
def test_no_number_time_stop_word_punctuation_or_single_character(method):
    sentence = "2021年/TIME 上半年/TIME ，/w 第一/m 次/q 30/m 余/m 人/n 和/c* 有关/vn* 方面/n* 十三/n ３０％/n ——/n"
    assert terms(sentence, sentence, method=method) == []


def test_a_phrase_does_not_reach_over_punctuation_white_space_or_a_sentence():
    rows = [
        {"sent": sent, "start": start, "end": start + 2, "text": text, "pos": "n", "is_stop": False}
        for sent, start, text in [
            (0, 0, "粮食"),
            (0, 3, "仓库"),
            (1, 6, "粮食"),
            (1, 9, "仓库"),
            (2, 12, "粮食"),
            (3, 14, "仓库"),
        ]
    ]
    assert document_terms(document_of("d", rows, []), PARAMS, 9) == ["仓库", "粮食"]
    assert "粮食仓库" not in terms("粮食/n 、/w 仓库/n", "粮食/n 、/w 仓库/n")


def test_a_word_tagged_as_a_verb_here_and_a_noun_there_ends_a_phrase_but_does_not_begin_one():
    nouns = ["重/v 治理/vn", "谈/v 治理/vn"]
    found = terms("乡村/n 治理/v 有效/a", "乡村/n 治理/v 有/v 方/n", "治理/v 河道/n", "治理/v 河道/n", *nouns)
    assert "乡村治理" in found
    assert "治理河道" not in found


def test_specific_words_come_before_words_that_every_text_has():
    found = terms(
        "工作/n 情况/n 良好/a", "工作/n ，/w 情况/n", "工作/n 。/w 浮游生物/n 多/a", "情况/n ；/w 浮游生物/n"
    )
    assert found[0] == "浮游生物"


def test_many_occurrences_of_a_common_word_do_not_outweigh_a_telling_phrase_in_a_long_text():
    found = terms(*["工作/n 很/d* 多/a"] * 900, *["牧场/n 监测/vn"] * 20)
    assert found.index("牧场监测") < found.index("工作")


def test_a_term_beside_many_others_ranks_above_one_beside_none_in_the_graph():
    found = terms("牡蛎/n 、/w 扇贝/n", "牡蛎/n 、/w 海参/n", "牡蛎/n 、/w 鲍鱼/n", "贻贝/n", method="textrank")
    assert found[0] == "牡蛎"
    assert found[-1] == "贻贝"


def test_names_inside_names_are_left_out():
    token = {"sent": 0, "start": 0, "end": 4, "text": "海州大学", "pos": "ORG", "is_stop": False}
    outer = {"start": 0, "end": 4, "text": "海州大学", "label": "ORG", "parent": ""}
    inner = {"start": 0, "end": 2, "text": "海州", "label": "LOC", "parent": "0"}
    assert document_terms(document_of("d", [token], [inner, outer]), PARAMS, 9) == ["海州大学"]


def test_background_frequency_of_a_phrase_lies_between_chance_and_its_rarest_word():
    phrase = frequency(["我们", "工作"])
    assert frequency(["我们"]) * frequency(["工作"]) < phrase < frequency(["工作"])
    assert frequency(["工作", "情况"]) > 0
    assert idf(["浮游生物"]) > idf(["工作"]) > 0


def test_a_word_outside_the_list_counts_as_the_rarest():
    assert idf(["甪甪甪甪"]) >= idf(["浮游生物"])


ONE = document(
    "讨论/v 乡村/n 治理/vn 。/w", "改进/v 乡村/n 治理/vn 。/w", "走访/v [ORG 海州/ns 大学/n ]", doc_id="a" * 16
)
TWO = document("粮食/n 价格/n 上涨/v", "粮食/n 价格/n 下跌/v", "乡村/n 治理/vn", "乡村/n 治理/vn", doc_id="b" * 16)


def test_rows_are_ranked_by_scope_and_method():
    rows = table([ONE, TWO], PARAMS)
    assert {(r["scope"], r["method"]) for r in rows} == {
        (s, m) for s in ("a" * 16, "b" * 16, "corpus") for m in PARAMS.methods
    }
    for scope in ("a" * 16, "b" * 16, "corpus"):
        mine = [r for r in rows if r["scope"] == scope and r["method"] == "tfidf"]
        assert [r["rank"] for r in mine] == list(range(1, len(mine) + 1))
        assert [(-r["score"], r["term"]) for r in mine] == sorted((-r["score"], r["term"]) for r in mine)
    both = next(r for r in rows if r["scope"] == "corpus" and r["term"] == "乡村治理")
    assert (both["tf"], both["df"]) == (4, 2)


def test_a_document_gets_the_same_terms_whatever_it_stands_beside():
    def of_one(rows):
        return [{**r, "df": 0} for r in rows if r["scope"] == ONE.doc_id]

    assert of_one(table([ONE], PARAMS)) == of_one(table([TWO, ONE], PARAMS))
    listed = [r["term"] for r in table([ONE, TWO], PARAMS) if (r["scope"], r["method"]) == (ONE.doc_id, "tfidf")]
    assert document_terms(ONE, PARAMS, 50) == listed


def test_top_n_bounds_each_list():
    rows = table([ONE, TWO], PARAMS.model_copy(update={"top_n": 1}))
    assert [r["rank"] for r in rows] == [1] * 9
    assert len(document_terms(ONE, PARAMS, 1)) == 1


def test_order_of_documents_does_not_matter():
    documents = [ONE, TWO, document("海洋/n 牧场/n", "海洋/n 牧场/n", doc_id="c" * 16)]
    expected = table(documents, PARAMS)
    random.Random(1).shuffle(documents)
    assert table(documents, PARAMS) == expected


@pytest.mark.parametrize("documents", [[], [document()], [document("。/w")]])
def test_nothing_gives_no_rows(documents):
    assert table(documents, PARAMS) == []


def test_hash_seed_does_not_matter():
    code = "from test_keywords import *; print(table([ONE, TWO], PARAMS))"
    assert len(outputs_under_hash_seeds(code)) == 1


@pytest.mark.parametrize("methods", [[], ["tfidf", "tfidf"], ["rake"]])
def test_methods_must_be_known_and_differ(methods):
    with pytest.raises(ParamsError, match=r"keywords\.methods"):
        parse_params({"keywords": {"methods": methods}})


def test_an_adverb_is_no_occurrence_of_the_noun_that_is_written_like_it():
    adverbs = [f"各地/n 有序/ad 推进/v 工程{n}/n 建设/vn 。/w" for n in range(8)]
    rows = table([document("工作/n 讲/v 有序/an 。/w", *adverbs)], Keywords())
    ranks = {row["term"]: (row["rank"], row["tf"]) for row in rows if row["method"] == "textrank"}
    assert ranks["建设"][0] < ranks["有序"][0]
    assert ranks["有序"][1] == 1


def test_a_phrase_is_counted_where_the_tagger_reads_a_verb_in_it_too():
    rows = table([document("用/v 支持/vn 向量机/n 。/w", "支持/v 向量机/n 好/a 。/w", "支持/v 向量机/n")], PARAMS)
    found = {row["term"]: row["tf"] for row in rows if (row["method"], row["scope"]) == ("tfidf", "corpus")}
    assert found["支持向量机"] == 3


def test_a_phrase_that_is_a_noun_phrase_nowhere_is_no_term():
    assert "提高产量" not in terms("提高/v 产量/n 。/w", "提高/v 产量/n 。/w")


def test_words_that_a_longer_term_holds_count_for_half_of_its_occurrences_less():
    found = terms(*["粮食/n 仓库/n"] * 2, *["粮食/n 价格/n"] * 2, "粮食/n")
    assert found.index("粮食仓库") < found.index("粮食")


def test_terms_of_four_characters_weigh_more_than_shorter_or_longer_ones_as_rare():
    rare = [["甪" * 2], ["甪" * 4], ["甪" * 12]]
    assert len({idf(words) for words in rare}) == 1
    short, middle, long = map(weight, rare)
    assert middle > short > long
    assert middle == idf(rare[1])


def test_terms_that_both_methods_rank_high_come_first_in_the_combined_rank():
    a, b, c, d = (Term(term, 1.0, 1) for term in "甲乙丙丁")
    assert [term.term for term in combined([a, b, c], [b, c])] == ["乙", "丙", "甲"]
    assert combined([a], [d]) == [Term("丁", round(1 / 61, 9), 1), Term("甲", round(1 / 61, 9), 1)]


def test_the_combined_rank_does_not_need_the_other_methods_to_be_asked_for():
    alone = table([ONE], Keywords(methods=("combined",)))
    assert alone == [row for row in table([ONE], PARAMS) if row["method"] == "combined"]
