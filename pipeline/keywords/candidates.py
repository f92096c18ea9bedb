"""Candidates for keywords: what a reader would underline, and nothing that is a piece of it.

Candidates are single atoms and sequences of atoms that make a noun phrase.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.keywords.atoms import Atom, Run

FRAGMENT_SHARE = 0.9
"""A term that has the same neighbour in more than this share of its occurrences is a piece of a longer one."""
HELD = 0.5
"""The share of a longer term's occurrences that is taken from the terms inside it; set as ``TYPICAL_CHARS`` was."""


@dataclass(slots=True)
class Counts:
    """Occurrences of one candidate, and of the longer noun phrases that it was seen to be part of."""

    atoms: tuple[Atom, ...]
    tf: int = 0
    quoted: bool = False
    nominal: bool = False
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)


class Occurrence(NamedTuple):
    """A term at atoms ``start`` to ``end`` of a run."""

    start: int
    end: int
    term: str


class Candidate(NamedTuple):
    """A term with its occurrences (``tf``), and those that count for it by itself (``own``, see ``select``)."""

    term: str
    words: tuple[str, ...]
    tf: int
    own: float


def count(runs: Sequence[Run], max_words: int) -> dict[str, Counts]:
    """The noun phrases of one to ``max_words`` words, by their text, with their occurrences.

    What is a noun phrase in one place is counted wherever these words stand, because a tagger wavers: 支持向量机 is
    read as a noun here, as a verb with its object there. A word by itself is counted where it is a noun.
    """
    table = phrases(runs, max_words)
    for term, times in frequencies(runs, table, max_words).items():
        table[term].tf = times
    return table


def phrases(runs: Iterable[Run], max_words: int) -> dict[str, Counts]:
    """The same without occurrences: what is a noun phrase somewhere, and what it stands beside."""
    table: dict[str, Counts] = {}
    for run in runs:
        for i, first in enumerate(run):
            if first.role == "-":
                continue
            words, text, verb = 0, "", False
            for j in range(i, len(run)):
                atom = run[j]
                words += len(atom.words)
                if j > i and (words > max_words or first.role in "VX" or atom.role in "X-"):
                    break
                text += atom.text
                verb |= atom.role == "V"
                if (j == i and not first.alone) or (j > i and atom.role == "M"):
                    continue
                counts = table.get(text)
                if counts is None:
                    counts = table[text] = Counts(tuple(run[i : j + 1]))
                counts.quoted |= j == i and first.quoted
                counts.nominal |= j < i + 2 or not verb
                if i and run[i - 1].role in "NM" and first.role != "X":
                    neighbour = run[i - 1].text
                    counts.before[neighbour] = counts.before.get(neighbour, 0) + 1
                if j + 1 < len(run) and run[j + 1].role in "NV" and first.role in "NM":
                    neighbour = run[j + 1].text
                    counts.after[neighbour] = counts.after.get(neighbour, 0) + 1
    return table


def frequencies(runs: Iterable[Run], terms: Container[str], max_words: int) -> Counter[str]:
    """How often each of the terms stands in the runs: as many places as ``occurrences`` gives, but sooner."""
    found: list[str] = []
    for run in runs:
        last = len(run)
        for start, atom in enumerate(run):
            if atom.alone and atom.text in terms:
                found.append(atom.text)
            text, words = atom.text, len(atom.words)
            for end in range(start + 1, last):
                following = run[end]
                words += len(following.words)
                if words > max_words:
                    break
                text += following.text
                if text in terms:
                    found.append(text)
    return Counter(found)


def occurrences(run: Run, terms: Container[str], max_words: int) -> Iterator[Occurrence]:
    """Every place in the run where one of the terms stands, those inside longer ones too, by start and length."""
    for start, atom in enumerate(run):
        if atom.alone and atom.text in terms:
            yield Occurrence(start, start + 1, atom.text)
        text, words = atom.text, len(atom.words)
        for end in range(start + 1, len(run)):
            words += len(run[end].words)
            if words > max_words:
                break
            text += run[end].text
            if text in terms:
                yield Occurrence(start, end + 1, text)


def longest(run: Run, terms: Container[str], max_words: int) -> Iterator[Occurrence]:
    """The run read as a sequence of terms: from the left, the longest at each place."""
    at, best = 0, None
    for found in occurrences(run, terms, max_words):
        if found.start < at:
            continue
        if best is not None and found.start > best.start:
            yield best
            at, best = best.end, None
            if found.start < at:
                continue
        best = found
    if best is not None:
        yield best


def select(table: dict[str, Counts], min_chars: int) -> list[Candidate]:
    """The candidates that are terms, sorted by term.

    A phrase must occur twice, one of three words or more at least once without a verb. A word or phrase that nearly
    always has the same neighbour in a longer noun phrase is a piece of it and falls away (the phrases left are maximal
    repeats). ``own`` is the tf less ``HELD`` × the mean tf of the longer terms that hold the candidate, so that a word
    seen mostly inside one term counts for less, one seen in many for much. This is the frequency part of C-value
    (Frantzi, Ananiadou & Mima 2000, Int. J. on Digital Libraries 3:115), which subtracts the whole mean; but readers
    look for the parts of a phrase, too.
    Quotation marks around a term are its author's underlining: they count as one occurrence more.
    """
    kept = {
        text: counts
        for text, counts in table.items()
        if len(text) >= min_chars
        and (len(counts.atoms) == 1 or counts.tf >= 2)
        and counts.nominal
        and not _is_fragment(counts)
    }
    holders: dict[str, list[int]] = {}
    for text, counts in kept.items():
        if len(counts.atoms) > 1:
            for part in _parts([atom.text for atom in counts.atoms]) - {text}:
                holders.setdefault(part, []).append(counts.tf)
    candidates = []
    for text, counts in sorted(kept.items()):
        longer = holders.get(text)
        own = counts.tf + counts.quoted - (HELD * sum(longer) / len(longer) if longer else 0.0)
        words = tuple(word for atom in counts.atoms for word in atom.words)
        candidates.append(Candidate(text, words, counts.tf, own))
    return candidates


def _parts(texts: Sequence[str]) -> set[str]:
    return {"".join(texts[i:j]) for i in range(len(texts)) for j in range(i + 1, len(texts) + 1)}


def _is_fragment(counts: Counts) -> bool:
    if len(counts.atoms) == 1 and counts.atoms[0].whole:
        return False
    for neighbours in (counts.before, counts.after):
        most = max(neighbours.values(), default=0)
        if most >= 2 and most > FRAGMENT_SHARE * counts.tf:
            return True
    return False
