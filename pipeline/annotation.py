"""One document, or a stream of them, through the whole pipeline without files: what the command's verbs print."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pipeline.keywords.core import document_of, document_terms
from pipeline.language import load
from pipeline.params import Params, Topics
from pipeline.restoration.core import restore

_SURROGATE = re.compile("[\ud800-\udfff]")


def annotate(
    raw: str,
    standard: str = "report",
    *,
    params: Params | None = None,
    path: str = "",
    data: bytes | None = None,
    restoring: bool = True,
) -> dict[str, Any]:
    """Restore a text and find its sentences, tokens and names: the dictionary that ``baogao annotate`` prints.

    Keys: doc_id, path, text, home_region, issuer, sentences [[start, end]], tokens [[start, end, pos]], and entities
    with the columns of the table of that name. Offsets count characters of ``text``; raw_start and raw_end those of
    ``raw``. ``data`` are the file's bytes, from which the id is made (``raw`` in UTF-8 if None).
    """
    chosen = params or Params()
    nlp = load(standard, chosen)
    restored = restore(raw, chosen.restoration) if restoring else None
    text, to_raw = (restored.text, restored.to_raw) if restored else (_encodable(raw), _unchanged)
    doc = nlp(text)
    data = raw.encode("utf-8", "surrogatepass") if data is None else data
    return {
        "doc_id": hashlib.sha256(data).hexdigest()[:16],
        "path": path,
        "text": text,
        "home_region": doc._.home_region,
        "issuer": doc._.issuer,
        "sentences": [list(_trimmed(s)) for s in doc.sents if s.text.strip()],
        "tokens": [[t.idx, t.idx + len(t), t.tag_] for t in doc if not t.is_space],
        "entities": [
            _entity(span, to_raw)
            for span in sorted([*doc.ents, *doc.spans["nested"]], key=lambda s: (s.start_char, -s.end_char))
        ],
    }


def _encodable(text: str) -> str:
    """Lone surrogates, which JSON can hold and UTF-8 and spaCy cannot, as U+FFFD; offsets stay the same."""
    return _SURROGATE.sub("\ufffd", text)


def _trimmed(sentence: Any) -> tuple[int, int]:
    """A sentence's span without the white space behind it."""
    return sentence.start_char, sentence.start_char + len(sentence.text.rstrip())


def _unchanged(start: int, end: int) -> tuple[int, int]:
    return start, end


def _entity(span: Any, to_raw: Callable[[int, int], tuple[int, int]]) -> dict[str, Any]:
    raw_start, raw_end = to_raw(span.start_char, span.end_char)
    return {
        "entity": span._.entity,
        "start": span.start_char,
        "end": span.end_char,
        "raw_start": raw_start,
        "raw_end": raw_end,
        "text": span.text,
        "label": span.label_,
        "subtype": span._.subtype,
        "parent": span._.parent,
        "canonical": span._.canonical,
        "region_code": span.kb_id_,
        "level": span._.level,
        "kind": span._.kind,
        "source": span._.source,
        "score": round(span._.score, 6),
    }


Rows = list[dict[str, Any]]


def _tables(texts: Iterable[str], params: Params, restoring: bool) -> Iterator[tuple[Rows, Rows, Rows]]:
    """Rows of sentences, tokens and names of each text, as keywords and topics read them."""
    nlp = load("report", params)
    for raw in texts:
        doc = nlp(restore(raw, params.restoration).text if restoring else _encodable(raw))
        sentences, tokens = [], []
        for number, sentence in enumerate(doc.sents):
            sentences.append({"sent": number, "para": 0})
            for t in sentence:
                if not t.is_space:
                    span = {"start": t.idx, "end": t.idx + len(t), "sent": number}
                    tokens.append({**span, "text": t.text, "pos": t.tag_, "is_stop": t.is_stop})
        names = [
            {"start": e.start_char, "end": e.end_char, "text": e.text, "label": e.label_, "parent": ""}
            for e in doc.ents
        ]
        yield sentences, tokens, names


def keywords_of(texts: Iterable[str], params: Params, top_n: int) -> Iterator[list[str]]:
    """The terms of each text by itself against the shipped background, best first."""
    for _, tokens, names in _tables(texts, params, restoring=True):
        yield document_terms(document_of("", tokens, names), params.keywords, top_n)


def topics_of(
    texts: Iterable[str], params: Params, *, k: int, method: str | None, restoring: bool
) -> list[tuple[int, int, float]]:
    """(row, topic, weight) of every text and topic; each text is one unit. ``method`` is by default that of params.

    Raises ``ValueError`` if there are fewer texts than topics.
    """
    # not above: what topics need takes seconds to load, and annotating needs none of it
    from pipeline.topics.core import Unit, sentences_of, topic_shares, units_of

    chosen = Topics.model_validate(
        {**params.topics.model_dump(), "method": method or params.topics.method, "unit": "document"}
    )
    units: list[Unit] = []
    for number, (sentences, tokens, names) in enumerate(_tables(texts, params, restoring)):
        found = units_of(sentences_of(f"{number:09d}", sentences, tokens, names), sentences, "document")
        units += found or [Unit(f"{number:09d}", 0, ())]
    return topic_shares(units, k, chosen)
