"""Pieces of web pages in tables and text files, and JSON as web interfaces give it."""

import json
import time

import pytest

from pipeline.ingestion.formats.extracted import Unreadable
from pipeline.ingestion.formats.markup import is_markup, is_page, unescaped
from pipeline.ingestion.formats.rows import read_csv, read_jsonl
from pipeline.ingestion.readers import read
from pipeline.mapping import Refused
from pipeline.params import Ingestion

FIRST = "云岭县召开春季植树动员会，部署全年绿化任务。"
SECOND = "青石镇改造危房二百余户，年底前全部完工。"
COLUMNS = ("text", "正文")


def csv_text(cell):
    [row] = read_csv(f'标题,正文\n植树,"{cell}"\n'.encode(), COLUMNS)
    return row.text


def json_rows(value):
    return list(read_jsonl(json.dumps(value, ensure_ascii=False).encode(), COLUMNS))


@pytest.mark.parametrize(
    "cell",
    [
        f"<p>{FIRST}</p><p>{SECOND}</p>",
        f"{FIRST}<br/>{SECOND}<br>",
        f"<div class=''TRS_Editor''><style>p {{}}</style><p align=''left''>{FIRST}</p>\n\n<p>{SECOND}</p></div>",
        f"<P>{FIRST}</P>\n<P>{SECOND}</P>\n<script>var a = 1;</script>",
        f"<table><tr><td>{FIRST}</td></tr><tr><td>{SECOND}</td></tr></table>",
    ],
)
def test_a_cell_of_html_gives_what_it_shows(cell):
    assert csv_text(cell) == f"{FIRST}\n{SECOND}"


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST}\n{SECOND}",
        "产量 <p 与 p> 之间，a<b 且 b>c，见 <附件>。",
        "标签 <br> 表示换行。",
        f"{FIRST} 见<font>通知</font>。\n{SECOND}",
        "1 < 2 &amp; 3 > 2",
        "AT&T、B&B 和 &c.",
    ],
)
def test_what_is_no_html_stays_as_it_is(text):
    assert csv_text(text) == text
    assert not is_page(text)


def test_characters_spelt_as_in_html_are_decoded_where_no_tag_is():
    assert csv_text("&nbsp;&nbsp;他说&ldquo;好&rdquo;&#65292;A&amp;B&#x3002;") == "\xa0\xa0他说“好”，A&B。"
    assert unescaped("&copy 与 &lt;b&gt;") == "&copy 与 &lt;b&gt;"


def test_a_cell_of_html_without_an_article_is_a_row_refused():
    [row] = read_csv('正文\n"<div><a href=a>首页</a><a href=b>要闻</a></div>"\n'.encode(), COLUMNS)
    assert isinstance(row, Unreadable) and row.reason == "a list of links"


def test_a_text_file_that_begins_with_a_tag_is_a_page():
    [(_, document)] = read(f"\n<div id='zoom'><p>{FIRST}</p><p>{SECOND}</p></div>".encode(), "a.txt", Ingestion())
    assert document.text == f"{FIRST}\n{SECOND}"


@pytest.mark.parametrize("text", ["<p" + " " * 200_000, "<p" * 100_000, "<!--" * 50_000, "&#" * 100_000])
def test_a_hostile_cell_is_judged_at_once(text):
    started = time.monotonic()
    is_markup(text), is_page(text), unescaped(text)
    assert time.monotonic() - started < 2


def test_paragraphs_that_a_scraper_collected_in_a_list_are_lines():
    [row] = json_rows([{"text": [FIRST, SECOND], "title": "植树"}])
    assert (row.text, row.metadata) == (f"{FIRST}\n{SECOND}", (("title", "植树"),))


def test_records_are_found_in_what_an_interface_wraps_around_them():
    records = [{"id": 1, "正文": FIRST}, {"id": 2, "正文": SECOND}]
    rows = json_rows({"code": 200, "data": {"total": 2, "list": records}})
    assert [(row.row, row.text, row.metadata) for row in rows] == [
        (0, FIRST, (("id", "1"),)),
        (1, SECOND, (("id", "2"),)),
    ]


def test_what_stands_beside_a_record_belongs_to_it():
    [row] = json_rows({"id": 7, "title": "外", "article": {"title": "内", "text": FIRST}})
    assert (row.text, row.metadata) == (FIRST, (("title", "内"), ("id", "7")))


def test_an_object_without_a_text_at_any_depth_is_refused_by_its_own_names():
    with pytest.raises(Refused) as refused:
        json_rows({"code": 200, "data": {"list": [{"body_": FIRST}]}})
    assert refused.value.reason == "no text column"
    assert "'code', 'data'" in refused.value.detail and "ingestion.columns.text" in refused.value.detail


def test_records_too_deep_inside_are_not_looked_for():
    value = {"text": FIRST}
    for _ in range(400):
        value = {"a": [value]}
    with pytest.raises(Refused):
        json_rows(value)


def test_a_table_without_a_header_says_so():
    with pytest.raises(Refused) as refused:
        list(read_csv(f"植树,2021-03-05,{FIRST}\n造林,2021-03-06,{SECOND}\n".encode(), COLUMNS))
    assert "no names above the columns" in refused.value.detail
