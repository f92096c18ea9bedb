"""A character model of Chinese: how probable is a character after the three before it?

Official and ordinary Chinese come from ``models/characters.npz``, made by ``training/language_model.py`` (4-grams,
interpolated Kneser-Ney). To that a model of the document itself is mixed: its characters after the last one to three,
by Witten-Bell interpolation. All is deterministic.
"""

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from pipeline.models import checked
from pipeline.restoration.characters import is_han

ORDER = 4
_RARE_HAN, _OTHER = math.log(1e-7), math.log(1e-8)
"""Log probabilities of characters that the model does not know."""
_STOPS, _STOP_AFTER_STOP = "，。、；：", 0.01
"""Marks that do not follow one another, and how much rarer than by chance they do."""


class NGrams(NamedTuple):
    """``numbers``: of known characters, from 1. ``table``: n-gram to (log probability, log back-off weight).

    An n-gram is the integer of its characters' numbers, 16 bits each.
    """

    numbers: dict[str, int]
    table: dict[int, tuple[float, float]]


@cache
def ngrams() -> NGrams:
    """The shipped model, read at the first call (half a second) and kept in the process.

    Raises ``pipeline.models.ModelError`` if its file is missing or changed.
    """
    with np.load(checked("characters") / "characters.npz") as stored:
        numbers = {char: index + 1 for index, char in enumerate(str(stored["vocabulary"]))}
        probability = stored["probability"].astype(np.float64).tolist()
        backoff = stored["backoff"].astype(np.float64).tolist()
        table = dict(zip(stored["keys"].tolist(), zip(probability, backoff, strict=True), strict=True))
    return NGrams(numbers, table)


def share(char: str) -> float:
    """The log probability of a character by itself."""
    model = ngrams()
    found = model.table.get(model.numbers.get(char, 0))
    return found[0] if found else _unknown(char)


class LanguageModel:
    """Scores characters, in simplified script, by the shipped model and by what a document holds.

    A state is the string of the last characters, three at most.
    """

    def __init__(self, document: str = "", trust: float = 5.0) -> None:
        """``document``: sound simplified text of the document; ``trust``: the weight of the shipped model
        in Witten and Bell's interpolation, 1 being theirs; higher, the document weighs less."""
        self._numbers, self._table = ngrams()
        self._counts: dict[str, dict[str, int]] = {}
        for index, char in enumerate(document):
            for length in range(1, min(ORDER, index + 1)):
                row = self._counts.setdefault(document[index - length : index], {})
                row[char] = row.get(char, 0) + 1
        self._totals = {context: sum(row.values()) for context, row in self._counts.items()}
        self._trust = trust
        self._known: dict[tuple[str, str], float] = {}
        self._by_state: dict[str, list[tuple[int, float, float]]] = {}
        self._rows: dict[str, list[tuple[dict[str, int], float, int]]] = {}

    def log_probability(self, state: str, char: str) -> float:
        """The natural logarithm of the probability of ``char`` after ``state``."""
        key = (state, char)
        found = self._known.get(key)
        if found is None:
            probability = math.exp(self._general(state, char))
            if char in _STOPS and state and state[-1] in _STOPS:
                probability *= _STOP_AFTER_STOP
            found = self._known[key] = math.log(self._own(state, char, probability))
        return found

    def after(self, state: str, char: str) -> str:
        """The state after ``state`` and ``char``."""
        return (state + char)[1 - ORDER :]

    def start(self, text: str) -> str:
        """The state after ``text``."""
        return text[1 - ORDER :]

    def log_likelihood(self, before: str, text: str) -> float:
        """The log probability of ``text`` after ``before``."""
        state, total = self.start(before), 0.0
        for char in text:
            total += self.log_probability(state, char)
            state = self.after(state, char)
        return total

    def _general(self, state: str, char: str) -> float:
        """By the shipped model: the longest n-gram that it holds, with the weights of the longer contexts."""
        number = self._numbers.get(char)
        if number is None:
            return _unknown(char)
        weight = 0.0
        for context, weight, _ in self._contexts(state):
            found = self._table.get(context | number)
            if found:
                return weight + found[0]
        return weight + self._contexts(state)[-1][2] + _RARE_HAN

    def _contexts(self, state: str) -> list[tuple[int, float, float]]:
        """The known contexts of a state, the longest first: its number where a character's is to be added, the weight
        of the longer ones, and its own."""
        known = self._by_state.get(state)
        if known is None:
            numbers = [0]
            for length, before in enumerate(reversed(state)):
                other = self._numbers.get(before)
                if other is None:
                    break
                numbers.append(other << 16 * length | numbers[-1])
            known, weight = [], 0.0
            for context in reversed(numbers):
                own = self._table.get(context, (0.0, 0.0))[1]
                known.append((context << 16, weight, own))
                weight += own
            self._by_state[state] = known
        return known

    def _own(self, state: str, char: str, probability: float) -> float:
        """``probability``, moved towards what follows the last characters elsewhere in the document."""
        rows = self._rows.get(state)
        if rows is None:
            rows = self._rows[state] = []
            for length in range(1, len(state) + 1):
                context = state[len(state) - length :]
                row = self._counts.get(context)
                if row is None:
                    break
                rows.append((row, self._trust * len(row), self._totals[context]))
        for row, weight, total in rows:
            probability = (row.get(char, 0) + weight * probability) / (total + weight)
        return probability


def _unknown(char: str) -> float:
    return _RARE_HAN if is_han(char) else _OTHER
