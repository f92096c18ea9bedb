"""What a page's head and its table of document numbers say, under their own names."""

from pipeline.ingestion.formats.html import read_html
from pipeline.ingestion.formats.page_fields import labelled

TITLE = "云岭县人民政府关于加强山林防火工作的通知"


def page(head: str, above: str = "") -> str:
    article = "<p>今年入春以来，我县气温偏高，降水偏少，山林防火形势严峻。</p><p>各乡镇要落实责任，加强巡查。</p>"
    title = f"<title>{TITLE}_云岭县人民政府网</title>"
    return f"<html><head>{title}{head}</head><body>{above}<div id='c'>{article}</div></body></html>"


META = (
    '<meta name="SiteName" content=" 云岭县人民政府 "><meta name="ColumnName" content="通知公告">'
    f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2021-03-05 09:12">'
    '<meta name="ContentSource" content="县林业局"><meta name="Author" content="">'
    '<meta name="viewport" content="width=1">'
    '<meta property="og:title" content="山林防火">'
    '<meta property="article:published_time" content="2021-03-05T09:12:00+08:00">'
    '<link rel="canonical" href="http://www.yunling.example/a.html"><link rel="canonical" href="javascript:alert(1)">'
    '<meta name="ColumnName" content="通知公告">'
)


def test_metadata_of_the_head_under_its_own_names() -> None:
    assert read_html(page(META).encode()).metadata == (
        ("html.title", f"{TITLE}_云岭县人民政府网"),
        ("url", "http://www.yunling.example/a.html"),
        ("SiteName", "云岭县人民政府"),
        ("ColumnName", "通知公告"),
        ("ArticleTitle", TITLE),
        ("PubDate", "2021-03-05 09:12"),
        ("ContentSource", "县林业局"),
        ("og:title", "山林防火"),
        ("article:published_time", "2021-03-05T09:12:00+08:00"),
    )


def test_metadata_of_a_documents_table() -> None:
    table = (
        "<table><tr><td><b>索 引 号：</b></td><td>000/2021-03</td><td>发文机关：</td><td>云岭县人民政府</td></tr>"
        "<tr><td>成文日期</td><td>2021年3月1日</td><td>主题词：</td><td></td></tr></table><ul><li>发文字号：云政发〔2021〕3号</li></ul>"
    )
    found = dict(read_html(page("", table).encode()).metadata)
    del found["html.title"]
    assert found == {
        "索引号": "000/2021-03",
        "发文机关": "云岭县人民政府",
        "成文日期": "2021年3月1日",
        "发文字号": "云政发〔2021〕3号",
    }


def test_metadata_is_bounded() -> None:
    head = "".join(f"<meta name='n{number}' content='{'值' * 5000}'>" for number in range(200))
    metadata = read_html(page(head).encode()).metadata
    assert len(metadata) == 60
    assert max(len(value) for _, value in metadata) == 2000


def test_the_address_of_a_saved_page() -> None:
    html = "<!-- saved from url=(0033)http://www.yunling.example/b.html -->\n<html><body><p>正文。</p>"
    assert ("url", "http://www.yunling.example/b.html") in read_html(html.encode()).metadata


def test_a_label_without_a_value_takes_no_other_label_for_it() -> None:
    assert labelled("主题词：\t\t文号：\t云政发〔2021〕3号") == [("主题词", ""), ("文号", "云政发〔2021〕3号")]
    assert labelled("成文日期：\t发布日期：\t2021年3月5日") == [("成文日期", ""), ("发布日期", "2021年3月5日")]


def test_a_sentence_is_no_label() -> None:
    assert labelled("发文机关要按照规定，公开文件的标题和文号。") == []


def test_several_labels_on_one_line() -> None:
    assert labelled("发布日期：2021-02-10 09:12 来源：县政府办 【字体：大 中 小】 作者: 张某") == [
        ("发布日期", "2021-02-10 09:12"),
        ("来源", "县政府办"),
        ("作者", "张某"),
    ]
