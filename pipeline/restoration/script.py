"""Traditional to simplified, by words: OpenCC's phrases, and a model where a one-to-one table lost words."""

import re

from pipeline.restoration.alignment import Replacement
from pipeline.restoration.characters import converter
from pipeline.restoration.language_model import LanguageModel

_ZHU = re.compile("著")


def simplify(text: str, *, table: bool) -> list[Replacement]:
    """Turn a traditional document simplified, one replacement a character.

    ``table``: the document was made traditional by a context-free table, which writes 着 as 著 (OpenCC keeps 著 where
    it may be right: 著名, 顯著); the words around decide.
    """
    lines = text.splitlines(keepends=True)
    found: list[Replacement] = []
    offset = 0
    for line in lines:
        plain = converter("t2s").convert(line)
        if len(plain) == len(line):
            found += [
                Replacement(offset + i, offset + i + 1, new, "script")
                for i, (old, new) in enumerate(zip(line, plain, strict=True))
                if old != new
            ]
        elif plain != line:
            found += _unequal(line, plain, offset)
        if table or "著" in line:
            found += _by_words(plain if len(plain) == len(line) else line, offset)
        offset += len(line)
    return found


def _unequal(line: str, plain: str, offset: int) -> list[Replacement]:
    """The one replacement from where two lines begin to differ to where they cease to."""
    shorter = min(len(line), len(plain))
    start = next((i for i in range(shorter) if line[i] != plain[i]), shorter - 1)
    tail = 0
    while tail < shorter - start - 1 and line[-1 - tail] == plain[-1 - tail]:
        tail += 1
    end = len(line) - tail
    return [Replacement(offset + start, offset + end, plain[start : len(plain) - tail], "script")]


def _by_words(line: str, offset: int) -> list[Replacement]:
    """着 for 著 where words make it more probable."""
    found = []
    model: LanguageModel | None = None
    for match in _ZHU.finditer(line):
        model = model or LanguageModel()
        before, after = line[max(0, match.start() - 6) : match.start()], line[match.end() : match.end() + 4]
        scores = {char: model.log_likelihood(before, char + after) for char in "著着"}
        if scores["着"] > scores["著"]:
            found.append(Replacement(offset + match.start(), offset + match.end(), "着", "script", 0.95))
    return found
