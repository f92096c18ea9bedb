import pytest

from pipeline.ingestion.fields import find_fields

BODY = "清明前，梨花镇的茶山上一片忙碌。\n茶农很高兴，都说今年收成好。\n"


def value(raw, field="title"):
    return next((f.value for f in find_fields(raw) if f.field == field), None)


@pytest.mark.parametrize(
    "head",
    [
        "云岭县人民政府文件\n\n云政发〔2021〕3号\n\n云岭县人民政府\n关于做好春耕工作的通知\n",
        "000012\n机密\n特急\n云岭县人民政府办公室文件\n云政办发[2021]12号　　签发人：白帆\n"
        "云岭县人民政府\n关于做好春耕工作的通知\n",
        "云岭县人民政府关于\n做好春耕工作的通知\n",
        "云岭县人民政府关于做好春耕工作的\n通知\n云政发〔2021〕3号\n",
        "标题：云岭县人民政府关于做好春耕工作的通知\n日期：2021-03-05\n正文：\n",
        "# 云岭县人民政府关于做好春耕工作的通知\n",
        "title: 云岭县人民政府关于做好春耕工作的通知\n",
    ],
)
def test_the_title_of_an_official_document_is_whole_and_not_its_head(head):
    assert value(f"{head}各乡镇人民政府：\n{BODY}") == "云岭县人民政府关于做好春耕工作的通知"


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        # a chapter under the title, a day under the office
        (f"云岭县春茶产业发展报告\n关于品种\n{BODY}", "云岭县春茶产业发展报告"),
        (f"云岭县人民政府\n2021年政府工作报告\n{BODY}", "2021年政府工作报告"),
        (f"梨花镇春茶采摘的\n茶农们很高兴，都说今年收成好。\n{BODY}", None),
        (f"大会听取和审议了县长白帆所作的\n政府工作报告\n。会议同意这个报告。\n{BODY}", None),
    ],
)
def test_lines_that_do_not_belong_to_a_title_are_not_taken_into_it(raw, title):
    assert value(raw) == title


@pytest.mark.parametrize(
    ("end", "byline"),
    [
        ("（通讯员：林晓岚）", "林晓岚"),
        ("（记者 林晓岚 高远）", "林晓岚 高远"),
        ("（县林业局 林晓岚）", "林晓岚"),
        ("（供稿：林晓岚）", "林晓岚"),
        ("（林晓岚）", "林晓岚"),
        ("2021年3月5日（星期五）", None),
        ("（周五）", None),
    ],
)
def test_who_signs_in_brackets_at_the_end(end, byline):
    assert value(f"梨花镇春茶开采\n{BODY}{end}", "byline") == byline


@pytest.mark.parametrize(
    ("line", "day", "source"),
    [
        ("2021-03-05 云岭融媒", "2021-03-05", "云岭融媒"),
        ("云岭新闻网　2021-03-05 09:00", "2021-03-05", "云岭新闻网"),
        ("2021年3月5日 10:20 云岭日报", "2021-03-05", "云岭日报"),
        ("《云岭日报》（2021年03月05日 04 版）", "2021-03-05", "云岭日报"),
    ],
)
def test_when_and_by_whom_a_text_was_published_is_known_without_labels(line, day, source):
    raw = f"梨花镇春茶开采\n{line}\n{BODY}"
    assert (value(raw, "date"), value(raw, "source")) == (day, source)


def test_a_signature_is_no_source():
    raw = f"梨花镇春茶开采\n{BODY}云岭县农业农村局\n2021年3月5日\n"
    assert (value(raw, "date"), value(raw, "source")) == ("2021-03-05", None)


@pytest.mark.parametrize("name", ["梨花镇春茶开采", "梨花镇：春茶开采"])
def test_a_line_that_says_what_the_files_head_says_is_the_title(name):
    raw = f"弘扬茶乡文化 建设美丽家园\n梨花镇春茶开采\n林晓岚出席并讲话\n{BODY}"
    assert next(f.value for f in find_fields(raw, name=name) if f.field == "title") == "梨花镇春茶开采"
    assert value(raw) == "弘扬茶乡文化 建设美丽家园"


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        (
            f"云岭县河道管理办法\n{BODY}县长　白帆\n2021年5月20日\n第一章　总则\n第一条　为了管好河道。\n{BODY}",
            "2021-05-20",
        ),
        (f"梨花镇春茶开采\n{BODY}2021年5月20日\n茶园里很热闹。\n{BODY}", ""),
    ],
)
def test_the_day_of_an_order_stands_under_who_signed_it_above_its_annex(raw, day):
    assert (value(raw, "date") or "") == day


@pytest.mark.parametrize(
    "line", ["作者：白帆 | 2021-03-06", "2021年03月06日 星期六 云岭日报 返回首页 上一篇 下一篇", "202103/0610:11:12"]
)
def test_a_day_on_a_line_of_the_page_is_the_documents(line):
    raw = f"{line}\n梨花镇春茶开采\n{BODY}"
    day = next(f.value for f in find_fields(raw, [(0, len(line) + 1)]) if f.field == "date")
    assert day == "2021-03-06"
