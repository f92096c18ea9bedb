import pytest

from pipeline import store
from pipeline.cli import main
from pipeline.kwic import columns, hits
from pipeline.tables import DOCUMENTS

EMPTY = {c.name: 0 if c.type == "integer" else "" for c in DOCUMENTS.columns}
TEXTS = [
    {"doc_id": "a", "date": "", "title": "无日期", "text": "水库。"},
    {
        "doc_id": "b",
        "date": "2021-03",
        "title": "春季植树活动全面展开之后的很长很长的题目",
        "text": "修一座水库，\n\n护 一座 水库。",
    },
    {"doc_id": "c", "date": "1957", "title": "报告", "text": "GDP与水库水库\x1b[31m。"},
]


@pytest.fixture
def baogao(tmp_path, monkeypatch, capsys):
    """Run the command in a project with a small dataset; gives (exit code, lines of output, standard error)."""
    monkeypatch.chdir(tmp_path)
    store.write_table(tmp_path / "data" / "processed", DOCUMENTS, [EMPTY | row for row in TEXTS])

    def run(*arguments):
        code = main(["kwic", *arguments])
        captured = capsys.readouterr()
        return code, captured.out.splitlines(), captured.err

    return run


def test_every_place_is_a_line_by_date_with_undated_documents_last(baogao):
    code, lines, error = baogao("水库", "--width", "5")
    assert (code, error) == (0, "")
    assert [line[:10].strip() for line in lines] == ["1957", "1957", "2021-03", "2021-03", ""]
    assert lines[2].endswith("修一座 [水库] ， 护 一")
    assert lines[3].endswith("护 一座  [水库] 。")
    assert lines[4].endswith(" [水库] 。")


def test_terms_stand_in_one_column_of_a_terminal(baogao):
    _, lines, _ = baogao("水库", "--width", "6")
    assert len({columns(line.split("[水库]")[0]) for line in lines}) == 1


def test_long_titles_are_cut_and_nothing_that_steers_a_terminal_is_printed(baogao):
    _, lines, _ = baogao("水库")
    assert "春季植树活动全面展开之后的很…" in lines[2]
    assert not any("\x1b" in line for line in lines)
    assert "\ufffd[31m" in lines[0]


def test_context_is_as_many_characters_as_asked_for():
    [hit] = hits(EMPTY | {"text": "一二三四五水库六七八九十"}, "水库", 3)
    assert (hit.left, hit.right, hit.start) == ("三四五", "六七八", 5)


def test_no_hit_is_no_failure_and_says_so_on_standard_error(baogao):
    code, lines, error = baogao("鲸鱼")
    assert (code, lines) == (0, [])
    assert error == "鲸鱼: no hit in data/processed\n"


def test_another_dataset_can_be_named(baogao, tmp_path):
    store.write_table(tmp_path / "other", DOCUMENTS, [EMPTY | {"doc_id": "d", "text": "一头鲸鱼"}])
    assert len(baogao("鲸鱼", "--data", "other")[1]) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["水库", "--data", "none"], "none/documents.parquet is missing: run `dvc repro`"),
        (["水库", "--data", "broken"], "broken/documents.parquet: cannot be read"),
        (["水库", "--width", "0"], "--width must be at least 1"),
        (["  "], "TERM is empty"),
    ],
)
def test_what_cannot_be_done_is_exit_2_and_one_line(baogao, tmp_path, arguments, told):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "documents.parquet").write_bytes(b"no table")
    code, lines, error = baogao(*arguments)
    assert (code, lines) == (2, [])
    assert error.startswith("baogao: ")
    assert told in error
    assert error.count("\n") == 1
