"""pkuseg's words: its mixed-domain model, or another, without its default user dictionary.

The dictionary glues common strings together whatever their context, and lowers F1 on CTB6 from 0.974 to 0.940.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.models import checked, descriptor, model_folder
from pipeline.segmentation.compiling import compile_model, opened, source_of, write
from pipeline.segmentation.decoding import Compiled, decode, runs
from pipeline.segmentation.user_words import UserWords

if TYPE_CHECKING:
    from pipeline.params import Segmentation

DEFAULT = "pkuseg-default"

Spans = Sequence[tuple[int, int]]


class Segmenter(Protocol):
    """What cuts text into words."""

    def cut(self, text: str) -> list[str]:
        """The words of ``text`` in order, white space left out."""

    def words(self, text: str, spans: Spans) -> list[tuple[int, int]]:
        """(start, end) of every word in ``spans`` of ``text``, each span cut by itself; white space is no word.

        Raises ``ValueError`` for spans that overlap, are out of order or leave the text.
        """

    def matched(self, text: str, spans: Spans) -> Counter[str]:
        """How often each of the user's words was kept whole there."""


class Pkuseg:
    """The compiled model: pkuseg's own words, some hundred times as fast."""

    def __init__(self, model: Compiled, user_words: Sequence[str] = ()) -> None:
        """``user_words`` are kept whole, as spacy-pkuseg does."""
        self._model = model
        self._user_words = UserWords(user_words) if user_words else None

    def cut(self, text: str) -> list[str]:
        """The words of ``text`` in order, white space left out."""
        found = self.word_array(text, [(0, len(text))])
        return [text[start:end] for start, end in zip(found[:, 0].tolist(), found[:, 1].tolist(), strict=True)]

    def words(self, text: str, spans: Spans) -> list[tuple[int, int]]:
        """(start, end) of every word in ``spans`` of ``text``, each span cut by itself; white space is no word."""
        found = self.word_array(text, spans)
        return list(zip(found[:, 0].tolist(), found[:, 1].tolist(), strict=True))

    def word_array(self, text: str, spans: Spans) -> NDArray[np.int64]:
        """The same as an array of shape (words, 2)."""
        points, starts, ends = self._runs(text, spans)
        whole = np.zeros(len(starts), np.bool_)
        if self._user_words:
            starts, ends, whole = self._user_words.pieces(text, starts, ends)
        found: NDArray[np.int64] = decode(self._model, points, starts, ends, whole)
        return found

    def matched(self, text: str, spans: Spans) -> Counter[str]:
        """How often each of the user's words was kept whole there."""
        if not self._user_words:
            return Counter()
        _, starts, ends = self._runs(text, spans)
        return self._user_words.counted(text, starts, ends)

    def _runs(self, text: str, spans: Spans) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        edges = np.array(spans, np.int64).reshape(-1, 2)
        # compiled code looks at no bounds
        if (np.diff(edges.ravel(), prepend=0, append=len(text)) < 0).any():
            raise ValueError(f"spans must be in order, without overlap, and within 0-{len(text)}")
        return points, *runs(self._model.ids, points, edges)


class Reference:
    """spacy-pkuseg itself, to compare with: 6 s to load, 800 MB."""

    def __init__(self, folder: Path, user_words: Sequence[str] = ()) -> None:
        import spacy_pkuseg

        self._model = spacy_pkuseg.pkuseg(str(folder), user_dict=None)
        self._model.preprocesser = spacy_pkuseg.Preprocesser(list(user_words))
        self._user_words = frozenset(user_words)

    def cut(self, text: str) -> list[str]:
        """The words of ``text`` in order, white space left out."""
        found: list[str] = self._model.cut(text)
        return found

    def words(self, text: str, spans: Spans) -> list[tuple[int, int]]:
        """(start, end) of every word in ``spans`` of ``text``, each span cut by itself; white space is no word."""
        found = []
        for start, end in spans:
            at = start
            for word in self.cut(text[start:end]):
                at = text.index(word, at, end)
                found.append((at, at + len(word)))
                at += len(word)
        return found

    def matched(self, text: str, spans: Spans) -> Counter[str]:
        """How often each of the user's words is a word there: spacy-pkuseg does not say why one is."""
        return Counter(word for s, e in self.words(text, spans) if (word := text[s:e]) in self._user_words)


@lru_cache(maxsize=8)
def segmenter(user_words: Sequence[str] = (), folder: Path | None = None, engine: str = "compiled") -> Segmenter:
    """Cuts text into words by pkuseg's model in ``folder`` (none: the mixed model), ``user_words`` (a tuple) whole.

    ``engine``: ``compiled``, or ``reference`` for spacy-pkuseg itself. Raises ``pipeline.models.ModelError`` if the
    model is missing, changed or none that can be compiled.
    """
    if engine == "reference":
        return Reference(folder or checked(DEFAULT), user_words)
    return Pkuseg(compiled(folder), user_words)


@lru_cache(maxsize=4)
def compiled(folder: Path | None = None) -> Compiled:
    """A model (none: the mixed one), mapped; compiled if that has not been done, or not with the model as it is.

    Raises ``ModelError``.
    """
    if folder:
        source = source_of(folder)
        path = model_folder() / "compiled" / f"pkuseg-{source[:16]}.bin"
    else:
        files = descriptor(DEFAULT)["files"]
        source = " ".join(f"{name} {files[name]['sha256']}" for name in sorted(files))
        path = model_folder() / DEFAULT / "compiled.bin"
    found = opened(path, source)
    if found is None:
        made_of = folder or checked(DEFAULT)
        print(f"pkuseg's model in {made_of}: compiled once, some 30 seconds", file=sys.stderr)
        write(compile_model(made_of), path, source)
        found = opened(path, source)
    assert found is not None
    return found


def read_user_words(text: str) -> tuple[str, ...]:
    """The words of a user's list: one a line; blank lines and what follows a tab are left out."""
    return tuple(word for line in text.splitlines() if (word := line.split("\t")[0].strip()))


def user_words(params: "Segmentation", root: Path) -> tuple[str, ...]:
    """The words of the list that ``params`` name, below ``root``; none if they name none.

    Raises ``ParamsError`` if the list cannot be read.
    """
    from pipeline.params import ParamsError

    name = params.user_words
    if not name:
        return ()
    try:
        return read_user_words((root / name).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ParamsError(f"segmentation.user_words: {name} cannot be read: {error}") from None


def chosen(params: "Segmentation", root: Path) -> Segmenter:
    """The segmenter that ``params`` name, with files looked for below ``root``.

    Raises ``ModelError`` and ``ParamsError``.
    """
    folder = root / params.model if params.model else None
    return segmenter(user_words(params, root), folder, params.engine)
