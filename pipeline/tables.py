"""Every table's schema: the one place where columns, their types, meanings and units are written.

``INTERIM`` tables pass between stages; ``PUBLISHED`` ones are what people reuse, and the data dictionary and
``datapackage.json`` are made from them. Offsets count Python characters (Unicode code points), starting at 0;
``end`` is exclusive. Ids and codes are strings, and no column holds a list.
"""

from dataclasses import dataclass
from typing import Literal

Type = Literal["string", "integer", "number", "boolean"]


@dataclass(frozen=True)
class Column:
    """A column: its type, and what it means, with its unit."""

    name: str
    type: Type
    meaning: str


@dataclass(frozen=True)
class Table:
    """A table: its rows are sorted by ``key``, which is unique."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    refers: tuple[tuple[str, str], ...] = ()
    """(column, table) pairs: the column holds the other table's key, which is one column."""

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [column.name for column in self.columns]


def _columns(text: str) -> tuple[Column, ...]:
    """Read ``name type meaning`` lines: a schema is easier to check as a table than as calls."""
    types: dict[str, Type] = {"str": "string", "int": "integer", "num": "number", "bool": "boolean"}
    parts = (line.split(None, 2) for line in text.strip().splitlines())
    return tuple(Column(name, types[kind], meaning) for name, kind, meaning in parts)


_TO_DOCUMENTS = (("doc_id", "documents"),)
_DOC = "doc_id str the document: first 16 hex digits of the sha256 of its file's bytes (of a table's row: of its text)"

