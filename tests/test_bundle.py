"""Bundles are opened with the zip reader and RO-Crate's own reader, and held against the project."""

import contextlib
import hashlib
import json
import shutil
import zipfile

import pyarrow.parquet as pq
import pytest
from conftest import FILES
from dvc.repo import Repo
from rocrate.rocrate import ROCrate

from pipeline.bundle import BundleError, bundle
from pipeline.crate import Facts, Stored, metadata

CITATION = """cff-version: 1.2.0
title: 云岭县报告集
date-released: 2021-03-12
license: MIT
doi: 10.1234/yunling
repository-code: https://example.org/baogao
authors:
  - {given-names: 晓岚, family-names: 林, orcid: "https://orcid.org/0000-0000-0000-0001", affiliation: 云岭大学}
  - {name: 云岭县档案馆}
"""
LOCK = "numpy==2.0.1 \\\n    --hash=sha256:00\n    # via pandas\ncolorama==0.4.6 ; sys_platform == 'win32' \\\n"
STAGE = """stages:
  earlier:
    cmd: "true"
    deps: [data/raw, code.py]
    params: [ingestion]
    outs: [data/interim/ingestion]
  publication:
    cmd: "true"
    deps: [data/interim/ingestion]
    params: [publication]
    outs: [data/processed]
  evaluation:
    cmd: "true"
    deps: [gold.txt]
    outs: [measured.txt]
"""
PARAMS = "ingestion: {max_bytes: 10}\npublication: {version: 0.1.0}\n"


@pytest.fixture(scope="session")
def template(processed, tmp_path_factory):
    """A project whose ``dvc.lock`` records the fixture's tables."""
    root = tmp_path_factory.mktemp("template") / "project"
    shutil.copytree(processed, root / "data" / "processed")
    files = {
        "CITATION.cff": CITATION,
        "requirements.lock": LOCK,
        "dvc.yaml": STAGE,
        "params.yaml": PARAMS,
        "NOTICE": "terms\n",
        "code.py": "pass\n",
        "gold.txt": "gold\n",
        "measured.txt": "1\n",
        "models/lac.json": "{}\n",
        "models/files/weights": "not in the bundle",
        "data/interim/ingestion/rows": "rows\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "data" / "raw").mkdir()
    for name, data in {**FILES, "云岭　县 #1.txt": b"x"}.items():
        (root / "data" / "raw" / name).write_bytes(data)
    # committing, which users do by `dvc repro`, works in the project's folder only
    with Repo.init(str(root), no_scm=True) as repo, contextlib.chdir(root):
        repo.commit(force=True)
    return root


@pytest.fixture
def project(template, tmp_path):
    return shutil.copytree(template, tmp_path / "project")


def described(path):
    with zipfile.ZipFile(path) as archive:
        graph = json.loads(archive.read("ro-crate-metadata.json"))["@graph"]
    return {entity["@id"]: entity for entity in graph}


def ids(value):
    return [item["@id"] for item in (value if isinstance(value, list) else [value])]


def test_the_bundle_holds_the_tables_and_what_they_were_made_with_and_no_raw_text(project):
    path = bundle(project)
    assert path == project / "baogao-dataset-0.1.0.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        expected = {f"data/processed/{p.name}" for p in (project / "data" / "processed").iterdir()}
        expected |= {"params.yaml", "dvc.yaml", "dvc.lock", "requirements.lock", "CITATION.cff", "NOTICE"}
        assert set(names) == expected | {"models/lac.json", "ro-crate-metadata.json"}
        assert names[1:] == sorted(names[1:]) and len(set(names)) == len(names)
        for name in expected:
            assert archive.read(name) == (project / name).read_bytes()


def test_the_users_lists_are_in_the_bundle(project):
    lists = {"data/gazetteer/names.csv": "name,label\n", "data/user_words/policy.txt": "花溪节\n"}
    for name, text in lists.items():
        (project / name).parent.mkdir()
        (project / name).write_text(text, encoding="utf-8")
    with zipfile.ZipFile(bundle(project)) as archive:
        assert {name: archive.read(name).decode() for name in lists} == lists


def test_every_file_is_described_with_hash_size_and_format_and_tables_with_their_rows(project):
    path = bundle(project)
    entities = described(path)
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist() if name != "ro-crate-metadata.json"}
    assert sorted(ids(entities["./"]["hasPart"])) == sorted(contents)
    for name, data in contents.items():
        entity = entities[name]
        assert (entity["@type"], entity["sha256"]) == ("File", hashlib.sha256(data).hexdigest())
        assert entity["contentSize"] == str(len(data)) and "/" in entity["encodingFormat"]
        if name.endswith(".parquet"):
            rows = entities[entity["additionalProperty"]["@id"]]
            assert rows["value"] == pq.read_metadata(project / name).num_rows
            assert entity["description"]


def test_the_dataset_is_cited_as_citation_cff_says(project):
    entities = described(bundle(project))
    root = entities["./"]
    assert root["name"] == "Chinese public reports, restored and annotated"
    assert (root["version"], root["identifier"], root["datePublished"]) == ("0.1.0", "10.1234/yunling", "2021-03-12")
    assert "2 documents" in root["description"] and "4 files" in root["description"]
    person, organization = (entities[i] for i in ids(root["author"]))
    assert (person["@id"], person["@type"], person["name"]) == (
        "https://orcid.org/0000-0000-0000-0001",
        "Person",
        "晓岚 林",
    )
    assert (organization["@type"], organization["name"]) == ("Organization", "云岭县档案馆")
    assert ids(root["license"]) == ["https://spdx.org/licenses/MIT"]


