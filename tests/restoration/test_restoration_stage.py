"""The stage: tables in, tables out."""

from pathlib import Path

from pipeline import store, tables
from pipeline.params import Params, parse_params
from pipeline.restoration.stage import run

BROKEN = (
    "\ufeff縣機(jī)關(guān)改革方案\n"
    "會(huì)議決(jué)定：機(jī)關(guān)要深化機(jī)構(gòu)改革，壓減開(kāi)支，辦好民生實事，方便群眾生活。\n"
)


PAGE = "  您的位置：首頁(yè)\n來源：云嶺網(wǎng)\n"


def _ingested(root: Path) -> None:
    folder = root / "data/interim/ingestion"
    documents = [
        {"doc_id": "b" * 16, "path": "b.txt", "encoding": "utf-8", "raw_text": BROKEN},
        {"doc_id": "a" * 16, "path": "a.txt", "encoding": "utf-8", "raw_text": "平常的文字。\n"},
    ]
    store.write_table(folder, tables.RAW_DOCUMENTS, documents)
    rows = [{"doc_id": d["doc_id"], "path": d["path"], "row": 0} for d in documents]
    store.write_table(folder, tables.SOURCES, rows)
    title = {"doc_id": "b" * 16, "field": "title", "raw_start": 0, "raw_end": BROKEN.index("\n"), "value": ""}
    store.write_table(folder, tables.FIELDS, [title])
    store.write_table(folder, tables.SPANS, [])


def test_furniture_goes_as_an_edit_and_the_fields_that_stood_in_it_are_restored(tmp_path: Path) -> None:
    _ingested(tmp_path)
    folder, doc_id = tmp_path / "data/interim/ingestion", "b" * 16
    raw = PAGE + BROKEN[1:] + "責(zé)任編(biān)輯：某人\n"
    document = {"doc_id": doc_id, "path": "b.txt", "encoding": "utf-8", "raw_text": raw}
    store.write_table(folder, tables.RAW_DOCUMENTS, [document])
    end = len(raw) - raw[::-1].index("。") + 1
    spans = [(0, len(PAGE)), (end, len(raw))]
    rows = [{"doc_id": doc_id, "raw_start": start, "raw_end": stop, "rule": "furniture"} for start, stop in spans]
    store.write_table(folder, tables.SPANS, rows)
    at = raw.index("云嶺")
    fields = [
        {"field": "source", "raw_start": at, "raw_end": len(PAGE) - 1, "value": raw[at : len(PAGE) - 1]},
        {"field": "title", "raw_start": 0, "raw_end": 0, "value": "縣機(jī)關(guān)改革方案"},
        {"field": "date", "raw_start": 0, "raw_end": 0, "value": "2021-08"},
    ]
    store.write_table(folder, tables.FIELDS, [{"doc_id": doc_id, **field} for field in fields])
    assert run(Params(), tmp_path) == 0
    [text] = store.read_table(tmp_path / "data/interim/restoration", tables.TEXTS)
    assert text["text"] == "县机关改革方案\n会议决定：机关要深化机构改革，压减开支，办好民生实事，方便群众生活。\n"
    assert (text["source"], text["title"], text["date"]) == ("云岭网", "县机关改革方案", "2021-08")
    edits = store.read_table(tmp_path / "data/interim/restoration", tables.EDITS)
    removed = [(e["raw_start"], e["raw_end"]) for e in edits if e["rule"] == "furniture"]
    assert removed == spans
    rebuilt, position = "", 0
    for edit in edits:
        rebuilt += raw[position : edit["raw_start"]] + edit["after"]
        position = edit["raw_end"]
    assert rebuilt + raw[position:] == text["text"]


def test_texts_fields_and_edits(tmp_path: Path) -> None:
    _ingested(tmp_path)
    assert run(Params(), tmp_path) == 0
    out = tmp_path / "data/interim/restoration"
    clean, broken = store.read_table(out, tables.TEXTS)
    assert (clean["text"], clean["n_edits"], clean["pollution"]) == ("平常的文字。\n", 0, "")
    assert (clean["title"], clean["byline"]) == ("", "")
    assert broken["title"] == "县机关改革方案"
    assert broken["text"] == "县机关改革方案\n会议决定：机关要深化机构改革，压减开支，办好民生实事，方便群众生活。\n"
    assert (broken["script"], broken["pollution"]) == ("traditional", "glosses")
    edits = store.read_table(out, tables.EDITS)
    assert len(edits) == broken["n_edits"] and {edit["doc_id"] for edit in edits} == {"b" * 16}
    assert store.read_table(out, tables.NOTES) == store.read_table(out, tables.REJECTS) == []


def test_the_same_bytes_again_and_params_in_force(tmp_path: Path) -> None:
    _ingested(tmp_path)
    out = tmp_path / "data/interim/restoration"
    run(Params(), tmp_path)
    first = {path.name: path.read_bytes() for path in sorted(out.iterdir())}
    run(Params(), tmp_path)
    assert {path.name: path.read_bytes() for path in sorted(out.iterdir())} == first
    run(parse_params({"restoration": {"script": "as_is"}}), tmp_path)
    assert store.read_table(out, tables.TEXTS)[1]["title"] == "縣機關改革方案"
