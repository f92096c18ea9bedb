import json
from pathlib import Path

import pytest

from pipeline.ingestion.fields import find_fields
from pipeline.restoration.core import restore

GOLD = Path(__file__).parents[2] / "data" / "gold"
BODY = "清明前，梨花镇的茶山上一片忙碌。\n2018年3月5日，镇里召开了动员会。\n茶农很高兴。\n"


def fields(raw):
    """Field to (text, value)."""
    return {f.field: (raw[f.raw_start : f.raw_end], f.value) for f in find_fields(raw)}


def texts(raw):
    return {field: text for field, (text, _) in fields(raw).items()}


def date(raw):
    return fields(raw).get("date", ("", ""))[1]


def test_a_newspaper_article_gives_title_byline_and_dateline():
    raw = f"梨花镇春茶开采 茶农忙上市\n本报记者 林晓岚 高远\n（2019年3月28日）\n{BODY}"
    assert texts(raw) == {
        "title": "梨花镇春茶开采 茶农忙上市",
        "byline": "林晓岚 高远",
        "date": "2019年3月28日",
    }
    assert date(raw) == "2019-03-28"


def test_a_government_report_gives_its_speaker_and_the_date_above_it():
    raw = (
        "来源：省政府办公厅\n时间：2020-01-20 09:15\n政府工作报告\n"
        "——2020年1月12日在云岭省第十届人民代表大会第三次会议上\n省长 白 帆\n各位代表：\n"
        "现在，我代表省人民政府作工作报告。\n2019年5月1日，一项工程开工。\n"
    )
    assert texts(raw) == {"title": "政府工作报告", "byline": "白 帆", "date": "2020-01-20"}
    assert date(raw) == "2020-01-20"


@pytest.mark.parametrize(
    "line", ["——2020年1月12日在云岭县第十届人民代表大会第三次会议上", "(2020年1月12日在全县大会上)"]
)
def test_the_day_of_a_speech_is_its_date_where_nothing_else_says_one(line):
    assert date(f"政府工作报告\n{line}\n县长 白帆\n各位代表：\n{BODY}") == "2020-01-12"


def test_page_furniture_is_no_title_and_its_labelled_day_is_the_date():
    raw = (
        "首页 > 政务公开 > 工作动态\n字号：大 中 小\n打印\n分享到：\n云岭县春季植树活动全面展开\n"
        f"发布时间：2021年03月12日 10:20 来源：县林业局 浏览次数：32\n{BODY}"
    )
    assert texts(raw)["title"] == "云岭县春季植树活动全面展开"
    assert date(raw) == "2021-03-12"
    assert "byline" not in texts(raw)


def test_one_line_of_metadata_gives_date_and_author():
    raw = f"梨花镇春茶开采\n来源：溪山日报 时间：2019-03-28 作者：林晓岚 浏览次数：3\n{BODY}"
    assert texts(raw)["byline"] == "林晓岚"
    assert date(raw) == "2019-03-28"


def test_a_polluted_page_gives_the_same_fields_with_its_glosses():
    raw = (
        "雲嶺縣春季植樹活動(dòng)全面展開\n——縣政協(xié)工作回顧之二\n2021年3月5日，縣政協(xié)召開會議,。\n"
        "縣政協(xié)委員參(cān)加。（劉(liú)曉東 高遠(yuǎn)）\n"
    )
    assert texts(raw) == {
        "title": "雲嶺縣春季植樹活動(dòng)全面展開",
        "series": "——縣政協(xié)工作回顧之二",
        "byline": "劉(liú)曉東 高遠(yuǎn)",
    }


def test_the_shipped_reports_fields_are_those_of_the_gold():
    for path in sorted(GOLD.glob("*.entities.json")):
        wanted = json.loads(path.read_text(encoding="utf-8"))["document"]
        restored = restore(path.with_name(path.name.replace(".entities.json", ".raw.txt")).read_text(encoding="utf-8"))
        found = {}
        for field in find_fields(restored.raw):
            start, end = restored.to_text(field.raw_start, field.raw_end)
            found[field.field] = restored.text[start:end].strip()
        for name in ("title", "series", "byline", "date"):
            assert found.get(name) == wanted[name]


@pytest.mark.parametrize("raw", ["", "\n \n\u3000\n", "植树\n好\n", BODY, "云岭县春季植树活动全面展开"])
def test_texts_without_any_give_none(raw):
    assert find_fields(raw) == []


@pytest.mark.parametrize(
    "raw",
    [
        "云岭县春季植树活动\n2021年3月5日在北山举行的植树活动有二百人参加。\n",
        "云岭县春季植树活动\n2021年3月5日在全县大会上，县长讲话。\n",
        "云岭县春季植树活动\n植树开始了。\n2021年3月5日\n植树结束了。\n大家回家。\n大家高兴。\n",
        "春季植树通知\n时间：2021年3月5日 地点：县礼堂\n请各单位参加。\n",
        "三月大事记汇编\n2021年3月5日\n县里召开会议。\n2021年3月8日\n县里又开会。\n2021年3月9日\n三次开会。\n完。\n",
        "云岭县年度数据\n2021-13-45\n数据如下。\n",
        "云岭县年度数据\n2021年2月30日\n数据如下。\n",
    ],
)
def test_the_day_of_an_event_or_a_day_of_no_calendar_is_never_the_date(raw):
    assert date(raw) == ""


def test_a_date_is_as_exact_as_the_document_is():
    assert date(f"云岭县春季植树活动\n2021年3月\n{BODY}") == "2021-03"
    assert date(f"关于防火工作的通知\n各乡镇：\n{BODY}云岭县人民政府\n2020年3月5日\n") == "2020-03-05"


@pytest.mark.parametrize("closing", ["（掌声）", "（见附件）", "(全文完)", "（完）", "（未完待续）", "（附名单）"])
def test_what_closes_a_text_in_brackets_is_not_taken_for_its_author(closing):
    assert "byline" not in texts(f"云岭省召开工作会议\n{BODY}大家一起努力。{closing}\n")


@pytest.mark.parametrize("line", ["市长 热线", "县长 信箱", "院长 介绍"])
def test_a_label_behind_an_office_is_not_its_holder(line):
    assert "byline" not in texts(f"云岭省召开工作会议\n{line}\n{BODY}")


def test_a_title_may_hold_a_colon_but_a_label_is_no_title():
    assert texts(f"云岭省：春风化雨，润物无声\n{BODY}")["title"] == "云岭省：春风化雨，润物无声"
    assert "title" not in texts(f"责任编辑：林晓岚\n{BODY}")


def test_spans_leave_out_line_ends_and_white_space():
    raw = "\u3000\u3000云岭县春季植树活动 \r\n——回顾之一\r\n正文在这里。\r\n（高远）\r\n"
    assert texts(raw) == {"title": "云岭县春季植树活动", "series": "——回顾之一", "byline": "高远"}


def test_no_field_is_found_twice():
    raw = f"云岭县春季植树活动\n记者 林晓岚\n作者 高远\n2021-01-01\n2021-01-02\n{BODY}（白帆）"
    names = [f.field for f in find_fields(raw)]
    assert sorted(names) == sorted(set(names))
