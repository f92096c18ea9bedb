"""Traditional to simplified: by words, for a document as a whole, and open about what could be otherwise."""

import pytest
from simulator import to_traditional

from pipeline.params import Restoration
from pipeline.restoration.core import restore
from pipeline.restoration.script import simplify


def converted(text: str, *, script: str = "traditional", table: bool = False) -> str:
    starts, ends, afters, rules, _ = simplify(text, script=script, table=table).replacements
    chars = list(text)
    for start, end, after, rule in zip(starts, ends, afters, rules, strict=True):
        assert end == start + 1 and rule == "script"
        chars[start] = after
    return "".join(chars)


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        (
            "我們要著力推動工作，取得顯著成效，圍繞著名景區發展旅遊。",
            "我们要着力推动工作，取得显著成效，围绕著名景区发展旅游。",
        ),
        (
            "他看著窗外，想著家鄉。這位著名作家的著作很多，成就卓著。",
            "他看着窗外，想着家乡。这位著名作家的著作很多，成就卓著。",
        ),
        (
            "幹部職工，關於範圍，製造業，裏面，頭髮，發展，髮廊。",
            "干部职工，关于范围，制造业，里面，头发，发展，发廊。",
        ),
        ("干部職工，關于范圍，制造業，里面，頭發。", "干部职工，关于范围，制造业，里面，头发。"),
        ("氣候乾燥，清乾隆年間修了乾縣縣志，扭轉乾坤。", "气候干燥，清乾隆年间修了乾县县志，扭转乾坤。"),
        ("瞭解情況，簡單明瞭，站在瞭望塔上瞭望，一目瞭然。", "了解情况，简单明了，站在瞭望塔上瞭望，一目了然。"),
        ("不要找藉口，藉此機會，聲名狼藉，深感慰藉。", "不要找借口，借此机会，声名狼藉，深感慰藉。"),
        ("徵求意見，特徵明顯，象徵意義，長征路上。", "征求意见，特征明显，象征意义，长征路上。"),
        ("答覆提案，反覆討論，覆蓋全縣，恢復重建，複雜。", "答复提案，反复讨论，覆盖全县，恢复重建，复杂。"),
        (
            "甚麼時候，什麼蘋果，鐘錶，鍾情於此，週末占地，佔用註冊。",
            "甚么时候，什么苹果，钟表，钟情于此，周末占地，占用注册。",
        ),
        ("沈陽市的沈先生沈默不語，沈重的箱子。", "沈阳市的沈先生沉默不语，沉重的箱子。"),
        ("五年計畫，規劃圖畫，油畫展覽。", "五年计划，规划图画，油画展览。"),
        ("旭日東昇，提昇品質，昇級換代。", "旭日东升，提升品质，升级换代。"),
        ("衞生部門，祗要努力，衹有這樣，砲兵，稻榖，鹽鹸地。", "卫生部门，只要努力，只有这样，炮兵，稻谷，盐碱地。"),
        ("農民難於單獨經營。", "农民难于单独经营。"),
    ],
)
def test_by_words(traditional: str, simplified: str) -> None:
    assert converted(traditional) == simplified


def test_words_of_taiwan_and_hong_kong_stay() -> None:
    text = "資訊與網路軟體的品質，計程車司機透過滑鼠檢視影片，妳和牠都在巴士站等的士。"
    assert converted(text) == "资讯与网路软体的品质，计程车司机透过滑鼠检视影片，妳和牠都在巴士站等的士。"


@pytest.mark.parametrize("name", ["趙孟頫", "二噁英"])
def test_no_form_that_nobody_types(name: str) -> None:
    assert max(converted(f"關於{name}的說明與檢測。")) < "\U00010000"


def test_where_zhe_is_written_zhu_is_an_own_character() -> None:
    # 穿著名牌 could be either; a text that writes 着 has said which
    text = "他看着書，走着路，聽着歌，穿著名牌。"
    assert converted(text) == "他看着书，走着路，听着歌，穿著名牌。"


def test_a_table_that_leaves_a_form_did_not_turn_it() -> None:
    text = "干部張永乾說，全縣干部要帶頭，若干問題要解決，干線公路要修好。"
    assert "张永乾说" in converted(text, table=True)


def test_characters_outside_the_first_plane_do_not_shift_anything() -> None:
    assert converted("😀發展𠮷業😀\r\n經濟") == "😀发展𠮷业😀\r\n经济"


def test_only_ambiguous_characters_are_less_than_certain() -> None:
    columns = simplify("經濟發展著。", script="traditional", table=True).replacements
    found = dict(zip(columns.afters, columns.confidences, strict=True))
    assert found["经"] == found["发"] == 1.0
    assert 0.5 < found["着"] < 1.0


