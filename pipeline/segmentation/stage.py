"""Restored texts to sentences and words."""

from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.mapping import map_documents
from pipeline.params import Params
from pipeline.segmentation.core import Sentence, sentences, words
from pipeline.segmentation.pkuseg import segmenter, user_words

Segmented = tuple[list[Sentence], list[tuple[int, int]]]


def run(params: Params, root: Path) -> int:
    """Write sentences, words and rejects. Returns the number of rejects."""
    interim = root / "data" / "interim"
    texts = store.read_table(interim / "restoration", tables.TEXTS)
    model = segmenter(user_words(params.segmentation, root))

    def segment(row: dict[str, Any]) -> Segmented:
        found = sentences(row["text"])
        return found, words(model, row["text"], [(s.start, s.end) for s in found])

    results, failures = map_documents(segment, texts, name="segmentation")
    sentence_rows, word_rows = [], []
    for row, (found, cut) in results:
        doc_id, text = row["doc_id"], row["text"]
        for number, s in enumerate(found):
            position = {"para": s.para, "sent": number, "start": s.start, "end": s.end}
            sentence_rows.append({"doc_id": doc_id, **position, "text": text[s.start : s.end]})
        word_rows += [{"doc_id": doc_id, "start": start, "end": end} for start, end in cut]
    out = interim / "segmentation"
    store.write_table(out, tables.SENTENCES, sentence_rows)
    store.write_table(out, tables.WORDS, word_rows)
    return store.write_rejects(interim, "segmentation", failures)
