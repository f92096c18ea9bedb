"""Marks of a polluted document: inserted commas, spaces before marks, and marks that NFKC made ASCII."""

import re
from collections.abc import Iterable
from itertools import islice

from pipeline.restoration.alignment import Replacements
from pipeline.restoration.characters import HAN, HAN_RE, MARKS

WIDE = dict(zip(",;:?!()", "，；：？！（）", strict=True))
"""What NFKC makes of full-width marks, and these."""
_CONTEXT = f"{HAN}“”‘’《》（）、。，；：？！…—·％%"
# a pattern that begins with the character it looks for is far faster than one that begins with what stands before
INSERTED = re.compile(
    rf",(?:(?<=[{_CONTEXT}\w)],),*(?=[，。、；：？！])|(?<=[{_CONTEXT})],),*(?=[,;:!])|(?<=\w,),*(?=,[{HAN}]|[;:!]))"
)
"""Commas before another mark. Clean text has none before a full-width mark."""
_SPACES = re.compile(rf"[ \u00a0](?<=[{HAN}\w”》）)%][ \u00a0])[ \u00a0]*(?=[，。、；：？！）”》])")
_BLANK_BEFORE_QUESTION = re.compile(rf"[ \u00a0](?<=[{HAN}]\s)(?=\?[^\x00-\xff])")
_WIDE_MARK = re.compile("[，；：？！（）]")
_NARROW_MARK = re.compile(rf"[,;:!](?<=[{HAN}].)")
_NARROW = re.compile(rf"[,;:?!](?:(?<=[{HAN}{MARKS})%％].)|(?<=[^\W_].)(?=[{HAN}{MARKS})%％]))")
_INDENT = re.compile(rf"(?m)^  (?=[{HAN}“《(（])")
_BRACKETS = re.compile(r"\(([^()\n]{1,200})\)")


_BEFORE_QUESTION = re.compile(rf",(?<=[{_CONTEXT})],),*(?=\?)")


def commas(text: str, *, questions: bool) -> Replacements:
    """Delete inserted commas: of a series of marks the last one is the author's.

    ``questions``: whether a `?` in the text is a question mark, and no longer what became of lost bytes.
    """
    return _deleted(text, (INSERTED, _BEFORE_QUESTION) if questions else (INSERTED,), "comma")


def spaces(text: str, *, questions: bool) -> Replacements:
    """Delete spaces between a character and a full-width mark; ``questions``: between one and a `?` too."""
    return _deleted(text, (_SPACES, _BLANK_BEFORE_QUESTION) if questions else (_SPACES,), "space")


def _deleted(text: str, patterns: Iterable[re.Pattern[str]], rule: str) -> Replacements:
    spans = [match.span() for pattern in patterns for match in pattern.finditer(text)]
    starts, ends = zip(*sorted(spans), strict=True) if spans else ((), ())
    return Replacements(starts, ends, [""] * len(spans), [rule] * len(spans), [1.0] * len(spans))


def was_normalized(text: str) -> bool:
    """Whether NFKC took a text's full-width marks: ASCII marks follow Chinese characters, and no mark is wide.

    A `?` says nothing: it is also what stands for a lost byte.
    """
    return not _WIDE_MARK.search(text) and len(list(islice(_NARROW_MARK.finditer(text), 2))) == 2


def width(text: str) -> Replacements:
    """Give a normalized text its full-width marks back: in Chinese context, not in numbers, times or Latin text."""
    found = [(at := match.start(), at + 1, WIDE[text[at]], 0.99) for match in _NARROW.finditer(text)]
    found += [(match.start(), match.end(), "\u3000\u3000", 0.9) for match in _INDENT.finditer(text)]
    for match in _BRACKETS.finditer(text):
        if HAN_RE.search(match[1]):
            found.append((match.start(), match.start() + 1, "（", 0.99))
            found.append((match.end() - 1, match.end(), "）", 0.99))
    starts, ends, afters, confidences = zip(*sorted(found), strict=True) if found else ((), (), (), ())
    return Replacements(starts, ends, afters, ["width"] * len(found), confidences)
