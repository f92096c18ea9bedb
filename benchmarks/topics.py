"""Topics beside scikit-learn's NMF and LDA on jieba's words: known classes found again, and quality on reports.

``--corpora FOLDER`` gives news titles with their classes (FOLDER/topics/thucnews_titles.dev.txt: title, tab, class);
each title is one unit and goes to the topic with its largest share. ``--project PROJECT`` is a project whose
``data/processed`` holds reports (``python -m benchmarks.corpus FOLDER/reports --keep PROJECT`` makes one): its
paragraphs are units. There each method is fitted with five seeds to random samples of 80 percent of the units, the
same for all methods, and measured on its own words by the same functions. jieba must be installed. Prints Markdown
tables.

    python -m benchmarks.topics [--corpora FOLDER] [--project PROJECT] [--k 10 20]
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.metrics import normalized_mutual_info_score

from benchmarks.markdown import head, row
from pipeline import store, tables
from pipeline.annotation import topics_of
from pipeline.params import Params, Topics
from pipeline.topics.core import sentences_of, units_of
from pipeline.topics.fitting import fit, space_of, top_terms
from pipeline.topics.mixture import Floats
from pipeline.topics.quality import coherence, exclusivity, mean, overlaps
from pipeline.topics.selection import drawn, left_out_of
from pipeline.topics.vocabulary import Unit, count_terms, count_words

METHODS = ("vectors", "nmf", "lda")
PEERS = ("sklearn NMF, jieba", "sklearn LDA, jieba")
SEEDS = range(5)
CLASSES = 10


class Fitted(NamedTuple):
    """Shares (units × topics) and weights (topics × terms)."""

    shares: Floats
    weights: Floats


def jieba_counts(texts: Sequence[str]) -> tuple[csr_matrix, list[str]]:
    """Words of two characters or more, no function words, that stand in two texts or more (texts × words)."""
    import jieba
    from spacy.lang.zh.stop_words import STOP_WORDS

    def words(text: str) -> list[str]:
        return [w for w in jieba.lcut(text) if len(w) > 1 and w not in STOP_WORDS and any(c.isalpha() for c in w)]

    jieba.setLogLevel(60)
    vectorizer = CountVectorizer(analyzer=words, min_df=2)
    counts = vectorizer.fit_transform(texts).astype(float)
    return counts, list(vectorizer.get_feature_names_out())


def peer(name: str, counts: csr_matrix, k: int, seed: int) -> Fitted:
    """scikit-learn's models with their defaults."""
    if "NMF" in name:
        counts, model = TfidfTransformer().fit_transform(counts), NMF(k, random_state=seed)
    else:
        model = LatentDirichletAllocation(k, random_state=seed)
    shares = model.fit_transform(counts)
    return Fitted(shares, model.components_)


def titles(path: Path) -> None:
    """Print the normalized mutual information of topics and classes."""
    lines = [line.rsplit("\t", 1) for line in path.read_text(encoding="utf-8").splitlines()]
    texts, classes = [text for text, _ in lines], [label for _, label in lines]
    head(f"NMI with the classes, {len(texts):,} news titles, {CLASSES} topics", "method", "NMI", "seconds")
    for method in METHODS:
        started = time.monotonic()
        shares = np.zeros((len(texts), CLASSES))
        for unit, topic, share in topics_of(texts, Params(), k=CLASSES, method=method, restoring=False):
            shares[unit, topic] = share
        _agreement(f"baogao {method}", classes, shares, started)
    counts, _ = jieba_counts(texts)
    for name in PEERS:
        started = time.monotonic()
        _agreement(name, classes, peer(name, counts, CLASSES, 0).shares, started)


def _agreement(name: str, classes: Sequence[str], shares: Floats, started: float) -> None:
    nmi = normalized_mutual_info_score(classes, shares.argmax(axis=1))
    row(name, f"{nmi:.3f}", f"{time.monotonic() - started:.0f}")


