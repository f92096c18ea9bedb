from pipeline import store, tables
from pipeline.keywords.stage import run
from pipeline.params import Params


def write_inputs(root, words):
    interim = root / "data" / "interim"
    tokens = [
        {
            "doc_id": doc_id,
            "sent": n,
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


def test_the_stage_writes_all_its_tables_the_same_each_time(tmp_path):
    write_inputs(tmp_path, {"a" * 16: [("粮食", "n"), ("价格", "n")], "b" * 16: [("。", "w")]})
    folder = tmp_path / "data" / "interim" / "keywords"
    assert run(Params(), tmp_path) == 0
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(first) == ["keywords.parquet", "notes.parquet", "rejects.parquet"]
    assert run(Params(), tmp_path) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    rows = store.read_table(folder, tables.KEYWORDS)
    assert {row["term"] for row in rows} == {"粮食", "价格"}
    assert [note["scope"] for note in store.read_table(folder, tables.NOTES)] == ["b" * 16]


def test_an_empty_corpus_leaves_empty_tables_and_a_note(tmp_path):
    write_inputs(tmp_path, {})
    assert run(Params(), tmp_path) == 0
    folder = tmp_path / "data" / "interim" / "keywords"
    assert store.read_table(folder, tables.KEYWORDS) == []
    assert [note["scope"] for note in store.read_table(folder, tables.NOTES)] == ["corpus"]
