"""Web pages of many makes, all invented: the article's lines come out, the page's do not, and nothing is lost."""

import base64
import re
import time
from html import escape
from pathlib import Path

import pytest

from pipeline.ingestion.formats.extracted import Extracted
from pipeline.ingestion.formats.html import read_html
from pipeline.mapping import Refused

TITLE = "云岭县人民政府关于加强山林防火工作的通知"
FIRST = "今年入春以来，我县气温偏高，降水偏少，山林防火形势严峻。"
SECOND = "各乡镇要落实责任，加强巡查，发现火情及时报告。"
THIRD = "对工作不力的，依规依纪追究责任。"
BODY = [FIRST, SECOND, THIRD]
NAV = "<div class='nav'><a href='/'>首页</a><a href='/zwgk'>政务公开</a><a href='/hd'>互动交流</a></div>"
RELATED = (
    "<div class='xg'><h3>相关文章</h3><ul><li><a href='1.html'>云岭县召开春季造林现场会，部署全年工作</a></li>"
    "<li><a href='2.html'>我县组织开展防火演练。群众踊跃参加</a></li></ul></div>"
)
FOOTER = (
    "<div class='bottom'><p>主办单位：云岭县人民政府办公室 版权所有</p>"
    "<p>某ICP备00000000号 网站标识码：0000000000</p></div>"
)


def page(inside: str, *, title: str = TITLE, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}_云岭县人民政府网</title>{head}"
        f"<style>p {{ color: red }}</style></head><body>{NAV}{inside}{RELATED}{FOOTER}"
        "<script>var 正文 = '脚本里的文字不是正文。';</script></body></html>"
    )


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>\n" for line in lines)


def without_furniture(extracted: Extracted) -> str:
    kept, at = [], 0
    for start, end in extracted.furniture:
        assert at <= start < end, "spans are sorted and do not overlap"
        kept.append(extracted.text[at:start])
        at = end
    return "".join([*kept, extracted.text[at:]])


def article(html: str | bytes) -> list[str]:
    return without_furniture(read_html(html if isinstance(html, bytes) else html.encode())).split("\n")


