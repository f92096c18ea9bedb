import csv
import datetime
import decimal
import io
import json
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingestion.formats.extracted import Extracted, Unreadable
from pipeline.ingestion.formats.rows import read_csv, read_jsonl, read_parquet
from pipeline.mapping import Refused

COLUMNS = ("text", "content", "正文")
FIRST = "云岭县召开春季植树动员会，部署全年绿化任务。"
SECOND = "青石镇新建卫生室十四个,改造危房二百余户。\n镇长说：“年底前全部完工。”"


def parquet(columns: dict, **options) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **options)
    return out.getvalue()


def written(rows: list[list[str]], **options) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, **options).writerows(rows)
    return out.getvalue()


def texts(found) -> list[str]:
    return [row.text for row in found if isinstance(row, Extracted)]


def refusals(found) -> list[tuple[int, str]]:
    return [(row.row, row.reason) for row in found if isinstance(row, Unreadable)]


# CSV

ROWS = [["标题", "正文", "年份"], ["植树", FIRST, "2021"], ["建设", SECOND, "2022"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_table_is_read_whatever_its_encoding_delimiter_quotes_and_line_ends(encoding, delimiter, quoting, end):
    data = written(ROWS, delimiter=delimiter, quoting=quoting).replace("\r\n", end).encode(encoding)
    first, second = read_csv(data, COLUMNS)
    name = {"utf-8-sig": "utf-8", "utf-16": "utf-16"}.get(encoding, encoding)
    assert first == Extracted(FIRST, name, (), (("标题", "植树"), ("年份", "2021")), 0)
    assert second == Extracted(SECOND, name, (), (("标题", "建设"), ("年份", "2022")), 1)


cell = st.text(st.sampled_from('甲乙，。"", \n\t;|\'\x00\u2028\x0c0A='), max_size=12)


@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=6), st.sampled_from([",", "\t", ";", "|"]))
def test_whatever_a_writer_puts_in_quotes_comes_out_exactly(cells, delimiter):
    rows = [["text", "note"], *([f"甲{text}乙", note] for text, note in cells)]
    found = list(read_csv(written(rows, delimiter=delimiter, quoting=csv.QUOTE_ALL).encode(), COLUMNS))
    assert texts(found) == [text for text, _ in rows[1:]]
    assert [dict(row.metadata).get("note", "") for row in found] == [
        n if n.strip(" \t\n\x00") else "" for _, n in cells
    ]


@pytest.mark.parametrize("value", ["007", "NA", "null", "1.0", "  缩进", "=cmd()", "2021-03-01", "1e5", "True"])
def test_no_value_is_taken_for_a_number_a_date_or_nothing(value):
    (row,) = read_csv(f"text,id\n{value},{value}\n".encode(), COLUMNS)
    assert (row.text, row.metadata) == (value, (("id", value),))


def test_the_first_of_the_names_that_the_file_has_is_the_text_case_and_spaces_aside():
    (row,) = read_csv(f"content, TEXT ,title\n摘要,{FIRST},植树\n".encode(), COLUMNS)
    assert row.text == FIRST
    assert row.metadata == (("content", "摘要"), ("title", "植树"))


def test_a_file_without_a_text_column_says_which_it_has_and_which_are_looked_for():
    with pytest.raises(Refused) as refused:
        list(read_csv("标题;网址\n植树;a.cn\n".encode(), COLUMNS))
    assert refused.value.reason == "no text column"
    assert "'标题', '网址'" in refused.value.detail
    assert "text, content, 正文" in refused.value.detail


@pytest.mark.parametrize("data", [b"text,title\n", b"text,title\r\n,,\r\n\r\n"])
def test_a_header_alone_is_refused_and_not_passed_over(data):
    with pytest.raises(Refused, match="no rows"):
        list(read_csv(data, COLUMNS))


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0" + bytes(range(256)), b"\x00\x01\x02" * 500])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(Refused):
        list(read_csv(data, COLUMNS))


def test_rows_are_counted_without_header_and_blank_lines():
    found = list(read_csv(f"\ntext,a\n\n{FIRST},1\n\n,2\n,,\n{FIRST},3\n".encode(), COLUMNS))
    assert [row.row for row in found] == [0, 1, 2]
    assert refusals(found) == [(1, "no text")]


@pytest.mark.parametrize("row", [f"植树,{FIRST}", f"植树,{FIRST},2021,多余", "植树,一,二,三,四"])
def test_a_row_with_another_number_of_fields_is_refused_and_the_others_stay(row):
    found = list(read_csv(f"标题,正文,年份\n{row}\n建设,{FIRST},2022\n".encode(), COLUMNS))
    assert refusals(found) == [(0, "wrong number of fields")]
    assert "line 2" in found[0].detail
    assert texts(found) == [FIRST]