DOCUMENTS = Table(
    "documents",
    "One row a document, with its text as it came and as it was restored.",
    ("doc_id",),
    _columns(
        f"""
        {_DOC}
        title str its title, restored; empty if none was found
        series str the line under the title that names the series it belongs to (——…之三)
        byline str its authors as signed, without brackets
        date str when it was published, ISO 8601 as far as known; empty if the document does not say
        source str where the page says that it took the text from (来源), restored; empty if it does not say
        issuer str the organization that it reports for, as its file says, else in canonical form; empty if not known
        region_code str GB/T 2260 code of its home region; empty if not decided
        near_duplicate_of str doc_id of the first (by path) of the documents with nearly the same text; empty for it \
and where there are none
        encoding str the encoding that its file was read in; empty for formats without one (DOCX, PDF, Parquet)
        script str script of the raw text: simplified, traditional or none
        pollution str kinds of damage found, joined by +; empty for a clean document
        n_chars int length of text in characters
        n_edits int number of rows in edits
        text str the restored text
        raw_text str the text as decoded and extracted, page furniture too, before any edit; halves of characters, \
which no table can hold, as \\ud800
        """
    ),
)
SOURCES = Table(
    "sources",
    "Where each document came from; a duplicate file adds a row.",
    ("doc_id", "path", "row"),
    _columns(
        f"""
        {_DOC}
        path str path of the file below data/raw, with forward slashes; for a file in an archive with its path in there
        row int row in a file that holds many documents, from 0; 0 for a file that is one document
        """
    ),
    _TO_DOCUMENTS,
)
METADATA = Table(
    "metadata",
    "What a document's file says of it and no column of documents holds.",
    ("doc_id", "key", "value"),
    _columns(
        f"""
        {_DOC}
        key str its name in the file: of a <meta> element, of a column, of a document property
        value str its value as it stands there
        """
    ),
    _TO_DOCUMENTS,
)
EDITS = Table(
    "edits",
    "Every change between raw_text and text: applied to raw_text, they give text.",
    ("doc_id", "raw_start", "raw_end"),
    _columns(
        f"""
        {_DOC}
        start int where the result stands in text
        end int where it ends in text
        raw_start int where the replaced characters stand in raw_text
        raw_end int where they end in raw_text
        before str the replaced characters
        after str what replaces them
        rule str the rule that made the edit; several that met on one span are joined by +
        confidence num probability from 0 to 1 that the edit is right
        """
    ),
    _TO_DOCUMENTS,
)
SENTENCES = Table(
    "sentences",
    "Sentences and the paragraphs that they stand in.",
    ("doc_id", "sent"),
    _columns(
        f"""
        {_DOC}
        para int number of the paragraph in the document, from 0
        sent int number of the sentence in the document, from 0
        start int where it starts in text
        end int where it ends in text
        text str the sentence
        """
    ),
    _TO_DOCUMENTS,
)
TOKENS = Table(
    "tokens",
    "Words of the segmenter, split where the edge of an entity cuts one; white space is no token.",
    ("doc_id", "token"),
    _columns(
        f"""
        {_DOC}
        sent int the sentence that it stands in
        token int number of the token in the document, from 0
        start int where it starts in text
        end int where it ends in text
        text str the token
        pos str part of speech in LAC's tag set
        upos str universal part of speech
        is_stop bool whether it is a function word (spaCy's Chinese stop list)
        """
    ),
    _TO_DOCUMENTS,
)
ENTITIES = Table(
    "entities",
    "Named organizations, publications, places and persons; names inside another name have a parent.",
    ("doc_id", "entity"),
    _columns(
        f"""
        {_DOC}
        sent int the sentence in which it starts
        entity str its id, unique in the document
        start int where it starts in text
        end int where it ends in text
        raw_start int where it starts in raw_text
        raw_end int where it ends in raw_text
        text str the name as it stands
        label str ORG (organization), PUB (publication), LOC (place) or PER (person)
        subtype str PUB: newspaper, periodical, book, article, law, document, plan, website, account, other; \
LOC: country, province, prefecture, county, township, village, region, natural, facility
        parent str id of the entity that it stands inside; empty for an outermost name
        canonical str what the name stands for in this document, in full; empty if not decided
        region_code str GB/T 2260 code of the region that it is or belongs to; empty if not decided
        level str administrative level: country, province, prefecture, county, township, village; empty if none
        kind str ORG: what kind of body (party, government, cppcc, congress, …); empty if not decided
        source str the head or rule that found it
        score num confidence from 0 to 1
        """
    ),
    _TO_DOCUMENTS,
)
NEAR_DUPLICATES = Table(
    "near_duplicates",
    "Pairs of documents with nearly the same text, as many as join each group; marked, and never dropped.",
    ("doc_id", "other"),
    _columns(
        f"""
        {_DOC}
        other str the other document; greater than doc_id
        similarity num share of their character 5-grams that both have (Jaccard), from 0 to 1
        """
    ),
    (("doc_id", "documents"), ("other", "documents")),
)
USER_WORDS = Table(
    "user_words",
    "The words of segmentation.user_words: how often each was kept whole. Empty if there is no list.",
    ("word",),
    _columns(
        """
        word str the word, as the list has it
        matches int places where it was kept whole; 0: nowhere
        documents int documents with such a place
        """
    ),
)
KEYWORDS = Table(
    "keywords",
    "Terms that tell a document, or the corpus, from ordinary Chinese; best first.",
    ("scope", "method", "rank"),
    _columns(
        """
        scope str corpus, or the doc_id of the document that the term describes
        method str tfidf, textrank or combined (both ranks fused)
        rank int rank in scope and method, from 1
        term str a word, an entity or a phrase
        score num the method's score; comparable within scope and method only
        tf int occurrences in scope
        df int documents of the corpus in which the term stands
        """
    ),
)
TOPICS = Table(
    "topics",
    "The topics fitted; no rows where the corpus is too small to tell (see notes).",
    ("topic",),
    _columns(
        """
        topic int number of the topic, from 0
        label str its strongest terms
        coherence num mean NPMI of its terms over the units, from -1 to 1
        exclusivity num share of its terms' weight that is not in other topics, from 0 to 1
        stability num mean overlap (Jaccard) of its terms with the matched topic of fits by other seeds, 0 to 1
        """
    ),
)
TOPIC_TERMS = Table(
    "topic_terms",
    "The strongest terms of each topic.",
    ("topic", "rank"),
    _columns(
        """
        topic int the topic
        rank int rank by weight, from 1
        term str the term
        weight num share of the topic's weight on the term, from 0 to 1
        frex num harmonic mean of the term's frequency and exclusivity ranks, from 0 to 1
        """
    ),
    (("topic", "topics"),),
)
TOPIC_UNITS = Table(
    "topic_units",
    "How much of each unit belongs to each topic.",
    ("doc_id", "unit", "topic"),
    _columns(
        f"""
        {_DOC}
        unit int number of the unit (document: 0, paragraph, or sentence) in the document
        topic int the topic
        weight num share of the unit that belongs to the topic; a unit's shares add up to 1
        """
    ),
    (("doc_id", "documents"), ("topic", "topics")),
)
TOPIC_GRID = Table(
    "topic_grid",
    "Quality of each fit: number of topics and seed.",
    ("k", "seed"),
    _columns(
        """
        k int number of topics
        seed int seed of the fit
        coherence num mean over topics of the coherence, from -1 to 1
        exclusivity num mean over topics of the exclusivity, from 0 to 1
        stability num mean overlap of topics with those of the other seeds, from 0 to 1
        """
    ),
)
NOTES = Table(
    "notes",
    "What a stage could not tell or do, in words: read these before citing its tables.",
    ("stage", "scope", "note"),
    _columns(
        """
        stage str the stage
        scope str corpus, or a doc_id
        note str what it could not tell, and why
        """
    ),
)
REJECTS = Table(
    "rejects",
    "Files and rows that could not be used, each with the reason.",
    ("path", "row", "stage"),
    _columns(
        """
        path str path of the file below data/raw
        row int row in the file, from 0
        stage str the stage that refused it
        reason str why, in a few words
        detail str more on the reason, for whoever wants to repair the file
        """
    ),
)

