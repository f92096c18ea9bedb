"""What is known of each document as a whole, for comparing groups of documents."""

from collections.abc import Iterable, Mapping
from typing import Any

GROUPS = ("year", "decade", "region", "issuer", "level")
"""What documents are grouped by; names of the values in ``covariates``."""


def covariates(texts: Iterable[Mapping[str, Any]], homes: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """For each doc_id the values of ``GROUPS`` that are known, from rows of TEXTS (or DOCUMENTS) and of HOMES.

    year: of the document's date (2021); decade: its (2020s); region: GB/T 2260 code of its home region; issuer: in
    canonical form; level: administrative level of the issuer or region.
    """
    known: dict[str, dict[str, str]] = {}
    for text in texts:
        year = text["date"][:4]
        dated = {"year": year, "decade": f"{year[:3]}0s"} if year.isdigit() and len(year) == 4 else {}
        known[text["doc_id"]] = {**dated, **_told({"issuer": text["issuer"]})}
    for home in homes:
        values = {"region": home["region_code"], "issuer": home["issuer"], "level": home["level"]}
        known.setdefault(home["doc_id"], {}).update(_told(values))
    return known


def _told(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
