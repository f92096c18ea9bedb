"""Organizations by the grammar of Chinese public institutions: a region, or a word that points to one, and a body.

阳泉市政协, 省委, 市纪委监委, 自治区人大常委会, 县财政局. The lists are of kinds of bodies as the constitution, the
organic laws and the State Council's own list of departments (www.gov.cn, 国务院组织机构) name them; none holds the
name of one particular place.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from pipeline import divisions

_DEPARTMENTS = (
    "发展(?:和)?改革|发改|教育|教体|科技|科学技术|工业和信息化|工信|经信|经济和信息化|民族宗教(?:事务)?|民族事务|民宗|公安|国家安全|民政|"
    "司法|财政|人力资源(?:和)?社会保障|人社|自然资源(?:和规划)?|规划(?:和)?自然资源|生态环境|环保|环境保护|住房(?:和)?城乡建设|住建|"
    "交通(?:运输)?|水利|水务|农业农村|农业|农牧|商务|文化(?:和)?旅游|文旅|文化广电和旅游|卫生健康|卫健|卫计|退役军人事务|应急(?:管理)?|"
    "审计|外事|国资|国有资产监督管理|市场监督管理|市场监管|广播电视|广电|体育|统计|医疗保障|医保|信访|林业(?:和)?草原|林草|林业|"
    "粮食和物资储备|粮食|乡村振兴|扶贫|大数据(?:发展)?(?:管理)?|数据|税务|气象|地震|金融(?:监督)?(?:管理)?|人防|国动|能源|海洋|渔业|"
    "知识产权|药品监督管理|药监|行政审批(?:服务)?(?:管理)?|政务服务(?:和数据)?(?:管理)?|城市管理|城管|园林|文物|档案|侨务|港澳|台湾事务|"
    "机关事务(?:管理)?|招商|邮政管理|烟草专卖|通信管理|监狱管理|戒毒管理|公积金"
)
_PARTY_ORGANS = (
    "办公厅|办公室|组织部|宣传部|统战部|政法委(?:员会)?|政研室|网信办|编办|党校|老干部局|巡视办|巡察办|机关工委|"
    "社会工作部"
)
_MASS = (
    "总工会|妇联|团委|工商联|侨联|台联|文联|作协|科协|社科联|残联|红十字会|记协|贸促会|关工委|慈善总会|法学会|老龄委"
)
_BODY = (
    rf"(?:委(?:{_PARTY_ORGANS})|委员会(?:{_PARTY_ORGANS})?|纪委监委|纪委|监委|监察委员会|纪律检查委员会|"
    r"委(?!员|托|派|任|会|办|培|以|屈|内|级)|"
    r"人民政府(?:办公厅|办公室|党组|参事室)?|政府(?:办公厅|办公室|党组|参事室)?|"
    r"人大常委会|人大|人民代表大会常务委员会|人民代表大会(?!制|第|代)|"
    r"政协(?:党组|办公厅|办公室|机关)?|政治协商会议|"
    r"高级人民法院|中级人民法院|人民法院|法院|高院|中院|人民检察院|检察院|军区|军分区|武警总队|消防救援(?:总队|支队)|"
    rf"{_MASS}|文史(?:研究)?馆|地方志办公室|社科院|农科院|"
    rf"(?:{_DEPARTMENTS})(?:委员会|委|厅|局|办公室|办|署|总局))"
)
_DEICTIC = "自治区|自治州|自治县|省|市|县|区|州|盟|旗|镇|乡"
_POINTED = re.compile(
    # 党委 is a body of autonomous regions (自治区党委), of townships and of anything else that has a party
    rf"(?<![全各两我本该几])(?:自治区党委(?:{_PARTY_ORGANS})?|[镇乡]党委|(?:{_DEICTIC}){_BODY})"
)
_BODIES = re.compile(rf"(?:党委(?:{_PARTY_ORGANS})?|{_BODY})")

_NATIONAL = re.compile(
    r"中共中央(?:政治局(?:常委会)?|书记处|办公厅|组织部|宣传部|统战部|政法委|对外联络部|党校)?(?!总书记)|"
    r"党中央|国务院(?:办公厅|国资委|台办|港澳办|新闻办|参事室|发展研究中心)?|"
    r"全国人民代表大会常务委员会|全国人大常委会|全国人大|全国政协|中央纪委国家监委|中央纪委|中央军委|中央书记处|中央政治局(?:常委会)?|"
    r"国家监察委员会|国家监委|最高人民法院|最高人民检察院|最高法|最高检|中央(?:组织|宣传|统战)部|中央政法委|中央办公厅|中央党校|"
    r"共青团中央|全国(?:总工会|妇联|工商联|侨联|文联|科协|残联|社科联)|"
    rf"国家(?:{_DEPARTMENTS}|民族事务|疾控|林草)(?:委员会|委|总局|局|署)|"
    r"(?:外交|国防|教育|科技|科学技术|工业和信息化|公安|国家安全|民政|司法|财政|人力资源和社会保障|自然资源|生态环境|住房和城乡建设|"
    r"交通运输|水利|农业农村|商务|文化和旅游|退役军人事务|应急管理)部|"
    r"中国人民银行|海关总署|审计署|新华社|中国科学院|中国社会科学院|中国工程院"
)
_DEMOCRATIC = "民革|民盟|民建|民进|农工党|农工民主党|致公党|九三学社|台盟"
_BARE = re.compile(
    rf"(?:{_DEMOCRATIC})(?:中央|(?:省|市)委(?:会)?)?|总工会|妇联|共青团|工商联|侨联|台联|文联|科协|残联|红十字会|文史(?:研究)?馆"
)


Marks = bytearray
"""1 at some of a text's positions, from 0 to its length, 0 at the others."""


