"""What the notebooks compute and draw: figures by hand, pictures that are the same each time, tables as they come."""

import hashlib
import json
import math
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from notebooks import charts, dataset, keyness, network, page, regions, show
from pipeline import divisions, store, tables

ROOT = Path(__file__).parents[1]


def words(**counts: dict[str, int]) -> pd.DataFrame:
    """doc_id to its words and their counts, as rows."""
    rows = [(doc, term, n) for doc, terms in counts.items() for term, n in terms.items()]
    return pd.DataFrame(rows, columns=["doc_id", "term", "count"])


def test_g2_and_log_ratio_are_what_their_formulas_give_by_hand() -> None:
    inside, outside = np.array([10.0, 10.0, 0.0]), np.array([5.0, 20.0, 0.0])
    # 15 occurrences in 3,000 words: 5 and 10 expected; 2 (10 ln 2 + 5 ln 1/2) = 10 ln 2
    g2 = keyness.log_likelihood(inside, outside, 1000, 2000)
    assert g2 == pytest.approx([10 * math.log(2), 0.0, 0.0])
    # a word that stands in one part only
    assert keyness.log_likelihood(np.array([4.0]), np.array([0.0]), 100, 300)[0] == pytest.approx(8 * math.log(4))
    effect, low, high = keyness.log_ratio(inside[:2], outside[:2], 1000, 2000)
    assert effect == pytest.approx([2.0, 0.0])
    assert (low < effect).all() and (effect < high).all()
    # 0 counts as 0.5
    assert keyness.log_ratio(np.array([10.0]), np.array([0.0]), 1000, 1000)[0][0] == pytest.approx(math.log2(20))


def test_a_group_is_compared_with_all_other_documents() -> None:
    counts = words(a={"渔船": 30, "工作": 10}, b={"渔船": 20, "工作": 10}, c={"工作": 20, "教师": 40, "课堂": 4})
    sizes = pd.Series({"a": 500, "b": 500, "c": 1000})
    table = keyness.compare(counts, sizes, pd.Index(["a", "b"])).set_index("term")
    assert table.at["渔船", "tf"] == 50 and table.at["渔船", "documents"] == 2
    assert table.at["渔船", "rate"] == pytest.approx(500) and table.at["渔船", "rate_rest"] == 0
    assert table.at["工作", "g2"] == pytest.approx(0) and table.at["工作", "effect"] == pytest.approx(0)
    assert table.at["教师", "effect"] < 0
    assert "课堂" not in table.index  # rarer than LEAST
    assert list(keyness.typical(table.reset_index(), 2)["term"]) == ["渔船"]


def test_a_word_of_one_document_is_not_typical_of_a_group_of_several() -> None:
    counts = words(a={"渔船": 50}, b={}, c={"教师": 50})
    table = keyness.compare(counts, pd.Series({"a": 500, "b": 500, "c": 1000}), pd.Index(["a", "b"]))
    assert list(keyness.typical(table, 1)["term"]) == ["渔船"]
    assert keyness.typical(table, 2).empty


def test_there_is_nothing_to_compare_without_a_rest() -> None:
    assert keyness.compare(words(a={"渔船": 50}), pd.Series({"a": 500}), pd.Index(["a"])).empty


@pytest.mark.parametrize(
    ("periods", "named"),
    [
        ([str(year) for year in range(1954, 2026)], ["1960", "1970", "1980", "1990", "2000", "2010", "2020"]),
        (["2021", "2022", "2023"], ["2021", "2022", "2023"]),
        ([f"2021-{month:02}" for month in range(1, 13)], [f"2021-{month:02}" for month in range(1, 13, 2)]),
    ],
)
def test_of_many_periods_some_are_named_and_of_years_round_ones(periods: list[str], named: list[str]) -> None:
    figure = charts.columns(pd.Series(1, index=periods), "date", "documents")
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == named


def test_pairs_are_counted_once_a_context_and_npmi_is_0_for_chance_and_1_for_always() -> None:
    contexts = [["甲", "乙", "甲"], ["甲"], ["乙"], ["丙"]]
    mentions = pd.DataFrame([("d", n, name) for n, names in enumerate(contexts) for name in names])
    mentions.columns = ["doc_id", "sent", "name"]
    pairs = network.cooccurrences(mentions, ["doc_id", "sent"], 10)
    assert pairs[["source", "target", "contexts"]].to_numpy().tolist() == [["乙", "甲", 1]]
    assert pairs["npmi"][0] == pytest.approx(0)
    always = network.cooccurrences(mentions[mentions["sent"].isin([0, 3])], ["doc_id", "sent"], 10)
    assert always["npmi"][0] == pytest.approx(1)


