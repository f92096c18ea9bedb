"""The user's gazetteer in the stage, in the Language and behind the command's verbs."""

import json
from pathlib import Path
from typing import Any

import pytest
import spacy

from pipeline import load, store, tables
from pipeline.cli import main
from pipeline.params import Params, ParamsError, parse_params
from pipeline.recognition.stage import run

LIST = """name,label,subtype,canonical
云岭花溪节筹备办,ORG,,阳泉市政协
老北山,LOC,region,
《求是》,PUB,book,
不在此,PER,,
"""
TEXT = "云岭花溪节筹备办在老北山召开会议，学习《求是》。老北山实事求是。"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    interim = tmp_path / "data" / "interim"
    texts = {"a": TEXT, "b": "老北山来信。"}
    empty: dict[str, Any] = {c.name: {"string": "", "integer": 0}[c.type] for c in tables.TEXTS.columns}
    store.write_table(
        interim / "restoration", tables.TEXTS, [{**empty, "doc_id": d, "text": t} for d, t in texts.items()]
    )
    store.write_table(
        interim / "segmentation",
        tables.SENTENCES,
        [{"doc_id": d, "para": 0, "sent": 0, "start": 0, "end": len(t), "text": t} for d, t in texts.items()],
    )
    store.write_table(
        interim / "segmentation",
        tables.WORDS,
        [{"doc_id": d, "start": i, "end": i + 1} for d, t in texts.items() for i in range(len(t))],
    )
    store.write_table(interim / "ingestion", tables.SOURCES, [])
    (tmp_path / "data" / "gazetteer").mkdir()
    (tmp_path / "data" / "gazetteer" / "names.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


PARAMS = parse_params({"recognition": {"gazetteer": "data/gazetteer/names.csv"}})


def test_the_stage_says_which_names_were_found(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(PARAMS, root) == 0
    out = root / "data" / "interim" / "recognition"
    rows = {r["name"]: (r["label"], r["matches"], r["documents"]) for r in store.read_table(out, tables.GAZETTEER)}
    assert rows == {
        "云岭花溪节筹备办": ("ORG", 1, 1),
        "老北山": ("LOC", 3, 2),
        "《求是》": ("PUB", 1, 1),
        "不在此": ("PER", 0, 0),
    }
    assert "gazetteer: 3 of 4 names found, 1 nowhere: 不在此\n" in capsys.readouterr().err
    names = store.read_table(out, tables.NAMES)
    assert {(n["text"], n["canonical"], n["settled"]) for n in names if n["source"] == "gazetteer"} == {
        ("云岭花溪节筹备办", "阳泉市政协", False),
        ("老北山", "", True),
        ("求是", "", True),
    }


def test_without_a_list_the_table_is_empty_and_nothing_is_said(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(Params(), root)
    assert store.read_table(root / "data" / "interim" / "recognition", tables.GAZETTEER) == []
    assert "gazetteer" not in capsys.readouterr().err


def test_a_faulty_list_stops_the_stage_before_anything_is_written(root: Path) -> None:
    (root / "data" / "gazetteer" / "names.csv").write_text("name\n", encoding="utf-8")
    with pytest.raises(ParamsError, match="column label is missing"):
        run(PARAMS, root)
    assert not (root / "data" / "interim" / "recognition").exists()


def test_the_language_reads_the_list_below_the_working_directory_and_keeps_it_when_saved(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    nlp = load(params=PARAMS)
    nlp.to_disk(root / "nlp")
    monkeypatch.chdir(root / "nlp")
    without = load()
    assert all(span._.source != "gazetteer" for span in without(TEXT).ents)
    for language in (nlp, spacy.load(root / "nlp"), load().from_bytes(nlp.to_bytes())):
        named = {s.text: s for s in language(TEXT).ents if s._.source == "gazetteer"}
        assert set(named) == {"云岭花溪节筹备办", "老北山", "求是"}
        body = named["云岭花溪节筹备办"]
        assert (body._.canonical, body.kb_id_, body._.kind) == ("阳泉市政协", "140300", "cppcc")
        assert (named["老北山"]._.subtype, named["求是"]._.subtype) == ("region", "book")
    with pytest.raises(ParamsError, match=r"recognition\.gazetteer"):
        load(params=PARAMS)


def test_the_commands_verbs_read_the_list_of_the_working_directory(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    Path("params.yaml").write_text("recognition: {gazetteer: data/gazetteer/names.csv}\n", encoding="utf-8")
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    assert main(["annotate", "a.txt"]) == 0
    entities = json.loads(capsys.readouterr().out)["entities"]
    assert [e["text"] for e in entities if e["source"] == "gazetteer"] == [
        "云岭花溪节筹备办",
        "老北山",
        "求是",
        "老北山",
    ]
    assert main(["keywords", "a.txt"]) == 0
    assert "云岭花溪节筹备办" in capsys.readouterr().out.splitlines()
    Path("params.yaml").write_text("recognition: {gazetteer: names.csv}\n", encoding="utf-8")
    assert main(["keywords", "a.txt"]) == 2
    told = capsys.readouterr().err
    assert told == "baogao: recognition.gazetteer: names.csv cannot be read: No such file or directory\n"
