"""What documents are compared by: year, decade, region, issuer and level, from what the stages say of each document.

Stages that compare groups of documents take them from here, so that a decade is the same in every table.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline import divisions

GROUPS = ("year", "decade", "region", "issuer", "level")
"""The ways to group documents, in the order in which a reader thinks of them."""

_YEAR = re.compile(r"\d{4}(?!\d)")
_CODE = re.compile(r"[0-9]{6}")
_COUNTRY = "000000"
# GB/T 2260 gives the country no code, so that a report of the whole country is known by who made it alone.
_NATIONAL = (
    "国务院",
    "全国人大",
    "全国人民代表大会",
    "全国政协",
    "中共中央",
    "中国共产党中央委员会",
    "中国人民政治协商会议全国委员会",
    "中央军委",
    "中央纪委",
    "国家监委",
    "最高人民法院",
    "最高人民检察院",
    "中华人民共和国",
)


def covariates(texts: Iterable[Mapping[str, Any]], homes: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """For each document its value in each of ``GROUPS``; what is not known is left out.

    ``texts``: rows of ``tables.TEXTS`` (doc_id, date, issuer); ``homes``: rows of ``tables.HOMES`` (doc_id, issuer,
    region_code), which go before, as in the published ``documents``. Rows of ``tables.DOCUMENTS`` serve as both.

    - ``year``: the date's first four digits; ``decade``: 1980s for 1980 to 1989;
    - ``region``: the home region's GB/T 2260 code; ``issuer``: the organization that the document reports for;
    - ``level``: see ``level_of``.
    """
    known = {row["doc_id"]: {"date": row["date"], "issuer": row["issuer"], "region_code": ""} for row in texts}
    for row in homes:
        known.setdefault(row["doc_id"], {"date": ""}).update(issuer=row["issuer"], region_code=row["region_code"])
    return {doc_id: _values(**fields) for doc_id, fields in known.items()}


def level_of(region_code: str, issuer: str = "") -> str:
    """country, province, prefecture or county; empty if neither the code nor the issuer tells.

    A body of the whole country (国务院, 全国政协) has level country wherever it sits. A code has the level that
    ``divisions`` knows for it, or for one that is unknown there the level that its zeros stand for in GB/T 2260.
    """
    if issuer.startswith(_NATIONAL) or region_code == _COUNTRY:
        return "country"
    if not _CODE.fullmatch(region_code):
        return ""
    division = divisions.get(region_code)
    if division is not None:
        return division.level
    return "province" if region_code.endswith("0000") else "prefecture" if region_code.endswith("00") else "county"


def _values(date: str, issuer: str, region_code: str) -> dict[str, str]:
    year = date[:4] if _YEAR.match(date) else ""
    values = {
        "year": year,
        "decade": f"{year[:3]}0s" if year else "",
        "region": region_code,
        "issuer": issuer,
        "level": level_of(region_code, issuer),
    }
    return {group: value for group, value in values.items() if value}
