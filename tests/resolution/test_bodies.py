"""What organizations' names stand for, given the home region."""

import pytest

from pipeline.resolution.bodies import kind_of, resolve_body

CITY, PROVINCE, MUNICIPALITY, DISTRICT = "320500", "330000", "310000", "310115"
AUTONOMOUS_REGION, LEAGUE, COUNTY_CITY, COUNTY = "150000", "152500", "533102", "430124"


@pytest.mark.parametrize(
    ("home", "text", "canonical", "code"),
    [
        (CITY, "市政协", "苏州市政协", CITY),
        (CITY, "市政府", "苏州市人民政府", CITY),
        (CITY, "市委", "中共苏州市委", CITY),
        (CITY, "市纪委监委", "苏州市纪委监委", CITY),
        (CITY, "市人大", "苏州市人大", CITY),
        (CITY, "市人大常委会", "苏州市人大常委会", CITY),
        (CITY, "市人民代表大会常务委员会", "苏州市人大常委会", CITY),
        (CITY, "市财政局", "苏州市财政局", CITY),
        (CITY, "市民政局", "苏州市民政局", CITY),
        (CITY, "市中级人民法院", "苏州市中级人民法院", CITY),
        (CITY, "市法院", "苏州市中级人民法院", CITY),
        (CITY, "市政协办公室", "苏州市政协办公室", CITY),
        (CITY, "团市委", "共青团苏州市委", CITY),
        (CITY, "民盟市委", "民盟苏州市委", CITY),
        (CITY, "市第二医院", "苏州市第二医院", CITY),
        (CITY, "省政协", "江苏省政协", "320000"),
        (CITY, "省委", "中共江苏省委", "320000"),
        (CITY, "省委宣传部", "中共江苏省委宣传部", "320000"),
        (CITY, "省政府办公厅", "江苏省人民政府办公厅", "320000"),
        (PROVINCE, "省人民政府", "浙江省人民政府", PROVINCE),
        (PROVINCE, "省市场监管局", "浙江省市场监管局", PROVINCE),
        (PROVINCE, "省地震局", "浙江省地震局", PROVINCE),
        (MUNICIPALITY, "市委", "中共上海市委", MUNICIPALITY),
        (DISTRICT, "市政府", "上海市人民政府", MUNICIPALITY),
        (DISTRICT, "区政府", "上海市浦东新区人民政府", DISTRICT),
        (AUTONOMOUS_REGION, "自治区党委", "内蒙古自治区党委", AUTONOMOUS_REGION),
        (AUTONOMOUS_REGION, "自治区政府", "内蒙古自治区人民政府", AUTONOMOUS_REGION),
        (LEAGUE, "盟委", "中共锡林郭勒盟委", LEAGUE),
        (LEAGUE, "自治区政协", "内蒙古自治区政协", AUTONOMOUS_REGION),
        (COUNTY_CITY, "市委", "中共瑞丽市委", COUNTY_CITY),
        (COUNTY_CITY, "州政府", "德宏州人民政府", "533100"),
        (COUNTY, "县委", "中共宁乡县委", COUNTY),
    ],
)
def test_deictic_bodies_take_the_home_region(home: str, text: str, canonical: str, code: str) -> None:
    year = 2010 if home == COUNTY else 0  # 宁乡 has been a city since 2017
    assert resolve_body(text, home, year)[:2] == (canonical, code)


@pytest.mark.parametrize(
    ("home", "text"),
    [
        (PROVINCE, "市委"),
        (PROVINCE, "市政协"),
        (PROVINCE, "县政府"),
        (CITY, "县委"),
        (CITY, "区政府"),
        (CITY, "州委"),
        (AUTONOMOUS_REGION, "省委"),
        (MUNICIPALITY, "省政府"),
        (MUNICIPALITY, "区委"),
        (LEAGUE, "旗委"),
        ("", "市政协"),
        ("", "省委"),
    ],
)
def test_a_level_that_home_does_not_settle_stays_open(home: str, text: str) -> None:
    body = resolve_body(text, home)
    assert (body.canonical, body.region_code, body.level) == ("", "", "")
    assert body.kind


@pytest.mark.parametrize(
    "text",
    [
        "省市政协",
        "市委市政府",
        "市、县政府",
        "各县区政府",
        "市场监管局",
        "市政工程公司",
        "市民服务中心",
        "区域中心",
        "县域医共体",
        "政协",
    ],
)
def test_what_only_looks_deictic_is_left(text: str) -> None:
    assert resolve_body(text, CITY)[:2] == ("", "")


