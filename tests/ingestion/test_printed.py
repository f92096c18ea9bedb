"""What copies of whole pages and of printed documents have above, below and between their text."""

import pytest

from pipeline.ingestion.furniture import find_furniture

TITLE = "云岭县春季植树活动全面展开"
BODY = "清明前，梨花镇的茶山上一片忙碌。\n茶农很高兴，都说今年收成好。"
END = "\n打印 关闭\n上一篇：我县召开防火会议\n"


def cleaned(raw):
    text, at = "", 0
    for start, end in find_furniture(raw):
        text, at = text + raw[at:start], end
    return (text + raw[at:]).replace("\f", "")


def test_a_sites_menu_above_the_breadcrumb_goes():
    menu = "首页\n走进云岭\n新闻中心\n云岭县政府门户网站\n您当前的位置：首页 > 新闻中心 > 正文\n"
    assert cleaned(f"{menu}{TITLE}\n{BODY}") == f"{TITLE}\n{BODY}"


@pytest.mark.parametrize(
    "raw",
    [
        f"{TITLE}\n当前位置：首页 > 要闻\n{BODY}",
        f"政府工作报告\n各位代表：\n{BODY}\n当前位置：梨花镇东三公里处\n{BODY}",
    ],
)
def test_what_is_no_menu_stays_above_a_breadcrumb(raw):
    assert cleaned(raw).startswith(raw.split("\n")[0])


def test_a_sites_owner_and_address_go_with_its_end():
    imprint = (
        "主办：云岭县人民政府办公室\n地址：云岭县人民路1号 邮编：000000\n网站标识码：0000000000 某ICP备00000000号"
    )
    assert cleaned(f"{TITLE}\n{BODY}{END}{imprint}") == f"{TITLE}\n{BODY}"


@pytest.mark.parametrize("line", ["主办单位：云岭县文旅局", "联系电话：0000-1234567", "地址：云岭县人民路1号"])
def test_a_notices_own_organizer_and_telephone_stay(line):
    assert cleaned(f"{TITLE}\n{BODY}\n{line}{END}网站标识码：0000000000 某ICP备00000000号").endswith(f"\n{line}")


def test_what_a_scraper_wrote_above_the_text_goes():
    head = f"标题：{TITLE}\n作者：白帆\n日期：2021-12-20\nURL：https://www.yunling.example/a.html?id=1\n正文：\n"
    assert cleaned(head + BODY) == BODY


@pytest.mark.parametrize("number", ["- 1 -", "— 12 —", "－３－", "第 3 页", "第3页 共8页"])
def test_page_numbers_go(number):
    assert cleaned(f"{TITLE}\n{BODY}\n{number}\n\f{BODY}") == f"{TITLE}\n{BODY}\n{BODY}"


def test_a_bare_number_goes_at_a_form_feed_only():
    assert cleaned(f"{TITLE}\n{BODY}\n12\n\f{BODY}") == f"{TITLE}\n{BODY}\n{BODY}"
    assert "\n12\n" in cleaned(f"{TITLE}\n{BODY}\n12\n{BODY}")


@pytest.mark.parametrize("line", ["——1——2", "-1", "2021", "— 一 —之后的事", "第三章"])
def test_what_looks_like_a_page_number_and_is_none_stays(line):
    assert line in cleaned(f"{TITLE}\n{BODY}\n{line}\n{BODY}")


@pytest.mark.parametrize("dots", ["………………", "............", ". . . . . . ", "·······"])
def test_a_table_of_contents_goes_with_its_heading(dots):
    entries = "".join(f"第{n}章　第{n}部分{dots}{n}\n" for n in range(1, 5))
    assert cleaned(f"{TITLE}\n目　录\n{entries}第1章　第1部分\n{BODY}") == f"{TITLE}\n第1章　第1部分\n{BODY}"


def test_tabs_before_page_numbers_are_contents_below_that_heading_only():
    rows = "".join(f"第{n}部分\t{n}\n" for n in range(1, 5))
    assert "\t" not in cleaned(f"{TITLE}\n目录\n{rows}{BODY}")
    assert cleaned(f"{TITLE}\n{rows}{BODY}").count("\t") == 4


def test_two_dotted_lines_are_no_contents():
    raw = f"{TITLE}\n合计……………………12\n其中……………………7\n{BODY}"
    assert cleaned(raw) == raw


@pytest.mark.parametrize(
    "line", ["2021-03-05 云岭融媒", "云岭新闻网　2021-03-05 09:00", "《 云岭日报 》（ 2021年03月06日 04 版）"]
)
def test_when_and_by_whom_it_was_published_goes(line):
    assert cleaned(f"{TITLE}\n{line}\n{BODY}") == f"{TITLE}\n{BODY}"


@pytest.mark.parametrize(
    "line", ["云岭县人民政府", "2021年3月5日", "云岭日报社　2021年3月5日", "云岭县农业农村局 2021-03-05"]
)
def test_a_signature_stays(line):
    assert cleaned(f"{TITLE}\n{BODY}\n{line}").endswith(line)


def test_what_stands_around_a_copied_post_goes():
    head = f"{TITLE}\n云岭林业 云岭林业\n2021-03-05 17:30\n发表于 云岭\n\n点击蓝字 关注我们\n\n"
    assert cleaned(f"{head}{BODY}\n\n来源 | 县林业局\n编辑 | 高远\n写留言\n") == f"{TITLE}\n\n{BODY}"


@pytest.mark.parametrize("line", ["植树 植树 再植树", "作者 | 与读者的对话很长。", "绿水青山 绿水青山"])
def test_lines_like_those_of_a_post_stay_where_no_post_is(line):
    assert cleaned(f"{TITLE}\n{line}\n{BODY}") == f"{TITLE}\n{line}\n{BODY}"
