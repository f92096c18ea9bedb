"""How common a term is in ordinary Chinese, by wordfreq's list."""

import math
from collections.abc import Sequence
from functools import lru_cache

from wordfreq import get_frequency_dict

TEXT_WORDS = 1000
"""Length, in words, of the texts of the imagined background collection."""
RAREST = 1e-7
"""Rarer terms are not told apart; set as ``TYPICAL_CHARS`` was."""
TYPICAL_CHARS, SPREAD = 4.0, 0.6
"""Characters of a term that weighs most, and how fast others weigh less: set by how well the authors' keywords of
abstracts are found (``benchmarks.keywords``, half of the rows), not measured on lengths of terms."""


@lru_cache(maxsize=1)
def _list() -> dict[str, float]:
    """wordfreq's large Chinese list.

    The list is read as it is (``word_frequency`` would first split with jieba, which need not be installed).
    Source: Speer, wordfreq 3 (subtitles, news, books, web, Wikipedia, …), words down to 1 in 100 million.
    """
    return get_frequency_dict("zh", wordlist="large")


def frequency(words: Sequence[str]) -> float:
    """Expected share of running words that the term is, from 0 to 1.

    As listed if the term is in the list. A phrase that is not lies between two bounds: at most as frequent as its
    rarest word, at least as frequent as its words would meet by chance (the product; words of a phrase attract each
    other). Of the two the geometric mean is taken. Never below ``RAREST``.
    """
    listed = _list()
    frequency = listed.get("".join(words).lower())
    if frequency is None:
        each = [listed.get(word.lower(), RAREST) for word in words]
        frequency = math.sqrt(min(each) * math.prod(each))
    return max(frequency, RAREST)


def idf(words: Sequence[str]) -> float:
    """Inverse document frequency, in nats, in a background of texts of ``TEXT_WORDS`` words each.

    With frequency p a text of L words holds the term with probability 1 - exp(-pL) if occurrences are independent
    (Poisson; Church & Gale 1995, "Inverse document frequency: a measure of deviations from Poisson"), so
    idf = -ln(1 - exp(-pL)). It tends to 0 for words that every text holds and to -ln(pL) for rare ones.
    """
    return -math.log(-math.expm1(-frequency(words) * TEXT_WORDS))


def weight(words: Sequence[str]) -> float:
    """How much of a term the words make, wherever they stand: idf × exp(-(ln(n / 4))² / (2 · 0.6²)), n characters.

    The second factor has the shape of a lognormal distribution, which lengths of words follow (Herdan 1958, "The
    relation between the dictionary distribution and the occurrence distribution of word length"). It prefers phrases
    to the words of two characters that they are made of, and to phrases as long as half a sentence.
    """
    deviation = math.log(sum(map(len, words)) / TYPICAL_CHARS) / SPREAD
    return idf(words) * math.exp(-(deviation**2) / 2)
