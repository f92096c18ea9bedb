"""The search through all texts whose bytes, damaged, would have been read as what we see.

A hypothesis walks along the damaged text. It is either in step with it, or holds the lead byte (one of several, if it
was lost) of a character whose trail byte comes next. It grows by what is seen: a pair of bytes, an ASCII byte, a `?`
(a lost pair, of which the second byte was swallowed), or a vanished pair (not seen at all).
"""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.restoration.characters import LETTERS, bare, readings, spoken
from pipeline.restoration.gbk import LEADS, Entry, Table, encoded, table
from pipeline.restoration.language_model import LanguageModel

_BEAM = 16
_WIDE_BEAM = 24
"""Hypotheses kept of a kind, and of the kinds that have just lost a byte and wait for evidence."""
_MARGIN = 22.0
"""A hypothesis less probable than the best at its place by this factor (natural logarithm) is dropped."""
_LONGEST = 160
_CONTEXT = 12
_SETTLED = 5
"""Characters that all hypotheses must have read in step before the search ends: they are context too."""
_DAMAGE, _MARKER, _LONE_MARKER, _ASCII, _FOREIGN = -4.0, -0.7, -2.5, -1.5, -7.0
_GLOSS_REST = re.compile(rf"\?([{LETTERS}](?:[{LETTERS} ]{{0,8}}[{LETTERS}])?)\)")
_GLOSS = re.compile(rf"\(([{LETTERS}](?:[{LETTERS} ]{{0,8}}[{LETTERS}])?)\)")
_TAG_REST = re.compile(r"\?/?[a-z][a-z0-9]{0,9}/?>")
_SWALLOWED = "\n 0123456789.%-+("
_WIDE = dict(zip(",;:?!()", "，；：？！（）", strict=True))
_PAIRED = {mark: (pair[0], pair[1]) for pair in ("“”", "《》", "（）", "‘’") for mark in pair}
_BALANCED = 2.5
_FREE = 1200
"""Most frequent characters tried where neither byte of one is known."""
_VANISHED = 3
"""Pairs that may have vanished in a row."""
_VANISHING, _LIKELIEST = 10, 160
"""Best hypotheses that are asked whether a pair has vanished, and the characters that each tries."""
_SWALLOWING = 40
"""Best hypotheses at a lost trail byte that are asked what byte was swallowed."""


class Damaged(NamedTuple):
    """A text, the place of a `?` in it, the sound text before, and what is known of the document."""

    text: str
    place: int
    before: str
    normalized: bool
    script: str


class _Hypothesis(NamedTuple):
    score: float
    text: str
    before: str  # the model's state before ``said``
    said: str
    leads: bytes  # what the open character's lead byte may be; empty: in step
    last: int  # the last byte read, for a gloss that straddles two characters
    vanished: int = 0  # pairs that have vanished one after the other


def candidates(damaged: Damaged, model: LanguageModel) -> tuple[int, dict[str, float]]:
    """All readings of the text from a `?` to where every one is in step again, with their log probabilities.

    Returns that end and the readings; the text as it stands is always among them.
    """
    text, place = damaged.text, damaged.place
    walk = _Walk(damaged, model)
    state = model.start("".join(map(walk.spoken, damaged.before[-_CONTEXT:])))
    pair = encoded(damaged.before[-1:]) if damaged.before else None
    beams: dict[int, list[_Hypothesis]] = {place: [_Hypothesis(0.0, "", state, "", b"", pair[1] if pair else 0)]}
    limit = min(len(text), place + _LONGEST)
    in_step = 0
    for position in range(place, limit):
        beam = walk.with_vanished(_pruned(beams.pop(position, [])))
        settled = all(not h.leads for h in beam) and "?" not in text[position : position + 2]
        in_step = in_step + 1 if settled else 0
        if (in_step > _SETTLED or (in_step and text[position] == "\n")) and not beams:
            return position, _readings(damaged, position, beam, walk)
        for hypothesis in beam:
            for end, grown in walk.steps(hypothesis, position):
                beams.setdefault(end, []).append(grown)
    beam = _pruned(beams.pop(limit, []))
    if limit == len(text):
        beam = [grown for hypothesis in beam for grown in walk.at_end(hypothesis)]
    return limit, _readings(damaged, limit, beam, walk)


def _readings(damaged: Damaged, end: int, beam: list[_Hypothesis], walk: "_Walk") -> dict[str, float]:
    found: dict[str, float] = {}
    for hypothesis in beam:
        if not hypothesis.leads:
            found[hypothesis.text] = max(found.get(hypothesis.text, -math.inf), hypothesis.score)
    as_it_stands = damaged.text[damaged.place : end]
    if as_it_stands not in found:
        found[as_it_stands] = min(found.values(), default=0.0) - _MARGIN
    return found


