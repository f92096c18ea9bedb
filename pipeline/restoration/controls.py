"""Characters that no reader sees: taken out of any document, whatever else is wrong with it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.restoration.alignment import NONE, Alignment, Replacements
from pipeline.restoration.characters import HAN, holds_any

# tabs and line ends are the author's
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_ZERO = "\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
_JOINER = "\u200c\u200d"
_SURROGATE = "\ud800-\udfff"
_KINDS = _CONTROL + _ZERO + _JOINER + _SURROGATE
_ANY = re.compile(f"[{_KINDS}]+")
# the rule of each; a pair of surrogates is one character that was decoded in halves
_UNSEEN = re.compile(
    f"(?P<surrogate>[{_SURROGATE}]+)|(?P<control>[{_CONTROL}]+)"
    f"|(?P<zero_width>[{_ZERO}]+|(?<=[{HAN}])[{_JOINER}]+(?=[{HAN}]|$))"
)


@lru_cache(maxsize=1)
def controls(text: str) -> Replacements:
    """Delete controls and zero-width characters; a lone surrogate becomes U+FFFD, a split pair one character.

    Joiners (U+200C, U+200D) go only between Chinese characters: emoji and other scripts need them. The last text's are
    kept, since it is asked for several times.
    """
    if not _may_be_in(text):  # nearly always
        return NONE
    matches = list(_matches(text))
    rules = [match.lastgroup or "" for match in matches]
    afters = [_whole(match[0]) if rule == "surrogate" else "" for match, rule in zip(matches, rules, strict=True)]
    starts, ends = [match.start() for match in matches], [match.end() for match in matches]
    return Replacements(starts, ends, afters, rules, [1.0] * len(matches))


@lru_cache(maxsize=1)
def without_controls(text: str) -> Alignment:
    """A text and what it is without them; it too is asked for several times."""
    return Alignment(text, text).apply(controls(text))


_may_be_in = holds_any(_KINDS)


def _matches(text: str) -> Iterator[re.Match[str]]:
    for run in _ANY.finditer(text):
        at = run.start()
        while at < run.end():
            match = _UNSEEN.match(text, at)
            if match:
                yield match
            at = match.end() if match else at + 1


def _whole(halves: str) -> str:
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