def by_grammar(text: str, starts: Marks, ends: Marks) -> Iterator[tuple[int, int, str]]:
    """(start, end, rule) of every organization that the grammar finds.

    ``starts`` and ``ends`` are where words of any segmentation start and end: 市委 in 市委书记 is one, in 城市委托
    it is not. Overlaps are left to the caller.
    """
    for rule, pattern in (("national", _NATIONAL), ("deictic", _POINTED), ("bare", _BARE)):
        for match in pattern.finditer(text):
            if starts[match.start()] and ends[match.end()]:
                yield match.start(), match.end(), rule
    for start, end in regions(text):
        body = _of_region(text, end) if starts[start] else end
        if body > end and ends[body]:
            yield start, body, "region"


@lru_cache(maxsize=1)
def _surfaces() -> AhoCorasick:
    return AhoCorasick(sorted(divisions.surfaces()))


def regions(text: str) -> Iterator[tuple[int, int]]:
    """Names of divisions, full or short; of those that start at one place the longest."""
    longest: dict[int, int] = {}
    for _, start, end in _surfaces().find_matches_as_indexes(text, overlapping=True):
        if end - start > 1:
            longest[start] = max(end, longest.get(start, 0))
    yield from sorted(longest.items())


def _of_region(text: str, end: int) -> int:
    """Where the organization ends whose region ends at ``end``; ``end`` if none does.

    Looks through levels: 山西省阳泉市政协.
    """
    at = end
    while (inner := _next_region(text, at)) > at:
        at = inner
    match = _BODIES.match(text, at)
    return match.end() if match else end


def _next_region(text: str, at: int) -> int:
    known = divisions.surfaces()
    for length in range(12, 2, -1):
        name = text[at : at + length]
        if len(name) == length and name in known and name[-1] in "省市县区州盟旗":
            return at + length
    return at


_ALONE = re.compile(
    r"政协(?:常委会)?|政府|人大(?:常委会)?|常委会|常务委员会|党委|党组|纪委|监委|法院|检察院|民主党派|街道办事处|村委会|居委会"
)
_GENERIC = re.compile(r"(?:街道|社区|农村|各级|各地|有关|相关|基层|乡镇|上级|下级|本|我|两级|党政|[市省区县]直)")


def names_one(name: str) -> bool:
    """Whether a name says which body is meant: 市政协 does, neither 政协 nor 各级党委."""
    return not _ALONE.fullmatch(name) and not _GENERIC.match(name)
