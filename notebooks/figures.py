"""Draws what a dataset's tables of keywords and topics say: ``python -m notebooks.figures [DATA] [OUT]``.

Each function takes a dataset and gives a figure, or none where the dataset has nothing to draw. OUT gets one SVG for
each figure that there is, the same bytes each time.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from notebooks import analysis, charts, maps, show
from notebooks.dataset import Dataset
from pipeline import divisions

ROOT = Path(__file__).resolve().parent.parent
WAYS = ("decade", "year", "region", "level", "issuer")
"""What documents are grouped by, in the order in which it is looked for."""
VALUES, TERMS, TOPICS = 12, 9, 12
"""Values of a group, terms and topics that a figure has room for."""
_TERM_GROUPS = ["value", "term", "rate", "low", "high", "g2", "effect", "tf", "df"]
_TOPIC_GROUPS = ["covariate", "value", "topic", "share", "low", "high", "documents", "units"]


def value_name(group: str, value: str) -> str:
    """A value as people call it: a region by its short name, all others as they are."""
    found = divisions.get(value) if group == "region" else None
    return found.short if found else value


def ways(data: Dataset, table: str = "term_groups", column: str = "group") -> list[str]:
    """Those of ``WAYS`` by which a table of groups has two values or more."""
    values = data.read(table, [column, "value"]).drop_duplicates()[column].value_counts()
    return [way for way in WAYS if values.get(way, 0) > 1]


def term_groups(data: Dataset, way: str) -> pd.DataFrame:
    """The rows of TERM_GROUPS for one way to group."""
    return data.read("term_groups", _TERM_GROUPS, [("group", "==", way)])


def keyness(data: Dataset, way: str = "") -> Figure | None:
    """Terms typical of each decade (or year, region, level, issuer): the latest, or those with most occurrences."""
    way = way or next(iter(ways(data)), "")
    groups = term_groups(data, way)
    terms = analysis.telling_terms(groups)
    if terms.empty:
        return None
    sizes = groups.groupby("value")["tf"].sum().reindex(sorted(set(terms["value"])))
    if way not in analysis.TIMES:
        sizes = sizes.sort_values(ascending=False, kind="stable").head(VALUES)
    shown = list(sizes.index[-VALUES:])
    return analysis.keyness(terms[terms["value"].isin(shown)], {value: value_name(way, value) for value in shown})


def trends(data: Dataset) -> Figure | None:
    """Rates by year of the terms that differ most between decades (or years)."""
    found = [way for way in analysis.TIMES if way in ways(data)]
    if not found:
        return None
    series = term_groups(data, found[-1])
    told = term_groups(data, found[0])
    terms = analysis.most_uneven(told[told["term"].isin(series["term"])], TERMS)
    series = series.rename(columns={"value": "period", "rate": "middle"})
    parts = {term: series[series["term"] == term] for term in terms}
    return analysis.trends(parts, "occurrences per 10,000 words 每万词次数") if parts else None


def themes(data: Dataset) -> pd.DataFrame:
    """The rows of COWORD_NODES whose community has two terms or more: a term without a link is no theme."""
    names = ["term", "community", "centrality", "density", "label", "tf", "sentences"]
    nodes = data.read("coword_nodes", names)
    return nodes[nodes.groupby("community")["term"].transform("size") > 1].reset_index(drop=True)


def coword_map(data: Dataset) -> Figure | None:
    """Keywords that stand together in sentences."""
    nodes, edges = themes(data), data.read("coword_edges", ["source", "target", "weight"])
    return maps.coword_map(nodes, edges) if len(nodes) else None


def strategic_diagram(data: Dataset) -> Figure | None:
    """The themes of the co-word map by what links them to others and within."""
    nodes = themes(data)
    return maps.strategic_diagram(nodes) if nodes["community"].nunique() > 1 else None


def topic_quality(data: Dataset) -> Figure | None:
    """Quality against the number of topics, where several numbers were tried."""
    grid = data.read("topic_grid", ["k", "seed", "coherence", "exclusivity", "stability", "held_out", "chosen"])
    return analysis.topic_quality(grid) if grid["k"].nunique() > 1 else None


def topic_names(data: Dataset) -> dict[int, str]:
    """Topic to its label, or to its strongest terms where it has none."""
    topics = data.read("topics", ["topic", "label"]).set_index("topic")["label"]
    terms = data.read("topic_terms", ["topic", "rank", "term"]).sort_values(["topic", "rank"])
    strongest = terms.groupby("topic")["term"].agg(lambda found: "、".join(found.head(4)))
    return {int(topic): label or strongest.get(topic, "") for topic, label in topics.items()}


def topic_map(data: Dataset) -> Figure | None:
    """Topics by how much their terms differ, and by their share of the units."""
    terms = data.read("topic_terms", ["topic", "term", "weight"])
    if terms["topic"].nunique() < 3:
        return None
    shares = data.read("topic_units", ["topic", "weight"]).groupby("topic")["weight"].mean().to_dict()
    return maps.topic_map(terms, shares, topic_names(data))


def topic_groups(data: Dataset, way: str) -> pd.DataFrame:
    """The rows of TOPIC_GROUPS for one covariate."""
    return data.read("topic_groups", _TOPIC_GROUPS, [("covariate", "==", way)])


def topic_trends(data: Dataset) -> Figure | None:
    """Shares of the topics that change most, by year, or by decade where most years have one document alone."""
    found = [way for way in analysis.TIMES if way in ways(data, "topic_groups", "covariate")]
    if not found:
        return None
    series = topic_groups(data, found[-1])
    if found[0] != found[-1] and series.drop_duplicates("value")["documents"].median() < 2:
        series = topic_groups(data, found[0])
    names = topic_names(data)
    percent = series.assign(period=series["value"], middle=100 * series["share"])
    percent = percent.assign(low=100 * series["low"], high=100 * series["high"])
    parts = {
        f"{topic} {'、'.join(names.get(topic, '').split('、')[:2])}": percent[percent["topic"] == topic]
        for topic in analysis.changing(percent, "topic", "middle", TOPICS)
    }
    return analysis.trends(parts, "share of the topic (%) 主题占比")


def topic_effects(data: Dataset, covariate: str = "") -> Figure | None:
    """Effects of a covariate (the first if none is named, the year before others) on shares of topics."""
    effects = data.read("topic_effects", ["covariate", "topic", "estimate", "low", "high", "reference"])
    covariate = covariate or next(iter(covariates(effects)), "")
    chosen = effects[effects["covariate"] == covariate].sort_values(["estimate", "topic"], ascending=[False, True])
    if chosen.empty:
        return None
    names = topic_names(data)
    terms = [f"{topic} {names.get(topic, '')}" for topic in chosen["topic"]]
    percent = chosen[["estimate", "low", "high"]].mul(100).rename(columns={"estimate": "effect"}).assign(term=terms)
    return charts.effects(percent, effect_label(covariate, str(chosen["reference"].iloc[0])))


def covariates(effects: pd.DataFrame) -> list[str]:
    """The covariates of TOPIC_EFFECTS, the year first."""
    return sorted(set(effects["covariate"]), key=lambda name: (not name.startswith("year"), name))


def effect_label(covariate: str, reference: str) -> str:
    """What the axis of a covariate's effects shows."""
    if not reference:
        return "change of the share in ten years (percentage points) 每十年变化"
    way, _, value = covariate.partition("=")
    told, other = (charts.clean(value_name(way, name)) for name in (value, reference))
    return f"{told} against {other} (percentage points) 差异"


