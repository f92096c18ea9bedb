"""Reads the published tables: the columns asked for and no others, long tables in batches.

What a dataset does not hold, a table or a column that another version publishes, is empty, so that a notebook runs on
all of them.
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

BATCH, TEXTS = 200_000, 500
"""Rows in memory at a time of a long table, and of one that holds whole texts."""
PUNCTUATION = "w"
"""LAC's tag of punctuation marks, which are no words."""


class Dataset:
    """A folder of published tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))

    def read(self, table: str, columns: Sequence[str], filters: list[Any] | None = None) -> pd.DataFrame:
        """The ``columns`` of a table, in this order. Columns that the dataset lacks hold empty texts.

        ``filters`` are pyarrow's: ``[("doc_id", "in", ids)]``.
        """
        path = self._path(table)
        if not path.exists():
            return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
        known = set(pq.read_schema(path).names)
        frame = pd.read_parquet(path, columns=[name for name in columns if name in known], filters=filters)
        for name in columns:
            if name not in known:
                frame[name] = pd.Series("", index=frame.index, dtype="str")
        return frame[list(columns)]

    def batches(self, table: str, columns: Sequence[str], size: int = BATCH) -> Iterator[pa.Table]:
        """The ``columns`` of a table, ``size`` rows at a time; nothing if there is no such table."""
        path = self._path(table)
        if path.exists():
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(size, columns=list(columns)):
                    yield pa.Table.from_batches([batch])

    def rows(self, table: str) -> int:
        """How many rows a table has; 0 if there is none."""
        path = self._path(table)
        return int(pq.read_metadata(path).num_rows) if path.exists() else 0

    def _path(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"


def open_dataset(root: Path) -> Dataset:
    """The dataset in ``$BAOGAO_DATA``, or else in ``data/processed`` of the project ``root``.

    Raises ``FileNotFoundError``, which says what to do, if there is none.
    """
    folder = Path(os.environ.get("BAOGAO_DATA") or root / "data" / "processed")
    if not (folder / "datapackage.json").exists():
        raise FileNotFoundError(f"there is no dataset in {folder}: run `make repro` in {root}")
    return Dataset(folder)


def words_per_document(dataset: Dataset) -> pd.Series:
    """doc_id to its number of words, punctuation left out; documents without a word are missing."""
    counted = [
        batch.filter(pc.not_equal(batch["pos"], PUNCTUATION)).group_by("doc_id").aggregate([("pos", "count")])
        for batch in dataset.batches("tokens", ["doc_id", "pos"])
    ]
    return _added(counted, ["doc_id"], "pos_count").to_pandas().set_index("doc_id")["pos_count"].rename("words")


def raw_lengths(dataset: Dataset) -> pd.Series:
    """doc_id to the length of its ``raw_text`` in characters."""
    found: dict[str, int] = {}
    for batch in dataset.batches("documents", ["doc_id", "raw_text"], TEXTS):
        lengths = pc.utf8_length(batch["raw_text"])
        found.update(zip(batch["doc_id"].to_pylist(), lengths.to_pylist(), strict=True))
    return pd.Series(found, dtype="int64", name="raw_chars")


def edit_counts(dataset: Dataset) -> pd.DataFrame:
    """One row for each document and rule: edits, characters removed and written, the lowest confidence."""
    counted = []
    for batch in dataset.batches("edits", ["doc_id", "rule", "before", "after", "confidence"]):
        sized = batch.select(["doc_id", "rule", "confidence"])
        for name, column in (("removed", "before"), ("written", "after")):
            sized = sized.append_column(name, pc.utf8_length(batch[column]))
        counted.append(
            sized.group_by(["doc_id", "rule"])
            .aggregate([("rule", "count"), ("removed", "sum"), ("written", "sum"), ("confidence", "min")])
            .rename_columns(["doc_id", "rule", "edits", "removed", "written", "least_sure"])
        )
    names = ["doc_id", "rule", "edits", "removed", "written", "least_sure"]
    if not counted:
        return pd.DataFrame({name: pd.Series(dtype="str" if name in names[:2] else "int64") for name in names})
    whole = pa.concat_tables(counted).to_pandas().groupby(["doc_id", "rule"], as_index=False)
    return whole.agg(
        edits=("edits", "sum"),
        removed=("removed", "sum"),
        written=("written", "sum"),
        least_sure=("least_sure", "min"),
    )


def removed_lines(dataset: Dataset, rule: str = "furniture") -> pd.DataFrame:
    """What a rule took out: each text, without white space around it, with its edits and documents, most first."""
    found = []
    for batch in dataset.batches("edits", ["doc_id", "rule", "before"]):
        chosen = batch.filter(pc.match_substring(batch["rule"], rule))
        trimmed = pc.utf8_trim_whitespace(chosen["before"])
        kept = pa.table({"doc_id": chosen["doc_id"], "text": trimmed})
        found.append(kept.group_by(["doc_id", "text"]).aggregate([("text", "count")]))
    if not found:
        return pd.DataFrame({"text": pd.Series(dtype="str"), "times": [], "documents": []})
    whole = pa.concat_tables(found).to_pandas().groupby("text", as_index=False)
    lines = whole.agg(times=("text_count", "sum"), documents=("doc_id", "nunique"))
    return lines.sort_values(["documents", "times", "text"], ascending=[False, False, True], ignore_index=True)


def term_counts(dataset: Dataset, tags: Sequence[str]) -> pd.DataFrame:
    """Columns doc_id, term (categories), count: words of two letters or more with one of LAC's ``tags``, no stops."""
    found = []
    for batch in dataset.batches("tokens", ["doc_id", "text", "pos", "is_stop"]):
        tagged = pc.is_in(batch["pos"], pa.array(list(tags), pa.string()))
        lettered = pc.match_substring_regex(batch["text"], r"^[\p{L}\p{M}]{2,}$")
        chosen = batch.filter(pc.and_(pc.and_(tagged, lettered), pc.invert(batch["is_stop"])))
        found.append(chosen.group_by(["doc_id", "text"]).aggregate([("text", "count")]))
    counts = _added(found, ["doc_id", "text"], "text_count").rename_columns(["doc_id", "term", "count"])
    for n, name in enumerate(("doc_id", "term")):
        counts = counts.set_column(n, name, pc.dictionary_encode(counts[name]))  # categories: a fifth of the memory
    return counts.to_pandas()


