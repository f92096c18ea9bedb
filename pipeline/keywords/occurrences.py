"""Where terms stand: in which documents, how often, and in which sentences, counted as the rankings count them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from pipeline.keywords.atoms import Document, Run
from pipeline.keywords.candidates import Counts, longest, occurrences, select
from pipeline.keywords.core import CORPUS
from pipeline.params import Keywords

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Counted:
    """Occurrences in a corpus: ``counts`` is documents × terms, both sorted; ``words`` are the documents' lengths.

    ``runs`` and ``sizes`` hold each document's sentences: the atoms, and the numbers of words.
    """

    doc_ids: list[str]
    terms: list[str]
    counts: csr_matrix
    words: Ints
    runs: dict[str, list[list[Run]]]
    sizes: dict[str, Ints]
    max_words: int


class Tally:
    """Gathers what ``core.keywords`` sees, document by document, and at the end counts the corpus's terms in it."""

    def __init__(self, params: Keywords) -> None:
        self._params = params
        self._runs: dict[str, list[list[Run]]] = {}
        self._sizes: dict[str, Ints] = {}
        self._terms: list[str] = []

    def measure(self, document: Document) -> None:
        """Note how many words each sentence of the document has."""
        self._sizes[document.doc_id] = np.array([count_words(s) for s in document.sentences], dtype=np.int64)

    def observe(self, scope: str, runs: list[list[Run]], table: Mapping[str, Counts]) -> None:
        """Take a document's runs or, at the end, the corpus's counts: they decide which candidates are terms."""
        if scope == CORPUS:
            self._terms = [candidate.term for candidate in select(dict(table), self._params.min_chars)]
        else:
            self._runs[scope] = runs

    def counted(self) -> Counted:
        """All that was gathered; documents without a word are left out."""
        doc_ids = [doc_id for doc_id in sorted(self._runs) if self._sizes[doc_id].sum()]
        column = {term: i for i, term in enumerate(self._terms)}
        max_words = self._params.max_words
        rows, places, values = [], [], []
        for row, doc_id in enumerate(doc_ids):
            found = Counter(
                column[o.term] for s in self._runs[doc_id] for run in s for o in occurrences(run, column, max_words)
            )
            rows.append(np.full(len(found), row))
            places.append(np.fromiter(found, np.int64, len(found)))
            values.append(np.fromiter(found.values(), np.int64, len(found)))
        counts = _matrix(rows, places, values, (len(doc_ids), len(column)))
        words = np.array([self._sizes[doc_id].sum() for doc_id in doc_ids], dtype=np.int64)
        return Counted(doc_ids, self._terms, counts, words, self._runs, self._sizes, max_words)


def in_sentences(counted: Counted, terms: Sequence[str]) -> Iterator[list[str]]:
    """The terms of each sentence of the corpus, the longest at each place."""
    wanted = frozenset(terms)
    for doc_id in counted.doc_ids:
        for sentence in counted.runs[doc_id]:
            yield [found.term for run in sentence for found in longest(run, wanted, counted.max_words)]


def count_words(sentence: Sequence[Any]) -> int:
    """Tokens that count as words: those with a letter, a character or a digit, so no punctuation and no symbol."""
    return sum(any(map(str.isalnum, token.text)) for token in sentence)


def stretches(counted: Counted, doc_id: str, terms: Sequence[str], length: int) -> tuple[csr_matrix, Ints]:
    """(stretches × terms, words of each): a document cut at ends of sentences into stretches of ``length`` words."""
    sizes = counted.sizes[doc_id]
    numbers = (np.cumsum(sizes) - sizes) // length
    _, numbers = np.unique(numbers, return_inverse=True)
    column = {term: i for i, term in enumerate(terms)}
    rows, places = [], []
    for number, sentence in zip(numbers.tolist(), counted.runs[doc_id], strict=True):
        for run in sentence:
            for found in occurrences(run, column, counted.max_words):
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
