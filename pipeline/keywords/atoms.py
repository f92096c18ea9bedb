"""A document as runs of *atoms*: the words, whole names and whole quoted terms that terms are made of.

An occurrence inside a name or a quoted term is none of the word.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
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
    not at its beginning, X and - (words of other kinds) in none. ``alone`` tells whether it may be a term by itself,
    ``whole`` whether it is a name or a term in quotation marks, of which nothing is missing, ``quoted`` whether it is
    in such marks here.
    """

    text: str
    words: tuple[str, ...]
    role: str
    alone: bool
    whole: bool = False
    quoted: bool = False


Run = list[Atom]
"""Atoms that stand side by side, with nothing between them."""


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
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for term in sorted(terms, key=len, reverse=True):
        by_first.setdefault(term[0], []).append(term)
    last = len(pieces) - 1
    i = 0
    while i < len(pieces):
        same = by_first.get(pieces[i].text, ())
        width = next((len(t) for t in same if tuple(p.text for p in pieces[i : i + len(t)]) == t), 0)
        if width:
            inside = pieces[i : i + width]
            words = tuple(word for p in inside for word in p.words)
            text = "".join(p.text for p in inside)
            marked = i > 0 and pieces[i - 1].text in _OPENING and pieces[min(i + width, last)].text in _CLOSING
            yield inside[0].start, inside[-1].end, Atom(text, words, "N", True, True, marked)
            i += width
            continue
        piece = pieces[i]
        if piece.label:
            atom: Atom | None = _name_atom(piece)
        else:
            word, pos, is_stop = piece.token[2:]
            atom = _word_atom(word, pos, is_stop, word in nominal, min_chars)
        yield piece.start, piece.end, atom
        i += 1


def _name_atom(piece: _Piece) -> Atom:
    role = {"ORG": "N", "LOC": "M"}.get(piece.label, "X")
    return Atom(piece.text, piece.words, role, alone=True, whole=True)


@lru_cache(maxsize=1 << 16)
def _word_atom(word: str, pos: str, is_stop: bool, is_noun: bool, min_chars: int) -> Atom | None:
    """``is_noun``: whatever the tag here, as ``_nominal_words`` has it."""
    if not _is_word(word):
        return None
    if is_stop and pos not in ("n", "nz", "an"):
        role = "-"
    elif pos in NOMINAL:
        role = "N"
    elif pos == "v" and is_noun:
        role = "V"
    elif pos in MODIFIER:
        role = "M"
    elif pos in PERSON:
        role = "X"
    else:
        role = "-"
    alone = role != "-" and len(word) >= min_chars and not is_stop and pos not in ("a", "ad", "s")
    return Atom(word, (word,), role, alone)


def _is_word(text: str) -> bool:
    return bool(_LETTER.search(text)) and not _NUMERAL.fullmatch(text)
