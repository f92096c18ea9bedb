"""One report as people keep it: in every form and encoding it is the same text with the same names."""

import json
from pathlib import Path

import pytest

from pipeline import store, tables

ROOT = Path(__file__).parents[2]
RAW = (ROOT / "data" / "raw" / "yangquan-cppcc-2021.txt").read_text(encoding="utf-8")
GOLD = json.loads((ROOT / "data" / "gold" / "yangquan-cppcc-2021.entities.json").read_text(encoding="utf-8"))["text"]
FORMS = ROOT / "tests" / "files"
FRAME = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_云岭门户网</title>
<style>p {{color: red}}</style><script>var menu = ["首页", "新闻"];</script></head><body>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/n">新闻中心</a></li></ul></div>
<div class="crumb">您的位置：<a href="/">首页</a> &gt; <a href="/z">政协</a> &gt; 正文</div>
<div class="article"><div class="bar">来源：云岭门户网 时间：2021-08-20 【字号：<a>大</a> <a>中</a> <a>小</a>】</div>
{body}
<div class="share">分享到：<a>微信</a> <a>微博</a></div></div>
<div class="related"><h3>相关链接</h3><ul><li><a href="/1">市政协召开主席会议</a></li>
<li><a href="/2">我市粮食生产再获丰收</a></li></ul></div>
<div class="footer">版权所有：云岭门户网 备案号：某ICP备12345678号</div></body></html>"""


def page():
    """The report in a site's frame."""
    lines = RAW.split("\n")
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;") for line in lines]
    body = f"<h1>{escaped[0]}</h1>" + "".join(f"<p>{line}</p>\n" for line in escaped[1:])
    return FRAME.format(title=escaped[0], body=body)


FILES = {
    "utf-8.txt": RAW.encode(),
    "utf-8-bom.txt": RAW.encode("utf-8-sig"),
    "utf-16.txt": RAW.encode("utf-16"),
    "utf-16-be.txt": RAW.encode("utf-16-be"),
    "gb18030.txt": RAW.encode("gb18030"),
    "page.html": page().encode(),
    "page-gb18030.html": page().encode("gb18030"),
    # Big5 lacks one of the report's characters, which a page in it writes by number
    "page-big5.html": page().encode("big5hkscs", "xmlcharrefreplace"),
    "table.csv": f'id,全文\n7,"{RAW}"\n'.encode("gb18030"),
    "lines.jsonl": json.dumps({"text": RAW}).encode(),
    "office.docx": (FORMS / "yangquan-cppcc-2021.docx").read_bytes(),
    "office.doc": (FORMS / "yangquan-cppcc-2021.doc").read_bytes(),
    "office.pdf": (FORMS / "yangquan-cppcc-2021.pdf").read_bytes(),
}


@pytest.fixture(scope="module")
def published(tmp_path_factory, runner):
    """A function from a table's name to its rows by file name."""
    data = runner(tmp_path_factory.mktemp("forms"), FILES)
    paths = {row["doc_id"]: row["path"] for row in reversed(store.read_table(data, tables.SOURCES))}
    assert store.read_table(data, tables.REJECTS) == []

    def rows(table):
        found = {}
        for row in store.read_table(data, table):
            found.setdefault(paths[row.pop("doc_id")], []).append(row)
        return found

    return rows


def test_every_form_gives_the_same_text(published):
    texts = {name: rows[0]["text"] for name, rows in published(tables.DOCUMENTS).items()}
    # a row's id is that of its text, so the two tables hold the document that stands by itself in UTF-8
    assert set(texts) | {"table.csv", "utf-8.txt"} == set(FILES)
    assert {name: text for name, text in texts.items() if text != GOLD} == {}


def test_every_form_gives_the_same_entities(published):
    # where a name stands in the raw text differs from form to form
    seen = {
        name: [{key: value for key, value in row.items() if not key.startswith("raw_")} for row in rows]
        for name, rows in published(tables.ENTITIES).items()
    }
    assert {name for name, rows in seen.items() if rows != seen["utf-16.txt"]} == set()
    assert len(seen["utf-16.txt"]) > 20


def test_what_the_frame_says_of_the_report_is_kept_as_fields(published):
    [row] = published(tables.DOCUMENTS)["page.html"]
    assert (row["source"], row["date"]) == ("云岭门户网", "2021-08-20")
    assert row["title"] == GOLD.split("\n")[0]


def test_what_was_taken_out_of_the_page_is_all_furniture_and_in_the_raw_text(published):
    [row] = published(tables.DOCUMENTS)["page.html"]
    removed = "".join(e["before"] for e in published(tables.EDITS)["page.html"] if "furniture" in e["rule"].split("+"))
    for words in ("新闻中心", "您的位置", "来源：云岭门户网", "分享到", "市政协召开主席会议", "备案号"):
        assert words in removed and words in row["raw_text"] and words not in row["text"]


def test_the_forms_are_marked_as_near_duplicates_of_the_first(published):
    documents = published(tables.DOCUMENTS)
    first = min(FILES)
    assert [name for name, [row] in documents.items() if not row["near_duplicate_of"]] == [first]
    assert len({row["near_duplicate_of"] for [row] in documents.values()}) == 2