def test_the_run_names_software_raw_files_settings_and_results(project):
    entities = described(bundle(project))
    run = entities["#run"]
    assert "#run" in ids(entities["./"]["mentions"]) and run["@type"] == "CreateAction"
    software = entities[run["instrument"]["@id"]]
    assert software["name"] == "baogao"
    pinned = {(entities[i]["name"], entities[i]["softwareVersion"]) for i in ids(software["softwareRequirements"])}
    assert pinned == {("numpy", "2.0.1"), ("colorama", "0.4.6")}
    assert set(ids(run["result"])) == {i for i in entities if i.startswith("data/processed/")}
    assert {"#raw", "params.yaml", "dvc.lock", "models/lac.json"} <= set(ids(run["object"]))
    raw = {entities[i]["name"]: entities[i] for i in ids(entities["#raw"]["hasPart"])}
    for name, data in {**FILES, "云岭　县 #1.txt": b"x"}.items():
        assert raw[name]["sha256"] == hashlib.sha256(data).hexdigest()
        assert raw[name]["contentSize"] == str(len(data))
    assert len(raw) == len(FILES) + 1


def test_rocrate_reads_the_bundle_and_every_reference_leads_somewhere(project):
    path = bundle(project, with_raw=True)
    crate = ROCrate(path)
    assert crate.name == "Chinese public reports, restored and annotated"
    entities = described(path)
    outside = ("https://w3id.org/ro/crate/",)  # the specification itself
    for entity in entities.values():
        for value in entity.values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    assert item["@id"] in entities or item["@id"].startswith(outside)


def test_raw_files_are_included_when_asked_for_under_names_of_any_script(project):
    path = bundle(project, with_raw=True)
    with zipfile.ZipFile(path) as archive:
        for name, data in {**FILES, "云岭　县 #1.txt": b"x"}.items():
            assert archive.read(f"data/raw/{name}") == data
    crate = ROCrate(path)
    assert crate.get("data/raw/clean.txt")["sha256"] == hashlib.sha256(FILES["clean.txt"]).hexdigest()
    assert len(described(path)["#raw"]["hasPart"]) == len(FILES) + 1


def test_the_same_project_gives_the_same_bytes_wherever_and_whenever(project, template, tmp_path):
    (project / "params.yaml").touch()
    (project / "params.yaml").chmod(0o600)
    first, second = bundle(project, tmp_path / "one.zip"), bundle(template, tmp_path / "elsewhere" / "two.zip")
    assert first.read_bytes() == second.read_bytes()
    assert str(project).encode() not in first.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("data/raw/new.txt", "云岭县\n", "data/raw"),
        ("data/processed/notes.parquet", "PAR1", "data/processed"),
        ("data/interim/ingestion/rows", "others\n", "data/interim/ingestion"),
        ("params.yaml", PARAMS.replace("10", "11"), "ingestion"),
        ("code.py", "1\n", "code.py"),
        ("dvc.yaml", STAGE.replace("true", "false", 1), "earlier"),
    ],
)
def test_tables_that_are_not_those_of_the_lock_are_refused(project, name, text, said):
    (project / name).write_text(text, encoding="utf-8")
    with pytest.raises(BundleError, match=said) as refused:
        bundle(project)
    assert "run `dvc repro`" in str(refused.value)
    assert not list(project.glob("*.zip")) and not list(project.glob(".*.part"))


def test_what_does_not_touch_the_tables_does_not_stop_a_bundle(project):
    before = bundle(project).read_bytes()
    (project / "gold.txt").write_text("evaluated later\n", encoding="utf-8")
    shutil.rmtree(project / "data" / "interim")  # as after `dvc pull publication`
    shutil.rmtree(project / ".dvc" / "cache")
    assert bundle(project).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("CITATION.cff", None, "CITATION.cff is missing"),
        ("data/processed/datapackage.json", None, "datapackage.json is missing"),
        ("dvc.lock", None, "dvc.lock is missing"),
        ("CITATION.cff", "title: x\n", "no date-released"),
        ("CITATION.cff", "date-released: soon\n", "no date-released"),
        ("CITATION.cff", "authors: [\n", "YAML"),
    ],
)
def test_a_project_that_lacks_something_is_told_what(project, name, text, said):
    if text is None:
        (project / name).unlink()
    else:
        (project / name).write_text(text, encoding="utf-8")
    with pytest.raises(BundleError, match=said):
        bundle(project)


def test_a_place_that_cannot_be_written_or_is_dvcs_is_refused(project):
    with pytest.raises(BundleError, match="choose another place"):
        bundle(project, project / "data" / "raw" / "out.zip")
    with pytest.raises(BundleError, match=r"code\.py"):
        bundle(project, project / "code.py" / "out.zip")


def test_a_folder_that_dvc_does_not_know_is_refused(project):
    shutil.rmtree(project / ".dvc")
    with pytest.raises(BundleError, match="DVC"):
        bundle(project)


def test_names_from_outside_stay_data_in_the_description():
    package = {"name": "n", "title": "<b>", "version": "1", "resources": [], "baogao": {"version": "0.1.0"}}
    citation = {"date-released": "2021-03-12", "authors": [{"name": '"}]<script>'}, "no mapping"], "license": None}
    hostile = Stored('data/raw/"><img>.txt', 1, "0" * 64)
    facts = Facts(package, citation, (), (), (), (hostile,), (("numpy", "1"), ("numpy", "1")))
    graph = {e["@id"]: e for e in json.loads(json.dumps(metadata(facts)))["@graph"]}
    assert graph[ids(graph["#raw"]["hasPart"])[0]]["name"] == '"><img>.txt'
    assert graph[ids(graph["./"]["author"])[0]]["name"] == '"}]<script>'
    assert "license" not in graph["./"]
