"""Characters that wrong decoding destroyed: what stands in their place, and the sentences that say so."""

import re
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.alignment import Replacements
from pipeline.restoration.changes import pieces
from pipeline.restoration.notes import Finding

# U+FFFD in UTF-8, read as GBK; memory that Microsoft's debugger fills with 0xCC or 0xCD, read as GBK
_SIGNS = {"锟斤拷": "锟斤", "烫烫烫": "烫烫烫", "屯屯屯": "屯屯屯", "U+FFFD": "\ufffd"}
_GONE = re.compile("(?:锟斤拷|锟斤|烫{3,}|屯{3,}|\ufffd)+")
_ABOUT = re.compile(r"乱码|亂碼|编码|編碼|解码|解碼|字符集|UTF-?8|GBK|GB ?2312|GB ?18030|Latin-?1|mojibake", re.I)
"""What a text about wrong decoding speaks of: such a text shows examples."""
_AROUND = 200
"""Characters before and after an example in which that is said."""


def is_example(text: str, start: int, end: int) -> bool:
    """Whether a text speaks of encodings around a span."""
    return bool(_ABOUT.search(text, max(0, start - _AROUND), start) or _ABOUT.search(text, end, end + _AROUND))


def findings(text: str, replacements: Replacements) -> list[Finding]:
    """What wrong decoding destroyed in a text, given the replacements that undo it elsewhere."""
    told: list[Finding] = []
    starts, ends, afters, *_ = replacements
    unread = [int(starts[at]) for at in pieces(afters).holding("\ufffd")]
    if unread:
        what = f"{len(unread)} place(s) of misread text lack bytes and have no reading that is probable enough"
        told.append(Finding(f"{what}: U+FFFD stands for each character", unread))
    if any(sign in text for sign in _SIGNS.values()):
        found = [
            m for m in _GONE.finditer(text) if not _within(m.start(), starts, ends) and not is_example(text, *m.span())
        ]
        names = [name for name, sign in _SIGNS.items() if any(sign in match[0] for match in found)]
        if found:
            what = f"{len(found)} place(s) hold {', '.join(names)}"
            places = [match.start() for match in found]
            told.append(Finding(f"{what}: the characters there were lost before this page was saved", places))
    return told


def _within(place: int, starts: Sequence[int] | NDArray[np.int64], ends: Sequence[int] | NDArray[np.int64]) -> bool:
    """Whether a place is in any of the spans, which are in order."""
    at = bisect_right(starts, place)
    return at > 0 and bool(place < ends[at - 1])
