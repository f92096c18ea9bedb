"""Sentences in CoNLL-U (universaldependencies.org/format.html), with names as IOB2 tags in MISC."""

import bisect
import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Token = Mapping[str, Any]
Name = tuple[int, int, str]
"""Start and end in the document's text, and label."""

# would end a line or a field, for some reader
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def sentence(text: str, tokens: Sequence[Token], names: Sequence[Name]) -> tuple[list[str], str]:
    """A sentence's lines, one a token, and its text as the lines spell it.

    ``text`` is the document's; ``tokens`` are the sentence's rows of that table (at least one), and ``names`` the
    document's outermost ones in order. One space stands for any white space, U+FFFD for control characters.
    """
    lines, plain = [], ""
    nexts = [token["start"] for token in tokens[1:]]
    for number, (token, tag) in enumerate(zip(tokens, _tags(tokens, names), strict=True)):
        start, end = token["start"], token["end"]
        spaced = nexts[number] > end if number < len(nexts) else not text[end : end + 1].strip()
        misc = [f"name={tag}"] if tag else []
        misc += [f"start_char={start}", f"end_char={end}", *([] if spaced else ["SpaceAfter=No"])]
        form = _UNFIT.sub("\ufffd", token["text"])
        fields = (number + 1, form, "_", token["upos"] or "_", token["pos"] or "_", "_", "_", "_", "_", "|".join(misc))
        lines.append("\t".join(map(str, fields)))
        plain += form + " " * spaced
    return lines, plain.strip()


def _tags(tokens: Sequence[Token], names: Sequence[Name]) -> Iterator[str]:
    """IOB2 tags of a sentence's tokens, empty outside names, which do not overlap."""
    inside: Name | None = None
    for token in tokens:
        at = bisect.bisect_right(names, token["start"], key=operator.itemgetter(0)) - 1
        found = names[at] if at >= 0 and token["end"] <= names[at][1] else None
        yield f"{'I' if found == inside else 'B'}-{found[2]}" if found else ""
        inside = found
