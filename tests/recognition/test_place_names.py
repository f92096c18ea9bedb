"""Places by the divisions' names and by the noun that a name ends in."""

import pytest

from pipeline.recognition.lac import Tagged
from pipeline.recognition.places import by_ending, by_gazetteer, ending, is_common, trimmed, widened


def tagged(*words: tuple[str, str]) -> tuple[str, list[Tagged]]:
    """A text and its tags from (word, tag) pairs."""
    at, result = 0, []
    for word, tag in words:
        result.append(Tagged(at, at + len(word), tag, 0.9))
        at += len(word)
    return "".join(word for word, _ in words), result


def endings(*words: tuple[str, str]) -> list[str]:
    """The longest name of each that overlap."""
    text, tags = tagged(*words)
    spans = [(s, e) for s, e, _ in by_ending(text, tags)]
    return [text[s:e] for s, e in spans if not any(a <= s and e <= b and (a, b) != (s, e) for a, b in spans)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("柳林水库", "facility"), ("白河", "natural"), ("西山经开区", "region"), ("李家村", "village"), ("教育", "")],
)
def test_the_last_noun_says_what_a_name_names(name: str, kind: str) -> None:
    assert ending(name) == kind


@pytest.mark.parametrize(
    "name",
    ["产业园区", "护城河", "示范区", "高速公路", "美丽乡村", "历史文化街区", "病险水库", "建制镇"],
)
def test_a_class_of_places_is_no_name(name: str) -> None:
    assert is_common(name)


@pytest.mark.parametrize("name", ["鄱阳湖", "白鹤滩水电站", "滨海新区", "王家庄", "大兴机场"])
def test_a_name_is_no_class(name: str) -> None:
    assert not is_common(name)


def test_names_before_the_noun_belong_to_the_place() -> None:
    assert endings(("贵阳", "LOC"), ("龙洞堡国际机场", "LOC")) == ["贵阳龙洞堡国际机场"]
    assert endings(("海口", "LOC"), ("滨海", "n"), ("旅游", "vn"), ("公路", "n")) == ["海口滨海旅游公路"]


def test_a_class_of_things_behind_a_place_is_not_part_of_it() -> None:
    assert endings(("河北", "LOC"), ("重点", "n"), ("园区", "n")) == []


def test_common_nouns_alone_are_no_places() -> None:
    assert endings(("新建", "v"), ("农村", "n"), ("公路", "n")) == []
    assert endings(("口袋", "n"), ("公园", "n")) == []


def test_a_division_counts_where_it_is_a_word() -> None:
    text = "黑龙江、福建等地"
    words = [(0, 3), (3, 4), (4, 6), (6, 7), (7, 8)]
    assert [text[s:e] for s, e, _ in by_gazetteer(text, words, [])] == ["黑龙江", "福建"]


@pytest.mark.parametrize("name", ["安康", "和平"])
def test_a_division_whose_name_is_an_ordinary_word_needs_the_tagger(name: str) -> None:
    assert list(by_gazetteer(name, [(0, 2)], [Tagged(0, 2, "n", 0.9)])) == []
    assert [x[:2] for x in by_gazetteer(name, [(0, 2)], [Tagged(0, 2, "LOC", 0.9)])][:1] == [(0, 2)]


def test_a_style_is_no_place() -> None:
    text = "中国式现代化"
    assert list(by_gazetteer(text, [(0, 2), (2, 3), (3, 6)], [Tagged(0, 2, "LOC", 0.9)])) == []


def test_a_place_stops_before_an_ordinary_word_and_a_building_phase() -> None:
    assert "贵州健儿"[: trimmed("贵州健儿", 0, 4)] == "贵州"
    assert "龙洞堡机场二期"[: trimmed("龙洞堡机场二期", 0, 7)] == "龙洞堡机场"
    assert trimmed("龙洞堡机场", 0, 5) == 5


def test_a_direction_at_the_head_of_a_clause_belongs_to_the_village() -> None:
    assert widened("，上河村脱贫", 2, 4) == 1
    assert widened("走上河村的路", 2, 4) == 2
