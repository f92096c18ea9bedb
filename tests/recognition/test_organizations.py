"""Organizations by grammar: a region, or a word that points to one, and a body."""

import pytest

from pipeline.recognition.organizations import by_grammar


def found(text: str, *words: str) -> list[str]:
    """What the grammar finds when the text is cut into ``words`` (all of it into single words if none are given)."""
    cut = words or (text,)
    assert "".join(cut) == text
    starts, ends, at = bytearray(len(text) + 1), bytearray(len(text) + 1), 0
    for word in cut:
        starts[at] = 1
        at += len(word)
        ends[at] = 1
    spans = {(s, e) for s, e, _ in by_grammar(text, starts, ends)}
    # overlaps are the caller's to settle: the longest wins there, and here
    return [text[s:e] for s, e in sorted(spans) if not any(a <= s and e <= b and (a, b) != (s, e) for a, b in spans)]


@pytest.mark.parametrize(
    "name",
    ["市政协", "省委", "县人民政府", "市纪委监委", "自治区党委", "省人大常委会", "县财政局", "省委宣传部",
     "区人民法院", "州民政局", "党中央", "国务院", "全国政协", "最高人民法院", "国家卫生健康委",
     "工商联", "侨联", "文史馆"],
)  # fmt: skip
def test_public_bodies_are_found(name: str) -> None:
    assert found(name) == [name]


def test_bodies_that_stand_side_by_side_are_apart() -> None:
    assert found("省委、市委", "省委", "、", "市委") == ["省委", "市委"]
    assert found("县委县政府", "县委", "县政府") == ["县委", "县政府"]


def test_a_role_names_its_body() -> None:
    assert found("省政协委员", "省政协", "委员") == ["省政协"]
    assert found("市委书记", "市委", "书记") == ["市委"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("城市政府采购", ("城市", "政府", "采购")),
        ("市委托第三方", ("市", "委托", "第三方")),
        ("全市政协系统", ("全市", "政协", "系统")),
        ("各级政府", ("各级", "政府")),
        ("省会城市", ("省会", "城市")),
        ("县委员", ("县", "委员")),
    ],
)
def test_words_that_only_look_like_bodies_are_not_found(text: str, words: tuple[str, ...]) -> None:
    assert found(text, *words) == []


def test_a_region_and_its_body_are_one_name() -> None:
    assert found("青海省政协委员", "青海省政协", "委员") == ["青海省政协"]
    assert found("湖州市人民政府办公室印发", "湖州市人民政府办公室", "印发") == ["湖州市人民政府办公室"]
    assert found("江苏省苏州市政协", "江苏省", "苏州市政协") == ["江苏省苏州市政协"]


def test_a_region_without_a_body_is_no_organization() -> None:
    assert found("青海省高原湖泊", "青海省", "高原", "湖泊") == []
    assert found("某某篇章贡献政协", "某某", "篇章", "贡献", "政协") == []
