"""What the name of an organization says: which region's body it is, of what kind, and its full form.

A name is taken apart into region or level word, and body: 阳泉市 + 政协, 市 + 纪委监委, 省 + 委 + 宣传部. The full
form is the one that news uses at first mention: 中共山西省委, 山西省人民政府, 山西省政协, 山西省纪委监委.
"""

import re
from typing import NamedTuple

from pipeline import divisions
from pipeline.divisions import Division
from pipeline.resolution import places
from pipeline.resolution.lists import MINISTRIES, NATIONAL


class Body(NamedTuple):
    """What an ORG's text stands for; every part is empty where the evidence does not decide."""

    canonical: str
    region_code: str
    level: str
    kind: str


_NATIONAL_FORM = re.compile("(" + "|".join(sorted(NATIONAL, key=lambda n: (-len(n), n))) + ")(.*)")

# Heads of a region's bodies, longest first: pattern, form in news, kind.
_HEADS = (
    (r"(?:人民代表大会|人大)(?:常务委员会|常委会)", "人大常委会", "congress"),
    (r"人民代表大会|人大(?!学)", "人大", "congress"),
    (r"纪律检查委员会|纪委(?!监委|监察委)", "纪委", "discipline"),
    (r"纪委监(?:察)?委(?:员会)?|纪检监委", "纪委监委", "discipline"),
    (r"监察委员会|监委", "监委", "discipline"),
    (r"人民政协|政协(?:委员会)?", "政协", "cppcc"),
    (r"人民政府|政府", "人民政府", "government"),
    (r"高级人民法院|高级法院|高院", "高级人民法院", "court"),
    (r"中级人民法院|中级法院|中院", "中级人民法院", "court"),
    (r"人民法院|法院", "人民法院", "court"),
    (r"人民检察院|检察院", "人民检察院", "procuratorate"),
    (r"党委", "党委", "party"),
    (r"委员会|委(?!员|托|培|派)", "委", "party"),
)
_HEAD = tuple((re.compile(f"(?:{pattern})"), form, kind) for pattern, form, kind in _HEADS)
_PARTIES = r"民革|民盟|民建|民进|农工党|致公党|九三学社|台盟"

# What a name's last words say of its kind; the first that fits counts.
_KINDS = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (
            r"联合国|世界卫生组织|世界贸易组织|世贸组织|世界银行|国际货币基金组织|欧盟|东盟|非盟|金砖|亚投行|上合组织",
            "international",
        ),
        (r"(?:国际|世界|合作)[^，]*(?:组织|联盟|委员会)$|二十国集团|亚太经合组织", "international"),
        (r"(?:科学院|工程院|研究院|研究所|实验室|研究中心|社科院|智库)$", "research"),
        (r"(?:党校|行政学院|大学|学院|学校|[中小]学|幼儿园|高中)$", "school"),
        (r"(?:医院|卫生院|卫生服务中心|疾控中心|疾病预防控制中心)$", "hospital"),
        (r"(?:军分?区|战区|武警.*|人武部|人民武装部|部队|总队|支队|[海空]军|火箭军)$", "military"),
        (
            r"(?:报社|日报|晚报|电视台|广播电台|电台|通讯社|新华社|融媒体中心|新闻中心|出版社|传媒集团|新闻网|网站)$",
            "media",
        ),
        (r"(?:公司|集团|银行|企业|厂|股份|证券|保险|重工|石油|石化|航空|电网|煤业|矿业|钢铁|汽车)$", "enterprise"),
        (r"(?:书画院|文史馆|博物馆|图书馆|文化馆|美术馆|档案馆|纪念馆|科技馆|剧院|歌舞团)$", "cultural"),
        (
            r"(?:总工会|工会|妇联|妇女联合会|工商联|侨联|台联|文联|科协|残联|红十字会|社科联|作协|记协|(?<!机)关工委)$",
            "mass_organization",
        ),
        (r"(?:共青团.*|团[省市县区州]委|团委|贸促会|少先队|青联|学联|慈善总会)$", "mass_organization"),
        (rf"^(?:{_PARTIES})|(?:{_PARTIES})$", "democratic_party"),
        (r"(?:协会|学会|商会|基金会|促进会|联合会|研究会|联谊会)$", "association"),
        (r"(?:村委会|居委会|村民委员会|居民委员会|社区)$", "grassroots"),
        (r"纪委|监委", "discipline"),
        (r"法院$", "court"),
        (r"检察院$", "procuratorate"),
        (r"人民代表大会|人大(?:常委会)?$", "congress"),
        (r"政协", "cppcc"),
        (r"(?:宣传部|组织部|统战部|政法委|党委|党工委|党组|党支部|网信办)$", "party"),
        (r"(?:局|厅|署|人民政府|政府|政府办公[厅室]|管委会|街道办事处|办事处|公署|行署)$", "government"),
        (r"(?:发改委|发展改革委|卫健委|卫生健康委|国资委|住建委|科委|经信委|民宗委|民委)$", "government"),
    )
)
# Kinds whose names are proper as they stand: 西安交通大学 is not 西安市交通大学.
_PROPER = ("school", "hospital", "media", "research", "enterprise", "cultural", "association", "international")
_CLASS_WORDS = "省市县区州盟旗"
_LED = re.compile(rf"(共青团|团(?=[省市县区州盟旗])|{_PARTIES})(?=.+委)")
# Places that persons are named after, and whose names institutions elsewhere bear.
_EPONYMS = ("中山",)

