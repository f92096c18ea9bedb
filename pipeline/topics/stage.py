"""The stage: sentences, tokens and names -> the tables of topics."""

from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.covariates import covariates
from pipeline.interpreter import uncollected
from pipeline.mapping import map_documents, progress
from pipeline.params import Params, ParamsError
from pipeline.topics.core import Unit, fit_topics, sentences_of, units_of
from pipeline.topics.identity import Reference, read_reference, written_reference

STAGE = "topics"


@uncollected()
def run(params: Params, root: Path) -> int:
    """Write the tables of topics, ``notes`` and ``rejects`` to ``data/interim/topics``; returns the number of rejects.

    Raises ``ParamsError`` if ``topics.reference`` cannot be read.
    """
    interim = root / "data" / "interim"
    cut, found, folder = interim / "segmentation", interim / "recognition", interim / STAGE
    reference = _reference(params.topics.reference, root)

    def units(group: tuple[Any, ...]) -> tuple[list[Unit], list[Unit]]:
        doc_id, tokens, names, sentence_rows = group
        sentences = sentences_of(doc_id, sentence_rows, tokens, names)
        return sentences, units_of(sentences, sentence_rows, params.topics.unit)

    failures: list[tuple[tuple[Any, ...], str, str]] = []
    groups = store.read_groups(found, tables.TOKENS, (found, tables.NAMES), (cut, tables.SENTENCES))
    results = [result for _, result in map_documents(units, groups, failures, name=STAGE)]
    fitted = fit_topics(
        [unit for _, units in results for unit in units],
        params.topics,
        sentences=[sentence for sentences, _ in results for sentence in sentences],
        covariates=covariates(
            store.read_rows(interim / "restoration", tables.TEXTS),
            store.read_rows(interim / "resolution", tables.HOMES),
        ),
        reference=reference,
        progress=lambda fits: progress(fits, f"{STAGE}, fits", total=len(fits), unit="fit"),
    )

    shown = {(row["doc_id"], row["sent"]) for row in fitted.topic_sentences}
    texts = {
        place: row["text"]
        for row in store.read_rows(cut, tables.SENTENCES)
        if (place := (row["doc_id"], row["sent"])) in shown
    }
    store.write_table(folder, tables.TOPICS, fitted.topics)
    store.write_table(folder, tables.TOPIC_TERMS, fitted.topic_terms)
    store.write_table(folder, tables.TOPIC_UNITS, fitted.topic_units)
    store.write_table(
        folder,
        tables.TOPIC_SENTENCES,
        [{**row, "text": texts[row["doc_id"], row["sent"]]} for row in fitted.topic_sentences],
    )
    store.write_table(folder, tables.TOPIC_GROUPS, fitted.topic_groups)
    store.write_table(folder, tables.TOPIC_EFFECTS, fitted.topic_effects)
    store.write_table(folder, tables.TOPIC_CHANGES, fitted.topic_changes)
    store.write_table(folder, tables.TOPIC_GRID, fitted.topic_grid)
    notes = [{"stage": STAGE, "scope": "corpus", "note": note} for note in fitted.notes]
    store.write_table(folder, tables.NOTES, notes)
    return store.write_rejects(interim, STAGE, [(group[0], reason, detail) for group, reason, detail in failures])


def keep_topics(processed: Path, out: Path) -> int:
    """Write the topics of ``processed`` to ``out`` for ``topics.reference``; returns how many they are.

    Raises ``FileExistsError`` if ``out`` is there, since its names may be the user's own.
    """
    topics = store.read_table(processed, tables.TOPICS)
    if out.exists():
        raise FileExistsError(out)
    if topics:
        store.write_text(out, written_reference(topics, store.read_table(processed, tables.TOPIC_TERMS)))
    return len(topics)


def _reference(name: str, root: Path) -> Reference | None:
    if not name:
        return None
    try:
        with (root / name).open(encoding="utf-8-sig", newline="") as file:
            return read_reference(file)
    except (OSError, ValueError) as error:
        raise ParamsError(f"topics.reference: {name} cannot be read: {error}") from None
