"""Every notebook as a user runs it: on the shipped report, on tiny texts, without documents, and with topics."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from pipeline import store, tables
from pipeline.params import load_params

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
RAW = ROOT / "data" / "raw" / "yangquan-cppcc-2021.txt"
TINY = {
    "a<b>.txt": "清水镇简报\n清水镇网页上的<script>alert(1)</script>写着$a$和$b$，张伟民读到了《<i>清水</i>日报》。\n",
    "b.txt": "今天下雨。\n",
}


def project(root: Path, files: dict[str, bytes], runner: Callable[..., Path]) -> Path:
    """A project folder: copies of the notebooks, and the dataset that the stages make of ``files``."""
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns("__pycache__"))
    runner(root, files, load_params(ROOT / "params.yaml"))
    return root


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, runner: Callable[..., Path]) -> Path:
    return project(tmp_path_factory.mktemp("report"), {RAW.name: RAW.read_bytes()}, runner)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, runner: Callable[..., Path]) -> Path:
    return project(tmp_path_factory.mktemp("tiny"), {name: text.encode() for name, text in TINY.items()}, runner)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, runner: Callable[..., Path]) -> Path:
    return project(tmp_path_factory.mktemp("empty"), {}, runner)


@pytest.fixture(scope="module")
def topics(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of ``tiny`` with two topics, of which the second is the larger one."""
    data = shutil.copytree(tiny / "data" / "processed", tmp_path_factory.mktemp("topics") / "processed")
    doc_id = store.read_table(data, tables.SENTENCES)[0]["doc_id"]
    quality = {"coherence": 0.5, "exclusivity": 0.5, "stability": 0.5}
    store.write_table(data, tables.TOPICS, [{"topic": t, "label": "", **quality} for t in (0, 1)])
    words = [(0, 1, "渔船"), (0, 2, "扇贝"), (1, 1, "教师"), (1, 2, "课堂")]
    rows = [{"topic": t, "rank": r, "term": term, "weight": 0.5, "frex": 0.5} for t, r, term in words]
    store.write_table(data, tables.TOPIC_TERMS, rows)
    shares = [(0, 0, 0.1), (0, 1, 0.9), (1, 0, 0.3), (1, 1, 0.7)]
    rows = [{"doc_id": doc_id, "unit": u, "topic": t, "weight": w} for u, t, w in shares]
    store.write_table(data, tables.TOPIC_UNITS, rows)
    sentence = {"rank": 1, "doc_id": doc_id, "sent": 0, "score": 0.4, "text": "渔船<b>出海</b>"}
    store.write_table(data, tables.TOPIC_SENTENCES, [{"topic": 1, **sentence}])
    covered = {"documents": 1, "units": 2, "low": 0.0, "high": 1.0}
    rows = [
        {"covariate": "year", "value": year, "topic": t, "share": share, **covered}
        for year, shares in (("2020", (0.1, 0.9)), ("2021", (0.3, 0.7)))
        for t, share in enumerate(shares)
    ]
    store.write_table(data, tables.TOPIC_GROUPS, rows)
    effect = {"estimate": 0.1, "low": 0.0, "high": 0.2, "reference": ""}
    rows = [{"topic": t, "covariate": "year (+10)", **effect} for t in (0, 1)]
    store.write_table(data, tables.TOPIC_EFFECTS, rows)
    rows = [{"topic": t, "was": 1 - t, "similarity": 0.5, "change": "same"} for t in (0, 1)]
    store.write_table(data, tables.TOPIC_CHANGES, rows)
    rows = [{"k": k, "seed": 0, **quality, "held_out": 0.5, "chosen": k == 2} for k in (2, 3)]
    store.write_table(data, tables.TOPIC_GRID, rows)
    return data


def executed(name: str, cwd: Path, data: Path | None = None) -> NotebookNode:
    """A copy of a notebook, run from the folder ``cwd``; a cell that errs fails the test."""
    env = {key: value for key, value in os.environ.items() if key != "BAOGAO_DATA"}
    # nothing listens there: whatever reaches for a network errs
    env |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    env |= {"BAOGAO_DATA": str(data)} if data else {}
    copy = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    client = NotebookClient(copy, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(cwd)}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "1")  # the kernel of this environment, not one of the user's
        return client.execute(env=env)


@pytest.fixture(scope="module")
def run(report: Path, tiny: Path, empty: Path, topics: Path) -> Callable[[str, str], NotebookNode]:
    """Runs a notebook on a corpus, once for all tests."""
    places: dict[str, tuple[Path, Path | None]] = {
        "report": (report / "notebooks", None),
        "empty": (empty, None),
        # started in a project that has another dataset
        "tiny": (report, tiny / "data" / "processed"),
        "topics": (report, topics),
    }
    return lru_cache(lambda name, corpus: executed(name, *places[corpus]))


