"""The character model beside a plain reading of its file: n-grams by their characters, looked up one at a time."""

import math
from collections import Counter
from functools import cache

import numpy as np
import pytest
from numba import njit

from pipeline.models import checked
from pipeline.restoration.language_model import (
    LanguageModel,
    Table,
    contexts,
    elsewhere,
    improbable,
    log_probability,
    own,
)
from pipeline.restoration.ngrams import OTHER, RARE, Grams, after, after_more, after_one, ngrams, numbered

TEXT = "政协委员围绕经济社会发展大局，深入开展调研视察。3名代表提案办理，䶮龘！Latin\n政协召开会议，协商民主；𠀀𠀁"
DOCUMENT = "经济社会发展委员会。委员围绕经济社会发展大局开展视察，经济社会发展。"


@cache
def plain() -> tuple[dict[str, tuple[float, float]], str]:
    """Each n-gram's log probability and back-off weight, and the vocabulary."""
    with np.load(checked("characters") / "characters.npz") as stored:
        vocabulary = str(stored["vocabulary"])
        rows = zip(*(stored[name].tolist() for name in ("keys", "probability", "backoff")), strict=True)
        shifts = (48, 32, 16, 0)
        return {
            "".join(vocabulary[(key >> shift & 0xFFFF) - 1] for shift in shifts if key >> shift): (likely, backoff)
            for key, likely, backoff in rows
        }, vocabulary


def expected(before: str, char: str) -> float:
    """The log probability of a character after others, as Katz's backing off has it."""
    grams, vocabulary = plain()
    if char not in vocabulary:
        return math.log(1e-7 if char in "䶮龘𠀀𠀁" else 1e-8)
    lost, context = 0.0, before[-3:]
    while context and (set(context) - set(vocabulary) or context + char not in grams):
        lost += grams[context][1] if context in grams else 0.0
        context = context[1:]
    return lost + grams[context + char][0]


def test_a_text_is_as_probable_as_its_characters_each_after_those_before_it() -> None:
    stops = 0.01  # of two marks in a row
    alone = [expected(TEXT[:at], char) for at, char in enumerate(TEXT)]
    model = LanguageModel()
    assert model.log_likelihoods([("", TEXT)]) == [pytest.approx(sum(alone), abs=1e-4)]
    found = model.log_likelihoods([(TEXT[:at], char) for at, char in enumerate(TEXT)])
    assert found == pytest.approx(alone, abs=1e-5)
    assert model.log_likelihoods([("，", "。")])[0] == pytest.approx(expected("，", "。") + math.log(stops), abs=1e-5)
    assert model.log_likelihoods([("经济", ""), ("", "")]) == [0.0, 0.0]
    assert model.log_likelihoods([]) == []


def test_every_ngram_of_the_file_is_found_with_its_probability_and_no_other() -> None:
    grams, vocabulary = plain()
    general = ngrams()
    keys = sorted(grams)[::97]
    rows = [row_of(general, numbered(gram)) for gram in keys]
    assert [float(general.rows["likelihood"][row]) for row in rows] == [grams[gram][0] for gram in keys]
    assert [float(general.rows["backoff"][row]) for row in rows] == [grams[gram][1] for gram in keys]
    others = {gram[:-1] + char for gram in keys[:3000] for char in "的䴗一" + vocabulary[-1] if len(gram) > 1} - set(
        grams
    )
    assert len(others) > 1000
    assert {row_of(general, numbered(gram)) for gram in others if gram[-1] in vocabulary} == {-1}


@njit
def row_of(general: Grams, numbers: np.ndarray) -> int:
    row = np.int64(numbers[0])
    for index in range(1, numbers.size):
        if row > 0:
            row = after_one(general, row, numbers[1]) if index == 1 else after_more(general, row, numbers[index])
    return row


def test_a_document_s_own_ngrams_are_counted() -> None:
    counted = own(numbered(DOCUMENT))
    there = counted.rows[counted.marks > 0]
    found = {int(row["key"]): int(row["count"]) for row in there if row["key"] > 0xFFFF}
    numbers = numbered(DOCUMENT).tolist()
    grams = [numbers[at : at + n] for n in (2, 3, 4) for at in range(len(numbers) - n + 1)]
    assert found == Counter(sum(number << 16 * place for place, number in enumerate(gram[::-1])) for gram in grams)


def test_what_a_document_repeats_is_more_probable_there() -> None:
    before, char = numbered("社会发"), int(numbered("展")[0])
    assert scored(ngrams(), own(numbered(DOCUMENT)), before, char) > scored(ngrams(), own(numbered("")), before, char)


@njit
def scored(general: Grams, document: Table, before: np.ndarray, number: int) -> float:
    state = np.uint64(0)
    for one in before:
        state = after(state, one)
    return log_probability(general, document, state, contexts(general, document, state), number)


@njit
def wrongly_dropped(general: Grams, document: Table, before: np.ndarray, margin: float) -> tuple[int, int]:
    """Of all characters how many are called improbable, and how many of these are not."""
    state = np.uint64(0)
    for one in before:
        state = after(state, one)
    known = contexts(general, document, state)
    loss, called, wrong = elsewhere(known), 0, 0
    for number in range(1, general.alone.size):
        likely = log_probability(general, document, state, known, number)
        if improbable(general, document, state, known, loss, number, likely + margin):
            called, wrong = called + 1, wrong + (margin <= 0.0)
    return called, wrong


@pytest.mark.parametrize("document", ["", DOCUMENT])
@pytest.mark.parametrize("before", ["社会发", "会", "", "䶮龘𠀀", "a䶮会", "，经济"])
def test_nothing_is_called_too_improbable_that_is_not(document: str, before: str) -> None:
    general, counted, numbers = ngrams(), own(numbered(document)), numbered(before)
    assert wrongly_dropped(general, counted, numbers, 0.0) == (0, 0)
    called, _ = wrongly_dropped(general, counted, numbers, 1e-3)
    assert called > 3000  # most are, where they only just miss


def test_characters_outside_of_the_vocabulary_have_numbers_by_kind() -> None:
    assert numbered("䶮𠀀").tolist() == [RARE, RARE]
    assert numbered("\U0001f600\uffff\x00").tolist() == [OTHER, OTHER, OTHER]
