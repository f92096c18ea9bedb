import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import store
from pipeline.tables import Column, Table

TABLE = Table(
    "things",
    "for the tests",
    ("id", "n"),
    (
        Column("id", "string", "an id"),
        Column("n", "integer", "a number"),
        Column("share", "number", "a share"),
        Column("yes", "boolean", "a flag"),
    ),
)
ROW = {"id": "a", "n": 1, "share": 0.5, "yes": True}
ROWS = [{**ROW, "id": name, "n": n} for name in ("b", "a", "好") for n in (10, 9)]


def test_rows_come_back_sorted_by_key_and_not_by_their_text(tmp_path):
    store.write_table(tmp_path, TABLE, ROWS)
    read = store.read_table(tmp_path, TABLE)
    assert [(row["id"], row["n"]) for row in read] == [("a", 9), ("a", 10), ("b", 9), ("b", 10), ("好", 9), ("好", 10)]


@given(st.permutations(ROWS))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_rows_and_of_their_columns_does_not_show_in_the_bytes(tmp_path, rows):
    store.write_table(tmp_path / "wanted", TABLE, ROWS)
    store.write_table(tmp_path / "other", TABLE, iter([dict(reversed(row.items())) for row in rows]))
    assert (tmp_path / "wanted/things.parquet").read_bytes() == (tmp_path / "other/things.parquet").read_bytes()


def test_numbers_are_rounded_to_six_decimals_and_have_no_negative_zero(tmp_path):
    for folder, share in (("a", 0.1 + 0.2), ("b", 0.3)):
        store.write_table(tmp_path / folder, TABLE, [{**ROW, "share": share}, {**ROW, "n": 2, "share": -1e-9}])
    assert (tmp_path / "a/things.parquet").read_bytes() == (tmp_path / "b/things.parquet").read_bytes()
    shares = [row["share"] for row in store.read_table(tmp_path / "a", TABLE)]
    assert [str(share) for share in shares] == ["0.3", "0.0"]


def test_a_table_without_rows_keeps_its_columns_and_types(tmp_path):
    store.write_table(tmp_path, TABLE, [])
    assert store.read_table(tmp_path, TABLE) == []
    schema = pq.read_schema(tmp_path / "things.parquet")
    assert schema.names == TABLE.names
    assert schema.types == [pa.string(), pa.int64(), pa.float64(), pa.bool_()]


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([ROW, {**ROW, "share": 0.7}], ValueError),
        ([ROW, ROW], ValueError),
        ([{"id": "a", "n": 1, "share": 0.5}], KeyError),
        ([{**ROW, "more": 1}], KeyError),
        ([{k: v for k, v in ROW.items() if k != "id"}], KeyError),
        ([{**ROW, "id": None}], TypeError),
        ([{**ROW, "n": None}], TypeError),
        ([{**ROW, "share": None}], TypeError),
        ([{**ROW, "n": 1.5}], TypeError),
        ([{**ROW, "n": "1"}], TypeError),
        ([{**ROW, "id": 5}], TypeError),
        ([{**ROW, "yes": 1}], ValueError),
    ],
)
def test_rows_that_the_schema_does_not_allow_are_refused_and_the_old_table_stays(tmp_path, rows, error):
    store.write_table(tmp_path, TABLE, [ROW])
    before = (tmp_path / "things.parquet").read_bytes()
    with pytest.raises(error):
        store.write_table(tmp_path, TABLE, rows)
    assert [path.name for path in tmp_path.iterdir()] == ["things.parquet"]
    assert (tmp_path / "things.parquet").read_bytes() == before


def test_a_duplicate_key_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"things: two rows with key \('a', 1\)"):
        store.write_table(tmp_path, TABLE, [ROW, ROW])


def test_rows_added_document_by_document_give_the_bytes_of_rows_added_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "GROUP", 7)
    monkeypatch.setattr(store, "BATCH", 3)
    rows = [{**ROW, "id": f"{n // 3:02d}", "n": n} for n in range(40)]
    store.write_table(tmp_path / "once", TABLE, rows)
    with store.writing(tmp_path / "dealt", TABLE) as add:
        for start, end in ((0, 3), (3, 3), (3, 4), (4, 33), (33, 40)):
            add(reversed(rows[start:end]))
    assert (tmp_path / "once/things.parquet").read_bytes() == (tmp_path / "dealt/things.parquet").read_bytes()
    assert store.read_table(tmp_path / "dealt", TABLE) == rows
    assert store.count_rows(tmp_path / "dealt", TABLE) == 40


def test_columns_give_the_bytes_of_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "GROUP", 7)
    monkeypatch.setattr(store, "BATCH", 3)
    monkeypatch.setattr(store, "CHARS", 20)
    rows = [{**ROW, "id": f"{n // 3:02d}" + "x" * (n % 5 * 4), "n": n} for n in range(40)]
    rows.sort(key=lambda row: (row["id"], row["n"]))
    store.write_table(tmp_path / "rows", TABLE, rows)
    with store.writing(tmp_path / "columns", TABLE) as add:
        for start, end in ((0, 4), (4, 4), (4, 33)):
            add({name: [row[name] for row in rows[start:end]] for name in TABLE.names})
        add(rows[33:])
    assert (tmp_path / "rows/things.parquet").read_bytes() == (tmp_path / "columns/things.parquet").read_bytes()


