"""Keywords: the terms that tell a document, or a corpus, from ordinary Chinese."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipeline.keywords.atoms import Atom, Document, Name, Run, Token, document_runs
from pipeline.keywords.background import weight
from pipeline.keywords.candidates import Candidate, count, frequencies, longest, phrases, select
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


@dataclass(frozen=True)
class Counted:
    """What was counted in a corpus.

    ``runs``: each document's atoms, by sentence; ``found``: how often each candidate of the corpus stands in each
    document; ``terms``: the candidates that are terms, sorted. Documents are named by doc_id, in its order.
    """

    runs: dict[str, list[list[Run]]]
    found: dict[str, Counter[str]]
    terms: list[str]


def keywords(documents: Iterable[Document], params: Keywords) -> tuple[list[dict[str, Any]], Counted]:
    """Rows of ``tables.KEYWORDS``: for each document, and for the corpus, the ``top_n`` terms by each method.

    A document's terms and scores never depend on the other documents: idf is that of the shipped background, not the
    corpus's, and ``df`` (in how many documents the term stands) is given for the reader. For the corpus, occurrences
    of all documents are counted together; they are given, too, for whoever needs more of them than a ranking.
    """
    rows: list[dict[str, Any]] = []
    atoms: dict[Atom, Atom] = {}
    read: dict[str, list[list[Run]]] = {}

    def describe(scope: str, sentences: list[list[Run]], candidates: list[Candidate]) -> None:
        for method, ranking in _ranked(sentences, candidates, params, params.methods):
            for rank, term in enumerate(ranking[: params.top_n], 1):
                rows.append({"scope": scope, "method": method, "rank": rank, **term._asdict()})

    for document in documents:
        # an occurrence is a reference to its atom, of which there is one: a corpus takes little more than its numbers
        read[document.doc_id] = sentences = _shared(document_runs(document, params.min_chars), atoms)
        describe(document.doc_id, sentences, _candidates(sentences, params))
    runs = {doc_id: read[doc_id] for doc_id in sorted(read)}
    together = [sentence for sentences in runs.values() for sentence in sentences]
    table = phrases(_joined(together), params.max_words)
    found = {doc_id: frequencies(_joined(runs[doc_id]), table, params.max_words) for doc_id in runs}
    for times in found.values():
        for term, n in times.items():
            table[term].tf += n
    candidates = select(table, params.min_chars)
    if runs:
        describe(CORPUS, together, candidates)
    rows.sort(key=lambda row: row["scope"] if row["scope"] != CORPUS else "~")  # a doc_id is hexadecimal
    shown = {row["term"] for row in rows}
    df = Counter(term for times in found.values() for term in times.keys() & shown)
    counted = Counted(runs, found, [candidate.term for candidate in candidates])
    return [{**row, "df": df[row["term"]]} for row in rows], counted


def _shared(sentences: list[list[Run]], atoms: dict[Atom, Atom]) -> list[list[Run]]:
    return [[[atoms.setdefault(atom, atom) for atom in run] for run in sentence] for sentence in sentences]


def document_terms(document: Document, params: Keywords, top_n: int) -> list[str]:
    """The ``top_n`` terms of one document, best first, by the first of ``params.methods``."""
    runs = document_runs(document, params.min_chars)
    ((_, ranking),) = _ranked(runs, _candidates(runs, params), params, params.methods[:1])
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


def _joined(sentences: Iterable[Iterable[Run]]) -> list[Run]:
    return [run for sentence in sentences for run in sentence]


def _candidates(sentences: Iterable[Iterable[Run]], params: Keywords) -> list[Candidate]:
    return select(count(_joined(sentences), params.max_words), params.min_chars)


def _ranked(
    runs: Sequence[Sequence[Run]], candidates: list[Candidate], params: Keywords, methods: Sequence[str]
) -> Iterator[tuple[str, list[Term]]]:
    """Each method with its ranking."""
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
