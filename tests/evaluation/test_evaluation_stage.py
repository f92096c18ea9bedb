import json
import xml.etree.ElementTree as ET

import pytest

from pipeline.evaluation.picture import bars
from pipeline.evaluation.stage import run
from pipeline.params import Evaluation, Params

TEXT = "北京市教育局发布通知。\n《光明日报》记者来到上海市。\n"
PARAMS = Params(evaluation=Evaluation(bootstrap=50))


def write_gold(root, **changes):
    """A gold document of two sentences: one ORG, one PUB, one LOC."""
    gold = {
        "text": TEXT,
        "entities": [
            {"start": 0, "end": 6, "label": "ORG", "text": "北京市教育局", "region_code": "110000"},
            {"start": 13, "end": 17, "label": "PUB", "text": "光明日报", "subtype": "newspaper"},
            {"start": 22, "end": 25, "label": "LOC", "text": "上海市", "region_code": "310000"},
        ],
        "nested": [],
        "document": {"region_code": "110000", "title": None, "series": None, "byline": None, "date": None},
    } | changes
    for e in gold["entities"]:
        assert TEXT[e["start"] : e["end"]] == e["text"]
    folder = root / "data" / "gold"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.entities.json").write_text(json.dumps(gold), encoding="utf-8")
    (folder / "a.raw.txt").write_text(TEXT, encoding="utf-8")
    return folder


def metrics(root):
    return json.loads((root / "data" / "interim" / "evaluation" / "metrics.json").read_text(encoding="utf-8"))


def test_figures_are_those_of_the_gold_counted_by_hand(tmp_path):
    write_gold(tmp_path)
    assert run(PARAMS, tmp_path) == 0
    found = metrics(tmp_path)
    assert found["restoration"] == {
        "characters": len(TEXT),
        "character_error_rate_before": 0,
        "character_error_rate": 0,
    }
    assert found["entities"]["micro"]["gold"] == 3
    assert [found["entities"][label]["gold"] for label in ("ORG", "PUB", "LOC", "PER")] == [1, 1, 1, 0]
    assert found["entities"]["micro"]["f1"] == 1
    assert found["resolution"]["region_code"] == {"accuracy": 1, "gold": 2}
    assert found["resolution"]["subtype"] == {"accuracy": 1, "gold": 1}
    assert found["resolution"]["home_region"]["gold"] == 1


def test_a_wrong_label_in_the_gold_costs_precision_and_recall(tmp_path):
    wrong = [{"start": 0, "end": 6, "label": "LOC", "text": "北京市教育局"}]
    write_gold(tmp_path, entities=wrong)
    run(PARAMS, tmp_path)
    found = metrics(tmp_path)["entities"]
    assert found["micro"] | {"f1_low": 0, "f1_high": 0} == {
        "precision": 0, "recall": 0, "f1": 0, "gold": 1, "f1_low": 0, "f1_high": 0,
    }  # fmt: skip


def test_optional_names_are_neutral_wherever_they_stand(tmp_path):
    optional = [
        {"start": 0, "end": 6, "label": "ORG", "text": "北京市教育局"},
        {"start": 12, "end": 25, "label": "OPT", "text": "《光明日报》记者来到上海市"},
    ]
    write_gold(tmp_path, entities=optional)
    run(PARAMS, tmp_path)
    micro = metrics(tmp_path)["entities"]["micro"]
    assert (micro["precision"], micro["recall"], micro["gold"]) == (1, 1, 1)


def test_fields_compare_title_series_and_byline_of_the_raw_text(tmp_path):
    write_gold(tmp_path)
    run(PARAMS, tmp_path)
    assert metrics(tmp_path)["fields"] == {"accuracy": 1, "gold": 3}
    write_gold(tmp_path, document={"region_code": "", "title": "通知", "series": None, "byline": "", "date": None})
    run(PARAMS, tmp_path)
    assert metrics(tmp_path)["fields"] == {"accuracy": pytest.approx(2 / 3, abs=1e-4), "gold": 3}


def test_the_same_gold_gives_the_same_bytes_whatever_lies_in_raw(tmp_path):
    write_gold(tmp_path / "one")
    write_gold(tmp_path / "two")
    (tmp_path / "two" / "data" / "raw").mkdir()
    (tmp_path / "two" / "data" / "raw" / "a.txt").write_text("上海市教育局。" * 9, encoding="utf-8")
    for root in ("one", "two"):
        run(PARAMS, tmp_path / root)
    for name in ("metrics.json", "entities.svg"):
        one, two = ((tmp_path / root / "data/interim/evaluation" / name).read_bytes() for root in ("one", "two"))
        assert one == two


def test_without_any_gold_there_are_figures_of_nothing(tmp_path):
    assert run(PARAMS, tmp_path) == 0
    assert metrics(tmp_path)["entities"]["micro"]["gold"] == 0


def test_the_picture_is_svg_with_a_bar_for_each_label_and_no_date():
    figures = {label: {"f1": 0.5, "f1_low": 0.6, "f1_high": 0.4, "gold": 3} for label in ("micro", "ORG")}
    drawn = bars(figures)
    assert drawn == bars(figures)
    texts = [element.text for element in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert {"micro", "ORG"} <= set(texts)
    assert texts.count("0.50 of 3 names") == 2
    assert "dc:date" not in drawn
