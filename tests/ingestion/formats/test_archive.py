import io
import itertools
import struct
import zipfile

import pytest

from pipeline.ingestion.formats import archive as packer
from pipeline.mapping import Refused

REPORT = "云岭县召开春季植树动员会。".encode()


@pytest.fixture
def members(tmp_path_factory):
    """What archives hold: (name, bytes), or the refusal in place of the bytes, for each file."""
    folder, numbers = tmp_path_factory.mktemp("archives"), itertools.count()

    def read(data: bytes, max_bytes: int, max_files: int = 100) -> list[tuple[str, bytes | Refused]]:
        path = folder / f"{next(numbers)}.zip"
        path.write_bytes(data)
        return [(name, content(path, name, max_bytes)) for name in packer.names(path, 100_000_000, max_files)]

    def content(path, name, max_bytes):
        try:
            return packer.content(path, name, max_bytes)
        except Refused as refusal:
            return refusal

    return read


def packed(files: dict[str, bytes] | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
    return out.getvalue()


def raw_named(names: list[bytes]) -> bytes:
    """An archive whose names are these bytes, without the flag that says UTF-8: what Windows' own packer writes."""
    data = packed([(f"{i:03d}".ljust(len(name), "x"), REPORT) for i, name in enumerate(names)])
    for i, name in enumerate(names):
        data = data.replace(f"{i:03d}".ljust(len(name), "x").encode(), name)
    return data


def patched(data: bytes, offset: int, layout: str, value: int) -> bytes:
    """``value`` written into every entry of the table of contents, ``offset`` bytes behind its start."""
    out, at = bytearray(data), data.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into(layout, out, at + offset, value)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(out)


def reasons(found) -> dict[str, str]:
    return {name: content.reason for name, content in found if isinstance(content, Refused)}


def test_files_come_in_the_order_of_their_names_whatever_that_of_packing(members):
    for order in (["b.txt", "a.txt", "目录/甲.txt"], ["目录/甲.txt", "a.txt", "b.txt"]):
        found = list(members(packed({name: name.encode() for name in order}), 1000))
        assert found == [(name, name.encode()) for name in ("a.txt", "b.txt", "目录/甲.txt")]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_bytes_come_out_as_they_went_in(members, method):
    data = bytes(range(256)) * 500
    assert list(members(packed({"a.txt": data}, method), len(data))) == [("a.txt", data)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_without_a_flag_are_read_as_their_packer_meant_them(members, encoding):
    names = ["云岭县/年度报告.txt", "青石镇.html", "plan.txt"]
    assert [name for name, _ in members(raw_named([n.encode(encoding) for n in names]), 1000)] == sorted(names)


def test_names_in_no_encoding_known_still_name_their_files(members):
    ((name, content),) = members(raw_named([b"\xff\xff.txt"]), 1000)
    assert content == REPORT
    name.encode()


def test_folders_and_clutter_are_passed_over(members):
    data = packed(
        {
            "报告/": b"",
            "old\\": b"",
            "__MACOSX/报告/._a.txt": b"x",
            "报告/.DS_Store": b"x",
            "报告/Thumbs.db": b"x",
            "desktop.ini": b"x",
            ".git/config": b"x",
            "报告/a.txt": REPORT,
        }
    )
    assert list(members(data, 1000)) == [("报告/a.txt", REPORT)]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:/a.txt", "a/../../b.txt"])
def test_names_that_lead_elsewhere_are_only_shown(members, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert list(members(packed({name: REPORT}), 1000)) == [(name, REPORT)]
    assert list(tmp_path.rglob("*")) == []


def test_names_show_forward_slashes_and_nothing_that_a_terminal_obeys(members):
    ((name, _),) = members(packed({"报告\\\x1b[31m\u202ea\n.txt": REPORT}), 1000)
    assert name == "报告/\\x1b[31m\\u202ea\\n.txt"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_files_of_one_name_are_all_given_under_names_of_their_own(members):
    found = list(members(packed([("a.txt", b"1"), ("a.txt#2", b"2"), ("a.txt", b"3"), ("a.txt", b"4")]), 1000))
    assert sorted(content for _, content in found) == [b"1", b"2", b"3", b"4"]
    assert len({name for name, _ in found}) == 4
    assert dict(found)["a.txt"] == b"1"
    assert dict(found)["a.txt#2"] == b"2"


def test_what_is_too_large_is_refused_and_what_fits_goes_on(members):
    found = dict(members(packed({"a.txt": b"a" * 60, "b.txt": b"b" * 50}), 50))
    assert found["b.txt"] == b"b" * 50
    assert reasons(found.items()) == {"a.txt": "too large"}


def test_files_that_are_too_large_together_are_refused_before_any_is_read(tmp_path):
    (tmp_path / "a.zip").write_bytes(packed({"a.txt": b"a" * 600, "b.txt": b"b" * 500}))
    assert packer.names(tmp_path / "a.zip", 1100) == ["a.txt", "b.txt"]
    with pytest.raises(Refused, match="too large"):
        packer.names(tmp_path / "a.zip", 1099)


def test_an_empty_file_is_refused(members):
    assert reasons(members(packed({"a.txt": b"", "b.txt": REPORT}), 1000)) == {"a.txt": "empty file"}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_that_lies_about_its_size_is_not_unpacked(members, method, monkeypatch):
    read = []
    original = zipfile.ZipExtFile.read
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda self, n: read.append(d := original(self, n)) or d)
    bomb = patched(packed({"a.txt": bytes(50_000_000)}, method), 24, "<I", 1000)
    assert len(bomb) < 100_000
    assert reasons(members(bomb, 10_000_000)) == {"a.txt": "damaged file"}
    assert sum(map(len, read)) <= 1000


def test_an_encrypted_file_is_refused(members):
    data = patched(packed({"a.txt": REPORT}), 8, "<H", 0x1)
    assert reasons(members(data, 1000)) == {"a.txt": "encrypted"}


def test_a_packing_method_that_is_not_known_is_named(members):
    ((_, content),) = members(patched(packed({"a.txt": REPORT}), 10, "<H", 9), 1000)
    assert content.reason == "format not read"
    assert "9" in content.detail


def test_a_damaged_file_is_refused_and_the_others_go_on(members):
    data = packed({"a.txt": b"a" * 50, "b.txt": REPORT}, zipfile.ZIP_STORED)
    found = list(members(data.replace(b"a" * 50, b"a" * 49 + b"!"), 1000))
    assert reasons(found) == {"a.txt": "damaged file"}
    assert "CRC" in found[0][1].detail
    assert found[1] == ("b.txt", REPORT)
    torn = packed({"a.txt": bytes(range(256)) * 9, "b.txt": REPORT})
    start = torn.find(b"a.txt") + 5
    assert reasons(members(torn[:start] + b"\xff" * 50 + torn[start + 50 :], 9999)) == {"a.txt": "damaged file"}


@pytest.mark.parametrize("cut", [slice(0, -30), slice(0, 40), slice(0, 0)])
def test_an_archive_without_its_table_of_contents_is_refused(members, cut):
    with pytest.raises(Refused, match="damaged file"):
        list(members(packed({"a.txt": REPORT, "b.txt": REPORT})[cut], 1000))


def test_a_name_that_claims_utf_8_and_is_not_refuses_the_archive_in_words(members):
    data = packed({"甲甲.txt": REPORT}).replace("甲甲".encode(), b"\xff" * 6)
    with pytest.raises(Refused, match="damaged file"):
        list(members(data, 1000))


@pytest.mark.parametrize("files", [{}, {"a/": b""}, {"__MACOSX/a.txt": b"x"}])
def test_an_archive_without_files_is_refused(members, files):
    with pytest.raises(Refused, match="no files"):
        list(members(packed(files), 1000))


def test_too_many_files_are_refused_before_any_is_read(members):
    files = {f"{i}.txt": b"x" for i in range(5)}
    assert len(list(members(packed(files), 1000, max_files=5))) == 5
    with pytest.raises(Refused, match="too many files"):
        list(members(packed(files), 1000, max_files=4))
    with pytest.raises(Refused, match="too many files"):
        list(members(packed({f"{i}.txt": b"x" for i in range(21)}), 1000, max_files=2))
