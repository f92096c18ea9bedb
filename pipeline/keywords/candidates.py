"""Candidates for keywords: what a reader would underline, and nothing that is a piece of it.

A document becomes runs of *atoms* (a word, a whole name, or a whole quoted term); candidates are single atoms and
sequences of atoms that make a noun phrase. An occurrence inside a name or a quoted term is none of the word.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

NOMINAL = frozenset({"n", "nz", "nw", "nt", "vn", "an", "ORG"})
"""LAC's tags that a noun phrase may consist of and end in."""
PLACE = frozenset({"ns", "LOC", "s"})
PERSON = frozenset({"nr", "PER"})
MODIFIER = frozenset({"a", "ad"}) | PLACE
"""Tags that may stand in a noun phrase, but not at its end."""
NOMINAL_SHARE = 1 / 3
"""A word tagged as a noun in this share of its occurrences is one where the tagger says verb, too: in Chinese the
two are told apart by context alone, and a tagger wavers (基层协商/vn, 基层协商/v)."""
QUOTED_CHARS = 8
"""The longest text in quotation marks that is taken for a term and not for a citation."""
FRAGMENT_SHARE = 0.9
"""A term that has the same neighbour in more than this share of its occurrences is a piece of a longer one."""
HELD = 0.5
"""The share of a longer term's occurrences that is taken from the terms inside it."""

_LETTER = re.compile(r"[^\W\d_]")
_NUMERAL = re.compile(r"[\d０-９〇零一二三四五六七八九十百千万亿两第.．%％年月日]+")
_OPENING, _CLOSING = "“「『‘", "”」』’"


class Token(NamedTuple):
    """A token: characters ``start`` to ``end`` of the document, LAC's part of speech, function word or not."""

    start: int
    end: int
    text: str
    pos: str
    is_stop: bool


class Name(NamedTuple):
    """An outermost named entity: characters ``start`` to ``end``, and its label (ORG, PUB, LOC, PER)."""

    start: int
    end: int
    text: str
    label: str


@dataclass(frozen=True)
class Document:
    """A document: the tokens of each sentence, and its outermost names; offsets count characters of its text."""

    doc_id: str
    sentences: tuple[tuple[Token, ...], ...]
    names: tuple[Name, ...] = ()


class Atom(NamedTuple):
    """The smallest piece of a candidate: ``words`` are the tokens that it is made of.

    ``role``: N may stand anywhere in a noun phrase, M (modifier) not at its end, V (a verb here, a noun elsewhere)
    not at its beginning, X and - (words of other kinds) in none. ``alone`` tells whether it may be a term by itself, ``whole`` whether it is
    a name or a term in quotation marks, of which nothing is missing, ``quoted`` whether it is in such marks here.
    """

    text: str
    words: tuple[str, ...]
    role: str
    alone: bool
    whole: bool = False
    quoted: bool = False


Run = list[Atom]
"""Atoms that stand side by side, with nothing between them."""


@dataclass
class Counts:
    """Occurrences of one candidate, and of the longer noun phrases that it was seen to be part of."""

    atoms: tuple[Atom, ...]
    tf: int = 0
    quoted: bool = False
    nominal: bool = False
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)


class Candidate(NamedTuple):
    """A term with its occurrences (``tf``), and those that count for it by itself (``own``, see ``select``)."""

    term: str
    words: tuple[str, ...]
    tf: int
    own: float


def document_runs(document: Document, min_chars: int = 2) -> list[list[Run]]:
    """The atoms of each sentence, in runs; punctuation, numbers and white space end a run."""
    nominal = _nominal_words(document)
    names = sorted(document.names)
    sentences = [list(_named(sentence, names)) for sentence in document.sentences]
    terms = {words for sentence in sentences for words in _quoted(sentence)}
    runs: list[list[Run]] = []
    for sentence in sentences:
        runs.append([])
        run: Run = []
        end = -1
        for start, stop, atom in _atoms(sentence, terms, nominal, min_chars):
            if run and (atom is None or start != end):
                runs[-1].append(run)
                run = []
            if atom is not None:
                run.append(atom)
            end = stop
        if run:
            runs[-1].append(run)
    return runs


def count(runs: Sequence[Run], max_words: int) -> dict[str, Counts]:
    """The noun phrases of one to ``max_words`` words, by their text.

    What is a noun phrase in one place is counted wherever these words stand, because a tagger wavers: 支持向量机 is
    read as a noun here, as a verb with its object there. A word by itself is counted where it is a noun.
    """
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
                    counts.before[run[i - 1].text] += 1
                if j + 1 < len(run) and run[j + 1].role in "NV" and first.role in "NM":
                    counts.after[run[j + 1].text] += 1
    for run in runs:
        for i in range(len(run)):
            for text in _texts(run, i, max_words):
                if text in table:
                    table[text].tf += 1
    return table


def _texts(run: Run, i: int, max_words: int) -> Iterator[str]:
    """The texts of one to ``max_words`` words from place i on, by length; of a word only if it is a term by itself."""
    text, words = run[i].text, len(run[i].words)
    if run[i].alone:
        yield text
    for j in range(i + 1, len(run)):
        words += len(run[j].words)
        if words > max_words:
            return
        text += run[j].text
        yield text


