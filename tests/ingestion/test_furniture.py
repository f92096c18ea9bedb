import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingestion.frames import Frame, frame_of, repeated, site_furniture
from pipeline.ingestion.furniture import find_furniture

TITLE = "云岭县春季植树活动全面展开"
BODY = "清明前，梨花镇的茶山上一片忙碌。\n请下载打印申报表，分享到各村。\n茶农很高兴，都说今年收成好。"
SPEECH = (
    "2026年云岭省政府工作报告\n——2026年2月3日在云岭省第十届人民代表大会第四次会议上\n省长 白 帆\n各位代表：\n"
    "现在，我代表省人民政府，向大会报告工作，请予审议。\n各位代表！\n一、过去一年工作回顾\n过去一年，全省茶园增加三万亩。"
)


def without(raw, spans):
    """What is left of a text."""
    kept, at = [], 0
    for start, end in spans:
        kept.append(raw[at:start])
        at = end
    return "".join([*kept, raw[at:]])


def cleaned(raw):
    return without(raw, find_furniture(raw))


HEADS = [
    "下载\n打印\n全屏\n收藏\n【字号：\n加大\n还原\n减小\n】\n",
    "下载\n",
    "您的位置:\n首页\n>\n云岭要闻\n云岭要闻\n",
    "当前位置：\n首页\n>\n政务信息\n>\n云岭要闻\n",
    "您现在所在的位置：首页 > 政务公开 > 工作动态\n",
    "首页 > 政务公开 > 正文\n",
    "政务公开 > 工作动态 > 正文\n",
    "索引号：000014349/2026-00012\n主题分类：农业\n发文字号：云政发〔2026〕3号\n",
    "索 引 号：0001-2026 发布机构：县政府办\n标　　题：关于春茶开采的通知\n",
    "索引号：\nYL-2026-00012\n主题分类：\n农业、林业\n发文机关：\n云岭县人民政府\n成文日期：\n2026年2月9日\n",
    "第01版：要闻\n上一版 下一版\n2026年02月09日 星期一\n放大+ 缩小- 默认o 朗读\n",
    "关于我们 | 联系我们 | 网站地图\n",
    "首页\n关于我们\n在线留言\n",
]
BELOW_TITLE = [
    "来源：解放日报\n时间：2026-02-09\n",
    "2026年02月10日 07时41分\n来源:\n云岭日报\n【字体：\n大\n中\n小\n】\n分享：\n",
    "发表时间：\n2026-02-09 09:45:30\n来源：\n云岭日报客户端\n阅读量：\n【字体：\n小\n中\n大\n】\n",
    "2026-02-03 09:02:33 来源：云岭日报 【字体：大 中 小】【打印】【关闭】\n",
    "发布时间：2021年03月12日 10:20 来源：县林业局 浏览次数：32\n",
    "• 發(fā)布日期：2024-09-12      瀏覽次數(shù)：992\n",
    "来源：人民网\n作者：林晓岚\n编辑：高远\n",
    "字号：[ 大 中 小 ]\n",
    "原创 云岭发布 云岭发布 2026-02-09 10:00 云岭\n点击上方蓝字关注我们\n",
    "來源：人民網(wǎng)\n責(zé)任編輯：林曉嵐\n",
]
TAILS = [
    "\n打印",
    "\n相关报道：",
    "\n相关报道：\n梨花镇春茶上市\n云岭县召开春耕会议\n2026-02-08",
    "\n》》点击图片进入专题《《\n收藏\n|\n分享到:\n分享到微信\n×\n相关文档：\n",
    "\n\n扫一扫在手机打开当前页\n【\n打印本页\n】\n【\n关闭窗口\n】\n\n",
    "\n责任编辑：\n林晓岚\n扫一扫在手机打开当前页\n相关附件>>\n相关链接>>\n"
    "0123456789abcdef0123456789abcdef:\n梨花镇春茶上市\n打印本页\n关闭窗口\n"
    + TITLE
    + "\n清明前，梨花镇的茶山上一片忙碌。",
    "\n上一篇：梨花镇春茶上市\n下一篇：没有了\n",
    "\n上一篇：\n梨花镇春茶上市\n下一篇：\n云岭县召开春耕会议\n",
    "\n版面导航\n第01版：要闻\n第02版：经济\n标题导航\n梨花镇春茶上市\n云岭县召开春耕会议\n",
    "\n编辑：林晓岚\n审核：高远\n预览时标签不可点\n阅读 1234\n微信扫一扫\n关注该公众号\n赞\n在看\n写留言\n",
    "\n上一页\n1\n2\n3\n下一页\n共3页",
    "\n版权声明：本网站所刊内容未经许可，不得转载或建立镜像，违者将追究其法律责任。\n云ICP备00000000号\n",
    "\n【责任编辑：林晓岚】",
    "\n（来源：人民网）\n返回顶部\n",
    "\n打印本页\n关闭窗口\n云岭县人民政府主办\n地址：云岭县北山路1号 电话：0000-0000000\n",
]


