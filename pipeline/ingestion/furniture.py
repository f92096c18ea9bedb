"""What on one document's page is not the document: buttons, breadcrumbs, labels, pagers, captions, related articles.

Above the first running sentence and below the last one, lines that look like a page's go when they stand together or
at the edge; between the two, only what nobody writes himself. Titles, occasions, speakers, salutations, signatures,
dates, annexes, tables and notes stay, and so does a line that names an annex's file: the document lists it. In doubt a
line stays.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.ingestion.breadcrumbs import read_crumbs, read_menu, title_follows
from pipeline.ingestion.dates import DAY, DAY_AND_TIME
from pipeline.ingestion.furniture_lines import (
    ANNEX,
    ARROW,
    BY_BOTH,
    CLOSING,
    CREDIT,
    EVENT,
    FILE,
    IMPRINT,
    MAX_TITLE,
    NEIGHBOUR,
    ON_STAGE,
    PICTURE,
    POSITION,
    SALUTATION,
    SIGNED,
    Kind,
    can_be_title,
    is_outlet,
    is_sentence,
    kind_of,
    patterns,
)
from pipeline.ingestion.lines import HAN, Line, covered, lines_of, merged
from pipeline.ingestion.printed import printed_lines

MAX_CAPTION = 160
MAX_RUNNING = 50
MAX_CANDIDATES = 20
"""Below a page's end: running lines looked at, and places where the end is looked for; keeps hostile files cheap."""

MAX_LICENCE = 1500
MAX_LICENCE_LINES = 60
"""The longest box on a text's copyright, in characters and lines."""
_WORK = re.compile(r"(?:本|此|这[部个份篇]?)(?:作品|文本|文献|页面)(?!被|在会上)")
_PERMISSION = re.compile(r"公有领域|Public domain|知识共享|Creative Commons|CC[ -]BY", re.IGNORECASE)


