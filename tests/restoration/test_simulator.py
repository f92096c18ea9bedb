"""The simulator makes the damage that real pages show."""

import re
from dataclasses import replace

import pytest
from simulator import (
    AMBIGUOUS,
    GLOSSED,
    MARKS,
    Page,
    decode,
    misaligned_places,
    misread,
    pollute,
    site,
    to_traditional,
)

CONTROL = Page(marker=b"\x06", marked=1.0, misaligned=True)
TEXT = (
    "云岭县围绕“十四五”规划，推进产业发展！去年新增企业一百二十家，为群众办实事三百件；今年将继续改善学校、医院的设施。\n"
    "各乡镇把安全生产放在首位，后山、里沟两村的道路已经修好，台风过后没有人受伤。\n"
)


@pytest.mark.parametrize(
    ("clean", "page", "shown"),
    [
        ("质量", Page(glossed="質"), "質(zhì)量"),
        ("关于", Page(glossed="關"), "關(guān)于"),
        ("发光", Page(gloss="scattered"), "發(發)光(guang)"),
        ("科技", Page(glossed="科", gloss="toneless"), "科(ke)技"),
        ("智能科技", Page(traditional=False, glossed="能科"), "智能(néng)科(kē)技"),
        ("中国新闻", Page(traditional=False, glossed="國新"), "中國(guó)新(xīn)闻"),
        ("规划", Page(glossed="規", letters=(("g", "ɡ"),)), "規(ɡuī)劃"),
        ("旅行", Page(glossed="旅", gloss="toneless", letters=(("v", "ü"),)), "旅(lü)行"),
        ("着力，干部，关于，制造，范围", Page(), "著力，干部，關于，制造，范圍"),
        ("冲浪", Page(), "沖浪"),
        ("关于", Page(unchanged="", own=(("于", "於"),)), "關於"),
        ("保“十四五”开好局", CONTROL, "?！笆奈濉遍_好局"),
        ("因为我们拍摄的", Page(glossed="驗", misaligned=True), "因?yàn)槲覀兣臄z的"),
        ("箱式冲水", Page(glossed="經", misaligned=True), "箱式?jīng)_水"),
        ("“好”OK", Page(glossed="監", misaligned=True), "“好”O(jiān)K"),
        ("来，市政协", Page(marked=1.0, nfkc=True), "來,,市政協"),
        ("来，市政协。", Page(marked=1.0), "來,，市政協,。"),
        ("不够，", Page(marked=1.0, marker=b" "), "不夠 ，"),
        ("来，市政协", replace(CONTROL, shown=""), "來，市政協"),
        ("来，市政协", replace(CONTROL, shown="\u200b"), "來\u200b，市政協"),
        ("来，市政协", Page(marked=1.0, marker=b"\xfe\x50"), "來，市政協"),
        ("首页\u00a0•\u00a0新闻", Page(lacking=b"?"), "首頁???新聞"),
        ("常化，为委员", Page(places=(1,)), "?；瑸槲瘑T"),
        ("常化，为委员", Page(places=(1,), nfkc=True), "?;瑸槲瘑T"),
    ],
)
def test_the_damage_of_real_pages(clean: str, page: Page, shown: str) -> None:
    assert pollute(clean, page) == shown


def test_a_swallowed_bracket_leaves_half_a_tag() -> None:
    # the bytes of 規 lie across 家帶, and the one byte that its gloss shifts by takes in the bracket
    data = to_traditional("厂家带队到村里").encode("gbk")
    at = data.index("規".encode("gbk"))
    shown = decode(data[: at + 2] + "(guī)".encode("gbk") + data[at + 2 :] + b"</p>")
    assert shown.startswith("廠家?guī)") and shown.endswith("?/p>")


def test_whole_tags_are_taken_out() -> None:
    assert pollute(TEXT, Page(tagged=0.3)) == to_traditional(TEXT)
    shown = pollute("学校。“" * 50, Page(tagged=0.5, marker=b"\x06", marked=1.0, marks="！", misaligned=True))
    assert re.search(r"\?/?[a-z]+>", shown) and not re.search(r"</?[a-z]+>", shown)