_WORD = re.compile(
    r"(?:[我本])?(自治区|自治州|自治县|自治旗|地区|省(?![际长道])|市(?![场值容长直级]|民(?![政族宗委])|政(?![府协法务策数研]))|州(?![际长])|盟(?![员国友长])"
    r"|县(?![域长城级直])|区(?![域块间位长别分级直])|旗(?![舰下手帜]))(.+)"
)
# 省市政协, 市委市政府: several bodies at once.
_PLURAL = re.compile(
    r"^(?:[、和与及]|省(?!际)|市(?!场|民|政(?![府协]))|县(?!域)|区(?!域|块|划)|[州盟旗]|地(?![方震税质名])|乡(?!村)|镇|自治[区州县旗])"
)
_DEPARTMENT = re.compile(
    r"(?:[局厅委办院会部处站所馆社团队台署]|中心|公司|集团|法院|[联校协行]|[中大小]学|银行|医院)$"
)


def resolve_body(text: str, home: str, year: int = 0) -> Body:
    """What an ORG's text stands for in a document at home in ``home`` (a code; empty: unknown).

    Bodies of the country have level ``country`` and no region code: GB/T 2260 gives none to the country.
    """
    name = _unfolded(re.sub(r"\s+", "", text))
    national = _NATIONAL_FORM.fullmatch(name)
    if national and not re.match("[、和与及]", national[2]) and not places.prefixes(national[2])[0]:
        full_form, kind = NATIONAL[national[1]]
        return Body(full_form + national[2], "", "country", kind)
    if name in MINISTRIES:
        return Body(MINISTRIES[name], "", "country", "government")
    kind = kind_of(name)
    if kind == "international":
        return Body("", "", "", kind)
    led = _LED.match(name)
    if led and kind in ("mass_organization", "democratic_party"):
        return _of_led(led[1], name[led.end() :], kind, home, year)
    party, name = _without_party(name)
    stem, found = places.prefixes(name, year)
    word = _WORD.fullmatch(name)
    if word and (not stem or stem[-1] not in _CLASS_WORDS):
        # 市中级人民法院 does not begin with 市中区
        return _of_word(word[1], word[2], kind, home, year)
    rest = _without_repeated(stem, name[len(stem) :])
    if stem and rest and not _PLURAL.match(rest):
        return _of_region(stem, found, rest, kind, home, party)
    return Body("", "", _local_level(name), kind)


def kind_of(name: str) -> str:
    """The kind that a name's form shows: party, government, cppcc, school …; empty if it shows none."""
    return next((kind for pattern, kind in _KINDS if pattern.search(name)), "")


def full(division: Division) -> str:
    """The division as a body's name begins in news: 北京市海淀区 after its city, 大理州 without its people."""
    if division.level == "province":
        return division.name
    if division.level == "county" and division.name[-1] == "区" and not division.name.endswith("林区"):
        return divisions.full_name(divisions.parent(division.code)) + division.name
    return divisions.customary(division) or division.name


