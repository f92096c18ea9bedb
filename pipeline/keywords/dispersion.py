"""How evenly terms are spread over the documents of a corpus."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.keywords.keyness import Floats
from pipeline.keywords.occurrences import Matrix

Row = dict[str, Any]


def dispersion(counted: Matrix, terms: Sequence[str]) -> list[Row]:
    """Rows of ``tables.TERM_DISPERSION``: each measure for each of the terms. The parts are the documents.

    - ``df``: documents with the term; ``range``: their share of all documents;
    - ``dp``: ``deviation``; ``juilland_d``: ``juilland``; none of the two where there is one document only;
    - ``dominance``: share of the occurrences that stand in the document with most of them.
    """
    documents = len(counted.doc_ids)
    rows = []
    for term, column in zip(terms, np.searchsorted(counted.terms, terms), strict=True):
        counts = counted.counts[:, int(column)].toarray().ravel().astype(float)
        df = int((counts > 0).sum())
        measures = {"df": df, "range": df / documents, "dominance": float(counts.max() / counts.sum())}
        if documents > 1:
            words = counted.words.astype(float)
            measures |= {"dp": deviation(counts, words), "juilland_d": juilland(counts, words)}
        rows += [{"term": term, "measure": name, "value": value} for name, value in measures.items()]
    return rows


def deviation(counts: Floats, words: Floats) -> float:
    """DP, normalized: 0 where a term is spread as all words are, 1 where it stands in the shortest document alone.

    DP = sum(|v_i - s_i|) / 2 with v_i the share of the term's occurrences, s_i that of all words in document i (Gries
    2008, "Dispersions and adjusted frequencies in corpora", IJCL 13:403), divided by its maximum 1 - min(s_i)
    (Lijffijt & Gries 2012, IJCL 17:147). Unequal lengths are what it allows for. Needs two documents or more.
    """
    expected = words / words.sum()
    return float(np.abs(counts / counts.sum() - expected).sum() / 2 / (1 - expected.min()))


def juilland(counts: Floats, words: Floats) -> float:
    """Juilland's D: 1 where all documents have the term at the same rate, 0 where it stands in one alone.

    D = 1 - (sd / mean) / sqrt(n - 1), with the mean and the standard deviation (by n) of the n documents' rates, not
    counts, for documents of unequal lengths (Gries 2020, "Analyzing dispersion", in Paquot & Gries, "A Practical
    Handbook of Corpus Linguistics"). Every document weighs the same, however short. Needs two documents or more.
    """
    rates = counts / words
    return float(max(1 - rates.std() / rates.mean() / math.sqrt(len(rates) - 1), 0.0))
