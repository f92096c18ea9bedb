import hashlib
import json
import shutil

import pyarrow.parquet as pq
import pytest
from conftest import CLEAN, FILES, POLLUTED
from frictionless import Package

from pipeline import store
from pipeline.params import Params, Publication
from pipeline.publication import core
from pipeline.publication.stage import run
from pipeline.tables import PUBLISHED, REJECTS, TEXTS

CLEAN_ID = hashlib.sha256(CLEAN.encode()).hexdigest()[:16]
POLLUTED_ID = hashlib.sha256(POLLUTED.encode()).hexdigest()[:16]
BY_DOCUMENT = [name for name, table in PUBLISHED.items() if "doc_id" in table.names]


def rows(folder, name):
    return store.read_table(folder, PUBLISHED[name])


def described(folder):
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def test_every_published_table_is_there_with_its_columns_and_types(processed):
    names = {path.name for path in processed.iterdir()}
    assert names == {f"{name}.parquet" for name in PUBLISHED} | {"datapackage.json", "DICTIONARY.md"}
    arrow = {"string": "string", "integer": "int64", "number": "double", "boolean": "bool"}
    for name, table in PUBLISHED.items():
        schema = pq.read_schema(processed / f"{name}.parquet")
        assert schema.names == table.names
        assert [str(kind) for kind in schema.types] == [arrow[c.type] for c in table.columns]


def test_the_package_is_valid_for_frictionless(processed):
    report = Package(str(processed / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])
    assert len(report.tasks) == len(PUBLISHED)


def test_frictionless_notices_a_row_that_breaks_the_package(processed, tmp_path):
    shutil.copytree(processed, tmp_path / "broken")
    sources = rows(processed, "sources")
    store.write_table(tmp_path / "broken", PUBLISHED["sources"], [*sources, {**sources[0], "doc_id": "f" * 16}])
    assert not Package(str(tmp_path / "broken" / "datapackage.json")).validate().valid


def test_each_resource_has_its_schema_its_keys_and_the_facts_of_its_file(processed):
    resources = described(processed)["resources"]
    assert [resource["name"] for resource in resources] == list(PUBLISHED)
    for resource in resources:
        table = PUBLISHED[resource["name"]]
        schema = resource["schema"]
        assert [(f["name"], f["type"], f["description"]) for f in schema["fields"]] == [
            (c.name, c.type, c.meaning) for c in table.columns
        ]
        assert schema["primaryKey"] == list(table.key)
        assert {key["reference"]["resource"] for key in schema["foreignKeys"]} == {other for _, other in table.refers}
        data = (processed / resource["path"]).read_bytes()
        assert resource["baogao"] == {
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "rows": len(rows(processed, table.name)),
        }


def test_the_package_names_itself_and_the_parameters_that_it_was_made_with():
    params = Params(publication=Publication(name="my-reports", title="我的报告", version="2.0"))
    package = core.package({}, params, "9.9")
    assert (package["name"], package["title"], package["version"]) == ("my-reports", "我的报告", "2.0")
    assert package["baogao"] == {"version": "9.9", "params": params.model_dump(mode="json")}


def test_the_dictionary_names_every_table_and_column_with_its_meaning(processed):
    text = (processed / "DICTIONARY.md").read_text(encoding="utf-8")
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n## ")[1:]}
    assert list(sections) == list(PUBLISHED)
    for name, table in PUBLISHED.items():
        count = len(rows(processed, name))
        assert f"{count} row{'' if count == 1 else 's'};" in sections[name]
        for column in table.columns:
            assert f"| {column.name} | {column.type} | {column.meaning.replace('|', '/')} |" in sections[name]


def test_a_file_that_could_not_be_used_is_among_the_rejects_and_nowhere_else(processed):
    [reject] = rows(processed, "rejects")
    assert (reject["path"], reject["row"], reject["stage"], reject["reason"]) == (
        "bad.txt",
        0,
        "ingestion",
        "format not read",
    )
    assert sorted(row["path"] for row in rows(processed, "sources")) == ["clean.txt", "polluted.txt"]
    assert {row["doc_id"] for row in rows(processed, "documents")} == {CLEAN_ID, POLLUTED_ID}


def test_clean_text_is_published_untouched_and_polluted_text_restored(processed):
    documents = {row["doc_id"]: row for row in rows(processed, "documents")}
    assert documents[CLEAN_ID]["text"] == documents[CLEAN_ID]["raw_text"] == CLEAN
    assert (documents[CLEAN_ID]["n_edits"], documents[CLEAN_ID]["pollution"]) == (0, "")
    assert documents[POLLUTED_ID]["raw_text"] == POLLUTED
    assert documents[POLLUTED_ID]["text"].startswith("推动高质量发展取得新成效\n5年来，全县坚持稳中求进，")
    assert documents[POLLUTED_ID]["script"] == "traditional"


def test_a_documents_fields_are_columns_with_the_date_in_iso_8601(processed):
    documents = {row["doc_id"]: row for row in rows(processed, "documents")}
    fields = {name: documents[CLEAN_ID][name] for name in ("title", "byline", "date", "encoding")}
    assert fields == {
        "title": "云岭县春季植树活动全面展开",
        "byline": "林晓岚",
        "date": "2021-03-12",
        "encoding": "utf-8",
    }
    assert documents[POLLUTED_ID]["title"] == "推动高质量发展取得新成效"
    assert documents[POLLUTED_ID]["date"] == ""


