"""One archive of a dataset that can be deposited and cited: ``baogao bundle``.

It is an RO-Crate 1.1 (w3id.org/ro/crate/1.1) that follows Process Run Crate 0.5 (w3id.org/ro/wfrun/process/0.5): the
tables, what they were made with, and the hashes of the files that they were made from. The same project gives the
same bytes, so there is no clock in it: the date of publication is ``date-released`` of ``CITATION.cff``, and the run
has no start or end. Entries are stored and not deflated, for other builds of zlib deflate otherwise, and the tables
are compressed already.
"""

import contextlib
import hashlib
import json
import mimetypes
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline import store
from pipeline.ingestion.files import raw_files

_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_MADE_WITH = ("params.yaml", "dvc.yaml", "dvc.lock", "requirements.lock", "CITATION.cff")
_TERMS = ("LICENSE", "NOTICE")
_MEDIA = {
    ".parquet": "application/vnd.apache.parquet",
    ".md": "text/markdown",
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".lock": "text/plain",
    ".cff": "application/yaml",
    "": "text/plain",
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# what no archive can hold, or what would lead elsewhere where it is unpacked on another system
_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\\\\]")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


class BundleError(Exception):
    """The dataset cannot be bundled; the message is one line that says what to do."""


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


def bundle(root: Path, out: Path | None = None, *, with_raw: bool = False) -> Path:
    """Write the archive of the dataset in ``root`` and return its path (``NAME-VERSION.zip`` in ``root`` if None).

    Raw files are named with size and sha256; their content is included only ``with_raw``, for it may not be the
    researcher's to give away. Authors, licence and date are those of ``CITATION.cff``; name and version those that
    the tables were published with.

    Raises ``BundleError`` if a file is missing or unreadable, if DVC says that the tables are not those that
    ``dvc.lock`` records (raw files, parameters, models or code have changed since, or the tables themselves), and if
    ``out`` cannot be written.
    """
    try:
        for name in ("data/processed/datapackage.json", *_MADE_WITH):
            if not (root / name).is_file():
                raise BundleError(f"{name} is missing: run `dvc repro` (or `dvc pull`) in the project's folder first")
        if stale := _stale(root):
            raise BundleError(f"{', '.join(stale)}: changed since data/processed was made; run `dvc repro` first")
        facts = _facts(root)
        name = f"{facts.package['name']}-{facts.package['version']}.zip"
        out = root / re.sub(r"[^\w.-]", "_", name) if out is None else out
        if out.resolve().is_relative_to((root / "data").resolve()):
            raise BundleError(f"{out} is inside data, which DVC looks after: choose another place")
        kept = [*facts.processed, *facts.made_with, *facts.terms, *(facts.raw if with_raw else ())]
        described = json.dumps(metadata(facts, with_raw=with_raw), ensure_ascii=False, indent=2) + "\n"
        _write(root, out, described, kept)
    except OSError as error:
        raise BundleError(f"{error.filename or out}: {error.strerror or error}") from None
    return out


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
        url = f"https://pypi.org/project/{quote(name)}/{quote(pinned)}/"
        about = {"@type": "SoftwareApplication", "name": name, "softwareVersion": pinned, "url": url}
        needed.append(_add(crate, url, about))
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


def _facts(root: Path) -> Facts:
    package = json.loads((root / "data/processed/datapackage.json").read_text(encoding="utf-8"))
    try:
        citation = YAML(typ="safe", pure=True).load((root / "CITATION.cff").read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise BundleError(f"CITATION.cff cannot be read as YAML: {error}") from None
    if not isinstance(citation, dict) or not _DATE.fullmatch(str(citation.get("date-released", ""))):
        raise BundleError(
            "CITATION.cff has no date-released (2024-05-31, say): an archive needs a date of publication"
        )
    made_with = [root / name for name in _MADE_WITH] + sorted((root / "models").glob("*.json"))
    return Facts(
        package,
        citation,
        _stored(root, sorted(p for p in (root / "data" / "processed").iterdir() if p.is_file())),
        _stored(root, made_with),
        _stored(root, (root / name for name in _TERMS if (root / name).is_file())),
        _stored(root, (p for p in raw_files(root / "data" / "raw") if p.is_file())),
        tuple(sorted(_PINNED.findall((root / "requirements.lock").read_text(encoding="utf-8")))),
    )


def _stored(root: Path, paths: Iterable[Path]) -> tuple[Stored, ...]:
    found = []
    for path in paths:
        name = path.relative_to(root).as_posix()
        if _UNFIT.search(name):
            raise BundleError(f"{name!r}: rename it; an archive cannot hold this name")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found.append(Stored(name, path.stat().st_size, digest))
    return tuple(found)


def _stale(root: Path) -> list[str]:
    """What differs from ``dvc.lock``, of publication and every stage before it, as ``dvc status`` finds it.

    Tables between stages may be missing, as after ``dvc pull publication``: the lock still ties the stages together.
    """
    # here, since DVC takes long to load
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        # DVC takes names of stages for those of the working folder
        with contextlib.chdir(root), Repo() as repo:
            status = repo.status(targets=["publication"], with_deps=True)
    except DvcException as error:
        raise BundleError(f"DVC cannot tell whether the tables are up to date: {error}") from None
    return sorted(set(_changes(status)))


def _changes(status: Mapping[str, Any]) -> Iterator[str]:
    for stage, changes in status.items():
        for change in changes:
            if not isinstance(change, dict):
                yield f"stage {stage} ({change})"
                continue
            for states in change.values():
                for path, state in states.items():
                    interim = path.replace("\\", "/").startswith("data/interim/")
                    if isinstance(state, dict):  # parameters of a file
                        yield from (f"{name} in {path}" for name in state)
                    elif state != "not in cache" and not (interim and state == "deleted"):
                        yield path


def _write(root: Path, out: Path, described: str, files: Iterable[Stored]) -> None:
    with store.replacing(out) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry("ro-crate-metadata.json"), described.encode("utf-8"))
        for file in sorted(files):
            entry = _entry(file.name)
            entry.file_size = file.size
            digest = hashlib.sha256()
            with (root / file.name).open("rb") as source, archive.open(entry, "w") as target:
                while chunk := source.read(1 << 20):
                    digest.update(chunk)
                    target.write(chunk)
            if digest.hexdigest() != file.sha256:
                raise BundleError(f"{file.name} changed while it was read: bundle again")


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry that says nothing of the machine: a fixed date, plain permissions."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    return entry