def test_empty_fields_behind_the_last_column_are_none():
    (row,) = read_csv(f"标题,正文,,\n植树,{FIRST},,,,\n".encode(), COLUMNS)
    assert row.metadata == (("标题", "植树"),)


def test_a_value_behind_the_last_column_is_never_dropped():
    assert refusals(read_csv(f"标题,正文,,\n植树,{FIRST},,三\n".encode(), COLUMNS)) == [(0, "wrong number of fields")]


def test_columns_of_one_name_or_none_keep_both_values():
    (row,) = read_csv(f",来源,来源,text,text\n7,甲报,乙报,{FIRST},别文\n".encode(), COLUMNS)
    assert row.text == FIRST
    assert row.metadata == (("column_1", "7"), ("来源", "甲报"), ("来源_2", "乙报"), ("text_2", "别文"))


def test_one_column_of_unquoted_texts_with_commas():
    assert texts(read_csv("text\n一,二\n三，四,五,六\n".encode(), COLUMNS)) == ["一,二", "三，四,五,六"]


def test_a_delimiter_that_texts_hold_too_is_told_from_the_real_one():
    data = f"id\ttext\n1\t{FIRST},一;二\n2\t三,四|五\n".encode()
    assert texts(read_csv(data, COLUMNS)) == [f"{FIRST},一;二", "三,四|五"]


def test_excels_hint_and_a_line_above_the_header_are_no_rows():
    assert texts(read_csv(f"sep=;\r\ntitle;text\r\n植树;{FIRST}\r\n".encode(), COLUMNS)) == [FIRST]
    found = list(read_csv(f"云岭县文件目录,,\n标题,正文,年份\n植树,{FIRST},2021\n".encode(), COLUMNS))
    assert texts(found) == [FIRST]
    assert dict(found[0].metadata) == {"标题": "植树", "年份": "2021"}


def test_a_file_that_uses_no_quotes_keeps_them_as_characters():
    lines = ['"十四五"规划\t第一条\t2021', f"植树\t{FIRST}\t2022", '通知\t"双减"政策\t2023']
    found = list(read_csv("\n".join(["标题\t正文\t年份", *lines]).encode(), COLUMNS))
    assert texts(found) == ["第一条", FIRST, '"双减"政策']
    assert found[0].metadata[0] == ("标题", '"十四五"规划')


QUOTED = [f'"{i}","第{i}篇，{FIRST}"' for i in range(6)]


@pytest.mark.parametrize(
    "broken", ['"2","他说"你好"，走了"', '"2","没有结束的引号', '"2",""开头的引语"，走了"', '"2","甲"乙']
)
def test_a_broken_quote_costs_its_own_row_alone(broken):
    lines = ['"id","text"', *QUOTED[:2], broken, *QUOTED[3:]]
    found = list(read_csv("\n".join(lines).encode(), COLUMNS))
    assert refusals(found) == [(2, "broken quotes")]
    assert "line 4" in found[2].detail
    assert [dict(row.metadata)["id"] for row in found if isinstance(row, Extracted)] == ["0", "1", "3", "4", "5"]
    assert all(len(text) == len(FIRST) + 4 for text in texts(found))


def test_lines_of_a_torn_text_are_never_taken_for_rows():
    torn = '2,"他说"你好"。\n第二段,一句。\n99,又一段\n结束。"'
    whole = '3,"一段。\n又一段,完。"'
    found = list(read_csv(f'id,text\n1,"甲\n乙"\n{torn}\n{whole}\n'.encode(), COLUMNS))
    assert texts(found) == ["甲\n乙", "一段。\n又一段,完。"]
    assert refusals(found) == [(1, "broken quotes")]
    assert "lines 4 to 7" in found[1].detail


def test_an_unclosed_quote_in_the_last_row_keeps_the_rows_before():
    found = list(read_csv(f'id,text\n1,{FIRST}\n2,"没有结束\n还有一段'.encode(), COLUMNS))
    assert texts(found) == [FIRST]
    assert refusals(found) == [(1, "broken quotes")]
    assert "not closed" in found[1].detail


def test_thousands_of_broken_quotes_end_in_time():
    data = 'id,text\n1,"好"\n' + '2,"坏"坏\n没完"\n' * 20_000
    found = list(read_csv(data.encode(), COLUMNS))
    assert texts(found)[0] == "好"
    assert refusals(found)


def test_a_huge_field_and_nul_are_kept():
    text = "长" * 300_000 + "\x00尾"
    assert texts(read_csv(f'text,a\n"{text}",1\n'.encode(), COLUMNS)) == [text]


def test_ten_thousand_rows_of_a_large_file_do_not_fill_the_memory():
    data = ("id,text\n" + f"1,{FIRST * 70}\n" * 10_000).encode()
    assert len(data) > 45_000_000
    tracemalloc.start()
    try:
        assert sum(isinstance(row, Extracted) for row in read_csv(data, COLUMNS)) == 10_000
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


