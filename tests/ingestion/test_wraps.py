import pytest

from pipeline.ingestion.furniture import find_furniture
from pipeline.ingestion.lines import merged
from pipeline.ingestion.wraps import wrapped_ends

PARAGRAPHS = [
    "今年以来，云岭县坚持绿色发展，全县新建高标准农田三万二千亩，茶叶产量比上年增加一成，带动两千三百户农民增收，"
    "各乡镇都完成了年初定下的任务，群众的满意度有了明显提高，林下种植的面积也扩大了。",
    "县财政投入教育资金1.6亿元，新建改建学校7所；县医院的新院区投入使用，看病难的问题得到缓解，"
    "白水乡和梨花镇的卫生院也添置了设备，培训了四十名乡村医生，实现了村村有医生的目标。",
    "下一步，我们将加强领导，压实责任，完善考核，把各项工作落到实处，确保全年目标如期完成，"
    "同时要做好防汛和森林防火的准备，保护好群众的生命财产安全。",
]


def wrapped(text, width):
    """A text broken at so many characters a line."""
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def joined(raw):
    text, at = "", 0
    for start, end in merged([*find_furniture(raw), *wrapped_ends(raw, find_furniture(raw))]):
        text, at = text + raw[at:start], end
    return text + raw[at:]


@pytest.mark.parametrize("width", [24, 30, 38])
@pytest.mark.parametrize("between", ["\n　　", "\n\n", "\n\n    "])
def test_lines_broken_at_a_width_are_joined_and_paragraphs_are_not(width, between):
    indent = between.strip("\n")
    whole = indent + between.join(PARAGRAPHS)
    raw = (between[: -len(indent)] if indent else between).join(wrapped(indent + p, width) for p in PARAGRAPHS)
    assert joined(raw) == whole
    assert joined(raw.replace("\n", "\r\n")) == whole.replace("\n", "\r\n")


def test_a_sentence_over_a_page_number_is_joined():
    lines = "\n".join(wrapped("　　" + paragraph, 30) for paragraph in PARAGRAPHS).split("\n")
    assert not lines[6].startswith("　")
    raw = "\n".join([*lines[:6], "- 1 -", "\f" + lines[6], *lines[7:]])
    assert joined(raw).replace("\f", "") == "\n".join("　　" + paragraph for paragraph in PARAGRAPHS)


def test_headings_and_items_begin_lines():
    lines = [*wrapped(PARAGRAPHS[0], 30).split("\n"), "一、主要工作", *wrapped(PARAGRAPHS[1], 30).split("\n")]
    text = joined("\n".join(["　　" + PARAGRAPHS[2][:28], *lines]))
    assert "\n一、主要工作\n" in text


@pytest.mark.parametrize(
    "raw",
    [
        "\n".join(PARAGRAPHS),
        "\n".join(["春风吹过梨花镇，满山新绿", "茶农背篓上山去，一路歌声"] * 8),
        "\n".join(f"云岭县第{n}次常务会议研究了春耕备耕和森林防火等工作，并提出要求。" for n in range(10, 40)),
        "\n".join("赵明轩 钱思远 孙若彤 李浩宇" for _ in range(12)),
        "",
    ],
)
def test_a_text_with_a_paragraph_a_line_keeps_all_its_lines(raw):
    assert wrapped_ends(raw) == []


def test_latin_words_stay_parted():
    line = "云岭县与 Yunling Development Research 合作研究山区经济与生态保护 Report"
    raw = "\n".join([line] * 8)
    assert all(raw[start - 1] != "t" or raw[end : end + 1] != "Y" for start, end in wrapped_ends(raw))


def test_the_first_line_of_a_broken_text_is_not_its_title():
    from pipeline.ingestion.fields import find_fields

    raw = wrapped(PARAGRAPHS[0] + PARAGRAPHS[1], 30)
    assert all(field.field != "title" for field in find_fields(raw, wrapped_ends(raw)))
