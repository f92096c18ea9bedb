"""A character model of Chinese: how probable is a character after the ones before it?

Text is taken as a series of independent words, drawn with the frequencies of wordfreq's Chinese list; the probability
of a next character is the sum over all ways to cut what stands before it into words (the forward algorithm over the
list's prefixes). To that a model of the document itself is mixed: its characters after the last one to three, by
Witten-Bell interpolation. Nothing is trained and no corpus is shipped. All is deterministic.
"""

import math
from functools import cache
from typing import NamedTuple

from pipeline.restoration.characters import is_han

_WORDS_SHARE = 0.72
_MARKS = {
    "，": 0.06, "。": 0.03, "、": 0.02, "“": 0.006, "”": 0.006, "；": 0.004, "：": 0.006, "？": 0.003, "！": 0.003,
    "《": 0.003, "》": 0.003, "（": 0.004, "）": 0.004, "—": 0.002, "…": 0.001, "·": 0.001, "\n": 0.012, " ": 0.004,
    "%": 0.002, "％": 0.001, ".": 0.002, "-": 0.001, "+": 0.0005, "(": 0.001, ")": 0.001, "/": 0.001, ",": 0.0005,
    "?": 0.0002, "<": 0.0002, ">": 0.0002, ":": 0.0005, ";": 0.0002,
}  # fmt: skip
_DIGIT, _LETTER, _HAN, _OTHER = 0.004, 0.0008, 1e-9, 1e-8
_STOPS, _STOP_AFTER_STOP = "，。、；：", 0.01
"""Marks that do not follow one another, and how much rarer than by chance they do."""
_FLOOR = 2e-8
"""Words rarer than this are left out; they are half of the list and a thousandth of running text."""

_FLATTENED, _SINGLE = 0.85, 0.5
"""Words are not independent: a longer one is more than its share, a character alone less. Chosen on official reports
and news by the probability of their text."""


class State(NamedTuple):
    """What came before: words begun, with their weights, and the last three characters."""

    open: tuple[tuple[str, float], ...] = (("", 1.0),)
    last: str = ""


class Words(NamedTuple):
    """``words``: probability of a word; ``prefixes``: summed probability of the words that begin so."""

    words: dict[str, float]
    prefixes: dict[str, float]


@cache
def words() -> Words:
    """The word model, built at the first call (about a second) and kept in the process."""
    from wordfreq import get_frequency_dict

    frequencies = get_frequency_dict("zh", "best")
    chosen = {
        word: frequency**_FLATTENED * (_SINGLE if len(word) == 1 else 1.0)
        for word, frequency in frequencies.items()
        if frequency >= _FLOOR and is_han(word[0]) and is_han(word[-1])
    }
    scale = _WORDS_SHARE / math.fsum(chosen.values())
    table = {word: f * scale for word, f in chosen.items()}
    table.update(_MARKS)
    table.update((digit, _DIGIT) for digit in "0123456789")
    table.update((chr(c), _LETTER) for c in (*range(65, 91), *range(97, 123)))
    prefixes: dict[str, float] = {}
    for word, probability in table.items():
        for length in range(1, len(word) + 1):
            prefixes[word[:length]] = prefixes.get(word[:length], 0.0) + probability
    return Words(table, prefixes)


class LanguageModel:
    """Scores characters one after the other, in simplified script, by words and by what a document holds."""

    def __init__(self, document: str = "", trust: float = 5.0) -> None:
        """``document``: sound simplified text of the document; ``trust``: the weight of the words
        in Witten and Bell's interpolation, 1 being theirs; higher, the document weighs less."""
        self._words, self._prefixes = words()
        self._counts: dict[str, dict[str, int]] = {}
        for index, char in enumerate(document):
            for length in range(1, min(4, index + 1)):
                row = self._counts.setdefault(document[index - length : index], {})
                row[char] = row.get(char, 0) + 1
        self._totals = {context: sum(row.values()) for context, row in self._counts.items()}
        self._trust = trust

    def log_probability(self, state: State, char: str) -> float:
        """The natural logarithm of the probability of ``char`` after ``state``."""
        total = 0.0
        for begun, weight in state.open:
            total += weight * self._prefixes.get(begun + char, 0.0)
        if total == 0.0:
            total = self._unknown(state, char)
        if char in _STOPS and state.last and state.last[-1] in _STOPS:
            total *= _STOP_AFTER_STOP
        return math.log(self._own(state.last, char, total))

    def after(self, state: State, char: str) -> State:
        """The state after ``state`` and ``char``."""
        total = boundary = 0.0
        going: list[tuple[str, float]] = []
        for begun, weight in state.open:
            grown = begun + char
            mass = self._prefixes.get(grown)
            if mass is None:
                continue
            total += weight * mass
            word = self._words.get(grown, 0.0)
            boundary += weight * word
            if mass > word * 1.000001:
                going.append((grown, weight))
        if total == 0.0:
            total = boundary = self._unknown(state, char)
        open_ = [(begun, weight / total) for begun, weight in going]
        if boundary:
            open_.append(("", boundary / total))
        return State(tuple(open_), (state.last + char)[-3:])

    def step(self, state: State, char: str) -> tuple[float, State]:
        """Both: the log probability of ``char`` after ``state``, and the state after it."""
        return self.log_probability(state, char), self.after(state, char)

    def start(self, text: str) -> State:
        """The state after ``text``."""
        state = State()
        for char in text:
            state = self.after(state, char)
        return state

    def _unknown(self, state: State, char: str) -> float:
        """The probability of a character that begins or continues no word of the list."""
        closed = next((weight for begun, weight in state.open if not begun), 1e-4)
        return closed * (_HAN if is_han(char) else _OTHER)

    def _own(self, last: str, char: str, probability: float) -> float:
        """``probability`` by the words, moved towards what follows the last characters elsewhere in the document."""
        for length in range(1, len(last) + 1):
            context = last[len(last) - length :]
            row = self._counts.get(context)
            if row is None:
                break
            weight = self._trust * len(row)
            probability = (row.get(char, 0) + weight * probability) / (self._totals[context] + weight)
        return probability
