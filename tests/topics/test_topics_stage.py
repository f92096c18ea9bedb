import random

import pytest

from pipeline import store, tables
from pipeline.params import Params, ParamsError, Topics
from pipeline.topics.stage import keep_topics, run

TABLES = [
    "notes",
    "rejects",
    "topic_changes",
    "topic_effects",
    "topic_grid",
    "topic_groups",
    "topic_sentences",
    "topic_terms",
    "topic_units",
    "topics",
]
THEMES = [["牡蛎", "扇贝", "海参", "鲍鱼", "渔船"], ["教师", "课堂", "学生", "教材", "校园"]]


def write_inputs(root, n):
    """A document of ``n`` sentences on two themes in turn."""
    rng = random.Random(0)
    interim = root / "data" / "interim"
    doc_id = "a" * 16
    sentences, tokens = [], []
    for sent in range(n):
        words = rng.choices(THEMES[sent % 2], k=6)
        start = 20 * sent
        sentences.append(
            {"doc_id": doc_id, "para": sent, "sent": sent, "start": start, "end": start + 18, "text": "".join(words)}
        )
        for i, word in enumerate(words):
            tokens.append(
                {
                    "doc_id": doc_id,
                    "sent": sent,
                    "token": len(tokens),
                    "start": start + 3 * i,
                    "end": start + 3 * i + 2,
                    "text": word,
                    "pos": "n",
                    "upos": "NOUN",
                    "is_stop": False,
                }
            )
    store.write_table(interim / "segmentation", tables.SENTENCES, sentences)
    store.write_table(interim / "recognition", tables.TOKENS, tokens)
    store.write_table(interim / "recognition", tables.NAMES, [])
    sources = [{"doc_id": doc_id, "path": "a.txt", "row": 0}] if n else []
    store.write_table(interim / "ingestion", tables.SOURCES, sources)
    text = {"doc_id": doc_id, "text": "", "date": "2021-01", "issuer": ""}
    blank = {"string": "", "integer": 0, "number": 0.0, "boolean": False}
    store.write_table(
        interim / "restoration",
        tables.TEXTS,
        [{c.name: text.get(c.name, blank[c.type]) for c in tables.TEXTS.columns}],
    )
    home = {"doc_id": doc_id, "issuer": "", "region_code": "140300", "level": "prefecture"}
    store.write_table(interim / "resolution", tables.HOMES, [home])


PARAMS = Params(topics=Topics(k=2, top_n=4, min_units=40))


def test_the_stage_writes_all_its_tables_the_same_each_time(tmp_path):
    write_inputs(tmp_path, 50)
    folder = tmp_path / "data" / "interim" / "topics"
    assert run(PARAMS, tmp_path) == 0
    first = {path.stem: path.read_bytes() for path in folder.iterdir()}
    assert sorted(first) == TABLES
    assert run(PARAMS, tmp_path) == 0
    assert {path.stem: path.read_bytes() for path in folder.iterdir()} == first
    assert len(store.read_table(folder, tables.TOPICS)) == 2
    assert len(store.read_table(folder, tables.TOPIC_UNITS)) == 100
    assert len(store.read_table(folder, tables.TOPIC_GRID)) == 5


@pytest.mark.parametrize("n", [0, 20])
def test_a_small_corpus_leaves_empty_tables_and_a_note(tmp_path, n):
    write_inputs(tmp_path, n)
    assert run(PARAMS, tmp_path) == 0
    folder = tmp_path / "data" / "interim" / "topics"
    assert sorted(path.stem for path in folder.iterdir()) == TABLES
    assert store.read_table(folder, tables.TOPICS) == store.read_table(folder, tables.TOPIC_UNITS) == []
    (note,) = store.read_table(folder, tables.NOTES)
    assert note["stage"] == "topics"
    assert f"{n} paragraphs" in note["note"]


def test_topics_that_were_kept_and_named_have_their_names_in_the_next_run(tmp_path):
    write_inputs(tmp_path, 50)
    run(PARAMS, tmp_path)
    folder, kept = tmp_path / "data" / "interim" / "topics", tmp_path / "kept.csv"
    assert keep_topics(folder, kept) == 2
    before = store.read_table(folder, tables.TOPICS)
    kept.write_text(kept.read_text(encoding="utf-8").replace(before[1]["label"], "我的主题"), encoding="utf-8-sig")
    named = Params(topics=PARAMS.topics.model_copy(update={"reference": "kept.csv"}))
    assert run(named, tmp_path) == 0
    after = store.read_table(folder, tables.TOPICS)
    assert [topic["label"] for topic in after] == [before[0]["label"], "我的主题"]
    assert [row["change"] for row in store.read_table(folder, tables.TOPIC_CHANGES)] == ["same", "same"]


def test_names_that_were_given_are_not_written_over(tmp_path):
    write_inputs(tmp_path, 50)
    run(PARAMS, tmp_path)
    kept = tmp_path / "kept.csv"
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        keep_topics(tmp_path / "data" / "interim" / "topics", kept)
    assert kept.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("content", [None, "no,columns\n"])
def test_a_reference_that_cannot_be_read_stops_the_run_with_its_name(tmp_path, content):
    write_inputs(tmp_path, 50)
    if content is not None:
        (tmp_path / "kept.csv").write_text(content, encoding="utf-8")
    with pytest.raises(ParamsError, match=r"topics\.reference: kept\.csv cannot be read"):
        run(Params(topics=Topics(reference="kept.csv")), tmp_path)


def test_the_sentences_that_show_a_topic_come_with_their_text(tmp_path):
    write_inputs(tmp_path, 50)
    run(PARAMS, tmp_path)
    rows = store.read_table(tmp_path / "data" / "interim" / "topics", tables.TOPIC_SENTENCES)
    assert {row["topic"] for row in rows} == {0, 1}
    for row in rows:
        assert any(all(row["text"][i : i + 2] in theme for i in range(0, 12, 2)) for theme in THEMES)


def test_groups_are_those_of_the_documents_date_and_home(tmp_path):
    write_inputs(tmp_path, 50)
    run(PARAMS, tmp_path)
    rows = store.read_table(tmp_path / "data" / "interim" / "topics", tables.TOPIC_GROUPS)
    groups = {(row["covariate"], row["value"]) for row in rows}
    assert groups == {("year", "2021"), ("decade", "2020s"), ("region", "140300"), ("level", "prefecture")}
