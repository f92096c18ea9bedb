"""GBK as a table of byte pairs, with what the search for lost bytes needs to know of each character.

Source of the table: Python's codec ``gbk`` (GBK 1.0 as in CP936, without the user-defined rows, which decoders drop).
"""

import unicodedata
from functools import cache
from typing import NamedTuple

from pipeline.restoration.characters import SPOKEN, converter, is_han
from pipeline.restoration.language_model import share

UNCHANGED = "于后里制范采系并扎准干只征余云松谷几面丑才"
"""Characters that have other traditional forms, and that the mirrors' one-to-one tables leave alone or that are
common in traditional text themselves."""
LEADS = bytes(range(0x81, 0xFF))
TRAILS = bytes((*range(0x40, 0x7F), *range(0x80, 0xFF)))


class Entry(NamedTuple):
    """A character of GBK, its simplified form, its log probability, and the script it is only of."""

    char: str
    plain: str
    log_share: float
    script: str


class Table(NamedTuple):
    """``pairs``: (lead, trail) -> entry. ``by_lead``, ``by_trail``: likely entries with the other byte, most frequent
    first. ``likely``: all of these. ``undefined``: lead -> trails that make no character. ``before_nfkc``: text after
    NFKC -> byte pairs that gave it."""

    pairs: dict[tuple[int, int], Entry]
    by_lead: dict[int, list[tuple[int, Entry]]]
    by_trail: dict[int, list[tuple[int, Entry]]]
    likely: list[tuple[int, int, Entry]]
    undefined: dict[int, bytes]
    before_nfkc: dict[str, list[tuple[int, int]]]


@cache
def table() -> Table:
    """Build the table once (a fraction of a second) and keep it in the process."""
    import math

    chars: dict[tuple[int, int], str] = {}
    undefined: dict[int, bytes] = {}
    for lead in LEADS:
        missing = bytearray()
        for trail in TRAILS:
            try:
                chars[lead, trail] = bytes((lead, trail)).decode("gbk")
            except UnicodeDecodeError:
                missing.append(trail)
        undefined[lead] = bytes(missing)
    keys = list(chars)
    # one conversion for all: line ends keep the characters from forming words
    column = "\n".join(chars[key] for key in keys)
    plain = converter("t2s").convert(column).split("\n")
    full = converter("s2t").convert(column).split("\n")
    pairs: dict[tuple[int, int], Entry] = {}
    before: dict[str, list[tuple[int, int]]] = {}
    for key, simple, complex_ in zip(keys, plain, full, strict=True):
        char = chars[key]
        script = ""
        if simple != char:
            script = "traditional"
        elif complex_ != char and char not in UNCHANGED:
            script = "simplified" if not _in_big5(char) else "rather simplified"
        simple = SPOKEN.get(char, simple)
        pairs[key] = Entry(char, simple, share(simple), script)
        folded = unicodedata.normalize("NFKC", char)
        if folded != char:
            before.setdefault(folded, []).append(key)
    by_lead: dict[int, list[tuple[int, Entry]]] = {}
    by_trail: dict[int, list[tuple[int, Entry]]] = {}
    ranked = sorted(
        ((lead, trail, entry) for (lead, trail), entry in pairs.items() if entry.log_share > math.log(3e-7)),
        key=lambda item: (-item[2].log_share, item[0], item[1]),
    )
    for lead, trail, entry in ranked:
        by_lead.setdefault(lead, []).append((trail, entry))
        by_trail.setdefault(trail, []).append((lead, entry))
    return Table(pairs, by_lead, by_trail, ranked, undefined, before)


def encoded(char: str) -> tuple[int, int] | None:
    """A character's byte pair, or None if GBK has none for it."""
    try:
        data = char.encode("gbk")
    except UnicodeEncodeError:
        return None
    return (data[0], data[1]) if len(data) == 2 else None


def _in_big5(char: str) -> bool:
    if not is_han(char):
        return True
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True
