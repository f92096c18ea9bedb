"""Which lines of a web page are its article.

By text density: the article stands in the innermost block that holds nearly all of the page's prose, and everything in
that block is the author's unless it is links or a label of the page. On Chinese government and news pages this loses
less of the article than trafilatura does, which was made for other languages: it drops closing lines and passes over
articles of one paragraph and those that a script shows.
"""

import re
from collections.abc import Sequence

from pipeline.ingestion.formats.page_fields import labelled
from pipeline.ingestion.formats.page_lines import BLANK, Line, Page

HELD = 0.8
"""Share of a block's prose that the block inside must hold to take its place …"""
HELD_AMONG_LINKS = 0.4
"""… and where the rest of the block is three parts links."""
HEAD_LINES = 20
"""Lines above the article among which its title is looked for."""
HEADING_LINES = 6
"""The same for a heading that the page's head does not name."""
OVER_TITLE = 4
"""Lines that a document has above its title (云岭县人民政府文件, its number) within the article's block."""
LEFT = 0.1
"""Share of a page's prose that must stand outside its menus, footers and comments for their names to be believed."""
_SENTENCE = re.compile(r"[。！？；…!?;](?:[”’」』）)]|\s|$)|[，,、][^，,、]{2,}[，,、]")
RELATED = 0.4
"""Share of a page's prose that summaries of other articles may have."""
MIN_TITLE, MAX_TITLE = 6, 80
"""Characters of a title that nothing but its place tells."""
MIN_PROSE = 10
"""Characters of a sentence."""
MIN_RUN = 40
"""A line this long is prose even without a mark: polluted pages lose them."""
# what only a site says of itself
_SITE = re.compile(
    r"版权所有|版權所有|ICP[备備]|公网安备|公網安備|(?:网站|網站)?[标標][识識][码碼]\s*[:：]|[Cc]opyright|©"
    r"|技术支持\s*[:：]|技術支持\s*[:：]|[浏瀏][览覽]器|分辨率|无障碍|無障礙"
)
_OFF = re.compile(
    r"(?:^|[#.\-_])(?:comments?|pinglun|gentie|replies|related|relate|recommend(?:ed|ation)?s?|tuijian|xgyd|xgwz|sidebar"
    r"|footer|foot|header|head|nav|navbar|menu|breadcrumbs?|crumbs?|share|bdsharebuttonbox|copyright|friendlink|pager"
    r"|pagination|hotnews|rank(?:ing)?|toolbar)(?=$|[#.\-_])",
    re.IGNORECASE,
)
_PAGE = frozenset(("nav", "footer", "aside", "header", "menu"))
_INNER = frozenset(("p", "li", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ol", "ul", "dl", "figure"))
# the page's own words around an article: labels of where and when it was published, and buttons
_LABEL = re.compile(
    r"^[\W_]*(?:(?:(?:信息|稿件|文章|新闻|新聞)?[来來]源|稿源|(?:发布|發布|发表|發表|更新|发文|發文|成文|创建|录入|錄入)?"
    r"(?:时间|時間|日期)|作者|[记記]者|(?:责任|責任)?[编編][辑輯]|责编|責編|[审審][核签]|字[号號体體]|[浏瀏][览覽](?:次数|次數|量)?"
    r"|[点點][击擊](?:次数|次數|量|数|數)?|[阅閱][读讀](?:次数|次數|量|数|數)?|[访訪][问問](?:次数|次數|量)?|人[气氣]|打印|[关關][闭閉]|收藏"
    r"|下[载載]|返回|(?:您)?(?:当前|當前|现在|現在|所在)?的?位置|首[页頁]|大|小)\s*(?:[:：】〕\]|>›»]|$|[\s\d【\[(（/、])"
    r"|分享[到至]|[扫掃]一[扫掃]|用?微信[扫掃]|上一[篇页頁条條]|下一[篇页頁条條]|您的位置|(?:打印|[关關][闭閉])(?:本|窗|[页頁])|[关關][闭閉]窗口"
    r"|[纠糾][错錯]|返回(?:[顶頂]部|列表|首[页頁]|上一)"
    r"|(?:相关|相關|推荐|推薦|延伸)(?:报道|報道|链接|鏈接|文章|阅读|閱讀|新闻|新聞|解读|解讀|稿件)[:：]?\s*$)"
)
_RELATED = re.compile(
    r"[【\[]?(?:相关|相關|推荐|推薦|延伸)(?:报道|報道|链接|鏈接|文章|阅读|閱讀|新闻|新聞|解读|解讀|稿件)[】\]]?[:：]?$"
)
_STAMP = re.compile(
    r"^[\W_]*(?:19|20)\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?\s*"
    r"(?:[T\s]*\d{1,2}[:：时]\d\d.*|\s.*(?:[来來]源|作者).*)$"
    r"|^[^，。；！？]{0,40}(?:19|20)\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?$"
)
_SIGNED = re.compile(
    r"^[\s（(]*(?:[^\s：:]{2,30}(?:政府|委员会|委員會|办公室|办公厅|辦公室|辦公廳|常委会|市委|县委|省委|局|厅|廳|部|院|会)"
    r"|[一二三四五六七八九〇○零\d]{4}\s*年\s*[一二三四五六七八九十\d]{1,3}\s*月\s*[一二三四五六七八九十\d]{1,3}\s*日)[\s）)]*$"
)
_ANNEX = re.compile(r"^[\s\d.、：:（(【]*附(?:件|表|图|圖|录|錄)")

_ANNEX_NAMED = re.compile(r"^[\s（(【]*附件\s*(?:\d+\s*[.．、：:]|[：:]).*[^\s：:]")


def article_lines(page: Page, titles: Sequence[str] = ()) -> list[int]:
    """Numbers of the lines that are the article, in order; empty for a page without running text.

    ``titles`` are what the page's head calls it; the heading above the article is found by them.
    """
    weights = [prose(line) for line in page.lines]
    if not any(weights):
        return []
    off = _off(page)
    named = [0 if off[line.box] else weight for line, weight in zip(page.lines, weights, strict=True)]
    # an article in a block with such a name is all the prose there is
    if sum(named) >= LEFT * sum(weights):
        weights = named
    else:
        off = [False] * len(off)
    box = _dense_box(page, weights)
    inside = [number for number, line in enumerate(page.lines) if _within(page, line.box, box)]
    everything = [number for number in inside if weights[number]]
    # among the author's paragraphs a line such as 时间：3月5日 is the author's
    core = _once(page, everything)
    last = inside[-1] if core == everything else core[-1]
    kept = [n for n in inside if core[0] <= n <= core[-1] and (weights[n] or not _is_links(page.lines[n]))]
    body = _before_related(page, kept, weights)
    tail = _tail(page, last, core[-1]) if len(body) == len(kept) else []
    below = [number for number in tail if not off[page.lines[number].box]]
    return [*_head(page, inside[0], core[0], titles, off), *body, *below]


def is_without_article(page: Page, titles: Sequence[str] = ()) -> bool:
    """Whether a page without running text shows links, labels and its own title, and hardly more."""
    wanted = {_bare(title) for title in titles} - {""}
    rest = [line for line in page.lines if not _is_page(line) and not line.heading and not _is_title(line, wanted)]
    left = sum(len(_bare(line.text)) - line.linked for line in rest)
    return not page.lines or (len(rest) < len(page.lines) and left < MIN_RUN)


def prose(line: Line) -> int:
    """Characters of running text in a line, its links aside; 0 for what is no sentence."""
    free = len(line.text) - line.linked
    if line.linked > free or free < MIN_PROSE or _SITE.search(line.text):
        return 0
    if _LABEL.match(line.text) or ("\t" in line.text and labelled(line.text)):
        return 0
    return free if free >= MIN_RUN or _SENTENCE.search(line.text) else 0


def _before_related(page: Page, kept: list[int], weights: Sequence[int]) -> list[int]:
    """The lines up to a heading such as 相关阅读 in the article's block, if links with a few words each follow."""
    for place, number in enumerate(kept):
        below = range(number + 1, kept[-1] + 1)
        if _RELATED.match(page.lines[number].text.strip(BLANK)) and any(_is_links(page.lines[n]) for n in below):
            few = sum(weights[n] for n in below) <= RELATED * sum(weights)
            return kept[:place] if few else kept
    return kept


def _off(page: Page) -> list[bool]:
    """Which blocks are named a menu, footer or comments, or stand in one that is."""
    off = [False] * len(page.places)
    for box, (place, parent) in enumerate(zip(page.places, page.parents, strict=True)):
        tag, _, names = place.replace(".", "#", 1).partition("#")
        off[box] = (
            (parent >= 0 and off[parent])
            or tag in _PAGE
            or (tag not in ("body", "html") and bool(_OFF.search("#" + names)))
        )
    return off


def _dense_box(page: Page, weights: Sequence[int]) -> int:
    """The innermost block that holds nearly all prose of the one around it, from the page downwards."""
    mass, links, lines = ([0] * len(page.parents) for _ in range(3))
    for line, weight in zip(page.lines, weights, strict=True):
        mass[line.box] += weight
        links[line.box] += line.linked
        lines[line.box] += 1
    # a box is numbered after the one around it
    inside: dict[int, list[int]] = {}
    for box in range(len(page.parents) - 1, 0, -1):
        parent = page.parents[box]
        inside.setdefault(parent, []).append(box)
        mass[parent] += mass[box]
        links[parent] += links[box]
        lines[parent] += lines[box]
    current = 0
    while True:
        # a paragraph of its own may be all the prose there is, and the lines around it are still the article's
        children = [box for box in inside.get(current, []) if lines[box] > 1 and _tag(page, box) not in _INNER]
        best = max(children, key=lambda box: mass[box], default=0)
        left, left_links = mass[current] - mass[best], links[current] - links[best]
        if not best or not mass[best]:
            return current
        held = HELD_AMONG_LINKS if left_links > 3 * left else HELD
        if mass[best] < held * mass[current]:
            return current
        current = best


def _once(page: Page, core: list[int]) -> list[int]:
    """The prose without its second copy: some pages hold their article twice, for screens and for telephones."""
    half = len(core) // 2
    texts = [_bare(page.lines[number].text) for number in core]
    return core[:half] if half > 1 and texts[:half] == texts[half:] else core


def _head(page: Page, first: int, core: int, titles: Sequence[str], off: Sequence[bool]) -> list[int]:
    """Lines above the first paragraph that are the article's: a title, be it in a header, and what stands between."""
    above = range(core - 1, max(-1, core - HEAD_LINES - 1), -1)
    wanted = {_bare(title) for title in titles} - {""}
    named = (number for number in above if _is_title(page.lines[number], wanted))
    headings = (n for n in above[:HEADING_LINES] if page.lines[n].heading and not _is_page(page.lines[n]))
    found = next(named, next(headings, _over_labels(page, core)))
    title = first if found is None else found
    # what stands in the article's block before its title: a document's heading has few lines, a page's many
    start = title if title - first > OVER_TITLE else min(title, first)
    lines = [
        number
        for number in range(start, core)
        if not _is_page(page.lines[number]) and (number == found or not off[page.lines[number].box])
    ]
    # a page shows its title above the article, and the article may begin with it again
    first_of = {_bare(page.lines[number].text): number for number in reversed(lines)}
    return sorted(first_of.values())


def _over_labels(page: Page, core: int) -> int | None:
    """A line without links right over the line of when and where the article was published, as a title stands."""
    labels = core
    while labels and core - labels < HEADING_LINES and _is_page(page.lines[labels - 1]):
        labels -= 1
    said = [line for line in page.lines[labels:core] if not _is_links(line)]
    over = page.lines[labels - 1] if labels else None
    if labels == core or not said or over is None or over.linked:
        return None
    return labels - 1 if MIN_TITLE <= len(over.text) <= MAX_TITLE and not _SENTENCE.search(over.text) else None


def _is_title(line: Line, wanted: set[str]) -> bool:
    bare = _bare(line.text)
    return (
        len(bare) >= 4
        and not _is_page(line)
        and (
            bare in wanted
            or any(title.startswith(bare) or (len(bare) >= MIN_TITLE and title.endswith(bare)) for title in wanted)
        )
    )


def _tail(page: Page, last: int, core: int) -> list[int]:
    """Lines below the last paragraph: signature, date, annexes, up to the first that is the page's."""
    kept = []
    for number in range(core + 1, len(page.lines)):
        line = page.lines[number]
        if _is_page(line) or (number > last and not (_SIGNED.match(line.text) or _ANNEX_NAMED.match(line.text))):
            break
        kept.append(number)
    return kept


def _is_links(line: Line) -> bool:
    """Whether most of a line is links; the name of an annex is the document's even so."""
    text = line.text.strip(BLANK)
    return 2 * line.linked > len(text) and not _ANNEX.match(text)


def _is_page(line: Line) -> bool:
    """Whether a line above or below the paragraphs is the page's: links, labels, times, the site's imprint."""
    text = line.text.strip(BLANK)
    known = _LABEL.match(text) or _STAMP.match(text) or _SITE.search(text) or labelled(text)
    return _is_links(line) or bool(known)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def _tag(page: Page, box: int) -> str:
    return re.split("[#.]", page.places[box], maxsplit=1)[0]


def _within(page: Page, box: int, outer: int) -> bool:
    while box >= 0 and box != outer:
        box = page.parents[box]
    return box == outer
