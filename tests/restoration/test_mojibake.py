"""Text that was decoded in the wrong encoding before it was saved: what must be undone, and what must stay."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mojibake_simulator import EXACT, VARIANTS, browser_gbk, in_part, windows_gbk

from pipeline.evaluation.core import edit_distance
from pipeline.ingestion.formats.encoding import decode
from pipeline.params import Restoration
from pipeline.restoration.core import Restored, restore
from pipeline.restoration.mojibake import mojibake

AS_IS = Restoration(script="as_is")
SIMPLIFIED = (
    "云岭县政协召开第三次专题协商会\n"
    "会议听取了县水利局关于河道治理情况的通报，十二位委员先后发言。大家认为，近年来河道面貌明显改善，但上游仍有污水直接排入的现象。"
    "会议要求有关部门在2021年6月底以前拿出方案，并向社会公布。\n"
    "县政协主席在总结时说：“治理河道要靠大家，也要靠制度。”他希望委员们深入乡村，多听群众的意见。\n"
)
TRADITIONAL = (
    "雲嶺縣議會召開第三次專題會議\n"
    "會議聽取了水利處關於河道治理情況的報告，十二位議員先後發言。大家認為，近年來河道面貌明顯改善，但上游仍有污水直接排入的現象。"
    "會議要求有關部門在2021年6月底以前提出方案，並向社會公布。\n"
)
CLEAN = {"simplified": SIMPLIFIED, "traditional": TRADITIONAL}

# character error rate that remains of a whole page; where bytes are lost it cannot be zero
MOST_LEFT = {
    "UTF-8 as GBK, browser": 0.02,
    "UTF-8 as GBK, replaced": 0.03,
    "UTF-8 as GBK, ignored": 0.03,
    "UTF-8 as GBK, ? swallows": 0.15,
    "GBK as 1252, replaced": 0.06,
    "GBK as 1252, ignored": 0.06,
    "UTF-8 as 1252, replaced": 0.02,
    "UTF-8 as 1252, ignored": 0.02,
    "UTF-8 as Latin-1, C1 dropped": 0.25,
}

NEGATIVES = {
    "rare characters of a dictionary": "鏀：音未详。垮：倒塌。崗：岗的繁体。",
    "a dictionary's list": "鐨、鏄、涓、浜、鍥、銆、锛、鈥、缁、绾",
    "a name": "记者濮存昕、实习生渚村报道，王婧告诉记者，钱璞介绍了情况。",
    "place names of Japan": "浜村、渚村、浜島和浜松都在海边，滝沢在山里。",
    "lithium": "锂电池、锂电新能源和锂离子电池产业链，猕猴桃和猗县。",
    "steel in traditional script": "鋼廠、無縫鋼管廠與鍋爐廠的鋼產量、鎳產量，鏈條監管與鎮村綠化。",
    "partners in traditional script": "夥伴關係、鍛鍊機會、閱歷豐富、恪盡職守、飽滿的熱情。",
    "ancient text": "昔者倉頡作書，而天雨粟，鬼夜哭。鴻濛未闢，溟涬濛澒，鐀匱之藏，鏤鍥金石。",
    "rare characters in a row": "鑀鑂鑃鑄鑅鑈鑉鑊鑋鑍鑎鑏鑐鑑鑒鑓鑔鑕鑗鑘",
    "radicals of water": "涓涔涕涛涝涞涠涡涣涤润涧涨涩淀淇淋淌淑淖",
    "geology": "钪钫钬钭钯钰钱钲钴钶钷钸钹钺钻钼钽钾钿铀铂铃铄铅",
    "French": "L’été dernier, à Noël, l’élève naïve a été reçue au café « passé » où l’œuvre était créée.",
    "French with spaces that do not break": "« Passé\xa0», dit-elle, «\xa0été\xa0», « né\xa0»\xa0!",
    "German": "Übermäßige Größe: Straßenbahnhöfe in Österreich, Ärzte für Öffentlichkeitsarbeit, größtmögliche Süße.",
    "Spanish": "¿Dónde está el niño? ¡Mañana vendrá el señor Núñez con su cigüeña!",
    "Portuguese": "São Paulo, coração, ações, avô e avó, não há opções.",
    "Icelandic": "Þó þú ættir að læra íslensku, þá er það ósköp erfitt; Ægir á að æfa óðfluga.",
    "Vietnamese": "Việt Nam: Hội nghị lần thứ nhất của Đảng bộ tỉnh, được tổ chức tại Huế.",
    "pinyin": "Zhōngguó rénmín zhèngzhì xiéshāng huìyì, lǜsè nǚxìng, Lǚliáng.",
    "letters with marks": "Ünïcödé ÄÖÜäöüß ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ àâæçéèêëîïôœùûüÿ",
    "all of Latin-1": "".join(map(chr, range(0xA1, 0x100))),
    "symbols in Chinese text": "气温为25°C±2°C，面积为3×4＝12，12÷3＝4，见《办法》§5第2款，价格¥30，μ＝0.5。",
    "places left blank": "××省××市××县××××年××月××日，编号××××—×××，·····",
    "fractions and currency": "¼½¾ ¹²³ £¢¥¤ ©®™ ¶§ «» ¿¡ ªº",
    "Japanese": "株式会社浜村製作所は、渚の近くで鋼を扱う。「錆びた鍋」と「鏡」",
    "Korean": "한국어 문장은 그대로 두어야 한다. 大韓民國 鎭海",
    "Russian and Greek": "Москва и Пекин подписали соглашение. Αθήνα και Πεκίνο.",
    "an example of garbled text": "“政协”二字在错误的编码下显示为“鏀垮崗”，这就是乱码。",
    "another example": "网页乱码时，中文会变成ÕþÐ\u00adÎ¯Ô±这样的字符，原因是把GBK当成了Latin-1。",
    "an example in UTF-8": "UTF-8读成Latin-1，“政协”就成了æ”¿å\x8d\x8f。".replace("\x8d", "").replace("\x8f", ""),
    "nobelium": "锘是一种人工合成的元素，符号为No。",
    "box drawing and katakana": "┌──┐│ア│イ│└──┘ ΑΒΓ αβγ АБВ абв",
    "quotation marks and dashes": "“……”——‘……’——“”“”‘’‘’…………——————",
    "one letter with an accent": "咖啡馆Café、naïve艺术与Pokémon。",
    "questions": "鏀?\n这是什么字?\n垮?塌?",
    "euro": "价格为35€，浜村€，共70€。",
    "numbers and tables": "编号\t名称\t数量\n1\t钢板\t35\n2\t鋼板\t40",
    "URL": "详见 https://example.org/%E6%94%BF%E5%8D%8F?a=1&b=2 的说明",
}


def replay(restored: Restored) -> str:
    parts, done = [], 0
    for edit in restored.edits:
        assert done <= edit.raw_start < edit.raw_end
        assert restored.raw[edit.raw_start : edit.raw_end] == edit.before != edit.after
        assert 0 <= edit.confidence <= 1
        parts += [restored.raw[done : edit.raw_start], edit.after]
        done = edit.raw_end
    return "".join([*parts, restored.raw[done:]])


@pytest.mark.parametrize("script", CLEAN)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_whole_page_is_put_right(name: str, script: str) -> None:
    text = CLEAN[script]
    restored = restore(VARIANTS[name](text), AS_IS)
    assert restored.pollution == "mojibake"
    assert restored.script == script
    assert replay(restored) == restored.text
    if name in EXACT:
        assert restored.text == text
        assert {edit.confidence for edit in restored.edits} == {1.0}
        assert restored.notes == ()
    else:
        assert edit_distance(restored.text, text) <= MOST_LEFT[name] * len(text)
        assert any(edit.confidence < 1 for edit in restored.edits) or restored.text == text


@pytest.mark.parametrize("script", CLEAN)
@pytest.mark.parametrize("name", sorted(EXACT))
@pytest.mark.parametrize("which", range(4))
def test_one_sentence_of_a_sound_page_is_put_right(name: str, script: str, which: int) -> None:
    text = CLEAN[script]
    broken = in_part(text, VARIANTS[name], which)
    assert broken != text
    restored = restore(broken, AS_IS)
    assert restored.text == text
    assert restored.pollution == "mojibake"


@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("name", sorted(set(VARIANTS) - EXACT))
def test_sound_text_beside_a_misread_sentence_stays(name: str, which: int) -> None:
    broken = in_part(SIMPLIFIED, VARIANTS[name], which)
    sound = [line for line in SIMPLIFIED.splitlines() if line in broken]
    text = restore(broken, AS_IS).text
    assert sound and all(line in text for line in sound)


@pytest.mark.parametrize("text", NEGATIVES.values(), ids=NEGATIVES.keys())
def test_sound_text_stays(text: str) -> None:
    assert not mojibake(text).afters
    assert "mojibake" not in restore(text, AS_IS).pollution


def test_there_are_enough_negatives() -> None:
    assert len(NEGATIVES) >= 30


@pytest.mark.parametrize("name", NEGATIVES)
def test_sound_text_stays_beside_misread_text(name: str) -> None:
    """What is asked of a short run is not less because another line is misread."""
    text = NEGATIVES[name] + "\n" + "这一段是好的，没有读错的字，用来让好的文字占大多数。" * 8 + "\n"
    replacements = mojibake(text + browser_gbk("会议听取了有关部门的情况通报。".encode()))
    assert replacements.afters and min(replacements.starts) >= len(text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("鏀垮崗", "政协"),
        ("ÕþÐ\xad", "政协"),
        ("æ”¿å\x8d\x8f", "政协"),
        ("æ”¿å\ufffd\ufffd", "政协"),
        ("Ã¦Â\x94Â¿Ã¥Â\x8dÂ\x8f", "政协"),
        ("鏀垮崗濮斿憳", "政协委员"),
        ("县里的鏀垮崗濮斿憳来了。", "县里的政协委员来了。"),
        ("“ÕþÐ\xadÎ¯Ô±”来了。", "“政协委员”来了。"),
        ("共有35名æ”¿å\x8d\x8få§”å‘˜，", "共有35名政协委员，"),
    ],
)
def test_a_few_characters_are_put_right(raw: str, text: str) -> None:
    assert restore(raw).text == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("锘縄ndex of reports", "Index of reports"),
        ("锘\ufffd2021年工作报告", "2021年工作报告"),
        ("锘?<p>工作报告</p>", "<p>工作报告</p>"),
        ("ï»¿工作报告", "工作报告"),
        (browser_gbk("\ufeff云岭县工作报告。\n".encode()), "云岭县工作报告。\n"),
        ("\ufeff云岭县工作报告。\n".encode().decode("latin-1"), "云岭县工作报告。\n"),
    ],
)
def test_what_is_left_of_a_byte_order_mark_goes(raw: str, text: str) -> None:
    assert restore(raw).text == text


def test_a_swallowed_bracket_of_a_tag_comes_back() -> None:
    broken = windows_gbk("<p>听取了委员意见</p>".encode())
    assert broken.count("<") == 1
    assert restore(broken).text.endswith("意见</p>")


def test_letters_that_a_last_byte_swallowed_come_back() -> None:
    text = "会议推广A类和b类项目，并介绍了GDP的变化。"
    assert restore(browser_gbk(text.encode())).text == text


def test_latin_words_inside_misread_text_come_back() -> None:
    text = "会议在“Café · naïve”举行，气温25°C，委员们讨论了方案。"
    assert restore(text.encode().decode("latin-1")).text == text


def test_a_character_that_cannot_be_told_is_no_guess_but_noted() -> None:
    broken = SIMPLIFIED.encode().decode("gbk", "replace")
    restored = restore(broken, Restoration(script="as_is", min_confidence=1.0))
    assert len(restored.text) == len(SIMPLIFIED)
    assert all(a in (b, "\ufffd") for a, b in zip(restored.text, SIMPLIFIED, strict=True))
    assert "\ufffd" in restored.text
    (note,) = restored.notes
    first = next(edit.raw_start for edit in restored.edits if "\ufffd" in edit.after)
    assert "U+FFFD" in note and f"raw offsets {first}" in note


def test_a_guess_is_as_sure_as_its_confidence_says() -> None:
    """Of what is called nearly sure hardly anything is wrong."""
    right = wrong = 0
    for name in ("UTF-8 as GBK, browser", "UTF-8 as 1252, replaced"):
        restored = restore(VARIANTS[name](SIMPLIFIED), AS_IS)
        assert len(restored.text) == len(SIMPLIFIED)
        for edit in restored.edits:
            if edit.confidence >= 0.9:
                right += edit.after == SIMPLIFIED[edit.start : edit.end]
                wrong += edit.after != SIMPLIFIED[edit.start : edit.end]
    assert right > 100 and wrong == 0


def test_offsets_lead_to_the_misread_characters() -> None:
    text = "云岭县里政协委员视察河道。"
    for read, width in ((browser_gbk, 1.5), (lambda data: data.decode("latin-1"), 3)):
        restored = restore(read(text.encode()))
        start = restored.text.index("政协")
        assert restored.to_raw(start, start + 4) == (start * width, (start + 4) * width)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("会议由锟斤拷锟斤拷主持。", "锟斤拷"),
        ("烫烫烫烫烫烫", "烫烫烫"),
        ("屯屯屯屯屯", "屯屯屯"),
        ("会议由\ufffd\ufffd主持。", "U+FFFD"),
    ],
)
def test_what_is_lost_for_good_stays_and_is_noted(raw: str, name: str) -> None:
    restored = restore(raw)
    assert restored.text == raw
    assert restored.pollution == ""
    (note,) = [note for note in restored.notes if "lost before this page was saved" in note]
    assert note.startswith("1 place(s)") and name in note
    assert note.endswith(f"raw offsets {min(raw.index(c) for c in '锟烫屯' + chr(0xFFFD) if c in raw)}")


@pytest.mark.parametrize("raw", ["“锟斤拷”是编码错误造成的乱码。", "水很烫，烫烫的。", "屯屯相连。"])
def test_nothing_is_noted_where_nothing_is_lost(raw: str) -> None:
    assert not any("lost before" in note for note in restore(raw).notes)


def test_offsets_of_notes_are_raw() -> None:
    raw = "\u200b\u200b会议由锟斤拷主持，\u200b锟斤拷参加。"
    assert "2 place(s)" in restore(raw).notes[0] and restore(raw).notes[0].endswith("raw offsets 5, 12")


def test_big5_that_was_read_as_gbk_stays() -> None:
    broken = TRADITIONAL.encode("big5").decode("gb18030", "replace")
    assert not mojibake(broken).afters


@pytest.mark.parametrize("name", ["UTF-8 as GBK, browser", "GBK as Latin-1", "UTF-8 as 1252, browser"])
def test_a_file_that_was_misread_and_saved_again_comes_out_right(name: str) -> None:
    restored = restore(decode(VARIANTS[name](SIMPLIFIED).encode()).text)
    assert edit_distance(restored.text, SIMPLIFIED) <= MOST_LEFT.get(name, 0) * len(SIMPLIFIED)


@pytest.mark.parametrize("script", CLEAN)
@pytest.mark.parametrize("name", VARIANTS)
def test_restoring_twice_changes_nothing_more(name: str, script: str) -> None:
    for broken in (VARIANTS[name](CLEAN[script]), in_part(CLEAN[script], VARIANTS[name], 1)):
        once = restore(broken, AS_IS).text
        assert restore(once, AS_IS).text == once


_PIECES = st.sampled_from(
    [
        *(VARIANTS[name](text) for name in VARIANTS for text in ("政协委员", "“会议”，", "雲嶺縣")),
        *"鏀垮崗浼锛銆鈥€\ufffd?锘縄锟斤拷",
        *"æ”¿å\x8d\x8fÕþÐ\xadÃ¦Â\x94“”·×é«» \n<aZ1，。的会國",
        "编码",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=25).map("".join)))
def test_any_string_is_restored_replayed_and_stable(text: str) -> None:
    restored = restore(text)
    assert replay(restored) == restored.text
    assert restore(restored.text).text == restored.text
    for at in range(len(restored.text)):
        start, end = restored.to_raw(at, at + 1)
        assert 0 <= start < end <= len(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=[chr(code) for code in range(0xA0, 0x180)] + list("aeiou nst,."), max_size=80))
def test_accented_letters_stay(text: str) -> None:
    assert not mojibake(text).afters


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=80))
def test_random_chinese_characters_stay(text: str) -> None:
    assert not mojibake(text).afters


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "鏀" * n,
        lambda n: "鏀?" * (n // 2),
        lambda n: "鏀\ufffd\n" * (n // 3),
        lambda n: "鏀垮崗" * (n // 3),
        lambda n: "鏀垮崗" + "€" * n,
        lambda n: "é" * n,
        lambda n: "æ?" * (n // 2),
        lambda n: "æååå\n" * (n // 5),
        lambda n: "éŒé“éé\n" * (n // 7),
        lambda n: "Ã¦" * (n // 2),
        lambda n: "ÕþÐ\xad" * (n // 4),
        lambda n: "\x80" * n,
        lambda n: "锟斤拷" * (n // 3),
        lambda n: "\ufffd" * n,
    ],
    ids=[
        "鏀",
        "鏀?",
        "lines of GBK",
        "政协",
        "€",
        "é",
        "æ?",
        "lines",
        "lines of 1252",
        "Ã¦",
        "ÕþÐ",
        "C1",
        "锟斤拷",
        "U+FFFD",
    ],
)
def test_much_of_anything_takes_seconds(make: Callable[[int], str]) -> None:
    restore("鏀垮崗")  # what is loaded once is not counted
    text = make(200_000)
    began = time.perf_counter()
    mojibake(text)
    assert time.perf_counter() - began < 15


def test_lines_that_were_misread_in_two_encodings_by_turns_are_all_undone() -> None:
    line = "政协委员围绕经济社会发展大局，深入开展调研视察"
    broken = [line.encode("gbk" if n % 3 else "utf-8").decode("latin-1") for n in range(60)]
    restored = restore("\n".join(broken))
    assert restored.text == "\n".join([line] * 60)
    assert [restored.raw[e.raw_start : e.raw_end] for e in restored.edits] == [e.before for e in restored.edits]


def test_after_many_lines_of_sound_latin_text_misread_ones_are_still_found() -> None:
    line = "政协委员围绕经济社会发展大局，深入开展调研视察"
    latin = [f"Société générale de l'été {n}, où çà et là ÀÉÎÕÜ" for n in range(45)]
    restored = restore("\n".join([*latin, line.encode().decode("latin-1"), *latin]))
    assert restored.text == "\n".join([*latin, line, *latin])
