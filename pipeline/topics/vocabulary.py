"""Units and the terms that topics are made of: content words, whole names, and words that go together."""

import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

CONTENT = frozenset({"n", "nz", "nw", "nt", "ns", "nr", "s", "v", "vn", "an", "ORG", "LOC", "PER"})
"""LAC's tags of words that say what a text is about: nouns, names and verbs (stop words among them are left out)."""
PAIR_NPMI = 0.3
"""Neighbours with a normalized pointwise mutual information above this are a term of their own, too."""
PAIR_COUNT = 5


@dataclass(frozen=True)
class Unit:
    """What topics are shares of: a document, paragraph or sentence.

    ``runs``: its content words and names in order, cut wherever anything else stands between two of them; terms are
    made of these. ``words``: all its words but function words, those of names one by one: they tell units apart, also
    where they would make no term.
    """

    doc_id: str
    unit: int
    runs: tuple[tuple[str, ...], ...]
    words: tuple[str, ...] = ()


class Corpus(NamedTuple):
    """Occurrences of terms and of all words in each unit (units × terms, units × words), and the terms, sorted.

    ``pairs``: the neighbouring words that are a term together.
    """

    counts: csr_matrix
    words: csr_matrix
    terms: list[str]
    pairs: frozenset[tuple[str, str]]


def sentences_of(
    doc_id: str,
    sentence_rows: Iterable[Mapping[str, Any]],
    token_rows: Iterable[Mapping[str, Any]],
    name_rows: Iterable[Mapping[str, Any]],
) -> list[Unit]:
    """The sentences of a document, as units, from its rows of SENTENCES, TOKENS and NAMES (or ENTITIES), in any order.

    Outermost names are one word.
    """
    names = sorted((row["start"], row["end"], row["text"]) for row in name_rows if not row["parent"])
    runs: dict[int, list[list[str]]] = {sent: [] for sent in sorted({row["sent"] for row in sentence_rows})}
    words: dict[int, list[str]] = {sent: [] for sent in runs}
    last_end, last_sent, n = -1, -1, 0
    for row in sorted(token_rows, key=lambda row: int(row["start"])):
        start, end, sent = row["start"], row["end"], row["sent"]
        while n < len(names) and names[n][1] <= start:
            n += 1
        if _is_word(row):
            words[sent].append(sys.intern(row["text"]))  # one string for all occurrences in the corpus
        within = n < len(names) and names[n][0] <= start
        if within and start < last_end:
            continue  # a later word of a name that has been taken whole
        if within:
            end, text = names[n][1], names[n][2]
        else:
            text = row["text"]
            if not _is_content(row):
                continue
        text = sys.intern(text)
        if start == last_end and sent == last_sent:
            runs[sent][-1].append(text)
        else:
            runs[sent].append([text])
        last_end, last_sent = end, sent
    return [Unit(doc_id, sent, tuple(map(tuple, runs[sent])), tuple(words[sent])) for sent in runs]


def units_of(
    sentences: Sequence[Unit],
    sentence_rows: Iterable[Mapping[str, Any]],
    unit: Literal["document", "paragraph", "sentence"],
) -> list[Unit]:
    """A document's sentences joined to units, numbered as the tables number them (0, ``para`` or ``sent``)."""
    number = {
        row["sent"]: {"document": 0, "paragraph": row["para"], "sentence": row["sent"]}[unit] for row in sentence_rows
    }
    joined: dict[int, list[Unit]] = {}
    for sentence in sentences:
        joined.setdefault(number[sentence.unit], []).append(sentence)
    return [
        Unit(
            parts[0].doc_id,
            n,
            tuple(run for part in parts for run in part.runs),
            tuple(word for part in parts for word in part.words),
        )
        for n, parts in sorted(joined.items())
    ]


def count_terms(units: Sequence[Unit], min_df: int) -> tuple[csr_matrix, list[str]]:
    """Occurrences of each term in each unit (units × terms, sorted by term), for terms in ``min_df`` units or more."""
    return count_terms_by(units, pairs_of(units), min_df)


def count_terms_by(
    units: Sequence[Unit], pairs: frozenset[tuple[str, str]], min_df: int
) -> tuple[csr_matrix, list[str]]:
    """The same, where it is known which neighbours are a term (``pairs_of``)."""
    return _matrix([Counter(_terms(unit, pairs)) for unit in units], min_df)


def count_words(units: Sequence[Unit], min_df: int) -> csr_matrix:
    """The same of ``words``; of a unit that tells none, the words of its ``runs``."""
    return _matrix([Counter(unit.words or (word for run in unit.runs for word in run)) for unit in units], min_df)[0]


def terms_in(units: Sequence[Unit], corpus: Corpus) -> csr_matrix:
    """Occurrences of the corpus's terms in each of ``units``, which may be other ones (units × terms)."""
    return _counted([Counter(_terms(unit, corpus.pairs)) for unit in units], corpus.terms)


def _matrix(counts: Sequence[Counter[str]], min_df: int) -> tuple[csr_matrix, list[str]]:
    df = Counter(term for counter in counts for term in counter)
    terms = sorted(term for term, n in df.items() if n >= min_df)
    return _counted(counts, terms), terms


def _counted(counts: Sequence[Counter[str]], terms: list[str]) -> csr_matrix:
    column = {term: i for i, term in enumerate(terms)}
    entries = [
        (row, column[term], float(counter[term]))
        for row, counter in enumerate(counts)
        for term in sorted(counter)
        if term in column
    ]
    rows, columns, values = (list(part) for part in zip(*entries, strict=True)) if entries else ([], [], [])
    return csr_matrix((np.array(values), (rows, columns)), shape=(len(counts), len(terms)))


def _is_word(row: Mapping[str, Any]) -> bool:
    return not row["is_stop"] and any(c.isalpha() for c in row["text"])


def _is_content(row: Mapping[str, Any]) -> bool:
    return row["pos"] in CONTENT and len(row["text"]) > 1 and _is_word(row)


def pairs_of(units: Sequence[Unit]) -> frozenset[tuple[str, str]]:
    """Neighbouring words that attract each other: NPMI (Bouma 2009) = ln(p(ab) / p(a)p(b)) / -ln p(ab)."""
    single: Counter[str] = Counter()
    double: Counter[tuple[str, str]] = Counter()
    for unit in units:
        for run in unit.runs:
            single.update(run)
            double.update(pairwise(run))
    total = sum(single.values())
    return frozenset(
        (a, b)
        for (a, b), n in double.items()
        if n >= PAIR_COUNT and math.log(n * total / (single[a] * single[b])) > PAIR_NPMI * math.log(total / n)
    )


def _terms(unit: Unit, pairs: frozenset[tuple[str, str]]) -> Iterable[str]:
    for run in unit.runs:
        yield from run
        yield from (a + b for a, b in pairwise(run) if (a, b) in pairs)
