"""Where on its site a page says that it stands, and the site's menus above that."""

import re
from collections.abc import Sequence

from pipeline.ingestion.furniture_lines import ARROW, POSITION, SALUTATION, Kind, can_be_title, is_sentence, kind_of
from pipeline.ingestion.lines import Line

MAX_CRUMBS = 20
"""Lines of a breadcrumb cut up into lines."""
MAX_MENU = 40
"""Lines of a site above a breadcrumb."""
MAX_ITEM = 10
"""Characters of a menu's item."""
_SITE = re.compile("网站|门户|欢迎|政府网|在线$|网$")


def read_menu(lines: Sequence[Line], kinds: list[Kind]) -> None:
    """Marks the short lines above the first breadcrumb, if a title follows it: copies of a whole page begin so."""
    crumb = next((i for i, line in enumerate(lines[:MAX_MENU]) if POSITION.match(line.view)), 0)
    above = lines[:crumb]
    if any(is_sentence(line) or SALUTATION.match(line.view) for line in above) or not title_follows(lines, crumb + 1):
        return
    for index, line in enumerate(above):
        if len(line.view) <= MAX_ITEM or (_SITE.search(line.view) and len(line.view) <= 2 * MAX_ITEM):
            kinds[index] = max(kinds[index], Kind.OUTSIDE)


def read_crumbs(lines: Sequence[Line], kinds: list[Kind], index: int) -> None:
    """A breadcrumb cut up into lines: 首页, >, 要闻. The only line that can be the title is not part of it."""
    step = index + 1 if POSITION.match(lines[index].view) and lines[index].view.endswith(":") else index
    steps = list(range(index, step + 1))
    for arrow in range(step + 1, min(step + MAX_CRUMBS, len(lines) - 1), 2):
        if not ARROW.match(lines[arrow].view) or len(lines[arrow + 1].view) > 40:
            break
        step = arrow + 1
        steps += [arrow, step]
    if step + 1 < len(lines) and lines[step + 1].view == lines[step].view:
        steps.append(step + 1)
    while steps and len(lines[steps[-1]].view) >= 5 and not title_follows(lines, steps[-1] + 1):
        steps.pop()
    for step in steps:
        kinds[step] = max(kinds[step], Kind.OUTSIDE)


def title_follows(lines: Sequence[Line], index: int) -> bool:
    for line in lines[index : index + 15]:
        if is_sentence(line) or SALUTATION.match(line.view):
            return False
        if can_be_title(line) and kind_of(line) == Kind.NONE:
            return True
    return False
