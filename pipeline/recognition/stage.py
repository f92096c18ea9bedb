"""Sentences and words to names and tokens."""

import bisect
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
    from spacy.lang.zh.stop_words import STOP_WORDS

    interim = root / "data" / "interim"
    texts = store.read_table(interim / "restoration", tables.TEXTS)
    sentences = store.by_document(store.read_table(interim / "segmentation", tables.SENTENCES))
    words = store.by_document(store.read_table(interim / "segmentation", tables.WORDS))
    lac = tagger()

    def find(row: dict[str, Any]) -> tuple[list[Name], list[Token]]:
        return recognize(
            row["text"],
            [(s["start"], s["end"]) for s in sentences.get(row["doc_id"], [])],
            [(w["start"], w["end"]) for w in words.get(row["doc_id"], [])],
            lambda batch: lac(batch, params.recognition.batch_size),
        )

    results, failures = map_documents(find, texts, name="recognition")
    name_rows, token_rows = [], []
    for row, (names, tokens) in results:
        doc_id, text = row["doc_id"], row["text"]
        starts = [s["start"] for s in sentences.get(doc_id, [])]
        for name in names:
            fields = {k: v for k, v in name._asdict().items() if k != "id"}
            name_rows.append({"doc_id": doc_id, "entity": name.id, "sent": _sentence(starts, name.start), **fields})
        for number, token in enumerate(tokens):
            surface = text[token.start : token.end]
            token_rows.append(
                {
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
            )
    out = interim / "recognition"
    store.write_table(out, tables.NAMES, name_rows)
    store.write_table(out, tables.TOKENS, token_rows)
    return store.write_rejects(interim, "recognition", failures)


def _sentence(starts: list[int], at: int) -> int:
    """The sentence that holds a position, given where the sentences start."""
    return max(0, bisect.bisect_right(starts, at) - 1)