DRAW: Mapping[str, Callable[[Dataset], Figure | None]] = {
    "keyness": keyness,
    "trends": trends,
    "coword-map": coword_map,
    "strategic-diagram": strategic_diagram,
    "topic-quality": topic_quality,
    "topic-map": topic_map,
    "topic-trends": topic_trends,
    "topic-effects": topic_effects,
}
"""Name of a file to what draws it."""


def write(data: Path, out: Path) -> list[str]:
    """Write the figures of the dataset in ``data`` to the folder ``out``, and give the names of those that there are.

    Raises ``FileNotFoundError`` if there is no dataset.
    """
    dataset = Dataset(data)
    out.mkdir(parents=True, exist_ok=True)
    drawn = []
    for name, draw in DRAW.items():
        path = out / f"{name}.svg"
        path.unlink(missing_ok=True)  # one of another dataset would be taken for this one's
        figure = draw(dataset)
        if figure:
            path.write_text(show.svg(figure), encoding="utf-8")
            drawn.append(name)
    return drawn


def main(arguments: list[str]) -> int:
    """Draw, and say what was drawn. Returns the exit code."""
    if len(arguments) > 2 or any(argument.startswith("-") for argument in arguments):
        print("usage: python -m notebooks.figures [DATA] [OUT]", file=sys.stderr)
        return 2
    defaults = [ROOT / "data" / "processed", ROOT / "data" / "interim" / "figures"]
    data, out = [*map(Path, arguments), *defaults[len(arguments) :]]
    try:
        drawn = write(data, out)
    except FileNotFoundError:
        print(f"there is no dataset in {data}: run `make repro`", file=sys.stderr)
        return 2
    print(f"{len(drawn)} figures in {out}" + (f": {', '.join(drawn)}" if drawn else ": nothing to draw"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