def test_what_could_be_otherwise_is_noted_with_its_place() -> None:
    text = "\u200b他穿著名牌，說話很慢，穿著名牌走來。"
    restored = restore(text)
    (note,) = restored.notes
    assert note.startswith("script: 2 conversion(s) could be otherwise: 著")
    assert note.endswith(f"(2); raw offsets {text.index('著')}, {text.rindex('著')}")
    assert all(0.3 < e.confidence < 0.95 for e in restored.edits if e.before == "著")


def test_certain_conversions_are_not_noted() -> None:
    assert restore("我們要發展經濟，改善民生，取得顯著成效。").notes == ()


_PARAGRAPH = "全县经济运行平稳，产业结构继续优化，城乡居民收入稳步增长，各项事业全面进步。\n"
_OLD = "全縣經濟運行平穩，產業結構繼續優化，城鄉居民收入穩步增長，各項事業全面進步。\n"


def test_quotations_in_simplified_text_stay_without_a_note() -> None:
    text = _PARAGRAPH * 5 + "匾上写着“國泰民安、萬象更新、風調雨順、五穀豐登、業精於勤、禮義廉恥”，乾隆御笔。\n"
    restored = restore(text)
    assert (restored.edits, restored.notes) == ((), ())


def test_a_quoted_traditional_passage_in_simplified_text_stays() -> None:
    text = _PARAGRAPH * 8 + _OLD + _PARAGRAPH
    restored = restore(text)
    assert restored.edits == ()
    (note,) = restored.notes
    assert note.startswith("script: 18 traditional characters of a simplified text stay: ")


def test_traditional_characters_strewn_in_simplified_text_stay_and_are_noted() -> None:
    text = "我們的工业和农业都發展了，国营企業的经营情况很好，人民的生活也改善了。" * 4
    restored = restore(text)
    assert restored.script == "simplified" and restored.edits == ()
    places = [at for at, char in enumerate(text) if char in "們發業"]
    assert restored.notes == (
        "script: 12 traditional characters of a simplified text stay: 們 (4), 業 (4), 發 (4); raw offsets "
        + ", ".join(map(str, places[:10]))
        + ", …",
    )


def test_half_a_document_in_traditional_characters_is_converted_and_noted() -> None:
    text = _OLD * 4 + "清乾隆年间的著名学者写着“萬象更新”。\n" + _PARAGRAPH * 5
    restored = restore(text)
    assert restored.script == "simplified"
    assert restored.text == _PARAGRAPH * 4 + "清乾隆年间的著名学者写着“萬象更新”。\n" + _PARAGRAPH * 5
    lines = ", ".join(str(i * len(_OLD)) for i in range(4))
    assert restored.notes == (
        f"script: 4 traditional line(s) of a simplified text were converted; raw offsets {lines}",
    )
    assert restore(restored.text).edits == ()


def test_simplified_lines_of_a_traditional_document_stay() -> None:
    text = _OLD * 3 + "清乾隆年间的著名学者王乾县来访，这里说着“萬”。\n"
    assert restore(text).text == _PARAGRAPH * 3 + "清乾隆年间的著名学者王乾县来访，这里说着“萬”。\n"


def test_as_is_converts_and_notes_nothing() -> None:
    for text in (_OLD, _OLD * 4 + _PARAGRAPH * 5, "他穿著名牌，說話很慢。"):
        restored = restore(text, Restoration(script="as_is"))
        assert (restored.text, restored.notes) == (text, ())


def test_character_references_that_stand_in_a_text_are_no_characters() -> None:
    text = _PARAGRAPH + "&#30332;&#55296;&#99999999;" * 20
    assert (restore(text).edits, restore(text).notes) == ((), ())


def test_an_empty_text_is_converted_to_one() -> None:
    assert converted("") == ""


def test_japanese_is_not_converted() -> None:
    text = "経済の発展と環境の問題について、関係者が議論した。學校の歴史。"
    assert restore(text).text == text


def test_round_trip_through_a_mirrors_table() -> None:
    text = (
        "云岭县着力推进乡村振兴，制造业系统发展显著，干部关于后勤的范围划分清楚，采取措施并扎实准备。"
        "冲刺阶段里，群众为此欢呼；只要这样，几个台风过后，松树面积、云彩和谷物都才会丰收。"
    )
    assert converted(to_traditional(text), table=True) == text


def test_many_ambiguous_characters_take_linear_time() -> None:
    text = "著乾藉瞭徵覆沈昇畫" * 30_000
    assert len(converted(text)) == len(text)
