"""One archive of a dataset that can be deposited and cited: ``baogao bundle``.

The same project gives the same bytes: there is no clock in it, and entries are stored and not deflated, for other
builds of zlib deflate otherwise, and the tables are compressed already.
"""

import contextlib
import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline import store
from pipeline.crate import Facts, Stored, metadata
from pipeline.ingestion.files import raw_files

_MADE_WITH = ("params.yaml", "dvc.yaml", "dvc.lock", "requirements.lock", "CITATION.cff")
_TERMS = ("LICENSE", "NOTICE")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# what no archive can hold, or what would lead elsewhere where it is unpacked on another system
_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\\\\]")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


class BundleError(Exception):
    """The dataset cannot be bundled; the message is one line that says what to do."""


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
    for lists in ("gazetteer", "user_words"):
        made_with += sorted(path for path in (root / "data" / lists).rglob("*") if path.is_file())
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