def test_a_date_in_words_is_published_in_iso_8601(tmp_path, runner):
    text = CLEAN.replace("2021-03-12", "（2021年3月12日）")
    [document] = rows(runner(tmp_path, {"a.txt": text.encode()}), "documents")
    assert document["date"] == "2021-03-12"


def test_edits_applied_to_the_raw_text_give_the_text(processed):
    for document in rows(processed, "documents"):
        edits = [row for row in rows(processed, "edits") if row["doc_id"] == document["doc_id"]]
        assert document["n_edits"] == len(edits)
        text, at = "", 0
        for edit in edits:
            text += document["raw_text"][at : edit["raw_start"]]
            assert (len(text), document["raw_text"][edit["raw_start"] : edit["raw_end"]]) == (
                edit["start"],
                edit["before"],
            )
            text, at = text + edit["after"], edit["raw_end"]
        assert text + document["raw_text"][at:] == document["text"]
        assert document["n_chars"] == len(document["text"])


@pytest.mark.parametrize("name", ["sentences", "tokens", "entities"])
def test_offsets_give_the_text_that_stands_there(processed, name):
    texts = {row["doc_id"]: row["text"] for row in rows(processed, "documents")}
    found = rows(processed, name)
    assert found
    assert all(texts[row["doc_id"]][row["start"] : row["end"]] == row["text"] for row in found)


def test_tokens_cover_each_text_but_its_white_space_and_stand_in_their_sentence(processed):
    sentences = {(row["doc_id"], row["sent"]): row for row in rows(processed, "sentences")}
    for document in rows(processed, "documents"):
        tokens = [row for row in rows(processed, "tokens") if row["doc_id"] == document["doc_id"]]
        assert "".join(row["text"] for row in tokens) == "".join(document["text"].split())
        for token in tokens:
            sentence = sentences[token["doc_id"], token["sent"]]
            assert sentence["start"] <= token["start"] < token["end"] <= sentence["end"]


def test_a_parent_is_an_entity_of_the_same_document_that_holds_its_child(processed):
    entities = {(row["doc_id"], row["entity"]): row for row in rows(processed, "entities")}
    for row in entities.values():
        if row["parent"]:
            parent = entities[row["doc_id"], row["parent"]]
            assert parent["start"] <= row["start"] < row["end"] <= parent["end"]


def test_what_a_corpus_of_two_texts_cannot_tell_is_said_in_notes(processed):
    assert rows(processed, "topics") == []
    assert any(row["stage"] == "topics" and row["note"].startswith("No topics") for row in rows(processed, "notes"))


def same_bytes(one, two):
    assert [path.name for path in sorted(one.iterdir())] == [path.name for path in sorted(two.iterdir())]
    return [path.name for path in sorted(one.iterdir()) if path.read_bytes() != (two / path.name).read_bytes()]


def test_the_same_files_written_in_another_order_give_the_same_bytes(processed, tmp_path, runner):
    assert same_bytes(processed, runner(tmp_path, dict(reversed(FILES.items())))) == []


def test_publishing_again_gives_the_same_bytes(processed, tmp_path):
    shutil.copytree(processed.parent / "interim", tmp_path / "data" / "interim")
    shutil.copytree(processed, tmp_path / "data" / "processed")
    assert run(Params(), tmp_path) == 0
    before = {name: (processed / name).read_bytes() for name in ("documents.parquet", "DICTIONARY.md")}
    assert {name: (tmp_path / "data" / "processed" / name).read_bytes() for name in before} == before


def test_a_copy_of_a_file_adds_a_source_and_changes_nothing_else(processed, tmp_path, runner):
    other = runner(tmp_path, {**FILES, "copy.txt": FILES["clean.txt"]})
    assert sorted(same_bytes(processed, other)) == ["DICTIONARY.md", "datapackage.json", "sources.parquet"]
    assert len(rows(other, "sources")) == 3


def test_a_documents_rows_do_not_depend_on_the_other_documents(processed, tmp_path, runner):
    alone = runner(tmp_path, {"polluted.txt": FILES["polluted.txt"]})
    for name in BY_DOCUMENT:
        assert rows(alone, name) == [row for row in rows(processed, name) if row["doc_id"] == POLLUTED_ID]


def test_without_any_file_every_table_is_there_and_the_package_valid(tmp_path, runner):
    folder = runner(tmp_path, {})
    assert all(rows(folder, name) == [] for name in PUBLISHED if name != "notes")
    assert Package(str(folder / "datapackage.json")).validate().valid


def test_a_document_that_a_later_stage_refused_is_still_published_with_what_is_known():
    raw = {"doc_id": "d", "path": "a.txt", "encoding": "utf-8", "raw_text": "山"}
    text = dict.fromkeys(TEXTS.names, "") | {
        "doc_id": "d",
        "n_chars": 1,
        "n_edits": 0,
        "text": "山",
        "issuer": "县政府",
    }
    row = core.document(text, raw, home={}, original="c")
    assert set(row) == set(PUBLISHED["documents"].names)
    assert (row["issuer"], row["region_code"], row["raw_text"], row["near_duplicate_of"]) == ("县政府", "", "山", "c")


def test_a_reject_that_two_stages_hand_on_is_merged_and_two_different_ones_stay():
    one = dict.fromkeys(REJECTS.names, "") | {"row": 0, "stage": "topics"}
    assert core.merged([[one], [dict(one)], [{**one, "stage": "keywords"}]]) == [one, {**one, "stage": "keywords"}]
