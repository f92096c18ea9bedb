"""What kind of place a name is."""

import pytest

from pipeline.recognition.places import ending, level_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [("柳林水库", "facility"), ("白河", "natural"), ("西山经开区", "region"), ("李家村", "village"), ("教育", "")],
)
def test_the_last_noun_says_what_a_name_names(name: str, kind: str) -> None:
    assert ending(name) == kind


@pytest.mark.parametrize(
    ("name", "level"), [("山西省", "province"), ("山西", "province"), ("阳泉市", "prefecture"), ("平定县", "county")]
)
def test_a_division_has_its_level(name: str, level: str) -> None:
    assert level_of(name) == level


def test_what_is_no_division_has_none() -> None:
    assert level_of("长三角") == "" and level_of("") == ""
