import hashlib
import os

import pytest

from pipeline import store, tables
from pipeline.cli import main
from pipeline.ingestion.files import raw_files, read_bytes, unreadable
from pipeline.ingestion.stage import run
from pipeline.mapping import Refused
from pipeline.params import Ingestion, Params

TEXT = "云岭县春季植树活动全面展开\n昨日，活动在北山举行，二百余名干部群众参加。\n"


def raw(root, files):
    """Write ``data/raw`` (name to bytes or text) in the order given."""
    folder = root / "data" / "raw"
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def table(root, of):
    return store.read_table(root / "data" / "interim" / "ingestion", of)


@pytest.mark.parametrize(("size", "reason"), [(0, "empty file"), (1501, "too large")])
def test_a_file_that_cannot_be_used_is_refused_with_its_reason(tmp_path, size, reason):
    path = raw(tmp_path, {"a.txt": b"a" * size}) / "a.txt"
    with pytest.raises(Refused) as refused:
        read_bytes(path, max_bytes=1500)
    assert refused.value.reason == reason


def test_a_file_of_exactly_the_largest_size_is_read(tmp_path):
    path = raw(tmp_path, {"a.TXT": TEXT}) / "a.TXT"
    assert read_bytes(path, max_bytes=len(TEXT.encode())) == TEXT.encode()


def test_the_id_is_the_beginning_of_the_sha256_of_the_files_bytes(tmp_path):
    data = TEXT.encode("gb18030")
    raw(tmp_path, {"a.txt": data})
    assert run(Params(), tmp_path) == 0
    [row] = table(tmp_path, tables.RAW_DOCUMENTS)
    assert row["doc_id"] == hashlib.sha256(data).hexdigest()[:16]
    assert (row["encoding"], row["raw_text"]) == ("gb18030", TEXT)


def test_a_copy_adds_a_source_and_no_document(tmp_path):
    raw(tmp_path, {"b/copy.txt": TEXT, "a.txt": TEXT, "other.txt": TEXT + "又一日。"})
    assert run(Params(), tmp_path) == 0
    assert len(table(tmp_path, tables.RAW_DOCUMENTS)) == 2
    assert sorted(row["path"] for row in table(tmp_path, tables.SOURCES)) == ["a.txt", "b/copy.txt", "other.txt"]
    assert {row["path"] for row in table(tmp_path, tables.RAW_DOCUMENTS)} == {"a.txt", "other.txt"}


def test_the_same_text_in_two_encodings_is_two_documents(tmp_path):
    raw(tmp_path, {"a.txt": TEXT.encode(), "b.txt": TEXT.encode("gb18030")})
    run(Params(), tmp_path)
    assert len(table(tmp_path, tables.RAW_DOCUMENTS)) == 2


def test_every_bad_file_is_a_reject_and_the_good_ones_go_on(tmp_path):
    raw(tmp_path, {"a.txt": "", "b.txt": TEXT, "c.bin": b"\x00\x01", "d.txt": bytes(50)})
    assert run(Params(ingestion=Ingestion(max_bytes=10_000)), tmp_path) == 3
    assert [row["path"] for row in table(tmp_path, tables.SOURCES)] == ["b.txt"]
    rejects = table(tmp_path, tables.REJECTS)
    assert [(r["path"], r["row"], r["stage"]) for r in rejects] == [
        (n, 0, "ingestion") for n in ("a.txt", "c.bin", "d.txt")
    ]
    assert all(r["reason"] for r in rejects)


def test_the_order_in_which_files_were_made_does_not_show(tmp_path):
    files = {"b.txt": TEXT, "a.txt": TEXT, "c.txt": "", "d.txt": TEXT + "又一日。"}
    for name, order in (("one", list(files)), ("two", sorted(files, reverse=True))):
        raw(tmp_path / name, {key: files[key] for key in order})
        run(Params(), tmp_path / name)
    for path in sorted((tmp_path / "one" / "data" / "interim" / "ingestion").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / "data" / "interim" / "ingestion" / path.name).read_bytes()