@pytest.mark.parametrize("head", HEADS)
def test_what_stands_above_the_title_goes(head):
    assert cleaned(f"{head}{TITLE}\n{BODY}") == f"{TITLE}\n{BODY}"


@pytest.mark.parametrize("below", BELOW_TITLE)
def test_labels_between_title_and_body_go(below):
    assert cleaned(f"{TITLE}\n{below}{BODY}") == f"{TITLE}\n{BODY}"


@pytest.mark.parametrize("tail", TAILS)
def test_what_stands_below_the_body_goes_and_leaves_no_blank_tail(tail):
    assert cleaned(f"{TITLE}\n{BODY}{tail}") == f"{TITLE}\n{BODY}"


@given(st.sampled_from(HEADS), st.sampled_from(BELOW_TITLE), st.sampled_from(TAILS), st.sampled_from(["\n", "\r\n"]))
def test_any_page_around_a_document_goes_with_nothing_of_the_document(head, below, tail, end):
    document = f"{TITLE}\n{BODY}"
    page = f"{head}{TITLE}\n{below}{BODY}{tail}".replace("\n", end)
    assert cleaned(page) == document.replace("\n", end)


@pytest.mark.parametrize(
    "caption",
    [
        "省长白帆作政府工作报告。本报记者 林晓岚 摄",
        "2月3日，云岭省第十届人民代表大会第四次会议开幕。省长白帆作政府工作报告。 云岭日报记者 高远摄",
        "白帆作政府工作报告。",
        "白帆作政府工作报告。新云岭·云岭日报记者 高远",
        "新华社记者 林晓岚 摄",
        "（林晓岚 摄）",
    ],
)
def test_captions_of_photographs_go(caption):
    speaker = "省长 白 帆\n"
    assert cleaned(SPEECH.replace(speaker, f"{speaker}{caption}\n")) == SPEECH


def test_inside_the_body_only_the_unmistakable_goes():
    raw = f"{TITLE}\n{BODY}\n分享到：微信 微博\n上一页 1 2 3 下一页\n茶农说，打印\n打印\n更多\n{BODY}"
    assert cleaned(raw) == f"{TITLE}\n{BODY}\n茶农说，打印\n打印\n更多\n{BODY}"


@pytest.mark.parametrize(
    "raw",
    [
        SPEECH,
        f"{TITLE}\n——山乡见闻之三\n本报记者 林晓岚\n（2026年3月5日）\n{BODY}\n（林晓岚 高远）",
        f"关于春茶开采的通知\n各乡镇人民政府：\n{BODY}\n附件：1.开采名单.docx\n云岭县人民政府办公室\n2026年3月5日",
        f"关于召开会议的通知\n时间：2026年3月5日\n地点：县礼堂\n{BODY}\n联系人：林晓岚\n联系电话：0000-0000000",
        f"{TITLE}\n{BODY}\n云岭县人民政府\n2026年3月5日 星期四",
        f"关于召开会议的通知\n时间：2026-03-05 09:00\n地点：县礼堂\n{BODY}",
        f"{TITLE}\n{BODY}\n附件\n2026年民生实事\n1.新建茶厂三座\n2.修路五十公里",
        f"{TITLE}\n{BODY}\n名词解释\n1.“双茶计划”：\n指春茶、秋茶并举。",
        f"{TITLE}\n{BODY}\n相关链接\n梨花镇位于云岭县北部，茶园三万亩，茶农五千户。",
        f"{TITLE}\n{BODY}\n表1 茶园面积\n乡镇\t大\t中\t小\n梨花镇\n大\n12\n中\n30",
        f"{TITLE}\n{BODY}\n茶农们都说，来年还要再种十亩，再修一条路。（本报记者 林晓岚 文/摄）",
        "操作说明\n第一步是下载。\n打印\n第二步是打印。",
        "首页\n关于我们\n打印本页",
        "",
        " \n\u3000\n",
    ],
)
def test_what_is_the_documents_stays(raw):
    assert find_furniture(raw) == []


