"""The pictures of keywords and topics: ordinary, tiny and hostile rows; the same bytes; nothing outside the figure."""

import math
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from notebooks import analysis, figures, maps, show
from notebooks.dataset import Dataset
from pipeline import store, tables

ROOT = Path(__file__).parents[1]
HOSTILE = ["$a$ 和 $\\frac{", "非常非常非常非常非常非常非常非常长的一个词", "<b>&\n换行", "W" * 60, "\x05"]
NAMES = {"ordinary": [f"词{n}" for n in range(40)], "tiny": ["词"], "hostile": HOSTILE}


def term_groups(terms: list[str], values: list[str]) -> pd.DataFrame:
    """Rows of TERM_GROUPS for one group, in which each term is strong in one value and weak in another."""
    rows = [
        (value, term, 1.0 + (n + v) % 7, 0.5, 9.0, 40.0 * ((n + v) % 5 - 2), (n + v) % 5 - 2.0, 10, 2)
        for v, value in enumerate(values)
        for n, term in enumerate(terms)
    ]
    return pd.DataFrame(rows, columns=["value", "term", "rate", "low", "high", "g2", "effect", "tf", "df"])


def series(values: list[str]) -> pd.DataFrame:
    """Rates of one term by period."""
    rows = [(value, 1.0 + n % 3, 0.5, 99.0 * (n % 2)) for n, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["period", "middle", "low", "high"])