@pytest.mark.parametrize("parts", [1, 3])
def test_no_name_in_a_network_covers_another_or_leaves_the_field(parts: int) -> None:
    graph = nx.Graph()
    for part in range(parts):
        graph.add_edges_from((f"{part} 0", f"{part} {n}") for n in range(1, 30 // parts))
    boxes = dict.fromkeys(graph, (60.0, 14.0))
    places = network.layout(graph, boxes, 340, 300)
    assert set(places) == set(graph)
    for (ax, ay), (bx, by) in combinations(places.values(), 2):
        assert abs(ax - bx) >= 60 or abs(ay - by) >= 14
    assert all(30 <= x <= 310 and 7 <= y <= 293 for x, y in places.values())


def test_every_provincial_unit_has_a_tile_of_its_own() -> None:
    today = {d.code for found in divisions.surfaces().values() for d in found if d.today and d.level == "province"}
    assert set(regions.TILES) == today and len(today) == 34
    assert len(set(regions.TILES.values())) == 34


def test_counties_count_for_their_province_on_the_map() -> None:
    values = regions.by_province(pd.Series(["140302", "140300", "110000", "820000"]))
    assert values == {"110000": 1, "140000": 2, "820000": 1}
    drawn = show.svg(regions.tile_map(values, "documents"))
    assert "<!-- 内蒙古 -->" in drawn and "<!-- 2 -->" in drawn
    assert "<svg" in show.svg(regions.tile_map({}, "documents"))


DRAW = """
import hashlib, pandas as pd
from notebooks import network, regions, show
names = [f"名{n}" for n in range(25)]
pairs = pd.DataFrame([(a, names[(i * 7 + 3) % 25], 1 + i % 5, 0.0) for i, a in enumerate(names)],
                     columns=["source", "target", "contexts", "npmi"])
drawn = network.draw(pairs, {n: 1 + i for i, n in enumerate(names)}, {n: "ORG" for n in names})
picture = show.svg(drawn) + show.svg(regions.tile_map({"140000": 3, "820000": 1}, "documents"))
print(hashlib.sha256(picture.encode()).hexdigest())
"""


def test_pictures_are_the_same_each_time() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", DRAW],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, threads in (("1", "1"), ("2", "2"))
    ]
    assert len(runs[0].strip()) == hashlib.sha256().digest_size * 2
    assert runs[0] == runs[1]


def test_texts_in_charts_are_one_short_line_and_no_formula() -> None:
    assert charts.clean("甲\n乙\x05") == "甲␣乙␣"
    assert charts.clean("中共阳泉市委员会办公室", 6) == "中共阳泉市…"
    assert charts.clean("mass_organization", 11) == "mass_organization"
    drawn = show.svg(charts.bars(pd.Series({"$a$ <b>": 3, "$\\frac{": 1}), "mentions"))
    assert "<!-- $a$ &lt;b> -->" in drawn or "<!-- $a$ &lt;b&gt; -->" in drawn
    assert "<b>" not in drawn


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2021-11-02", "2022-01", "", "2022-01-30"], {"2021-11": 1, "2021-12": 0, "2022-01": 2}),
        (["2021-11-02", "2023"], {"2021": 1, "2022": 0, "2023": 1}),
        (["2015-01", "2019-01"], {"2015": 1, "2016": 0, "2017": 0, "2018": 0, "2019": 1}),
        (["", ""], {}),
    ],
)
def test_documents_are_counted_by_month_or_by_year(dates: list[str], expected: dict[str, int]) -> None:
    assert dataset.periods(pd.Series(dates, dtype="str")).to_dict() == expected


