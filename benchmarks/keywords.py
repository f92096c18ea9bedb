"""Keywords of single abstracts beside their authors' own, by each of baogao's methods and by jieba's.

The texts are those of FOLDER/keyphrases/csl.dev.tsv (Li et al. 2022, "CSL: A Large-scale Chinese Scientific Literature
Dataset"): a text, and its authors' keywords joined by ``_``, in the last two columns. A term counts if it is one of
theirs, to the character; some of theirs are not in the text at all, and are missed by every tool. jieba is measured
if it is installed. Prints a Markdown table; takes some minutes.

    python -m benchmarks.keywords --corpora FOLDER [--top 5]
"""

import argparse
import importlib
import importlib.util
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from benchmarks.markdown import head, row
from pipeline.annotation import keywords_of
from pipeline.params import Keywords, Params

FILE = Path("keyphrases") / "csl.dev.tsv"
Terms = list[list[str]]


def abstracts(corpora: Path) -> tuple[list[str], Terms]:
    """Texts and their authors' keywords."""
    lines = (corpora / FILE).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line]
    return [cells[-2] for cells in rows], [list(dict.fromkeys(cells[-1].split("_"))) for cells in rows]


def scores(found: Terms, gold: Terms) -> tuple[float, float, float, float]:
    """Precision, recall and F1 over all texts together, and the mean of the texts' F1."""
    hits = [len(set(ours) & set(theirs)) for ours, theirs in zip(found, gold, strict=True)]
    sizes = [len(ours) + len(theirs) for ours, theirs in zip(found, gold, strict=True)]
    each = [2 * hit / size if size else 0.0 for hit, size in zip(hits, sizes, strict=True)]
    n_found, n_gold = sum(map(len, found)), sum(map(len, gold))
    return (
        sum(hits) / n_found if n_found else 0.0,
        sum(hits) / n_gold if n_gold else 0.0,
        2 * sum(hits) / (n_found + n_gold) if n_found + n_gold else 0.0,
        sum(each) / len(each) if each else 0.0,
    )


def tools(top: int) -> Iterator[tuple[str, Callable[[Sequence[str]], Terms]]]:
    """Each tool's name, and its function from texts to terms."""

    def ours(method: str) -> Callable[[Sequence[str]], Terms]:
        params = Params(keywords=Keywords.model_validate({"methods": (method,)}))
        return lambda texts: list(keywords_of(texts, params, top))

    def jiebas(function: Callable[..., Any]) -> Callable[[Sequence[str]], Terms]:
        return lambda texts: [list(function(text, topK=top)) for text in texts]

    (literal, _) = get_args(Keywords.model_fields["methods"].annotation)
    for method in get_args(literal):
        yield f"baogao, {method}", ours(method)
    if importlib.util.find_spec("jieba"):
        analyse = importlib.import_module("jieba.analyse")
        yield "jieba, TF-IDF", jiebas(analyse.extract_tags)
        yield "jieba, TextRank", jiebas(analyse.textrank)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--top", type=int, default=5)
    args = parser.parse_args()
    texts, gold = abstracts(args.corpora)
    characters = sum(map(len, texts))
    head(
        f"{len(texts):,} abstracts, {args.top} terms each, text to terms",
        "tool",
        "precision",
        "recall",
        f"F1@{args.top}, micro",
        f"F1@{args.top}, macro",
        "characters/s",
    )
    for name, terms in tools(args.top):
        terms(texts[:1])  # models are loaded
        began = time.perf_counter()
        found = terms(texts)
        seconds = time.perf_counter() - began
        row(name, *(f"{score:.3f}" for score in scores(found, gold)), f"{characters / seconds:,.0f}")


if __name__ == "__main__":
    main()
