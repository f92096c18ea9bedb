"""Keywords: the terms that tell a document, or a corpus, from ordinary Chinese."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.keywords.background import idf
from pipeline.keywords.candidates import (
    Atom,
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
SATURATION = 40.0
"""Occurrences at which one more counts a quarter of the first."""
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


Observer = Callable[[str, list[list[Run]], dict[tuple[str, ...], Counts]], None]
"""Is shown each scope with its runs and counts, each document's and then the corpus's."""


def keywords(
    documents: Iterable[Document], params: Keywords, top_n: int | None = None, observe: Observer | None = None
) -> list[dict[str, Any]]:
    """Rows of ``tables.KEYWORDS``: for each document, and for the corpus, the ``top_n`` terms by each method.

    ``top_n`` is ``params.top_n`` if None. A document's terms and scores never depend on the other documents: idf is
    that of the shipped background, not the corpus's, and ``df`` (in how many documents the term is a candidate) is
    given for the reader. For the corpus, occurrences of all documents are counted together. ``observe`` is shown what
    was counted, for whoever needs more of it than a ranking.
    """
    top = params.top_n if top_n is None else top_n
    runs: dict[str, list[list[Run]]] = {}
    rows: list[dict[str, Any]] = []
    df: dict[str, int] = {}
    atoms: dict[Atom, Atom] = {}

    def describe(scope: str, sentences: list[list[Run]], table: dict[tuple[str, ...], Counts]) -> None:
        if observe is not None:
            observe(scope, sentences, table)
        for method in params.methods:
            for rank, term in enumerate(_ranked(sentences, table, method, params)[:top], 1):
                rows.append({"scope": scope, "method": method, "rank": rank, **term._asdict()})

    for document in documents:
        # an occurrence is a reference to its atom, of which there is one: a corpus takes little more than its numbers
        runs[document.doc_id] = _shared(document_runs(document, params.min_chars), atoms)
        table = _counts(runs[document.doc_id], params)
        for term in {"".join(key) for key in table}:
            df[term] = df.get(term, 0) + 1
        describe(document.doc_id, runs[document.doc_id], table)
    if runs:
        together = [sentence for doc_id in sorted(runs) for sentence in runs[doc_id]]
        describe(CORPUS, together, _counts(together, params))
    rows.sort(key=lambda row: row["scope"] if row["scope"] != CORPUS else "~")  # a doc_id is hexadecimal
    return [{**row, "df": df[row["term"]]} for row in rows]


def _shared(sentences: list[list[Run]], atoms: dict[Atom, Atom]) -> list[list[Run]]:
    return [[[atoms.setdefault(atom, atom) for atom in run] for run in sentence] for sentence in sentences]


def document_terms(document: Document, params: Keywords, top_n: int) -> list[str]:
    """The ``top_n`` terms of one document, best first, by the first of ``params.methods``."""
    runs = document_runs(document, params.min_chars)
    ranked = _ranked(runs, _counts(runs, params), params.methods[0], params)
    return [term.term for term in ranked[:top_n]]


def tfidf(candidates: Sequence[Candidate]) -> list[Term]:
    """Score = own (k + 1) / (own + k) × idf, with k = ``SATURATION``.

    own is the term's own number of occurrences (``select``), idf that of ordinary Chinese (``idf``), so a single
    document has sensible terms (Spärck Jones 1972, "A statistical interpretation of term specificity"). The first
    factor is BM25's (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework"): nearly own in a short
    text, and at most k + 1, so that in a long one the commonest words do not crowd out the telling ones.
    """
    return _sorted((c.term, _saturated(c.own) * idf(c.words), c.tf) for c in candidates)


def textrank(candidates: Sequence[Candidate], runs: Sequence[Sequence[Run]], window: int) -> list[Term]:
    """Score = PageRank of the term among the terms that it stands near (``word_ranks``, biased by idf).

    Each sentence is read as a sequence of terms, the longest at each place, so phrases and names are nodes like words
    and need no score made up from their parts. A term that stands only inside longer ones has no rank.
    """
    chosen = {candidate.parts: candidate for candidate in candidates}
    longest = max(map(len, chosen), default=1)
    sentences = [[term for run in sentence for term in _longest_terms(run, chosen, longest)] for sentence in runs]
    ranks = word_ranks(sentences, window, {c.term: idf(c.words) for c in candidates})
    return _sorted((c.term, ranks[c.term], c.tf) for c in candidates if c.term in ranks)


def _longest_terms(run: Run, chosen: Mapping[tuple[str, ...], Candidate], longest: int) -> Iterator[str]:
    i = 0
    while i < len(run):
        for n in range(min(longest, len(run) - i), 0, -1):
            candidate = chosen.get(tuple(atom.text for atom in run[i : i + n]))
            # an adverb is no occurrence of the noun that is written like it
            if candidate is not None and (n > 1 or run[i].alone):
                yield candidate.term
                i += n
                break
        else:
            i += 1


def _saturated(own: float) -> float:
    return own * (SATURATION + 1) / (own + SATURATION) if own > 0 else own


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