def test_other_decoders_stumble_otherwise() -> None:
    broken = bytes.fromhex("B3 2C A3BB AFA3 AC9E E9CE")
    assert decode(broken) == "?；瑸槲"
    assert decode(broken, "whatwg") == "\ufffd,；\ufffd瑸槲"
    assert decode(broken, "python") == broken.decode("gbk", "replace") == "\ufffd,；\ufffd，為�"


def test_a_pair_without_a_character_vanishes_and_a_byte_that_leads_none_is_lost() -> None:
    assert decode(bytes.fromhex("AAA1 B0A1 FE50")) == "啊"
    assert decode(b"1\xff2") == "1?2"


def test_a_gloss_broken_by_a_space() -> None:
    shown = pollute("网络" * 50, Page(glossed="絡", spaced=1.0))
    assert set(re.findall(r"\(.*?\)", shown)) == {"(l uò)", "(lu ò)", "(luò )"}


def test_of_two_replacements_that_overlap_the_first_splits_the_other() -> None:
    # A3 A1 of ！ lies across 校、 (D0A3 A1A2)
    assert pollute("学校、", replace(CONTROL, marks="！")) == "學?！?"
    assert pollute("学校、", replace(CONTROL, marks="、！")) == "學校\x06、"


def test_encodings_mistaken_for_others() -> None:
    assert misread("政协", "utf-8", "gbk") == "鏀垮崗"
    assert misread("政协", "gbk", "latin-1") == misread("政协", "gbk", "cp1252") == "ÕþÐ\xad"
    assert misread("十", "gbk", "cp1252") == "Ê®"
    # a browser shows a byte that Windows-1252 lacks as a control
    assert misread("\u3000", "utf-8", "cp1252") == "ã€€"
    assert misread("丁", "utf-8", "cp1252") == "ä¸\x81"


def test_places_lie_inside_characters_of_two_bytes() -> None:
    assert misaligned_places("a常，b", Page()) == [2, 4]
    assert misaligned_places("中国", Page(traditional=False)) == [1, 3]


def test_a_reading_is_fixed_for_a_page() -> None:
    page = Page(glossed="長行", other_readings=1.0)
    shown = {
        gloss for seed in range(20) for gloss in re.findall(r"長\(\w+\)", pollute("长长长", replace(page, seed=seed)))
    }
    assert {"長(cháng)", "長(zhǎng)"} <= shown
    assert len(set(re.findall(r"\(\w+\)", pollute("长" * 20, page)))) == 1


@pytest.mark.parametrize("seed", range(25))
def test_sites(seed: int) -> None:
    page = site(seed)
    assert page == site(seed) and pollute(TEXT, page) == pollute(TEXT, page)
    assert 12 <= len(page.glossed) <= 45 and set(page.marks) <= set(MARKS)
    # taking out what a site adds to a text that it nowhere breaks gives the converted text
    aligned = pollute(TEXT, replace(page, misaligned=False))
    marker = page.marker.decode() if page.shown is None else page.shown
    plain = re.sub(r"\([^()]*\)", "", aligned)
    if marker:
        plain = re.sub(f"{re.escape(marker)}(?=[{MARKS}])", "", plain)
    assert plain == to_traditional(TEXT, page.unchanged, page.own)


def test_sites_differ() -> None:
    pages = [site(seed) for seed in range(60)]
    assert {page.gloss for page in pages} == {"toned", "toneless", "doubled", "scattered"}
    assert len({page.marker for page in pages}) == 8 and len({page.glossed for page in pages}) == 60
    assert len({to_traditional("".join(AMBIGUOUS), page.unchanged, page.own) for page in pages}) > 50


def test_without_damage_a_page_is_its_text() -> None:
    assert pollute(TEXT, Page(traditional=False)) == TEXT
    assert pollute(TEXT, Page(traditional=False, glossed=GLOSSED, glossing=0.0)) != TEXT  # 发 turned 發 all the same
