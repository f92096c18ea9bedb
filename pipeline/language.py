"""The spaCy ``Language``: pkuseg's words, sentences, names and what they stand for, as registered factories.

Components keep what spaCy has no place for in extensions: ``doc._.home_region``, ``doc._.issuer``, and for each
name ``span._.subtype``, ``canonical``, ``level``, ``kind``, ``source``, ``score``, ``entity`` and ``parent`` (ids),
and ``settled`` (whether the gazetteer says the subtype); the region's code is ``span.kb_id_``. ``doc.ents`` holds
outermost names, ``doc.spans["nested"]`` those inside others.
"""

import json
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import registry
from spacy.vocab import Vocab

from pipeline.ingestion.fields import find_fields
from pipeline.params import Params
from pipeline.recognition import STANDARDS
from pipeline.recognition.core import recognize, recognize_as
from pipeline.recognition.gazetteer import Entry, Gazetteer, load_entries
from pipeline.recognition.tagger import tagger
from pipeline.recognition.upos import UPOS
from pipeline.resolution.core import Name, resolve
from pipeline.segmentation.core import sentences
from pipeline.segmentation.pkuseg import Segmenter, segmenter, user_words

_SPAN_FIELDS: Mapping[str, Any] = {
    "subtype": "",
    "canonical": "",
    "level": "",
    "kind": "",
    "source": "",
    "score": 0.0,
    "entity": "",
    "parent": "",
    "settled": False,
}
for _field, _default in _SPAN_FIELDS.items():
    Span.set_extension(_field, default=_default, force=True)
for _field in ("home_region", "issuer"):
    Doc.set_extension(_field, default="", force=True)


class PkusegTokenizer:
    """The tokenizer: pkuseg's words exactly; white space that is not a single blank makes tokens of its own.

    Serialized it is only its settings, since the model is fixed by its descriptor in ``models/``, or by the path of
    its ``folder``. ``engine``: see ``segmenter``.
    """

    def __init__(
        self, vocab: Vocab, user_words: tuple[str, ...] = (), folder: str = "", engine: str = "compiled"
    ) -> None:
        self.vocab = vocab
        self.user_words = user_words
        self.folder, self.engine = folder, engine

    def __call__(self, text: str) -> Doc:
        """A ``Doc`` of words. Raises ``pipeline.models.ModelError`` if the model is missing."""
        return _doc(self.vocab, text, self._segmenter.words(text, [(s.start, s.end) for s in sentences(text)]))

    @cached_property
    def _segmenter(self) -> Segmenter:
        return segmenter(self.user_words, Path(self.folder) if self.folder else None, self.engine)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled, too, it is only its settings."""
        return PkusegTokenizer, (self.vocab, self.user_words, self.folder, self.engine)

    def to_bytes(self, **_: Any) -> bytes:
        """The settings as JSON."""
        settings = {"user_words": self.user_words, "folder": self.folder, "engine": self.engine}
        return json.dumps(settings, ensure_ascii=False).encode()

    def from_bytes(self, data: bytes, **_: Any) -> "PkusegTokenizer":
        """Take over what ``to_bytes`` gave."""
        settings = json.loads(data)
        self.user_words = tuple(settings["user_words"])
        self.folder, self.engine = settings["folder"], settings["engine"]
        self.__dict__.pop("_segmenter", None)
        return self

    def to_disk(self, path: Path | str, **_: Any) -> None:
        """Write ``to_bytes`` to a file."""
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: Path | str, **_: Any) -> "PkusegTokenizer":
        """Read what ``to_disk`` wrote."""
        return self.from_bytes(Path(path).read_bytes())


@registry.tokenizers("baogao.pkuseg.v1")
def make_tokenizer(
    user_words: list[str] | None = None, folder: str = "", engine: str = "compiled"
) -> Callable[[Language], PkusegTokenizer]:
    """The tokenizer's factory for spaCy's config."""
    return lambda nlp: PkusegTokenizer(nlp.vocab, tuple(user_words or ()), folder, engine)


@Language.factory("baogao_sentences", assigns=["token.is_sent_start"])
def make_sentences(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Marks sentence starts; white space between sentences belongs to the one before it."""

    def mark(doc: Doc) -> Doc:
        starts = {s.start for s in sentences(doc.text)}
        for token in doc:
            token.is_sent_start = token.idx in starts or token.i == 0
        return doc

    return mark


@Language.factory(
    "baogao_recognition",
    requires=["token.is_sent_start"],
    assigns=["doc.ents", "token.tag", "token.pos"],
    default_config={"batch_size": 16, "standard": "report"},
)
def make_recognition(nlp: Language, name: str, batch_size: int, standard: str) -> "Recognizer":
    """Finds names and parts of speech; gives a new ``Doc`` whose tokens are split at the edges of names."""
    return Recognizer(batch_size, standard)


@Language.factory("baogao_resolution", requires=["doc.ents"])
def make_resolution(nlp: Language, name: str, home_region: str = "") -> Callable[[Doc], Doc]:
    """Ties names to what they stand for in the document, and the document to its home region and issuer."""
    return lambda doc: _resolved(doc, home_region)