def _pruned(beam: list[_Hypothesis]) -> list[_Hypothesis]:
    """The best hypotheses of each kind: in step, with a known lead byte, or with a lost one; and of each length.

    Comparing within a kind only keeps one that has just put back a vanished pair, and so has said more.
    """
    if not beam:
        return []
    top = max(h.score for h in beam)
    kinds: dict[tuple[int, int], list[_Hypothesis]] = {}
    for h in beam:
        if h.score > top - _MARGIN:
            kinds.setdefault((min(len(h.leads), 2), len(h.text)), []).append(h)
    return [
        h for kind in sorted(kinds) for h in sorted(kinds[kind], key=_order)[: _WIDE_BEAM if kind[0] == 2 else _BEAM]
    ]


def _order(h: _Hypothesis) -> tuple[float, str, bytes]:
    return -h.score, h.text, h.leads


class _Walk:
    """How a hypothesis grows along one damaged text."""

    def __init__(self, damaged: Damaged, model: LanguageModel) -> None:
        self.damaged, self.text, self.normalized = damaged, damaged.text, damaged.normalized
        self.model = model
        self.table: Table = table()
        self._may_vanish: dict[bytes, list[tuple[int, Entry, float, bytes, str]]] = {}
        simplified_page = damaged.script == "simplified"
        self.costs = {
            "": 0.0,
            "traditional": _FOREIGN if simplified_page else 0.0,
            "simplified": 0.0 if simplified_page else _FOREIGN,
            "rather simplified": 0.0 if simplified_page else _FOREIGN / 2,
        }

    def spoken(self, char: str) -> str:
        """A character as the language model knows it: simplified, marks full-width."""
        return _WIDE[char] if self.normalized and char in _WIDE else spoken(char)

    def steps(self, h: _Hypothesis, position: int) -> Iterator[tuple[int, _Hypothesis]]:
        """What a hypothesis can be after the next characters, with the offset where they end."""
        if h.leads:
            yield from self._open_steps(h, position)
            return
        char = self.text[position]
        pair = encoded(char)
        yield position + 1, self._said(h, char, self.spoken(char), b"", pair[1] if pair else 0)
        if char == "?":
            yield from self._damage(h, position)
        elif char == "(" and h.text:
            gloss = _GLOSS.match(self.text, position)
            if gloss and bare(gloss[1]) in readings(h.text[-1]):
                yield gloss.end(), h._replace(score=h.score + _MARKER)

    def with_vanished(self, beam: list[_Hypothesis]) -> list[_Hypothesis]:
        """The beam, and what it becomes if a pair that GBK does not define has vanished here."""
        for times in range(_VANISHED):
            going = [h for h in beam if h.leads and h.vanished == times]
            going = sorted(going, key=_order)[:_VANISHING]
            # what is less probable than this would be dropped, and its characters are not worth weighing
            least = max((h.score for h in beam), default=0.0) - _MARGIN
            found = [grown for h in going for grown in self._vanishing(h, least)]
            if not found:
                break
            beam = _pruned(beam + found)
        return beam

    def _vanishing(self, h: _Hypothesis, least: float) -> Iterator[_Hypothesis]:
        """What a hypothesis becomes if its trail byte and the byte after it have vanished as one pair."""
        for trail, entry, cost, leads, letters in self._vanishable(h.leads):
            said = self._said(h, entry.char, entry.plain, leads, trail, cost)
            if said.score <= least:
                continue
            if leads:
                yield said._replace(vanished=h.vanished + 1)
            if letters:
                said = said._replace(leads=b"")
                for letter in letters:
                    yield self._said(said, letter, letter, b"", ord(letter))

    def _vanishable(self, leads: bytes) -> list[tuple[int, Entry, float, bytes, str]]:
        """Likely characters whose trail byte leads some undefined pair, each with that pair's other bytes."""
        found = self._may_vanish.get(leads)
        if found is None:
            found = []
            for trail, entry, cost in self._characters(leads, None):
                rest = self.table.undefined.get(trail, b"")
                letters = "".join(chr(byte) for byte in rest if byte < 0x7F and chr(byte).isalpha())
                rest = bytes(byte for byte in rest if byte > 0x80)
                if rest or letters:
                    found.append((trail, entry, cost, rest, letters))
            self._may_vanish[leads] = found = found[:_LIKELIEST]
        return found

    def at_end(self, h: _Hypothesis) -> Iterator[_Hypothesis]:
        """What a hypothesis is where the text ends: a lone lead byte there leaves nothing to be seen."""
        if not h.leads:
            yield h
            return
        for trail, entry, cost in self._characters(h.leads, None):
            yield self._said(h, entry.char, entry.plain, b"", trail, cost)

    def _damage(self, h: _Hypothesis, position: int) -> Iterator[tuple[int, _Hypothesis]]:
        """A `?` in step: a lost lead byte, its trail byte still to come."""
        gloss = _GLOSS_REST.match(self.text, position)
        if gloss:
            leads = bytes(b for b in LEADS if self._is_read(h.last, b, gloss[1]))
            if leads:
                yield gloss.end(), h._replace(score=h.score + _DAMAGE + _MARKER, leads=leads, last=0, vanished=False)
        yield position + 1, h._replace(score=h.score + _DAMAGE, leads=LEADS, last=0, vanished=False)

    def _open_steps(self, h: _Hypothesis, position: int) -> Iterator[tuple[int, _Hypothesis]]:
        char = self.text[position]
        if char == "?":
            yield from self._lost_trail(h, position)
            return
        for length, lead, trail in self._pairs(position):
            for _, entry, cost in self._characters(h.leads, lead):
                leads = bytes((trail,)) if trail > 0x80 else b""
                said = self._said(h, entry.char, entry.plain, leads, trail, cost)
                if trail > 0x80:
                    yield position + length, said
                elif trail < 0x80:
                    yield position + length, self._said(said, chr(trail), chr(trail), b"", trail)
        if "@" <= char <= "~":
            for _, entry, cost in self._characters(h.leads, ord(char)):
                yield position + 1, self._said(h, entry.char, entry.plain, b"", ord(char), cost)

    def _lost_trail(self, h: _Hypothesis, position: int) -> Iterator[tuple[int, _Hypothesis]]:
        """A `?` out of step: the lost byte was a trail byte, and the swallowed one puts us in step."""
        gloss = _GLOSS_REST.match(self.text, position)
        tag = _TAG_REST.match(self.text, position)
        after = self.text[position + 1 : position + 2]
        marked = after in "，。、；：？！“”（《" or (self.normalized and after in _WIDE)
        grown = [self._said(h, e.char, e.plain, b"", t, cost) for t, e, cost in self._characters(h.leads, None)]
        if gloss:
            for said in grown:
                if bare(gloss[1]) in readings(said.text[-1]):
                    yield gloss.end(), said._replace(score=said.score + _MARKER)
        for said in sorted(grown, key=lambda said: (-said.score, said.text))[:_SWALLOWING]:
            if tag:
                yield tag.end(), said._replace(score=said.score + _MARKER)
            yield position + 1, said._replace(score=said.score + (_MARKER if marked else _LONE_MARKER))
            if not marked:
                for byte in _SWALLOWED:
                    yield position + 1, self._said(said, byte, byte, b"", ord(byte), _ASCII)

    def _is_read(self, lead: int, trail: int, reading: str) -> bool:
        entry = self.table.pairs.get((lead, trail))
        return entry is not None and bare(reading) in readings(entry.char)

    def _pairs(self, position: int) -> Iterator[tuple[int, int, int]]:
        """Byte pairs that the next characters may stand for, as (number of characters, lead, trail)."""
        pair = encoded(self.text[position])
        if pair:
            yield 1, *pair
        if self.normalized:
            for length in range(1, 5):
                for lead, trail in self.table.before_nfkc.get(self.text[position : position + length], ()):
                    yield length, lead, trail

    def _characters(self, leads: bytes, trail: int | None) -> Iterator[tuple[int, Entry, float]]:
        """Characters with one of the lead bytes and the trail byte (None: any), each with what its script costs."""
        found: list[tuple[int, Entry]]
        if trail is None:
            if len(leads) == 1:
                found = self.table.by_lead.get(leads[0], [])
            else:
                allowed = set(leads)
                found = [(t, entry) for lead, t, entry in self.table.likely[:_FREE] if lead in allowed]
        elif len(leads) == 1:
            entry = self.table.pairs.get((leads[0], trail))
            found = [(trail, entry)] if entry else []
        else:
            allowed = set(leads)
            found = [(trail, entry) for lead, entry in self.table.by_trail.get(trail, []) if lead in allowed]
        for byte, entry in found:
            yield byte, entry, self.costs[entry.script]

    def _said(self, h: _Hypothesis, char: str, plain: str, leads: bytes, last: int, cost: float = 0.0) -> _Hypothesis:
        state = self.model.after(h.before, h.said) if h.said else h.before
        score = h.score + self.model.log_probability(state, plain) + cost
        if char in _PAIRED:
            score += self._balance(h, char)
        return _Hypothesis(score, h.text + char, state, plain, leads, last)

    def _balance(self, h: _Hypothesis, char: str) -> float:
        """What a quotation mark or bracket gains or costs by whether one is open in the line."""
        opening, closing = _PAIRED[char]
        line = h.text.rpartition("\n")[2] if "\n" in h.text else self.damaged.before + h.text
        is_open = line.rfind(opening) > line.rfind(closing)
        if is_open != (char == closing):
            return -_BALANCED
        return _BALANCED if is_open else 0.0
