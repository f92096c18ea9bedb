"""Page furniture that a site's documents repeat: banners, navigation and footers of no known wording.

A line is the site's and not the document's if most of its documents have it above or below their bodies. It goes only
in an unbroken run from the very top or end, or beside furniture that is known. What documents themselves repeat stays
however often it stands there: titles, salutations, speakers, signatures, dates, annexes, and all sentences. Twenty
yearly reports of one city begin with 政府工作报告 and 各位代表, and lose nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.ingestion.dates import DAY
from pipeline.ingestion.furniture import whole_lines
from pipeline.ingestion.furniture_lines import ANNEX, SALUTATION, SIGNED, can_be_title, is_sentence
from pipeline.ingestion.lines import HAN, Line, covered, lines_of

FRAME_LINES = 30
MAX_LINE = 80
"""Characters of a line that can be a page's."""
MIN_DOCUMENTS = 3
_OF_DOCUMENTS = re.compile(
    r"(?:报告|决定|意见|通知|公报|决议|公告|通告|通报|办法|规定|条例|规划|方案|讲话|建议|函|批复|令|纲要|要点|计划|总结|答复|说明|致辞|贺信)"
    r"(?:\(.{1,12}\))?$|[。！？!?;；:]$|^(?:谢谢|目录|摘要|前言|序言|导言|引言|结语|后记|致谢|参考文献|政府工作报告|全文|完)"
    rf"|[长席理记任][ ]?[{HAN}]{{1,2}}[ ]?[{HAN}]{{1,2}}$|^[(—─]"
)
_NAME_ALONE = re.compile(rf"[{HAN}] ?[{HAN}](?: ?[{HAN}]){{0,2}}")


class Frame(NamedTuple):
    """Lines of one document that can be its site's, as views: ``top`` from the top, ``bottom`` from the end."""

    top: tuple[str, ...] = ()
    bottom: tuple[str, ...] = ()


class SiteLines(NamedTuple):
    """Lines that the documents of one site repeat, as views."""

    top: frozenset[str] = frozenset()
    bottom: frozenset[str] = frozenset()


def frame_of(raw: str, furniture: Sequence[tuple[int, int]] = ()) -> Frame:
    """The frame of a document: at most 30 lines above its body and 30 below, without ``furniture``."""
    lines, known = _with_known(raw, furniture)
    top, bottom = _sides(lines, known)
    return Frame(
        tuple(lines[i].view for i in top if not known[i] and _can_repeat(lines[i])),
        tuple(lines[i].view for i in bottom if not known[i] and _can_repeat(lines[i])),
    )


def repeated(frames: Iterable[tuple[str, Frame]]) -> dict[str, SiteLines]:
    """The repeated lines of each site, from the (site, frame) pairs of all documents in any order.

    A line counts if it stands in at least 3 documents of the site and in more than half of them; copies, whose frames
    are equal, count as one document. Sites without such lines are left out.
    """
    by_site: dict[str, set[Frame]] = {}
    for site, frame in frames:
        by_site.setdefault(site, set()).add(frame)
    sites = {}
    for site in sorted(by_site):
        own = by_site[site]
        least = max(MIN_DOCUMENTS, len(own) // 2 + 1)
        top = Counter(line for frame in own for line in set(frame.top))
        bottom = Counter(line for frame in own for line in set(frame.bottom))
        found = SiteLines(
            frozenset(line for line, count in top.items() if count >= least),
            frozenset(line for line, count in bottom.items() if count >= least),
        )
        if found.top or found.bottom:
            sites[site] = found
    return sites


def site_furniture(
    raw: str, furniture: Sequence[tuple[int, int]], sites: Mapping[str, SiteLines], site: str
) -> list[tuple[int, int]]:
    """All furniture of a document: ``furniture`` (of ``find_furniture``), and what its site repeats; sorted spans."""
    own = sites.get(site)
    if own is None:
        return list(furniture)
    lines, known = _with_known(raw, furniture)
    top, bottom = _sides(lines, known)
    gone = list(known)
    title = next((i for i in top if not known[i] and can_be_title(lines[i]) and lines[i].view not in own.top), -1)
    for side, repeats in ((top, own.top), (bottom, own.bottom)):
        # 白帆 below the title or at the end is who speaks or signs; 要闻 above the title is not
        going = [
            lines[i].view in repeats
            and _can_repeat(lines[i])
            and (i < title or not _NAME_ALONE.fullmatch(lines[i].view))
            for i in side
        ]
        _spread(side, going, gone, open_run=True)
        _spread(side[::-1], going[::-1], gone, open_run=False)
    _keep_a_title(lines, known, gone, top)
    if all(gone):
        return list(furniture)
    return whole_lines(raw, lines, gone, furniture)


def _spread(side: Sequence[int], going: Sequence[bool], gone: list[bool], *, open_run: bool) -> None:
    """Marks lines that can go, from where a run is open onwards, and beside lines that are gone already."""
    for index, goes in zip(side, going, strict=True):
        gone[index] = open_run = gone[index] or (open_run and goes)


def _keep_a_title(lines: list[Line], known: list[bool], gone: list[bool], top: Sequence[int]) -> None:
    """Gives back the last repeated line that can be a title, if none is left: a banner has a title below it."""
    candidates = [index for index in top if not known[index] and can_be_title(lines[index])]
    if candidates and all(gone[index] for index in candidates):
        gone[candidates[-1]] = False


def _with_known(raw: str, furniture: Sequence[tuple[int, int]]) -> tuple[list[Line], list[bool]]:
    lines = [line for line in lines_of(raw) if line.text.strip()]
    return lines, covered(lines, furniture)


def _sides(lines: list[Line], known: list[bool]) -> tuple[list[int], list[int]]:
    """Indexes of the lines above the body, downwards, and of those below it, upwards."""
    running = [i for i, line in enumerate(lines) if not known[i] and is_sentence(line)]
    first, last = (running[0], running[-1]) if running else (len(lines) // 2, len(lines) // 2 - 1)
    top, bottom = list(range(first)), list(range(len(lines) - 1, last, -1))
    return _first(top, known), _first(bottom, known)


def _first(side: list[int], known: list[bool]) -> list[int]:
    """The outermost lines: known ones, and 30 others."""
    others = 0
    for place, index in enumerate(side):
        others += not known[index]
        if others > FRAME_LINES:
            return side[:place]
    return side


def _can_repeat(line: Line) -> bool:
    """Whether a line may be a site's: the document's own kinds of lines never are."""
    view = line.view
    return (
        len(view) <= MAX_LINE
        and not is_sentence(line)
        and not DAY.search(view)
        and not SALUTATION.match(view)
        and not SIGNED.search(view)
        and not ANNEX.match(view)
        and not _OF_DOCUMENTS.search(view)
    )
