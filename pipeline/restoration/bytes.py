"""Lost bytes: the text behind `?` and the misread characters after it.

What a reader of GBK did to the bytes is inverted exactly (see ``search``): at a `?` an invalid pair stood, a lead byte
and a swallowed one; a pair that GBK does not define has vanished; after either, characters are read one byte off until
an ASCII byte or another `?` puts them right. All texts that would have been read as what we see are weighed by a
language model, together with the text as it stands, which is one of them.
"""

import math
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.alignment import NONE, Replacement, Replacements, in_order
from pipeline.restoration.characters import bare, codes, converter, simplified
from pipeline.restoration.gbk import (
    RATHER_SIMPLIFIED,
    SIMPLIFIED,
    TRADITIONAL,
    encoded,
    folded_pairs,
    listed,
    pairs_read,
    table,
)
from pipeline.restoration.glosses import READING
from pipeline.restoration.growth import SEEN, Task
from pipeline.restoration.hypotheses import tree
from pipeline.restoration.language_model import ORDER, own
from pipeline.restoration.ngrams import ngrams, numbered, numbers
from pipeline.restoration.punctuation import WIDE
from pipeline.restoration.search import AHEAD, LONGEST, search

_LINE = 300
# of three and more `?`, or one among ASCII, nothing can be told
_PLACE = re.compile(r"\?(?<!\?\?)\??(?!\?)")
_NEIGHBOUR = re.compile(r"[^\x00-\xff]")
_WORK, _WORK_PER_CHARACTER = 2_000_000, 40
"""Hypotheses after which a document is given up: only where a `?` stands at every turn there are so many."""
_SLOPE, _INTERCEPT, _LEAST = 0.85, -0.7, 1e-9
_GARBLED = 60
_SOUND = 20_000
"""Characters of a document that its own language model is made of."""
_GLOSS = re.compile(rf"[?(]({READING})\)")
_UNSOUND = re.compile(rf"[^\n]{{0,2}}\?[^\n]{{0,{_GARBLED}}}")
"""What may be misread: a line's next characters after a `?`, and two before."""
_TAG_REST = re.compile(r"\?/?[a-z][a-z0-9]{0,9}/?>")
_MARKED = "，。、；：？！“”（《"
_FOREIGN = -7.0
"""What a character costs that is only of the other script than the document's."""
_QUOTES = (("‘", "’"), ("“", "”"), ("《", "》"), ("（", "）"))
"""In the order of ``hypotheses.balance``'s bits."""


class Repairs(NamedTuple):
    """What was repaired, and the places (offsets of a `?`) that stay because no reading is probable enough."""

    replacements: Replacements
    undecided: list[int]


def repair(text: str, *, normalized: bool, script: str, simplify: bool, min_confidence: float) -> Repairs:
    """Find what the author wrote where bytes were lost.

    ``normalized``: the text has been through NFKC; ``simplify``: what is found is simplified.
    """
    places = list(_places(text))
    if not places:
        return Repairs(NONE, [])
    task = _task(text, normalized, script)
    room = tree(LONGEST + AHEAD)
    replacements: list[Replacement] = []
    undecided: list[int] = []
    done, work = 0, _WORK + _WORK_PER_CHARACTER * len(text)
    for place in places:
        if place < done:
            continue
        if work < 0:
            undecided.append(place)
            continue
        before = _before(text, place, replacements)
        end, found, stands, probability = search(task, room, place, *_start(before, normalized))
        work -= int(room.places[0]["used"])
        done = max(done, end)
        best = "".join(map(chr, found.tolist()))
        if not probability or best == text[place:end] or simplified_equal(best, text[place:end]):
            continue
        confidence = calibrated(probability)
        if confidence < min_confidence:
            undecided.append(place)
            continue
        for start, stop, after in _changed(text, place, end, best, stands.tolist()):
            if simplify:
                after = converter("t2s").convert(after)
            if after != text[start:stop]:
                replacements.append(Replacement(start, stop, after, "bytes", confidence))
    return Repairs(in_order(replacements), undecided)


def calibrated(probability: float) -> float:
    """How often a reading of that probability is right: the model sees three characters back and is too sure.

    The logistic curve was laid through the shares of right readings, by bins of probability, of 1,000 places broken
    one at a time in reports that the model had not seen; ``python -m benchmarks.restoration`` prints such shares.
    """
    odds = math.log(max(probability, _LEAST)) - math.log(max(1.0 - probability, _LEAST))
    return 1.0 / (1.0 + math.exp(-(_SLOPE * odds + _INTERCEPT)))


def _changed(text: str, place: int, end: int, after: str, stands: list[int]) -> Iterator[tuple[int, int, str]]:
    """The parts of ``text[place:end]`` that change, each with what it becomes.

    ``stands``: where each character of ``after`` may stand in the text, counted from ``place``, or -1.
    """
    first = start = 0
    for index, at in enumerate([*stands, end - place]):
        same = index == len(after) or text[place + at] == after[index]
        if same and at >= start and (at > start or index == first):
            if at > start:
                yield place + start, place + at, after[first:index]
            first, start = index + 1, at + 1