# JSON


def lines(*values) -> bytes:
    return "\n".join(v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values).encode()


def test_json_lines_give_texts_and_the_rest_as_strings():
    row = {
        "id": 7,
        "Text": FIRST,
        "score": 2.0,
        "share": 0.25,
        "big": 12345678901234567890,
        "no": None,
        "blank": "",
        "yes": True,
        "tags": ["绿化", 1],
        "place": {"县": "云岭县"},
        "nan": float("nan"),
    }
    (found,) = read_jsonl(lines(row), COLUMNS)
    assert found.text == FIRST
    assert found.encoding == "utf-8"
    assert found.metadata == (
        ("id", "7"),
        ("score", "2"),
        ("share", "0.25"),
        ("big", "12345678901234567890"),
        ("yes", "true"),
        ("tags", '["绿化", 1]'),
        ("place", '{"县": "云岭县"}'),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "shape",
    [
        lambda rows: "\n".join(json.dumps(row, ensure_ascii=False) for row in rows),
        lambda rows: "\r\n\r\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\r\n",
        lambda rows: ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows),
        lambda rows: json.dumps(rows, ensure_ascii=False),
        lambda rows: json.dumps(rows, ensure_ascii=False, indent=2) + "\n",
        lambda rows: "\n".join(json.dumps(row, ensure_ascii=False, indent=2) for row in rows),
        lambda rows: "\n".join(json.dumps([row], ensure_ascii=False) for row in rows),
    ],
    ids=["lines", "blank lines", "commas", "list", "indented list", "indented objects", "lists"],
)
def test_objects_are_read_line_by_line_in_a_list_or_spread_out(shape, encoding):
    found = list(read_jsonl(shape([{"text": FIRST}, {"text": SECOND}]).encode(encoding), COLUMNS))
    assert texts(found) == [FIRST, SECOND]
    assert [row.row for row in found] == [0, 1]


def test_one_object_is_one_document():
    assert texts(read_jsonl(json.dumps({"text": SECOND}, indent=1).encode(), COLUMNS)) == [SECOND]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "没有结束', "broken JSON"),
        ("不是 JSON", "broken JSON"),
        ('{"text": "甲"} {"text": "乙"}', "broken JSON"),
        ('{"text": "甲", "n": ' + "1" * 5000 + "}", "broken JSON"),
        ('{"text": "甲", "n": ' + "[" * 100_000 + "}", "broken JSON"),
        ('["text"]', "no JSON object"),
        ("3", "no JSON object"),
        ('{"text": ["段", 1]}', "text is no string"),
        ('{"text": 3}', "text is no string"),
        ('{"text": null}', "no text"),
        ('{"text": " \\u3000\\n"}', "no text"),
        ('{"title": "植树"}', "no text column"),
    ],
)
def test_a_bad_line_is_refused_and_the_others_stay(line, reason):
    found = list(read_jsonl(lines({"text": FIRST}, "", line, {"text": SECOND}), COLUMNS))
    assert refusals(found) == [(1, reason)]
    assert texts(found) == [FIRST, SECOND]
    assert found[-1].row == 2
    # and the first line may be the bad one
    assert [row.row for row in read_jsonl(lines(line, {"text": FIRST}), COLUMNS)] == [0, 1]


def test_a_list_that_breaks_off_keeps_what_came_before_and_says_so():
    whole = json.dumps([{"text": FIRST}, {"text": SECOND}], ensure_ascii=False)
    for cut in (whole[:-10], whole[:-1]):
        found = list(read_jsonl(cut.encode(), COLUMNS))
        assert texts(found)[0] == FIRST
        assert refusals(found)[-1][1] == "broken JSON"


def test_no_object_with_a_text_refuses_the_file():
    with pytest.raises(Refused, match="no text column") as refused:
        list(read_jsonl(lines({"title": "植树", "url": "a.cn"}, {"title": "建设"}), COLUMNS))
    assert "'title', 'url'" in refused.value.detail
    for data, reason in ((b"<html>", "broken JSON"), (b" \n", "no rows"), (b"[]", "no rows"), (b"[1]", "no JSON obj")):
        with pytest.raises(Refused, match=reason):
            list(read_jsonl(data, COLUMNS))


def test_half_a_surrogate_pair_stays_in_the_text_and_is_shown_elsewhere():
    (row,) = read_jsonl(b'{"text": "\\ud800\xe7\x94\xb2", "a\\udfff": "\\ud83d\\ude00\\ud800"}', COLUMNS)
    assert row.text == "\ud800甲"
    assert row.metadata == (("a\\udfff", "😀\\ud800"),)