def test_a_document_goes_on_behind_what_could_be_a_pages_end():
    annex = "名词解释\n1.双茶计划，指春茶、秋茶并举，由县农业局组织实施。\n"
    assert cleaned(f"{TITLE}\n{BODY}\n责任编辑：林晓岚\n{annex}{BODY}") == f"{TITLE}\n{BODY}\n{annex}{BODY}"
    assert cleaned(f"{TITLE}\n打印本页\n关闭窗口\n{BODY}") == f"{TITLE}\n{BODY}"
    signed = "云岭县人民政府\n2026年3月5日"
    assert cleaned(f"{TITLE}\n{BODY}\n打印本页\n关闭窗口\n{signed}") == f"{TITLE}\n{BODY}\n{signed}"


def test_a_button_for_annexes_goes_but_the_name_of_an_annex_stays():
    raw = f"{TITLE}\n{BODY}\n附件下载\n打印\n附件：云岭县茶园名单.xlsx\n关闭窗口"
    assert cleaned(raw) == f"{TITLE}\n{BODY}\n附件：云岭县茶园名单.xlsx"


def test_the_only_title_is_not_taken_for_a_step_of_the_breadcrumb():
    raw = f"当前位置：\n首页\n>\n{TITLE}\n{BODY}"
    assert cleaned(raw) == f"{TITLE}\n{BODY}"
    repeated_title = f"当前位置：\n首页\n>\n{TITLE}\n{TITLE}\n{BODY}"
    assert TITLE in cleaned(repeated_title)


def test_a_caption_that_is_all_there_is_stays():
    assert find_furniture("图片新闻：春茶开采\n梨花镇茶农在采茶，一片忙碌的景象。本报记者 林晓岚 摄") == []


def test_what_the_reader_found_is_in_the_result_and_counts_as_page():
    raw = f"云岭风光，茶香万里，欢迎您来云岭做客观光。\n下载\n{TITLE}\n{BODY}"
    banner = raw.index("\n") + 1
    assert cleaned(raw).startswith("云岭风光")
    assert without(raw, find_furniture(raw, known=[(0, banner)])) == f"{TITLE}\n{BODY}"
    inside = [(3, 5)]
    assert find_furniture(BODY, known=inside) == inside


@given(st.text(st.sampled_from("下载打印大中】【>：。上一页12 \n\r\u2028\u200b关闭窗口来源摄"), max_size=80))
def test_spans_are_sorted_apart_and_inside_the_text(raw):
    spans = find_furniture(raw)
    flat = [place for span in spans for place in span]
    assert flat == sorted(set(flat)) and all(0 <= place <= len(raw) for place in flat)
    assert spans == find_furniture(raw)


@pytest.mark.parametrize(
    "piece", ["打印本页\n", "首页 > ", "首页\n>\n", "来源：", "标 ", "2026-01-01 ", "大中小", "\n", "上一页1"]
)
def test_a_hostile_file_costs_no_more_than_its_length(piece):
    find_furniture(f"{TITLE}\n{BODY}\n" + piece * 20_000 + "x")


# What a site's documents repeat


def site(n, head="", tail="", title="第{}批茶园名单公布"):
    return [f"{head}{title.format(i)}\n{BODY}{i}{tail.format(i)}" for i in range(n)]


def without_site(documents, name="site"):
    found = [find_furniture(raw) for raw in documents]
    lines = repeated((name, frame_of(raw, spans)) for raw, spans in zip(documents, found, strict=True))
    return [without(raw, site_furniture(raw, spans, lines, name)) for raw, spans in zip(documents, found, strict=True)]


