"""Sentences and words to names and tokens."""

import bisect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.mapping import map_documents
from pipeline.params import Params
from pipeline.recognition.core import Name, Token, recognize
from pipeline.recognition.lac import tagger
from pipeline.recognition.upos import UPOS


def run(params: Params, root: Path) -> int:
    """Write names (entities before resolution), tokens and rejects. Returns the number of rejects."""
    interim = root / "data" / "interim"
    texts, cut, out = interim / "restoration", interim / "segmentation", interim / "recognition"
    lac = tagger()

    def find(document: tuple[Any, ...]) -> tuple[list[Name], list[Token]]:
        row, sentences, words = document
        return recognize(
            row["text"],
            [(s["start"], s["end"]) for s in sentences],
            [(w["start"], w["end"]) for w in words],
            lambda batch: lac(batch, params.recognition.batch_size),
        )

    failures: list[tuple[tuple[Any, ...], str, str]] = []
    documents = store.read_documents(texts, tables.TEXTS, (cut, tables.SENTENCES), (cut, tables.WORDS))
    total = store.count_rows(texts, tables.TEXTS)
    with store.writing(out, tables.NAMES) as add_names, store.writing(out, tables.TOKENS) as add_tokens:
        for document, (names, tokens) in map_documents(find, documents, failures, name="recognition", total=total):
            row, sentences, _ = document
            starts = [s["start"] for s in sentences]
            add_names(_name_rows(row["doc_id"], starts, names))
            add_tokens(_token_rows(row["doc_id"], row["text"], starts, tokens))
    rejected = [(document[0]["doc_id"], reason, detail) for document, reason, detail in failures]
    return store.write_rejects(interim, "recognition", rejected)


def _name_rows(doc_id: str, starts: list[int], names: list[Name]) -> Iterator[dict[str, Any]]:
    for name in names:
        fields = {k: v for k, v in name._asdict().items() if k != "id"}
        yield {"doc_id": doc_id, "entity": name.id, "sent": _sentence(starts, name.start), **fields}


def _token_rows(doc_id: str, text: str, starts: list[int], tokens: list[Token]) -> Iterator[dict[str, Any]]:
    from spacy.lang.zh.stop_words import STOP_WORDS

    for number, token in enumerate(tokens):
        surface = text[token.start : token.end]
        yield {
            "doc_id": doc_id,
            "sent": _sentence(starts, token.start),
            "token": number,
            "start": token.start,
            "end": token.end,
            "text": surface,
            "pos": token.pos,
            "upos": UPOS.get(token.pos, "X"),
            "is_stop": surface in STOP_WORDS,
        }


def _sentence(starts: list[int], at: int) -> int:
    """The sentence that holds a position, given where the sentences start."""
    return max(0, bisect.bisect_right(starts, at) - 1)