def test_two_values_under_one_name_are_both_kept():
    (row,) = read_jsonl(f'{{"text": "{FIRST}", "来源": "甲报", "来源": "乙报", "text": "别文"}}'.encode(), COLUMNS)
    assert row.text == FIRST
    assert row.metadata == (("来源", "甲报"), ("来源_2", "乙报"), ("text_2", "别文"))


@pytest.mark.parametrize("depth", [100, 400, 600, 900])
def test_deep_metadata_are_kept_or_refused(depth):
    found = list(read_jsonl(lines(f'{{"text": "甲", "a": {"[" * depth}{"]" * depth}}}', {"text": FIRST}), COLUMNS))
    assert FIRST in texts(found)
    assert len(found) == 2


def test_raw_line_ends_and_tabs_in_a_string_are_its_characters():
    assert texts(read_jsonl('{"text": "甲\t乙\n丙"}'.encode(), COLUMNS)) == ["甲\t乙\n丙"]


def test_separators_of_unicode_end_no_line():
    assert texts(read_jsonl('{"text": "甲\u2028乙\x85丙"}\n'.encode(), COLUMNS)) == ["甲\u2028乙\x85丙"]


# Parquet


def test_parquet_gives_texts_and_the_rest_as_strings():
    day, moment = datetime.date(2021, 3, 1), datetime.datetime(2021, 3, 1, 8, 30)
    data = parquet(
        {
            "标题": ["植树", None],
            "正文": [FIRST, SECOND],
            "n": [2021.0, float("nan")],
            "day": [day, None],
            "at": [moment, datetime.datetime(2021, 3, 2)],
            "price": [decimal.Decimal("1.50"), None],
            "tags": [["绿化"], []],
            "yes": [True, False],
        }
    )
    first, second = read_parquet(data, COLUMNS)
    assert first == Extracted(
        FIRST,
        "",
        (),
        (
            ("标题", "植树"),
            ("n", "2021"),
            ("day", "2021-03-01"),
            ("at", "2021-03-01T08:30:00"),
            ("price", "1.50"),
            ("tags", '["绿化"]'),
            ("yes", "true"),
        ),
        0,
    )
    assert second.text == SECOND
    assert second.metadata == (("at", "2021-03-02"), ("tags", "[]"), ("yes", "false"))


def test_rows_of_parquet_without_a_text_are_refused_one_by_one():
    assert refusals(read_parquet(parquet({"text": [None, FIRST, " "]}), COLUMNS)) == [(0, "no text"), (2, "no text")]
    assert refusals(read_parquet(parquet({"text": [1, 2]}), COLUMNS)) == [
        (0, "text is no string"),
        (1, "text is no string"),
    ]


def test_dictionaries_large_strings_and_bytes_are_strings():
    for array in (
        pa.array([FIRST, FIRST]).dictionary_encode(),
        pa.array([FIRST, FIRST], pa.large_string()),
        pa.array([FIRST.encode(), FIRST.encode("gb18030")]),
    ):
        assert texts(read_parquet(parquet({"text": array}), COLUMNS)) == [FIRST, FIRST]


def test_a_string_of_parquet_that_is_not_utf_8_is_decoded_as_a_file_would_be():
    raw = pa.array([FIRST.encode("gb18030"), FIRST.encode()])
    array = pa.Array.from_buffers(pa.string(), 2, raw.buffers())
    assert texts(read_parquet(parquet({"text": array}), COLUMNS)) == [FIRST, FIRST]


def test_times_that_no_calendar_of_python_holds_are_kept():
    far = pa.array([2**61], pa.timestamp("us"))
    (row,) = read_parquet(parquet({"text": [FIRST], "at": far}), COLUMNS)
    assert row.text == FIRST
    assert dict(row.metadata)["at"]


def test_broken_parquet_is_refused_or_keeps_the_rows_before():
    data = parquet({"text": [FIRST]})
    for broken in (data[:-20], b"PAR1" + bytes(40) + b"PAR1", data[:4], b""):
        with pytest.raises(Refused, match="broken Parquet"):
            list(read_parquet(broken, COLUMNS))
    groups = parquet({"text": [f"{i}{FIRST}" for i in range(200)]}, row_group_size=100, use_dictionary=False)
    start = pq.ParquetFile(io.BytesIO(groups)).metadata.row_group(1).column(0).data_page_offset
    found = list(read_parquet(groups[:start] + b"\xff" * 400 + groups[start + 400 :], COLUMNS))
    assert texts(found)[:64] == [f"{i}{FIRST}" for i in range(64)]
    assert [reason for _, reason in refusals(found)] == ["broken Parquet"]


def test_a_parquet_file_without_text_column_or_rows_is_refused():
    with pytest.raises(Refused, match="no text column"):
        list(read_parquet(parquet({"标题": ["植树"]}), COLUMNS))
    with pytest.raises(Refused, match="no rows"):
        list(read_parquet(parquet({"text": pa.array([], pa.string())}), COLUMNS))
