import random

import pytest

from pipeline import store, tables
from pipeline.keywords.stage import run
from pipeline.params import Params

MADE = ["coword_edges", "coword_nodes", "keywords", "notes", "rejects", "term_dispersion", "term_groups"]
ONE = {"a" * 16: [("粮食", "n"), ("价格", "n")], "b" * 16: [("。", "w")]}
TWO = {
    "a" * 16: [("粮食", "n"), ("价格", "n"), ("。", "w")] * 5,
    "b" * 16: [("粮食", "n"), ("仓库", "n"), ("。", "w")] * 5,
    "c" * 16: [("仓库", "n")],
}
KNOWN = {
    "a" * 16: {"date": "1957", "issuer": "国务院", "region_code": "", "level": "country"},
    "b" * 16: {"date": "2021-03", "issuer": "", "region_code": "140300", "level": "prefecture"},
}


def write_inputs(root, words, known=None):
    interim = root / "data" / "interim"
    tokens = [
        {
            "doc_id": doc_id,
            "sent": n // 3,
            "token": n,
            "start": 10 * n,
            "end": 10 * n + len(text),
            "text": text,
            "pos": pos,
            "upos": "X",
            "is_stop": False,
        }
        for doc_id, pairs in words.items()
        for n, (text, pos) in enumerate(pairs)
    ]
    store.write_table(interim / "recognition", tables.TOKENS, tokens)
    store.write_table(interim / "recognition", tables.NAMES, [])
    sources = [{"doc_id": doc_id, "path": f"{doc_id}.txt", "row": 0} for doc_id in words]
    store.write_table(interim / "ingestion", tables.SOURCES, sources)
    texts, homes = [], []
    for doc_id in words:
        facts = {"doc_id": doc_id, **dict.fromkeys(("date", "issuer", "region_code", "level"), "")}
        facts |= (known or {}).get(doc_id, {})
        empty = {c.name: 0 if c.type == "integer" else "" for c in tables.TEXTS.columns}
        texts.append(empty | {"doc_id": doc_id, "date": facts["date"]})
        homes.append({name: facts[name] for name in tables.HOMES.names})
    store.write_table(interim / "restoration", tables.TEXTS, texts)
    store.write_table(interim / "resolution", tables.HOMES, homes)


@pytest.fixture
def stage(tmp_path):
    """Run the stage on (words, what is known) and give its folder."""

    def made(words, known=None):
        write_inputs(tmp_path, words, known)
        assert run(Params(), tmp_path) == 0
        return tmp_path / "data" / "interim" / "keywords"

    return made


def contents(folder):
    return {path.stem: path.read_bytes() for path in folder.iterdir()}


def notes(folder):
    return [note["note"] for note in store.read_table(folder, tables.NOTES) if note["scope"] == "corpus"]


def test_the_stage_writes_all_its_tables_the_same_each_time(stage):
    folder = stage(ONE)
    first = contents(folder)
    assert sorted(first) == MADE
    assert contents(stage(ONE)) == first
    rows = store.read_table(folder, tables.KEYWORDS)
    assert {row["term"] for row in rows} == {"粮食", "价格"}
    scopes = [note["scope"] for note in store.read_table(folder, tables.NOTES)]
    assert scopes.count("b" * 16) == 1


def test_an_empty_corpus_leaves_empty_tables_and_notes(stage):
    folder = stage({})
    assert sorted(contents(folder)) == MADE
    assert all(store.read_table(folder, tables.PUBLISHED[name]) == [] for name in MADE if name != "notes")
    assert "No keywords: no document holds a term." in notes(folder)
    assert len(notes(folder)) == 6


def test_dates_regions_issuers_and_levels_make_groups(stage):
    folder = stage(TWO, KNOWN)
    rows = store.read_table(folder, tables.TERM_GROUPS)
    assert {(row["group"], row["value"]) for row in rows} == {
        ("decade", "1950s"),
        ("decade", "2020s"),
        ("year", "1957"),
        ("year", "2021"),
        ("level", "country"),
        ("level", "prefecture"),
    }
    [row] = [r for r in rows if (r["group"], r["value"], r["term"]) == ("year", "2021", "仓库")]
    assert (row["rate"], row["tf"], row["df"]) == (5_000, 5, 1)
    assert [note for note in notes(folder) if note.startswith("No ")] == [
        "No term_groups by issuer: the documents that have one (1 of 3) all have 国务院.",
        "No term_groups by region: the documents that have one (1 of 3) all have 140300.",
    ]


def test_spread_and_network_are_of_the_corpuss_keywords(stage):
    folder = stage(TWO)
    corpus = {row["term"] for row in store.read_table(folder, tables.KEYWORDS) if row["scope"] == "corpus"}
    spread = store.read_table(folder, tables.TERM_DISPERSION)
    assert {row["term"] for row in spread} == corpus
    assert {row["measure"] for row in spread} == {"df", "range", "dp", "juilland_d", "dominance"}
    nodes = {row["term"]: row for row in store.read_table(folder, tables.COWORD_NODES)}
    assert set(nodes) == corpus
    assert (nodes["粮食"]["tf"], nodes["粮食"]["sentences"]) == (10, 10)
    [edge] = [
        e for e in store.read_table(folder, tables.COWORD_EDGES) if e["target"] == "粮食" and e["source"] == "价格"
    ]
    assert (edge["together"], edge["weight"]) == (5, 0.5)


def test_the_order_in_which_tables_were_filled_does_not_matter(stage):
    first = contents(stage(TWO, KNOWN))
    names = list(TWO)
    random.Random(5).shuffle(names)
    assert contents(stage({name: TWO[name] for name in names}, KNOWN)) == first


def test_one_document_has_no_spread_over_documents_and_a_note_says_so(stage):
    folder = stage({"a" * 16: TWO["a" * 16]})
    assert {row["measure"] for row in store.read_table(folder, tables.TERM_DISPERSION)} == {"df", "range", "dominance"}
    assert any("dp and juilland_d" in note for note in notes(folder))
