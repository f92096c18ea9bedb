"""Lost bytes: the text behind `?` and the misread characters after it.

What a reader of GBK did to the bytes is inverted exactly (see ``search``): at a `?` an invalid pair stood, a lead byte
and a swallowed one; a pair that GBK does not define has vanished; after either, characters are read one byte off until
an ASCII byte or another `?` puts them right. All texts that would have been read as what we see are weighed by a
language model, together with the text as it stands, which is one of them.
"""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.restoration.alignment import Replacement
from pipeline.restoration.characters import simplified, spoken
from pipeline.restoration.language_model import LanguageModel
from pipeline.restoration.search import Damaged, candidates

_LINE = 300
_TEMPERATURE = 0.75
"""The model sees three characters back and so overstates its case; log odds are scaled down by this much."""
# of three and more `?`, or one among ASCII, nothing can be told
_PLACE = re.compile(r"(?<!\?)\?{1,2}(?!\?)")
_NEIGHBOUR = re.compile(r"[^\x00-\xff]")
_GARBLED = 60


class Repairs(NamedTuple):
    """What was repaired, and the places (offsets of a `?`) that stay because no reading is probable enough."""

    replacements: list[Replacement]
    undecided: list[int]


def sound_text(text: str, limit: int = 20_000) -> str:
    """The text less what may be misread (a line's next characters after a `?`), simplified by characters."""
    sound = re.sub(rf"[^\n]{{0,2}}\?[^\n]{{0,{_GARBLED}}}", "\n", text)[:limit]
    return "".join(map(spoken, sound))


def repair(text: str, *, normalized: bool, script: str, min_confidence: float) -> Repairs:
    """Find what the author wrote where bytes were lost. ``normalized``: the text has been through NFKC."""
    model = LanguageModel(sound_text(_widened(text) if normalized else text))
    replacements: list[Replacement] = []
    undecided: list[int] = []
    done = 0
    for place in _places(text):
        if place < done:
            continue
        before = _before(text, place, replacements)
        damaged = Damaged(text, place, before, normalized, script)
        end, readings = candidates(damaged, model)
        done = max(done, end)
        best, confidence = _weighed(readings)
        if best == text[place:end] or simplified_equal(best, text[place:end]):
            continue
        if confidence < min_confidence:
            undecided.append(place)
            continue
        replacements.append(_trimmed(text, place, end, best, confidence))
    return Repairs(replacements, undecided)


def simplified_equal(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but script."""
    return len(one) == len(other) and all(
        a == b or simplified(a) == simplified(b) for a, b in zip(one, other, strict=True)
    )


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


def _weighed(readings: dict[str, float]) -> tuple[str, float]:
    """The most probable reading and its share among all; those that differ in script alone count as one."""
    best = max(readings, key=lambda reading: (readings[reading], reading))
    top = readings[best]
    meanings: dict[str, float] = {}
    for reading, score in readings.items():
        meaning = "".join(map(simplified, reading))
        meanings[meaning] = max(meanings.get(meaning, -math.inf), score)
    total = math.fsum(math.exp(_TEMPERATURE * (score - top)) for score in meanings.values())
    return best, 1.0 / total


def _trimmed(text: str, start: int, end: int, after: str, confidence: float) -> Replacement:
    """The replacement without what both sides have in common at the end (the start is the `?`)."""
    while end > start + 1 and after and text[end - 1] == after[-1]:
        end, after = end - 1, after[:-1]
    return Replacement(start, end, after, "bytes", confidence)


def _widened(text: str) -> str:
    return text.translate(str.maketrans(",;:!()", "，；：！（）"))
