"""What a web page says of its document: ``<meta>`` elements, title, address, and rows such as 索引号 and 发文机关.

Government sites in China must give the names of 《政府网站发展指引》 (SiteName, ColumnName, ArticleTitle, PubDate,
ContentSource …); others give Open Graph's (og:title, article:published_time).
"""

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser

from pipeline.ingestion.formats.page_lines import BLANK

MAX_FIELDS = 60
MAX_VALUE = 2_000
"""Characters of a value; what is longer is cut."""
# for browsers, search engines and phones, and nothing of the document
_TECHNICAL = re.compile(
    r"viewport|renderer|robots|googlebot|baiduspider|format-detection|handheldfriendly|mobileoptimized|screen-orientation"
    r"|x5-.*|full-screen|browsermode|imagemode|nightmode|theme-color|color-scheme|referrer|csrf.*|.*verif(?:y|ication).*"
    r"|apple-.*|msapplication-.*|application-name|applicable-device|mobile-agent|mobile-web-app-capable|force-rendering"
    r"|google|generator|progid|originator|save|layoutmode|layoutlimit|twitter:(?:card|site)|fb:.*|wap-.*|.*csp.*|uctk"
    r"|vs_.*|code_language|aplus-.*|data-.*|spm-id|.*token.*|og:image:.*|tdk|version",
    re.IGNORECASE,
)
_LABELS = (
    "索引号|索引號|信息索引号?|发文机关|發文機關|发文机构|發文機構|发布机构|發佈機構|发文单位|发布单位|制发机关|制定机关|公开主体|责任部门"
    "|公开责任部门|成文日期|成文时间|发文日期|发文时间|发布日期|发布时间|发文字号|發文字號|文号|文號|公开日期|公开时间|生成日期|印发日期|施行日期"
    "|生效日期|失效日期|废止日期|实施日期|有效性|效力状态|时效状态|文件状态|是否有效|主题分类|主題分類|体裁分类|组配分类|信息分类|分类|公文种类"
    "|文种|体裁|主题词|主題詞|关键词|标题|標題|名称|名稱|文件名称|信息名称|内容概述|公开方式|公开范围|公开形式|公开程序|公开时限|服务对象分类"
    "|服务对象|所属栏目|信息来源|文章来源|来源|來源|稿源|作者|統一編號|统一登记号|规范性文件编号|登记号"
)
_LABEL = re.compile(rf"(?P<label>{_LABELS})[:：]?")
# several on one line: 发布日期：2021-02-10 来源：县政府办 【字体：大 中 小】
_NEXT = re.compile(r"[\s|]+[【\[(（]?(?=[\u4e00-\u9fff]{2,8}\s*[:：])")
# without anything between them, where only styles part them: 2021-02-10 09:15来源：县政府办浏览次数：12
_GLUED = re.compile(
    r"(?<=[^\s，,、的息章件闻任文])(?=(?:信息来源|文章来源|稿件来源|来源|作者|发布(?:时间|日期)|浏览(?:次数|量)?|点击(?:次数|数|量)?|阅读(?:次数|量)?"
    r"|访问次数|责任编辑|编辑|字[体号](?:大小)?)\s*[:：])|\s{0,9}[|｜]\s{0,9}|[\s|]{0,9}[【\[](?=\s*(?:字[体号]|打印|关闭|收藏|<|大))"
)
# Internet Explorer and Chrome; SingleFile
_SAVED = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(https?://[^\s>]+)")
# WeChat: the page names its account and author in elements of these ids, and its time by a script, in seconds
_WECHAT = (("js_author_name", "author"), ("js_name", "ContentSource"))
_WECHAT_TIME = re.compile(r"""\b(?:var\s+(?:ct|create_time)|createTime)\s*=\s*["'](\d{10})["']""")
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)


def head_fields(html: str, tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """(name, value) of the page's head: ``html.title``, its address as ``url``, and ``<meta>`` as they are named."""
    title = tree.css_first("title")
    if title is not None:
        yield "html.title", title.text()
    for link in tree.css("link"):
        if (link.attributes.get("rel") or "").lower() == "canonical":
            yield "url", _address(link.attributes.get("href") or "")
    saved = _SAVED.search(html[:2000])
    if saved:
        yield "url", saved[1]
    if tree.css_first("#js_content") is not None:
        yield from _wechat(html, tree)
    for meta in tree.css("meta"):
        attributes = meta.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        if not _TECHNICAL.fullmatch(name.strip()):
            yield name, attributes.get("content") or ""


def _wechat(html: str, tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for identity, name in _WECHAT:
        node = tree.css_first(f"#{identity}")
        if node is not None:
            yield name, node.text()
    time = _WECHAT_TIME.search(html)
    if time:
        yield "publish_date", time[1]


def labelled(text: str) -> list[tuple[str, str]]:
    """(label, value) pairs of a line: of a table's row (``索引号：`` tab value) or of ``发文机关：`` and its value."""
    cells = [cell.strip(BLANK) for cell in text.split("\t")]
    pairs, number = [], 0
    while number < len(cells):
        # labels are spread to one width: 标　　题
        label = _LABEL.fullmatch(re.sub(r"\s", "", cells[number]))
        if label and len(cells) > 1:
            value = cells[number + 1] if number + 1 < len(cells) else ""
            if _LABEL.fullmatch(re.sub(r"\s", "", value)):
                value, number = "", number - 1
            pairs.append((label["label"], value))
            number += 2
            continue
        for part in (piece for half in _NEXT.split(cells[number]) for piece in _GLUED.split(half)):
            head, *rest = re.split("[:：]", part, maxsplit=1)
            label = _LABEL.fullmatch(re.sub(r"\s", "", head))
            if label and rest:
                pairs.append((label["label"], rest[0].strip(BLANK)))
        number += 1
    return pairs


def tidy(fields: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Fields trimmed, without empty ones, each once, at most ``MAX_FIELDS``."""
    kept: dict[tuple[str, str], None] = {}
    for name, value in fields:
        pair = " ".join(name.split())[:100], " ".join(value.split())[:MAX_VALUE].strip(BLANK)
        if all(pair) and len(kept) < MAX_FIELDS:
            kept.setdefault(pair)
    return tuple(kept)


def _address(text: str) -> str:
    return text.strip() if _WEB.fullmatch(text.strip()) else ""