H1 = f"<h1>{TITLE}</h1>"
LABELS = (
    "<div class='info'>发布时间：2021-03-05 09:12 来源：云岭县林业局 <a href='#'>打印</a></div>"
    "<div>字号：大 中 小</div>"
)
INDENT = "\u3000\u3000"
STYLES = {
    "TRS_Editor": (f"{H1}{LABELS}<div class='TRS_Editor'>{paragraphs(BODY)}</div>", [TITLE, *BODY]),
    "zoom": (
        f"<div id='zoom'>{paragraphs([INDENT + line for line in BODY])}</div>",
        [INDENT + line for line in BODY],
    ),
    "UCAP-CONTENT": (f"{H1}<td><div class='pages_content' id='UCAP-CONTENT'>{paragraphs(BODY)}", [TITLE, *BODY]),
    "layout table": (
        "<table width=900><tr><td width=200><table><tr><td><a href=a>县长信箱</a></td></tr><tr><td>"
        f"<a href=b>办事指南</a></td></tr></table></td><td><table><tr><td align=center><b>{TITLE}</b>"
        f"</td></tr><tr><td>{paragraphs(BODY)}</td></tr></table></td></tr></table>",
        [TITLE, *BODY],
    ),
    "layout table of one level": (
        f"<table><tr><td><a href=a>县长信箱</a><br><a href=b>办事指南</a><br>"
        f"<a href=c>联系方式</a><br><a href=d>地图</a></td><td>{'<br>'.join(BODY)}</td></tr></table>",
        BODY,
    ),
    "bare text with br": (
        f"<center>{TITLE}</center><td>{INDENT}{FIRST}<br><br>{INDENT}{SECOND}<br/>\n<br>{INDENT}{THIRD}</td>",
        [TITLE, INDENT + FIRST, INDENT + SECOND, INDENT + THIRD],
    ),
    "font soup, nothing closed": (
        f"<font size=5><b>{TITLE}</font><div><font color=#000><p><font face=宋体>{FIRST}<p><b>"
        f"<font size=3>{SECOND}<p>{THIRD}</div>",
        [TITLE, *BODY],
    ),
    "single paragraph": (f"{H1}{LABELS}<div class='con'><p>{FIRST}{SECOND}</p></div>", [TITLE, FIRST + SECOND]),
    "signature and date": (
        f"{H1}<div class='article'>{paragraphs(BODY)}<p align=right>云岭县人民政府</p>"
        "<p align=right>2021年3月5日</p></div>",
        [TITLE, *BODY, "云岭县人民政府", "2021年3月5日"],
    ),
    "signature behind the block": (
        f"{H1}<div id='c'>{paragraphs(BODY)}</div><div>云岭县人民政府</div><div>二〇二一年三月五日</div>",
        [TITLE, *BODY, "云岭县人民政府", "二〇二一年三月五日"],
    ),
    "heading of a document above its title": (
        f"<div id='c'><p>云岭县人民政府文件</p><p>云政发〔2021〕3号</p><p>{TITLE}</p>{paragraphs(BODY)}</div>",
        ["云岭县人民政府文件", "云政发〔2021〕3号", TITLE, *BODY],
    ),
    "clauses": (
        f"{H1}<div class='content'><p>第一章\u3000总则</p><p>第一条\u3000{FIRST}</p><p>第二条\u3000下列情形除外：</p>"
        f"<p>（一）抢险；</p><p>（二）救灾。</p><p>第二章\u3000附则</p><p>第三条\u3000{THIRD}</p></div>",
        [
            TITLE,
            "第一章\u3000总则",
            f"第一条\u3000{FIRST}",
            "第二条\u3000下列情形除外：",
            "（一）抢险；",
            "（二）救灾。",
            "第二章\u3000附则",
            f"第三条\u3000{THIRD}",
        ],
    ),
    "data table": (
        f"{H1}<div class='content'><p>{FIRST}</p><table><tr><th>乡镇</th><th>面积</th></tr><tr>"
        f"<td>青石乡</td><td><p>1,200</p></td></tr></table><p>{THIRD}</p></div>",
        [TITLE, FIRST, "乡镇\t面积", "青石乡\t1,200", THIRD],
    ),
    "table of an official document above it": (
        "<table class='bd1'><tr><td>索 引 号：</td><td>000000000/2021-00003</td><td>主题分类：</td><td>林业</td></tr>"
        "<tr><td>标\u3000\u3000题：</td>"
        f"<td colspan=3>{TITLE}以及做好今年春季造林和林木管护工作的意见</td></tr></table>"
        f"<table><tr><td id='UCAP-CONTENT'><p align=center>{TITLE}</p>{paragraphs(BODY)}</td></tr></table>",
        [TITLE, *BODY],
    ),
    "title again in the article": (f"{H1}{LABELS}<div id='c'><p>{TITLE}</p>{paragraphs(BODY)}</div>", [TITLE, *BODY]),
    "pager and share buttons": (
        f"{H1}<div id='c'>{paragraphs(BODY)}<div><a href=1>1</a> <a href=2>2</a> <a href=2>下一页</a></div></div>"
        "<div>分享到：<a href=x>微信</a></div><div>扫一扫在手机打开当前页</div>"
        "<div>上一篇：<a href=y>云岭县春耕备耕情况通报</a></div>",
        [TITLE, *BODY],
    ),
    "links inside the article": (
        f"{H1}<div id='c'><p>{FIRST}</p><p><a href=r>云岭县去年山林防火工作综述</a></p>"
        f"<p>请按<a href=l>《云岭县防火办法》</a>办理，{THIRD}</p>"
        "<p>附件：<a href='a.doc'>1.云岭县防火责任区划分表</a></p></div>",
        [TITLE, FIRST, f"请按《云岭县防火办法》办理，{THIRD}", "附件：1.云岭县防火责任区划分表"],
    ),
    "one page inside a form": (
        f"<form action='x.aspx'>{H1}<div id='c'>{paragraphs(BODY)}</div></form>",
        [TITLE, *BODY],
    ),
    "a block named like a menu": (f"<div class='header'>{H1}<div>{paragraphs(BODY)}</div></div>", [TITLE, *BODY]),
}


@pytest.mark.parametrize("style", STYLES)
def test_the_article_comes_out_whole_and_alone(style: str) -> None:
    inside, expected = STYLES[style]
    assert article(page(inside)) == expected


@pytest.mark.parametrize("style", STYLES)
def test_what_is_no_article_stays_traceable(style: str) -> None:
    text = read_html(page(STYLES[style][0]).encode()).text
    assert "首页" in text
    assert "云岭县召开春季造林现场会，部署全年工作" in text
    assert "ICP备00000000号" in text
    assert "脚本" not in text
    assert "color" not in text


def test_comments_longer_than_the_article_are_not_the_article() -> None:
    comments = paragraphs([f"第{n}楼：说得好，山林防火人人有责，大家都要小心用火。" for n in range(6)])
    html = page(f"{H1}<div id='c'>{paragraphs(BODY)}</div><div class='comment-list'>{comments}</div>")
    assert article(html) == [TITLE, *BODY]


