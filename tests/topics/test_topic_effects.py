import numpy as np
import pytest

from pipeline.topics.effects import effects, shares_by_group


def test_shares_of_a_group_are_the_mean_of_its_units():
    shares = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    covariates = {"a": {"year": "2001"}, "b": {"year": "2002"}}
    rows = shares_by_group(["a", "a", "b"], shares, covariates)
    assert [(r["covariate"], r["value"], r["topic"], r["share"]) for r in rows] == [
        ("year", "2001", 0, 0.75),
        ("year", "2001", 1, 0.25),
        ("year", "2002", 0, 0.0),
        ("year", "2002", 1, 1.0),
    ]
    assert [(r["documents"], r["units"]) for r in rows] == [(1, 2), (1, 2), (1, 1), (1, 1)]


def test_a_single_unit_leaves_everything_open():
    (row,) = shares_by_group(["a"], np.array([[0.3]]), {"a": {"level": "county"}})
    assert (row["low"], row["high"]) == (0.0, 1.0)


def test_units_that_repeat_their_document_make_the_interval_wide():
    """Ten units each of two documents are two observations: t with one degree of freedom, 12.706."""
    shares = np.repeat([[0.4], [0.6]], 10, axis=0)
    doc_ids = ["a"] * 10 + ["b"] * 10
    covariates = {"a": {"level": "county"}, "b": {"level": "county"}}
    (row,) = shares_by_group(doc_ids, shares, covariates)
    assert row["share"] == pytest.approx(0.5)
    assert row["high"] == 1.0  # 0.5 + 12.706 * 0.1 is more than all
    alone = shares_by_group(
        [f"{i:02}" for i in range(20)], shares, {f"{i:02}": {"level": "county"} for i in range(20)}
    )
    assert alone[0]["high"] == pytest.approx(0.5 + 2.093 * 0.1 * np.sqrt(20 / 19) / np.sqrt(20), abs=1e-3)


def test_what_is_not_known_of_a_document_is_in_no_group():
    assert shares_by_group(["a"], np.array([[1.0]]), {"a": {}}) == []
    assert shares_by_group(["a"], np.array([[1.0]]), {}) == []


def panel(n=40, slope=0.1, gap=0.2, seed=0):
    """Shares of one topic in five units of each document, by year and level, with a little noise."""
    rng = np.random.default_rng(seed)
    covariates, doc_ids, shares = {}, [], []
    for i in range(n):
        year, level = 1980 + i, "province" if i % 2 else "country"
        covariates[f"{i:03}"] = {"year": str(year), "level": level}
        mean = 0.1 + slope * i / 10 + gap * (level == "province")
        doc_ids += [f"{i:03}"] * 5
        shares += [[mean + off] for off in rng.normal(0, 0.01, 5)]
    return doc_ids, np.array(shares), covariates


def test_planted_effects_are_found_again():
    rows, notes = effects(*panel(), ["year", "level"])
    by_name = {row["covariate"]: row for row in rows}
    assert notes == []
    assert set(by_name) == {"year (+10)", "level=province"}
    assert by_name["year (+10)"]["estimate"] == pytest.approx(0.1, abs=0.005)
    assert by_name["level=province"]["estimate"] == pytest.approx(0.2, abs=0.01)
    assert by_name["level=province"]["reference"] == "country"
    assert all(row["low"] < row["estimate"] < row["high"] for row in rows)


def test_no_effect_has_an_interval_around_zero():
    rows, _ = effects(*panel(slope=0, gap=0), ["year", "level"])
    assert all(row["low"] < 0 < row["high"] for row in rows)


def test_intervals_count_documents_and_not_units():
    """Each unit five times over is no more evidence."""
    doc_ids, shares, covariates = panel(n=20)
    once, _ = effects(doc_ids, shares, covariates, ["year"])
    often, _ = effects(list(np.repeat(doc_ids, 5)), np.repeat(shares, 5, axis=0), covariates, ["year"])
    assert often[0]["high"] - often[0]["low"] == pytest.approx(once[0]["high"] - once[0]["low"], rel=0.05)


def test_a_covariate_with_one_value_or_told_by_others_is_left_out_with_a_note():
    doc_ids, shares, covariates = panel()
    for values in covariates.values():
        values["issuer"] = "甲" if values["level"] == "country" else "乙"
        values["region"] = "140000"
    rows, notes = effects(doc_ids, shares, covariates, ["level", "issuer", "region"])
    assert {row["covariate"] for row in rows} == {"level=province"}
    assert [note.split()[3] for note in notes] == ["issuer", "region"]


def test_units_without_a_covariate_are_left_out_with_a_note():
    doc_ids, shares, covariates = panel()
    del covariates["000"]["year"]
    rows, notes = effects(doc_ids, shares, covariates, ["year"])
    assert rows
    assert notes == ["Effects on topics: 5 of 200 units were left out, lacking year."]


def test_few_documents_have_no_effects_and_a_note():
    rows, notes = effects(["a", "b"], np.ones((2, 1)), {"a": {"year": "2001"}, "b": {"year": "2002"}}, ["year"])
    assert rows == []
    assert "at least 3" in notes[0]
    regions = {name: {"region": name} for name in "abcd"}
    rows, notes = effects(list("abcd"), np.ones((4, 1)), regions, ["region"])
    assert rows == []
    assert "4 documents for 3 covariates" in notes[0]
