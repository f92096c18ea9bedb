import hashlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import restore
from pipeline.cli import main

ROOT = Path(__file__).parents[1]
POLLUTED = (
    "推動(dòng)高質(zhì)量發(fā)展(zhǎn)取得(dé)新成效\n北京市教育(yù)局表(biǎo)示,，全縣堅持穩(wěn)中求進(jìn),，\n"
    "糧食產(chǎn)量明顯(xiǎn)提高,。各鄉(xiāng)鎮(zhèn)新建衛(wèi)生室十四個(gè)。\n"
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(300)
ENTITY = "start end raw_start raw_end text label subtype parent canonical region_code level kind source score"


@pytest.fixture
def baogao(tmp_path, monkeypatch, capsys):
    """Run the command in an empty folder; gives (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def jsonl(*texts):
    return "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts).encode()


def objects(output):
    """The JSON values of an output that holds one a line, for readers that know every line end."""
    return [json.loads(line) for line in output.splitlines()]


def test_restore_prints_a_files_text_and_nothing_else(baogao, tmp_path):
    (tmp_path / "a.txt").write_text(POLLUTED, encoding="utf-8")
    assert baogao("restore", "a.txt") == (0, restore(POLLUTED).text, "")
    assert "推动高质量发展取得新成效" in restore(POLLUTED).text


@pytest.mark.parametrize("arguments", [["restore"], ["restore", "-"]])
def test_restore_reads_standard_input_in_any_encoding(baogao, arguments):
    assert baogao(*arguments, stdin=POLLUTED.encode("utf-16"))[:2] == (0, restore(POLLUTED).text)


@pytest.mark.parametrize("text", ["", "好。", "山水\r\n\r\n田园", "没有换行"])
def test_restore_gives_clean_text_back_as_it_is(baogao, text):
    assert baogao("restore", stdin=text.encode()) == (0, text, "")


def test_explained_edits_replay_from_the_raw_text(baogao):
    code, output, _ = baogao("restore", "-", "--explain", stdin=POLLUTED.encode())
    edits = objects(output)
    text, at = "", 0
    for edit in edits:
        assert POLLUTED[edit["raw_start"] : edit["raw_end"]] == edit["before"]
        text += POLLUTED[at : edit["raw_start"]]
        assert len(text) == edit["start"]
        text += edit["after"]
        assert len(text) == edit["end"]
        assert edit["rule"]
        assert 0 <= edit["confidence"] <= 1
        at = edit["raw_end"]
    assert code == 0
    assert edits
    assert text + POLLUTED[at:] == restore(POLLUTED).text


def test_a_clean_text_has_no_edits_to_explain(baogao):
    assert baogao("restore", "--explain", stdin="山水田园。".encode()) == (0, "", "")


def test_annotate_prints_the_keys_of_the_contract(baogao, tmp_path):
    (tmp_path / "a.txt").write_text(POLLUTED, encoding="utf-8")
    code, output, error = baogao("annotate", "a.txt")
    [found] = objects(output)
    assert (code, error) == (0, "")
    assert {"doc_id", "path", "text", "sentences", "tokens", "entities"} <= set(found)
    assert found["doc_id"] == hashlib.sha256(POLLUTED.encode()).hexdigest()[:16]
    assert found["path"] == "a.txt"
    text = found["text"]
    assert text == restore(POLLUTED).text
    assert "".join("".join(text[s:e] for s, e in found["sentences"]).split()) == "".join(text.split())
    assert "".join(text[s:e] for s, e, _ in found["tokens"]) == "".join(text.split())
    assert found["entities"]
    assert all(set(ENTITY.split()) <= set(entity) for entity in found["entities"])


def test_an_entitys_raw_offsets_point_to_the_same_name_in_the_raw_text(baogao):
    [found] = objects(baogao("annotate", "-", stdin=POLLUTED.encode())[1])
    assert found["path"] == ""
    for entity in found["entities"]:
        assert found["text"][entity["start"] : entity["end"]] == entity["text"]
        without_glosses = re.sub(r"\([^()]*\)", "", POLLUTED[entity["raw_start"] : entity["raw_end"]])
        assert len(without_glosses) == len(entity["text"])
    [bureau] = [e for e in found["entities"] if e["label"] == "ORG"]
    assert bureau["text"] == "北京市教育局"
    assert POLLUTED[bureau["raw_start"] : bureau["raw_end"]] == "北京市教育(yù)局"


def test_without_restoring_the_text_stands_as_it_is_and_offsets_are_raw_ones(baogao):
    [found] = objects(baogao("annotate", "-", "--no-restore", stdin=POLLUTED.encode())[1])
    assert found["text"] == POLLUTED
    assert all((e["start"], e["end"]) == (e["raw_start"], e["raw_end"]) for e in found["entities"])


def test_a_line_of_a_jsonl_is_a_document_with_the_id_of_its_text(baogao, tmp_path):
    texts = ["山水。", POLLUTED, "", "山水。"]
    (tmp_path / "a.jsonl").write_bytes(jsonl(*texts).replace(b"\n", b"\r\n\n", 1))
    found = objects(baogao("annotate", "a.jsonl")[1])
    assert [d["doc_id"] for d in found] == [hashlib.sha256(t.encode()).hexdigest()[:16] for t in texts]
    assert [d["text"] for d in found] == [restore(t).text for t in texts]


def test_a_documents_annotation_does_not_depend_on_the_others(baogao, tmp_path):
    texts = ["北京市教育局发布通知。", POLLUTED, "上海市召开会议。"]
    (tmp_path / "a.jsonl").write_bytes(jsonl(*texts))
    together = objects(baogao("annotate", "a.jsonl")[1])
    for text, wanted in zip(texts, together, strict=True):
        (tmp_path / "a.jsonl").write_bytes(jsonl(text))
        assert objects(baogao("annotate", "a.jsonl")[1]) == [wanted]


def test_several_files_are_annotated_in_the_order_given(baogao, tmp_path):
    for name in ("b.txt", "a.txt"):
        (tmp_path / name).write_text(f"山水{name}。", encoding="utf-8")
    assert [d["path"] for d in objects(baogao("annotate", "b.txt", "a.txt")[1])] == ["b.txt", "a.txt"]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85"])
def test_line_ends_of_unicode_inside_a_string_split_no_line_of_input_or_output(baogao, tmp_path, end):
    (tmp_path / "a.jsonl").write_bytes(jsonl(f"北京市教育局发布{end}通知。", "山水。"))
    code, output, _ = baogao("annotate", "a.jsonl", "--no-restore")
    assert code == 0
    assert [d["text"] for d in objects(output)] == [f"北京市教育局发布{end}通知。", "山水。"]


@pytest.mark.parametrize("arguments", [[], ["--no-restore"]])
def test_a_lone_surrogate_and_a_nul_in_a_jsonl_stop_nothing(baogao, tmp_path, arguments):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "\\ud800\\u0000' + "山水。".encode() + b'"}\n')
    code, output, _ = baogao("annotate", "a.jsonl", *arguments)
    [found] = objects(output)
    assert code == 0
    assert found["text"].endswith("山水。")


def test_keywords_of_a_text_are_one_a_line_and_top_n_of_them(baogao, tmp_path):
    (tmp_path / "a.txt").write_text(POLLUTED, encoding="utf-8")
    _, output, _ = baogao("keywords", "a.txt")
    terms = output.splitlines()
    assert len(terms) > 3
    assert len(set(terms)) == len(terms)
    assert all(term in restore(POLLUTED).text for term in terms)
    assert baogao("keywords", "-", "--top", 3, stdin=POLLUTED.encode())[1].splitlines() == terms[:3]


def test_keywords_of_a_jsonl_are_one_list_a_line_and_each_document_stands_by_itself(baogao, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(jsonl("渔民养殖海参和扇贝。", "", POLLUTED))
    code, output, _ = baogao("keywords", "a.jsonl", "--top", 4)
    lists = objects(output)
    assert code == 0
    assert [bool(terms) for terms in lists] == [True, False, True]
    assert all(len(terms) <= 4 for terms in lists)
    (tmp_path / "a.jsonl").write_bytes(jsonl(POLLUTED))
    assert objects(baogao("keywords", "a.jsonl", "--top", 4)[1]) == [lists[2]]


def test_a_text_without_terms_prints_no_line(baogao):
    assert baogao("keywords") == (0, "", "")


FISHERY = ["渔船出海捕鱼，渔民收获海参扇贝。", "渔民养殖海参扇贝，渔船归港。"]
SCHOOL = ["教师走进课堂，学生打开教材。", "学生在课堂读教材，教师讲课。"]


@pytest.mark.parametrize("method", ["vectors", "nmf", "lda"])
def test_topics_give_every_row_and_topic_a_weight_and_tell_the_themes_apart(baogao, tmp_path, method):
    (tmp_path / "a.jsonl").write_bytes(jsonl(FISHERY[0], SCHOOL[0], FISHERY[1], SCHOOL[1], "，"))
    code, output, _ = baogao("topics", "a.jsonl", "--k", 2, "--method", method)
    found = objects(output)
    assert code == 0
    assert [(d["row"], d["topic"]) for d in found] == [(row, topic) for row in range(5) for topic in range(2)]
    weights = [[d["weight"] for d in found[i : i + 2]] for i in range(0, 10, 2)]
    assert all(sum(pair) == pytest.approx(1) and min(pair) >= 0 for pair in weights)
    best = [pair.index(max(pair)) for pair in weights[:4]]
    assert best[0] == best[2] != best[1] == best[3]
    assert baogao("topics", "a.jsonl", "--k", 2, "--method", method)[1] == output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["restore", "none.txt"], "none.txt: No such file"),
        (["annotate", "none.txt"], "none.txt: No such file"),
        (["annotate", "."], ".: Is a directory"),
        (["keywords", "none.jsonl"], "none.jsonl: No such file"),
        (["topics", "none.jsonl", "--k", "2"], "none.jsonl: No such file"),
        (["restore", "picture.txt"], "picture.txt: format not read"),
        (["annotate", "picture.txt"], "picture.txt: format not read"),
        (["keywords", "picture.txt"], "picture.txt: format not read"),
        (["keywords", "few.jsonl", "--top", "0"], "--top must be at least 1"),
        (["topics", "few.jsonl", "--k", "1"], "--k must be at least 2"),
        (["topics", "few.jsonl", "--k", "3"], "few.jsonl: 3 topics need at least 3 documents, and there are 2"),
        (["topics", "empty.jsonl", "--k", "2"], "empty.jsonl"),
        (["stage", "restoration"], "params.yaml is missing"),
    ],
)
def test_what_cannot_be_done_is_exit_2_and_one_line(baogao, tmp_path, arguments, told):
    (tmp_path / "picture.txt").write_bytes(PNG)
    (tmp_path / "few.jsonl").write_bytes(jsonl("山。", "水。"))
    (tmp_path / "empty.jsonl").write_bytes(b"")
    code, output, error = baogao(*arguments)
    assert (code, output) == (2, "")
    assert error.count("\n") == 1
    assert error.startswith("baogao: ")
    assert told in error


@pytest.mark.parametrize("verb", [["annotate"], ["keywords"], ["topics", "--k", "2"]])
@pytest.mark.parametrize(
    "line", ["nope", '{"text": "好"} x', '{"text": 5}', '{"txt": "好"}', "[1]", "null", "[" * 99999]
)
def test_a_bad_line_of_a_jsonl_is_named_by_its_number(baogao, tmp_path, verb, line):
    (tmp_path / "a.jsonl").write_bytes(b"\n" + line.encode() + b"\n")
    code, output, error = baogao(verb[0], "a.jsonl", *verb[1:])
    assert (code, output) == (2, "")
    assert error.count("\n") == 1
    assert error.startswith("baogao: a.jsonl line 2: ")


def test_a_stage_whose_input_was_never_written_says_what_to_do(baogao, tmp_path):
    (tmp_path / "params.yaml").touch()
    code, _, error = baogao("stage", "restoration")
    assert code == 2
    assert error.count("\n") == 1
    assert "raw_documents.parquet is missing: run `dvc repro`" in error


def test_rejects_are_counted_and_only_strict_makes_them_a_failure(baogao, tmp_path):
    (tmp_path / "params.yaml").touch()
    (tmp_path / "data" / "raw").mkdir(parents=True)
    assert baogao("stage", "ingestion", "--strict") == (0, "", "")
    (tmp_path / "data" / "raw" / "a.txt").write_bytes(PNG)
    assert baogao("stage", "ingestion") == (0, "", "ingestion: 1 rejected, see the rejects table\n")
    assert baogao("stage", "ingestion", "--strict")[0] == 1


def test_a_projects_parameters_are_those_of_the_folder_that_the_command_runs_in(baogao, tmp_path):
    (tmp_path / "params.yaml").write_text("restoration:\n  script: as_is\n")
    assert "質量" in baogao("restore", stdin=POLLUTED.encode())[1]
    (tmp_path / "params.yaml").write_text("restoration:\n  skript: as_is\n")
    code, output, error = baogao("restore", stdin=POLLUTED.encode())
    assert (code, output) == (2, "")
    assert "did you mean script?" in error


@pytest.mark.parametrize(
    "arguments", [[], ["nope"], ["stage", "nope"], ["annotate", "--standard", "nope"], ["topics", "a.jsonl"]]
)
def test_a_command_that_argparse_does_not_know_is_exit_2(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_restoring_imports_neither_spacy_nor_the_tagger():
    code = (
        "import sys, pipeline; pipeline.restore('推動(dòng)高質(zhì)量。'); "
        "heavy = ('spacy', 'spacy_pkuseg', 'pipeline.recognition.tagger', 'sklearn', 'pandas'); "
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"


def test_a_reader_that_stops_early_is_no_error(tmp_path):
    (tmp_path / "a.txt").write_text("山水田园。\n" * 50_000, encoding="utf-8")
    main = "from pipeline.cli import main; raise SystemExit(main())"
    command = shlex.join([sys.executable, "-c", main, "restore", f"{tmp_path}/a.txt"])
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{command} | head -n 1"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "山水田园。\n", "")


def test_a_page_is_read_as_a_page_and_a_table_row_by_row(baogao, tmp_path):
    menu = "<ul><li><a href='/'>首页</a></li></ul>"
    (tmp_path / "a.html").write_text(f"<html>{menu}<p>北京市教育局发布通知。</p><script>1</script></html>")
    assert baogao("restore", "a.html")[:2] == (0, "北京市教育局发布通知。")
    (tmp_path / "a.csv").write_text("标题,正文\n甲,北京市教育局发布通知。\n乙,山水。\n", encoding="gb18030")
    found = objects(baogao("annotate", "a.csv")[1])
    assert [document["text"] for document in found] == ["北京市教育局发布通知。", "山水。"]
    assert found[1]["doc_id"] == hashlib.sha256("山水。".encode()).hexdigest()[:16]


def test_restoring_a_table_of_many_documents_says_what_to_take_instead(baogao, tmp_path):
    (tmp_path / "a.csv").write_text("text\n山。\n水。\n")
    code, output, error = baogao("restore", "a.csv")
    assert (code, output) == (2, "")
    assert "a.csv holds 2 documents" in error


@pytest.mark.parametrize("arguments", [["export", "csv", "out"], ["bundle"]])
def test_without_datasets_nothing_is_exported_or_bundled(baogao, tmp_path, arguments):
    code, _, error = baogao(*arguments)
    assert code == 2
    assert error.count("\n") == 1
    assert "dvc repro" in error
    assert list(tmp_path.iterdir()) == []


def test_export_writes_what_was_asked_for(baogao, tmp_path, processed):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "processed").symlink_to(processed)
    assert baogao("export", "csv", "out")[0] == 0
    assert "documents.csv" in {path.name for path in (tmp_path / "out").iterdir()}
    assert baogao("export", "jsonl", "all.jsonl")[0] == 0
    documents = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]
    assert len(documents) == 2
    assert baogao("export", "jsonl", "one.jsonl", "--doc", documents[1]["doc_id"])[0] == 0
    assert [json.loads((tmp_path / "one.jsonl").read_text(encoding="utf-8"))] == documents[1:]