def test_a_long_speech_keeps_every_paragraph() -> None:
    speech = [f"第{number}点意见，要坚持预防为主，把责任落实到每一座山头、每一户人家。" for number in range(1500)]
    html = page(f"{H1}<div class='article'>{paragraphs(['各位代表：', *speech, '谢谢大家！'])}</div>")
    assert article(html) == [TITLE, "各位代表：", *speech, "谢谢大家！"]


def test_a_line_of_time_and_place_among_paragraphs_is_the_authors() -> None:
    lines = [FIRST, "时间：3月5日上午9时", "来源：各乡镇自筹", SECOND]
    assert article(page(f"{H1}<div id='c'>{paragraphs(lines)}</div>")) == [TITLE, *lines]


def test_control_characters_and_no_break_spaces_stay() -> None:
    html = page(f"<div id='c'><p>&nbsp;&nbsp;会议\x05指出\x00，要加强巡查\x1f，落实责任&#5;。</p><p>{THIRD}</p></div>")
    assert article(html) == ["\xa0\xa0会议\x05指出\x00，要加强巡查\x1f，落实责任\x05。", THIRD]


def test_white_space_is_collapsed_as_browsers_do() -> None:
    html = (
        "<div><p>\n  今年入春以来，\n  我县 \t 气温偏高，<b>降水</b><i>偏少</i>，GDP\n增长。\u3000请注意。</p></div>"
    )
    assert article(html) == ["今年入春以来，我县 气温偏高，降水偏少，GDP 增长。\u3000请注意。"]


def test_entities_are_characters() -> None:
    html = "<p>&#36136;&#x91cf;&ldquo;提升&rdquo;行动&mdash;&mdash;A&amp;B&lt;C，全县各乡镇都要参加。</p>"
    assert article(html) == ["质量“提升”行动——A&B<C，全县各乡镇都要参加。"]


def test_preformatted_text_keeps_its_lines() -> None:
    assert article(f"<pre>{FIRST}\n{SECOND}\n\n{THIRD}</pre>") == BODY


def test_ruby_is_a_gloss_in_brackets() -> None:
    assert article("<p>推进<ruby>质<rp>（</rp><rt>zhì</rt><rp>）</rp></ruby>量提升，落实责任。</p>") == [
        "推进质(zhì)量提升，落实责任。"
    ]


@pytest.mark.parametrize(
    "unseen",
    [
        "<p style='color:red; display: none'>{}</p>",
        "<p hidden>{}</p>",
        "<noscript>{}</noscript>",
        "<textarea>{}</textarea>",
        "<select><option>{}</option></select>",
        "<button>{}</button>",
        "<!-- {} -->",
        "<template><p>{}</p></template>",
        "<svg><text>{}</text></svg>",
    ],
)
def test_what_a_browser_hides_is_no_text(unseen: str) -> None:
    inside = unseen.format("隐藏的句子，谁也看不见。")
    assert read_html(f"<p>{FIRST}</p>{inside}<p>{THIRD}</p>".encode()).text == f"{FIRST}\n{THIRD}"


def test_an_article_that_a_script_would_show_is_shown() -> None:
    html = page(f"<h1>{TITLE}</h1><div id='zoom' style='display:none'>{paragraphs(BODY)}</div>")
    assert article(html) == [TITLE, *BODY]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "big5"])
def test_the_bytes_decide_the_encoding(encoding: str, declared: str) -> None:
    lines = [
        "今年以來，我縣山林工作有了新的發展，各地都很重視。" * 3,
        "我們要在這個基礎上，為人民的生活做得更好。" * 3,
    ]
    html = f"<html><head><meta charset={declared}></head><body>{paragraphs(lines)}</body></html>"
    extracted = read_html(html.encode(encoding))
    assert extracted.text.split("\n") == lines
    assert extracted.encoding == encoding


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [("雲嶺縣", "big5", "Big5"), ("云岭县", "gb18030", "GB2312"), ("云岭县人民政府", "utf-8", "gb2312")],
)
def test_where_few_bytes_tell_nothing_the_declared_encoding_is_taken(text: str, encoding: str, declared: str) -> None:
    html = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}"><p>{text}</p>'
    assert read_html(html.encode(encoding)) == Extracted(text, encoding)


def test_xhtml_with_its_declaration_entities_and_empty_elements() -> None:
    html = (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x" '
        '[<!ENTITY a "b"><!ENTITY c "&a;&a;">]>\n<html xmlns="http://www.w3.org/1999/xhtml"><head><script src="a.js"/>'
        f"<title/></head><body><a id='top'/><p>{FIRST}</p><p>{SECOND}&nbsp;</p></body></html>"
    )
    assert article(html) == [FIRST, SECOND + "\xa0"]


