"""Documents whose texts are nearly the same: one report on two sites, with another head, or polluted in one copy.

Two texts are near duplicates if at least ``threshold`` of their shingles (runs of five letters or digits; white space
and punctuation aside) are in both: Jaccard similarity, which Broder called resemblance (1997, "On the resemblance and
containment of documents"). So at the default of 0.8 a report with an appendix of a quarter of its length is one, and
an excerpt is none: containment would mark it, and whoever drops what is marked would lose the rest of a report.

MinHash signatures in locality-sensitive hashing (datasketch) propose pairs, and each is then counted in full. Python's
own ``hash`` is not used: the same texts give the same pairs in any process and any order.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray

SHINGLE = 5
"""Characters in a shingle: shorter ones stand in all reports, and longer ones break at every misread character."""
MIN_CHARS = 50
"""Texts with fewer letters and digits than this have too few shingles to judge by, and must be the same in all."""
PERMUTATIONS = 128
MAX_MISS = 1e-4
"""Probability at most that a pair just at the threshold is not proposed."""
_DOUBT = 0.15
"""Four standard errors of a similarity estimated by so many permutations: pairs further below are not counted."""
_SEED = 1
_CHUNK = 512
"""Shingles at a time, so that their permutations stay in the processor's cache."""
_KEPT = 4_000_000
"""Shingles that are kept at most, since texts that follow one form are compared again and again."""
_ASIDE = re.compile(r"[\W_]+")
# odd, so that no difference of two characters vanishes; fixed, since the pairs that are proposed follow from them
_WEIGHTS = np.random.RandomState(_SEED).randint(0, 2**63, SHINGLE, dtype=np.uint64) * np.uint64(2) + np.uint64(1)

Hashes = NDArray[np.uint64]


class Pair(NamedTuple):
    """Two documents, ``doc_id`` before ``other`` in the order of ids, and the similarity of their texts (0 to 1)."""

    doc_id: str
    other: str
    similarity: float


def near_duplicates(texts: Iterable[tuple[str, str]], threshold: float, text_of: Callable[[str], str]) -> list[Pair]:
    """Pairs that join the near duplicates among ``texts`` ((doc_id, text), each id once) into groups, sorted.

    A document that belongs to a group has a pair with one of its members, the first found in the order of ids, and
    not with each: a page copied a thousand times would have half a million. ``text_of`` gives a text again by its id;
    what is held of each is its signature. Raises ``ValueError`` for a ``threshold`` not above 0 or above 1.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold {threshold} is not above 0 and at most 1")
    signatures: dict[str, MinHash] = {}
    same: dict[bytes, list[str]] = {}
    for doc_id, text in texts:
        letters = _letters(text)
        if letters:
            digest = hashlib.blake2b(letters.encode("utf-8", "surrogatepass")).digest()
            same.setdefault(digest, []).append(doc_id)
        if len(letters) >= MIN_CHARS:
            signatures[doc_id] = _signature(_shingles(letters))
    pairs = []
    for ids in same.values():
        first, *copies = sorted(ids)
        pairs += [Pair(first, copy, 1.0) for copy in copies]
    copies_of_others = {pair.other for pair in pairs}
    single = [(doc_id, signatures[doc_id]) for doc_id in sorted(signatures.keys() - copies_of_others)]
    return sorted(pairs + _joined(single, threshold, text_of))


def groups(pairs: Iterable[Pair], key: Callable[[str], Any]) -> dict[str, str]:
    """Each document that is joined by pairs, however many, to one with a smaller ``key``, and the first of its group.

    The first itself is not among them. Keys of different documents must differ.
    """
    parents: dict[str, str] = {}
    for pair in pairs:
        first, second = _root(parents, pair.doc_id), _root(parents, pair.other)
        if first != second:
            parents[max(first, second, key=key)] = min(first, second, key=key)
    return {doc_id: _root(parents, doc_id) for doc_id in sorted(parents)}


def _joined(signatures: list[tuple[str, MinHash]], threshold: float, text_of: Callable[[str], str]) -> list[Pair]:
    rows = _rows(threshold)
    index = MinHashLSH(num_perm=PERMUTATIONS, params=(PERMUTATIONS // rows, rows))
    by_id = dict(signatures)
    kept: dict[str, Hashes] = {}
    room = _KEPT

    def shingles_of(doc_id: str) -> Hashes:
        nonlocal room
        if doc_id in kept:
            return kept[doc_id]
        shingles = _shingles(_letters(text_of(doc_id)))
        if len(shingles) <= room:
            room -= len(shingles)
            kept[doc_id] = shingles
        return shingles

    pairs = []
    parents: dict[str, str] = {}
    for doc_id, signature in signatures:
        shingles: Hashes | None = None
        for other in sorted(index.query(signature)):
            if _root(parents, other) == _root(parents, doc_id):
                continue
            if signature.jaccard(by_id[other]) < threshold - _DOUBT:
                continue
            shingles = shingles_of(doc_id) if shingles is None else shingles
            similarity = jaccard(shingles, shingles_of(other))
            if similarity >= threshold:
                pairs.append(Pair(other, doc_id, similarity))
                parents[_root(parents, doc_id)] = _root(parents, other)
        index.insert(doc_id, signature, check_duplication=False)
    return pairs


def jaccard(a: Hashes, b: Hashes) -> float:
    """Share of the hashes in either array that are in both; each is sorted and without repetitions."""
    both = len(np.intersect1d(a, b, assume_unique=True))
    return both / (len(a) + len(b) - both)


def _root(parents: dict[str, str], doc_id: str) -> str:
    root = doc_id
    while root in parents:
        root = parents[root]
    while doc_id != root:
        parents[doc_id], doc_id = root, parents[doc_id]
    return root


def _rows(threshold: float) -> int:
    """The most rows in a band (so the fewest pairs to count) with which a pair at the threshold is hardly missed."""
    rows = range(PERMUTATIONS // 2, 1, -1)
    return next((r for r in rows if (1 - threshold**r) ** (PERMUTATIONS // r) <= MAX_MISS), 1)


def _letters(text: str) -> str:
    return _ASIDE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _shingles(letters: str) -> Hashes:
    """64-bit hashes of the shingles, sorted, each once; that two share one by chance is less likely than 1e-12."""
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    count = max(0, len(codes) - SHINGLE + 1)
    hashes = np.zeros(count, np.uint64)
    for place, weight in enumerate(_WEIGHTS):
        hashes += codes[place : place + count] * weight
    return np.unique(hashes)


_EMPTY = MinHash(PERMUTATIONS, seed=_SEED, hashfunc=int)


def _signature(shingles: Hashes) -> MinHash:
    signature = MinHash(
        seed=_SEED,
        hashfunc=int,
        hashvalues=_EMPTY.hashvalues,
        permutations=_EMPTY.permutations,
        scheme=_EMPTY.scheme,
    )
    halves = (shingles >> np.uint64(32)).tolist()
    for start in range(0, len(halves), _CHUNK):
        signature.update_batch(halves[start : start + _CHUNK])
    return signature
