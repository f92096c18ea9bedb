"""The home region and issuer of documents of many kinds; none of the sentences is from a corpus."""

import json
import re
from pathlib import Path

import pytest

from pipeline.resolution.core import Name, resolve
from pipeline.resolution.issuer import find_issuer

GOLD = Path(__file__).resolve().parents[2] / "data" / "gold" / "yangquan-cppcc-2021.entities.json"


def home(text: str, title: str = "", series: str = "", date: str = "", places: tuple[str, ...] = ()) -> str:
    spots = [(m.start(), m.end(), p) for p in places for m in re.finditer(p, text)]
    names = [Name(str(start), start, end, p, "LOC") for start, end, p in spots]
    return resolve(text, names, title=title, series=series, date=date).region_code


CITY_VOICE = "一年来，市委坚强领导，市政府真抓实干，市政协建言资政。全市干部群众团结奋斗，我市各项事业取得进步。"
PROVINCE_VOICE = "一年来，省委坚强领导，省政府真抓实干，省政协建言资政。全省干部群众团结奋斗，我省各项事业取得进步。"
COUNTY_VOICE = "一年来，县委坚强领导，县政府真抓实干，县政协建言资政。全县干部群众团结奋斗。感谢市委、市政府的关心。"
DISTRICT_VOICE = "一年来，区委坚强领导，区政府真抓实干，区政协建言资政。感谢市委、市政府的关心。"


@pytest.mark.parametrize(
    ("text", "title", "code"),
    [
        (CITY_VOICE, "绵阳市政协五年工作回顾", "510700"),
        (CITY_VOICE + "绵阳市政协主席会议成员参加调研。", "", "510700"),
        (CITY_VOICE + "省委领导到会。《四川日报》作了报道。绵阳市人大代表列席。", "", "510700"),
        (CITY_VOICE, "重庆市人民政府关于加强河湖保护的意见", "500000"),
        (CITY_VOICE + "州委、州政府给予支持。", "瑞丽市政府工作报告", "533102"),
        (PROVINCE_VOICE + "成都、绵阳、宜宾三市率先试点。", "四川省人民政府工作报告", "510000"),
        (PROVINCE_VOICE + "在四川省第十三届人民代表大会第一次会议上", "政府工作报告", "510000"),
        (COUNTY_VOICE, "平武县政府工作报告", "510727"),
        (DISTRICT_VOICE, "涪城区政协工作报告", "510703"),
        (DISTRICT_VOICE + "在长春市朝阳区第九届人民代表大会上", "政府工作报告", "220104"),
        (DISTRICT_VOICE, "北京市朝阳区人民政府工作报告", "110105"),
        (
            "自治区党委坚强领导，全区上下齐心，我区特色农业发展，自治区政协建言。",
            "宁夏回族自治区政府工作报告",
            "640000",
        ),
        ("州委坚强领导，州政府真抓实干，全州上下齐心。省委给予支持。", "凉山彝族自治州人大常委会工作报告", "513400"),
        ("盟委坚强领导，盟行署真抓实干，全盟上下齐心。", "阿拉善盟工作总结", "152900"),
    ],
)
def test_home_at_every_level(text: str, title: str, code: str) -> None:
    assert home(text, title) == code


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", ""),
        (CITY_VOICE, ""),  # a city that is never named
        (CITY_VOICE + "省委领导到会，《四川日报》作了报道。四川省委对此高度重视。", ""),  # only its province is
        (PROVINCE_VOICE, "政府工作报告"),
        (DISTRICT_VOICE, "朝阳区政协工作报告"),  # two cities have one
        ("考察团先后到访杭州、苏州、青岛、厦门。", ""),
        ("我国外交成果丰硕，党中央、国务院高度重视，香港特别行政区政府依法施政。我国经济稳中向好。", "政府工作报告"),
        ("四川省政协与绵阳市政协联合开展调研。", ""),
        ("城市政府、社区党委、各县区政府、超市、门市部和全市场都是常用的词。", ""),
    ],
)
def test_home_stays_open_where_the_document_does_not_decide(text: str, title: str) -> None:
    names = [
        Name(p, text.index(p), text.index(p) + 2, p, "LOC") for p in ("杭州", "苏州", "青岛", "厦门") if p in text
    ]
    resolved = resolve(text, names, title=title, series="")
    assert resolved.region_code == ""
    assert len(resolved.notes) == 1
    assert "not decided" in resolved.notes[0]


def test_plain_places_decide_only_if_they_agree() -> None:
    text = "绵阳、宜宾、成都等地试点。四川农业增产。四川工业稳定。四川文旅兴旺。四川教育进步。"
    assert home(text, places=("绵阳", "宜宾", "成都", "四川")) == "510000"
    assert home("绵阳、杭州、青岛等地试点。", places=("绵阳", "杭州", "青岛")) == ""