PUBLISHED = {
    table.name: table
    for table in (
        DOCUMENTS,
        SOURCES,
        METADATA,
        NEAR_DUPLICATES,
        EDITS,
        SENTENCES,
        USER_WORDS,
        TOKENS,
        ENTITIES,
        KEYWORDS,
        TOPICS,
        TOPIC_TERMS,
        TOPIC_UNITS,
        TOPIC_GRID,
        NOTES,
        REJECTS,
    )
}

# What stages hand to each other and publication joins or leaves out.
RAW_DOCUMENTS = Table(
    "raw_documents",
    "Documents as decoded.",
    ("doc_id",),
    _columns(f"{_DOC}\npath str one file that it came from\nencoding str its encoding\nraw_text str its text"),
)
SPANS = Table(
    "spans",
    "What ingestion knows to be no text of the document.",
    ("doc_id", "raw_start"),
    _columns(
        f"""
        {_DOC}
        raw_start int start in raw_text
        raw_end int end in raw_text
        rule str furniture (line ends within paragraphs of hard-wrapped text too), or surrogate: half of a character, \
which raw_text can hold as an escape only
        """
    ),
)
FIELDS = Table(
    "fields",
    "A document's title, series, byline, date, source and issuer, from its own lines or from what its file says.",
    ("doc_id", "field"),
    _columns(
        f"""
        {_DOC}
        field str title, series, byline, date, source or issuer
        raw_start int start in raw_text; 0 where the file says it, or several lines do
        raw_end int end in raw_text; 0 as raw_start
        value str as the file says it, or as it stands in raw_text; a date in ISO 8601
        """
    ),
)
TEXTS = Table(
    "texts",
    "Restored texts, with the fields of ingestion restored too; the issuer is the one that the file names.",
    ("doc_id",),
    tuple(c for c in DOCUMENTS.columns if c.name not in ("region_code", "near_duplicate_of", "encoding", "raw_text")),
)
ORIGINALS = Table(
    "originals",
    "Near duplicates, each with the document of its group whose path comes first.",
    ("doc_id",),
    _columns(f"{_DOC}\noriginal str the doc_id of that document"),
)
WORDS = Table(
    "words",
    "The segmenter's words, exactly.",
    ("doc_id", "start"),
    _columns(f"{_DOC}\nstart int start in text\nend int end in text"),
)
NAMES = Table(
    "names",
    "Entities before resolution.",
    ("doc_id", "entity"),
    tuple(
        c
        for c in ENTITIES.columns
        if c.name not in ("canonical", "region_code", "level", "kind", "raw_start", "raw_end")
    ),
)
HOMES = Table(
    "homes",
    "What resolution found out about each document as a whole.",
    ("doc_id",),
    tuple(c for c in DOCUMENTS.columns if c.name in ("doc_id", "issuer", "region_code")),
)
