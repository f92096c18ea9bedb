"""Choose among the readings of bytes, of which some are lost, by a language model."""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.characters import only_simplified, spoken
from pipeline.restoration.language_model import LanguageModel
from pipeline.restoration.misreadings import LOST, Choice, Item, Misread

_BEAM, _HOPELESS = 24, 10.0
"""Readings that are followed at once, and how much less probable than the best (log) they may be."""
_FREQUENT, _WIDE = 80, 20
"""Choices for one character at most, and from how many on only a third of the readings is followed."""
_DOUBT = 0.3
"""How much flatter probabilities become with each further lossy character near by."""
_BEST, _FURTHER = 0.995, 0.98
"""The highest probability of a lossy character, and what each further one near by takes of it."""
_PAIRS = "）》”’」』】"
_OPENERS = dict(zip("（《“‘「『【", _PAIRS, strict=True))
_CLOSES = 3.0
"""Log weight of a mark that closes what is open."""
_NEVER_LAST, _AT_END = "，、“‘（《「『\u3000", -4.0
"""Marks that no line ends with, and their log weight there."""
_MARKS = frozenset(_PAIRS + _NEVER_LAST)
_CLUSTER = 48
"""Items after which a choice is made although no three sure characters follow."""
_OTHER_SCRIPT = -12.0
"""Log weight of a character of the script that the document is not in."""
_RARE_FORM = -3.0
"""Log weight of a form beside one that both scripts have."""
_PATHS = 6
_MISSING, _ALONE, _ASCII = -7.0, -15.0, -4.0
"""Log weights of a byte that is missing without a sign, of one that is no part of a character, and of ASCII."""


class Read(NamedTuple):
    """What an item was taken for, and how probable that is."""

    item: Item
    text: str
    confidence: float


def said(text: str) -> str:
    """A text as the language model knows it."""
    return "".join(map(spoken, text))


class Chooser(NamedTuple):
    """What choices are made by: a model, and what tells characters of the script that a document is not in."""

    model: LanguageModel
    other: Callable[[str], bool]


_Weighed = tuple[str, str, float]
"""A reading, the same as the model knows it, and its log weight."""


def resolved(items: list[Item], chooser: Chooser, line_end: bool) -> Iterator[Read]:
    """Choose each item's reading by what stands around it; ``line_end``: whether a line ends after the items."""
    at, before = 0, ""
    unclosed = dict.fromkeys(_PAIRS, 0)
    while at < len(items):
        if len(items[at].choices) == 1:
            text = items[at].choices[0][0]
            yield Read(items[at], text, 1.0)
            _close(unclosed, text)
            before = (before + text)[-3:]
            at += 1
            continue
        paths = [_Reading(0.0, said(before), ())]
        end, run = at, 0
        while end < len(items) and end - at < _CLUSTER and run < 3:
            choices = _likely(items[end].choices, chooser.other)
            if len(choices) > 1:
                last = line_end and end + 1 == len(items)
                choices = [(t, heard, w + _fit(t, unclosed, last) if t in _MARKS else w) for t, heard, w in choices]
            paths = _longer(paths, choices, chooser.model)
            run = run + 1 if len(choices) == 1 else 0
            end += 1
        top, _, best = paths[0]
        # where much is lost near by, the paths that were given up weigh more
        lossy = sum(len(item.choices) > 1 for item in items[at:end])
        shares = [math.exp((path.score - top) / (1 + _DOUBT * (lossy - 1))) for path in paths]
        most = _BEST * _FURTHER ** (lossy - 1)
        for place, text in enumerate(best):
            same = said(text)
            agreed = sum(s for s, path in zip(shares, paths, strict=True) if said(path.texts[place]) == same)
            known = len(items[at + place].choices) == 1
            _close(unclosed, text)
            yield Read(items[at + place], text, 1.0 if known else most * agreed / sum(shares))
        before = "".join((before, *best[-3:]))[-3:]
        at = end


def _close(unclosed: dict[str, int], text: str) -> None:
    for mark in text:
        if mark in _OPENERS:
            unclosed[_OPENERS[mark]] += 1
        elif mark in unclosed:
            unclosed[mark] = max(0, unclosed[mark] - 1)


def _fit(text: str, unclosed: dict[str, int], last: bool) -> float:
    """The log weight of a mark where one is to be closed or not, or as the last one of a line."""
    weight = 0.0
    if text in unclosed:
        weight = _CLOSES if unclosed[text] else -_CLOSES
    return weight + (_AT_END if last and text in _NEVER_LAST else 0.0)


class _Reading(NamedTuple):
    """One reading of the items so far, with its last characters as the model knows them."""

    score: float
    context: str
    texts: tuple[str, ...]


