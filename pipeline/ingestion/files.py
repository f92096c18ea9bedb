"""Files below ``data/raw``: which are read, and which DVC itself would stop at."""

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.ingestion.encoding import Decoded, decode
from pipeline.mapping import Refused

TEXT_SUFFIXES = (".txt", ".text", ".md")


def raw_files(folder: Path) -> Iterator[Path]:
    """Every file below ``folder`` that is not hidden, in an order that no file system decides."""
    files = (
        p
        for p in folder.rglob("*")
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    )
    return iter(sorted(files, key=lambda path: path.relative_to(folder).as_posix()))


def read_document(path: Path, max_bytes: int) -> tuple[bytes, Decoded]:
    """A text file's bytes and text.

    Raises ``Refused`` for a file that is too large, empty, of a format that is not read, or not text.
    """
    if path.suffix.lower() not in TEXT_SUFFIXES:
        raise Refused("format not read", f"{path.suffix or 'no suffix'}; read are {', '.join(TEXT_SUFFIXES)}")
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise Refused("too large", f"{size} bytes; ingestion.max_bytes is {max_bytes}")
        data = path.read_bytes()
    except OSError as error:
        raise Refused("cannot be read", error.strerror or str(error)) from None
    if not data:
        raise Refused("empty file")
    decoded = decode(data)
    if not decoded.text.strip("\ufeff\u200b \t\r\n\u3000\x00"):
        raise Refused("no text", "only white space")
    return data, decoded


def unreadable(folder: Path) -> list[tuple[str, str]]:
    """(path, reason) of what makes DVC stop before any stage runs: ``baogao check`` prints them."""
    troubles = []
    for base, folders, files in os.walk(os.fsencode(folder)):
        for name in sorted(folders + files):
            path = os.path.join(base, name)  # noqa: PTH118 - bytes paths, since a name may not be UTF-8
            shown = os.path.relpath(path, os.fsencode(folder)).decode("utf-8", "backslashreplace")
            try:
                name.decode("utf-8")
            except UnicodeDecodeError:
                troubles.append((shown, "its name is not UTF-8"))
            try:
                os.stat(path)  # noqa: PTH116
            except OSError as error:
                link = os.path.islink(path)  # noqa: PTH114
                troubles.append(
                    (shown, f"a link that leads nowhere: {error.strerror}" if link else str(error.strerror))
                )
                continue
            if not os.access(path, os.R_OK):
                troubles.append((shown, "no permission to read it"))
    return troubles
