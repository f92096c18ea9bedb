"""The files in a ZIP archive. Nothing is unpacked to disk: names are only shown."""

import itertools
import lzma
import struct
import unicodedata
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path

from pipeline.ingestion.formats.extracted import told
from pipeline.mapping import Refused

MAX_FILES = 10_000
_ENTRY = b"PK\x01\x02"
_UTF_8_NAME = 0x800
_ENCRYPTED = 0x1
_CHUNK = 4096
"""Bytes asked for at once: of bzip2 and LZMA ``zipfile`` unpacks all that so many packed bytes give."""
_CLUTTER = ("__macosx", "thumbs.db", "desktop.ini")
_TROUBLES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    OverflowError,
)


def names(path: Path, max_unpacked: int, max_files: int = MAX_FILES) -> list[str]:
    """The names of the files in a ZIP archive, sorted, each once.

    Folders, hidden files and what macOS and Windows add are passed over, as they are in folders. Raises ``Refused``
    for a broken archive, one with no file or more than ``max_files``, and one whose files say that they have more
    than ``max_unpacked`` bytes together.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Refused("cannot be read", error.strerror or str(error)) from None
    if size > max_unpacked:
        raise Refused("too large", f"{size} bytes; ingestion.max_unpacked is {max_unpacked}")
    # each entry takes memory before it can be counted; packed files hold this mark by chance or as archives themselves
    if path.read_bytes().count(_ENTRY) > 10 * max_files:
        raise Refused("too many files", f"more than {max_files} in one archive: split it")
    _, entries = _opened(path)
    if not entries:
        raise Refused("no files", "the archive holds none")
    if len(entries) > max_files:
        raise Refused("too many files", f"{len(entries)} in one archive, at most {max_files}: split it")
    unpacked = sum(entry.file_size for entry in entries.values())
    if unpacked > max_unpacked:
        raise Refused("too large", f"{unpacked} bytes unpacked; ingestion.max_unpacked is {max_unpacked}")
    return sorted(entries)


def content(path: Path, name: str, max_bytes: int) -> bytes:
    """The bytes of a file in an archive, by its name from ``names``.

    Raises ``Refused`` if they cannot be had: more than ``max_bytes``, more than it said, encrypted, damaged.
    """
    archive, entries = _opened(path)
    entry = entries[name]
    if entry.flag_bits & _ENCRYPTED:
        raise Refused("encrypted", "it has a password: pack it without")
    if entry.file_size > max_bytes:
        raise Refused("too large", f"{entry.file_size} bytes unpacked; ingestion.max_bytes is {max_bytes}")
    try:
        with archive.open(entry) as packed:
            data = b"".join(iter(lambda: packed.read(_CHUNK), b""))
    except NotImplementedError:
        detail = f"packed by method {entry.compress_type}: pack it as an ordinary ZIP"
        raise Refused("format not read", detail) from None
    except _TROUBLES as error:
        raise Refused("damaged file", told(error)) from None
    if not data:
        raise Refused("empty file")
    return data


@lru_cache(maxsize=1)
def _opened(path: Path) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """An archive and the files in it; kept open, since its files are asked for one by one."""
    try:
        archive = zipfile.ZipFile(path)
    except _TROUBLES as error:
        raise Refused("damaged file", f"no ZIP: {told(error)}") from None
    return archive, _named(archive.infolist())


def _named(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The files among the entries by their names; the second of one name has ``#2`` behind it."""
    decoded = zip(_names(entries), entries, strict=True)
    files = sorted(
        ((_shown(name), entry) for name, entry in decoded if not _passed_over(name)), key=lambda pair: pair[0]
    )
    named: dict[str, zipfile.ZipInfo] = {}
    taken = {name for name, _ in files}
    for name, entry in files:
        if name in named:
            numbered = (f"{name}#{n}" for n in itertools.count(2))
            name = next(other for other in numbered if other not in taken and other not in named)
        named[name] = entry
    return named


def _names(entries: list[zipfile.ZipInfo]) -> list[str]:
    """Names as their packer meant them: in UTF-8 if the entry says so or all names are; else in the code of Chinese
    Windows, which ``zipfile`` reads as that of an old IBM PC."""
    raw = [entry.orig_filename.encode("cp437") for entry in entries if not entry.flag_bits & _UTF_8_NAME]
    encoding = next((code for code in ("utf-8", "gb18030") if _decodes(b"\n".join(raw), code)), "cp437")
    return [
        entry.orig_filename if entry.flag_bits & _UTF_8_NAME else entry.orig_filename.encode("cp437").decode(encoding)
        for entry in entries
    ]


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _passed_over(name: str) -> bool:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    hidden = any(part.startswith(".") or part.lower() in _CLUTTER for part in parts)
    return hidden or not parts or name.endswith(("/", "\\"))


def _shown(name: str) -> str:
    """The name with forward slashes, and with escapes for what would move a terminal's cursor or hide."""
    return "".join(
        character.encode("unicode_escape").decode() if unicodedata.category(character)[0] == "C" else character
        for character in name.replace("\\", "/")
    )