def outputs(notebook: NotebookNode, kind: str) -> list[str]:
    """All outputs of one MIME type; ``text`` for what was printed."""
    found = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    if kind == "text":
        return [output["text"] for output in found if "text" in output]
    return [output["data"][kind] for output in found if kind in output.get("data", {})]


def row(*cells: str) -> str:
    """The start of a table's row with these texts."""
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_notebook_in_the_repository_holds_no_outputs(name: str) -> None:
    cells = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("corpus", ["report", "tiny", "empty", "topics"])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_notebook_errs_or_warns_on_any_dataset(
    name: str, corpus: str, run: Callable[[str, str], NotebookNode]
) -> None:
    found = [output for cell in run(name, corpus).cells for output in cell.get("outputs", [])]
    assert [output for output in found if "ename" in output or output.get("name") == "stderr"] == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_nothing_from_documents_is_markup_on_any_page(name: str, run: Callable[[str, str], NotebookNode]) -> None:
    shown = run(name, "tiny")
    pages = outputs(shown, "text/html")
    for raw in ("<script", "<i>", "a<b>"):
        assert raw not in "".join([*pages, *outputs(shown, "image/svg+xml")])
    assert all("tex2jax_ignore" in page for page in pages if page and not page.startswith("<style>@font-face"))


def test_the_report_is_shown_restored_with_names_and_a_chart(run: Callable[[str, str], NotebookNode]) -> None:
    shown = run("01_report.ipynb", "report")
    html = "\n".join(outputs(shown, "text/html"))
    printed = "".join(outputs(shown, "text"))
    assert "<td>广泛凝心聚力 全方位推动高质量发展正能量更加强劲</td>" in html
    assert "edits applied to raw_text give text: True" in printed
    assert "【?;瑸槲瘑T】" in html and "【常化，为委员】" in html
    assert '<div class="entities"' in html
    assert row("ORG", "阳泉市政协") in html
    assert row("newspaper", "山西日报") in html
    assert row("下东坡村", "LOC", "village") in html
    [chart] = outputs(shown, "image/svg+xml")
    assert "<!-- 市政协 -->" in chart and "<!-- TF-IDF, top 20 -->" in chart and "<!-- TextRank, top 20 -->" in chart
    assert "No topics" in html
    assert "(documents: 1)" in printed