@lru_cache(maxsize=4096)
def _likely(choices: tuple[Choice, ...], other: Callable[[str], bool]) -> list[_Weighed]:
    """Each reading and its weight; of very many those that are frequent. Choices recur in all documents."""
    found = []
    for text, weight in choices:
        as_said = said(text)
        # 家 is in both scripts, and 傢, which the model takes for it, is rare
        weight += _OTHER_SCRIPT * other(text) + _RARE_FORM * (as_said != text and not only_simplified(as_said))
        found.append((text, as_said, weight))
    if len(found) > _FREQUENT:
        alone = _scores(LanguageModel(), [""], [as_said for _, as_said, _ in found])[0].tolist()
        found = [one for _, one in sorted(zip(alone, found, strict=True), key=lambda e: (-e[0] - e[1][2], e[1][0]))]
        del found[_FREQUENT:]
    return found


def _longer(paths: list[_Reading], choices: list[_Weighed], model: LanguageModel) -> list[_Reading]:
    """The probable readings with one more item."""
    if len(choices) > _WIDE:
        paths = paths[: _BEAM // 3]
    scores = _scores(model, [path.context for path in paths], [as_said for _, as_said, _ in choices])
    scores += np.array([path.score for path in paths])[:, None] + np.array([weight for _, _, weight in choices])
    flat = scores.ravel()
    near = np.flatnonzero(flat > flat.max() - _HOPELESS)
    grown = []
    for index in near[np.argsort(-flat[near], kind="stable")][:_BEAM].tolist():
        path, (text, as_said, _) = paths[index // len(choices)], choices[index % len(choices)]
        grown.append(_Reading(float(flat[index]), (path.context + as_said)[-3:], (*path.texts, text)))
    return grown


def _scores(model: LanguageModel, contexts: list[str], texts: list[str]) -> NDArray[np.float64]:
    """The log probability of each text's first character after each context of three at most."""
    # a character depends on the three before it, so that all can be asked for at once
    joined = "".join(context.rjust(3, "\0") + text[0] for context in contexts for text in texts)
    return model.log_probabilities(joined)[3::4].reshape(len(contexts), len(texts))


class _Path(NamedTuple):
    score: float
    context: str
    before: "_Path | None"
    item: Item | None


def read_gbk(misread: Misread, model: LanguageModel, lost: bytes) -> list[Item]:
    """Read bytes as GBK where any of ``lost`` may be missing: the most probable division into characters."""
    data = misread.data
    paths: list[list[_Path]] = [[] for _ in range(len(data) + 1)]
    paths[0] = [_Path(0.0, "", None, None)]
    for at in range(len(data)):
        best: dict[str, _Path] = {}
        for path in sorted(paths[at], key=lambda one: (-one.score, one.context)):
            best.setdefault(path.context, path)
            if len(best) == _PATHS:
                break
        paths[at] = []
        moves = _moves(data, at, lost)
        texts = [text for item, _ in moves for text, _ in item.choices]
        if not best or not texts:
            scored = np.empty((len(best), 0))
        else:
            scored = _scores(model, list(best), list(map(said, texts)))
        for path, row in zip(best.values(), scored.tolist(), strict=True):
            first = 0
            for item, weight in moves:
                found = list(zip(row[first:], (text for text, _ in item.choices), strict=False))
                first += len(found)
                more, text = (0.0, "") if item.kind == "bad" else max(found)
                if item.kind == "ascii":
                    more = 0.0
                context = said((path.context + text)[-3:]) if text else ""
                paths[item.end].append(_Path(path.score + weight + more, context, path, item))
    last: _Path | None = min(paths[-1], key=lambda one: (-one.score, one.context))
    items: list[Item] = []
    while last is not None and last.item is not None:
        items.append(last.item)
        last = last.before
    return [item._replace(kind="exact") if item.kind == "ascii" else item for item in reversed(items)]


def _moves(data: bytes, at: int, lost: bytes) -> list[tuple[Item, float]]:
    """What may begin at a byte, each with its log weight."""
    byte, follows = data[at], data[at + 1 : at + 2]
    found: list[tuple[Item, float]] = []
    if byte < 0x80:
        found.append((Item(at, at + 1, "ascii", ((chr(byte), 0.0),)), _ASCII))
    elif byte == LOST:
        found.append((Item(at, at + 1, "lost", (("\ufffd", 0.0),)), _ALONE))
        if follows:
            found.append((_lossy(at, at + 2, [bytes([b]) + follows for b in lost]), 0.0))
    else:
        found.append((Item(at, at + 1, "bad", ()), _ALONE))
        if follows and follows[0] == LOST:
            found.append((_lossy(at, at + 2, [bytes([byte, b]) for b in lost]), 0.0))
        elif follows and (char := bytes([byte, follows[0]]).decode("gbk", "ignore")) and len(char) == 1:
            found.append((Item(at, at + 2, "exact", ((char, 0.0),)), 0.0))
        found.append((_lossy(at, at + 1, [bytes([byte, b]) for b in lost]), _MISSING))
    if byte >= 0x40 and byte != LOST:
        found.append((_lossy(at, at + 1, [bytes([b, byte]) for b in lost]), _MISSING))
    return [(item, weight) for item, weight in found if item.choices or item.kind == "bad"]


def _lossy(start: int, end: int, pairs: list[bytes]) -> Item:
    chars = (pair.decode("gbk", "ignore") for pair in pairs)
    return Item(start, end, "short", tuple((char, 0.0) for char in chars if len(char) == 1 and char >= "\x80"))
