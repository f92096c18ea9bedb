"""The compiled model against spacy-pkuseg itself."""

import copy
import pickle
import random
import shutil
import string

import numpy as np
import pytest
import spacy_pkuseg
import srsly
from hypothesis import given, settings
from hypothesis import strategies as st
from small_model import LABELS, random_model, text_of, write_model

from pipeline.models import ModelError, checked
from pipeline.segmentation.compiling import compile_model, opened, write
from pipeline.segmentation.pkuseg import Pkuseg, Reference, compiled, segmenter

MIXED = st.text(
    st.one_of(
        st.sampled_from("全县政协委员会议的发展一二三四五，。、“”《》（）"),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.sampled_from(string.printable + "０９％ＡｚＺ·－／"),
        st.sampled_from("😀👨‍👩‍👧𠮷𪚥\u3000\u2003\u00a0\u200b\ufeff\x1c\x85\ud800"),
        st.characters(),
    ),
    max_size=60,
)
TEXT = "昨日，云岭县政协委员会２０２１年第3次会议在北山举行。GDP增长3.5%，委员们说：“他研究生物学，乒乓球拍卖完了。”"


@pytest.fixture(scope="module")
def reference():
    return spacy_pkuseg.pkuseg(str(checked("pkuseg-default")), user_dict=None)


@given(MIXED)
@settings(max_examples=600, deadline=None)
def test_any_text_has_the_words_that_spacy_pkuseg_gives_it(pkuseg, reference, text):
    assert pkuseg.cut(text) == reference.cut(text)


def test_a_long_text_has_the_words_that_spacy_pkuseg_gives_it(pkuseg, reference):
    rng = random.Random(1)
    text = "".join(rng.sample(TEXT, rng.randrange(1, len(TEXT))) and TEXT[rng.randrange(40) :] for _ in range(200))
    assert pkuseg.cut(text) == reference.cut(text)


@pytest.mark.parametrize("text", ["", " ", "\n\u3000", "好", "好 ", " 好", "一", "-", "😀", "\ud800"])
def test_the_shortest_texts_have_no_word_or_one(pkuseg, text):
    assert pkuseg.cut(text) == text.split()


def test_each_span_is_cut_by_itself(pkuseg):
    text = "研究生物学研究生物学"
    spans = [(0, 2), (2, 5), (5, 5), (6, 10)]
    cut = pkuseg.words(text, spans)
    assert [text[s:e] for s, e in cut] == [word for s, e in spans for word in pkuseg.cut(text[s:e])]


@pytest.mark.parametrize("spans", [[(0, 5)], [(-1, 2)], [(2, 1)], [(0, 2), (1, 3)], [(2, 4), (0, 2)], [(0, 10**9)]])
def test_spans_that_leave_the_text_or_overlap_are_refused(pkuseg, spans):
    with pytest.raises(ValueError, match="spans must be in order"):
        pkuseg.words("研究生物", spans)


WORDS = st.lists(st.text("全县政协委员会 ab1一。𠮷", min_size=1, max_size=5), max_size=12)


