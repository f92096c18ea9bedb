"""Parameters: one frozen model per stage, read from ``params.yaml``.

Unknown keys and wrong types are errors, so that a misspelt key cannot silently leave a default in force.
"""

import difflib
import reprlib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


class ParamsError(ValueError):
    """``params.yaml`` is missing, is not YAML, or holds a key or value that no stage knows."""


class _Stage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise ValueError("each may stand once")
    return values


_Names = tuple[Annotated[str, Field(min_length=1)], ...]


class Columns(_Stage):
    """Names of your own under which files give a document's text and fields: columns of tables, ``<meta>`` of pages.

    They are looked for, case aside, before the usual ones (``pipeline/ingestion/columns.txt``). What has another name
    goes to the table ``metadata``.
    """

    text: _Names = ()
    title: _Names = ()
    date: _Names = ()
    byline: _Names = ()
    source: _Names = ()
    issuer: _Names = ()
    url: _Names = ()


class Ingestion(_Stage):
    """How files become documents."""

    max_bytes: int = Field(default=50_000_000, ge=1)
    """Files larger than this (bytes) are rejected; an archive's files count one by one."""
    max_unpacked: int = Field(default=1_000_000_000, ge=1)
    """Archives whose files are larger than this together (bytes) are rejected."""
    max_chars: int = Field(default=2_000_000, ge=1)
    """Documents longer than this (characters) are rejected: a thousand pages are no report."""
    max_seconds: int = Field(default=60, ge=1)
    """Time (s) for reading one file, in a process of its own."""
    max_memory: int = Field(default=700, ge=200)
    """Memory (MB) for the same, beyond what the reader itself takes."""
    columns: Columns = Columns()


class Restoration(_Stage):
    """How broken text is restored."""

    script: Literal["simplified", "as_is"] = "simplified"
    """``simplified``: a document in traditional characters is converted; ``as_is``: no script conversion."""
    min_confidence: float = Field(default=0.1, ge=0, le=1)
    """A repair of lost bytes less probable than this is not made, and a character of misread text that lacks bytes
    becomes U+FFFD; ``notes`` reports both."""


class Deduplication(_Stage):
    """Which documents count as nearly the same."""

    threshold: float = Field(default=0.8, gt=0, le=1)
    """Share of character 5-grams in common (Jaccard) from which on two documents are marked as near duplicates."""


class Segmentation(_Stage):
    """How text becomes sentences and words."""

    user_words: str = ""
    """A UTF-8 file with one word a line that must stay whole, relative to the project; empty: none."""
    model: str = ""
    """A folder with another model of pkuseg, relative to the project; empty: the mixed-domain model."""
    engine: Literal["compiled", "reference"] = "compiled"
    """``reference`` cuts with spacy-pkuseg itself: the same words, some hundred times slower."""


class Recognition(_Stage):
    """How names are found."""

    batch_size: int = Field(default=16, ge=1)
    """Sentences that go through the tagger at once; changes speed, never results."""
    gazetteer: str = ""
    """A CSV in UTF-8 with names of your own (columns name, label, subtype, canonical), relative to the project; empty:
    none."""


class Resolution(_Stage):
    """How names are tied to what they stand for."""

    home_region: str = Field(default="", pattern=r"^([0-9]{6})?$")
    """GB/T 2260 code of the region that all documents speak of; empty: found from each document."""


class Keywords(_Stage):
    """How terms are chosen and ranked."""

    methods: tuple[Literal["tfidf", "textrank", "combined"], ...] = Field(
        default=("tfidf", "textrank", "combined"), min_length=1
    )
    """The first also ranks for ``baogao keywords``; ``combined`` fuses the ranks of the other two."""
    top_n: int = Field(default=50, ge=1)
    """Terms kept for a document or corpus, and method."""
    min_chars: int = Field(default=2, ge=1)
    max_words: int = Field(default=4, ge=1)
    """The longest phrase, in words."""
    window: int = Field(default=5, ge=2)
    """Terms on either side, within the sentence, that count as neighbours in the graph method."""
    coword_terms: int = Field(default=100, ge=2)
    """Terms of the co-word network at most: those with the best ranks in the corpus's rankings."""
    coword_link: Literal["equivalence", "ochiai"] = "equivalence"
    """How the link of two terms is measured, from their sentences apart and together."""

    _distinct = field_validator("methods")(_distinct)