def _of_region(stem: str, found: tuple[Division, ...], rest: str, kind: str, home: str, party: bool) -> Body:
    owner = places.choose(found, home)
    core = _head(rest)
    local = _local_level(rest)
    if owner is None or local:
        return Body("", owner.code if owner and local else "", local, core[2] if core else kind)
    explicit = stem[-1] in _CLASS_WORDS
    trusted = explicit or places.plain(owner, stem, home)
    if core and trusted and (explicit or core[1] != "委") and kind not in _PROPER:
        return _composed(owner, core, kind)
    if not explicit and (owner.level == "county" or stem in _EPONYMS):
        return Body("", "", "", kind)
    if kind in _PROPER:
        # a firm or school that bears a place's name is no body of that place
        return Body(stem + rest, owner.code, "", kind)
    if explicit and _DEPARTMENT.search(rest):
        return Body("中共" * party + full(owner) + rest, owner.code, owner.level, kind)
    return Body("", owner.code, "", kind)


def _of_word(word: str, rest: str, kind: str, home: str, year: int) -> Body:
    core = _head(rest)
    local = _local_level(rest)
    owner = divisions.get(places.of_word(word, home), year)
    if owner is None or local or _PLURAL.match(rest) or not (core or _DEPARTMENT.search(rest)):
        return Body("", "", local, core[2] if core and kind not in _PROPER else kind)
    if core and (kind not in _PROPER or core[1] == "委"):
        return _composed(owner, core, kind)
    return Body(full(owner) + rest, owner.code, owner.level, kind)


def _of_led(leader: str, rest: str, kind: str, home: str, year: int) -> Body:
    """团市委, 民盟山西省委: the region stands between the organization's name and 委."""
    leader = "共青团" if leader == "团" else leader
    tail = re.fullmatch(r"(.+?)(委员会|委会|委)(.*)", rest)
    word = re.fullmatch("|".join(places.LEVEL_WORDS), tail[1]) if tail else None
    if tail is None:
        return Body("", "", "", kind)
    if word:
        owner = divisions.get(places.of_word(word[0], home), year)
    else:
        stem, found = places.prefixes(tail[1], year)
        owner = places.choose(found, home) if stem == tail[1] else None
    if owner is None:
        return Body("", "", "", kind)
    return Body(f"{leader}{full(owner)}委{tail[3]}", owner.code, owner.level, kind)


def _composed(owner: Division, core: tuple[str, str, str], kind: str) -> Body:
    """The full form of a region's body, with what follows its head (宣传部, 办公厅)."""
    rest, form, head_kind = core
    kind = kind if rest and kind in _PROPER else head_kind
    if _PLURAL.match(rest):
        return Body("", "", "", kind)
    region = full(owner)
    if form == "委":
        return Body(f"中共{region}委{rest}", owner.code, owner.level, kind)
    if form == "人民法院" and not rest:
        form = {"province": "高级人民法院", "prefecture": "中级人民法院"}.get(owner.level, form)
    return Body(region + form + rest, owner.code, owner.level, kind)


def _head(rest: str) -> tuple[str, str, str] | None:
    """(what follows, form in news, kind) of a body's head, or ``None`` if ``rest`` does not begin with one."""
    for pattern, form, kind in _HEAD:
        match = pattern.match(rest)
        if match:
            return rest[match.end() :], form, kind
    return None


def _local_level(name: str) -> str:
    """Level of bodies below the county, which no table of divisions names."""
    if re.search(r"(?:[镇乡]|街道|苏木)(?:党委|党工委|人大|人民政府|政府|办事处)$", name):
        return "township"
    return "village" if re.search(r"(?:村委会|居委会|村民委员会|居民委员会|村党支部)$", name) else ""


def _unfolded(name: str) -> str:
    """政协阳泉市委员会 and its long form, with the region first."""
    match = re.fullmatch(r"(?:中国人民政治协商会议|政协)(.+?)委员会", name)
    return match[1] + "政协" if match and match[1] != "全国" else name


def _without_party(name: str) -> tuple[bool, str]:
    match = re.match(r"(?:中共|中国共产党)(?!中央)", name)
    return bool(match), name[match.end() :] if match else name


def _without_repeated(stem: str, rest: str) -> str:
    """阳泉市市委 says 市 twice."""
    return rest[1:] if stem and len(rest) > 1 and stem[-1] == rest[0] and stem[-1] in _CLASS_WORDS else rest
