"""Which words tell documents of the reader's choice from all others.

The table term_groups has years, regions, levels and issuers; this is for any other group, and for words that are no
keywords.
"""

import math

import numpy as np
import pandas as pd

CONTENT = ("n", "nz", "v", "vn", "vd", "a", "an", "ad", "s")
"""LAC's tags of content words that are no names."""
NAMES = ("ns", "nr", "nt", "nw", "ORG", "LOC", "PER")
"""LAC's tags of names."""
LEAST = 5
"""A word that stands fewer times than this in the two parts together is not compared."""
P_0001 = 15.13
"""A G2 above this would come up by chance once in 10,000 words (chi-squared, one degree of freedom)."""


def log_likelihood(inside: np.ndarray, outside: np.ndarray, inside_size: float, outside_size: float) -> np.ndarray:
    """G2 of a word's frequencies in two parts of a corpus with so many words each; 0: the same rate in both.

    G2 = 2 (a ln(a / E1) + b ln(b / E2)) with E1 = c (a + b) / (c + d), E2 = d (a + b) / (c + d), where a and b are the
    word's frequencies and c and d the parts' sizes in words. Dunning, T. (1993). Accurate methods for the statistics
    of surprise and coincidence. Computational Linguistics 19(1), 61-74; in this form Rayson, P. & Garside, R. (2000).
    Comparing corpora using frequency profiling. Workshop on Comparing Corpora, ACL, 1-6.
    """
    both = np.maximum(inside + outside, 0.5)  # a word that stands nowhere gives 0
    whole = inside_size + outside_size
    terms = [
        part * np.log(np.where(part > 0, part, 1) / (size * both / whole))
        for part, size in ((inside, inside_size), (outside, outside_size))
    ]
    return np.maximum(2 * (terms[0] * (inside > 0) + terms[1] * (outside > 0)), 0)


def log_ratio(
    inside: np.ndarray, outside: np.ndarray, inside_size: float, outside_size: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log Ratio: log2 of (rate inside / rate outside), and its 95% confidence interval; 1 means twice as frequent.

    Hardie, A. (2014). Log Ratio - an informal introduction. CASS, Lancaster University. As there, a frequency of 0
    counts as 0.5. The interval is that of a relative risk (Katz et al. 1978, Biometrics 34, 469-474).
    """
    a, b = np.maximum(inside, 0.5), np.maximum(outside, 0.5)
    middle = np.log2((a / inside_size) / (b / outside_size))
    error = np.sqrt(np.maximum(1 / a - 1 / inside_size + 1 / b - 1 / outside_size, 0)) / math.log(2)
    return middle, middle - 1.96 * error, middle + 1.96 * error


def compare(counts: pd.DataFrame, sizes: pd.Series, inside: pd.Index) -> pd.DataFrame:
    """Each word's frequency in the documents ``inside`` against all others, by falling G2.

    ``counts``: columns doc_id, term, count. ``sizes``: doc_id to its length in words. Gives term, effect (Log Ratio),
    low, high, g2, tf, documents (of the group with the word), rate and rate_rest (per 10,000 words). Empty if either
    part has no words.
    """
    names = ["term", "effect", "low", "high", "g2", "tf", "documents", "rate", "rate_rest"]
    within = counts["doc_id"].isin(inside)
    size = float(sizes[sizes.index.isin(inside)].sum())
    rest = float(sizes.sum()) - size
    if not size or not rest:
        return pd.DataFrame({name: pd.Series(dtype="str" if name == "term" else "float") for name in names})
    whole = counts.groupby("term", observed=True)["count"].sum()
    chosen = counts[within].groupby("term", observed=True).agg(tf=("count", "sum"), documents=("doc_id", "nunique"))
    table = chosen.reindex(whole.index, fill_value=0)
    table = table[whole >= LEAST]
    a = table["tf"].to_numpy(float)
    b = whole[whole >= LEAST].to_numpy(float) - a
    table["g2"] = log_likelihood(a, b, size, rest)
    table["effect"], table["low"], table["high"] = log_ratio(a, b, size, rest)
    table["rate"], table["rate_rest"] = 10_000 * a / size, 10_000 * b / rest
    ordered = (
        table.rename_axis("term")
        .reset_index()
        .astype({"term": "str"})
        .sort_values(["g2", "term"], ascending=[False, True])
    )
    return ordered[names].reset_index(drop=True)


def typical(compared: pd.DataFrame, group_documents: int) -> pd.DataFrame:
    """The rows that speak for the group: more frequent there, G2 above P_0001, and not in one document alone.

    A word of a single document says something of that document; where the group has several, it is left out.
    """
    told = (compared["effect"] > 0) & (compared["g2"] > P_0001)
    return compared[told & (compared["documents"] >= min(2, group_documents))].reset_index(drop=True)
