"""GBK as tables of byte pairs, with what the search for lost bytes needs to know of each character.

Source of the table: Python's codec ``gbk`` (GBK 1.0 as in CP936, without the user-defined rows, which decoders drop).
A pair is the integer ``lead << 8 | trail``.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.restoration.characters import codes, converter, readings
from pipeline.restoration.ngrams import ngrams, numbered

UNCHANGED = "于后里制范采系并扎准干只征余云松谷几面丑才"
"""Characters that have other traditional forms, and that the mirrors' one-to-one tables leave alone or that are
common in traditional text themselves."""
LEADS = range(0x81, 0xFF)
TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFF))
ANY_SCRIPT, TRADITIONAL, SIMPLIFIED, RATHER_SIMPLIFIED = range(4)
_FOLLOWING = 60
"""Most probable characters kept of those that may follow one and whose trail byte may vanish."""
_RAREST = 3e-7
"""Characters less frequent than this are not tried where a byte of theirs is unknown."""


PAIR = np.dtype([("char", np.int32), ("number", np.uint16), ("script", np.int8), ("undefined", np.bool_)], align=True)
"""What a pair stands for: code point (0: nothing), the number of the character as spoken, the script it is only of."""
BY_LEAD, BY_TRAIL, LIKELY, VANISHES, FOLLOWING, FOLDED, _END = 0, 256, 512, 513, 769, 769 + (1 << 16), 769 + (2 << 16)
"""Where the keys of ``Table.lists`` begin. By lead byte: trail bytes of likely characters; by trail byte: their leads;
pairs of all likely ones. By byte: a row that is not empty if it leads some undefined pair. By the number of a
character (0: any): pairs that often follow it and whose trail byte leads some undefined pair. By code point: pairs of
whose characters NFKC makes it."""


class Table(NamedTuple):
    """GBK. ``pairs``: array of ``PAIR``, by pair; ``lists``: see ``listed``; ``pair_of``: by code point (0: none)."""

    pairs: NDArray[np.void]
    lists: NDArray[np.int32]
    pair_of: NDArray[np.int32]


@cache
def table() -> Table:
    """Build the table once (a fraction of a second) and keep it in the process."""
    chars = _characters()
    keys, text = np.array(list(chars), np.int32), "".join(chars.values())
    # one conversion for all: line ends keep the characters from forming words
    plain, full = (converter(name).convert("\n".join(text)).split("\n") for name in ("t2s", "s2t"))
    pairs = np.zeros(1 << 16, PAIR)
    pairs["char"][keys] = codes(text)
    pairs["number"][keys] = numbered(text, spoken=True)
    pairs["script"][keys] = [_script(*forms) for forms in zip(text, plain, full, strict=True)]
    pairs["undefined"][[lead << 8 | trail for lead in LEADS for trail in TRAILS]] = True
    pairs["undefined"][keys] = False
    pair_of = np.zeros(1 << 16, np.int32)
    pair_of[pairs["char"][keys]] = keys
    likely, following = _by_share(keys, pairs["number"])
    return Table(pairs, listed(_items(pairs["undefined"], likely, following), _END), pair_of)


def _items(
    undefined: NDArray[np.bool_], likely: list[int], following: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    vanishes = np.logical_or.reduce(undefined.reshape(256, 256)[:, 0x81:], axis=1)
    yield from ((BY_LEAD + (pair >> 8), pair & 0xFF) for pair in likely)
    yield from ((BY_TRAIL + (pair & 0xFF), pair >> 8) for pair in likely)
    yield from ((LIKELY, pair) for pair in likely)
    yield from ((VANISHES + byte, 1) for byte in np.flatnonzero(vanishes).tolist())
    ranks: Counter[int] = Counter()
    for number, pair in following:
        if vanishes[pair & 0xFF] and ranks[number] < _FOLLOWING:
            ranks[number] += 1
            yield FOLLOWING + number, pair
    yield from ((FOLDED + ord(seen), pair) for seen, pair in folded_pairs() if len(seen) == 1 and ord(seen) < 1 << 16)


@cache
def folded_pairs() -> tuple[tuple[str, int], ...]:
    """What NFKC makes of characters of GBK that it changes, with their pairs."""
    forms = ((char, unicodedata.normalize("NFKC", char), pair) for pair, char in _characters().items())
    return tuple((folded, pair) for char, folded, pair in forms if folded != char)


@cache
def pairs_read() -> dict[str, list[int]]:
    """The pairs of all characters with a reading (toned or toneless), in order."""
    found: dict[str, list[int]] = {}
    for pair, char in _characters().items():
        for reading in sorted(readings(char)):
            found.setdefault(reading, []).append(pair)
    return found


@cache
def _characters() -> dict[int, str]:
    """All characters of GBK by pair, in order."""
    found = {}
    for lead in LEADS:
        for trail in TRAILS:
            char = bytes((lead, trail)).decode("gbk", "ignore")
            if char and len(char) == 1 and ord(char) > 0x7F:
                found[lead << 8 | trail] = char
    return found


def _by_share(pairs: NDArray[np.int32], numbers: NDArray[np.uint16]) -> tuple[list[int], Iterator[tuple[int, int]]]:
    """Pairs of characters that are not rare, the most frequent first; and by the number of a character (0: any) those
    that may follow it, the most probable first."""
    by_number: dict[int, list[int]] = {}
    for pair in pairs.tolist():
        by_number.setdefault(int(numbers[pair]), []).append(pair)
    grams = ngrams()
    firsts = grams.rows["first"]
    characters = firsts[1]  # their number and one more
    after = np.repeat(np.arange(characters), np.diff(firsts[: characters + 1]))
    contexts = np.concatenate((np.zeros(characters - 1, np.int64), after))
    chars = grams.numbers[1 : firsts[characters]]
    probability = grams.rows["probability"][1 : firsts[characters]]
    common = int((probability[: characters - 1] > _RAREST).sum())
    order = np.lexsort((contexts << 16 | chars, -probability))
    contexts, chars = contexts[order].tolist(), chars[order].tolist()
    ranked = [char for context, char in zip(contexts, chars, strict=True) if context == 0][:common]
    likely = [pair for char in ranked for pair in by_number.get(char, ())]
    return likely, (
        (context, pair) for context, char in zip(contexts, chars, strict=True) for pair in by_number.get(char, ())
    )


def listed(items: Iterable[tuple[int, int]], size: int) -> NDArray[np.int32]:
    """Values by key (below ``size``) in one array: the values of ``key``, in the order given, lie from
    ``array[key]`` to ``array[key + 1]``."""
    by_key: dict[int, list[int]] = {}
    for key, value in items:
        by_key.setdefault(key, []).append(value)
    counts = np.zeros(size + 1, np.int32)
    counts[0] = size + 1
    for key, values in by_key.items():
        counts[key + 1] = len(values)
    values = [value for key in sorted(by_key) for value in by_key[key]]
    return np.concatenate([np.cumsum(counts, dtype=np.int32), np.array(values, np.int32)])


def _script(char: str, plain: str, full: str) -> int:
    if plain != char:
        return TRADITIONAL
    if full == char or char in UNCHANGED:
        return ANY_SCRIPT
    return RATHER_SIMPLIFIED if _in_big5(char) else SIMPLIFIED


def _in_big5(char: str) -> bool:
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def encoded(char: str) -> tuple[int, int] | None:
    """A character's byte pair, or None if GBK has none for it."""
    try:
        data = char.encode("gbk")
    except UnicodeEncodeError:
        return None
    return (data[0], data[1]) if len(data) == 2 else None
