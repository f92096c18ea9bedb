"""What cannot be undone is told, the text stays, and clean text is told nothing of."""

import re

import pytest

from pipeline.restoration.core import restore
from pipeline.restoration.irreparable import irreparable
from pipeline.restoration.words import occurrences

REPORT = (
    "一年来，云岭县坚持稳中求进工作总基调，统筹推进改革发展稳定各项工作，经济社会保持平稳健康发展。"
    "我们深入贯彻落实党中央决策部署，积极推进重点项目建设，全面提高服务质量，切实保障安全生产。"
    "全县持续优化营商环境，加快科技创新，培育特色产业，农民收入稳定增长，城乡面貌明显改善。"
    "各部门认真听取群众意见，完善工作制度，加强监督检查，解决了一批突出问题。"
    "县政府主动接受人大、政协监督，人大代表建议和政协委员提案全部按时办结，群众满意度不断提升。\n"
)
NEWS = (
    "本报讯 昨天下午，云岭县举行网络安全宣传活动。民警向居民介绍如何识别网络赌博、虚假贷款和刷单诈骗，"
    "提醒大家不要点击陌生链接，不要下载来历不明的软件。居民可以拨打96110咨询，或登录www.yunling.example了解情况。"
    "活动现场还播放了动漫短片和视频，吸引了不少人观看。有位姑娘说，她在网上看电影时就遇到过博彩广告！真是防不胜防。\n"
)


def told(text: str, *, polluted: bool = True) -> list[str]:
    found = irreparable(text, script="simplified", polluted=polluted)
    assert all(0 <= place < len(text) for finding in found for place in finding.places)
    return [finding.what for finding in found]


def spliced(text: str, *words: str, every: int = 37) -> str:
    """Words put into a text at places between two characters."""
    places = [match.start() + 1 for match in re.finditer("[一-鿿](?=[一-鿿])", text)][every::every]
    assert len(places) >= len(words)
    for place, word in reversed(list(zip(places, words, strict=False))):
        text = text[:place] + word + text[place:]
    return text


@pytest.mark.parametrize("polluted", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        REPORT * 3,
        NEWS,
        NEWS * 5,
        "",
        "一",
        "热烈庆祝云岭县第九次代表大会胜利召开！\n团结奋斗，开创未来！\n向劳动者致敬！\n" * 10,
        "他喊道：“快跑！快跑！”大家都跑了。雨越下越大！真冷啊！回家吧。",
        "购彩请到投注站。彩票销售点的赔率、投注方式由中心公布，投注站应当公示。" * 5,
        "张喆说，王喆、李喆都来了。张喆认为，张喆的意见是对的。张喆又说，张喆走了。" * 3,
        "客服热线400-888-1234每天开通，手机13812345678为值班电话，网址http://www.yunling.example/可以查询。",
        "二〇二一年，二〇二二年，二〇二三年，二〇二四年，二〇二五年，二〇二六年一起看。" * 3,
        "这是为什么？谁来负责?怎么办?\n真的吗?是的。",
    ],
)
def test_clean_texts_are_told_nothing_of(text: str, polluted: bool) -> None:
    assert told(text, polluted=polluted) == []


def test_sentences_that_all_end_in_exclamation_marks() -> None:
    text = (REPORT * 3).replace("。", "！")
    (finding,) = irreparable(text, script="simplified", polluted=False)
    assert finding.what == (
        "not undone: 12 of 12 sentences within paragraphs end in an exclamation mark, which full stops were probably "
        "turned into"
    )
    assert [text[place] for place in finding.places] == ["！"] * 12


def test_in_a_damaged_text_half_of_the_sentences_are_enough() -> None:
    text = (REPORT * 3).replace("。我们", "！我们").replace("。全县", "！全县")
    assert told(text, polluted=False) == []
    assert told(text)[0].startswith("not undone: 6 of 12 sentences")


def test_words_put_for_others() -> None:
    text = REPORT
    for own, word in (
        ("发展", "成长"),
        ("提高", "进步"),
        ("创新", "立异"),
        ("安全生产", "平安出产"),
        ("服务", "办事"),
    ):
        text = text.replace(own, word)
    (finding,) = irreparable(text, script="simplified", polluted=True)
    assert finding.what.startswith("not undone: words were probably put for others (spun): ")
    assert "立异 for 创新 (1)" in finding.what and "成长 for 发展 (" in finding.what
    assert text.index("立异") in finding.places


