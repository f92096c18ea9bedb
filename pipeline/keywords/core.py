"""Keywords: the terms that tell a document, or a corpus, from ordinary Chinese."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.keywords.atoms import Atom, Document, Name, Run, Token, document_runs
from pipeline.keywords.background import weight
from pipeline.keywords.candidates import Candidate, Counts, count, longest, occurrences, select
from pipeline.keywords.graph import word_ranks
from pipeline.params import Keywords

CORPUS = "corpus"
"""The scope of all documents together."""
SATURATION = 40.0
"""Occurrences at which one more counts a quarter of the first."""
FUSION = 60
"""How little the first ranks stand out in ``combined`` (Cormack et al.'s value)."""
_LEAST = 1e-6  # of a preference: each term can be reached
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


Observer = Callable[[str, list[list[Run]], dict[str, Counts]], None]
"""Is shown each scope with its runs and counts, each document's and then the corpus's."""


def keywords(
    documents: Iterable[Document], params: Keywords, top_n: int | None = None, observe: Observer | None = None
) -> list[dict[str, Any]]:
    """Rows of ``tables.KEYWORDS``: for each document, and for the corpus, the ``top_n`` terms by each method.

    ``top_n`` is ``params.top_n`` if None. A document's terms and scores never depend on the other documents: idf is
    that of the shipped background, not the corpus's, and ``df`` (in how many documents the term stands) is
    given for the reader. For the corpus, occurrences of all documents are counted together. ``observe`` is shown what
    was counted, for whoever needs more of it than a ranking.
    """
    top = params.top_n if top_n is None else top_n
    runs: dict[str, list[list[Run]]] = {}
    rows: list[dict[str, Any]] = []
    atoms: dict[Atom, Atom] = {}

    def describe(scope: str, sentences: list[list[Run]], table: dict[str, Counts]) -> None:
        if observe is not None:
            observe(scope, sentences, table)
        for method, ranking in _ranked(sentences, table, params, params.methods):
            for rank, term in enumerate(ranking[:top], 1):
                rows.append({"scope": scope, "method": method, "rank": rank, **term._asdict()})

    for document in documents:
        # an occurrence is a reference to its atom, of which there is one: a corpus takes little more than its numbers
        runs[document.doc_id] = _shared(document_runs(document, params.min_chars), atoms)
        table = _counts(runs[document.doc_id], params)
        describe(document.doc_id, runs[document.doc_id], table)
    if runs:
        together = [sentence for doc_id in sorted(runs) for sentence in runs[doc_id]]
        describe(CORPUS, together, _counts(together, params))
    rows.sort(key=lambda row: row["scope"] if row["scope"] != CORPUS else "~")  # a doc_id is hexadecimal
    df = _df({row["term"] for row in rows}, runs.values(), params.max_words)
    return [{**row, "df": df[row["term"]]} for row in rows]


def _df(terms: set[str], documents: Iterable[list[list[Run]]], max_words: int) -> dict[str, int]:
    df = dict.fromkeys(terms, 0)
    for document in documents:
        for term in {o.term for sentence in document for run in sentence for o in occurrences(run, terms, max_words)}:
            df[term] += 1
    return df


def _shared(sentences: list[list[Run]], atoms: dict[Atom, Atom]) -> list[list[Run]]:
    return [[[atoms.setdefault(atom, atom) for atom in run] for run in sentence] for sentence in sentences]


def document_terms(document: Document, params: Keywords, top_n: int) -> list[str]:
    """The ``top_n`` terms of one document, best first, by the first of ``params.methods``."""
    runs = document_runs(document, params.min_chars)
    ((_, ranking),) = _ranked(runs, _counts(runs, params), params, params.methods[:1])
    return [term.term for term in ranking[:top_n]]


def tfidf(candidates: Sequence[Candidate], weights: Mapping[str, float]) -> list[Term]:
    """Score = own (k + 1) / (own + k) × weight, with k = ``SATURATION``.

    own is the term's own number of occurrences (``select``), ``weight`` holds its idf in ordinary Chinese, so a single
    document has sensible terms (Spärck Jones 1972, "A statistical interpretation of term specificity"). The first
    factor is BM25's (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework"): nearly own in a short
    text, and at most k + 1, so that in a long one the commonest words do not crowd out the telling ones.
    """
    return _sorted((c.term, _frequency_factor(c.own) * weights[c.term], c.tf) for c in candidates)


def textrank(
    candidates: Sequence[Candidate], weights: Mapping[str, float], runs: Sequence[Sequence[Run]], params: Keywords
) -> list[Term]:
    """Score = PageRank of the term among the terms that it stands near (``word_ranks``).

    The walk starts at terms by their score of ``tfidf``, and goes on to terms by their ``weight``. Each sentence is
    read as a sequence of terms, the longest at each place, so phrases and names are nodes like words and need no score
    made up from their parts. A term that stands only inside longer ones has no rank.
    """
    sentences = [
        [found.term for run in sentence for found in longest(run, weights, params.max_words)] for sentence in runs
    ]
    start = {c.term: max(_frequency_factor(c.own) * weights[c.term], _LEAST) for c in candidates}
    ranks = word_ranks(sentences, params.window, weights, start)
    return _sorted((c.term, ranks[c.term], c.tf) for c in candidates if c.term in ranks)


def combined(*rankings: Sequence[Term]) -> list[Term]:
    """Score = sum over the rankings of 1 / (``FUSION`` + rank); a ranking without the term adds nothing.

    Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and
    individual Rank Learning Methods"): needs no scores that can be compared.
    """
    scores: dict[str, float] = {}
    tf: dict[str, int] = {}
    for ranking in rankings:
        for rank, term in enumerate(ranking, 1):
            scores[term.term] = scores.get(term.term, 0.0) + 1 / (FUSION + rank)
            tf[term.term] = term.tf
    return _sorted((term, score, tf[term]) for term, score in scores.items())


def _frequency_factor(own: float) -> float:
    return own * (SATURATION + 1) / (own + SATURATION) if own > 0 else own


def _counts(runs: Sequence[Sequence[Run]], params: Keywords) -> dict[str, Counts]:
    return count([run for sentence in runs for run in sentence], params.max_words)


def _ranked(
    runs: Sequence[Sequence[Run]], table: dict[str, Counts], params: Keywords, methods: Sequence[str]
) -> Iterator[tuple[str, list[Term]]]:
    """Each method with its ranking."""
    candidates = select(table, params.min_chars)
    weights = {c.term: weight(c.words) for c in candidates}
    by: dict[str, list[Term]] = {}
    if {"tfidf", "combined"} & set(methods):
        by["tfidf"] = tfidf(candidates, weights)
    if {"textrank", "combined"} & set(methods):
        by["textrank"] = textrank(candidates, weights, runs, params)
    if "combined" in methods:
        by["combined"] = combined(by["tfidf"], by["textrank"])
    for method in methods:
        yield method, by[method]


def _sorted(scored: Iterable[tuple[str, float, int]]) -> list[Term]:
    terms = [Term(term, round(score, _DIGITS), tf) for term, score, tf in scored]
    return sorted(terms, key=lambda term: (-term.score, term.term))
