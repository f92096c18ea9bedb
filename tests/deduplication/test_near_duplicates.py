import itertools
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import store, tables
from pipeline.deduplication import stage
from pipeline.deduplication.core import MIN_CHARS, Pair, groups, near_duplicates
from pipeline.params import Deduplication, Params

THINGS = ("植树造林", "危房改造", "卫生室建设", "粮食收购", "道路硬化", "环境整治", "招商引资", "提案办理")
VERBS = ("稳步推进", "全面完成", "取得新进展", "成效明显", "列入年度计划", "受到群众欢迎")
PLACES = ("云岭县", "青石镇", "北山村", "南河乡", "东湖街道")


def report(seed: int, sentences: int = 60) -> str:
    """A report of its own: stock phrases, as in all reports, with other figures and words between."""
    rng = random.Random(seed)

    def own(count: int) -> str:
        return "".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(count))

    def sentence() -> str:
        stock = rng.choice(PLACES) + rng.choice(THINGS) + rng.choice(VERBS)
        return f"{stock}，{own(rng.randrange(8, 20))}，投入{rng.randrange(9999)}万元。"

    return "\n".join(sentence() for _ in range(sentences))


def found(texts: dict[str, str], threshold: float = 0.8) -> set[tuple[str, str]]:
    return {(p.doc_id, p.other) for p in near_duplicates(texts.items(), threshold, texts.__getitem__)}


def plain_jaccard(a: str, b: str) -> float:
    sets = []
    for text in (a, b):
        letters = [c.casefold() for c in text if c.isalnum()]
        sets.append({tuple(letters[i : i + 5]) for i in range(len(letters) - 4)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


REPORT = report(0)


@pytest.mark.parametrize(
    "copy",
    [
        REPORT,
        REPORT.replace("\n", "\r\n\u3000\u3000").replace("，", ", ").replace("。", "．"),
        "云岭县人民政府网\n首页 > 政务公开\n来源：云岭日报\n" + REPORT,
        REPORT + "\n责任编辑：林晓岚\n版权所有，未经许可不得转载",
        REPORT + "\n附件：\n" + report(1, 10),
        REPORT[:600] + REPORT[700:],
        "".join("某" if i % 60 == 0 else c for i, c in enumerate(REPORT)),
    ],
    ids=["same", "other spaces and punctuation", "head", "tail", "appendix", "a paragraph gone", "misread characters"],
)
def test_the_same_report_in_another_copy_is_a_near_duplicate(copy):
    assert found({"a": REPORT, "b": copy, "c": report(2)}) == {("a", "b")}


@pytest.mark.parametrize(
    "other",
    [REPORT[: len(REPORT) // 2], REPORT[:300], report(3), REPORT[: len(REPORT) // 2] + report(4, 30)],
    ids=["first half", "digest", "another report", "half of it new"],
)
def test_an_excerpt_or_another_report_is_none(other):
    assert found({"a": REPORT, "b": other}) == set()


def test_reports_with_the_same_phrases_are_not_marked():
    assert found({str(seed): report(seed) for seed in range(40)}) == set()


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8, 0.95, 1.0])
def test_the_similarity_is_the_jaccard_of_shingles_and_all_above_the_threshold_are_found(threshold):
    rng = random.Random(7)
    for share in range(0, 101, 5):
        lines = [
            line if rng.randrange(100) >= share else f"另一句{i}，其他内容{i * 7919}。"
            for i, line in enumerate(REPORT.split("\n"))
        ]
        other = "\n".join(lines)
        expected = plain_jaccard(REPORT, other)
        pairs = near_duplicates([("a", REPORT), ("b", other)], threshold, {"a": REPORT, "b": other}.__getitem__)
        if expected >= threshold:
            assert [(p.doc_id, p.other) for p in pairs] == [("a", "b")]
            assert pairs[0].similarity == pytest.approx(expected, abs=1e-12)
        else:
            assert pairs == []


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("云岭县召开植树动员会。", "云岭县召开 植树动员会", True),
        ("云岭县召开植树动员会。", "云岭县召开植树总结会。", False),
        ("见附件。", "见附件", True),
        ("", "", False),
        ("。。。", "——", False),
    ],
)
def test_short_texts_are_compared_whole(a, b, same):
    assert len(a) < MIN_CHARS
    assert bool(found({"a": a, "b": b}, 0.1)) is same


def test_width_and_case_are_no_difference():
    assert found({"a": "ＧＤＰ增长７％", "b": "gdp增长7%"}) == {("a", "b")}