def test_a_fragment_is_a_page() -> None:
    assert article(f"{FIRST}<br>{SECOND}") == [FIRST, SECOND]


def test_a_web_archive() -> None:
    body = base64.encodebytes(f"<html><body>{paragraphs(BODY)}</body></html>".encode("gb18030")).decode()
    archive = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_b"\r\n\r\n--=_b\r\nContent-Location: file:///C:/a.htm\r\n'
        f'Content-Transfer-Encoding: base64\r\nContent-Type: text/html; charset="gb2312"\r\n\r\n{body}\r\n--=_b\r\n'
        "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n--=_b--\r\n"
    )
    extracted = read_html(archive.encode())
    assert extracted.text.split("\n") == BODY
    assert extracted.encoding == "gb18030"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html><body></body></html>",
        "<p>&nbsp;\u3000</p>",
        "<script>var a = '句子。';</script>",
        "<frameset cols='20%,80%'><frame src='a.html'><noframes>浏览器不支持框架。</noframes></frameset>",
        "<iframe src='a.html'></iframe>",
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: image/png\n\nx\n--b--",
    ],
)
def test_a_page_without_text_is_refused_with_a_reason(html: str) -> None:
    with pytest.raises(Refused) as refused:
        read_html(html.encode())
    assert refused.value.reason == "no text"
    assert refused.value.detail


def test_a_page_of_nothing_but_links_is_no_document() -> None:
    links = "<ul><li><a href=a>我县召开春季造林现场会，部署工作</a> 2021-03-05</li><li><a href=b>领导信箱</a></ul>"
    with pytest.raises(Refused) as refused:
        read_html(f"<h2>工作动态</h2>{links}<div>共 20 页</div>".encode())
    assert refused.value.reason == "a list of links"


@pytest.mark.parametrize(
    ("inside", "word"),
    [
        (f"{NAV}<h1>{TITLE}</h1><p><a href=a.pdf>{TITLE}.pdf</a></p>", "links"),
        (f"<h1>{TITLE}</h1><div><img src=a.jpg></div><div>发布时间：2021-03-05</div>", "pictures"),
        (f"{NAV}<iframe src=a.html></iframe>", "frames"),
    ],
)
def test_a_page_with_its_title_alone_says_where_the_article_may_be(inside: str, word: str) -> None:
    with pytest.raises(Refused) as refused:
        read_html(f"<title>{TITLE}</title>{inside}".encode())
    assert word in refused.value.detail


@pytest.mark.parametrize(
    "table", ["<table><tr><td>村名<td>户数<tr><td>青石村<td>120<tr><td>梨花村<td>87<tr><td>白水村<td>66</table>"]
)
def test_a_page_without_a_sentence_that_says_something_is_kept_whole(table: str) -> None:
    extracted = read_html(f"<title>{TITLE}</title>{NAV}<h1>{TITLE}</h1>{table * 2}".encode())
    assert extracted.furniture == () and extracted.text.endswith("白水村\t66")


@pytest.mark.parametrize("tag", ["div", "font", "b", "span", "table><tr><td", "ul><li", "x"])
def test_a_page_nested_too_deep_for_any_browser(tag: str) -> None:
    started = time.monotonic()
    assert read_html((f"<{tag}>" * 20_000 + f"<p>{FIRST}</p>").encode()).text == FIRST
    assert time.monotonic() - started < 20


def test_paragraphs_after_a_deep_place_are_kept() -> None:
    html = f"<p>{FIRST}</p>" + "<div>" * 3000 + f"<p>{SECOND}</p>" + "</div>" * 3000 + f"<p>{THIRD}</p>"
    assert read_html(html.encode()).text.split("\n") == BODY


def test_a_page_of_ten_megabytes() -> None:
    sentence = "我县气温偏高，降水偏少，形势严峻。"
    started = time.monotonic()
    assert len(read_html(f"<p>{sentence * 200_000}</p>".encode()).text) == len(sentence) * 200_000
    assert time.monotonic() - started < 20


def test_lines_hold_no_line_end_and_no_line_is_blank() -> None:
    text = read_html(page(STYLES["bare text with br"][0]).encode()).text
    assert all(re.search(r"[^\s\u3000]", line) for line in text.split("\n"))


def test_the_shipped_report_on_a_page_is_the_report() -> None:
    report = (Path(__file__).parents[3] / "data" / "raw" / "yangquan-cppcc-2021.txt").read_text(encoding="utf-8")
    lines = [line for line in report.split("\n") if line.strip()]
    html = page(f"<div class='TRS_Editor'>{paragraphs([escape(line) for line in lines])}</div>", title=lines[0])
    assert article(html) == lines