@pytest.fixture
def data(tmp_path: Path) -> dataset.Dataset:
    """Two documents, their edits and their words, as published; no other table."""
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": []}), encoding="utf-8")
    edits = [
        ("a", 0, 4, "打印\n\n", "", "furniture", 1.0),
        ("a", 9, 10, "，", "", "comma", 0.9),
        ("b", 0, 3, "打印 ", "", "furniture", 1.0),
        ("b", 5, 6, "發", "发", "bytes+script", 0.4),
    ]
    names = ("doc_id", "raw_start", "raw_end", "before", "after", "rule", "confidence")
    rows = [{"start": 0, "end": 0, **dict(zip(names, edit, strict=True))} for edit in edits]
    store.write_table(tmp_path, tables.EDITS, rows)
    spoken = [
        ("a", "渔船", "n"),
        ("a", "，", "w"),
        ("a", "渔船", "n"),
        ("b", "的", "u"),
        ("b", "渔船", "n"),
        ("b", "去", "v"),
    ]
    rows = [
        {"doc_id": doc, "sent": 0, "token": n, "start": n, "end": n, "text": text, "pos": pos, "upos": "X"}
        for n, (doc, text, pos) in enumerate(spoken)
    ]
    store.write_table(tmp_path, tables.TOKENS, [{**row, "is_stop": row["text"] == "的"} for row in rows])
    return dataset.Dataset(tmp_path)


@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_long_tables_give_the_same_counts_in_any_batches(
    batch: int, data: dataset.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = data.batches
    monkeypatch.setattr(data, "batches", lambda table, columns, size=0: whole(table, columns, batch))
    assert dataset.words_per_document(data).to_dict() == {"a": 2, "b": 3}
    assert dataset.term_counts(data, ["n", "u", "v"]).to_numpy().tolist() == [["a", "渔船", 2], ["b", "渔船", 1]]
    assert dataset.removed_lines(data).to_numpy().tolist() == [["打印", 2, 2]]
    counted = dataset.edit_counts(data).set_index(["doc_id", "rule"])
    assert counted.loc[("a", "furniture")].tolist() == [1, 4, 0, 1.0]
    assert counted.loc[("b", "bytes+script")].tolist() == [1, 1, 1, 0.4]


def test_tables_and_columns_that_a_dataset_lacks_are_empty(data: dataset.Dataset) -> None:
    assert data.read("near_duplicates", ["doc_id", "other"]).columns.tolist() == ["doc_id", "other"]
    assert data.rows("near_duplicates") == 0
    assert data.read("edits", ["rule", "site"])["site"].tolist() == ["", "", "", ""]
    assert dataset.raw_lengths(data).empty


def test_a_document_without_a_title_is_named_by_its_file(processed: Path) -> None:
    names = dataset.names_of_documents(dataset.Dataset(processed))
    titles = pd.read_parquet(processed / "documents.parquet").set_index("doc_id")["title"]
    documents = pd.read_parquet(processed / "documents.parquet").assign(title="")
    assert names.to_dict() == titles.to_dict()
    assert all(titles)
    copy = processed.parent / "untitled"
    copy.mkdir()
    documents.to_parquet(copy / "documents.parquet")
    for name in ("sources.parquet", "datapackage.json"):
        (copy / name).write_bytes((processed / name).read_bytes())
    assert sorted(dataset.names_of_documents(dataset.Dataset(copy))) == ["clean.txt", "polluted.txt"]


def test_figures_and_whole_tables_are_kept_where_asked_for_and_defused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOGAO_FIGURES", str(tmp_path / "figures"))
    shown = page.Page(ROOT / "notebooks" / "02_corpus.ipynb")
    shown.table(pd.DataFrame({"name": ["=1+1", "＝SUM", "渔船"], "n": [-1, 2, 3]}), "names", rows=1)
    pdfs = []
    for _ in range(2):
        shown.chart(charts.bars(pd.Series({"渔船": 3}), "mentions"), "chart")
        pdfs.append((tmp_path / "figures" / "chart.pdf").read_bytes())
    kept = (tmp_path / "figures" / "names.csv").read_text(encoding="utf-8-sig").splitlines()
    assert kept == ["name,n", "'=1+1,-1", "'＝SUM,2", "渔船,3"]
    assert pdfs[0].startswith(b"%PDF") and pdfs[0] == pdfs[1]
    assert b"CreationDate" not in pdfs[0]
    assert b"/FontFile" not in pdfs[0] and b"/Type3" not in pdfs[0]  # letters are outlines, which every press takes
    assert (tmp_path / "figures" / "chart.svg").read_text(encoding="utf-8").count("<!-- 渔船 -->") == 1


def test_a_stretch_is_shown_with_what_stands_around_it() -> None:
    assert dataset.around("甲乙丙丁戊", "丙", 1) == "…乙【丙】丁…"
    assert dataset.around("甲乙", "甲乙", 5) == "【甲乙】"
    assert dataset.around("甲乙", "丁", 5) == "甲乙"
