"""A small corpus, counted: sentences of tagged words (see tagged.py) by document."""

from tagged import document

from pipeline.keywords.core import keywords
from pipeline.keywords.occurrences import matrix, sizes_of
from pipeline.params import Keywords

PARAMS = Keywords()


def counted(texts, params=PARAMS):
    """(what was counted, the rows of keywords) of ``texts``: doc_id to its sentences."""
    documents = [document(*sentences, doc_id=doc_id) for doc_id, sentences in texts.items()]
    rows, found = keywords(documents, params)
    return matrix(found, {one.doc_id: sizes_of(one) for one in documents}, params.max_words), rows


def top(rows):
    return sorted({row["term"] for row in rows if row["scope"] == "corpus"})