def test_a_table_without_texts_is_written(tmp_path):
    numbers = Table("numbers", "for the tests", ("n",), tuple(c for c in TABLE.columns if c.type != "string"))
    rows = [{k: v for k, v in {**ROW, "n": n}.items() if k != "id"} for n in range(5)]
    store.write_table(tmp_path, numbers, rows)
    assert store.read_table(tmp_path, numbers) == rows


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"n": [1]}, ValueError),
        ({"share": [0.5]}, ValueError),
        ({"n": [2, 1]}, ValueError),
        ({"id": ["a", None]}, TypeError),
        ({"more": [1, 2]}, KeyError),
    ],
)
def test_columns_that_the_schema_does_not_allow_are_refused(tmp_path, changed, error):
    columns = {name: [value, value] for name, value in ROW.items()} | {"n": [1, 2]} | changed
    with pytest.raises(error), store.writing(tmp_path, TABLE) as add:
        add(columns)
    assert list(tmp_path.iterdir()) == []


def test_rows_with_long_texts_are_not_all_held_until_a_group_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "CHARS", 100)
    rows = [{**ROW, "id": f"{n}" * size, "n": n} for n, size in enumerate((60, 60, 1, 300, 1, 1))]
    store.write_table(tmp_path / "once", TABLE, rows)
    with store.writing(tmp_path / "dealt", TABLE) as add:
        for row in rows:
            add([row])
    assert (tmp_path / "once/things.parquet").read_bytes() == (tmp_path / "dealt/things.parquet").read_bytes()
    with pq.ParquetFile(tmp_path / "once/things.parquet") as file:
        assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [2, 2, 2]
    assert store.read_table(tmp_path / "once", TABLE) == rows


@pytest.mark.parametrize("second", [ROW, {**ROW, "n": 0}, {**ROW, "id": "A"}])
def test_a_document_that_comes_out_of_order_is_refused_and_no_file_is_left(tmp_path, second):
    with pytest.raises(ValueError, match="things"), store.writing(tmp_path, TABLE) as add:
        add([ROW])
        add([second])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_crash_while_writing_leaves_the_old_file_whole_and_nothing_beside_it(tmp_path, error):
    path = tmp_path / "a.txt"
    store.write_text(path, "old\n")

    def crash():
        with store.replacing(path) as beside:
            beside.write_text("half")
            assert path.read_text() == "old\n"
            raise error

    with pytest.raises(error):
        crash()
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "old\n"


def test_what_is_no_file_is_not_replaced_by_one(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(OSError, match="not a file that can be replaced"):
            store.write_text(tmp_path / name, "text")
    assert (tmp_path / "pipe").is_fifo()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "pipe"]


def test_a_link_to_a_kept_file_is_replaced_and_the_file_stays(tmp_path):
    # DVC links outputs to its cache, which must not change
    (tmp_path / "cache").write_text("kept")
    (tmp_path / "out").symlink_to(tmp_path / "cache")
    store.write_text(tmp_path / "out", "new")
    assert (tmp_path / "cache").read_text() == "kept"
    assert (tmp_path / "out").read_text() == "new"
    assert not (tmp_path / "out").is_symlink()


def test_a_table_that_was_never_written_is_named_as_missing(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        store.read_table(tmp_path, TABLE)
    assert error.value.filename.endswith("things.parquet")


@pytest.mark.parametrize("read", [store.read_table, store.count_rows])
def test_a_damaged_table_is_named(tmp_path, read):
    store.write_table(tmp_path, TABLE, ROWS)
    path = tmp_path / "things.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(OSError, match="cannot be read") as error:
        read(tmp_path, TABLE)
    assert error.value.filename == str(path)


def test_text_has_the_same_line_ends_everywhere(tmp_path):
    store.write_text(tmp_path / "new" / "a.txt", "一\n二\n")
    assert (tmp_path / "new" / "a.txt").read_bytes() == "一\n二\n".encode()


DOCUMENTS = Table("documents", "", ("doc_id",), (Column("doc_id", "string", ""),))
PARTS = Table("parts", "", ("doc_id", "n"), (Column("doc_id", "string", ""), Column("n", "integer", "")))


def test_documents_come_with_their_rows_of_other_tables(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "BATCH", 2)
    parts = [{"doc_id": doc_id, "n": n} for doc_id in "acdz" for n in range(3)]
    store.write_table(tmp_path, DOCUMENTS, [{"doc_id": doc_id} for doc_id in "abde"])
    store.write_table(tmp_path, PARTS, parts)
    of = {doc_id: [row for row in parts if row["doc_id"] == doc_id] for doc_id in "abcdez"}
    read = store.read_documents(tmp_path, DOCUMENTS, (tmp_path, PARTS), (tmp_path, DOCUMENTS))
    assert list(read) == [({"doc_id": d}, of[d], [{"doc_id": d}]) for d in "abde"]
    groups = store.read_groups(tmp_path, PARTS, (tmp_path, DOCUMENTS))
    assert list(groups) == [(d, of[d], [{"doc_id": d}] if d in "ad" else []) for d in "acdz"]


def test_a_reject_names_the_first_file_that_its_document_came_from(tmp_path):
    from pipeline.tables import REJECTS, SOURCES

    store.write_table(
        tmp_path / "ingestion",
        SOURCES,
        [{"doc_id": "d", "path": "z.txt", "row": 0}, {"doc_id": "d", "path": "a.txt", "row": 3}],
    )
    assert store.write_rejects(tmp_path, "topics", [("d", "too odd", "why")]) == 1
    [row] = store.read_table(tmp_path / "topics", REJECTS)
    assert row == {"path": "a.txt", "row": 3, "stage": "topics", "reason": "too odd", "detail": "why"}
    assert set(row) == set(REJECTS.names)
