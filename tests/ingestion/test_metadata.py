import pytest

from pipeline.ingestion.metadata import FIELDS, fields_of, iso_date, page_title, site_of
from pipeline.params import Columns

COLUMNS = Columns()


def test_a_tables_columns_give_fields_and_the_rest_stays_in_order():
    pairs = [
        ("province", "云岭省"),
        ("Title", " 2026年政府\n工作报告 "),
        ("source_url", "https://www.yunling.example/a.html"),
        ("publish_date", "2026-02-09T10:00:00+08:00"),
        ("year", "2026"),
    ]
    fields, rest = fields_of(pairs, COLUMNS)
    assert fields == {
        "title": "2026年政府 工作报告",
        "date": "2026-02-09",
        "byline": "",
        "source": "",
        "issuer": "",
        "url": "https://www.yunling.example/a.html",
    }
    assert rest == [("province", "云岭省"), ("year", "2026")]


def test_nothing_gives_empty_fields():
    assert fields_of([], COLUMNS) == (dict.fromkeys(FIELDS, ""), [])


def test_the_first_name_with_a_value_wins_whatever_the_order_of_the_pairs():
    columns = Columns(title=("ArticleTitle", "title"), byline=("author",), source=("ContentSource",))
    pairs = [
        ("TITLE", "云岭网"),
        ("articletitle", "春季植树"),
        ("Author", " "),
        ("author", "林晓岚"),
        ("author", "高远"),
    ]
    fields, rest = fields_of(pairs, columns)
    assert (fields["title"], fields["byline"]) == ("春季植树", "林晓岚")
    assert rest == [("TITLE", "云岭网"), ("Author", " "), ("author", "高远")]


@pytest.mark.parametrize("missing", ["", " ", "nan", "None", "NULL", "-", "无"])
def test_what_tables_write_for_no_value_is_none(missing):
    pairs = [("title", missing), ("标题", "春季植树")]
    assert fields_of(pairs, COLUMNS) == ({**dict.fromkeys(FIELDS, ""), "title": "春季植树"}, [("title", missing)])


def test_a_date_that_is_none_stays_in_the_rest_and_the_next_name_is_tried():
    fields, rest = fields_of([("publish_date", "昨天"), ("date", "2026/2/9")], COLUMNS)
    assert fields["date"] == "2026-02-09"
    assert rest == [("publish_date", "昨天")]
    assert fields_of([("date", "2026-13-45")], COLUMNS)[1] == [("date", "2026-13-45")]


def test_an_address_for_a_source_is_the_documents_address_if_nothing_else_is():
    fields, rest = fields_of([("source", "https://yunling.example/a")], COLUMNS)
    assert (fields["source"], fields["url"], rest) == ("", "https://yunling.example/a", [])
    fields, rest = fields_of(
        [("source", "https://b.example/"), ("来源", "云岭日报"), ("url", "https://a.example/")], COLUMNS
    )
    assert (fields["source"], fields["url"]) == ("云岭日报", "https://a.example/")
    assert rest == [("source", "https://b.example/")]


def test_a_url_that_is_no_address_is_none():
    assert fields_of([("url", "详见附件")], COLUMNS)[0]["url"] == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-02-09T10:00:00+08:00", "2026-02-09"),
        ("2026-02-09 00:00:00", "2026-02-09"),
        ("2026/2/9", "2026-02-09"),
        ("2026.02.09", "2026-02-09"),
        ("2026年2月9日 10:20", "2026-02-09"),
        ("二〇二六年二月九日", "2026-02-09"),
        ("发布时间：2026-02-09 10:20", "2026-02-09"),
        ("2026年2月", "2026-02"),
        ("2026-02", "2026-02"),
        ("2026", "2026"),
        ("2026年", "2026"),
        ("2026.0", "2026"),
        ("20260209", "2026-02-09"),
        ("20260209101500", "2026-02-09"),
        ("Mon, 09 Feb 2026 10:00:00 GMT", "2026-02-09"),
        ("Feb 9, 2026", "2026-02-09"),
        ("9 February 2026", "2026-02-09"),
        ("", ""),
        ("昨天", ""),
        ("3天前", ""),
        ("2026-13-45", ""),
        ("2026-02-30", ""),
        ("20261345", ""),
        ("02/03/2026", ""),
        ("2025-2026", ""),
        ("1770601200", "2026-02-09"),  # seconds: nine in the morning in China
        ("1770566400", "2026-02-09"),  # midnight in China, when Greenwich has the day before
        ("1770601200000", "2026-02-09"),
        ("46062", "2026-02-09"),  # days, of Excel
        ("46062.5", "2026-02-09"),
        ("202602", "2026-02"),
        ("99999", ""),
        ("3000", ""),
        ("999999999999999", ""),
        ("9 Smarch 2026", ""),
        ("31 February 2026", ""),
        ("2026-02-09" + "9" * 100_000, ""),
    ],
)
def test_dates_become_iso_8601_as_far_as_they_are_known(text, value):
    assert iso_date(text) == value


def test_a_label_in_front_of_a_value_and_an_accounts_number_are_no_source_and_no_byline():
    fields, rest = fields_of([("source", "来源：云岭日报"), ("author", "100023"), ("作者", "作者: 林晓岚")], COLUMNS)
    assert (fields["source"], fields["byline"]) == ("云岭日报", "林晓岚")
    assert rest == [("author", "100023")]


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("云岭县春茶开采_云岭县人民政府网", "云岭县春茶开采"),
        ("云岭县春茶开采 - 云岭新闻网", "云岭县春茶开采"),
        ("工作动态-云岭县春茶开采纪实-云岭县政府网", "云岭县春茶开采纪实"),
        ("云岭县人民政府 | 首页", ""),
        ("::云岭县政协::", ""),
        ("", ""),
    ],
)
def test_a_pages_own_name_is_without_its_sites(title, named):
    assert page_title([("url", "https://yunling.example/"), ("html.title", title)]) == named


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Yunling.example:6443/a?b=c", "www.yunling.example"),
        ("http://user:word@yunling.example/", "yunling.example"),
        ("//yunling.example/a", "yunling.example"),
        ("yunling.example/a/b.html", "yunling.example"),
        ("http://[::1", ""),
        ("javascript:alert(1)", ""),
        ("ftp://yunling.example/a", ""),
        ("file:///etc/passwd", ""),
        ("政府工作报告.txt", ""),
        ("", ""),
    ],
)
def test_the_site_is_the_addresss_host(url, host):
    assert site_of(url) == host
