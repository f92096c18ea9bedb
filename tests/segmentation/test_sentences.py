import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.segmentation.core import MAX_SENTENCE, sentences

CHINESE = st.text(st.sampled_from('山水。！？…，“”‘’「」《》（）()【】" .!?\n\r\t\u3000\u2028aA1'), max_size=200)


def cut(text):
    return [text[s.start : s.end] for s in sentences(text)]


@pytest.mark.parametrize(
    "wanted",
    [
        ["他说：“好。我去。”", "然后走了。"],
        ["“一。二！”", "“三？”"],
        ["「好。我去。」", "他走了。"],
        ['他说："好。我去。"', "然后走了。"],
        ['"好。"', '"不好。"'],
        ["（这是一句。又一句。）", "第二句。"],
        ["第一句（说明。）继续。", "第二句。"],
        ["第一句(又。说明)继续。", "第二句。"],
        ["他写了“《好。不好》。对吗”这几个字。", "第二句。"],
        ["《你好！中国》出版了。", "第二句。"],
        ["读《为什么？》和〈怎么办？〉两篇。", "第二句。"],
        ["“为什么？”的答案在这里。", "第二句。"],
        ["等等……", "然后呢？！", "好。"],
        ["没有闭合“的引号。", "第二句。"],
        ["没有打开”的引号。", "第二句。"],
        ["没有闭合《的书名。", "第二句。"],
        ["交错（的“括号）和”引号。", "第二句。"],
        ["We went up 3.5 km.", "He stayed.", "And you?", "OK"],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(wanted):
    assert cut(" ".join(wanted)) == wanted
    if not wanted[0].isascii():
        assert cut("".join(wanted)) == wanted


def test_a_line_without_an_end_mark_is_a_sentence():
    assert cut("没有句号的标题\n——副标题\n正文。\n1. 第一条") == ["没有句号的标题", "——副标题", "正文。", "1. 第一条"]


def test_a_quote_that_closes_after_too_many_characters_no_longer_holds_a_sentence_together():
    assert len(cut("“" + "山水画。" * 100 + "”")) >= 100


def test_no_sentence_crosses_a_line_and_paragraphs_are_counted_over_lines_with_text():
    text = "第一。第二\r\n \r\n“第三\r第四”。\n"
    assert [(s.para, text[s.start : s.end]) for s in sentences(text)] == [
        (0, "第一。"),
        (0, "第二"),
        (1, "“第三"),
        (2, "第四”。"),
    ]


@pytest.mark.parametrize("text", ["", " ", "\r\n\n", "\u3000\u3000\n\t"])
def test_white_space_alone_has_no_sentence(text):
    assert sentences(text) == []


@pytest.mark.parametrize("run", ["山" * 3000, "山水，" * 1000, "山" * 400 + "，" + "水" * 400, "a " * 2000])
def test_a_run_without_an_end_is_cut_and_nothing_of_it_is_lost(run):
    found = cut(run)
    assert max(map(len, found)) <= MAX_SENTENCE
    assert "".join("".join(found).split()) == "".join(run.split())


def test_a_long_run_is_cut_behind_a_comma_where_there_is_one():
    assert all(sentence.endswith("，") for sentence in cut("山水，" * 1000))


@given(st.one_of(st.text(max_size=100), CHINESE))
def test_sentences_are_ordered_apart_and_leave_out_white_space_alone(text):
    found = sentences(text)
    at, para = 0, 0
    for s in found:
        assert at <= s.start < s.end <= len(text)
        assert s.para >= para
        assert not text[at : s.start].strip()
        assert text[s.start : s.end] == text[s.start : s.end].strip()
        at, para = s.end, s.para
    assert not text[at:].strip()


@given(CHINESE, CHINESE)
def test_a_line_is_cut_alike_whatever_stands_on_the_lines_around_it(text, other):
    line = text.replace("\n", "").replace("\r", "").replace("\u2028", "")
    assert cut(f"{other}\n{line}\n{other}") == cut(other) + cut(line) + cut(other)


@pytest.mark.parametrize(
    "piece", ["（", "）", "“", "“”", '"', "《》", "([{", "。", "…", "，", "（。", "。”", " ", "“《（"]
)
def test_time_is_linear_on_lines_of_nothing_but_marks(piece):
    started = time.perf_counter()
    sentences(piece * (300_000 // len(piece)))
    assert time.perf_counter() - started < 8
