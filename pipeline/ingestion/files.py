"""Files below ``data/raw``: which are read, and which DVC itself would stop at."""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.mapping import Refused


class Source(NamedTuple):
    """A file, or with ``member`` a file in an archive."""

    path: Path
    member: str = ""


_PAGE = re.compile(r"\.(?:html?|xhtml|shtml|mht)$", re.IGNORECASE)
_OF_A_PAGE = re.compile(r"(?P<page>.+)(?:_files|\.files|_文件|\.fld)$")


def belongs_to_page(path: str, pages: Collection[str]) -> bool:
    """Whether a file is a picture, style or script that a browser saved with a page: in X_files, beside X.html.

    ``path`` has forward slashes; ``pages``: paths of pages without their suffix. Pages in such a folder are frames.
    """
    parts = path.split("/")
    for depth, name in enumerate(parts[:-1]):
        match = _OF_A_PAGE.match(name)
        if match and "/".join([*parts[:depth], match["page"]]) in pages:
            return not _PAGE.search(parts[-1])
    return False


def pages_of(paths: Iterable[str]) -> frozenset[str]:
    """The pages among ``paths`` without their suffix, as ``belongs_to_page`` takes them."""
    return frozenset(_PAGE.sub("", path) for path in paths if _PAGE.search(path))


def raw_files(folder: Path) -> Iterator[Path]:
    """Whatever is no folder below ``folder`` and is not hidden, in an order that no file system decides.

    What browsers save beside a page (``belongs_to_page``) is passed over.
    Links that lead nowhere or to a folder, pipes and devices are among them: they are refused and not passed over.
    """
    found = {
        p.relative_to(folder).as_posix(): p
        for p in folder.rglob("*")
        if (p.is_symlink() or not p.is_dir()) and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    }
    pages = pages_of(found)
    return (found[path] for path in sorted(found) if not belongs_to_page(path, pages))


def shown(source: Source, folder: Path) -> str:
    """The path below ``folder`` with forward slashes, and with escapes for bytes of a name that are not UTF-8."""
    path = os.fsencode(source.path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
    return f"{path}/{source.member}" if source.member else path


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP by its name and its first bytes; one that cannot be opened is none."""
    try:
        if path.suffix.lower() != ".zip" or not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """A file's bytes.

    Raises ``Refused`` for a file that is empty, too large or cannot be read, for one whose name cannot be kept in a
    table, and for a link that leads to no file.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise Refused("name not UTF-8", "rename it: tables cannot hold its path") from None
    if path.is_dir():
        raise Refused("link to a folder", "links to folders are not followed; put the files themselves there")
    try:
        if not path.is_file() and path.exists():
            raise Refused("no file", "a pipe, a socket or a device")
        size = path.stat().st_size
        if size > max_bytes:
            raise Refused("too large", f"{size} bytes; ingestion.max_bytes is {max_bytes}")
        data = path.read_bytes()
    except OSError as error:
        raise Refused("cannot be read", error.strerror or str(error)) from None
    if not data:
        raise Refused("empty file")
    return data


def unreadable(folder: Path) -> list[tuple[str, str]]:
    """(path, reason) of what makes DVC stop before any stage runs: ``baogao check`` prints them."""
    troubles = []
    for base, folders, files in os.walk(os.fsencode(folder)):
        for name in sorted(folders + files):
            path = os.path.join(base, name)  # noqa: PTH118 - bytes paths, since a name may not be UTF-8
            where = os.path.relpath(path, os.fsencode(folder)).decode("utf-8", "backslashreplace")
            try:
                name.decode("utf-8")
            except UnicodeDecodeError:
                troubles.append((where, "its name is not UTF-8"))
            try:
                os.stat(path)  # noqa: PTH116
            except OSError as error:
                link = os.path.islink(path)  # noqa: PTH114
                troubles.append(
                    (where, f"a link that leads nowhere: {error.strerror}" if link else str(error.strerror))
                )
                continue
            if os.path.islink(path) and os.path.isdir(path):  # noqa: PTH112, PTH114
                troubles.append((where, "a link to a folder, whose files are not read"))
            if not (os.path.isdir(path) or os.path.isfile(path)):  # noqa: PTH112, PTH113
                troubles.append((where, "a pipe, a socket or a device"))
            if not os.access(path, os.R_OK):
                troubles.append((where, "no permission to read it"))
    return sorted(troubles)
