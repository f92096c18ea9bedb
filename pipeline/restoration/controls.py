"""Characters that no reader sees: taken out of any document, whatever else is wrong with it."""

import re

from pipeline.restoration.alignment import Replacement
from pipeline.restoration.characters import HAN

# tabs and line ends are the author's; a pair of surrogates is one character that was decoded in halves
_UNSEEN = re.compile(
    "(?P<surrogates>[\ud800-\udfff]+)"
    "|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+)"
    "|(?P<zero>[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]+)"
    f"|(?P<joiner>(?<=[{HAN}])[\u200c\u200d]+(?=[{HAN}]|$))"
)


def controls(text: str) -> list[Replacement]:
    """Delete controls and zero-width characters; a lone surrogate becomes U+FFFD, a split pair one character.

    Joiners (U+200C, U+200D) go only between Chinese characters: emoji and other scripts need them.
    """
    found = []
    for match in _UNSEEN.finditer(text):
        start, end = match.span()
        if match["surrogates"]:
            after, rule = match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), "surrogate"
        else:
            after, rule = "", "control" if match["control"] else "zero_width"
        found.append(Replacement(start, end, after, rule))
    return found
