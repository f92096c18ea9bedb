"""The spaCy Language: words, names and meanings as spaCy users expect them."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline import annotate, load
from pipeline.params import ParamsError, parse_params
from pipeline.segmentation.core import sentences
from pipeline.segmentation.pkuseg import segmenter

ROOT = Path(__file__).parents[1]
GOLD = json.loads((ROOT / "data" / "gold" / "yangquan-cppcc-2021.entities.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load()


@pytest.fixture(scope="module")
def report(nlp: Language) -> Doc:
    return nlp(GOLD["text"])


def test_a_doc_gives_the_text_back(nlp: Language) -> None:
    for text in (GOLD["text"], "", " ", "\n\n", "a  b\t c\u3000省政协。\r\n市委 ", "𠮷野家😀ＡＢＣ"):
        assert nlp(text).text == text
        assert nlp.tokenizer(text).text == text


def test_the_tokenizer_gives_pkusegs_words_exactly(nlp: Language) -> None:
    words = [word for s in sentences(GOLD["text"]) for word in segmenter().cut(GOLD["text"][s.start : s.end])]
    assert [t.text for t in nlp.tokenizer(GOLD["text"]) if not t.is_space] == words


def test_tokens_are_words_or_parts_of_words_split_at_names(nlp: Language, report: Doc) -> None:
    words = {t.idx for t in nlp.tokenizer(GOLD["text"])} | {len(GOLD["text"])}
    edges = {at for e in [*report.ents, *report.spans["nested"]] for at in (e.start_char, e.end_char)}
    assert words <= {t.idx for t in report} | {len(GOLD["text"])}
    assert {t.idx for t in report} <= words | edges


def test_outermost_names_are_ents_and_the_rest_is_nested(report: Doc) -> None:
    firm = {(e["start"], e["end"], e["label"]) for e in GOLD["entities"] if e["label"] != "OPT"}
    assert firm <= {(e.start_char, e.end_char, e.label_) for e in report.ents}
    by_id = {e._.entity: e for e in report.ents}
    assert report.spans["nested"]
    for span in report.spans["nested"]:
        parent = by_id[span._.parent]
        assert parent.start <= span.start and span.end <= parent.end


def test_names_stand_for_what_the_gold_says(report: Doc) -> None:
    found = {(e.start_char, e.end_char): (e._.canonical, e.kb_id_) for e in report.ents}
    wanted = {
        (e["start"], e["end"]): (e["canonical"], e["region_code"])
        for e in GOLD["entities"]
        if e["label"] != "OPT" and "canonical" in e
    }
    assert {key: found[key] for key in wanted} == wanted
    assert report._.home_region == GOLD["document"]["region_code"]


def test_every_token_has_parts_of_speech_and_sentences_start_where_they_should(report: Doc) -> None:
    assert all(t.pos_ and t.tag_ for t in report)
    assert [s.start_char for s in report.sents] == [s.start for s in sentences(GOLD["text"])]


def test_a_text_does_not_depend_on_the_texts_around_it(nlp: Language, report: Doc) -> None:
    texts = ["省委、市委。", GOLD["text"], "来源：青海日报", ""]
    alone = [_facts(nlp(text)) for text in texts]
    assert [_facts(doc) for doc in nlp.pipe(texts, batch_size=2)] == alone
    assert [_facts(doc) for doc in nlp.pipe(texts[::-1])] == alone[::-1]


def test_displacy_draws_the_names(report: Doc) -> None:
    html = displacy.render(report, style="ent", page=False, jupyter=False)
    assert html.count("市政协") >= 8 and "ORG" in html


def test_a_saved_language_loads_in_another_process_and_reads_the_same(
    nlp: Language, report: Doc, tmp_path: Path
) -> None:
    nlp.to_disk(tmp_path / "nlp")
    assert sum(f.stat().st_size for f in (tmp_path / "nlp").rglob("*")) < 5_000_000
    code = (
        "import spacy, sys; doc = spacy.load(sys.argv[1])(open(sys.argv[2], encoding='utf-8').read());"
        "print([(e.start_char, e.end_char, e.label_, e.kb_id_) for e in doc.ents])"
    )
    text = tmp_path / "text.txt"
    text.write_text(GOLD["text"], encoding="utf-8")
    command = [sys.executable, "-c", code, str(tmp_path / "nlp"), str(text)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == str([(e.start_char, e.end_char, e.label_, e.kb_id_) for e in report.ents])


def test_settings_survive_saving(tmp_path: Path) -> None:
    nlp = spacy.blank(
        "zh", config={"nlp": {"tokenizer": {"@tokenizers": "baogao.pkuseg.v1", "user_words": ["有事来商量"]}}}
    )
    nlp.to_disk(tmp_path / "nlp")
    assert "有事来商量" in [t.text for t in spacy.load(tmp_path / "nlp")("推进有事来商量平台")]


def test_processes_of_nlp_pipe_give_the_same_words() -> None:
    texts = ["推进有事来商量平台", "全县政协委员 2 人。", ""] * 3
    for settings in ({"user_words": ["有事来商量"]}, {"engine": "reference"}):
        nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "baogao.pkuseg.v1", **settings}}})
        alone = [[t.text for t in nlp(text)] for text in texts]
        assert [[t.text for t in doc] for doc in nlp.pipe(texts, n_process=2)] == alone
        again = pickle.loads(pickle.dumps(nlp.tokenizer))
        assert [[t.text for t in again(text)] for text in texts] == alone


def test_a_tokenizer_that_takes_over_settings_cuts_by_them() -> None:
    config = {"nlp": {"tokenizer": {"@tokenizers": "baogao.pkuseg.v1", "user_words": ["有事来商量"]}}}
    one, other = spacy.blank("zh", config=config).tokenizer, spacy.blank("zh", config=config).tokenizer
    other.user_words = ()
    assert "有事来商量" in [t.text for t in one("推进有事来商量平台")]
    assert "有事来商量" not in [t.text for t in one.from_bytes(other.to_bytes())("推进有事来商量平台")]


def test_a_doc_survives_bytes(nlp: Language, report: Doc) -> None:
    assert _facts(Doc(nlp.vocab).from_bytes(report.to_bytes())) == _facts(report)


def test_a_list_of_words_that_cannot_be_read_is_named_in_one_line() -> None:
    with pytest.raises(ParamsError, match=r"^segmentation\.user_words: no-such-list\.txt cannot be read: [^\n]+$"):
        load(params=parse_params({"segmentation": {"user_words": "no-such-list.txt"}}))


@pytest.mark.parametrize(("standard", "label"), [("msra", "PER"), ("cluener", "name")])
def test_another_standard_gives_its_own_labels_and_resolves_nothing(standard: str, label: str) -> None:
    nlp = load(standard)
    doc = nlp("叶老桂在阳泉市政协讲话。")
    assert ("叶老桂", label) in [(e.text, e.label_) for e in doc.ents]
    assert "baogao_resolution" not in nlp.pipe_names
    assert all(e._.source == f"{standard} head" and not e._.canonical and not e.kb_id_ for e in doc.ents)
    assert annotate("叶老桂讲话。", standard)["entities"][0]["label"] == label


def test_an_unknown_standard_is_refused() -> None:
    with pytest.raises(ValueError, match="standard"):
        load("conll")


def test_annotate_restores_first_and_ties_names_to_the_raw_text() -> None:
    raw = (ROOT / "data" / "raw" / "yangquan-cppcc-2021.txt").read_text(encoding="utf-8")
    found = annotate(raw)
    assert found["text"] == GOLD["text"]
    assert found["issuer"] == "阳泉市政协"
    names = {e["text"]: e for e in found["entities"]}
    paper = names["山西日报"]
    assert raw[paper["raw_start"] : paper["raw_end"]] == "山西日報"
    assert {"doc_id", "path", "sentences", "tokens", "entities"} <= set(found)
    assert all(found["text"][s:e].strip() == found["text"][s:e] for s, e, _ in found["tokens"])


def _facts(doc: Doc) -> list[object]:
    spans = [*doc.ents, *doc.spans["nested"]]
    names = [(s.start_char, s.end_char, s.label_, s.kb_id_, s._.canonical, s._.score, s._.parent) for s in spans]
    return [doc.text, [(t.idx, t.tag_, t.pos_, t.is_sent_start) for t in doc], names, doc._.home_region]
