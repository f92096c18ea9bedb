"""The files in a ZIP archive. Nothing is unpacked to disk: names are only shown."""

import itertools
import lzma
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from pipeline.ingestion.extracted import Unreadable
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


def members(data: bytes, max_bytes: int, max_files: int = MAX_FILES) -> Iterator[tuple[str, bytes | Unreadable]]:
    """(name, bytes) of each file in a ZIP archive, in the order of their names, or why its bytes cannot be had.

    All files together give at most ``max_bytes``: one that would not fit any more is refused, and those that fit go
    on. Folders, hidden files and what macOS and Windows add are passed over, as they are in folders. Names are unique.
    Raises ``Refused`` for a broken archive, and for one with no file or more than ``max_files``.
    """
    # each entry takes memory before it can be counted; packed files hold this mark by chance or as archives themselves
    if data.count(_ENTRY) > 10 * max_files:
        raise Refused("too many files", f"more than {max_files} in one archive: split it")
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except _TROUBLES as error:
        raise Refused("broken ZIP", _one_line(error)) from None
    with archive:
        entries = _named(archive.infolist())
        if not entries:
            raise Refused("no files", "the archive holds none")
        if len(entries) > max_files:
            raise Refused("too many files", f"{len(entries)} in one archive, at most {max_files}: split it")
        left = max_bytes
        for name, entry in entries:
            refusal = _refusal(name, entry, left)
            # one that lies about its size is read no further than the size that it tells, so that alone is counted
            left -= 0 if refusal else entry.file_size
            yield name, refusal or _content(archive, entry)


def _refusal(name: str, entry: zipfile.ZipInfo, left: int) -> Unreadable | None:
    if name.lower().endswith(".zip"):
        return Unreadable(0, "archive in an archive", "unpack it")
    if entry.flag_bits & _ENCRYPTED:
        return Unreadable(0, "encrypted", "it has a password: pack it without")
    if entry.file_size > left:
        detail = f"{entry.file_size} bytes unpacked; ingestion.max_bytes leaves {left} for it"
        return Unreadable(0, "too large", detail)
    return None


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | Unreadable:
    try:
        with archive.open(entry) as packed:
            return b"".join(iter(lambda: packed.read(_CHUNK), b""))
    except NotImplementedError:
        return Unreadable(0, "format not read", f"packed by method {entry.compress_type}: pack it as an ordinary ZIP")
    except _TROUBLES as error:
        return Unreadable(0, "damaged file", _one_line(error))


def _named(entries: list[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    """The files among the entries by their names, sorted; the second of one name has ``#2`` behind it."""
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
    return sorted(named.items())


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


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