def simplified_equal(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but script."""
    return len(one) == len(other) and all(
        a == b or simplified(a) == simplified(b) for a, b in zip(one, other, strict=True)
    )


def _task(text: str, normalized: bool, script: str) -> Task:
    gbk, points = table(), codes(text)
    seen = np.zeros(len(text), SEEN)
    seen["code"], seen["gloss"] = points, -1
    # U+FFFF, which is no character, stands for those beyond
    seen["pair"] = gbk.pair_of.take(points, mode="clip")
    seen["marked"] = _is_marked(normalized).take(points, mode="clip")
    seen["number"] = numbered(_widened(text) if normalized else text, spoken=True)
    for match in _TAG_REST.finditer(text):
        seen[match.start()]["tag"], seen[match.start()]["end"] = True, match.end()
    rows: list[tuple[int, int]] = []
    n_glosses = 0
    for n_glosses, match in enumerate(_GLOSS.finditer(text), 1):
        seen[match.start()]["gloss"], seen[match.start()]["end"] = n_glosses - 1, match.end()
        rows += [(n_glosses - 1, pair) for pair in pairs_read().get(bare(match[1]), ())]
    if normalized:
        rows += [(n_glosses + place, pair << 3 | length) for place, pair, length in _longer(text)]
    costs = np.zeros(4)
    if script == "simplified":
        costs[TRADITIONAL] = _FOREIGN
    else:
        costs[SIMPLIFIED], costs[RATHER_SIMPLIFIED] = _FOREIGN, _FOREIGN / 2
    listed_rows = listed(rows, n_glosses + len(text))
    document = own(_sound(text, seen["number"]))
    ascii_ = numbers().plain[:128]
    return Task(ngrams(), document, gbk.pairs, gbk.lists, seen, listed_rows, n_glosses, costs, ascii_, normalized)


@cache
def _is_marked(normalized: bool) -> NDArray[np.bool_]:
    """Which characters get markers, by code point below 65536."""
    found = np.zeros(1 << 16, np.bool_)
    found[list(map(ord, _MARKED + ("".join(WIDE) if normalized else "")))] = True
    return found


def _longer(text: str) -> Iterator[tuple[int, int, int]]:
    """Where characters stand that NFKC may have made of one: place, pair of that one, and their number."""
    beginnings, pairs = _several()
    for match in beginnings.finditer(text):
        place = match.start()
        for length in range(2, 5):
            for pair in pairs.get(text[place : place + length], ()):
                yield place, pair, length


@cache
def _several() -> tuple[re.Pattern[str], dict[str, list[int]]]:
    """Characters of GBK that NFKC makes several, by those; and a pattern of where one may begin."""
    pairs: dict[str, list[int]] = {}
    for seen, pair in folded_pairs():
        if 1 < len(seen) < 5:
            pairs.setdefault(seen, []).append(pair)
    first, second = (re.escape("".join(sorted({seen[at] for seen in pairs}))) for at in (0, 1))
    return re.compile(f"[{first}](?=[{second}])"), pairs


def _sound(text: str, of_text: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The numbers of a text less those of what may be misread."""
    newline = numbers().plain[ord("\n")]
    sound, text, done = of_text[:_SOUND].copy(), text[:_SOUND], 0
    while (question := text.find("?", done)) >= 0:
        start = max(done, question - 2, text.rfind("\n", done, question) + 1)
        match = _UNSOUND.match(text, start)
        assert match
        done = match.end()
        sound[start:done] = newline
    return sound


def _start(before: str, normalized: bool) -> tuple[np.uint64, int, int, int]:
    """After a text: the language model's state, the last character, quotation marks open in the line, last byte."""
    state = 0
    for char in before[1 - ORDER :]:
        state = state << 16 | _number(char, normalized)
    line = before.rpartition("\n")[2]
    flags = sum(1 << bit for bit, (left, right) in enumerate(_QUOTES) if line.rfind(left) > line.rfind(right))
    pair = encoded(before[-1:])
    return np.uint64(state), ord(before[-1:] or "\n"), flags, pair[1] if pair else 0


@lru_cache(maxsize=1 << 14)
def _number(char: str, normalized: bool) -> int:
    return int(numbered(_widened(char) if normalized else char, spoken=True)[0])


def _places(text: str) -> Iterator[int]:
    for match in _PLACE.finditer(text):
        around = text[max(0, match.start() - 3) : match.start()] + text[match.end() : match.end() + 6]
        if _NEIGHBOUR.search(around):
            yield match.start()


def _before(text: str, place: int, replacements: list[Replacement]) -> str:
    """What stands before a place in its line, repaired."""
    start = max(text.rfind("\n", 0, place) + 1, place - _LINE)
    parts: list[str] = []
    for last in reversed(replacements):
        if last.end <= start:
            break
        parts += [text[last.end : place], last.after]
        place = last.start
    parts.append(text[min(start, place) : place])
    return "".join(reversed(parts))


def _widened(text: str) -> str:
    for mark, wide in WIDE.items():
        text = text.replace(mark, wide)
    return text
