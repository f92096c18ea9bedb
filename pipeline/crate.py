"""What an archive of a dataset says of it: ``ro-crate-metadata.json``.

It is an RO-Crate 1.1 (w3id.org/ro/crate/1.1) that follows Process Run Crate 0.5 (w3id.org/ro/wfrun/process/0.5): the
tables, what they were made with, and the hashes of the files that they were made from. There is no clock in it: the
date of publication is ``date-released`` of ``CITATION.cff``, and the run has no start or end.
"""

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_MEDIA = {
    ".parquet": "application/vnd.apache.parquet",
    ".md": "text/markdown",
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".lock": "text/plain",
    ".cff": "application/yaml",
    "": "text/plain",
}


class Stored(NamedTuple):
    """A file of the project: its path below the root, with forward slashes, and what it holds."""

    name: str
    size: int
    sha256: str


class Facts(NamedTuple):
    """What a bundle says: ``datapackage.json`` and ``CITATION.cff`` as read, and the files."""

    package: Mapping[str, Any]
    citation: Mapping[str, Any]
    processed: tuple[Stored, ...]
    made_with: tuple[Stored, ...]
    terms: tuple[Stored, ...]
    raw: tuple[Stored, ...]
    packages: tuple[tuple[str, str], ...]
    """Name and version of each package that ``requirements.lock`` pins; those in use are not looked at."""


def metadata(facts: Facts, *, with_raw: bool = False) -> dict[str, Any]:
    """The content of ``ro-crate-metadata.json``."""
    package, citation = facts.package, facts.citation
    crate = ROCrate(version="1.1")
    # the term is schema.org's, and younger than the vocabulary of RO-Crate 1.1
    crate.metadata.extra_terms["sha256"] = "https://schema.org/sha256"
    authors = [_add(crate, *_author(author)) for author in citation.get("authors") or [] if isinstance(author, dict)]
    licences = [_add(crate, *_licence(name)) for name in _listed(citation.get("license"))]
    rows = {f"data/processed/{r['path']}": r["baogao"]["rows"] for r in package["resources"]}
    meanings = {f"data/processed/{r['path']}": r["description"] for r in package["resources"]}
    results = [_file(crate, f, meanings.get(f.name, ""), rows.get(f.name)) for f in facts.processed]
    settings = [_file(crate, f) for f in facts.made_with]
    for file in facts.terms:
        _file(crate, file)
    raw = [_file(crate, f) if with_raw else _absent(crate, f) for f in facts.raw]
    collection = {
        "@type": "Collection",
        "name": "Raw files",
        "hasPart": _one(raw),
        "description": "What data/raw held.",
    }
    source = _add(crate, "#raw", collection)
    software = _software(crate, facts)
    version = package["baogao"]["version"]
    action = {
        "@type": "CreateAction",
        "name": "Making of the tables",
        "description": f"dvc repro of baogao {version}; dvc.lock records every stage with the hashes of what it read.",
        "instrument": software,
        "object": [source, *settings],
        "result": results,
        "actionStatus": "http://schema.org/CompletedActionStatus",
        **({"agent": _one(authors)} if authors else {}),
    }
    about = {
        "name": package["title"],
        "identifier": citation.get("doi") or package["name"],
        "version": package["version"],
        "description": _description(facts, rows),
        "datePublished": str(citation["date-released"]),
        "keywords": [str(word) for word in citation.get("keywords") or []],
        "conformsTo": _add(crate, _PROFILE, {"@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}),
        "mentions": [_add(crate, "#run", action), source],
        "author": _one(authors),
        "license": _one(licences),
    }
    for name, value in about.items():
        if value:
            crate.root_dataset[name] = value
    described: dict[str, Any] = crate.metadata.generate()
    return described


def _description(facts: Facts, rows: Mapping[str, int]) -> str:
    count = rows.get("data/processed/documents.parquet", 0)
    return (
        f"{facts.package['title']}: tables of {count} document{'' if count == 1 else 's'}, made by baogao "
        f"{facts.package['baogao']['version']} from {len(facts.raw)} file{'' if len(facts.raw) == 1 else 's'}. "
        "Every column is explained in data/processed/DICTIONARY.md; NOTICE lists the terms of models and other data."
    )


def _add(crate: Any, identifier: str, properties: Mapping[str, Any]) -> Any:
    """Add an entity, or give the one that has its id already: a package may stand in a lock twice."""
    return crate.dereference(identifier) or crate.add(ContextEntity(crate, identifier, properties=dict(properties)))


def _about(file: Stored) -> dict[str, Any]:
    suffix = Path(file.name).suffix.lower()
    media = _MEDIA.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    return {"contentSize": str(file.size), "sha256": file.sha256, "encodingFormat": media}


def _file(crate: Any, file: Stored, meaning: str = "", rows: int | None = None) -> Any:
    properties: dict[str, Any] = {"name": Path(file.name).name, **_about(file)}
    if meaning:
        properties["description"] = meaning
    if rows is not None:
        counted = {"@type": "PropertyValue", "name": "rows", "value": rows}
        properties["additionalProperty"] = _add(crate, f"#rows-{Path(file.name).stem}", counted)
    return crate.add_file(dest_path=file.name, properties=properties)


def _absent(crate: Any, file: Stored) -> Any:
    """A file that is known but not in the archive: no data entity, whose file a crate must hold."""
    about = {"@type": "DigitalDocument", "name": file.name.removeprefix("data/raw/"), **_about(file)}
    return _add(crate, "#" + quote(file.name), about)


def _software(crate: Any, facts: Facts) -> Any:
    citation, version = facts.citation, facts.package["baogao"]["version"]
    needed = []
    for name, pinned in facts.packages:
        # a package URL (purl), which says what it is wherever it is fetched from
        identifier = f"pkg:pypi/{quote(name)}@{quote(pinned)}"
        about = {"@type": "SoftwareApplication", "name": name, "softwareVersion": pinned}
        needed.append(_add(crate, identifier, about))
    about = {"@type": "SoftwareApplication", "name": "baogao", "softwareVersion": version}
    if home := citation.get("repository-code") or citation.get("url"):
        about["url"] = str(home)
    identifier = f"{home}#{quote(version)}" if home else f"pkg:generic/baogao@{quote(version)}"
    return _add(crate, identifier, {**about, "softwareRequirements": needed})


def _author(author: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Id and properties of an author as the Citation File Format gives it: a person, or something with a name."""
    if "name" in author:
        name, kind = str(author["name"]), "Organization"
    else:
        parts = ("given-names", "name-particle", "family-names", "name-suffix")
        name, kind = " ".join(str(author[part]) for part in parts if author.get(part)), "Person"
    affiliation = {"affiliation": str(author["affiliation"])} if author.get("affiliation") else {}
    identifier = author.get("orcid") or author.get("website") or f"#author-{quote(name)}"
    return str(identifier), {"@type": kind, "name": name, **affiliation}


def _licence(name: str) -> tuple[str, dict[str, Any]]:
    return f"https://spdx.org/licenses/{quote(name)}", {"@type": "CreativeWork", "name": name, "identifier": name}


def _one(values: list[Any]) -> Any:
    """A list of one as its value, as RO-Crate recommends."""
    return values[0] if len(values) == 1 else values


def _listed(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)] if value else []