def select(table: dict[str, Counts], min_chars: int) -> list[Candidate]:
    """The candidates that are terms, sorted by term.

    A phrase must occur twice, one of three words or more at least once without a verb. A word or phrase that nearly
    always has the same neighbour in a longer noun phrase is a piece of it and falls away (the phrases left are maximal
    repeats). ``own`` is the tf less half the mean tf of the longer terms that hold the candidate, so that a word seen
    mostly inside one term counts for less, one seen in many for much: the frequency part of C-value (Frantzi, Ananiadou
    & Mima 2000, Int. J. on Digital Libraries 3:115), which subtracts the whole of that mean. Authors do name the parts
    of their phrases, so that a half serves better.
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


def _nominal_words(document: Document) -> frozenset[str]:
    """Words that are nouns in a good share of their occurrences in the document, whatever the tag in one place."""
    total: Counter[str] = Counter()
    nominal: Counter[str] = Counter()
    for sentence in document.sentences:
        for token in sentence:
            total[token.text] += 1
            nominal[token.text] += token.pos in NOMINAL
    return frozenset(word for word, n in nominal.items() if n >= NOMINAL_SHARE * total[word])


class _Piece(NamedTuple):
    start: int
    end: int
    text: str
    words: tuple[str, ...]
    label: str
    token: Token


def _named(sentence: Sequence[Token], names: Sequence[Name]) -> Iterator[_Piece]:
    """The sentence with the tokens of each outermost name joined to one piece."""
    i = 0
    n = bisect_right(names, sentence[0].start, key=lambda name: name.end) if sentence else 0
    while i < len(sentence):
        token = sentence[i]
        while n < len(names) and names[n].end <= token.start:
            n += 1
        name = names[n] if n < len(names) else None
        if name is None or token.start < name.start:
            yield _Piece(token.start, token.end, token.text, (token.text,), "", token)
            i += 1
            continue
        j = i
        while j < len(sentence) and sentence[j].start < name.end:
            j += 1
        words = tuple(t.text for t in sentence[i:j])
        yield _Piece(token.start, sentence[j - 1].end, name.text, words, name.label, token)
        i = j


def _quoted(pieces: Sequence[_Piece]) -> Iterator[tuple[str, ...]]:
    """Texts of the pieces of each term in quotation marks: two pieces or more, short, without punctuation."""
    opened = None
    for i, piece in enumerate(pieces):
        if piece.text in _OPENING:
            opened = i
        elif piece.text in _CLOSING and opened is not None:
            inside = pieces[opened + 1 : i]
            text = "".join(p.text for p in inside)
            punctuated = any(p.token.pos == "w" and p.text not in "+＋·-—" for p in inside)
            if len(inside) > 1 and len(text) <= QUOTED_CHARS and not punctuated and _is_word(text):
                yield tuple(p.text for p in inside)
            opened = None


def _atoms(
    pieces: Sequence[_Piece], terms: set[tuple[str, ...]], nominal: frozenset[str], min_chars: int
) -> Iterator[tuple[int, int, Atom | None]]:
    """(start, end, atom) of the pieces, quoted terms joined wherever they stand; no atom for what is in no term."""
    longest = max(map(len, terms), default=0)
    last = len(pieces) - 1
    i = 0
    while i < len(pieces):
        width = next(
            (n for n in range(longest, 1, -1) if tuple(p.text for p in pieces[i : i + n]) in terms),
            0,
        )
        if width:
            inside = pieces[i : i + width]
            words = tuple(word for p in inside for word in p.words)
            text = "".join(p.text for p in inside)
            marked = i > 0 and pieces[i - 1].text in _OPENING and pieces[min(i + width, last)].text in _CLOSING
            yield inside[0].start, inside[-1].end, Atom(text, words, "N", True, True, marked)
            i += width
            continue
        piece = pieces[i]
        yield piece.start, piece.end, _name_atom(piece) if piece.label else _word_atom(piece, nominal, min_chars)
        i += 1


def _name_atom(piece: _Piece) -> Atom:
    role = {"ORG": "N", "LOC": "M"}.get(piece.label, "X")
    return Atom(piece.text, piece.words, role, alone=True, whole=True)


def _word_atom(piece: _Piece, nominal: frozenset[str], min_chars: int) -> Atom | None:
    token = piece.token
    if not _is_word(token.text):
        return None
    if token.is_stop and token.pos not in ("n", "nz", "an"):
        role = "-"
    elif token.pos in NOMINAL:
        role = "N"
    elif token.pos == "v" and token.text in nominal:
        role = "V"
    elif token.pos in MODIFIER:
        role = "M"
    elif token.pos in PERSON:
        role = "X"
    else:
        role = "-"
    long_enough = len(token.text) >= min_chars
    alone = role != "-" and long_enough and not token.is_stop and token.pos not in ("a", "ad", "s")
    return Atom(token.text, piece.words, role, alone)


def _is_word(text: str) -> bool:
    return bool(_LETTER.search(text)) and not _NUMERAL.fullmatch(text)