class Topics(_Stage):
    """How topics are fitted."""

    method: Literal["vectors", "nmf", "lda"] = "vectors"
    unit: Literal["document", "paragraph", "sentence"] = "paragraph"
    k: Annotated[int, Field(ge=2)] | Annotated[tuple[Annotated[int, Field(ge=2)], ...], Field(min_length=1)] = (
        5,
        10,
        15,
        20,
        30,
    )
    """Number of topics; of several the one that is best by coherence, exclusivity, stability and held-out fit."""
    top_n: int = Field(default=10, ge=3)
    """Terms shown for a topic."""
    min_units: int = Field(default=100, ge=2)
    """With fewer units than this no topic is fitted: see ``notes`` for what it cannot tell."""
    min_units_per_topic: int = Field(default=10, ge=1)
    """With fewer than this times ``k`` units no topic is fitted either."""
    min_df: int = Field(default=2, ge=1)
    """Units in which a term must stand to be used."""
    covariates: tuple[Literal["year", "region", "issuer", "level"], ...] = ("year", "level")
    """What the shares of topics are regressed on, together; a unit that lacks one of them is left out."""
    reference: str = ""
    """A file that ``baogao keep-topics`` wrote, from the project's folder: topics that it has keep number and name."""
    seeds: tuple[Annotated[int, Field(ge=0, lt=2**32)], ...] = Field(default=(0, 1, 2, 3, 4), min_length=2)
    """One fit to a sample of the units for each, for stability and the check against noise; the model that is kept
    is fitted to all units with the first."""

    _distinct = field_validator("seeds", "covariates")(_distinct)


class Publication(_Stage):
    """What the published package says of itself."""

    name: str = Field(default="baogao-dataset", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    """As data packages allow: small Latin letters, digits and ``._-``."""
    title: str = "Chinese public reports, restored and annotated"
    version: str = "0.1.0"


class Evaluation(_Stage):
    """How the pipeline is measured on ``data/gold``."""

    bootstrap: int = Field(default=1000, ge=1)
    """Resamples for an interval."""
    seed: int = Field(default=0, ge=0)


class Params(_Stage):
    """All parameters, one block per stage."""

    ingestion: Ingestion = Ingestion()
    restoration: Restoration = Restoration()
    deduplication: Deduplication = Deduplication()
    segmentation: Segmentation = Segmentation()
    recognition: Recognition = Recognition()
    resolution: Resolution = Resolution()
    keywords: Keywords = Keywords()
    topics: Topics = Topics()
    publication: Publication = Publication()
    evaluation: Evaluation = Evaluation()


def parse_params(data: Any) -> Params:
    """Check a mapping (as read from YAML) and return it as ``Params``.

    Raises ``ParamsError``, whose one-line message names every offending key.
    """
    try:
        return Params.model_validate(_tuples(data or {}))
    except ValidationError as error:
        raise ParamsError("; ".join(_readable(e) for e in error.errors())) from None


def load_params(path: Path) -> Params:
    """Read ``params.yaml``. Raises ``ParamsError`` with a one-line message."""
    try:
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ParamsError(f"{path.name} is missing: run baogao in the project's folder") from None
    except OSError as error:
        raise ParamsError(f"{path.name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ParamsError(f"{path.name} is not UTF-8: {error}") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise ParamsError(f"{path.name}{where}: {problem}") from None
    try:
        return parse_params(data)
    except ParamsError as error:
        raise ParamsError(f"{path.name}: {error}") from None


def _tuples(data: Any) -> Any:
    """YAML has lists, frozen models hold tuples, and strict models do not convert."""
    if isinstance(data, dict):
        return {key: _tuples(value) for key, value in data.items()}
    return tuple(_tuples(v) for v in data) if isinstance(data, list) else data


_IN_YAML = {"model_type": "should be a block of keys", "tuple_type": "should be a list"}


def _readable(error: Any) -> str:
    location = [str(part) for part in error["loc"]]
    key = ".".join(location)
    if error["type"] != "extra_forbidden":
        # pydantic speaks of Python's types, and the file holds YAML's
        told = error["msg"].lower().removeprefix("value error, ").replace("tuple", "list")
        message = _IN_YAML.get(error["type"], told)
        given = list(error["input"]) if isinstance(error["input"], tuple) else error["input"]
        return f"{key or 'top level'}: {message}, not {reprlib.repr(given)}"
    model: Any = Params
    for part in location[:-1]:
        model = type(model.model_fields[part].default)
    near = difflib.get_close_matches(location[-1], model.model_fields, n=1)
    return f"{key}: unknown key" + (f" (did you mean {near[0]}?)" if near else "")
