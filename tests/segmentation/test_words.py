import itertools
from pathlib import Path

import pytest
import spacy_pkuseg
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import store, tables
from pipeline.params import Params, ParamsError, Segmentation
from pipeline.segmentation.core import sentences
from pipeline.segmentation.pkuseg import read_user_words, segmenter
from pipeline.segmentation.stage import run

TEXT = (
    "昨日，云岭县春季植树活动在北山举行。\r\n县长说：“要种一棵，活一棵。”GDP增长 3.5%，\u3000为２０２１年以来最高！\n"
    "他研究生物学，乒乓球拍卖完了。"
)


def cut(model, text):
    return [text[start:end] for start, end in model.words(text, [(s.start, s.end) for s in sentences(text)])]


def test_words_are_those_that_pkuseg_cuts_from_each_sentence(pkuseg):
    wanted = [word for s in sentences(TEXT) for word in pkuseg.cut(TEXT[s.start : s.end])]
    assert cut(pkuseg, TEXT) == wanted
    assert "植树" in wanted


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_words_of_any_text_are_in_order_and_lose_nothing_but_white_space(pkuseg, text):
    spans = [(s.start, s.end) for s in sentences(text)]
    found = pkuseg.words(text, spans)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    assert "".join(text[start:end] for start, end in found) == "".join("".join(text[s:e]) for s, e in spans).translate(
        {ord(c): None for c in text if c.isspace()}
    )


def test_no_default_dictionary_glues_words_whatever_their_context(pkuseg):
    dictionary = Path(spacy_pkuseg.__file__).parent / "dicts" / "default.pkl"
    by_default = spacy_pkuseg.Postprocesser(None, [str(dictionary)])
    text = "全县共有三十个乡镇，发展很快。"
    found = cut(pkuseg, text)
    assert {"共有", "很快"} <= set(by_default(list(found)))
    assert found[:3] == ["全县", "共", "有"]
    assert found[-3:] == ["很", "快", "。"]


def test_the_users_words_stay_whole_and_do_not_reach_the_model_without_them(pkuseg):
    with_words = segmenter(("云岭花溪节",))
    assert "云岭花溪节" in cut(with_words, "今年的云岭花溪节开幕。")
    assert "云岭花溪节" not in cut(pkuseg, "今年的云岭花溪节开幕。")


def test_a_list_of_words_may_hold_blank_lines_and_what_follows_a_tab():
    assert read_user_words("云岭花溪节\n\n 北山公园 \t12\r\n") == ("云岭花溪节", "北山公园")


def write_texts(root, texts):
    rows = [
        {c.name: {"string": "", "integer": 0}[c.type] for c in tables.TEXTS.columns} | {"doc_id": doc, "text": text}
        for doc, text in texts.items()
    ]
    store.write_table(root / "data" / "interim" / "restoration", tables.TEXTS, rows)
    sources = [{"doc_id": doc, "path": f"{doc}.txt", "row": 0} for doc in texts]
    store.write_table(root / "data" / "interim" / "ingestion", tables.SOURCES, sources)


def test_the_stage_writes_sentences_and_words_whose_offsets_give_their_text(tmp_path, pkuseg):
    texts = {"a": TEXT, "b": "好。", "c": " \n"}
    write_texts(tmp_path, texts)
    assert run(Params(), tmp_path) == 0
    out = tmp_path / "data" / "interim" / "segmentation"
    rows = store.read_table(out, tables.SENTENCES)
    assert all(texts[row["doc_id"]][row["start"] : row["end"]] == row["text"] for row in rows)
    assert [row["sent"] for row in rows if row["doc_id"] == "a"] == list(range(len(sentences(TEXT))))
    assert {row["doc_id"] for row in rows} == {"a", "b"}
    found = [TEXT[w["start"] : w["end"]] for w in store.read_table(out, tables.WORDS) if w["doc_id"] == "a"]
    assert found == cut(pkuseg, TEXT)


@pytest.mark.parametrize("data", [None, "好".encode("gb18030")])
def test_a_list_of_words_that_cannot_be_read_stops_the_stage_with_the_parameters_name(tmp_path, data):
    write_texts(tmp_path, {})
    if data:
        (tmp_path / "words.txt").write_bytes(data)
    with pytest.raises(ParamsError, match=r"segmentation\.user_words: words\.txt"):
        run(Params(segmentation=Segmentation(user_words="words.txt")), tmp_path)
