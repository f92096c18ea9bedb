"""The stage: tokens and names of ``recognition`` -> ``keywords``, and what groups, spreads and joins them.

Dates, regions and issuers come from ``restoration`` and ``resolution``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.covariates import covariates
from pipeline.interpreter import uncollected
from pipeline.keywords.atoms import Document
from pipeline.keywords.core import CORPUS, document_of, keywords
from pipeline.keywords.coword import coword, strongest
from pipeline.keywords.dispersion import dispersion
from pipeline.keywords.groups import groupings, series
from pipeline.keywords.occurrences import Ints, Matrix, in_sentences, matrix, sizes_of
from pipeline.mapping import map_documents
from pipeline.params import Keywords, Params

STAGE = "keywords"

Row = dict[str, Any]


@uncollected()
def run(params: Params, root: Path) -> int:
    """Write tables of terms, ``notes`` and ``rejects`` to ``data/interim/keywords``; returns the number of rejects."""
    interim = root / "data" / "interim"
    found, folder = interim / "recognition", interim / STAGE
    failures: list[tuple[tuple[Any, ...], str, str]] = []
    sizes: dict[str, Ints] = {}

    def documents() -> Iterator[Document]:
        groups = store.read_groups(found, tables.TOKENS, (found, tables.NAMES))
        for (doc_id, _, _), document in map_documents(lambda group: document_of(*group), groups, failures, name=STAGE):
            sizes[doc_id] = sizes_of(document)
            yield document

    rows, found_terms = keywords(documents(), params.keywords)
    described = {row["scope"] for row in rows}
    notes = [
        (doc_id, "No keywords: the document holds no noun, name or noun phrase.")
        for doc_id in sizes
        if doc_id not in described
    ]
    if not rows:
        notes.append((CORPUS, "No keywords: no document holds a term."))
    store.write_table(folder, tables.KEYWORDS, rows)

    counted = matrix(found_terms, sizes, params.keywords.max_words)
    ranking = [row for row in rows if row["scope"] == CORPUS]
    top = sorted({row["term"] for row in ranking})
    store.write_table(folder, tables.TERM_DISPERSION, dispersion(counted, top))
    _write_coword(folder, counted, ranking, params.keywords)
    known = covariates(
        store.read_rows(interim / "restoration", tables.TEXTS), store.read_rows(interim / "resolution", tables.HOMES)
    )
    parts, missing = groupings(counted, known, top, params.keywords.top_n)
    with store.writing(folder, tables.TERM_GROUPS) as add:
        for grouping in parts:
            for value in series(counted, grouping):
                add(value)
    notes += [(CORPUS, note) for note in missing]
    if len(sizes) == 1:
        notes.append(
            (CORPUS, "No dp and juilland_d in term_dispersion: with one document there is no spread over any.")
        )
    store.write_table(folder, tables.NOTES, [{"stage": STAGE, "scope": s, "note": note} for s, note in notes])
    return store.write_rejects(interim, STAGE, [(group[0], reason, detail) for group, reason, detail in failures])


def _write_coword(folder: Path, counted: Matrix, ranking: list[Row], params: Keywords) -> None:
    terms = strongest(((row["rank"], row["term"]) for row in ranking), params.coword_terms)
    sentences = in_sentences(counted, terms)
    nodes, edges = coword(terms, sentences, {row["term"]: row["tf"] for row in ranking}, params.coword_link)
    store.write_table(folder, tables.COWORD_NODES, nodes)
    store.write_table(folder, tables.COWORD_EDGES, edges)
