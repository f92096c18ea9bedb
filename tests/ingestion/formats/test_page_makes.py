"""What pages of certain makes do: hide times in scripts, say things twice, name titles where nobody looks for them."""

import pytest

from pipeline.ingestion.formats.html import read_html
from pipeline.ingestion.formats.page_fields import labelled

TITLE = "云岭县2021年乡村振兴工作情况报告"
BODY = [
    "今年以来，云岭县坚持绿色发展，全县经济保持平稳健康发展。",
    "县财政投入教育资金1.6亿元，新建改建学校7所。",
    "下一步，我们将压实责任，把各项工作落到实处。",
]
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in BODY)
NAV = "<div><a href=/>首页</a><a href=/a>政务公开</a></div>"


def read(html):
    """The article's lines and what the page says of it."""
    page = read_html(html.encode())
    text, at = "", 0
    for start, end in page.furniture:
        text, at = text + page.text[at:start], end
    return (text + page.text[at:]).split("\n"), dict(page.metadata)


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (f"云岭县人民政府 部门文件 {TITLE}", f"<td align=center>{TITLE}</td>"),
        ("::云岭县政协::", f"<td align=center><font size=5><b>{TITLE}</b></font></td>"),
    ],
)
def test_a_title_is_found_where_the_head_ends_with_it_or_over_the_line_of_labels(head, line):
    rows = f"<tr>{line}</tr><tr><td>作者：白帆　来源：县政府办　时间：2021-4-12　点击：35 次</td></tr>"
    html = (
        f"<title>{head}</title><table><tr><td>{NAV}</td></tr>{rows}<tr><td>{'<br>　　'.join(BODY)}</td></tr></table>"
    )
    lines, _ = read(html)
    assert [line.strip() for line in lines] == [TITLE, *BODY]


def test_a_slogan_over_the_text_without_a_line_of_labels_is_no_title():
    lines, _ = read(f"<title>::云岭::</title>{NAV}<div>山水云岭 茶乡福地欢迎您</div><div>{PARAGRAPHS}</div>")
    assert lines == BODY


def test_an_article_that_is_shown_twice_is_taken_once():
    half = f"<h1>{TITLE}</h1><div>2021-12-20 来源：县政府办</div><div>{PARAGRAPHS}</div>"
    lines, _ = read(f"<title>{TITLE}</title><div class=pc>{half}</div><div class=mobile>{half}</div>")
    assert lines == [TITLE, *BODY]


def test_paragraphs_that_say_the_same_are_kept_if_the_article_goes_on():
    lines, _ = read(
        f"<title>{TITLE}</title><h1>{TITLE}</h1><div>{PARAGRAPHS}{PARAGRAPHS}<p>特此报告，请予审议。</p></div>"
    )
    assert lines == [TITLE, *BODY, *BODY, "特此报告，请予审议。"]


def test_a_list_of_annexes_below_the_articles_block_is_kept():
    annexes = "<div>附件：<a href=a.doc>1.项目清单.doc</a></div><div>分享到：微信</div>"
    assert read(f"<div><h1>{TITLE}</h1>{PARAGRAPHS}</div>{annexes}")[0] == [TITLE, *BODY, "附件：1.项目清单.doc"]


def test_wechat_names_author_account_and_time_in_its_own_ways():
    head = (
        "<div id=meta_content><span>原创</span><span id=js_author_name>林晓岚</span><a id=js_name>\n云岭林业\n</a>"
        "<em id=publish_time></em></div>"
    )
    html = (
        f"<title>{TITLE}</title><h1 id=activity-name>{TITLE}</h1>{head}<div id=js_content style='visibility: hidden'>"
        f'{PARAGRAPHS}</div><script>var ct = "1614936600"; var svr_time = "1699999999";</script>'
    )
    _, said = read(html)
    assert (said["author"], said["ContentSource"], said["publish_date"]) == ("林晓岚", "云岭林业", "1614936600")
    assert "publish_date" not in read(html.replace("js_content", "content"))[1]


def test_labels_that_only_styles_part_are_read_one_by_one():
    assert labelled("发布时间：2021-12-20 09:15来源：县乡村振兴局浏览次数：12次字体：[大 中 小]")[:2] == [
        ("发布时间", "2021-12-20 09:15"),
        ("来源", "县乡村振兴局"),
    ]
    assert labelled("作者：县政府办　　【打印】【关闭】") == [("作者", "县政府办")]
    assert labelled("发文字号：云政发〔2021〕3号") == [("发文字号", "云政发〔2021〕3号")]


def test_the_address_that_singlefile_writes_is_the_pages():
    comment = "<!--\n Page saved with SingleFile \n url: https://www.yunling.example/art_1.html \n saved date: x\n-->"
    assert (
        read(f"<!DOCTYPE html><html>{comment}<h1>{TITLE}</h1>{PARAGRAPHS}")[1]["url"]
        == "https://www.yunling.example/art_1.html"
    )


def test_a_saved_view_of_a_pages_source_is_the_page():
    source = [f"<title>{TITLE}</title>{NAV}", f"<h1>{TITLE}</h1>", *(f"<p>{line}</p>" for line in BODY)]
    rows = "".join(
        f"<tr><td class=line-number value={n}></td><td class=line-content>{line.replace('<', '&lt;')}</td></tr>"
        for n, line in enumerate(source)
    )
    lines, said = read(f"<html><body><table>{rows}</table></body></html>")
    assert (lines, said["html.title"]) == ([TITLE, *BODY], TITLE)


FOOT = "<div class=footer><p>主办单位：云岭县人民政府办公室</p><p>某ICP备00000000号</p></div>"


def test_the_owner_of_a_site_is_no_signature():
    lines, _ = read(f"<title>{TITLE}</title>{NAV}<div class=con><h1>{TITLE}</h1>{PARAGRAPHS}</div>{FOOT}")
    assert lines == [TITLE, *BODY]


def test_a_logo_in_a_header_stays_out_and_a_title_in_one_does_not():
    logo = f"<div class=header><div>云岭县人民政府</div>{NAV}</div>"
    assert read(f"<title>{TITLE}</title>{logo}<h1>{TITLE}</h1>{PARAGRAPHS}{FOOT}")[0] == [TITLE, *BODY]
    top = f"<div class=header><div>202112/2110:11:12</div><div>来源：新华网</div><h1><span>{TITLE}</span></h1></div>"
    assert read(f"<title>{TITLE}-新华网</title>{top}<div id=detail>{PARAGRAPHS}</div>")[0] == [TITLE, *BODY]


def test_summaries_of_other_articles_in_the_articles_block_go_with_their_heading():
    more = "<h4>相关阅读</h4><dl><dt><a href=a>林长制会议召开</a></dt><dd>近日，云岭县召开林长制会议。</dd></dl>"
    lines, _ = read(f"<title>{TITLE}</title><div><h1>{TITLE}</h1>{PARAGRAPHS}<div>{more}</div></div>")
    assert lines == [TITLE, *BODY]


def test_a_chapter_on_related_news_without_links_is_the_articles():
    chapter = "<p>相关新闻</p><p>近日，云岭县召开林长制会议，部署今年任务。</p>"
    lines, _ = read(f"<title>{TITLE}</title><div><h1>{TITLE}</h1>{PARAGRAPHS}{chapter}</div>")
    assert lines[-2:] == ["相关新闻", "近日，云岭县召开林长制会议，部署今年任务。"]
