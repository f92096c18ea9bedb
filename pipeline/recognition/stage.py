"""Sentences and words to names and tokens."""

import bisect
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.interpreter import uncollected
from pipeline.mapping import map_documents
from pipeline.params import Params
from pipeline.recognition.core import Name, Token, recognize
from pipeline.recognition.gazetteer import Gazetteer, load_entries
from pipeline.recognition.tagger import tagger
from pipeline.recognition.upos import UPOS

_SHOWN = 5  # names on the terminal; the table has all


@uncollected()
def run(params: Params, root: Path) -> int:
    """Write names (entities before resolution), tokens, which names of the gazetteer were found, and rejects.

    Returns the number of rejects.
    """
    interim = root / "data" / "interim"
    texts, cut, out = interim / "restoration", interim / "segmentation", interim / "recognition"
    gazetteer = Gazetteer(load_entries(params.recognition, root))
    read = tagger()
    matches, holding = Counter[str](), Counter[str]()

    def find(document: tuple[Any, ...]) -> tuple[list[Name], list[Token]]:
        row, sentences, words = document
        return recognize(
            row["text"],
            [(s["start"], s["end"]) for s in sentences],
            [(w["start"], w["end"]) for w in words],
            lambda batch: read(batch, batch_size=params.recognition.batch_size),
            gazetteer=gazetteer,
        )

    failures: list[tuple[tuple[Any, ...], str, str]] = []
    documents = store.read_documents(texts, tables.TEXTS, (cut, tables.SENTENCES), (cut, tables.WORDS))
    total = store.count_rows(texts, tables.TEXTS)
    with store.writing(out, tables.NAMES) as add_names, store.writing(out, tables.TOKENS) as add_tokens:
        for document, (names, tokens) in map_documents(find, documents, failures, name="recognition", total=total):
            row, sentences, _ = document
            starts = [s["start"] for s in sentences]
            add_names(_name_rows(row["doc_id"], starts, names))
            add_tokens(_token_columns(row["doc_id"], row["text"], starts, tokens))
            of_list = [n for n in names if n.source == "gazetteer"]
            listed = Counter(gazetteer.listed(row["text"], n.start, n.end) for n in of_list)
            matches.update(listed)
            holding.update(listed.keys())
    store.write_table(
        out,
        tables.GAZETTEER,
        [
            {"name": e.name, "label": e.label, "matches": matches[e.name], "documents": holding[e.name]}
            for e in gazetteer.entries
        ],
    )
    if gazetteer.entries:
        print(_report([e.name for e in gazetteer.entries], matches), file=sys.stderr)
    rejected = [(document[0]["doc_id"], reason, detail) for document, reason, detail in failures]
    return store.write_rejects(interim, "recognition", rejected)


def _name_rows(doc_id: str, starts: list[int], names: list[Name]) -> Iterator[dict[str, Any]]:
    for name in names:
        fields = {k: v for k, v in name._asdict().items() if k != "id"}
        yield {"doc_id": doc_id, "entity": name.id, "sent": _sentence(starts, name.start), **fields}


def _token_columns(doc_id: str, text: str, sentence_starts: list[int], tokens: list[Token]) -> store.Columns:
    from spacy.lang.zh.stop_words import STOP_WORDS

    surfaces = [text[token.start : token.end] for token in tokens]
    return {
        "doc_id": [doc_id] * len(tokens),
        "sent": [_sentence(sentence_starts, token.start) for token in tokens],
        "token": range(len(tokens)),
        "start": [token.start for token in tokens],
        "end": [token.end for token in tokens],
        "text": surfaces,
        "pos": [token.pos for token in tokens],
        "upos": [UPOS.get(token.pos, "X") for token in tokens],
        "is_stop": [surface in STOP_WORDS for surface in surfaces],
    }


def _report(listed: Sequence[str], matches: Counter[str]) -> str:
    nowhere = [name for name in listed if not matches[name]]
    said = f"gazetteer: {len(listed) - len(nowhere)} of {len(listed)} names found"
    if not nowhere:
        return said
    shown = ", ".join(nowhere[:_SHOWN]) + (", …" if len(nowhere) > _SHOWN else "")
    return f"{said}, {len(nowhere)} nowhere: {shown}"


def _sentence(starts: list[int], at: int) -> int:
    """The sentence that holds a position, given where the sentences start."""
    return max(0, bisect.bisect_right(starts, at) - 1)
