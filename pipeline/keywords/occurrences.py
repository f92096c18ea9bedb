"""Where terms stand: in which documents, how often, and in which sentences, counted as the rankings count them."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from pipeline.keywords.candidates import Atom, Counts, Document, Run, count, select
from pipeline.keywords.core import CORPUS
from pipeline.params import Keywords

Key = tuple[str, ...]
"""The texts of the atoms that a term is made of; the term is what they give joined."""
Ints = npt.NDArray[np.int64]


class Occurrence(NamedTuple):
    """A term at atoms ``start`` to ``end`` of the run numbered ``run`` in its sentence."""

    run: int
    start: int
    end: int
    term: str


@dataclass(frozen=True)
class Counted:
    """Occurrences in a corpus: ``counts`` is documents × terms, both sorted; ``words`` are the documents' lengths.

    ``keys`` leads from what a term is made of to the term: two keys are one term where its characters were split in
    two ways. ``runs`` and ``sizes`` hold each document's sentences: the atoms, and the numbers of words.
    """

    doc_ids: list[str]
    terms: list[str]
    counts: csr_matrix
    words: Ints
    keys: dict[Key, str]
    runs: dict[str, list[list[Run]]]
    sizes: dict[str, Ints]


class Tally:
    """Gathers what ``core.keywords`` counts, document by document, so that nothing is counted a second time."""

    def __init__(self, params: Keywords) -> None:
        self._params = params
        self._numbers: dict[Key, int] = {}
        self._found: dict[str, tuple[array[int], array[int]]] = {}
        self._runs: dict[str, list[list[Run]]] = {}
        self._sizes: dict[str, Ints] = {}
        self._keys: dict[Key, str] = {}

    def measure(self, document: Document) -> None:
        """Note how many words each sentence of the document has."""
        self._sizes[document.doc_id] = np.array([count_words(s) for s in document.sentences], dtype=np.int64)

    def observe(self, scope: str, runs: list[list[Run]], table: Mapping[Key, Counts]) -> None:
        """Take a document's counts or, at the end, the corpus's: they decide which candidates are terms."""
        if scope == CORPUS:
            self._keys = _kept(table, self._params.min_chars)
            return
        numbers = self._numbers
        ids = array("q", [numbers.setdefault(key, len(numbers)) for key in table])
        self._found[scope] = ids, array("q", [counts.tf for counts in table.values()])
        self._runs[scope] = runs

    def counted(self) -> Counted:
        """All that was gathered; documents without a word are left out."""
        doc_ids = [doc_id for doc_id in sorted(self._found) if self._sizes[doc_id].sum()]
        terms = sorted(set(self._keys.values()))
        column = {term: i for i, term in enumerate(terms)}
        columns = np.full(len(self._numbers), -1, dtype=np.int64)
        for key, term in self._keys.items():
            columns[self._numbers[key]] = column[term]
        rows, places, values = [], [], []
        for row, doc_id in enumerate(doc_ids):
            ids, tf = (np.frombuffer(part, dtype=np.int64) for part in self._found[doc_id])
            place = columns[ids]
            told = place >= 0
            rows.append(np.full(int(told.sum()), row))
            places.append(place[told])
            values.append(tf[told])
        counts = _matrix(rows, places, values, (len(doc_ids), len(terms)))
        words = np.array([self._sizes[doc_id].sum() for doc_id in doc_ids], dtype=np.int64)
        return Counted(doc_ids, terms, counts, words, self._keys, self._runs, self._sizes)


def count_words(sentence: Sequence[Any]) -> int:
    """Tokens that count as words: those with a letter, a character or a digit, so no punctuation and no symbol."""
    return sum(any(map(str.isalnum, token.text)) for token in sentence)


class Finder:
    """Finds the chosen terms in sentences."""

    def __init__(self, counted: Counted, terms: Sequence[str], max_words: int) -> None:
        wanted = set(terms)
        self._max_words = max_words
        self._keys = {key: term for key, term in counted.keys.items() if term in wanted}
        self._longest: dict[str, int] = {}
        for key in self._keys:
            self._longest[key[0]] = max(len(key), self._longest.get(key[0], 0))

    def all(self, sentence: Sequence[Run]) -> Iterator[Occurrence]:
        """Every occurrence, those inside longer terms too: exactly those that ``candidates.count`` counts."""
        for number, run in enumerate(sentence):
            for start, atom in enumerate(run):
                for length in range(min(self._longest.get(atom.text, 0), len(run) - start), 0, -1):
                    atoms = tuple(run[start : start + length])
                    term = self._keys.get(tuple(a.text for a in atoms))
                    if term is not None and _counts(atoms, self._max_words):
                        yield Occurrence(number, start, start + length, term)

    def longest(self, sentence: Sequence[Run]) -> Iterator[Occurrence]:
        """The sentence read as a sequence of terms: from the left, the longest at each place."""
        last = (0, 0)
        for found in self.all(sentence):
            if (found.run, found.start) >= last:
                yield found
                last = found.run, found.end


def stretches(
    counted: Counted, doc_id: str, terms: Sequence[str], finder: Finder, length: int
) -> tuple[csr_matrix, Ints]:
    """(stretches × terms, words of each): a document cut at ends of sentences into stretches of ``length`` words."""
    sizes = counted.sizes[doc_id]
    numbers = (np.cumsum(sizes) - sizes) // length
    _, numbers = np.unique(numbers, return_inverse=True)
    column = {term: i for i, term in enumerate(terms)}
    rows, places = [], []
    for number, sentence in zip(numbers.tolist(), counted.runs[doc_id], strict=True):
        for found in finder.all(sentence):
            rows.append(number)
            places.append(column[found.term])
    words = np.bincount(numbers, weights=sizes).astype(np.int64)
    ones = np.ones(len(rows), dtype=np.int64)
    return _matrix([np.array(rows, int)], [np.array(places, int)], [ones], (len(words), len(terms))), words


def _matrix(rows: list[Ints], places: list[Ints], values: list[Ints], shape: tuple[int, int]) -> csr_matrix:
    if not rows:
        return csr_matrix(shape, dtype=np.int64)
    entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(places))
    return csr_matrix(entries, shape=shape, dtype=np.int64)  # what stands twice in one place is added up


@lru_cache(maxsize=1 << 16)
def _counts(atoms: tuple[Atom, ...], max_words: int) -> bool:
    """Whether these atoms are a phrase by ``candidates.count``: the words alone do not tell (an adverb is no noun)."""
    return tuple(atom.text for atom in atoms) in count([list(atoms)], max_words)


def _kept(table: Mapping[Key, Counts], min_chars: int) -> dict[Key, str]:
    """The keys whose occurrences ``candidates.select`` counts for a term."""
    chosen = {candidate.term: candidate.tf for candidate in select(dict(table), min_chars)}
    keys: dict[str, list[Key]] = {}
    for key in table:
        term = "".join(key)
        if term in chosen:
            keys.setdefault(term, []).append(key)
    kept = {}
    for term, ways in keys.items():
        if sum(table[key].tf for key in ways) != chosen[term]:
            # one of the ways to split the term is no term: which is decided for each by itself
            ways = [key for key in ways if select({key: table[key]}, min_chars)]
        kept.update(dict.fromkeys(ways, term))
    return kept
