from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.cli import main
from pipeline.params import Params, ParamsError, load_params, parse_params

ROOT = Path(__file__).parents[1]


def message(tmp_path, text):
    path = tmp_path / "params.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ParamsError) as error:
        load_params(path)
    return str(error.value)


def test_the_shipped_file_is_valid_and_spells_out_the_defaults():
    assert load_params(ROOT / "params.yaml") == Params()


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}\n", "keywords: {}\n"])
def test_what_the_file_leaves_out_has_its_default(tmp_path, text):
    path = tmp_path / "params.yaml"
    path.write_text(text)
    assert load_params(path) == Params()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("keywords:\n  topn: 5\n", ["keywords.topn", "did you mean top_n?"]),
        ("keyword:\n  top_n: 5\n", ["keyword", "did you mean keywords?"]),
        ("topics:\n  kk: 3\n  methd: lda\n", ["topics.kk", "did you mean k?", "topics.methd", "did you mean method?"]),
        ("topics:\n  zzzz: 3\n", ["topics.zzzz: unknown key"]),
        ("keywords:\n  top_n: five\n", ["keywords.top_n", "integer", "'five'"]),
        ("keywords:\n  top_n: '5'\n", ["keywords.top_n", "integer", "'5'"]),
        ("ingestion:\n  max_bytes: 1.5\n", ["ingestion.max_bytes", "1.5"]),
        ("ingestion:\n  max_bytes: true\n", ["ingestion.max_bytes", "True"]),
        ("keywords:\n  top_n: 0\n", ["keywords.top_n", "greater than or equal to 1", "not 0"]),
        ("keywords: 5\n", ["keywords: should be a block of keys, not 5"]),
        ("keywords:\n", ["keywords: should be a block of keys"]),
        ("- a\n", ["top level"]),
        ("5: 3\n", ["5"]),
        ("restoration:\n  script: traditional\n", ["restoration.script", "'simplified' or 'as_is'", "'traditional'"]),
        ("restoration:\n  min_confidence: .nan\n", ["restoration.min_confidence", "nan"]),
        ("resolution:\n  home_region: 140300\n", ["resolution.home_region", "string", "140300"]),
        ("resolution:\n  home_region: '1403'\n", ["resolution.home_region", "'1403'"]),
        ("resolution:\n  home_region: １４０３００\n", ["resolution.home_region"]),
        ("keywords:\n  methods: [tfidf, foo]\n", ["keywords.methods.1", "'foo'"]),
        ("keywords:\n  methods: [tfidf, tfidf]\n", ["keywords.methods: each may stand once"]),
        ("keywords:\n  methods: []\n", ["keywords.methods", "at least 1"]),
        ("topics:\n  seeds: 3\n", ["topics.seeds: should be a list, not 3"]),
        ("topics:\n  seeds: [0, -1]\n", ["topics.seeds.1", "-1"]),
        ("topics:\n  seeds: [0, 4294967296]\n", ["topics.seeds.1", "4294967296"]),
        ("evaluation:\n  seed: -1\n", ["evaluation.seed", "-1"]),
        ("publication:\n  name: Has Space\n", ["publication.name", "'Has Space'"]),
        ("publication:\n  version: 0.1\n", ["publication.version", "0.1"]),
        ("keywords:\n  top_n: 5\n  top_n: 6\n", ["line 3", "duplicate key", "top_n"]),
        ("keywords: {}\nkeywords: {}\n", ["line 2", "duplicate key", "keywords"]),
        ("keywords: [1\n", ["line"]),
        ("ingestion:\n\tmax_bytes: 4\n", ["line 2"]),
        ("a: *b\n", ["line 1"]),
        ("!!python/object:os.system {}\n", ["line 1"]),
        ("--- {}\n--- {}\n", ["line 2"]),
        ("\x00", ["#x0000"]),
        (b"\xff\xfe", ["not UTF-8"]),
    ],
)
def test_a_mistake_is_one_readable_line_that_names_the_key_or_the_place(tmp_path, text, named):
    told = message(tmp_path, text)
    assert told.startswith("params.yaml")
    assert "\n" not in told
    assert "tuple" not in told
    for part in named:
        assert part in told


def test_a_value_of_great_length_is_not_repeated_whole(tmp_path):
    assert len(message(tmp_path, f"topics:\n  k: {'x' * 10_000}\n")) < 200


def test_a_missing_file_and_one_that_is_a_folder_are_named(tmp_path):
    with pytest.raises(ParamsError, match=r"params\.yaml is missing"):
        load_params(tmp_path / "params.yaml")
    with pytest.raises(ParamsError, match="cannot be read"):
        load_params(tmp_path)


def test_params_cannot_be_changed_and_can_be_keys_of_a_cache():
    params = parse_params({"topics": {"seeds": [3, 1]}})
    assert params.topics.seeds == (3, 1)
    assert hash(params) == hash(parse_params({"topics": {"seeds": [3, 1]}})) != hash(Params())
    with pytest.raises(ValidationError):
        params.topics.k = 3


@pytest.mark.parametrize(
    "text", [None, "keywords:\n  topn: 5\n", "a: [\n", '"a\\nb": 1\n', "topics:\n  k: |\n    a\n    b\n"]
)
def test_the_command_ends_with_2_and_one_line_on_stderr(tmp_path, monkeypatch, capsys, text):
    if text is not None:
        (tmp_path / "params.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert main(["stage", "ingestion"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("baogao: params.yaml")
    assert not (tmp_path / "data").exists()
