"""Spans of text as spans of raw text."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline import restore
from pipeline.resolution.offsets import Piece, raw_span

RAW = Path(__file__).resolve().parents[2] / "data" / "raw" / "yangquan-cppcc-2021.txt"


def build(parts: list[tuple[str, str]]) -> tuple[str, str, list[Piece]]:
    """Text, raw text and edits from (before, after) parts; a part that stays the same is no edit."""
    text = raw = ""
    pieces = []
    for before, after in parts:
        if before != after:
            pieces.append(Piece(len(text), len(text + after), len(raw), len(raw + before)))
        text, raw = text + after, raw + before
    return text, raw, pieces


def shown(parts: list[tuple[str, str]], name: str) -> str:
    text, raw, pieces = build(parts)
    start, end = raw_span(pieces, text.index(name), text.index(name) + len(name))
    return raw[start:end]


def test_no_edit() -> None:
    assert raw_span([], 3, 5) == (3, 5)


def test_a_deletion_inside_is_in_and_at_the_edges_is_out() -> None:
    parts = [("(gloss)", ""), ("市政", "市政"), ("(zhèng)", ""), ("协", "协"), ("(xié)", ""), ("来", "来")]
    assert shown(parts, "市政协") == "市政(zhèng)协"
    assert shown(parts, "市政协来") == "市政(zhèng)协(xié)来"
    assert shown(parts, "来") == "来"


def test_a_touched_piece_is_taken_whole() -> None:
    parts = [("前", "前"), ("?;瑸", "常化，为"), ("后", "后")]
    assert shown(parts, "化") == "?;瑸"
    assert shown(parts, "为后") == "?;瑸后"
    assert shown(parts, "前常") == "前?;瑸"
    assert shown(parts, "后") == "后"


def test_a_piece_of_equal_length_is_taken_character_by_character() -> None:
    parts = [("前", "前"), ("機構", "机构"), ("后", "后")]
    assert shown(parts, "机") == "機"
    assert shown(parts, "构后") == "構后"


def test_text_before_after_and_between_is_shifted() -> None:
    parts = [("甲", "甲"), ("國", "国"), ("乙乙", "乙乙"), ("", "插"), ("丙", "丙")]
    assert [shown(parts, name) for name in ("甲", "国", "乙乙", "丙")] == ["甲", "國", "乙乙", "丙"]


PART = st.one_of(
    st.text("甲乙丙", min_size=1, max_size=3).map(lambda s: (s, s)),
    st.tuples(st.text("xyz", max_size=3), st.text("丁戊己", max_size=3)).filter(lambda p: p[0] != p[1]),
)


@given(st.lists(PART, max_size=8), st.data())
def test_the_raw_span_holds_exactly_what_the_text_came_from(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    # neighbouring edits would be one edit
    parts = [p for i, p in enumerate(parts) if i == 0 or p[0] == p[1] or parts[i - 1][0] == parts[i - 1][1]]
    text, _, pieces = build(parts)
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    origin: list[tuple[int, int]] = [
        (p.raw_start, p.raw_end) for p in pieces if p.start == p.end and start < p.start < end
    ]
    for position in range(start, end):
        piece = next((p for p in pieces if p.start <= position < p.end), None)
        if piece and piece.end - piece.start != piece.raw_end - piece.raw_start:
            origin.append((piece.raw_start, piece.raw_end))
        else:
            shift = sum((p.raw_end - p.raw_start) - (p.end - p.start) for p in pieces if p.end <= position)
            origin.append((position + shift, position + shift + 1))
    assert raw_span(pieces, start, end) == (min(a for a, _ in origin), max(b for _, b in origin))


def test_it_agrees_with_restorations_own_map_on_the_shipped_report() -> None:
    restored = restore(RAW.read_text(encoding="utf-8"))
    pieces = [Piece(e.start, e.end, e.raw_start, e.raw_end) for e in restored.edits]
    assert pieces
    for start in range(len(restored.text)):
        for end in range(start + 1, min(start + 20, len(restored.text)) + 1):
            assert raw_span(pieces, start, end) == restored.to_raw(start, end)
