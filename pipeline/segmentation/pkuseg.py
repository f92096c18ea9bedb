"""spacy-pkuseg with the mixed-domain model of pkuseg, without its default user dictionary.

The dictionary glues common strings together whatever their context, and lowers F1 on CTB6 from 0.974 to 0.940.
"""

import copy
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.models import checked
from pipeline.params import ParamsError, Segmentation


@lru_cache(maxsize=8)
def segmenter(user_words: Sequence[str] = ()) -> Any:
    """A ``spacy_pkuseg.pkuseg`` with the words in ``user_words`` (a tuple) kept whole.

    The model, which all lists of words share, takes about 6 s and 800 MB. Raises ``pipeline.models.ModelError`` if it
    is missing or changed.
    """
    import spacy_pkuseg

    if not user_words:
        return spacy_pkuseg.pkuseg(str(checked("pkuseg-default")), user_dict=None)
    model = copy.copy(segmenter(()))
    model.preprocesser = spacy_pkuseg.Preprocesser(list(user_words))
    return model


def read_user_words(text: str) -> tuple[str, ...]:
    """The words of a user's list: one a line; blank lines and what follows a tab are left out."""
    return tuple(word for line in text.splitlines() if (word := line.split("\t")[0].strip()))


def user_words(params: Segmentation, root: Path) -> tuple[str, ...]:
    """The words of the list that ``params`` name, below ``root``; none if they name none.

    Raises ``ParamsError`` if the list cannot be read.
    """
    name = params.user_words
    if not name:
        return ()
    try:
        return read_user_words((root / name).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ParamsError(f"segmentation.user_words: {name} cannot be read: {error}") from None
