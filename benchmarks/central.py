"""The worked example: keywords and topics of the central government's work reports, as ``docs/central.md``.

``--corpus PATH`` is a file with the reports (or a folder with such files), one JSON object a line with title, year and
content, as they can be collected from Wikisource; the texts are not shipped. A project is made in a scratch folder
(``--keep`` leaves it), every stage is run with the shipped ``params.yaml``, and its tables and pictures go to
``docs/central.md`` and ``docs/central/``.

    python -m benchmarks.central --corpus PATH [--keep PROJECT] [--out docs]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.corpus import ROOT, run
from pipeline.cli import STAGES

PICTURES = {
    "keyness": "What is typical of each decade",
    "trends": "Terms that changed most",
    "coword-map": "Terms that stand together",
    "strategic-diagram": "Themes by centrality and density",
    "topic-quality": "Quality against the number of topics",
    "topic-map": "Topics by how much their terms differ",
    "topic-trends": "Topics over time",
    "topic-effects": "Change of topics in ten years",
}
"""Files of ``notebooks.figures`` and what they show."""
EACH = 10
TWICE = 1.0
"""Log ratio from which on a term is typical: G2 alone also picks words that are frequent in all decades."""


def analysed(corpus: Path, project: Path) -> dict[str, float]:
    """Make a project of the corpus and run all stages in it; gives the seconds of each."""
    raw = project / "data" / "raw"
    raw.mkdir(parents=True)
    shutil.copy(ROOT / "params.yaml", project)
    if corpus.is_dir():
        shutil.copytree(corpus, raw, dirs_exist_ok=True)
    else:
        shutil.copy(corpus, raw)
    os.chdir(project)
    return {stage: run(stage, project)[0] for stage in STAGES if stage != "evaluation"}


def page(data: Path, pictures: Sequence[str]) -> str:
    """The page, in Markdown, of the dataset in ``data``."""
    read = {
        name: pd.read_parquet(data / f"{name}.parquet")
        for name in ("documents", "term_groups", "topics", "topic_terms", "topic_units", "topic_effects", "notes")
    }
    documents, topics, units = read["documents"], read["topics"], read["topic_units"]
    years = documents.loc[documents["date"] != "", "date"].str[:4]
    parts = [
        "# The central government's work reports, " + f"{years.min()} to {years.max()}",
        f"{len(documents)} documents with {documents['n_chars'].sum():,} characters, {len(years)} of them dated: the "
        "reports, and resolutions of the\nNational People's Congress on them. Made by `python -m benchmarks.central "
        "--corpus PATH` with the parameters as shipped;\nevery figure and picture is from the tables that `dvc repro` "
        "writes. The texts are not in this repository.",
        "## What was typical of each decade",
        f"Of the terms that stand at least twice as often in a decade's reports as in all others with a date, the "
        f"{EACH} with the\nhighest log-likelihood keyness (Dunning 1993); in brackets the log ratio (Hardie 2014): 1 "
        "is twice as often, 2 four times.",
        _table(("decade", "terms"), _typical(read["term_groups"])),
        "## Topics",
        f"{len(topics)} topics of paragraphs: the number that is best by coherence, exclusivity, stability and "
        "held-out fit together.\nShare: mean over paragraphs.",
        _table(
            ("topic", "strongest terms", "share", "coherence", "exclusivity", "stability"),
            _described(topics, read["topic_terms"], units),
        ),
        "## How topics changed",
        "Change of a topic's share in ten years, with its 95% interval (standard errors clustered by document).",
        _table(
            ("topic", "label", "percentage points in ten years", "95% interval"),
            _changes(read["topic_effects"], topics),
        ),
    ]
    if pictures:
        parts.append("## Pictures")
        parts += [
            f"### {title}\n\n![{title}](central/{name}.svg)" for name, title in PICTURES.items() if name in pictures
        ]
    told = read["notes"][read["notes"]["stage"].isin(["keywords", "topics"]) & (read["notes"]["scope"] == "corpus")]
    if len(told):
        parts += ["## What could not be told", "\n".join(f"- {note}" for note in told["note"])]
    return "\n\n".join(parts) + "\n"


def _typical(groups: pd.DataFrame) -> list[tuple[str, str]]:
    decades = groups[(groups["group"] == "decade") & (groups["effect"] >= TWICE)]
    best = decades.sort_values(["value", "g2", "term"], ascending=[True, False, True]).groupby("value").head(EACH)
    told = best.assign(told=best["term"] + best["effect"].map(lambda effect: f" ({effect:.1f})"))
    return list(told.groupby("value")["told"].agg("、".join).items())


def _described(topics: pd.DataFrame, terms: pd.DataFrame, units: pd.DataFrame) -> list[tuple[str, ...]]:
    words = terms.sort_values(["topic", "rank"]).groupby("topic")["term"].agg("、".join)
    shares = units.groupby("topic")["weight"].mean()
    return [
        (
            str(t.topic),
            words[t.topic],
            f"{shares[t.topic]:.1%}",
            f"{t.coherence:.2f}",
            f"{t.exclusivity:.2f}",
            f"{t.stability:.2f}",
        )
        for t in topics.sort_values("topic").itertuples()
    ]


def _changes(effects: pd.DataFrame, topics: pd.DataFrame) -> list[tuple[str, ...]]:
    labels = topics.set_index("topic")["label"]
    by_year = effects[effects["covariate"].str.startswith("year")].sort_values(
        ["estimate", "topic"], ascending=[False, True]
    )
    return [
        (str(e.topic), labels[e.topic], f"{100 * e.estimate:+.1f}", f"{100 * e.low:+.1f} to {100 * e.high:+.1f}")
        for e in by_year.itertuples()
    ]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def main() -> None:
    """Write the page and its pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--keep", type=Path, metavar="PROJECT", help="make the project here and leave it")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    args = parser.parse_args()
    out = args.out.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        project = (args.keep or Path(scratch) / "project").resolve()
        started = time.monotonic()
        seconds = analysed(args.corpus.resolve(), project)
        data, drawn = project / "data" / "processed", out / "central"
        subprocess.run([sys.executable, "-m", "notebooks.figures", data, drawn], cwd=ROOT, check=True)
        (out / "central.md").write_text(page(data, [path.stem for path in drawn.glob("*.svg")]), encoding="utf-8")
    for stage, taken in seconds.items():
        print(f"{stage:16}{taken:8.1f} s")
    print(f"{'all':16}{time.monotonic() - started:8.1f} s")


if __name__ == "__main__":
    main()
