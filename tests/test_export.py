"""Every format is read back by another reader than its writer and held against the tables."""

import csv
import json
import re
import shutil
import xml.etree.ElementTree as ET

import pyarrow.parquet as pq
import pytest
from spacy.training.converters import conllu_to_docs

from pipeline import conllu, store
from pipeline.export import FORMATS, ExportError, export
from pipeline.jsonlines import one_line
from pipeline.tables import PUBLISHED

SPACY_NAMES = "^((?:name|NE)=)?([BILU])-([A-Z_]+)|O$"  # the converter's own default
TYPES = {"string": str, "integer": int, "number": float, "boolean": lambda cell: {"true": True, "false": False}[cell]}


def rows(folder, name):
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def texts(folder):
    return {row["doc_id"]: row["text"] for row in rows(folder, "documents")}


def of(folder, name, doc_id):
    return [row for row in rows(folder, name) if row["doc_id"] == doc_id]


def cell(text):
    """A text cell as the docstring says that it is read back."""
    return text.removeprefix("'")


def read_csv(path, table):
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == table.names
    return [
        {
            c.name: TYPES[c.type](cell(value) if c.type == "string" else value)
            for c, value in zip(table.columns, line, strict=True)
        }
        for line in lines[1:]
    ]


def sentences_of(path):
    """Sentences of a CoNLL-U file: (comments, rows of ten fields)."""
    for block in path.read_text(encoding="utf-8").rstrip("\n").split("\n\n"):
        lines = block.split("\n")
        comments = dict(line[2:].split(" = ", 1) for line in lines if line.startswith("# "))
        yield comments, [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.fixture
def altered(processed, tmp_path):
    """A copy of the dataset and a function that changes rows of one of its tables."""
    folder = tmp_path / "altered"
    shutil.copytree(processed, folder)

    def alter(name, change):
        store.write_table(folder, PUBLISHED[name], [change(dict(row)) for row in rows(folder, name)])
        return folder

    return alter


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_dataset_gives_the_same_bytes(processed, tmp_path, form):
    first, second = export(processed, tmp_path / "a", form), export(processed, tmp_path / "b", form)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert first
    everything = sorted(p for p in tmp_path.rglob("*") if p.is_file())
    assert everything == sorted(first + second)  # nothing is left beside them


def test_csv_holds_every_table_exactly(processed, tmp_path):
    export(processed, tmp_path / "csv", "csv")
    for name, table in PUBLISHED.items():
        path = tmp_path / "csv" / f"{name}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert read_csv(path, table) == rows(processed, name)
    assert rows(processed, "tokens")


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-5", "@here", "\t=1", "\r=1", "\n=1", "＝1", "－1", "'quoted", "''=1", "'", '="a\nb",c']
)
def test_text_that_a_spreadsheet_would_calculate_is_defused_and_comes_back(altered, tmp_path, text):
    folder = altered("documents", lambda row: {**row, "title": text})
    export(folder, tmp_path / "csv", "csv")
    with (tmp_path / "csv" / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        titles = {line["title"] for line in csv.DictReader(file)}
    assert titles == {"'" + text}
    assert {row["title"] for row in read_csv(tmp_path / "csv" / "documents.csv", PUBLISHED["documents"])} == {text}


def test_text_that_no_spreadsheet_calculates_and_negative_numbers_stay_as_they_are(altered, tmp_path):
    folder = altered("documents", lambda row: {**row, "title": "——云岭县 =1 'x'"})
    altered("entities", lambda row: {**row, "score": -0.5})
    export(folder, tmp_path / "csv", "csv")
    assert "——云岭县 =1 'x'" in (tmp_path / "csv" / "documents.csv").read_text(encoding="utf-8")
    assert ",-0.5\n" in (tmp_path / "csv" / "entities.csv").read_text(encoding="utf-8")


def test_jsonl_nests_a_documents_rows_under_the_names_that_annotate_prints(processed, tmp_path):
    [path] = export(processed, tmp_path / "out.jsonl", "jsonl")
    objects = [json.loads(line) for line in path.read_bytes().decode("utf-8").split("\n") if line]
    assert [o["doc_id"] for o in objects] == sorted(texts(processed))
    for found in objects:
        doc_id, text = found["doc_id"], found["text"]
        [document] = of(processed, "documents", doc_id)
        assert {name: found[name] for name in document} == document
        assert found["home_region"] == document["region_code"]
        assert found["path"] == of(processed, "sources", doc_id)[0]["path"]
        assert [text[s:e] for s, e in found["sentences"]] == [r["text"] for r in of(processed, "sentences", doc_id)]
        tokens = [(text[s:e], pos) for s, e, pos in found["tokens"]]
        assert tokens == [(r["text"], r["pos"]) for r in of(processed, "tokens", doc_id)]
        names = sorted(of(processed, "entities", doc_id), key=lambda r: (r["start"], -r["end"]))
        assert [{"doc_id": doc_id, **name} for name in found["entities"]] == names
        assert [{"doc_id": doc_id, **edit} for edit in found["edits"]] == of(processed, "edits", doc_id)
        terms = [{"scope": doc_id, **term} for term in found["keywords"]]
        assert terms == [r for r in rows(processed, "keywords") if r["scope"] == doc_id]
    assert any(o["edits"] for o in objects) and any(o["entities"] for o in objects)


def test_one_json_object_is_one_line_for_every_reader(altered, tmp_path):
    folder = altered("documents", lambda row: {**row, "title": "一\u2028二\u2029三\x85四\x0b五\n六"})
    [path] = export(folder, tmp_path / "out.jsonl", "jsonl")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(texts(folder))
    assert {json.loads(line)["title"] for line in lines} == {"一\u2028二\u2029三\x85四\x0b五\n六"}
    assert one_line({"a": "云\u2028"}) == '{"a": "云\\u2028"}'


def test_conllu_holds_tokens_tags_and_outermost_names_with_their_places(processed, tmp_path):
    [path] = export(processed, tmp_path / "out.conllu", "conll")
    tokens, names, current = [], [], ""
    for comments, lines in sentences_of(path):
        current = comments.get("newdoc id", current)
        text = texts(processed)[current]
        assert [int(fields[0]) for fields in lines] == list(range(1, len(lines) + 1))
        assert all(len(fields) == 10 for fields in lines)
        spelt = ""
        for _, form, lemma, upos, xpos, *empty, misc in lines:
            about = dict(part.split("=", 1) for part in misc.split("|"))
            start, end = int(about["start_char"]), int(about["end_char"])
            assert text[start:end] == form
            assert {lemma, *empty} == {"_"}
            sent = int(comments["sent_id"].removeprefix(f"{current}-s"))
            tokens.append((current, sent, start, end, form, xpos, upos))
            tag = about.get("name", "O")
            if tag[0] == "B":
                names.append([current, start, end, tag[2:]])
            elif tag[0] == "I":
                assert names[-1][3] == tag[2:] and names[-1][2] <= start
                names[-1][2] = end
            spelt += form + ("" if about.get("SpaceAfter") == "No" else " ")
        assert spelt.rstrip() == comments["text"]
    columns = ("doc_id", "sent", "start", "end", "text", "pos", "upos")
    assert tokens == [tuple(row[c] for c in columns) for row in rows(processed, "tokens")]
    outermost = [r for r in rows(processed, "entities") if not r["parent"]]
    assert sorted(names) == sorted([r["doc_id"], r["start"], r["end"], r["label"]] for r in outermost)
    assert outermost


def test_spacys_converter_reads_the_names_from_conllu(processed, tmp_path):
    [path] = export(processed, tmp_path / "out.conllu", "conll")
    docs = list(conllu_to_docs(path.read_text(encoding="utf-8"), ner_tag_pattern=SPACY_NAMES, no_print=True))
    found = sorted((name.text, name.label_) for doc in docs for name in doc.ents)
    assert found == sorted((r["text"], r["label"]) for r in rows(processed, "entities") if not r["parent"])


def token(start, end, text="云"):
    return {"start": start, "end": end, "text": text, "pos": "n", "upos": "NOUN"}


def tags(lines):
    return [dict(part.split("=") for part in line.split("\t")[9].split("|")).get("name", "O") for line in lines]


def test_two_names_side_by_side_are_two_and_one_over_a_sentences_end_starts_again():
    names = [(0, 2, "LOC"), (2, 4, "LOC"), (4, 8, "ORG")]
    first = [token(0, 1), token(1, 2), token(2, 4), token(4, 6), token(6, 7)]
    lines, _ = conllu.sentence("甲" * 9, first, names)
    assert tags(lines) == ["B-LOC", "I-LOC", "B-LOC", "B-ORG", "I-ORG"]
    lines, _ = conllu.sentence("甲" * 9, [token(7, 8), token(8, 9)], names)
    assert tags(lines) == ["B-ORG", "O"]


def test_white_space_between_tokens_is_one_space_and_nothing_ends_a_line_early():
    lines, plain = conllu.sentence(
        "云　　县\t乡", [token(0, 1, "云"), token(3, 4, "县"), token(5, 6, "乡\u2028\t\x85")], []
    )
    assert plain == "云 县 乡\ufffd\ufffd\ufffd"
    assert [len(line.split("\t")) for line in lines] == [10, 10, 10]
    assert all(len(line.splitlines()) == 1 for line in lines)
    assert not any("SpaceAfter=No" in line for line in lines)


def test_label_studio_gets_every_name_in_code_points_with_its_parent(altered, tmp_path):
    astral = "𠮷" * 3  # each is two UTF-16 units and one code point: offsets must not move
    folder = altered("documents", lambda row: {**row, "text": astral + row["text"]})
    altered("entities", lambda row: {**row, "start": row["start"] + 3, "end": row["end"] + 3})
    tasks, config = export(folder, tmp_path / "ls", "label-studio")
    found = json.loads(tasks.read_text(encoding="utf-8"))
    assert [task["data"]["doc_id"] for task in found] == sorted(texts(folder))
    interface = ET.fromstring(config.read_text(encoding="utf-8"))
    labels = {label.get("value") for label in interface.iter("Label")}
    regions = []
    for task in found:
        [prediction] = task["predictions"]
        ids = {region["id"] for region in prediction["result"]}
        for region in prediction["result"]:
            value = region["value"]
            assert task["data"]["text"][value["start"] : value["end"]] == value["text"]
            assert interface.find(f"*[@name='{region['from_name']}']").get("toName") == region["to_name"]
            assert interface.find(f"*[@name='{region['to_name']}']").get("value") == "$text"
            assert labels.issuperset(value["labels"]) and region["type"] == "labels"
            assert region.get("parentID", "") in {"", *ids}
            regions.append((task["data"]["doc_id"], region["id"], value["labels"], region.get("parentID", "")))
    expected = [(r["doc_id"], r["entity"], [r["label"]], r["parent"]) for r in rows(folder, "entities")]
    assert sorted(regions) == sorted(expected)


def test_a_long_dataset_is_dealt_out_to_several_files_of_tasks_and_a_short_one_leaves_no_old_ones(
    processed, tmp_path, monkeypatch
):
    monkeypatch.setattr("pipeline.export._PART", 10)
    several = export(processed, tmp_path / "ls", "label-studio")
    assert [path.name for path in several] == ["tasks-001.json", "tasks-002.json", "config.xml"]
    ids = [task["data"]["doc_id"] for path in several[:2] for task in json.loads(path.read_text(encoding="utf-8"))]
    assert ids == sorted(texts(processed))
    monkeypatch.undo()
    export(processed, tmp_path / "ls", "label-studio")
    assert sorted(path.name for path in (tmp_path / "ls").iterdir()) == ["config.xml", "tasks-001.json"]


def test_chosen_documents_are_exported_alone(processed, tmp_path):
    first, second = sorted(texts(processed))
    for form in FORMATS:
        export(processed, tmp_path / form, form, [second])
    assert [json.loads(line)["doc_id"] for line in (tmp_path / "jsonl").read_text("utf-8").splitlines()] == [second]
    assert first not in (tmp_path / "conll").read_text("utf-8") and second in (tmp_path / "conll").read_text("utf-8")
    [task] = json.loads((tmp_path / "label-studio" / "tasks-001.json").read_text("utf-8"))
    assert task["data"]["doc_id"] == second
    tokens = read_csv(tmp_path / "csv" / "tokens.csv", PUBLISHED["tokens"])
    assert tokens == of(processed, "tokens", second)
    scopes = {row["scope"] for row in read_csv(tmp_path / "csv" / "keywords.csv", PUBLISHED["keywords"])}
    assert scopes == {"corpus", second}
    assert (tmp_path / "csv" / "rejects.csv").exists()


def test_an_empty_dataset_gives_empty_files(processed, tmp_path):
    folder = tmp_path / "empty"
    shutil.copytree(processed, folder)
    for table in PUBLISHED.values():
        store.write_table(folder, table, [])
    for form in FORMATS:
        export(folder, tmp_path / form, form)
    assert (tmp_path / "jsonl").read_bytes() == (tmp_path / "conll").read_bytes() == b""
    assert json.loads((tmp_path / "label-studio" / "tasks-001.json").read_text("utf-8")) == []
    assert read_csv(tmp_path / "csv" / "tokens.csv", PUBLISHED["tokens"]) == []


def test_a_folder_that_exists_gets_the_file_of_its_format(processed, tmp_path):
    assert export(processed, tmp_path, "jsonl") == [tmp_path / "documents.jsonl"]
    assert export(processed, tmp_path, "conll") == [tmp_path / "documents.conllu"]


def test_what_cannot_be_exported_is_refused_in_one_line_and_nothing_is_written(processed, altered, tmp_path):
    folder = altered("notes", lambda row: row)
    out = tmp_path / "out.jsonl"
    with pytest.raises(ExportError, match="run `dvc repro`"):
        export(tmp_path / "nowhere", out, "jsonl")
    with pytest.raises(ExportError, match="no document ffff in"):
        export(processed, out, "jsonl", ["ffff"])
    with pytest.raises(ExportError, match="choose another place"):
        export(processed, processed / "csv", "csv")
    (folder / "tokens.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(ExportError, match="dvc checkout"):
        export(folder, out, "jsonl")
    (folder / "tokens.parquet").unlink()
    with pytest.raises(ExportError, match=re.escape("tokens.parquet is missing")):
        export(folder, out, "jsonl")
    (folder / "datapackage.json").write_text("{", encoding="utf-8")
    with pytest.raises(ExportError, match="is damaged"):
        export(folder, out, "jsonl")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ExportError, match="file"):
        export(processed, tmp_path / "file", "csv")
    assert not list(tmp_path.glob("*out*")) and not (processed / "csv").exists()
