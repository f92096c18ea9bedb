"""The map between raw and current text, through any series of replacements."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.restoration.alignment import Alignment, Replacement, Replacements

_TEXT = st.text(alphabet="質量(zhì)，, a\n\u3000\ud800\U00020bb7", max_size=24)
_AFTER = st.one_of(st.just(""), st.text(alphabet="质量，a\udfff\U00020bb7", max_size=4))
Segment = tuple[int, int, str, frozenset[str], float]
"""Raw start and end, what stands there now, the rules that changed it (none: unchanged) and the least confidence."""


@st.composite
def proposals(draw: st.DrawFn, text: str) -> list[Replacement]:
    """Replacements of parts of a text that do not overlap, in any order."""
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=10)))
    spans = [span for span in pairwise(cuts) if draw(st.booleans())]
    found = [
        Replacement(start, end, draw(_AFTER), draw(st.sampled_from(["gloss", "width", "script"])), draw(_CONFIDENCE))
        for start, end in spans
    ]
    return draw(st.permutations(found))


_CONFIDENCE = st.sampled_from([1.0, 0.99, 0.5, 0.1])


def unchanged(raw: str, start: int, end: int) -> list[Segment]:
    return [(at, at + 1, raw[at], frozenset(), 1.0) for at in range(start, end)]


def naive(raw: str, segments: list[Segment], replacements: list[Replacement]) -> list[Segment]:
    """The replacements carried out one by one from the last, each on all the segments that it meets."""
    for start, end, after, rule, confidence in sorted(replacements, reverse=True):
        met, at = [], 0
        for index, segment in enumerate(segments):
            behind = at + len(segment[2])
            if start < at < end or start < behind < end or (at <= start and end <= behind):
                met.append((index, at, segment))
            at = behind
        (first, begins, _), (last, _, _) = met[0], met[-1]
        now = "".join(segment[2] for _, _, segment in met)
        merged = (
            met[0][2][0],
            met[-1][2][1],
            now[: start - begins] + after + now[end - begins :],
            frozenset({rule}).union(*(segment[3] for _, _, segment in met)),
            min([confidence, *(segment[4] for _, _, segment in met)]),
        )
        segments = [*segments[:first], merged, *segments[last + 1 :]]
    whole: list[Segment] = []
    for segment in segments:
        same = segment[2] == raw[segment[0] : segment[1]]
        whole += unchanged(raw, segment[0], segment[1]) if same else [segment]
    return whole


def applied(data: st.DataObject) -> tuple[Alignment, list[Segment]]:
    """A text after up to four steps, and the same by the naive way."""
    raw = data.draw(_TEXT)
    alignment, segments = Alignment(raw, raw), unchanged(raw, 0, len(raw))
    for _ in range(data.draw(st.integers(1, 4))):
        replacements = data.draw(proposals(alignment.text))
        alignment, segments = alignment.apply(replacements), naive(raw, segments, replacements)
    return alignment, segments


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_steps_give_the_text_and_the_edits_of_the_naive_way(data: st.DataObject) -> None:
    alignment, segments = applied(data)
    assert alignment.text == "".join(segment[2] for segment in segments)
    expected, at = [], 0
    for raw_start, raw_end, after, rules, confidence in segments:
        if rules:
            before = alignment.raw[raw_start:raw_end]
            expected.append((at, at + len(after), raw_start, raw_end, before, after, rules, confidence))
        at += len(after)
    found = [(*edit[:6], frozenset(edit.rule.split("+")), edit.confidence) for edit in alignment.edits]
    assert found == expected
    for edit in alignment.edits:
        assert list(map(type, edit)) == [int, int, int, int, str, str, str, float]
        assert len(edit.rule.split("+")) == len(set(edit.rule.split("+")))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_places_lead_there_and_back(data: st.DataObject) -> None:
    alignment, segments = applied(data)
    at = 0
    for raw_start, raw_end, now, rules, _ in segments:
        start, at = at, at + len(now)
        if now:
            assert alignment.to_raw(start, at) == (raw_start, raw_end)
            assert alignment.to_text(raw_start, raw_end) == (start, at)
        if rules and len(now) != raw_end - raw_start:
            for inside in range(start, at):
                assert alignment.to_raw(inside, inside + 1) == (raw_start, raw_end)
            for inside in range(raw_start, raw_end):
                assert alignment.to_text(inside, inside + 1) == (start, at)
        else:
            for offset in range(len(now)):
                place, raw_place = start + offset, raw_start + offset
                assert alignment.to_raw(place, place + 1) == (raw_place, raw_place + 1)
                assert alignment.to_text(raw_place, raw_place + 1) == (place, place + 1)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_later_places_lead_no_further_back_and_all_inside(data: st.DataObject) -> None:
    alignment, _ = applied(data)
    for mapped, length, limit in (
        (alignment.to_raw, len(alignment.text), len(alignment.raw)),
        (alignment.to_text, len(alignment.raw), len(alignment.text)),
    ):
        for size in (0, 1, 3):
            spans = [mapped(at, at + size) for at in range(length - size + 1)]
            assert all(0 <= start <= end <= limit for start, end in spans)
            assert sorted(start for start, _ in spans) == [start for start, _ in spans]
            assert sorted(end for _, end in spans) == [end for _, end in spans]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_columns_are_the_same_as_rows(data: st.DataObject) -> None:
    raw = data.draw(_TEXT)
    alignment = Alignment(raw, raw)
    for _ in range(2):
        rows = sorted(data.draw(proposals(alignment.text)))
        columns = Replacements(*(list(column) for column in zip(*rows, strict=True))) if rows else None
        by_rows, by_columns = alignment.apply(rows), alignment.apply(columns or Replacements([], [], [], [], []))
        assert (by_rows.text, by_rows.edits) == (by_columns.text, by_columns.edits)
        alignment = by_columns


@pytest.mark.parametrize(
    "spans",
    [[(1, 3), (2, 4)], [(2, 2)], [(3, 2)], [(0, 1), (0, 1)], [(-1, 1)], [(4, 6)], [(1, 4), (2, 3)]],
    ids=str,
)
@pytest.mark.parametrize("before", [[], [Replacement(1, 2, "", "comma"), Replacement(3, 4, "三四", "bytes")]], ids=len)
def test_wrong_replacements_are_refused(spans: list[tuple[int, int]], before: list[Any]) -> None:
    alignment = Alignment("一二三四五", "一二三四五").apply(before)
    assert len(alignment.text) == 5
    with pytest.raises(ValueError, match="overlap"):
        alignment.apply([Replacement(*span, "", "gloss") for span in spans])


def test_what_was_deleted_at_a_spans_edge_is_left_out_and_inside_is_in() -> None:
    alignment = Alignment("質(zhì)量,，", "質(zhì)量,，")
    alignment = alignment.apply([Replacement(1, 6, "", "gloss")]).apply([Replacement(2, 3, "", "comma")])
    assert alignment.text == "質量，"
    assert alignment.to_raw(0, 1) == (0, 1) and alignment.to_raw(1, 2) == (6, 7)
    assert alignment.to_raw(0, 3) == (0, 9)
    assert alignment.to_text(1, 6) == (1, 1)


def test_a_change_back_is_no_edit() -> None:
    alignment = Alignment("著名", "著名").apply([Replacement(0, 1, "着", "script", 0.6)])
    assert alignment.apply([Replacement(0, 1, "著", "script", 0.9)]).edits == ()


def test_a_change_of_a_change_names_both_rules_and_the_lesser_confidence() -> None:
    alignment = Alignment("?;瑸", "?;瑸").apply([Replacement(0, 3, "常化，為", "bytes", 0.8)])
    (edit,) = alignment.apply([Replacement(3, 4, "为", "script")]).edits
    assert edit == (0, 4, 0, 3, "?;瑸", "常化，为", "bytes+script", 0.8)
