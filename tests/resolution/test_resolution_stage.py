"""The stage: tables in, tables out."""

from pathlib import Path
from typing import Any

import pytest

from pipeline import store, tables
from pipeline.params import Params, ParamsError, Resolution
from pipeline.resolution.stage import run

RAW = "綿陽市政协(xié)工作報告\n一年来，市委坚强领导，全市上下齐心。"
TEXT = "绵阳市政协工作报告\n一年来，市委坚强领导，全市上下齐心。"
OPEN = "市委召开会议。"


def text_row(doc_id: str, text: str, title: str) -> dict[str, Any]:
    empty = dict.fromkeys(("series", "byline", "date", "source", "issuer", "pollution"), "")
    counts = {"n_chars": len(text), "n_edits": 0}
    return {"doc_id": doc_id, "title": title, "script": "simplified", "text": text, **counts, **empty}


def name_row(doc_id: str, entity: str, text: str, name: str) -> dict[str, Any]:
    start = text.index(name)
    row = {"doc_id": doc_id, "sent": 0, "entity": entity, "start": start, "end": start + len(name), "text": name}
    return {
        **row,
        "label": "ORG",
        "subtype": "",
        "parent": "",
        "source": "lac",
        "score": 0.9,
        "canonical": "",
        "settled": False,
    }


def edit_row(start: int, end: int, raw_start: int, raw_end: int) -> dict[str, Any]:
    row = {"doc_id": "a", "start": start, "end": end, "raw_start": raw_start, "raw_end": raw_end}
    return {**row, "before": RAW[raw_start:raw_end], "after": TEXT[start:end], "rule": "script", "confidence": 1.0}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    interim = tmp_path / "data" / "interim"
    documents = [text_row("a", TEXT, "绵阳市政协工作报告"), text_row("b", OPEN, "")]
    edits = [edit_row(0, 2, 0, 2), edit_row(5, 5, 5, 10), edit_row(7, 9, 12, 14)]
    names = [
        name_row("a", "e0", TEXT, "绵阳市政协"),
        name_row("a", "e1", TEXT, "市委"),
        name_row("b", "e0", OPEN, "市委"),
    ]
    sources = [{"doc_id": d, "path": f"{d}.txt", "row": 0} for d in ("a", "b")]
    store.write_table(interim / "ingestion", tables.SOURCES, sources)
    store.write_table(interim / "restoration", tables.TEXTS, documents)
    store.write_table(interim / "restoration", tables.EDITS, edits)
    store.write_table(interim / "recognition", tables.NAMES, names)
    return tmp_path


def test_entities_homes_and_notes(root: Path) -> None:
    assert run(Params(), root) == 0
    out = root / "data" / "interim" / "resolution"
    rows = store.read_table(out, tables.ENTITIES)
    assert [(r["doc_id"], r["text"], r["canonical"], r["region_code"]) for r in rows] == [
        ("a", "绵阳市政协", "绵阳市政协", "510700"),
        ("a", "市委", "中共绵阳市委", "510700"),
        ("b", "市委", "", ""),
    ]
    assert [RAW[r["raw_start"] : r["raw_end"]] for r in rows[:2]] == ["綿陽市政协", "市委"]
    assert [(r["source"], r["score"]) for r in rows] == [("lac", 0.9)] * 3
    assert store.read_table(out, tables.HOMES) == [
        {"doc_id": "a", "issuer": "绵阳市政协", "region_code": "510700", "level": "prefecture"},
        {"doc_id": "b", "issuer": "", "region_code": "", "level": ""},
    ]
    (note,) = store.read_table(out, tables.NOTES)
    assert (note["stage"], note["scope"]) == ("resolution", "b")
    assert store.read_table(out, tables.REJECTS) == []


def test_a_given_home_region_holds_for_all_documents(root: Path) -> None:
    run(Params(resolution=Resolution(home_region="340100")), root)
    out = root / "data" / "interim" / "resolution"
    assert {r["region_code"] for r in store.read_table(out, tables.HOMES)} == {"340100"}
    assert store.read_table(out, tables.ENTITIES)[2]["canonical"] == "中共合肥市委"
    assert store.read_table(out, tables.NOTES) == []


def test_an_unknown_home_region_stops_the_run_before_anything_is_written(root: Path) -> None:
    with pytest.raises(ParamsError, match="home_region"):
        run(Params(resolution=Resolution(home_region="999999")), root)
    assert not (root / "data" / "interim" / "resolution").exists()


def test_what_the_gazetteer_says_goes_before_what_is_found(root: Path) -> None:
    found = root / "data" / "interim" / "recognition"
    body, office, same = store.read_table(found, tables.NAMES)
    body = {**body, "label": "LOC", "subtype": "region", "settled": True, "text": "绵阳"}
    office = {**office, "canonical": "合肥市纪委"}
    store.write_table(found, tables.NAMES, [body, office, same])
    run(Params(), root)
    rows = store.read_table(root / "data" / "interim" / "resolution", tables.ENTITIES)
    told = [(r["subtype"], r["canonical"], r["region_code"], r["level"], r["kind"]) for r in rows[:2]]
    assert told == [("region", "", "", "", ""), ("", "合肥市纪委", "340100", "prefecture", "discipline")]


def test_a_second_run_gives_the_same_bytes(root: Path) -> None:
    out = root / "data" / "interim" / "resolution"
    run(Params(), root)
    first = {p.name: p.read_bytes() for p in sorted(out.iterdir())}
    run(Params(), root)
    assert {p.name: p.read_bytes() for p in sorted(out.iterdir())} == first


def test_an_issuer_that_the_file_names_is_kept(root: Path) -> None:
    texts = root / "data" / "interim" / "restoration"
    rows = store.read_table(texts, tables.TEXTS)
    store.write_table(
        texts, tables.TEXTS, [{**row, "issuer": "某某研究会" if row["doc_id"] == "a" else ""} for row in rows]
    )
    run(Params(), root)
    homes = store.read_table(root / "data" / "interim" / "resolution", tables.HOMES)
    assert [row["issuer"] for row in homes] == ["某某研究会", ""]