def find_furniture(raw: str, known: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """The spans of ``raw`` that are page and not document, sorted; whole lines with their ends, neighbours merged.

    ``known``: spans that the reader of the file has found already; they are in the result. At the end of a text the
    line end before the span goes too, so that no blank tail stays. Where nothing would be left, only ``known`` goes.
    """
    lines = [line for line in lines_of(raw) if line.text.strip()]
    spans = merged(known)
    given = covered(lines, spans)
    known_lines = list(given)
    for index in printed_lines(lines, raw):
        known_lines[index] = True
    gone = _gone(lines, known_lines)
    if not any(page is False for page in gone):
        gone = given
    return whole_lines(raw, lines, gone, spans)


def whole_lines(
    raw: str, lines: Sequence[Line], gone: Sequence[bool], known: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Spans for the lines marked ``gone``, with the blank lines between them and at the text's ends, and ``known``.

    ``lines``: those of ``raw`` that are not blank.
    """
    spans = list(known)
    kept = [line for line, page in zip(lines, gone, strict=True) if not page]
    for index, line in enumerate(lines):
        if gone[index]:
            next_one = lines[index + 1].start if index + 1 < len(lines) else len(raw)
            joined = index + 1 < len(lines) and gone[index + 1]
            spans.append((line.start, next_one if joined else line.end))
    if kept and gone[0]:
        spans.append((0, kept[0].start))
    if kept and gone[-1]:
        spans.append((kept[-1].start + len(kept[-1].text.rstrip()), len(raw)))
    return merged(spans)


def _gone(lines: list[Line], given: list[bool]) -> list[bool]:
    """Which of the lines that are not blank are page."""
    kinds = [Kind.ANYWHERE if page else kind_of(line) for line, page in zip(lines, given, strict=True)]
    read_menu(lines, kinds)
    _read_on(lines, kinds)
    running = [kind < Kind.OUTSIDE and is_sentence(line) for line, kind in zip(lines, kinds, strict=True)]
    _captions(lines, kinds, running)
    cut = min(_cut(lines, kinds, running), _licence(lines))
    body = [index for index in range(cut) if running[index]]
    first, last = (body[0], body[-1]) if body else (len(lines), -1)
    gone = [kind == Kind.ANYWHERE for kind in kinds]
    outside = [index for index in range(cut) if not first <= index <= last]
    for run in _runs(outside, kinds):
        if _stands_for_itself(run, kinds, cut):
            closing = [cut] if run[-1] + 1 == cut < len(lines) else []
            views = " ".join(lines[index].view for index in [*run, *closing])
            for index in run:
                gone[index] = gone[index] or _fits(lines[index], kinds[index], views, index > last)
    for index in _related(lines, range(last + 1, cut), gone):
        gone[index] = True
    return gone[:cut] + [True] * (len(lines) - cut)


def _read_on(lines: list[Line], kinds: list[Kind]) -> None:
    """Marks what continues a line above: the value of a label, the steps of a breadcrumb."""
    for index, line in enumerate(lines[:-1]):
        follows, view = lines[index + 1].view, line.view
        if kinds[index] < Kind.ANYWHERE and re.match(r"(?:时间|日期)\s*:", view) and EVENT.match(follows):
            kinds[index] = Kind.NONE  # an event's
        if POSITION.match(view) or (view == "首页" and ARROW.match(follows)):
            read_crumbs(lines, kinds, index)
        labels = list(patterns()["label"].finditer(view)) if kinds[index] else []
        if labels and labels[-1].end() == len(view.rstrip("】])")) and _answers(labels[-1]["name"], follows):
            kinds[index] = max(kinds[index], Kind.OUTSIDE)
            kinds[index + 1] = max(kinds[index + 1], kinds[index])
        elif labels and labels[-1].end() == len(view) and _stands_between(lines, index + 1):
            kinds[index + 1] = max(kinds[index + 1], Kind.FRAGMENT)
        if NEIGHBOUR.match(view) and view.endswith((":", ">")) and len(follows) <= MAX_TITLE:
            kinds[index + 1] = max(kinds[index + 1], Kind.OUTSIDE if not is_sentence(lines[index + 1]) else Kind.NONE)


def _stands_between(lines: list[Line], index: int) -> bool:
    """Whether a line below a label is its value because another label follows, as in a catalogue cut up into lines."""
    line = lines[index]
    if index + 1 == len(lines) or is_sentence(line) or not patterns()["label"].match(lines[index + 1].view):
        return False
    return not can_be_title(line) or title_follows(lines, index + 1)


def _answers(label: str, value: str) -> bool:
    """Whether a line is the value of the label that ends the line above."""
    if re.search("时间|日期", label):
        return bool(DAY.fullmatch(value) or DAY_AND_TIME.fullmatch(value))
    if re.search("来源|稿源|单位|机构|机关", label):
        return is_outlet(value)
    if re.search(r"索\s*引", label):
        return bool(re.fullmatch(r"[\w/-]{4,40}", value))
    if re.search("量|数|次|人气|热度|率", label):
        return bool(re.fullmatch(r"[\d,/-]{1,24}次?", value))
    if re.search("编|审|校|作者|录入|监制|发布人|上传|供稿", label):
        return bool(re.fullmatch(rf"[{HAN}]{{1,2}} ?[{HAN}]{{1,2}}(?:[ 、][{HAN}]{{2,4}})*", value))
    return False


def _captions(lines: list[Line], kinds: list[Kind], running: list[bool]) -> None:
    """Marks captions of photographs, unless one is all that the document says."""
    salutation = next((i for i, line in enumerate(lines[:40]) if SALUTATION.match(line.view)), 0)
    captions = [
        index
        for index, line in enumerate(lines)
        if kinds[index] < Kind.OUTSIDE
        and len(line.view) <= MAX_CAPTION
        and (
            (CREDIT.search(line.view) and not BY_BOTH.search(line.view))
            or (PICTURE.match(line.view) and line.view.endswith("摄"))
            or (index < salutation and ON_STAGE.search(line.view))
        )
    ]
    if set(captions) < {index for index, runs in enumerate(running) if runs or index in captions}:
        for index in captions:
            kinds[index], running[index] = Kind.ANYWHERE, False


def _cut(lines: list[Line], kinds: list[Kind], running: list[bool]) -> int:
    """Where the page's end begins: a line such as 关闭窗口, with nothing of the document below it."""
    left = sum(running)
    before, candidates = [0], []
    for index, line in enumerate(lines):
        left -= running[index]
        if before[-1] and left <= MAX_RUNNING and kinds[index] >= Kind.BUTTON and CLOSING.search(line.view):
            candidates.append(index)
        before.append(before[-1] + len(line.text) * running[index])
    if not candidates:
        return len(lines)
    above = "".join("".join(line.text.split()) for line in lines[: candidates[0]])
    for index in candidates[:MAX_CANDIDATES]:
        rest = range(index + 1, len(lines))
        # a summary for search engines says again what the document has said
        new = [i for i in rest if running[i] and "".join(lines[i].text.split())[:20] not in above]
        few = len(new) <= 5 and sum(len(lines[i].text) for i in new) * 10 <= before[index]
        if few and not any(_is_of_the_document(lines, i) for i in rest):
            return index
    return len(lines)


def _licence(lines: list[Line]) -> int:
    """Where the box of a library's page begins that says what may be done with the text."""
    for index in range(max(1, len(lines) - MAX_LICENCE_LINES), len(lines)):
        if _WORK.match(lines[index].view):
            box = "".join(line.view for line in lines[index:])
            return index if len(box) <= MAX_LICENCE and _PERMISSION.search(box) else len(lines)
    return len(lines)


def _is_of_the_document(lines: list[Line], index: int) -> bool:
    view = lines[index].view
    if ANNEX.match(view) or FILE.search(view):
        return True
    return bool(SIGNED.search(lines[index - 1].view) and DAY.fullmatch(view) and not view[:6].endswith(("-", "-0")))


def _runs(indexes: Iterable[int], kinds: list[Kind]) -> Iterator[list[int]]:
    """Stretches of lines that look like a page's."""
    run: list[int] = []
    for index in indexes:
        if run and (index != run[-1] + 1 or kinds[index] == Kind.NONE):
            yield run
            run = []
        if kinds[index] > Kind.NONE:
            run.append(index)
    if run:
        yield run


def _stands_for_itself(run: list[int], kinds: list[Kind], cut: int) -> bool:
    sure = max(kinds[index] for index in run)
    buttons = sum(kinds[index] == Kind.BUTTON for index in run)
    at_the_edge = run[0] == 0 or run[-1] == cut - 1
    return sure >= Kind.OUTSIDE or buttons > 1 or (buttons == 1 and at_the_edge)


def _fits(line: Line, kind: Kind, run: str, below: bool) -> bool:
    """Whether a piece goes with its neighbours: 大 with 字号, 2 with 下一页, 文号: with a page's labels on top."""
    if kind > Kind.FRAGMENT:
        return True
    if IMPRINT.match(line.view):
        return below and _is_imprint(line.view, run)
    if re.search("[大中小]", line.view) and len(line.view) <= 3:
        return bool(patterns()["size"].search(run))
    if re.search(r"\d", line.view) and patterns()["words"].fullmatch(line.view):
        return bool(re.search("上一页|下一页|末页|尾页", run))
    return not (below and (patterns()["label"].match(line.view) or DAY.match(line.view)))


def _is_imprint(view: str, run: str) -> bool:
    """Whether a site's owner, address or telephone stands in a page's end: below its buttons, and its owner first."""
    owner = next((match for match in IMPRINT.finditer(run) if match["owner"]), None)
    registered = re.search("ICP备|公网安备|标识码|版权所有|Copyright", run)
    return bool(owner and registered and 0 < owner.start() <= run.find(view))


def _related(lines: list[Line], tail: range, gone: list[bool]) -> Iterator[int]:
    """Lists of other articles below the document, with their headings."""
    index = tail.start
    while index < tail.stop:
        end = index + 1
        if patterns()["related"].fullmatch(lines[index].view):
            while end < tail.stop and (gone[end] or _is_other_title(lines, end)):
                end += 1
            if end > index + 1 or end == tail.stop:
                yield from range(index, end)
        index = end


def _is_other_title(lines: list[Line], index: int) -> bool:
    if patterns()["related"].fullmatch(lines[index].view):
        return True
    signed = index + 1 < len(lines) and SIGNED.search(lines[index].view) and DAY.match(lines[index + 1].view)
    return not (signed or is_sentence(lines[index]) or _is_of_the_document(lines, index))