def test_without_other_damage_it_takes_unmistakable_words() -> None:
    text = REPORT + "深化改革开放。加强党的建设。落实各项制度。保障民生。"
    spun = text.replace("创新", "立异").replace("改革开放", "鼎新开放").replace("建设", "扶植").replace("制度", "轨制")
    assert [what[:60] for what in told(spun, polluted=False)] == [
        "not undone: words were probably put for others (spun): 扶植 fo"[:60]
    ]


def test_one_word_put_for_another_throughout() -> None:
    text = (
        "云岭县政协提案委员会召开提案办理协商会，重点提案由主席会议成员督办。委员提案共立案一百二十件，"
        "提案承办单位认真答复，提案人满意率达到百分之九十八。提案工作质量持续提升。"
    )
    assert told(text) == []
    assert told(text.replace("提案", "议案")) == [
        "not undone: words were probably put for others (spun): 议案 for 提案 (7)"
    ]


def test_spam_within_sentences() -> None:
    text = spliced(REPORT, "成人影院", "高清无码", "百家乐", "姑娘", "开户送", every=25)
    for polluted in (False, True):
        (what,) = told(text, polluted=polluted)
        assert (
            what.startswith("not undone: ") and "words of spam stand within sentences: " in what and "百家乐" in what
        )


def test_telephone_numbers_and_links_within_sentences() -> None:
    text = spliced(REPORT, "13812345678", "http://www.abc.example/", "0571-88886666")
    assert told(text) == ["not undone: 3 telephone number(s) or link(s) stand within sentences"]


def test_words_within_glosses() -> None:
    raw = "我們要發(fā)展經濟，質(zhì)量第一，同時(s高清好姑娘hí)關(guān)心群眾，發(fā)展產業，提高質(zhì)量。"
    restored = restore(raw)
    assert "同时(s高清好姑娘hí)关心群众" in restored.text
    (note,) = restored.notes
    assert note == f"not undone: words were spliced into 1 gloss(es): 高清好姑娘 (1); raw offsets {raw.index('高清')}"


def test_a_mark_that_is_sprinkled_over_a_text() -> None:
    text = spliced(REPORT, *"㊣㊣㊣㊣㊣㊣㊣", every=20)
    assert told(text, polluted=False) == ["not undone: ㊣ is sprinkled over the text 7 times (watermark)"]


def test_a_character_that_every_text_has_is_gone() -> None:
    text = REPORT * 7
    assert told(text.replace("一", ""))[-1].startswith("not undone: 一 is nowhere in ")
    assert told(text.replace("一", ""), polluted=False) == []
    assert told(REPORT.replace("一", "")) == []  # too short to tell
    assert told("电话目录\n办公室\n" * 500) == []  # a list


def test_question_marks_for_blanks_and_bullets() -> None:
    text = "?工作回顾\n首页 ? 新闻 ? 正文\n03-01????会议纪要\n这对吗?对。\n"
    found = irreparable(text, script="simplified", polluted=True)
    assert [finding.what for finding in found] == ["not undone: 4 `?` probably stand for lost blanks or bullets"]
    assert told(text, polluted=False) == []


def test_traditional_text_that_stays_so_is_judged_too() -> None:
    raw = spliced(
        "我們堅持發展經濟，改善民生，保護環境，推進創新。" * 12, "百家樂", "開戶送", "時時彩", "百家樂", "百家樂"
    )
    found = irreparable(raw, script="traditional", polluted=False)
    assert len(found) == 1 and raw[found[0].places[0]] in "百開時"


def test_notes_of_a_document_lead_to_the_raw_text_and_change_nothing() -> None:
    raw = "\u200b" + (REPORT * 3).replace("。", "！")
    restored = restore(raw)
    assert restored.text == raw[1:]
    (note,) = restored.notes
    assert note.endswith(
        f"; raw offsets {', '.join(str(m.start()) for m in list(re.finditer('！(?=[一-鿿])', raw))[:10])}, …"
    )


@pytest.mark.parametrize(
    "char", ["?", "！", "百家乐", "(s高清hí)", "13812345678", "㊣一", "\U0001f600", "成长立异扶植轨制"]
)
def test_repeated_text_takes_linear_time(char: str) -> None:
    for polluted in (False, True):
        irreparable(char * (200_000 // len(char)), script="simplified", polluted=polluted)


def test_occurrences_are_all_places_and_the_longest_words() -> None:
    text = "在线观看在线😀百家乐百家"
    found = occurrences(text, ("在线", "在线观看", "百家乐"))
    assert found == [(0, "在线观看"), (4, "在线"), (7, "百家乐")]
    assert occurrences("", ("在线",)) == occurrences("在", ("在线",)) == []