@given(WORDS, st.text("全县政协委员会议 ab1一。𠮷\n", max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_list_of_words_is_honoured_as_spacy_pkuseg_does(reference, words, text):
    model = copy.copy(reference)
    model.preprocesser = spacy_pkuseg.Preprocesser(words)
    assert Pkuseg(compiled(), words).cut(text) == model.cut(text)


@pytest.mark.parametrize(
    ("words", "text", "kept"),
    [
        (("政协", "政协委员"), "政协委托", "政协委"),  # what begins like a longer word goes along
        (("政协", "政协委员"), "在政协委", "政协"),  # but not at the end of a run
        (("政协", "政协委员"), "政协委员说", "政协委员"),
        (("协委",), "政协委员", "协委"),
    ],
)
def test_words_that_begin_alike_are_taken_as_far_as_spacy_pkuseg_takes_them(reference, words, text, kept):
    assert kept in segmenter(words).cut(text)
    model = copy.copy(reference)
    model.preprocesser = spacy_pkuseg.Preprocesser(list(words))
    assert segmenter(words).cut(text) == model.cut(text)


def test_the_words_that_were_kept_whole_are_counted():
    model = segmenter(("云岭花溪节", "花溪节", "委员之家", "北 山"))
    text = "云岭花溪节开幕，花溪节闭幕。北 山的云岭花溪节"
    assert model.matched(text, [(0, len(text))]) == {"云岭花溪节": 2, "花溪节": 1}
    assert model.matched(text, [(2, 8)]) == {"花溪节": 1}
    assert segmenter(()).matched(text, [(0, len(text))]) == {}


@pytest.mark.parametrize("seed", range(12))
def test_another_model_is_compiled_and_cuts_as_spacy_pkuseg_does_with_it(tmp_path, monkeypatch, seed):
    monkeypatch.setenv("BAOGAO_MODELS", str(tmp_path / "models"))
    folder = random_model(tmp_path / "own", seed)
    own, reference = Pkuseg(compiled.__wrapped__(folder)), Reference(folder)
    rng = random.Random(seed)
    for _ in range(150):
        text = text_of(rng, rng.randrange(1, 30)) + rng.choice(["", " ", "戊", "　"]) + text_of(rng, 12)
        assert own.cut(text) == reference.cut(text)


def test_a_model_of_many_different_weights_loses_none_of_their_digits(tmp_path):
    rng = np.random.default_rng(0)
    chars = [chr(code) for code in range(0x4E00, 0x4E00 + 4000)]
    features = ["$$", *(f"{kind}.{char}" for kind in ("c", "c-1", "c1", "c-2") for char in chars)]
    folder = write_model(tmp_path, features, chars, rng.normal(size=(len(features) + 5, 5)))
    write(compile_model(folder), tmp_path / "compiled", "x")
    own, reference = Pkuseg(opened(tmp_path / "compiled", "x")), Reference(folder)
    for _ in range(100):
        text = "".join(rng.choice(chars, 30))
        assert own.cut(text) == reference.cut(text)


def test_pickled_features_are_taken_if_they_are_plain_data(tmp_path):
    folder = random_model(tmp_path, 1)
    wanted = compile_model(folder)
    stored = srsly.read_msgpack(folder / "features.msgpack")
    (folder / "features.msgpack").unlink()
    (folder / "features.pkl").write_bytes(pickle.dumps(stored))
    assert all(np.array_equal(wanted[name], array) for name, array in compile_model(folder).items())
    (folder / "features.pkl").write_bytes(pickle.dumps({**stored, "more": random.Random}))
    with pytest.raises(ModelError, match="not plain data"):
        compile_model(folder)


def test_the_same_model_gives_the_same_file(tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        write(compile_model(random_model(tmp_path / name, seed)), tmp_path / f"{name}.bin", "x")
    a, b, c = ((tmp_path / f"{name}.bin").read_bytes() for name in "abc")
    assert a == b != c


@pytest.mark.parametrize(
    ("features", "labels", "why"),
    [
        (["$$", "c.甲", "ww.l.**noWord*甲乙"], LABELS, "none that pkuseg makes"),
        (["$$", "c.甲", "d.甲"], LABELS, "none that pkuseg makes"),
        (["$$", "c.甲"], ("B", "I"), "2 labels"),
    ],
)
def test_a_model_that_would_be_compiled_wrongly_is_refused(tmp_path, features, labels, why):
    folder = write_model(tmp_path, features, ["甲乙"], np.ones((len(features) + len(labels), len(labels))), labels)
    with pytest.raises(ModelError, match=why):
        compile_model(folder)


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(ModelError, match="holds no model of pkuseg"):
        compiled.__wrapped__(tmp_path)
    shutil.copy(random_model(tmp_path / "own", 1) / "weights.npz", tmp_path)
    (tmp_path / "features.msgpack").write_bytes(b"\x93\x01\x02")
    with pytest.raises(ModelError, match="holds no model of pkuseg"):
        compiled.__wrapped__(tmp_path)


@pytest.mark.parametrize("harm", ["changed", "cut", "missing", "not ours", "of another model"])
def test_a_compiled_file_that_is_not_right_is_not_used(tmp_path, harm):
    path = tmp_path / "compiled.bin"
    write(compile_model(random_model(tmp_path, 5)), path, "x")
    assert opened(path, "x") is not None
    data = path.read_bytes()
    if harm == "changed":
        path.write_bytes(data[:-100] + bytes([data[-100] ^ 1]) + data[-99:])
    elif harm == "cut":
        path.write_bytes(data[:-64])
    elif harm == "missing":
        path.unlink()
    elif harm == "not ours":
        path.write_bytes(b"[1, 2]\n" + bytes(64))
    assert opened(path, "y" if harm == "of another model" else "x") is None


def test_a_model_whose_files_have_changed_is_compiled_again(tmp_path, monkeypatch):
    monkeypatch.setenv("BAOGAO_MODELS", str(tmp_path / "models"))
    text = text_of(random.Random(1), 300)
    folder = tmp_path / "own"
    cuts = [Pkuseg(compiled.__wrapped__(random_model(folder, seed))).cut(text) for seed in (1, 2, 1)]
    assert cuts[0] == cuts[2] != cuts[1]
