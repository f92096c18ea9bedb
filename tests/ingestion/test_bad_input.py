"""What becomes of files that cannot be used: a reason for each, and every other document goes through."""

import os

import pytest
from bad_input import KINDS, TEXT, bomb, lying_zip, zipped

from pipeline import store, tables
from pipeline.ingestion.stage import run
from pipeline.params import Ingestion, Params

GOOD = TEXT + "植树三千株。\n"


def raw(root, files):
    folder = root / "data" / "raw"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def table(root, of):
    return store.read_table(root / "data" / "interim" / "ingestion", of)


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """All kinds in one folder, with a good file at either end of it."""
    root = tmp_path_factory.mktemp("bad")
    folder = raw(root, {name: data for name, (data, _) in KINDS.items()} | {"0.txt": GOOD.encode()})
    (folder / "z.txt").write_text(GOOD + "又及。\n")
    (folder / "nowhere.txt").symlink_to("missing.txt")
    (folder / "itself.txt").symlink_to("itself.txt")
    (folder / "elsewhere").symlink_to(root)
    os.mkfifo(folder / "pipe.txt")
    (root / "raw").mkdir()
    (folder / os.fsdecode(b"\xff\xfe.txt")).write_bytes(GOOD.encode())
    return root, run(Params(ingestion=Ingestion(max_seconds=30)), root)


def outcomes(root, name):
    """The reasons of a file's rejects, and "" for each document that came out of it or out of files in it."""

    def of(row):
        return row["path"] == name or row["path"].startswith(f"{name}/")

    return [r["reason"] for r in table(root, tables.REJECTS) if of(r)] + [
        "" for r in table(root, tables.SOURCES) if of(r)
    ]


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_has_its_reason_or_gives_its_document(everything, name):
    root, _ = everything
    _, wanted = KINDS[name]
    found = outcomes(root, name)
    assert len(found) == (len(wanted) if "" in wanted else 1)
    assert set(found) <= set(wanted)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere.txt", "cannot be read"),
        ("itself.txt", "cannot be read"),
        ("elsewhere", "link to a folder"),
        ("pipe.txt", "no file"),
        ("\\xff\\xfe.txt", "name not UTF-8"),
    ],
)
def test_what_is_no_file_is_named_and_not_waited_for(everything, name, reason):
    assert outcomes(everything[0], name) == [reason]


def test_every_reject_is_counted_and_has_a_reason_in_words(everything):
    root, count = everything
    rejects = table(root, tables.REJECTS)
    assert count == len(rejects) >= 40
    for row in rejects:
        assert row["reason"] and "internal error" not in row["reason"]
        assert "Traceback" not in row["detail"] and str(root) not in row["detail"]


def test_the_good_documents_are_all_there(everything):
    texts = [row["raw_text"] for row in table(everything[0], tables.RAW_DOCUMENTS)]
    assert GOOD in texts and GOOD + "又及。\n" in texts


def test_nothing_is_written_outside_of_the_interim_folder(everything):
    root, _ = everything
    assert {path.name for path in root.iterdir()} == {"data", "raw"}
    assert not (root / "data" / "outside.txt").exists()


def test_a_document_of_fifty_megabytes_in_one_line_is_refused_as_too_long(tmp_path):
    raw(tmp_path, {"line.txt": "县".encode() * 16_000_000, "large.txt": b"a" * 50_000_001, "a.txt": GOOD.encode()})
    assert run(Params(), tmp_path) == 2
    assert {r["path"]: r["reason"] for r in table(tmp_path, tables.REJECTS)} == {
        "line.txt": "too long",
        "large.txt": "too large",
    }
    assert [row["raw_text"] for row in table(tmp_path, tables.RAW_DOCUMENTS)] == [GOOD]


def test_ten_thousand_empty_files_are_ten_thousand_rejects(tmp_path):
    raw(tmp_path, {f"{n % 100:02d}/{n}.txt": b"" for n in range(10_000)} | {"a.txt": GOOD.encode()})
    assert run(Params(), tmp_path) == 10_000
    assert {row["reason"] for row in table(tmp_path, tables.REJECTS)} == {"empty file"}
    assert [row["raw_text"] for row in table(tmp_path, tables.RAW_DOCUMENTS)] == [GOOD]


def test_files_of_an_archive_that_are_bad_do_not_stop_the_others(tmp_path):
    inside = {"a.txt": GOOD.encode(), "b.png": b"\x89PNG\r\n", "c/d.html": f"<html><p>{GOOD}</p></html>".encode()}
    raw(tmp_path, {"all.zip": zipped(inside), "bomb.zip": lying_zip("x.txt", bomb(60), 60_000_000)})
    params = Params(ingestion=Ingestion(max_unpacked=59_000_000))
    assert run(params, tmp_path) == 2
    assert sorted(row["path"] for row in table(tmp_path, tables.SOURCES)) == ["all.zip/a.txt", "all.zip/c/d.html"]
    assert {r["path"]: r["reason"] for r in table(tmp_path, tables.REJECTS)} == {
        "all.zip/b.png": "format not read",
        "bomb.zip": "too large",
    }
