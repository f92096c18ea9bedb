"""What restoration must do, and what it must leave alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.params import Restoration
from pipeline.restoration.core import Restored, restore

ROOT = Path(__file__).resolve().parents[2]
CASES: list[dict[str, str]] = json.loads((ROOT / "tests/cases/restoration.json").read_text(encoding="utf-8"))
RAW = (ROOT / "data/raw/yangquan-cppcc-2021.txt").read_text(encoding="utf-8")
GOLD = (ROOT / "data/gold/yangquan-cppcc-2021.clean.txt").read_text(encoding="utf-8")


def _cases(*kinds: str) -> list[Any]:
    failing = pytest.mark.xfail(strict=True, reason="not yet undone")
    return [
        pytest.param(case, id=case["name"], marks=[failing] if case["kind"] == "known_failure" else [])
        for case in CASES
        if case["kind"] in kinds
    ]


@pytest.mark.parametrize("case", _cases("wild", "synthetic", "negative", "known_failure"))
def test_case(case: dict[str, str]) -> None:
    assert restore(case["before"]).text == case["after"]


@pytest.mark.parametrize("case", _cases("negative"))
def test_clean_text_is_not_called_polluted(case: dict[str, str]) -> None:
    assert restore(case["before"]).pollution == ""


def test_there_are_enough_negatives() -> None:
    assert sum(case["kind"] == "negative" for case in CASES) >= 100


@pytest.fixture(scope="module")
def report() -> Restored:
    return restore(RAW)


def test_the_shipped_report_is_restored_exactly(report: Restored) -> None:
    assert report.text == GOLD
    assert report.script == "traditional"
    assert report.pollution == "glosses+commas+bytes+width"
    assert report.notes == ()


def test_lost_bytes_of_the_report_are_one_edit_by_decoding(report: Restored) -> None:
    (edit,) = [edit for edit in report.edits if "bytes" in edit.rule]
    assert (edit.before, edit.after) == ("?;瑸槲瘑T", "常化，为委员")
    assert 0.5 <= edit.confidence < 1


def test_restoring_twice_changes_nothing_more(report: Restored) -> None:
    again = restore(report.text)
    assert (again.text, again.edits, again.pollution) == (GOLD, (), "")


def test_offsets_lead_to_the_raw_characters(report: Restored) -> None:
    start = GOLD.index("发展")
    raw_start, raw_end = report.to_raw(start, start + 2)
    assert RAW[raw_start:raw_end] == "發(fā)展"[: raw_end - raw_start] or RAW[raw_start:raw_end] == "發展"
    start = GOLD.index("负责同志")
    raw_start, raw_end = report.to_raw(start, start + 4)
    # the gloss inside is in, nothing before or after is
    assert RAW[raw_start:raw_end] == "負(fù)責(zé)同志"
    assert report.to_text(raw_start, raw_end) == (start, start + 4)
    start = GOLD.index("相关负责") + 2
    assert RAW[slice(*report.to_raw(start - 1, start))] == "關"


def test_every_character_leads_back(report: Restored) -> None:
    last = 0
    for at in range(len(GOLD)):
        raw_start, raw_end = report.to_raw(at, at + 1)
        assert last <= raw_end <= len(RAW) and raw_start < raw_end
        start, end = report.to_text(raw_start, raw_end)
        assert start <= at < end
        last = raw_start


def test_a_span_outside_the_text_is_refused(report: Restored) -> None:
    for start, end in ((-1, 2), (3, 2), (0, len(GOLD) + 1)):
        with pytest.raises(ValueError, match="outside"):
            report.to_raw(start, end)


def test_script_is_left_if_so_asked() -> None:
    restored = restore(RAW, Restoration(script="as_is"))
    assert "關負責同志" in restored.text and "(fù)" not in restored.text
    assert "常化，為委員" in restored.text


def test_improbable_repairs_are_not_made_but_noted() -> None:
    restored = restore(RAW, Restoration(min_confidence=1.0))
    assert "？；瑸槲瘑T" in restored.text.replace(";", "；")
    assert len(restored.notes) == 1 and str(RAW.index("?")) in restored.notes[0]


def test_line_ends_are_kept() -> None:
    text = RAW.replace("\n", "\r\n")
    assert restore(text).text == GOLD.replace("\n", "\r\n")