class Recognizer:
    """The component; ``gazetteer``, the user's names, is saved with it, as spaCy does with its ruler's patterns."""

    def __init__(self, batch_size: int, standard: str = "report", gazetteer: Gazetteer | None = None) -> None:
        self.batch_size, self.standard = batch_size, standard
        self.gazetteer = gazetteer or Gazetteer(())

    def __call__(self, doc: Doc) -> Doc:
        """A new ``Doc``. Raises ``pipeline.models.ModelError`` if the model is missing."""
        return _recognized(doc, self.batch_size, self.standard, self.gazetteer)

    def to_bytes(self, **_: Any) -> bytes:
        """The gazetteer as JSON."""
        return json.dumps(self.gazetteer.entries, ensure_ascii=False).encode()

    def from_bytes(self, data: bytes, **_: Any) -> "Recognizer":
        """Take over what ``to_bytes`` gave."""
        self.gazetteer = Gazetteer([Entry(*fields) for fields in json.loads(data)])
        return self

    def to_disk(self, path: Path | str, **_: Any) -> None:
        """Write ``to_bytes`` to a file."""
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: Path | str, **_: Any) -> "Recognizer":
        """Read what ``to_disk`` wrote."""
        return self.from_bytes(Path(path).read_bytes())


def _recognized(doc: Doc, batch_size: int, standard: str, gazetteer: Gazetteer) -> Doc:
    text = doc.text
    spans = [(s.start, s.end) for s in sentences(text)]
    given = [(t.idx, t.idx + len(t)) for t in doc if not t.is_space]
    read = partial(tagger(), standard=standard, batch_size=batch_size)
    if standard == "report":
        names, tokens = recognize(text, spans, given, read, gazetteer=gazetteer)
    else:
        names, tokens = recognize_as(standard, text, spans, given, read)
    new = _doc(doc.vocab, text, [(t.start, t.end) for t in tokens])
    starts = {start for start, _ in spans}
    tags = {token.start: token.pos for token in tokens}
    for token in new:
        token.tag_ = tags.get(token.idx, "_SP")
        token.pos_ = UPOS.get(token.tag_, "SPACE" if token.is_space else "X")
        token.is_sent_start = token.idx in starts or token.i == 0
    outer: list[Span] = []
    nested: list[Span] = []
    for name in names:
        span = new.char_span(name.start, name.end, label=name.label, alignment_mode="expand")
        assert span is not None  # tokens are split at the edges of names
        span._.entity = name.id
        for field in ("subtype", "parent", "source", "score", "canonical", "settled"):
            span._.set(field, getattr(name, field))
        (nested if name.parent else outer).append(span)
    new.ents = outer
    new.spans["nested"] = nested
    return new


def _resolved(doc: Doc, home_region: str) -> Doc:
    fields = {f.field: f for f in find_fields(doc.text)}
    title, series = (
        doc.text[fields[f].raw_start : fields[f].raw_end] if f in fields else "" for f in ("title", "series")
    )
    date = fields["date"].value if "date" in fields else ""
    spans = sorted([*doc.ents, *doc.spans["nested"]], key=lambda s: (s.start_char, -s.end_char))
    names = [
        Name(s._.entity, s.start_char, s.end_char, s.text, s.label_, *map(s._.get, Name._fields[5:])) for s in spans
    ]
    resolved = resolve(doc.text, names, title=title, series=series, date=date, home_region=home_region)
    doc._.home_region, doc._.issuer = resolved.region_code, resolved.issuer
    outer: list[Span] = []
    nested: list[Span] = []
    for span, meaning in zip(spans, resolved.meanings, strict=True):
        kept = {field: span._.get(field) for field in ("source", "score", "entity", "parent", "settled")}
        known = Span(doc, span.start, span.end, label=span.label_, kb_id=meaning.region_code)
        for field, value in {**kept, **meaning._asdict()}.items():
            if field != "region_code":
                known._.set(field, value)
        (nested if kept["parent"] else outer).append(known)
    doc.ents = outer
    doc.spans["nested"] = nested
    return doc


def _doc(vocab: Vocab, text: str, spans: list[tuple[int, int]]) -> Doc:
    """A ``Doc`` with a token for each span; what lies between becomes tokens too, one blank behind a token its own."""
    words: list[str] = []
    spaces: list[bool] = []
    at = 0
    for start, end in spans:
        if at < start:
            _add_space(text[at:start], words, spaces)
        words.append(text[start:end])
        spaces.append(False)
        at = end
    if at < len(text):
        _add_space(text[at:], words, spaces)
    return Doc(vocab, words=words, spaces=spaces)


def _add_space(space: str, words: list[str], spaces: list[bool]) -> None:
    if space[0] == " " and words:
        spaces[-1] = True
        space = space[1:]
    if space:
        words.append(space)
        spaces.append(False)


def load(standard: str = "report", params: Params | None = None) -> Language:
    """A spaCy ``Language`` that takes a text as it stands through words, names and what they stand for.

    It never ingests or restores: use ``restore`` first. By another ``standard`` than that of reports (``msra``,
    ``cluener``) it finds names in that standard's labels, and neither resolves them nor knows the gazetteer.

    Raises ``ValueError`` for an unknown ``standard``, ``pipeline.models.ModelError`` if a model is missing, and
    ``pipeline.params.ParamsError`` if the list of the user's words or the gazetteer (looked for in the working
    directory) cannot be read.
    """
    if standard not in STANDARDS:
        raise ValueError(f"standard {standard!r} is none of {', '.join(STANDARDS)}")
    return _load(standard, params or Params(), Path.cwd())


@lru_cache(maxsize=4)
def _load(standard: str, params: Params, root: Path) -> Language:
    chosen = params.segmentation
    settings = {
        "@tokenizers": "baogao.pkuseg.v1",
        "user_words": list(user_words(chosen, root)),
        "folder": str(root / chosen.model) if chosen.model else "",
        "engine": chosen.engine,
    }
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": settings}})
    nlp.add_pipe("baogao_sentences")
    config = {"batch_size": params.recognition.batch_size, "standard": standard}
    recognizer: Any = nlp.add_pipe("baogao_recognition", config=config)
    if standard == "report":
        recognizer.gazetteer = Gazetteer(load_entries(params.recognition, root))
        nlp.add_pipe("baogao_resolution", config={"home_region": params.resolution.home_region})
    return nlp