def test_a_banner_and_a_footer_that_most_documents_have_go():
    documents = site(5, head="云岭门户网\n魅力云岭 茶香万里\n", tail="\n云岭县融媒体中心制作\n茶乡热线值班")
    other = f"{TITLE}\n{BODY}"
    assert without_site([*documents, other]) == [*site(5), other]


def test_lines_beside_known_furniture_go_too():
    head = "打印\n收藏\n云岭茶讯\n"
    assert without_site(site(4, head=head)) == site(4)


def test_two_documents_or_few_of_many_are_no_evidence():
    banner = "魅力云岭 茶香万里\n"
    few = [*site(2, head=banner), f"{TITLE}\n{BODY}"]
    assert without_site(few) == few
    many = [*site(3, head=banner), *site(9, title="第{}次会议在北山召开")]
    assert without_site(many) == many


def test_copies_of_one_document_are_no_evidence():
    copies = [f"梨花镇茶园一览\n春茶与秋茶\n{BODY}\n总计三万亩\n另有茶厂五座"] * 5
    assert without_site(copies) == copies


def test_twenty_yearly_reports_lose_nothing():
    reports = [
        f"政府工作报告\n——{year}年2月3日在云岭县第十届人民代表大会上\n县长 白帆\n各位代表：\n"
        f"现在，我代表县人民政府作工作报告，请予审议。\n{year}年的工作就要开始了，让我们一起努力。\n"
        f"谢谢大家！\n云岭县人民政府\n{year}年2月3日"
        for year in range(2001, 2021)
    ]
    assert without_site(reports) == reports
    alone = [report.replace("县长 白帆", "白帆") for report in reports]
    assert without_site(alone) == alone
    labelled = [report.replace("县长 白帆", "来源：云岭日报\n白帆") for report in reports]
    assert without_site(labelled) == alone


def test_titles_that_repeat_stay_where_nothing_else_can_be_the_title():
    documents = [f"梨花镇茶讯\n茶讯第{i}期内容丰富，请大家阅读。\n高远" for i in range(6)]
    assert without_site(documents) == documents


def test_a_line_in_the_middle_of_a_documents_own_lines_stays():
    documents = [f"第{i}批茶园名单公布\n梨花镇茶园\n第{i}户人家\n{BODY}" for i in range(6)]
    assert without_site(documents) == documents


def test_one_sites_lines_are_not_anothers_and_order_does_not_matter():
    frames = [(name, Frame((f"{name}的横幅", f"标题{i}"), ())) for name in ("甲", "乙") for i in range(4)]
    lines = repeated(frames)
    assert lines == repeated(reversed(frames))
    assert list(lines) == sorted(lines)
    assert lines["甲"].top == {"甲的横幅"}
    assert repeated(frames[:2]) == {}


def test_a_frame_is_small_whatever_the_document():
    frame = frame_of("\n".join(f"第{i}户" for i in range(10_000)))
    assert len(frame.top) <= 30 and len(frame.bottom) <= 30
    assert frame_of("长" * 100_000) == Frame()


LICENCE = (
    "本作品是公务文件，根据《\n中华人民共和国著作权法\n》第五条，在\n中国大陆\n属于\n公有领域\n。\n\n"
    "注：也可能在其他管辖区属于公有领域。\n\nPublic domain\nfalse"
)


def test_a_librarys_box_on_copyright_goes_and_a_sentence_on_copyright_stays():
    body = "云岭县文化工作总结\n全年出版图书二十种，县图书馆开放三百天，接待读者两万人次。\n"
    assert cleaned(body + "\n\n" + LICENCE) == body.rstrip("\n")
    law = (
        body
        + "本作品集收录县内作者四十人，进入公有领域的旧作另编一册，各乡镇文化站都已收到。\n"
        + "活动还将继续，请各单位做好准备。\n" * 70
    )
    assert cleaned(law) == law
    assert cleaned(body + "本作品集由县文化馆编印，已发给各乡镇文化站和中小学使用。\n") == (
        body + "本作品集由县文化馆编印，已发给各乡镇文化站和中小学使用。\n"
    )
