"""Titles in 《》 and the kind of work each names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recognition.titles import find_titles, subtype


def inside(text: str) -> list[tuple[str, int]]:
    return [(text[t.start : t.end], t.depth) for t in find_titles(text)]


def kind(text: str, name: str) -> str:
    return next(subtype(text, t) for t in find_titles(text) if text[t.start : t.end] == name)


def test_a_title_is_what_stands_between_its_marks() -> None:
    assert inside("学习《反分裂国家法》和《求是》。") == [("反分裂国家法", 0), ("求是", 0)]


def test_a_title_may_hold_a_line_break() -> None:
    assert inside("印发《关于推进乡村\n治理的意见》") == [("关于推进乡村\n治理的意见", 0)]


def test_titles_inside_titles_are_nested_whichever_marks_they_have() -> None:
    assert inside("《关于印发〈工作规则〉的通知》") == [("关于印发〈工作规则〉的通知", 0), ("工作规则", 1)]
    assert inside("《学习《纲要》的体会》") == [("学习《纲要》的体会", 0), ("纲要", 1)]


@pytest.mark.parametrize("text", ["《没有结尾的话", "只有结尾》的话", "《》空的", "《 》", "a〈b〉c"])
def test_marks_that_do_not_make_a_pair_make_no_title(text: str) -> None:
    assert find_titles(text) == []


def test_an_unclosed_mark_does_not_swallow_later_titles() -> None:
    assert inside("《没有结尾" + "字" * 300 + "《条例》") == [("条例", 0)]


def test_white_space_at_the_edges_belongs_to_no_title() -> None:
    assert inside("《 条例\n》") == [("条例", 0)]


@given(st.text(alphabet="《》〈〉文字\n ", max_size=60))
def test_titles_lie_inside_the_text_and_nest_properly(text: str) -> None:
    titles = find_titles(text)
    for title in titles:
        assert 0 <= title.start < title.end <= len(text)
        around = [o for o in titles if o != title and o.start <= title.start and title.end <= o.end]
        assert len(around) == title.depth
    for a in titles:
        for b in titles:
            assert a.end <= b.start or b.end <= a.start or a == b or a.depth != b.depth


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("出台《关于加强基层治理的若干意见》", "关于加强基层治理的若干意见", "document"),
        ("修订《城市供水管理办法》", "城市供水管理办法", "document"),
        ("贯彻《中华人民共和国长江保护法》", "中华人民共和国长江保护法", "law"),
        ("审议《优化营商环境条例（草案）》", "优化营商环境条例（草案）", "law"),
        ("编制《国土空间总体规划》", "国土空间总体规划", "plan"),
        ("据《河北日报》消息", "河北日报", "newspaper"),
        ("订阅《社会观察》杂志", "社会观察", "periodical"),
        ("在《光明日报》《新观察》发表", "光明日报", "newspaper"),
        ("在《光明日报》《新观察》发表", "新观察", "periodical"),
        ("《山乡巨变》《春到草原》等12篇文章见报", "山乡巨变", "article"),
        ("编印《古城旧影》等3本书", "古城旧影", "book"),
        ("编纂《县域民俗志》", "县域民俗志", "book"),
        ("观看电影《大河奔流》", "大河奔流", "other"),
        ("关注《清风之声》微信公众号", "清风之声", "account"),
        ("刊发《小村大变样，日子节节高》", "小村大变样，日子节节高", "article"),
    ],
)
def test_form_and_neighbours_decide_the_kind(text: str, name: str, expected: str) -> None:
    assert kind(text, name) == expected


@pytest.mark.parametrize("name", ["年度工作报告", "情况通报", "工作简报汇编"])
def test_a_word_that_ends_like_a_newspaper_is_not_one(name: str) -> None:
    assert kind(f"通过《{name}》", name) != "newspaper"
