"""Keywords: the terms that tell a document, or a corpus, from ordinary Chinese."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.keywords.background import idf
from pipeline.keywords.candidates import (
    Candidate,
    Counts,
    Document,
    Name,
    Run,
    Token,
    count,
    document_runs,
    select,
)
from pipeline.keywords.graph import word_ranks
from pipeline.params import Keywords

CORPUS = "corpus"
"""The scope of all documents together."""
_DIGITS = 9  # scores that differ in later decimals only are equal: the last bits depend on the processor


class Term(NamedTuple):
    """A term, its score (higher is better, comparable within one ranking) and its occurrences."""

    term: str
    score: float
    tf: int


def document_of(
    doc_id: str, token_rows: Iterable[Mapping[str, Any]], name_rows: Iterable[Mapping[str, Any]]
) -> Document:
    """A document from its rows of ``tables.TOKENS`` and ``tables.NAMES`` (or ENTITIES), in any order.

    Names that stand inside another one (``parent`` is set) are left out.
    """
    sentences: dict[int, list[Token]] = {}
    for row in sorted(token_rows, key=lambda row: int(row["start"])):
        token = Token(row["start"], row["end"], row["text"], row["pos"], row["is_stop"])
        sentences.setdefault(row["sent"], []).append(token)
    names = [Name(row["start"], row["end"], row["text"], row["label"]) for row in name_rows if not row["parent"]]
    return Document(doc_id, tuple(tuple(sentences[sent]) for sent in sorted(sentences)), tuple(sorted(names)))


def keywords(documents: Sequence[Document], params: Keywords, top_n: int | None = None) -> list[dict[str, Any]]:
    """Rows of ``tables.KEYWORDS``: for each document, and for the corpus, the ``top_n`` terms by each method.

    ``top_n`` is ``params.top_n`` if None. A document's terms and scores never depend on the other documents: idf is
    that of the shipped background, not the corpus's, and ``df`` (in how many documents the term is a candidate) is
    given for the reader. For the corpus, occurrences of all documents are counted together.
    """
    top = params.top_n if top_n is None else top_n
    runs = {document.doc_id: document_runs(document, params.min_chars) for document in documents}
    counts = {doc_id: _counts(sentences, params) for doc_id, sentences in runs.items()}
    df: dict[str, int] = {}
    for table in counts.values():
        for term in {"".join(key) for key in table}:
            df[term] = df.get(term, 0) + 1
    scopes = [(doc_id, runs[doc_id], counts[doc_id]) for doc_id in sorted(runs)]
    if runs:
        together = [sentence for doc_id in sorted(runs) for sentence in runs[doc_id]]
        scopes.append((CORPUS, together, _counts(together, params)))
    return [
        {
            "scope": scope,
            "method": method,
            "rank": rank,
            "term": term.term,
            "score": term.score,
            "tf": term.tf,
            "df": df[term.term],
        }
        for scope, sentences, table in scopes
        for method in params.methods
        for rank, term in enumerate(_ranked(sentences, table, method, params)[:top], 1)
    ]


def document_terms(document: Document, params: Keywords, top_n: int) -> list[str]:
    """The ``top_n`` terms of one document, best first, by the first of ``params.methods``."""
    runs = document_runs(document, params.min_chars)
    ranked = _ranked(runs, _counts(runs, params), params.methods[0], params)
    return [term.term for term in ranked[:top_n]]


def tfidf(candidates: Sequence[Candidate]) -> list[Term]:
    """Score = own × idf: the term's own occurrences (``select``) times its idf in the background (``idf``).

    Spärck Jones 1972, "A statistical interpretation of term specificity"; the idf is that of ordinary Chinese, so a
    single document has sensible terms.
    """
    return _sorted((c.term, c.own * idf(c.words), c.tf) for c in candidates)


def textrank(candidates: Sequence[Candidate], runs: Sequence[Sequence[Run]], window: int) -> list[Term]:
    """Score = mean PageRank of the candidate's words (``word_ranks``, biased by idf) × log2(1 + their number).

    The second factor is C-value's weight for length (Frantzi, Ananiadou & Mima 2000).
    """
    sentences = [[atom for run in sentence for atom in run if atom.alone] for sentence in runs]
    preference = {atom.text: idf(atom.words) for sentence in sentences for atom in sentence}
    ranks = word_ranks([[atom.text for atom in sentence] for sentence in sentences], window, preference)
    return _sorted(
        (c.term, sum(ranks.get(p, 0.0) for p in c.parts) / len(c.parts) * math.log2(1 + len(c.parts)), c.tf)
        for c in candidates
    )


def _counts(runs: Sequence[Sequence[Run]], params: Keywords) -> dict[tuple[str, ...], Counts]:
    return count((run for sentence in runs for run in sentence), params.max_words)


def _ranked(
    runs: Sequence[Sequence[Run]], table: dict[tuple[str, ...], Counts], method: str, params: Keywords
) -> list[Term]:
    candidates = select(table, params.min_chars)
    return tfidf(candidates) if method == "tfidf" else textrank(candidates, runs, params.window)


def _sorted(scored: Iterable[tuple[str, float, int]]) -> list[Term]:
    terms = [Term(term, round(score, _DIGITS), tf) for term, score, tf in scored]
    return sorted(terms, key=lambda term: (-term.score, term.term))