@given(st.lists(st.text(st.sampled_from("甲乙 。\ud800A1"), max_size=80), max_size=8), st.randoms())
def test_any_texts_in_any_order_give_the_same_pairs(texts, rng):
    named = {f"{i}": text for i, text in enumerate(texts)}
    expected = near_duplicates(named.items(), 0.8, named.__getitem__)
    shuffled = list(named.items())
    rng.shuffle(shuffled)
    assert near_duplicates(shuffled, 0.8, named.__getitem__) == expected
    assert all(p.doc_id < p.other and 0.8 <= p.similarity <= 1 for p in expected)


def test_the_pairs_do_not_depend_on_pythons_hash_seed():
    code = (
        "from tests.deduplication.test_near_duplicates import report, near_duplicates\n"
        "t = {f'{s}{c}': report(s) + c * 90 for s in range(9) for c in '甲乙丙'}\n"
        "print(near_duplicates(t.items(), 0.8, t.__getitem__))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert b"Pair(" in outputs.pop()


def test_a_page_copied_many_times_gives_one_pair_for_each_copy():
    same = {f"{i:03d}": REPORT for i in range(300)}
    other = {f"x{i:03d}": f"{report(5)}\n第{i}页" for i in range(300)}
    pairs = found(same | other)
    assert len(pairs) == 299 + 299
    assert len(groups([Pair(a, b, 1.0) for a, b in pairs], str)) == 299 + 299


def test_texts_are_asked_for_again_only_where_they_may_be_near():
    texts = {str(seed): report(seed) for seed in range(30)} | {"copy": REPORT + "尾"}
    asked = []
    near_duplicates(texts.items(), 0.8, lambda doc_id: asked.append(doc_id) or texts[doc_id])
    assert set(asked) == {"0", "copy"}


@pytest.mark.parametrize("threshold", [0, -1, 1.1, float("nan")])
def test_a_threshold_that_no_similarity_has_is_an_error(threshold):
    with pytest.raises(ValueError, match="threshold"):
        near_duplicates([], threshold, str)


def test_groups_name_the_first_by_the_key_that_is_given():
    pairs = [Pair("a", "b", 0.9), Pair("c", "d", 0.9), Pair("b", "e", 0.9)]
    assert groups(pairs, str) == {"b": "a", "e": "a", "d": "c"}
    assert groups(pairs, lambda doc_id: -ord(doc_id)) == {"a": "e", "b": "e", "c": "d"}
    for order in itertools.permutations(pairs):
        assert groups(order, str) == groups(pairs, str)
    assert groups([], str) == {}


def rows(root, name: str) -> list[dict]:
    return store.read_table(root / "data" / "interim" / "deduplication", getattr(tables, name))


@pytest.fixture
def written(tmp_path):
    """Restored texts of four documents, of which two are copies, the later id at the earlier path."""
    texts = {
        "aa": (REPORT, "z.txt"),
        "bb": (REPORT + "\n打印本页", "m.txt"),
        "cc": (report(1), "n.txt"),
        "dd": ("短", "o.txt"),
    }
    interim = tmp_path / "data" / "interim"
    empty = {column.name: "" if column.type == "string" else 0 for column in tables.TEXTS.columns}
    store.write_table(
        interim / "restoration",
        tables.TEXTS,
        [{**empty, "doc_id": doc_id, "text": text} for doc_id, (text, _) in texts.items()],
    )
    sources = [{"doc_id": doc_id, "path": path, "row": 0} for doc_id, (_, path) in texts.items()]
    store.write_table(interim / "ingestion", tables.SOURCES, [*sources, {"doc_id": "bb", "path": "zz.txt", "row": 0}])
    return tmp_path


def test_the_stage_marks_all_but_the_first_by_path(written):
    assert stage.run(Params(), written) == 0
    (pair,) = rows(written, "NEAR_DUPLICATES")
    assert (pair["doc_id"], pair["other"]) == ("aa", "bb")
    assert 0.8 < pair["similarity"] < 1
    assert rows(written, "ORIGINALS") == [{"doc_id": "aa", "original": "bb"}]
    assert rows(written, "REJECTS") == []


def test_the_stage_leaves_nothing_but_its_tables_and_takes_its_threshold_from_the_parameters(written):
    stage.run(Params(deduplication=Deduplication(threshold=1.0)), written)
    assert rows(written, "NEAR_DUPLICATES") == []
    folder = written / "data" / "interim" / "deduplication"
    assert sorted(path.name for path in folder.iterdir()) == [
        "near_duplicates.parquet",
        "originals.parquet",
        "rejects.parquet",
    ]