def paragraphs(processed: Path) -> Iterator[tuple[Unit, str]]:
    """The paragraphs of a dataset as units, and their texts."""
    groups = store.read_groups(processed, tables.TOKENS, (processed, tables.ENTITIES), (processed, tables.SENTENCES))
    for doc_id, tokens, names, sentences in groups:
        texts: dict[int, str] = {}
        for sentence in sentences:
            texts[sentence["para"]] = texts.get(sentence["para"], "") + sentence["text"]
        for unit in units_of(sentences_of(doc_id, sentences, tokens, names), sentences, "paragraph"):
            yield unit, texts[unit.unit]


def reports(processed: Path, ks: Sequence[int]) -> None:
    """Print quality for each number of topics and method."""
    units, texts = zip(*paragraphs(processed), strict=True)
    own, terms = count_terms(units, 2)
    words = count_words(units, 2)
    jieba, jieba_terms = jieba_counts(texts)
    told = np.flatnonzero((own.getnnz(axis=1) > 0) & (jieba.getnnz(axis=1) > 0))
    samples = [drawn(len(told), seed, max(ks)) for seed in SEEDS]

    def ours(method: Any) -> Callable[[list[int], int, int], Fitted]:
        def fitted(rows: list[int], k: int, seed: int) -> Fitted:
            space = space_of(words[told[rows]], method)
            return Fitted(*fit(own[told[rows]], method, k, seed, space))

        return fitted

    def theirs(name: str) -> Callable[[list[int], int, int], Fitted]:
        return lambda rows, k, seed: peer(name, jieba[told[rows]], k, seed)

    methods: list[tuple[str, Callable[[list[int], int, int], Fitted], csr_matrix, list[str]]] = [
        *((f"baogao {method}", ours(method), own[told], terms) for method in METHODS),
        *((name, theirs(name), jieba[told], jieba_terms) for name in PEERS),
    ]
    for k in ks:
        head(
            f"{len(told):,} paragraphs of reports, {k} topics, means over {len(SEEDS)} seeds",
            "method",
            "NPMI",
            "NPMI, units left out",
            "exclusivity",
            "exclusivity by units",
            "stability",
            "seconds a fit",
        )
        for name, fitted, counts, vocabulary in methods:
            _quality(name, fitted, counts, vocabulary, samples, k)


def _quality(
    name: str,
    fitted: Callable[[list[int], int, int], Fitted],
    counts: csr_matrix,
    terms: list[str],
    samples: list[list[int]],
    k: int,
) -> None:
    started = time.monotonic()
    models = [fitted(rows, k, seed) for seed, rows in zip(SEEDS, samples, strict=True)]
    seconds = (time.monotonic() - started) / len(models)
    tops = [top_terms(model.weights, terms, Topics().top_n) for model in models]
    left_out = [left_out_of(rows, counts) for rows in samples]
    row(
        name,
        *(
            f"{value:.3f}"
            for value in (
                mean([mean(coherence(top, counts[rows])) for top, rows in zip(tops, samples, strict=True)]),
                mean([mean(coherence(top, counts[rows])) for top, rows in zip(tops, left_out, strict=True)]),
                mean([mean(exclusivity(top, m.weights)) for top, m in zip(tops, models, strict=True)]),
                mean(
                    [
                        mean(exclusivity(top, _by_units(m.shares, counts[rows])))
                        for top, m, rows in zip(tops, models, samples, strict=True)
                    ]
                ),
                mean([mean(overlaps(a, b)) for i, a in enumerate(tops) for b in tops[:i]]),
            )
        ),
        f"{seconds:.1f}",
    )


def _by_units(shares: Floats, counts: csr_matrix) -> Floats:
    """Share of each topic's units that hold each term: a measure of terms that owes nothing to a model's weights."""
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)
    held: Floats = np.asarray(shares.T @ counts.sign()) / np.maximum(shares.sum(axis=0), 1e-12)[:, None]
    return held


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--project", type=Path)
    parser.add_argument("--k", type=int, nargs="*", default=[10, 20])
    args = parser.parse_args()
    if args.corpora is None and args.project is None:
        parser.error("--corpora, --project or both")
    if args.corpora:
        titles(args.corpora / "topics" / "thucnews_titles.dev.txt")
    if args.project:
        reports(args.project / "data" / "processed", args.k)


if __name__ == "__main__":
    main()
