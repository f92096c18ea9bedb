"""What places' names stand for."""

import pytest

from pipeline.resolution.places import prefixes, resolve_place


@pytest.mark.parametrize(
    ("text", "canonical", "code", "subtype"),
    [
        ("黑龙江", "黑龙江省", "230000", "province"),
        ("内蒙古", "内蒙古自治区", "150000", "province"),
        ("香港", "香港特别行政区", "810000", "province"),
        ("晋", "山西省", "140000", "province"),
        ("武汉", "武汉市", "420100", "prefecture"),
        ("大理州", "大理白族自治州", "532900", "prefecture"),
        ("襄樊市", "襄樊市", "420600", "prefecture"),
        ("昆山", "昆山市", "320583", "county"),
        ("乐亭县", "乐亭县", "130225", "county"),
        ("湖北省武汉市", "武汉市", "420100", "prefecture"),
        ("长春市朝阳区", "朝阳区", "220104", "county"),
        ("日本", "日本", "", "country"),
        ("长三角", "长三角", "", "region"),
        ("陕甘宁", "", "", "region"),
        ("柳林镇", "", "", "township"),
        ("柳林村", "", "", "village"),
        ("武汉市柳林村", "", "420100", "village"),
        ("长江", "", "", "natural"),
        ("柳林国际机场", "", "", "facility"),
        ("苏州工业园区", "", "320500", "region"),
    ],
)
def test_places_without_a_home(text: str, canonical: str, code: str, subtype: str) -> None:
    assert resolve_place(text, "", "") == (canonical, code, subtype)


@pytest.mark.parametrize(
    ("text", "home", "code"),
    [
        ("朝阳区", "", ""),
        ("朝阳区", "110000", "110105"),
        ("朝阳区", "220100", "220104"),
        ("朝阳区", "530000", ""),
        ("朝阳", "", "211300"),
        ("朝阳", "220100", "220104"),
        ("鼓楼区", "", ""),
        ("鼓楼区", "320000", ""),  # Nanjing and Xuzhou have one each
        ("鼓楼区", "320300", "320302"),
        ("城区", "140500", "140502"),
        ("城区", "110000", ""),
        ("吉林", "", "220000"),
        ("海南", "630000", "460000"),
        ("海南", "632500", "632500"),
        ("海西", "350000", ""),
        ("海西", "632800", "632800"),
    ],
)
def test_namesakes_are_told_apart_by_home_or_not_at_all(text: str, home: str, code: str) -> None:
    assert resolve_place(text, "", home).region_code == code


@pytest.mark.parametrize(
    ("text", "home", "code"),
    [
        ("资源", "530000", ""),
        ("资源", "", ""),
        ("资源", "450000", "450329"),
        ("资源县", "530000", "450329"),
        ("振兴", "530000", ""),
        ("敦煌", "530000", "620982"),
    ],
)
def test_a_countys_short_name_is_trusted_in_its_own_province(text: str, home: str, code: str) -> None:
    assert resolve_place(text, "", home).region_code == code


def test_an_undecided_namesake_still_has_its_level() -> None:
    assert resolve_place("朝阳区", "", "") == ("", "", "county")


@pytest.mark.parametrize(
    ("text", "home", "code"),
    [
        ("我市", "320500", "320500"),
        ("全市", "310000", "310000"),
        ("我省", "320500", "320000"),
        ("全区", "150000", "150000"),
        ("我州", "533102", "533100"),
        ("我市", "533102", "533102"),
        ("我市", "320000", ""),
        ("我县", "320500", ""),
        ("我市", "", ""),
    ],
)
def test_places_of_ours(text: str, home: str, code: str) -> None:
    assert resolve_place(text, "", home).region_code == code


def test_names_of_a_year() -> None:
    assert resolve_place("沙县", "", "", 2015)[:2] == ("沙县", "350427")
    assert resolve_place("沙县", "", "")[:2] == ("沙县区", "350405")


def test_what_recognition_knows_of_a_short_name_stays() -> None:
    assert resolve_place("黄山", "natural", "") == ("", "", "natural")
    assert resolve_place("黄山市", "natural", "").region_code == "341000"


@pytest.mark.parametrize("text", ["", "中国共产党", "城市", "全市场", "村", "a"])
def test_what_is_no_place_has_no_code(text: str) -> None:
    assert resolve_place(text, "", "320500").region_code == ""


def test_a_chain_counts_only_if_each_lies_in_the_one_before() -> None:
    assert prefixes("江苏省苏州市昆山市")[0] == "江苏省苏州市昆山市"
    assert prefixes("江苏省武汉市")[0] == "江苏省"
