"""LAC's part-of-speech tags as universal ones (Petrov, Das, McDonald 2012; universaldependencies.org/u/pos)."""

UPOS = {
    "n": "NOUN", "nz": "PROPN", "nw": "PROPN", "PER": "PROPN", "LOC": "PROPN", "ORG": "PROPN", "TIME": "NOUN",
    "nr": "PROPN", "ns": "PROPN", "nt": "PROPN", "t": "NOUN", "f": "NOUN", "s": "NOUN",
    "v": "VERB", "vd": "ADV", "vn": "NOUN", "a": "ADJ", "ad": "ADV", "an": "NOUN", "d": "ADV",
    "r": "PRON", "m": "NUM", "q": "NOUN", "p": "ADP", "c": "CCONJ", "u": "PART", "xc": "PART", "w": "PUNCT",
}  # fmt: skip
"""LAC tag to universal tag. A verbal noun (vn) counts as NOUN, an adverbial verb or adjective (vd, ad) as ADV."""
