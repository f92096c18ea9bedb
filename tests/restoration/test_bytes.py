"""Lost bytes: what the simulator breaks is put together again, or left and noted."""

import re
from pathlib import Path

import pytest
from simulator import GLOSSED, Page, decode, misaligned_places, pollute, to_traditional

from pipeline.params import Restoration
from pipeline.restoration.core import restore

GOLD = (Path(__file__).resolve().parents[2] / "data/gold/yangquan-cppcc-2021.clean.txt").read_text(encoding="utf-8")
LIKE_THE_REPORT = Page(glossed=GLOSSED, marked=0.9, marks="，。、；", nfkc=True)
OWN = (
    "全县经济工作会议在县城召开。会议指出，去年全县地区生产总值增长百分之六，粮食产量连续五年增加，“四好”公路通到每个村。"
    "会议要求，各部门要认真学习领会会议精神，进一步转变作风，着力解决群众反映的问题；要完善学校、医院、图书馆等公共设施，"
    "让发展成果更多地为人民所享。\n各乡镇负责同志汇报了产业发展和环境保护的情况，村民代表对来年的工作提出了建议。\n"
)


def _place(word: str) -> int:
    """The offset in GBK bytes between the lead and trail byte of a word's first character."""
    return len(to_traditional(GOLD[: GOLD.index(word)]).encode("gbk")) + 1


def _page(page: Page, **changes: object) -> Page:
    return Page(**{**vars(page), **changes})  # type: ignore[arg-type]


def test_the_decoder_stumbles_as_the_report_shows() -> None:
    # 常化，為員 with a comma before A3 BB, which straddles 常 and 化
    broken = bytes.fromhex("B3 2C A3BB AFA3 AC9E E9CE AF86 54")
    assert decode(broken) == "?；瑸槲瘑T"


def test_the_simulator_alone_makes_the_damage_of_the_report() -> None:
    page = Page(places=(1,))
    assert pollute("常化，为委员", page) == "?；瑸槲瘑T"


@pytest.mark.parametrize("gloss", ["toned", "toneless", "doubled"])
@pytest.mark.parametrize("traditional", [True, False])
def test_aligned_glosses_are_undone(gloss: str, traditional: bool) -> None:
    glossed = GLOSSED if traditional else "发业产会县学问题时对来责公工"
    polluted = pollute(OWN, Page(traditional=traditional, glossed=glossed, gloss=gloss))
    assert polluted.count("(") > 20
    restored = restore(polluted)
    assert restored.text == OWN
    assert restored.pollution == "glosses"


@pytest.mark.parametrize("marker", [b",", b"\x06", b"\x10"])
@pytest.mark.parametrize("nfkc", [True, False])
def test_aligned_markers_are_undone(marker: bytes, nfkc: bool) -> None:
    assert restore(pollute(OWN, Page(glossed=GLOSSED, marker=marker, marked=1.0, nfkc=nfkc))).text == OWN


def _inside_phrases(count: int) -> list[int]:
    """Places spread evenly over the report with six Chinese characters or more on either side: words are broken."""
    trad = to_traditional(GOLD)
    inside = {len(trad[: m.start() + 6].encode("gbk")) + 1 for m in re.finditer(r"(?=[\u4e00-\u9fff]{13})", trad)}
    places = sorted(inside & set(misaligned_places(GOLD, LIKE_THE_REPORT)))
    return places[:: len(places) // count][:count]


def test_the_damage_of_the_report_at_other_places_is_undone() -> None:
    """Not at every place: 参加 or 参与, 上下 or 以下 may both be good Chinese. No wrong repair is a sure one."""
    undone = []
    for place in _inside_phrases(16):
        restored = restore(pollute(GOLD, _page(LIKE_THE_REPORT, places=(place,))))
        undone.append(restored.text == GOLD)
        sure = [e for e in restored.edits if "bytes" in e.rule and e.confidence >= 0.95]
        assert undone[-1] or not sure
    assert sum(undone) >= 10


@pytest.mark.parametrize(
    "word",
    [
        *(
            "社会发展",
            "监督评议",
            "情况通报",
            "统一战线",
            "黑龙江",
            "战略部署",
            "民主党派",
            "政治参与",
            "落实省委",
            "招商引资",
        ),
        pytest.param("上下联系", marks=pytest.mark.xfail(strict=True)),
        pytest.param("包容性", marks=pytest.mark.xfail(strict=True)),
    ],
)
def test_a_broken_word_is_put_together(word: str) -> None:
    place = _place(word)
    assert restore(pollute(GOLD, _page(LIKE_THE_REPORT, places=(place,)))).text == GOLD


def test_ten_broken_places_at_once() -> None:
    words = (
        "社会发展",
        "情况通报",
        "统一战线",
        "战略部署",
        "文史资料",
        "积极加强",
        "招商引资",
        "民主党派",
        "政治参与",
        "落实省委",
    )
    page = _page(LIKE_THE_REPORT, places=tuple(map(_place, words)))
    restored = restore(pollute(GOLD, page))
    assert sum(restored.text.count(word) == GOLD.count(word) for word in words) >= 9


def test_an_improbable_repair_is_left_and_noted() -> None:
    polluted = pollute(GOLD, _page(LIKE_THE_REPORT, places=(_place("包容性"),)))
    restored = restore(polluted, Restoration(min_confidence=0.95))
    assert "增强？" in restored.text and any("bytes" in note for note in restored.notes)


def test_a_gloss_inside_a_character() -> None:
    # the bytes of 經 (BD 9B is 沖's lead with 式's trail): a gloss lands between the two bytes of 沖
    page = Page(glossed=GLOSSED, misaligned=True)
    text = OWN + "施工时采用箱式冲水设备。\n"
    polluted = pollute(text, page)
    assert "?jīng)_水" in polluted
    assert restore(polluted).text == text


def test_a_gloss_after_an_ascii_letter() -> None:
    polluted = pollute(OWN, Page(glossed=GLOSSED)) + "他說：“好”O(jiān)K。"
    assert restore(polluted).text == OWN + "他说：“好”OK。"


def test_question_marks_of_a_polluted_page_stay() -> None:
    text = OWN + "谁来监督？怎样监督？大家都在问。\n"
    for nfkc in (False, True):
        restored = restore(pollute(text, Page(glossed=GLOSSED, marked=0.8, nfkc=nfkc)))
        assert restored.text == text


def test_a_letter_whose_byte_a_gloss_hid_comes_back() -> None:
    # 。“ holds ！ across it, and 以O is D2 D4 4F, of which D4 4F is 設: a gloss and a letter in one
    text = OWN + "群众对此表示满意。“能够以Open的姿态服务群众。”\n"
    polluted = pollute(text, Page(glossed=GLOSSED + "設", marker=b"\x06", marked=1.0, misaligned=True))
    assert "設(shè)pen" in polluted
    assert restore(polluted).text == text