def _added(parts: Sequence[pa.Table], keys: Sequence[str], value: str) -> pa.Table:
    """The parts' counts added up by key, sorted; empty if there are no parts."""
    schema = pa.schema([*[(key, pa.string()) for key in keys], (value, pa.int64())])
    whole = pa.concat_tables([part.select([*keys, value]) for part in parts]) if parts else schema.empty_table()
    added = whole.group_by(list(keys)).aggregate([(value, "sum")]).rename_columns([*keys, value])
    return added.sort_by([(key, "ascending") for key in keys])


def names_of_documents(dataset: Dataset) -> pd.Series:
    """doc_id to the document's title, or to the path of its file where it has none."""
    titles = dataset.read("documents", ["doc_id", "title"]).set_index("doc_id")["title"]
    files = dataset.read("sources", ["doc_id", "path"]).drop_duplicates("doc_id").set_index("doc_id")["path"]
    return titles.where(titles != "", titles.index.map(files).fillna("")).rename("name")


def periods(dates: pd.Series) -> pd.Series:
    """Documents by month where all ISO dates have one and lie within three years, else by year; in order, gaps too."""
    known = dates[dates.str.match(r"\d{4}")]
    if known.empty:
        return pd.Series(dtype="int64")
    months = pd.PeriodIndex(known.str[:7], freq="M") if (known.str.len() >= 7).all() else None
    if months is not None and (months.max() - months.min()).n < 36:
        counted = pd.Series(months).value_counts()
        counted = counted.reindex(pd.period_range(months.min(), months.max(), freq="M"), fill_value=0)
        return counted.set_axis(counted.index.astype(str))
    years = known.str[:4].astype(int).value_counts().sort_index()
    if years.index[-1] - years.index[0] < 200:
        years = years.reindex(range(years.index[0], years.index[-1] + 1), fill_value=0)
    return years.set_axis(years.index.astype(str))


def around(text: str, found: str, width: int = 40) -> str:
    """A stretch of a text around the first place where ``found`` stands, which is put in brackets 【】."""
    start = text.find(found)
    if start < 0:
        return text[: 2 * width]
    end = start + len(found)
    before, after = text[max(0, start - width) : start], text[end : end + width]
    cut = ("…" if start > width else "", "…" if len(text) > end + width else "")
    return f"{cut[0]}{before}【{found}】{after}{cut[1]}"
