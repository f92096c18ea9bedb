"""What names stand for: 市政协 -> 阳泉市政协, 黑龙江 -> 黑龙江省 (230000), given the document that they stand in."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline import divisions
from pipeline.resolution import places
from pipeline.resolution.bodies import resolve_body
from pipeline.resolution.home import Home, Mention, find_home
from pipeline.resolution.issuer import find_issuer

_LEVELS = ("country", "province", "prefecture", "county", "township", "village")
_SERIAL = ("newspaper", "periodical", "website", "account")


class Name(NamedTuple):
    """A name as recognition found it; ``parent`` is the ``id`` of the name that it stands inside, or ''.

    ``canonical`` is what the user's gazetteer says it stands for; ``settled`` whether it says the subtype.
    """

    id: str
    start: int
    end: int
    text: str
    label: str
    subtype: str = ""
    parent: str = ""
    canonical: str = ""
    settled: bool = False


class Meaning(NamedTuple):
    """What a name stands for: columns of the table ``entities``, each empty where the evidence does not decide."""

    canonical: str = ""
    region_code: str = ""
    level: str = ""
    kind: str = ""
    subtype: str = ""


class Resolved(NamedTuple):
    """A document's home region and issuer, a meaning for each name (in their order), and notes in plain words."""

    region_code: str
    issuer: str
    meanings: tuple[Meaning, ...]
    notes: tuple[str, ...]


def resolve(
    text: str, names: Sequence[Name], *, title: str, series: str, date: str = "", home_region: str = ""
) -> Resolved:
    """Find a document's home region and issuer, and what its ``names`` stand for.

    ``date`` (ISO 8601, as far as known) picks the divisions of its year: 昌平县 in 1990, 昌平区 today. ``home_region``
    (GB/T 2260) overrides what the document says. Raises ``ValueError`` if it is no known code.
    """
    if home_region and divisions.get(home_region) is None:
        raise ValueError(f"home_region: {home_region} is no code of GB/T 2260")
    year = year_of(date)
    if home_region:
        found = Home(home_region, "")
    else:
        found = find_home(text, _mentions(names), title=title, series=series, year=year)
    home = found.region_code
    meanings = tuple(_meaning(name, home, year) for name in names)
    return Resolved(home, find_issuer(title, series, home, year), meanings, (found.note,) if found.note else ())


def year_of(date: str) -> int:
    """The year of a date in ISO 8601; 0 if it is not known."""
    return int(date[:4]) if re.match(r"\d{4}", date) else 0


def _mentions(names: Sequence[Name]) -> Iterator[Mention]:
    """Places and newspapers; a place in a newspaper's or magazine's name is not counted a second time."""
    serials = {name.id for name in names if name.label == "PUB" and name.subtype in _SERIAL}
    for name in names:
        if name.label == "LOC" and name.parent not in serials:
            yield Mention(name.canonical or name.text)
        elif name.label == "PUB" and name.subtype == "newspaper":
            yield Mention(name.canonical or name.text, paper=True)


def _meaning(name: Name, home: str, year: int) -> Meaning:
    """What a name stands for: what the user says, and for the rest what is found of the form that the user gives."""
    found = _found(name._replace(text=name.canonical or name.text), home, year)
    return found._replace(canonical=name.canonical or found.canonical)


def _found(name: Name, home: str, year: int) -> Meaning:
    if name.label == "ORG":
        body = resolve_body(name.text, home, year)
        return Meaning(body.canonical, body.region_code, body.level, body.kind, name.subtype)
    if name.label == "LOC":
        place = places.resolve_place(name.text, name.subtype, home, year)
        if name.settled and place.subtype != name.subtype:
            # a division of another level is not what the user means
            place = places.Place("", "", name.subtype)
        level = place.subtype if place.subtype in _LEVELS else ""
        return Meaning(place.canonical, place.region_code, level, "", place.subtype)
    if name.label == "PUB":
        return Meaning(name.text, _region_of_serial(name, home, year), "", "", name.subtype)
    return Meaning(subtype=name.subtype)


def _region_of_serial(name: Name, home: str, year: int) -> str:
    """The region that a newspaper's or magazine's name begins with (山西日报); none for other works."""
    if name.subtype not in _SERIAL:
        return ""
    stem, found = places.prefixes(name.text, year)
    owner = places.choose(found, home)
    certain = owner is not None and (owner.level != "county" or stem == owner.name)
    return owner.code if owner and certain else ""
