"""Organizations by the grammar of Chinese public institutions: a region, or a word that points to one, and a body.

阳泉市政协, 省委, 市纪委监委, 自治区人大常委会, 县财政局. The lists are of kinds of bodies as the constitution, the
organic laws and the State Council's own list of departments (www.gov.cn, 国务院组织机构) name them; none holds the
name of one particular place.
"""

import re
from collections.abc import Iterator, Sequence, Set

from pipeline import divisions
from pipeline.recognition.lac import Tagged

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


def by_grammar(text: str, starts: Set[int], ends: Set[int]) -> Iterator[tuple[int, int, str]]:
    """(start, end, rule) of every organization that the grammar finds.

    ``starts`` and ``ends`` are where words of any segmentation start and end: 市委 in 市委书记 is one, in 城市委托
    it is not. Overlaps are left to the caller.
    """
    for match in _NATIONAL.finditer(text):
        if match.start() in starts and match.end() in ends:
            yield match.start(), match.end(), "national"
    for match in _POINTED.finditer(text):
        if match.start() in starts and match.end() in ends:
            yield match.start(), match.end(), "deictic"
    for match in _BARE.finditer(text):
        if match.start() in starts and match.end() in ends:
            yield match.start(), match.end(), "bare"


def body_after(text: str, at: int) -> int:
    """Where a body that starts at ``at`` ends, or ``at`` if none does: 政协 behind 阳泉市."""
    match = _BODIES.match(text, at)
    return match.end() if match else at


def of_region(text: str, start: int, end: int) -> int:
    """Where the organization ends that begins with the region ``text[start:end]``; ``end`` if none does.

    Looks through levels: 山西省阳泉市政协, and through a party's name in front.
    """
    at = end
    while (inner := _next_region(text, at)) > at:
        at = inner
    return body_after(text, at) if body_after(text, at) > at else end


def _next_region(text: str, at: int) -> int:
    known = divisions.surfaces()
    for length in range(12, 2, -1):
        name = text[at : at + length]
        if len(name) == length and name in known and name[-1] in "省市县区州盟旗":
            return at + length
    return at


_HEADS = re.compile(
    r"(?:公司|集团|大学|学院|研究院|研究所|科学院|实验室|医院|委员会|管委会|协会|学会|商会|联合会|基金会|"
    r"(?:研究|交易|创新|服务|仲裁|数据|医疗|培训|指挥|救援|检测|治疗)中心|交易所|出版社|电视台)$"
)
_NATIONAL_HEADS = re.compile(r"(?:(?:技术|制造业|产业)创新|[\u3400-\u9fff]{2})中心$")
_INNER_TAGS = frozenset(("n", "nz", "nw", "vn", "an", "a", "f", "s", "ORG", "LOC", "PER", "m"))
_KINDS = frozenset(
    ("实验室", "重点实验室", "大学", "医院", "研究院", "研究所", "学会", "协会", "服务中心", "技术创新中心")
)
MIN_NATIONAL = 9
"""Characters from which 国家…中心 is the name of one centre (国家…技术创新中心) and not a class (国家医学中心)."""
MAX_INNER = 7
"""Words between the first name of an organization and its head noun: 中国科学院 工业 人工智能 研究所 has two."""


def by_head(text: str, tagged: Sequence[Tagged]) -> Iterator[tuple[int, int, float]]:
    """(start, end, score) of names that start with a place or organization and run on to a head noun (…研究所).

    LAC tends to stop after the first name. Only nouns and their like may stand between; the farthest head counts.
    """
    for index, first in enumerate(tagged):
        name = text[first.start : first.end]
        national = name == "国家"
        if not national and (first.tag not in ("LOC", "ORG") or len(name) < 2 or GENERIC.match(name)):
            continue
        end = 0
        for before, word in zip(tagged[index:], tagged[index + 1 : index + 2 + MAX_INNER], strict=False):
            # 国家技术转移中心: behind 国家 a verb can be the first part of a noun
            if before.end != word.start or not (word.tag in _INNER_TAGS or (national and word.tag == "v")):
                break
            if word.tag == "m" and not text[word.start : word.end].startswith("第"):
                break
            head = (_NATIONAL_HEADS if national else _HEADS).search(text[before.start : word.end])
            if (
                head
                and text[first.end : word.end] not in _KINDS
                and (not national or word.end - first.start >= MIN_NATIONAL)
            ):
                end = word.end
        if end:
            yield first.start, end, min(0.9, first.score)


SUFFIX = re.compile(
    r"(?:公司|集团|银行|大学|学院|学校|中学|小学|幼儿园|研究院|研究所|研究会|科学院|工程院|设计院|实验室|医院|卫生院|委员会|管委会|居委会|村委会|"
    r"协会|学会|商会|联合会|基金会|促进会|理事会|联盟|工会|法院|检察院|政府|政协|人大|党委|党组|党校|总队|支队|大队|部队|兵团|"
    r"报社|出版社|杂志社|电视台|电台|通讯社|剧院|剧团|艺术团|书画院|画院|文史馆|合作社|重工|股份|控股|科技|能源|电力|钢铁|石化|油田|"
    r"组织|中心|总局|总署|总会|分会|厅|局|署|部|委|办|社|院|党|台|队)$"
)
"""How the names of organizations end; a name that LAC calls an organization is believed more readily with one."""
GENERIC = re.compile(
    r"^(?:新时代|各级|各地|有关|相关|基层|乡镇|街道|社区|农村|企业|全国|全省|全市|全县|全区|地方|当地|上级|下级|该|本|我|两级|党政|市直|省直|区直|县直)"
)
"""What makes a name generic: 各级党委, 街道办事处."""

_UNITS = re.compile(
    r"(?:研究院|研究室|研究中心|办公厅|办公室|学院|党校|医院|画院|委员会|联合会|协会|出版社|报社|电视台|服务中心|信息中心|局|处|馆)$"
)


def extends(name: str) -> bool:
    """Whether a name is that of a unit below a body of the grammar: 省委党史研究院, 市政协书画院."""
    body = _POINTED.match(name) or _NATIONAL.match(name)
    return bool(body and len(name) >= body.end() + 2 and _UNITS.search(name))


_ALONE = re.compile(r"政协|政府|人大|人大常委会|常委会|常务委员会|党委|党组|纪委|监委|法院|检察院|民主党派")


def stands_alone(name: str) -> bool:
    """Whether a body is named only by what it is (政协, 常委会): which one is meant is not said, so it is no name."""
    return bool(_ALONE.fullmatch(name))


def holds_together(name: str) -> bool:
    """Whether what stands before a body of a region can be that region: 阳泉政协 is one name, 篇章贡献政协 is not."""
    match = re.search(r"(?:政协|人民政府|政府|人大|人大常委会|纪委监委)$", name)
    if not match or not match.start():
        return True
    owner = name[: match.start()]
    known = divisions.surfaces()
    return (
        owner in known
        or any(owner.endswith(d) for d in _DEICTIC.split("|"))
        or any(owner[cut:] in known and owner[:cut] in known for cut in range(2, len(owner) - 1))
        or owner in ("全国", "中国")
    )
