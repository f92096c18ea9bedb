"""How topics differ between groups of documents and over time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from pipeline.topics.mixture import Floats

LEVEL = 0.95
"""Of the intervals."""
YEARS = 10
"""An effect of the year is the change in so many years."""
_DIGITS = 9

Row = dict[str, Any]
Covariates = Mapping[str, Mapping[str, str]]
"""doc_id -> covariate (year, region, issuer, level) -> value; what is not known is left out."""


def shares_by_group(doc_ids: Sequence[str], shares: Floats, covariates: Covariates) -> list[Row]:
    """Rows of ``topic_groups``: mean share of each topic in the units of each value of each covariate.

    ``doc_ids`` names the document of each row of ``shares`` (units × topics). The interval takes documents as drawn
    and all of their units with them (ratio estimator for clusters: Cochran 1977, Sampling Techniques, ch. 9A); for a
    value with one document it takes that document's units as drawn, which says less. Student's t with one less than
    there are documents, or units; of a single unit the interval is from 0 to 1.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for row, doc_id in enumerate(doc_ids):
        for name, value in covariates.get(doc_id, {}).items():
            groups.setdefault((name, value), []).append(row)
    rows: list[Row] = []
    for (name, value), members in sorted(groups.items()):
        inside = [doc_ids[i] for i in members]
        documents = len(set(inside))
        means, errors, freedom = _mean_and_error(shares[members], inside)
        reach = errors * student.ppf((1 + LEVEL) / 2, freedom) if freedom else np.full(len(means), 1.0)
        for topic, (mean, off) in enumerate(zip(means, reach, strict=True)):
            rows.append(
                {
                    "covariate": name,
                    "value": value,
                    "topic": topic,
                    "share": round(float(mean), _DIGITS),
                    "low": round(max(float(mean - off), 0.0), _DIGITS),
                    "high": round(min(float(mean + off), 1.0), _DIGITS),
                    "documents": documents,
                    "units": len(members),
                }
            )
    return rows


def effects(
    doc_ids: Sequence[str], shares: Floats, covariates: Covariates, names: Sequence[str]
) -> tuple[list[Row], list[str]]:
    """Rows of ``topic_effects``, and notes: linear regressions of each topic's share in a unit on covariates.

    As estimateEffect of stm does (Roberts, Stewart & Tingley 2019, J. Stat. Softw. 91:2), by ordinary least squares,
    but with the shares taken as they are, and with standard errors clustered by document (statsmodels), since the
    units of a document resemble each other. The year counts as a number; ``estimate`` is then the change in ``YEARS``
    years. Of any other covariate each value is held against the one with most units, its ``reference``. Units that
    lack a covariate are left out; a covariate with a single value, or that the ones before it already tell, has no
    effect and a note.
    """
    from statsmodels.api import OLS, add_constant  # not above: it takes a second that annotating does not need

    if not covariates or not names:
        return [], []
    told = [i for i, doc_id in enumerate(doc_ids) if all(name in covariates.get(doc_id, {}) for name in names)]
    documents = [doc_ids[i] for i in told]
    if len(set(documents)) < 3:
        known = f"{len(set(documents))} documents have {' and '.join(names)}"
        return [], [f"No effects on topics: {known}, and effects need at least 3."]
    columns: list[tuple[str, str, NDArray[np.float64]]] = []
    notes = []
    for name in names:
        values = [covariates[doc_id][name] for doc_id in documents]
        found = _columns(name, values)
        kept = [c for n, c in enumerate(found) if _is_new([*columns, *found[:n]], c[2])]
        if not kept:
            notes.append(f"No effect of {name} on topics: it is the same in all units, or other covariates tell it.")
        columns += kept
    if not columns:
        return [], notes
    if len(set(documents)) <= len(columns) + 1:
        return [], [*notes, f"No effects on topics: {len(set(documents))} documents for {len(columns)} covariates."]
    design = add_constant(np.column_stack([values for _, _, values in columns]), has_constant="add")
    clusters = np.unique(documents, return_inverse=True)[1]
    rows: list[Row] = []
    for topic in range(shares.shape[1]):
        fitted = OLS(shares[told, topic], design).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
        intervals = fitted.conf_int(1 - LEVEL)
        for n, (covariate, reference, _) in enumerate(columns, 1):
            rows.append(
                {
                    "covariate": covariate,
                    "topic": topic,
                    "estimate": round(float(fitted.params[n]), _DIGITS),
                    "low": round(float(intervals[n][0]), _DIGITS),
                    "high": round(float(intervals[n][1]), _DIGITS),
                    "reference": reference,
                }
            )
    left_out = len(doc_ids) - len(told)
    if left_out:
        notes.append(
            f"Effects on topics: {left_out} of {len(doc_ids)} units were left out, lacking {' or '.join(names)}."
        )
    return rows, notes


def _mean_and_error(shares: Floats, documents: Sequence[str]) -> tuple[Floats, Floats, int]:
    """Mean of each column, its standard error and the degrees of freedom."""
    mean = shares.mean(axis=0)
    names, which = np.unique(documents, return_inverse=True)
    which = which if len(names) > 1 else np.arange(len(shares))
    n = int(which.max()) + 1
    if n == 1:
        return mean, np.zeros_like(mean), 0
    off = np.zeros((n, shares.shape[1]))
    np.add.at(off, which, shares - mean)
    return mean, np.sqrt(n / (n - 1) * (off**2).sum(axis=0)) / len(shares), n - 1


def _columns(name: str, values: Sequence[str]) -> list[tuple[str, str, NDArray[np.float64]]]:
    if name == "year":
        years = np.array([float(value) for value in values]) / YEARS
        return [(f"year (+{YEARS})", "", years - years.mean())]
    counted = Counter(values)
    reference = min(counted, key=lambda value: (-counted[value], value))
    return [
        (f"{name}={value}", reference, np.array([float(v == value) for v in values]))
        for value in sorted(counted)
        if value != reference
    ]


def _is_new(columns: Sequence[tuple[str, str, NDArray[np.float64]]], column: NDArray[np.float64]) -> bool:
    """Whether the constant and the columns before do not add up to the column."""
    before = np.column_stack([np.ones(len(column)), *(values for _, _, values in columns)])
    return bool(np.linalg.matrix_rank(np.column_stack([before, column])) > np.linalg.matrix_rank(before))
