import json
from pathlib import Path

import pytest

from pipeline.ingestion.fields import find_fields
from pipeline.ingestion.furniture import find_furniture
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
    assert texts(raw) == {
        "title": "政府工作报告",
        "byline": "白 帆",
        "source": "省政府办公厅",
        "date": "2020-01-20",
    }
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


def in_page(raw):
    """Field to text, with the page's furniture known."""
    return {f.field: raw[f.raw_start : f.raw_end] for f in find_fields(raw, find_furniture(raw))}


def test_a_page_cut_up_into_words_gives_all_its_fields():
    raw = (
        "您的位置:\n首页\n>\n云岭要闻动态\n>\n春季植树专题\n云岭县春季植树活动全面展开\n发表时间：\n"
        "2026-02-09 09:45:30\n来源：\n云岭日报客户端\n阅读量：\n【字体：\n小\n中\n大\n】\n——山乡见闻之三\n"
        f"本报记者 林晓岚 通讯员 高远\n{BODY}\n责任编辑：\n白帆\n打印本页\n关闭窗口"
    )
    assert in_page(raw) == {
        "title": "云岭县春季植树活动全面展开",
        "series": "——山乡见闻之三",
        "byline": "林晓岚",
        "source": "云岭日报客户端",
        "date": "2026-02-09",
    }


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("来源：云岭日报", "云岭日报"),
        ("来源:\n云岭日报", "云岭日报"),
        ("信息来源：县林业局 浏览次数：32", "县林业局"),
        ("稿源：云岭日报 编辑：高远", "云岭日报"),
        ("2026-02-09 09:45 文章来源：云岭日报作者：高远", "云岭日报"),
        ("（来源：云岭网）", "云岭网"),
        ("來源：雲嶺網(wǎng)", "雲嶺網(wǎng)"),
        ("來(lái)源：雲嶺網(wǎng) 瀏覽：3", "雲嶺網(wǎng)"),
    ],
)
def test_the_source_is_what_its_label_says(line, source):
    raw = f"云岭县春季植树活动\n{line}\n{BODY}"
    assert texts(raw)["source"] == source
    assert in_page(raw)["source"] == source


def test_a_source_can_stand_at_the_end():
    assert texts(f"云岭县春季植树活动\n{BODY}\n（来源：云岭网）")["source"] == "云岭网"


@pytest.mark.parametrize(
    "line", ["资金来源：县财政", "来源：", "来源：\n清明前后茶山上一片忙碌的景象", "来源：2026：01"]
)
def test_what_is_no_source_is_not_taken_for_one(line):
    assert "source" not in texts(f"云岭县春季植树活动\n{line}\n{BODY}")


def test_a_source_told_in_the_body_is_none():
    assert "source" not in texts(f"云岭县春季植树活动\n{BODY}来源：云岭日报\n{BODY}{BODY}")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("二〇二六年一月二十七日", "2026-01-27"),
        ("二○二一年三月", "2021-03"),
        ("（二〇一九年十二月三十一日）", "2019-12-31"),
        ("二〇二〇年十月十日", "2020-10-10"),
        ("２０２６年２月１０日", "2026-02-10"),
        ("2026年02月10日 07时41分", "2026-02-10"),
        ("2026-02-09 09:45:30", "2026-02-09"),
        ("发表时间：\n2026-02-09 09:45:30", "2026-02-09"),
        ("2026-02-03 09:02:33 来源：云岭日报", "2026-02-03"),
        ("来源：云岭日报 2026-02-03 09:02", "2026-02-03"),
        ("發(fā)布日期：2024-09-12 瀏覽次數(shù)：992", "2024-09-12"),
        ("二〇二六年十三月一日", ""),
        ("会议时间：\n2021年3月5日\n地点：县礼堂", ""),
        ("时间：2021年3月5日\n地点：县礼堂", ""),
    ],
)
def test_dates_in_every_usual_form(line, value):
    assert date(f"云岭县春季植树活动\n{line}\n{BODY}") == value


