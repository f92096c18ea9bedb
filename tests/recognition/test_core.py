"""Names and tokens of whole texts, with the real tagger."""

import json
from itertools import pairwise
from pathlib import Path

from pipeline.evaluation.core import Span, count, score
from pipeline.recognition.core import Name, Token, recognize
from pipeline.recognition.tagger import tagger
from pipeline.segmentation.core import sentences

GOLD = Path(__file__).parents[2] / "data" / "gold" / "yangquan-cppcc-2021.entities.json"


def read(text: str) -> tuple[list[Name], list[Token]]:
    """Names and tokens, with the tagger's own words in place of pkuseg's, which these tests do not need."""
    spans = [(s.start, s.end) for s in sentences(text)]
    readings = tagger()([text[s:e] for s, e in spans])
    edges = [[s + at for at in r.starts] + [e] for (s, e), r in zip(spans, readings, strict=True)]
    words = [pair for some in edges for pair in pairwise(some)]
    return recognize(text, spans, [(s, e) for s, e in words if text[s:e].strip()], tagger())


def outer(names: list[Name]) -> list[tuple[str, str]]:
    return [(n.text, n.label) for n in names if not n.parent]


def test_the_report_is_read_as_annotated() -> None:
    gold = json.loads(GOLD.read_text(encoding="utf-8"))
    names, _ = read(gold["text"])
    wanted = [Span(e["start"], e["end"], e["label"]) for e in gold["entities"]]
    assert score([count([Span(n.start, n.end, n.label) for n in names if not n.parent], wanted)]).f1 >= 0.95
    subtypes = {(e["start"], e["end"]): e["subtype"] for e in gold["entities"] if e["label"] == "PUB"}
    assert {(n.start, n.end): n.subtype for n in names if n.label == "PUB" and not n.parent} == subtypes


def test_names_in_the_reports_titles_are_nested() -> None:
    gold = json.loads(GOLD.read_text(encoding="utf-8"))
    names, _ = read(gold["text"])
    by_id = {n.id: n.text for n in names}
    found = {(n.text, n.label, by_id[n.parent]) for n in names if n.parent}
    wanted = {(n["text"], n["label"], n["parent"]) for n in gold["nested"] if n["label"] != "OPT"}
    # the region in a newspaper's or magazine's name may be given or left out, by the annotation guide
    serials = {e["text"] for e in gold["entities"] if e.get("subtype") in ("newspaper", "periodical")}
    assert wanted <= found
    assert {f for f in found if f[2] not in serials} == {w for w in wanted if w[2] not in serials}


def test_a_unit_below_a_body_is_one_name_with_it() -> None:
    assert ("省委党史研究院", "ORG") in outer(read("省委党史研究院编写了这本书。")[0])


def test_a_source_line_names_a_publication_and_nothing_else_does() -> None:
    assert ("青海日报", "PUB") in outer(read("来源：青海日报\n各位代表：")[0])
    assert all(label != "PUB" for _, label in outer(read("各级报纸和杂志都很关心。")[0]))


def test_neither_classes_nor_bare_bodies_are_names() -> None:
    text = "各级党委和有关部门、中小企业、街道办事处要支持政协常委会的工作，建设美丽乡村和产业园区。"
    assert outer(read(text)[0]) == []


def test_a_line_between_two_cities_is_no_person() -> None:
    assert all(label != "PER" for _, label in outer(read("郑洛高速和沈白高铁开工建设。")[0]))


def test_outer_names_do_not_overlap_and_nested_ones_lie_inside_their_parent() -> None:
    names, _ = read("《关于印发〈湖南省政协工作规则〉的通知》在《湖南日报》刊登，省政协、省委和长沙市委都转发了。")
    by_id = {n.id: n for n in names}
    assert len(by_id) == len(names)
    top = [n for n in names if not n.parent]
    assert all(a.end <= b.start for a, b in pairwise(top))
    nested = [n for n in names if n.parent]
    assert nested
    for n in nested:
        parent = by_id[n.parent]
        assert parent.start <= n.start and n.end <= parent.end and (n.start, n.end) != (parent.start, parent.end)


def test_tokens_agree_with_the_edges_of_names() -> None:
    text = "黑龙江省政协委员来访。"
    # a segmenter that glues across the edge of the name
    names, tokens = recognize(text, [(0, len(text))], [(0, 3), (3, 8), (8, 10), (10, 11)], tagger())
    edges = {n.start for n in names} | {n.end for n in names}
    assert outer(names) == [("黑龙江省政协", "ORG")]
    assert edges <= {t.start for t in tokens} | {t.end for t in tokens}
    assert "".join(text[t.start : t.end] for t in tokens) == text


def test_text_without_anything_to_read_gives_nothing() -> None:
    assert recognize("", [], [], tagger()) == ([], [])
    assert recognize(" \n\u3000", [], [], tagger()) == ([], [])