def test_the_documents_year_picks_the_code_of_its_time() -> None:
    assert home(COUNTY_VOICE, "昌平县政府工作报告", date="1990-03") == "110221"


def test_home_region_can_be_given_and_must_exist() -> None:
    assert resolve(CITY_VOICE, [], title="", series="", home_region="510700").region_code == "510700"
    assert resolve(CITY_VOICE, [], title="绵阳市政协公报", series="", home_region="").region_code == "510700"
    with pytest.raises(ValueError, match="999999"):
        resolve("", [], title="", series="", home_region="999999")


@pytest.mark.parametrize(
    ("title", "series", "code", "issuer"),
    [
        ("2026年四川省政府工作报告", "", "510000", "四川省人民政府"),
        ("凝心聚力谱新篇", "——市政协五年工作回顾之三", "510700", "绵阳市政协"),
        ("政府工作报告", "", "510700", "绵阳市人民政府"),
        ("2025年绵阳市人大常委会工作报告", "", "510700", "绵阳市人大常委会"),
        ("市委关于加强新时代人才工作的意见", "", "510700", "中共绵阳市委"),
        ("绵阳市财政局关于预算公开的通知", "", "510700", "绵阳市财政局"),
        ("1999年中华人民共和国国务院政府工作报告", "", "", "国务院"),
        ("国务院政府工作报告", "", "", "国务院"),
        ("1964年中华人民共和国国务院政府工作报告（摘要）", "", "", "国务院"),
        ("国务院关于深化改革的决定", "", "", "国务院"),
        ("市政协工作报告", "", "", ""),
        ("政府工作报告", "", "", ""),
        ("绵阳市民生活更美好", "——走进社区", "510700", ""),
        ("关于市政协工作报告的说明", "", "510700", ""),
        ("市委书记到企业调研", "", "510700", ""),
        ("", "", "510700", ""),
    ],
)
def test_issuer(title: str, series: str, code: str, issuer: str) -> None:
    assert find_issuer(title, series, code) == issuer


def test_the_shipped_report() -> None:
    gold = json.loads(GOLD.read_text(encoding="utf-8"))
    text, document = gold["text"], gold["document"]
    rows = [e for e in gold["entities"] if e["label"] != "OPT"]
    names = [
        Name(str(i), e["start"], e["end"], e["text"], e["label"], e.get("subtype", "") if e["label"] == "PUB" else "")
        for i, e in enumerate(rows)
    ]
    ids = {name.text: name.id for name in names}
    nested = [
        Name(f"n{i}", e["start"], e["end"], e["text"], e["label"], "", ids[e["parent"]])
        for i, e in enumerate(gold["nested"])
        if e["label"] != "OPT"
    ]
    resolved = resolve(text, names + nested, title=document["title"], series=document["series"])
    assert resolved.region_code == document["region_code"]
    assert resolved.notes == ()
    assert resolved.issuer == "阳泉市政协"
    decided = 0
    for row, meaning in zip(rows, resolved.meanings, strict=False):
        if row["label"] in ("ORG", "LOC"):
            # names that the gold leaves open (工商联) must stay open
            assert meaning.canonical == row.get("canonical", ""), row["text"]
            assert meaning.region_code == row.get("region_code", ""), row["text"]
            decided += bool(meaning.canonical)
        if row["label"] == "LOC":
            assert meaning.subtype == row["subtype"]
    assert decided == sum("canonical" in row for row in rows)
    by_text = dict(zip([n.text for n in nested], resolved.meanings[len(names) :], strict=True))
    assert by_text["山西"].region_code == "140000"
    assert by_text["下东坡村"] == ("", "", "village", "", "village")


def test_home_is_found_without_any_recognized_name() -> None:
    gold = json.loads(GOLD.read_text(encoding="utf-8"))
    resolved = resolve(gold["text"], [], title=gold["document"]["title"], series=gold["document"]["series"])
    assert resolved.region_code == "140300"


def test_publications_and_persons() -> None:
    text = "《四川日报》刊登《打好攻坚战》，作者李四。"
    names = [
        Name("0", 1, 5, "四川日报", "PUB", "newspaper"),
        Name("1", 9, 14, "打好攻坚战", "PUB", "article"),
        Name("2", 18, 20, "李四", "PER"),
    ]
    paper, article, person = resolve(text, names, title="", series="").meanings
    assert paper == ("四川日报", "510000", "", "", "newspaper")
    assert article == ("打好攻坚战", "", "", "", "article")
    assert person == ("", "", "", "", "")