@pytest.mark.parametrize(
    ("text", "canonical", "code", "level"),
    [
        ("湖北省委", "中共湖北省委", "420000", "province"),
        ("中共湖北省委", "中共湖北省委", "420000", "province"),
        ("中国共产党湖北省委员会", "中共湖北省委", "420000", "province"),
        ("武汉市政协", "武汉市政协", "420100", "prefecture"),
        ("湖北省武汉市政协", "武汉市政协", "420100", "prefecture"),
        ("政协武汉市委员会", "武汉市政协", "420100", "prefecture"),
        ("武汉政协", "武汉市政协", "420100", "prefecture"),
        ("武汉市市委", "中共武汉市委", "420100", "prefecture"),
        ("湖北省政府", "湖北省人民政府", "420000", "province"),
        ("湖北省教育厅", "湖北省教育厅", "420000", "province"),
        ("北京市海淀区政府", "北京市海淀区人民政府", "110108", "county"),
        ("海淀区政府", "北京市海淀区人民政府", "110108", "county"),
        ("长春市朝阳区政府", "长春市朝阳区人民政府", "220104", "county"),
        ("凉山彝族自治州政府", "凉山州人民政府", "513400", "prefecture"),
        ("凉山州委", "中共凉山州委", "513400", "prefecture"),
        ("西藏自治区党委", "西藏自治区党委", "540000", "province"),
        ("民建湖北省委", "民建湖北省委", "420000", "province"),
    ],
)
def test_explicit_bodies_do_not_need_a_home(text: str, canonical: str, code: str, level: str) -> None:
    for home in ("", CITY):
        assert resolve_body(text, home)[:3] == (canonical, code, level)


def test_an_ambiguous_county_is_decided_by_home_alone() -> None:
    assert resolve_body("鼓楼区政府", "")[:2] == ("", "")
    assert resolve_body("鼓楼区政府", "320100")[:2] == ("南京市鼓楼区人民政府", "320106")
    assert resolve_body("鼓楼区政府", "350000")[:2] == ("福州市鼓楼区人民政府", "350102")
    assert resolve_body("鼓楼区政府", "530000")[:2] == ("", "")


@pytest.mark.parametrize(
    ("text", "canonical", "kind"),
    [
        ("党中央", "中共中央", "party"),
        ("中共中央", "中共中央", "party"),
        ("国务院", "国务院", "government"),
        ("国务院办公厅", "国务院办公厅", "government"),
        ("全国政协", "全国政协", "cppcc"),
        ("全国人民代表大会常务委员会", "全国人大常委会", "congress"),
        ("中央纪委国家监委", "中央纪委国家监委", "discipline"),
        ("工信部", "工业和信息化部", "government"),
        ("最高检", "最高人民检察院", "procuratorate"),
    ],
)
def test_bodies_of_the_country_have_no_region_code(text: str, canonical: str, kind: str) -> None:
    assert resolve_body(text, CITY) == (canonical, "", "country", kind)


def test_proper_names_are_not_expanded() -> None:
    assert resolve_body("西安交通大学", "")[:3] == ("西安交通大学", "610100", "")
    assert resolve_body("市委党校", CITY)[0] == "中共苏州市委党校"
    # bears a person's name; stands in Guangzhou
    assert resolve_body("中山大学", "")[:2] == ("", "")
    # not of 解放区, 新华区, 长安区, 上海市
    assert resolve_body("解放军", "").region_code == ""
    assert resolve_body("新华社", "").region_code == ""
    assert resolve_body("长安汽车", "").region_code == ""
    assert resolve_body("上海合作组织", "").region_code == ""


def test_bodies_below_the_county_have_a_level_and_no_canonical() -> None:
    assert resolve_body("柳林镇政府", CITY) == ("", "", "township", "government")
    assert resolve_body("柳林村委会", CITY)[2] == "village"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("工商联", "mass_organization"),
        ("侨联", "mass_organization"),
        ("市总工会", "mass_organization"),
        ("九三学社", "democratic_party"),
        ("省高级人民法院", "court"),
        ("市检察院", "procuratorate"),
        ("县第一中学", "school"),
        ("市广播电视台", "media"),
        ("某某集团有限公司", "enterprise"),
        ("省军区", "military"),
        ("世界卫生组织", "international"),
        ("中国科学院", "research"),
        ("书法家协会", "association"),
        ("观摩团", ""),
    ],
)
def test_kind_shows_in_a_names_form(text: str, kind: str) -> None:
    assert kind_of(text) == kind