def test_what_comes_from_documents_is_escaped_and_the_data_may_lie_elsewhere(
    run: Callable[[str, str], NotebookNode],
) -> None:
    shown = run("01_report.ipynb", "tiny")
    html = "\n".join(outputs(shown, "text/html"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "《<mark" in html and "&lt;i&gt;清水&lt;/i&gt;日报" in html
    assert "a&lt;b&gt;.txt" in html
    for raw in ("<script", "<i>", "a<b>"):
        assert raw not in html + "".join(outputs(shown, "image/svg+xml"))
    # dollar signs are no formulas
    pages = [page for page in outputs(shown, "text/html") if page and not page.startswith("<style>")]
    assert all("tex2jax_ignore" in page for page in pages)
    assert "(documents: 2)" in "".join(outputs(shown, "text"))
    assert "阳泉" not in html


def test_a_dataset_without_documents_is_shown_as_empty(run: Callable[[str, str], NotebookNode]) -> None:
    shown = run("01_report.ipynb", "empty")
    assert "(documents: 0)" in "".join(outputs(shown, "text"))
    assert outputs(shown, "image/svg+xml") == []
    assert "no keywords" in "".join(outputs(shown, "text"))


def test_topics_are_shown_with_terms_and_shares_where_there_are_some(
    run: Callable[[str, str], NotebookNode],
) -> None:
    larger = '<td class="number">1</td><td>教师、课堂</td><td class="number">0.800</td>'
    smaller = '<td class="number">0</td><td>渔船、扇贝</td><td class="number">0.200</td>'
    for name in ("01_report.ipynb", "04_keywords_topics.ipynb"):
        html = "\n".join(outputs(run(name, "topics"), "text/html"))
        assert 0 < html.find(larger) < html.find(smaller)
    # the sentences that show them, escaped, and pictures of shares, effects and quality
    assert "<td>渔船&lt;b&gt;出海&lt;/b&gt;</td>" in html and ">same<" in html
    drawn = "".join(outputs(run("04_keywords_topics.ipynb", "topics"), "image/svg+xml"))
    for text in ("1 教师", "1 教师、课堂", "number of topics 主题数", "change of the share in ten years"):
        assert f"<!-- {text}" in drawn


def test_the_corpus_is_counted(run: Callable[[str, str], NotebookNode]) -> None:
    html = "\n".join(outputs(run("02_corpus.ipynb", "tiny"), "text/html"))
    assert "<th>documents 文档</th><td>2</td>" in html
    assert f"<th>characters 字符</th><td>{sum(map(len, TINY.values()))}</td>" in html
    html = "\n".join(outputs(run("02_corpus.ipynb", "report"), "text/html"))
    assert row("script") in html and row("140300", "阳泉市") in html
    assert "No page furniture was taken out." in html
    assert "Documents marked as near duplicates of another: 0 of 1." in html


def test_names_are_counted_by_what_they_stand_for_and_drawn_as_map_and_network(
    run: Callable[[str, str], NotebookNode],
) -> None:
    shown = run("03_entities.ipynb", "report")
    html = "\n".join(outputs(shown, "text/html"))
    charts = outputs(shown, "image/svg+xml")
    assert row("阳泉市政协", "cppcc", "prefecture", "140300") in html
    assert re.search(
        row("阳泉市政协", "ORG") + r'<td class="number">\d+</td><td class="number">\d+</td><td>.*市政协×', html
    )
    assert any("<!-- 内蒙古 -->" in chart for chart in charts)
    assert any("<!-- 阳泉市政协 -->" in chart and "<!-- 地名 LOC -->" in chart for chart in charts)


def test_one_document_is_not_compared(run: Callable[[str, str], NotebookNode]) -> None:
    html = "\n".join(outputs(run("04_keywords_topics.ipynb", "report"), "text/html"))
    assert "There is nothing to compare" in html
    assert "No topics: " in html


@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if name != "01_report.ipynb"])
def test_an_empty_corpus_gives_sentences_and_no_pictures(name: str, run: Callable[[str, str], NotebookNode]) -> None:
    shown = run(name, "empty")
    assert outputs(shown, "image/svg+xml") == []
    assert re.search(r"<p>(There are no|No) ", "".join(outputs(shown, "text/html")))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_missing_dataset_is_named_with_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="run `make repro`"):
        executed(name, ROOT, tmp_path)


def drawn(root: Path, seed: str) -> bytes:
    """The README's picture, made anew in the project ``root``."""
    env = {key: value for key, value in os.environ.items() if key != "BAOGAO_DATA"} | {"PYTHONHASHSEED": seed}
    subprocess.run([sys.executable, "-m", "notebooks.picture"], cwd=root, env=env, check=True)
    return (root / "docs" / "report.svg").read_bytes()


def test_the_picture_is_the_same_each_time_and_small(report: Path) -> None:
    picture = drawn(report, "1")
    assert picture == drawn(report, "2")
    assert len(picture) < 200_000
    text = picture.decode()
    assert "<!-- ?;瑸槲瘑T -->" in text and "常化，为委员" in text
    assert "= 阳泉市政协" in text


@pytest.mark.parametrize("corpus", ["tiny", "empty"])
def test_the_picture_can_be_made_of_any_dataset(corpus: str, request: pytest.FixtureRequest) -> None:
    assert b"<svg" in drawn(request.getfixturevalue(corpus), "0")


def edits(*rows: tuple[int, int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [(*row, "gloss", 1.0) for row in rows],
        columns=["raw_start", "raw_end", "before", "after", "rule", "confidence"],
    )


def test_pieces_join_to_both_texts_and_keep_an_edited_line_end_in_its_paragraph(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from notebooks import show

    raw = "甲(jiǎ)乙\n丙\n丁"
    found = show.pieces(raw, edits((9, 10, "\n", ""), (1, 6, "(jiǎ)", ""), (0, 0, "", "始")))
    assert "".join(piece.before for piece in found) == raw
    assert "".join(piece.after for piece in found) == "始甲乙\n丙丁"
    assert ["".join(p.after for p in paragraph) for paragraph in show.paragraphs(found)] == ["始甲乙", "丙丁"]


def test_a_long_document_is_cut_at_a_paragraph_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from notebooks import show

    page = show.sides(show.pieces("一二三\n四五六\n七八九", edits()), limit=7)
    assert "四五六" in page and "七八九" not in page
    assert "1 more paragraphs are not shown" in page


def test_a_page_carries_the_chinese_letters_that_it_needs_and_no_others():
    from notebooks.webfont import style

    assert style(["Latin only", ""]) == ""
    few, more = style(["政协"]), style(["政协委员工作报告，还原"])
    assert "font/otf;base64," in few
    assert len(few) < len(more) < 100_000
    assert style(["协政"]) == few