def test_no_file_at_all_gives_empty_tables(tmp_path):
    assert run(Params(), tmp_path) == 0
    assert table(tmp_path, tables.RAW_DOCUMENTS) == []


def test_hidden_files_and_folders_are_skipped_and_other_names_are_sorted(tmp_path):
    folder = raw(
        tmp_path, {"z.txt": TEXT, ".hidden.txt": TEXT, ".git/a.txt": TEXT, "b/c.txt": TEXT, "b/.DS_Store": "x"}
    )
    assert [path.relative_to(folder).as_posix() for path in raw_files(folder)] == ["b/c.txt", "z.txt"]


def test_what_a_browser_saves_beside_a_page_is_passed_over_and_its_frames_are_not(tmp_path):
    saved = {"植树.html": TEXT, "植树_files/a.js": "x", "植树_files/b/c.png": "x", "植树_files/frame.html": TEXT}
    others = {"d/报告.htm": TEXT, "d/报告.files/a.css": "x", "own_files/a.txt": TEXT, "x.html.txt": TEXT}
    folder = raw(tmp_path, saved | others)
    assert [path.relative_to(folder).as_posix() for path in raw_files(folder)] == [
        "d/报告.htm",
        "own_files/a.txt",
        "x.html.txt",
        "植树.html",
        "植树_files/frame.html",
    ]


def test_a_project_below_a_hidden_folder_is_read_all_the_same(tmp_path):
    folder = raw(tmp_path / ".cache", {"a.txt": TEXT})
    assert len(list(raw_files(folder))) == 1


def test_check_names_dangling_links_loops_and_names_that_are_not_utf_8(tmp_path, monkeypatch, capsys):
    folder = raw(tmp_path, {"好.txt": TEXT})
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / os.fsdecode(b"\xb1\xa8.txt")).touch()
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in sorted(lines)] == ["\\xb1\\xa8.txt", "gone.txt", "loop.txt"]
    assert "not UTF-8" in sorted(lines)[0]


def test_check_names_a_folder_that_leads_back_into_itself(tmp_path):
    folder = raw(tmp_path, {"a/b.txt": TEXT})
    (folder / "a" / "up").symlink_to("..")
    assert [path for path, _ in unreadable(folder)] == ["a/up"]


def test_check_finds_no_fault_with_good_files_and_links(tmp_path, monkeypatch, capsys):
    folder = raw(tmp_path, {"好.txt": TEXT, "b/c.txt": TEXT})
    (folder / "link.txt").symlink_to("好.txt")
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_name_that_is_not_utf_8_is_a_reject_and_stops_nothing(tmp_path):
    folder = raw(tmp_path, {"a.txt": TEXT})
    (folder / os.fsdecode(b"\xb1\xa8.txt")).write_text(TEXT + "又", encoding="utf-8")
    assert run(Params(), tmp_path) == 1
    [reject] = table(tmp_path, tables.REJECTS)
    assert "UTF-8" in reject["reason"]
    assert [row["path"] for row in table(tmp_path, tables.SOURCES)] == ["a.txt"]


def test_links_that_lead_nowhere_or_to_a_folder_are_rejects_and_not_lost_silently(tmp_path):
    folder = raw(tmp_path, {"a.txt": TEXT, "../elsewhere/b.txt": TEXT + "又"})
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "more").symlink_to("../elsewhere")
    assert run(Params(), tmp_path) == 3
    assert [row["path"] for row in table(tmp_path, tables.REJECTS)] == ["gone.txt", "loop.txt", "more"]


def test_a_link_to_a_file_is_read_like_the_file(tmp_path):
    folder = raw(tmp_path, {"../b.txt": TEXT})
    (folder / "link.txt").symlink_to("../b.txt")
    assert run(Params(), tmp_path) == 0
    assert [row["path"] for row in table(tmp_path, tables.SOURCES)] == ["link.txt"]