def network(terms: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Nodes in three communities and a ring of edges."""
    heads = ["、".join(terms[kind::3][:3]) for kind in range(3)]
    rows = [(t, n % 3, heads[n % 3], 5.0 * (n % 3), 2.0 - n % 3, 10 + n, 9 + n) for n, t in enumerate(terms)]
    names = ["term", "community", "label", "centrality", "density", "tf", "sentences"]
    nodes = pd.DataFrame(rows, columns=names)
    ends = sorted({tuple(sorted((t, terms[(n * 7 + 3) % len(terms)]))) for n, t in enumerate(terms)})
    edges = [(a, b, 0.1 + 0.01 * n) for n, (a, b) in enumerate(ends) if a != b]
    return nodes, pd.DataFrame(edges, columns=["source", "target", "weight"])


def topic_terms(terms: list[str]) -> pd.DataFrame:
    """Topics of which neighbours share a term."""
    rows = [(n, t, w) for n, term in enumerate(terms) for t, w in ((term, 0.5), (terms[n - 1], 0.3 + n / 1000))]
    return pd.DataFrame(rows, columns=["topic", "term", "weight"]).drop_duplicates(["topic", "term"])


def grid(numbers: list[int]) -> pd.DataFrame:
    """Two seeds for each number of topics; the last number is taken."""
    rows = [(k, seed, 0.1 * seed, 0.5, 0.5, 1.0, k == numbers[-1]) for k in numbers for seed in (0, 1)]
    return pd.DataFrame(rows, columns=["k", "seed", "coherence", "exclusivity", "stability", "held_out", "chosen"])


def drawn(terms: list[str]) -> dict[str, Callable[[], Figure]]:
    """Each function on rows made of these terms."""
    values = [f"{1950 + 10 * n}s" for n in range(min(8, len(terms)))]
    told = analysis.telling_terms(term_groups(terms, values))
    labels = {n: f"{term}、{term}" for n, term in enumerate(terms)}
    years = [str(1954 + 3 * n) for n in range(len(terms))]
    return {
        "keyness": lambda: analysis.keyness(told, {value: terms[0] + value for value in values}),
        "trends": lambda: analysis.trends({term: series(years) for term in terms[:9]}, "每万词次数"),
        "decades": lambda: analysis.trends({term: series(values) for term in terms[:4]}, "占比"),
        "map": lambda: maps.coword_map(*network(terms)),
        "diagram": lambda: maps.strategic_diagram(network(terms)[0]),
        "quality": lambda: analysis.topic_quality(grid([5, 10, 20][: len(terms)])),
        "topics": lambda: maps.topic_map(topic_terms(terms), {n: 1.0 + n for n in labels}, labels),
    }


@pytest.mark.parametrize("kind", list(NAMES))
@pytest.mark.parametrize("name", list(drawn(["词"])))
def test_a_figure_is_the_same_each_time_and_nothing_leaves_it(name: str, kind: str) -> None:
    draw = drawn(NAMES[kind])[name]
    figure = draw()
    assert show.svg(figure) == show.svg(draw())
    assert "<b>" not in show.svg(figure)
    # matplotlib's own measure of all that is drawn, ticks beyond an axis left out
    drawn_to = figure.get_tightbbox(FigureCanvasAgg(figure).get_renderer())
    wide, tall = figure.get_size_inches()
    assert drawn_to.x0 > -0.02 and drawn_to.x1 < wide + 0.02
    assert drawn_to.y0 > -0.02 and drawn_to.y1 < tall + 0.02


def test_telling_terms_are_sure_and_of_more_than_one_document_where_there_are_several() -> None:
    rows = [
        ("a", "多", 90.0, 2.0, 3), ("a", "独", 80.0, 2.0, 1), ("a", "弱", 9.0, 1.0, 3), ("a", "少", -50.0, -2.0, 0),
        ("b", "独", 70.0, 1.0, 1),
    ]  # fmt: skip
    told = analysis.telling_terms(pd.DataFrame(rows, columns=["value", "term", "g2", "effect", "df"]))
    assert told[["value", "term"]].to_numpy().tolist() == [["a", "多"], ["a", "少"], ["b", "独"]]


def test_lines_break_where_many_periods_are_missing() -> None:
    [axes, *_] = analysis.trends({"词": series(["2000", "2001", "2003", "2010", "2011"])}, "rate").axes
    at, middle = axes.lines[0].get_data()
    assert list(at) == [2000, 2001, 2003, 2009, 2010, 2011]
    assert np.isnan(middle).tolist() == [False, False, False, True, False, False]


def test_topics_that_differ_most_are_shown_and_ties_fall_by_name() -> None:
    rows = pd.DataFrame({"topic": [2, 2, 1, 1, 0, 0], "share": [0.0, 0.4, 0.4, 0.0, 0.1, 0.1]})
    assert analysis.changing(rows, "topic", "share", 2) == [1, 2]


def test_the_distance_of_topics_is_0_for_one_and_1_without_a_common_term() -> None:
    rows = [(0, "甲", 0.2), (1, "甲", 0.4), (2, "乙", 0.1), (3, "甲", 0.1), (3, "乙", 0.1)]
    apart = maps.topic_distances(pd.DataFrame(rows, columns=["topic", "term", "weight"]))
    assert apart.loc[0, 1] == 0 and apart.loc[0, 2] == pytest.approx(1)
    # half of 1 log2(1 / 0.75) + 0.5 log2(0.5 / 0.75) + 0.5 log2(0.5 / 0.25)
    assert apart.loc[0, 3] ** 2 == pytest.approx((math.log2(4 / 3) + 0.5 * math.log2(2 / 3) + 0.5) / 2)


def test_scaling_gives_back_points_of_the_plane() -> None:
    points = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 1.0], [-2.0, 0.5]])
    distances = np.array([[math.dist(a, b) for b in points] for a in points])
    found, share = maps.scaled(pd.DataFrame(distances))
    assert share == pytest.approx(1)
    for i, j in combinations(range(4), 2):
        assert math.dist(found[i], found[j]) == pytest.approx(distances[i, j], abs=1e-4)
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in found.T)


def test_the_strongest_links_of_a_network_hold_it_together() -> None:
    rows = [("a", "b", 0.9), ("a", "c", 0.8), ("b", "c", 0.7), ("c", "d", 0.1), ("x", "y", 0.5), ("a", "gone", 1.0)]
    graph = maps.skeleton(list("abcdxy"), pd.DataFrame(rows, columns=["source", "target", "weight"]))
    assert sorted(graph.edges) == [("a", "b"), ("a", "c"), ("b", "c"), ("c", "d"), ("x", "y")]
    assert [len(part) for part in nx.connected_components(graph)] == [4, 2]


def test_no_circle_of_a_map_covers_another() -> None:
    radii = [5.0 + n % 7 for n in range(30)]
    places = maps._parted([(100.0, 100.0)] * 30, radii, (0, 0, 300, 300))
    for i, j in combinations(range(30), 2):
        assert math.dist(places[i], places[j]) >= radii[i] + radii[j]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A dataset with every table that a figure needs, of two decades."""
    folder = tmp_path / "processed"
    folder.mkdir()
    (folder / "datapackage.json").write_text("{}", encoding="utf-8")
    terms = NAMES["ordinary"]
    for group, values in (("decade", ["2000s", "2010s"]), ("year", ["2001", "2002", "2011"])):
        rows = term_groups(terms, values).assign(group=group).to_dict("records")
        kept = [] if group == "decade" else store.read_table(folder, tables.TERM_GROUPS)
        store.write_table(folder, tables.TERM_GROUPS, [*kept, *rows])
    nodes, edges = network(terms)
    store.write_table(folder, tables.COWORD_NODES, nodes.to_dict("records"))
    store.write_table(folder, tables.COWORD_EDGES, edges.assign(together=2).to_dict("records"))
    quality = {"coherence": 0.5, "exclusivity": 0.5, "stability": 0.5}
    store.write_table(folder, tables.TOPICS, [{"topic": t, "label": f"题{t}", **quality} for t in range(4)])
    words = topic_terms(terms[:4]).assign(frex=0.5)
    words["rank"] = words.groupby("topic").cumcount() + 1
    store.write_table(folder, tables.TOPIC_TERMS, words.to_dict("records"))
    rows = [{"doc_id": "a", "unit": 0, "topic": t, "weight": 0.25} for t in range(4)]
    store.write_table(folder, tables.TOPIC_UNITS, rows)
    share = {"low": 0.0, "high": 0.5, "documents": 1, "units": 5}
    rows = [
        {"covariate": "year", "value": year, "topic": t, "share": 0.1 * t, **share}
        for year in ("2001", "2002")
        for t in range(4)
    ]
    store.write_table(folder, tables.TOPIC_GROUPS, rows)
    effect = {"estimate": 0.1, "low": 0.0, "high": 0.2, "reference": "140000"}
    store.write_table(folder, tables.TOPIC_EFFECTS, [{"topic": 0, "covariate": "region=110000", **effect}])
    store.write_table(folder, tables.TOPIC_GRID, grid([5, 10]).to_dict("records"))
    return folder


def command(*arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    """``python -m notebooks.figures`` as a user runs it."""
    call = [sys.executable, "-W", "error::UserWarning", "-m", "notebooks.figures", *arguments]
    return subprocess.run(call, cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=False)


def test_the_command_draws_what_there_is_the_same_each_time(data: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        done = command(str(data), str(tmp_path / seed), seed=seed)
        assert done.returncode == 0, done.stderr
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / seed).iterdir()} for seed in ("1", "2"))
    assert first == second
    assert set(first) == {f"{name}.svg" for name in figures.DRAW}
    assert "<!-- 北京 against 山西" in first["topic-effects.svg"].decode()


def test_a_term_without_links_is_no_theme(data: Path) -> None:
    nodes, _ = network(["甲", "乙", "丙", "丁"])
    store.write_table(data, tables.COWORD_NODES, nodes.to_dict("records"))
    assert set(figures.themes(Dataset(data))["term"]) == {"甲", "丁"}
    assert figures.strategic_diagram(Dataset(data)) is None


def test_without_data_the_folder_is_there_and_old_pictures_are_gone(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{}", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / "keyness.svg").write_text("old", encoding="utf-8")
    assert figures.write(tmp_path, out) == []
    assert list(out.iterdir()) == []
    assert all(draw(Dataset(tmp_path)) is None for draw in figures.DRAW.values())


def test_a_missing_dataset_and_wrong_arguments_are_named(tmp_path: Path) -> None:
    done = command(str(tmp_path / "nothing"), str(tmp_path / "out"))
    assert done.returncode == 2 and "run `make repro`" in done.stderr
    assert not (tmp_path / "out").exists()
    assert command("--help").returncode == 2
