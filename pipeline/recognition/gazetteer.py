"""The user's gazetteer: names with label, subtype and canonical form, found in a text letter for letter."""

import csv
import io
import re
import reprlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import ahocorasick_rs

from pipeline.params import ParamsError, Recognition
from pipeline.recognition.titles import find_titles
from pipeline.tables import SUBTYPES

COLUMNS = ("name", "label", "subtype", "canonical")
_REQUIRED = ("name", "label")

# the automaton reads UTF-8, which has no halves of characters; no name holds what stands in for them
_HALF, _NOT_A_CHARACTER = re.compile("[\ud800-\udfff]"), "\ufdd0"
_LETTER = "[0-9A-Za-zÀ-ɏ０-９Ａ-Ｚａ-ｚ]"
# a place between two letters of a Western word, or within a number: 3.5, 1,000
_IN_A_WORD = re.compile(
    rf"(?<={_LETTER})(?={_LETTER})|(?<=[0-9０-９])(?=[.,．，][0-9０-９])|(?<=[0-9０-９][.,．，])(?=[0-9０-９])"
)
_MARK = re.compile("[《》〈〉]")
_PAIR = re.compile("《[^《》〈〉]*》|〈[^《》〈〉]*〉")


class Entry(NamedTuple):
    """A line of the list; ``subtype`` and ``canonical`` are empty where it leaves them open."""

    name: str
    label: str
    subtype: str = ""
    canonical: str = ""


class Match(NamedTuple):
    """A place where a name stands; of one that is written with its 《》 the inside."""

    start: int
    end: int
    entry: Entry


class _Fault(ValueError):
    """What is wrong with a list, and where."""


class Gazetteer:
    """A list of names to look for, each once; in time that does not depend on how many there are."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._titles = frozenset(entry.name for entry in entries if _is_title(entry.name))
        self._automaton = ahocorasick_rs.AhoCorasick([entry.name for entry in entries], store_patterns=False)

    def matches(self, text: str) -> Iterator[Match]:
        """From the left, the longest name at a place, without overlaps; none that cuts a Western word or a number."""
        whole = _HALF.sub(_NOT_A_CHARACTER, text)
        # not the automaton's own leftmost-longest: a shorter name counts where the longest would cut a word
        found = self._automaton.find_matches_as_indexes(whole, overlapping=True)
        done = 0
        for number, start, end in sorted(found, key=lambda match: (match[1], -match[2])):
            if start >= done and not _IN_A_WORD.match(text, start) and not _IN_A_WORD.match(text, end):
                done = end
                entry = self.entries[number]
                mark = entry.name in self._titles
                yield Match(start + mark, end - mark, entry)

    def listed(self, text: str, start: int, end: int) -> str:
        """The name, as the list has it, of a match at ``text[start:end]``: with its 《》 if it was found as such."""
        marked = text[max(0, start - 1) : end + 1]
        return marked if marked in self._titles else text[start:end]


def _is_title(name: str) -> bool:
    """Whether a name is a title in its 《》."""
    return name[:1] == "《" and (1, len(name) - 1, 0) in find_titles(name)


def load_entries(params: Recognition, root: Path) -> tuple[Entry, ...]:
    """The entries of the list that ``params`` name, below ``root``; none if they name none.

    Raises ``ParamsError``, in one line, if the list cannot be read or is not as it should be.
    """
    if not params.gazetteer:
        return ()
    where = f"recognition.gazetteer: {params.gazetteer}"
    try:
        return read_entries((root / params.gazetteer).read_bytes())
    except OSError as error:
        raise ParamsError(f"{where} cannot be read: {error.strerror}") from None
    except _Fault as fault:
        raise ParamsError(f"{where} {fault}") from None


def read_entries(data: bytes) -> tuple[Entry, ...]:
    """The entries of a CSV in UTF-8, each once, in its order.

    Raises ``ValueError``, whose message names line and fault.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Fault(f"line {line}: not UTF-8 (save the list as CSV in UTF-8)") from None
    rows = _rows(text)
    columns = _columns(*next(rows, (1, [])))
    seen: dict[str, tuple[int, Entry]] = {}
    for line, cells in rows:
        if len(cells) > len(columns):
            raise _Fault(f"line {line}: {len(cells)} cells for {len(columns)} columns")
        entry = Entry(**{**dict.fromkeys(COLUMNS, ""), **dict(zip(columns, cells, strict=False))})
        if fault := _fault(entry):
            raise _Fault(f"line {line}: {fault}")
        before, known = seen.setdefault(entry.name, (line, entry))
        if known != entry:
            raise _Fault(f"line {line}: {reprlib.repr(entry.name)} stands in line {before} with other contents")
    return tuple(entry for _, entry in seen.values())


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, stripped cells) of each row in which something stands."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise _Fault(f"line {line}: {error} (a quotation mark too many, or one that is not closed?)") from None
        if any("\n" in cell or "\r" in cell for cell in cells):
            raise _Fault(f"line {line}: a line break within a cell (a quotation mark that is not closed?)")
        if any(cells):
            yield line, cells


def _columns(line: int, header: Sequence[str]) -> Sequence[str]:
    known = ", ".join(COLUMNS)
    for column in header:
        if column not in COLUMNS:
            raise _Fault(f"line {line}: {reprlib.repr(column)} is no column of a gazetteer, which are {known}")
        if header.count(column) > 1:
            raise _Fault(f"line {line}: column {column} stands there twice")
    for column in _REQUIRED:
        if column not in header:
            raise _Fault(f"line {line}: column {column} is missing")
    return header


def _fault(entry: Entry) -> str:
    """What is wrong with an entry; empty if nothing is."""
    name, label, subtype, _ = entry
    if not _MARK.sub("", name).strip():
        return "name is empty"
    if label not in SUBTYPES:
        return f"label {reprlib.repr(label)} is none of {', '.join(SUBTYPES)}"
    if subtype and subtype not in SUBTYPES[label]:
        known = f"is none of {', '.join(SUBTYPES[label])}" if SUBTYPES[label] else f"is too much: {label} has none"
        return f"subtype {reprlib.repr(subtype)} of {label} {known}"
    if not _paired(name):
        return f"《》 or 〈〉 do not pair in {reprlib.repr(name)}"
    if label != "PUB" and _is_title(name):
        return f"{reprlib.repr(name)} in its 《》 is a PUB, not {label}"
    return ""


def _paired(name: str) -> bool:
    """Whether all title marks are in pairs: such a name crosses the edge of no title, wherever it stands."""
    before = ""
    while before != name:
        before, name = name, _PAIR.sub("", name)
    return not _MARK.search(name)
