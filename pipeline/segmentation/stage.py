"""Restored texts to sentences and words."""

from collections import Counter
from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.interpreter import uncollected
from pipeline.mapping import map_documents
from pipeline.params import Params
from pipeline.segmentation.core import Sentence, sentences
from pipeline.segmentation.pkuseg import chosen, user_words

Segmented = tuple[list[Sentence], list[tuple[int, int]], Counter[str]]


@uncollected()
def run(params: Params, root: Path) -> int:
    """Write sentences, words, which of the user's words were found, and rejects. Returns the number of rejects."""
    interim = root / "data" / "interim"
    texts, out = interim / "restoration", interim / "segmentation"
    model = chosen(params.segmentation, root)
    listed = dict.fromkeys(user_words(params.segmentation, root))
    matches, documents = Counter[str](), Counter[str]()

    def segment(row: dict[str, Any]) -> Segmented:
        found = sentences(row["text"])
        spans = [(s.start, s.end) for s in found]
        return found, model.words(row["text"], spans), model.matched(row["text"], spans)

    failures: list[tuple[dict[str, Any], str, str]] = []
    rows, total = store.read_rows(texts, tables.TEXTS), store.count_rows(texts, tables.TEXTS)
    with (
        store.writing(out, tables.SENTENCES) as add_sentences,
        store.writing(out, tables.WORDS) as add_words,
    ):
        for row, (found, cut, matched) in map_documents(segment, rows, failures, name="segmentation", total=total):
            doc_id, text = row["doc_id"], row["text"]
            add_sentences(
                {
                    "doc_id": doc_id,
                    "para": s.para,
                    "sent": n,
                    "start": s.start,
                    "end": s.end,
                    "text": text[s.start : s.end],
                }
                for n, s in enumerate(found)
            )
            starts, ends = ([span[side] for span in cut] for side in (0, 1))
            add_words({"doc_id": [doc_id] * len(cut), "start": starts, "end": ends})
            matches.update(matched)
            documents.update(matched.keys())
    store.write_table(
        out,
        tables.USER_WORDS,
        [{"word": word, "matches": matches[word], "documents": documents[word]} for word in listed],
    )
    rejected = [(row["doc_id"], reason, detail) for row, reason, detail in failures]
    return store.write_rejects(interim, "segmentation", rejected)
