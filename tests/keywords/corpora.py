"""A small corpus, counted: sentences of tagged words (see tagged.py) by document."""

from tagged import document

from pipeline.keywords.core import keywords
from pipeline.keywords.occurrences import Tally
from pipeline.params import Keywords

PARAMS = Keywords()


def counted(texts, params=PARAMS):
    """(what was counted, the rows of keywords) of ``texts``: doc_id to its sentences."""
    tally = Tally(params)

    def documents():
        for doc_id, sentences in texts.items():
            one = document(*sentences, doc_id=doc_id)
            tally.measure(one)
            yield one

    rows = keywords(documents(), params, observe=tally.observe)
    return tally.counted(), rows


def top(rows):
    return sorted({row["term"] for row in rows if row["scope"] == "corpus"})