def test_an_occasion_gives_the_date_in_chinese_numerals_and_over_two_lines_but_only_if_nothing_better_does():
    spoken = "——二〇二六年一月二十七日在云岭县第十届\n人民代表大会第三次会议上"
    raw = f"政府工作报告\n{spoken}\n县长 白帆\n各位代表：\n{BODY}"
    assert date(raw) == "2026-01-27"
    assert "series" not in texts(raw)
    assert date(raw.replace("县长", "来源：云岭日报\n时间：2026-02-10\n县长")) == "2026-02-10"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("自治区主席 嘎玛泽登", "嘎玛泽登"),
        ("省人民政府省长 王清河", "王清河"),
        ("云岭维吾尔自治州人民政府州长 艾山·吐尔逊", "艾山·吐尔逊"),
        ("县委书记\u3000白帆", "白帆"),
        ("白帆", "白帆"),
        ("白 帆", "白 帆"),
    ],
)
def test_who_speaks_stands_between_occasion_and_salutation(line, name):
    occasion = "——2026年1月12日在云岭县第十届人民代表大会第三次会议上"
    assert texts(f"政府工作报告\n{occasion}\n{line}\n各位代表：\n{BODY}")["byline"] == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("记者 张三丰 通讯员 李四光", "张三丰"),
        ("云岭日报全媒体记者 林晓岚 高远", "林晓岚 高远"),
        ("本报记者林晓岚", "林晓岚"),
        ("通讯员 林晓岚 文/图", "林晓岚"),
    ],
)
def test_reporters_are_named_without_their_callings(line, name):
    assert texts(f"云岭县春季植树活动\n{line}\n{BODY}")["byline"] == name


@pytest.mark.parametrize(
    "line", ["记者手记", "文明实践", "作者简介", "本报记者 林晓岚 摄", "目录", "责任编辑：林晓岚"]
)
def test_what_names_no_author_gives_no_byline(line):
    assert "byline" not in texts(f"云岭县春季植树活动\n{line}\n{BODY}")


@pytest.mark.parametrize("line", ["各位代表！", "同志们！", "第十届人民代表大会听取了县长白帆所作的"])
def test_a_salutation_or_half_a_sentence_is_no_title(line):
    assert "title" not in texts(f"{line}\n{BODY}")


def test_a_field_says_its_raw_text_and_a_date_its_value():
    raw = f"云岭县春季植树活动\n來源：雲嶺網(wǎng)\n2026年2月9日\n{BODY}"
    for field in find_fields(raw, find_furniture(raw)):
        assert field.value == ("2026-02-09" if field.field == "date" else raw[field.raw_start : field.raw_end])


def test_a_catalogue_of_labels_cut_up_into_lines_is_not_the_title_and_its_day_is_the_date():
    raw = (
        "云岭县人民政府\nwww.yunling.example.cn\n当前位置：首页 > 政务公开 > 政策文件\n索 引 号：\nYL0000-2026-00012\n"
        "主题分类：\n农业、林业\n发文机关：\n云岭县人民政府\n成文日期：\n2026年02月09日\n"
        f"标　　题：\n关于春茶开采的通知\n发布日期：\n2026年02月10日\n关于春茶开采的通知\n各乡镇：\n{BODY}"
        "云岭县人民政府\n2026年2月9日\n附件：1.名单.doc\n"
    )
    assert in_page(raw) == {"title": "关于春茶开采的通知", "date": "2026年02月09日"}
    assert date(raw) == "2026-02-09"


def test_the_day_of_a_signature_above_annexes_is_the_date():
    signed = "云岭县人民政府\n2026年2月9日\n春茶开采办法\n第一条 为了规范春茶开采，制定本办法。\n附件：名单\n"
    assert date(f"关于春茶开采的通知\n各乡镇：\n{BODY}{signed}") == "2026-02-09"


def test_a_newspapers_date_with_its_weekday_and_a_feeds_stamp_are_dates():
    assert date(f"云岭县春季植树活动\n2026年02月09日 星期一\n{BODY}") == "2026-02-09"
    raw = f"云岭县春季植树活动\n原创 云岭发布 云岭发布 2026-02-09 10:00 云岭\n{BODY}"
    assert in_page(raw)["date"] == "2026-02-09"


@pytest.mark.parametrize("piece", ["云岭县人民政府\n", "会议时间：\n2026年1月1日\n", "来源：", "发(a)", "首页\n>\n"])
def test_a_hostile_file_costs_no_more_than_its_length(piece):
    find_fields(f"云岭县春季植树活动\n{BODY}{piece * 20_000}x")
