"""Paragraphs and sentences of a text."""

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

_PARAGRAPH = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_END = re.compile(r"[。！？!?…]+[”’」』》〉）)】]*\"?|(?<!\.)\.(?=\s+[A-Z])")
_GOES_ON = "，、；：,;:的地得等是和与及》〉）)"
"""Behind a closing quote these say that the sentence goes on: “为什么？”的答案."""
_STRAIGHT_CLOSED = "closing straight quote"
_OPENS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "（": "）",
    "(": ")",
    "【": "】",
    '"': _STRAIGHT_CLOSED,
}
_CLOSES = {closing: opening for opening, closing in _OPENS.items()}
_QUOTE = re.compile(f"[{re.escape(''.join([*_OPENS, *_CLOSES]).replace(_STRAIGHT_CLOSED, ''))}]")
MAX_INSIDE = 300
"""Characters after which an unclosed quote or bracket no longer holds a sentence together."""
MAX_DEPTH = 32
"""Open quotes and brackets that are remembered; keeps time linear on a line of nothing but brackets."""
MAX_SENTENCE = 500
"""A longer run without an end mark is cut at its last comma, or anywhere: taggers read a sentence at a time."""


class Sentence(NamedTuple):
    """A sentence: paragraph number, and where it stands in the text."""

    para: int
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """Split ``text`` into sentences; white space around them belongs to none.

    A sentence ends at 。！？… outside quotes and brackets, or at the end of its line. An end mark inside ends it only
    if nothing but the closing quote follows (“……。”), or the closing bracket of a remark that stands by itself.
    """
    found = []
    for para, line in enumerate(line for line in _PARAGRAPH.finditer(text) if line.group().strip()):
        for start, end in _within_line(line.group()):
            found.append(Sentence(para, line.start() + start, line.start() + end))
    return found


def _within_line(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for cut in [*_cuts(line), len(line)]:
        for piece_start, piece_end in _pieces(line, start, cut):
            lead = len(line[piece_start:piece_end]) - len(line[piece_start:piece_end].lstrip())
            stripped = line[piece_start:piece_end].rstrip()
            if lead < len(stripped):
                yield piece_start + lead, piece_start + len(stripped)
        start = cut


def _pieces(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_SENTENCE:
        comma = max(line.rfind(mark, start + MAX_SENTENCE // 2, start + MAX_SENTENCE) for mark in "；，、,： ")
        cut = comma + 1 if comma > 0 else start + MAX_SENTENCE
        yield start, cut
        start = cut
    yield start, end


def _cuts(line: str) -> Iterator[int]:
    """Offsets right behind each sentence end of a line."""
    inside = _inside(line)
    start = 0
    for end in _END.finditer(line):
        marks, closing = _split(end.group())
        if not inside[end.start()]:
            start = end.start() + len(marks)
            yield start
        elif (
            closing
            and not inside[end.end() - 1]
            and _closes(line[start : start + 40], closing, line[end.end() : end.end() + 1])
        ):
            start = end.end()
            yield start


def _closes(sentence: str, closing: str, following: str) -> bool:
    """Whether an end mark inside quotes or brackets ends the sentence around them as well."""
    if closing[-1] in '”’」』"':
        return following not in _GOES_ON or not following
    return closing[-1] in "）)】" and sentence.lstrip()[:1] in "（(【"


def _split(end: str) -> tuple[str, str]:
    """End marks, and the quotes and brackets that close behind them."""
    marks = end.rstrip('”’」』》〉）)】]"')
    return marks, end[len(marks) :]


def _inside(line: str) -> list[bool]:
    """For each character whether it stands inside a quote or bracket that closes on this line.

    A closing mark itself counts as inside only if an outer pair is still open behind it.
    """
    depth = [0] * (len(line) + 1)
    stack: list[tuple[str, int]] = []
    for match in _QUOTE.finditer(line):
        index, character = match.start(), match[0]
        # a straight quote closes if one is open, and opens otherwise
        if character == '"' and any(opened == '"' for opened, _ in stack):
            character = _STRAIGHT_CLOSED
        if character in _OPENS:
            stack.append((character, index))
            del stack[:-MAX_DEPTH]
        else:
            position = next((i for i in reversed(range(len(stack))) if stack[i][0] == _CLOSES[character]), None)
            if position is None:
                continue
            opening = stack[position][1]
            del stack[position:]
            if index - opening <= MAX_INSIDE:
                depth[opening] += 1
                depth[index] -= 1
    return [total > 0 for total in itertools.accumulate(depth[:-1])]
