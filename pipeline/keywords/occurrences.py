"""Where terms stand: in which documents, how often, and in which sentences, counted as the rankings count them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from pipeline.keywords.atoms import Document, Run
from pipeline.keywords.candidates import longest, occurrences
from pipeline.keywords.core import Counted

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Matrix:
    """``counts`` is documents × terms, both sorted; ``words`` are the documents' lengths.

    ``runs`` and ``sizes`` hold each document's sentences: the atoms, and the numbers of words.
    """

    doc_ids: list[str]
    terms: list[str]
    counts: csr_matrix
    words: Ints
    runs: dict[str, list[list[Run]]]
    sizes: dict[str, Ints]
    max_words: int


def matrix(counted: Counted, sizes: dict[str, Ints], max_words: int) -> Matrix:
    """What was counted, with the number of words of each document's sentences; documents without one are left out."""
    doc_ids = [doc_id for doc_id in counted.runs if sizes[doc_id].sum()]
    column = {term: i for i, term in enumerate(counted.terms)}
    rows, places, values = [], [], []
    for row, doc_id in enumerate(doc_ids):
        found = {column[term]: n for term, n in counted.found[doc_id].items() if term in column}
        rows.append(np.full(len(found), row))
        places.append(np.fromiter(found, np.int64, len(found)))
        values.append(np.fromiter(found.values(), np.int64, len(found)))
    counts = _matrix(rows, places, values, (len(doc_ids), len(column)))
    words = np.array([sizes[doc_id].sum() for doc_id in doc_ids], dtype=np.int64)
    return Matrix(doc_ids, counted.terms, counts, words, counted.runs, sizes, max_words)


def sizes_of(document: Document) -> Ints:
    """How many words each sentence of the document has."""
    return np.array([count_words(sentence) for sentence in document.sentences], dtype=np.int64)


def in_sentences(counted: Matrix, terms: Sequence[str]) -> Iterator[list[str]]:
    """The terms of each sentence of the corpus, the longest at each place."""
    wanted = frozenset(terms)
    for doc_id in counted.doc_ids:
        for sentence in counted.runs[doc_id]:
            yield [found.term for run in sentence for found in longest(run, wanted, counted.max_words)]


def count_words(sentence: Sequence[Any]) -> int:
    """Tokens that count as words: those with a letter, a character or a digit, so no punctuation and no symbol."""
    return sum(any(map(str.isalnum, token.text)) for token in sentence)


def stretches(counted: Matrix, doc_id: str, terms: Sequence[str], length: int) -> tuple[csr_matrix, Ints]:
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
