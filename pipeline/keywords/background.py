"""How common a term is in ordinary Chinese, by wordfreq's list."""

import math
from collections.abc import Sequence
from functools import lru_cache

from wordfreq import get_frequency_dict

TEXT_WORDS = 1000
"""Length, in words, of the texts of the imagined background collection."""


@lru_cache(maxsize=1)
def _list() -> tuple[dict[str, float], float]:
    """wordfreq's large Chinese list, and the frequency of its rarest word.

    The list is read as it is (``word_frequency`` would first split with jieba, which need not be installed).
    Source: Speer, wordfreq 3 (subtitles, news, books, web, Wikipedia, …), words down to 1 in 100 million.
    """
    frequencies = get_frequency_dict("zh", wordlist="large")
    return frequencies, min(frequencies.values())


def frequency(words: Sequence[str]) -> float:
    """Expected share of running words that the term is, from 0 to 1.

    As listed if the term is in the list. A phrase that is not lies between two bounds: at most as frequent as its
    rarest word, at least as frequent as its words would meet by chance (the product; words of a phrase attract each
    other). Of the two the geometric mean is taken. Never below the rarest listed word: the list cannot tell.
    """
    listed, rarest = _list()
    whole = listed.get("".join(words).lower())
    if whole is not None:
        return whole
    each = [listed.get(word.lower(), rarest) for word in words]
    return max(math.sqrt(min(each) * math.prod(each)), rarest)


def idf(words: Sequence[str]) -> float:
    """Inverse document frequency, in nats, in a background of texts of ``TEXT_WORDS`` words each.

    With frequency p a text of L words holds the term with probability 1 - exp(-pL) if occurrences are independent
    (Poisson; Church & Gale 1995, "Inverse document frequency: a measure of deviations from Poisson"), so
    idf = -ln(1 - exp(-pL)). It tends to 0 for words that every text holds and to -ln(pL) for rare ones.
    """
    return -math.log(-math.expm1(-frequency(words) * TEXT_WORDS))
