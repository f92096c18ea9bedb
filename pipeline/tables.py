"""Every table's schema: the one place where columns, their types, meanings and units are written.

``INTERIM`` tables pass between stages; ``PUBLISHED`` ones are what people reuse, and the data dictionary and
``datapackage.json`` are made from them. Offsets count Python characters (Unicode code points), starting at 0;
``end`` is exclusive. Ids and codes are strings, and no column holds a list.
"""

from collections.abc import Mapping
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


_WORKS = ("newspaper", "periodical", "book", "article", "law", "document", "plan", "website", "account", "other")
_PLACES = ("country", "province", "prefecture", "county", "township", "village", "region", "natural", "facility")
SUBTYPES: Mapping[str, tuple[str, ...]] = {"ORG": (), "PUB": _WORKS, "LOC": _PLACES, "PER": ()}
"""The labels of names, with the subtypes of each."""

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
        level str administrative level of its issuer, else of its home region: country, province, prefecture, county; \
empty if not decided
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
        subtype str PUB: {", ".join(_WORKS)}; \
LOC: {", ".join(_PLACES)}
        parent str id of the entity that it stands inside; empty for an outermost name
        canonical str what the name stands for in this document, in full; empty if not decided
        region_code str GB/T 2260 code of the region that it is or belongs to; empty if not decided
        level str administrative level: country, province, prefecture, county, township, village; empty if none
        kind str ORG: what kind of body (party, government, cppcc, congress, …); empty if not decided
        source str the head or rule that found it; gazetteer for a name of recognition.gazetteer
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
GAZETTEER = Table(
    "gazetteer",
    "The names of recognition.gazetteer: how often each was found. Empty if there is no list.",
    ("name",),
    _columns(
        """
        name str the name, as the list has it
        label str its label there
        matches int places where it is an entity; 0: nowhere
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
TERM_GROUPS = Table(
    "term_groups",
    "How often terms stand in the documents of each year, decade, region, issuer and level, and what is typical of \
each: every term of a group has a row for every value. Empty for groups with fewer than two values (see notes).",
    ("group", "value", "term"),
    _columns(
        """
        group str what documents are grouped by: year, decade, region, issuer or level
        value str one of its values: 2021, 1980s, a GB/T 2260 code, an issuer's name, or country, province, \
prefecture, county
        term str one of the corpus's keywords, or of the strongest by g2 of a value of the group
        rate num occurrences per 10,000 words; words are tokens with a letter, character or digit
        low num lower end of the 95% interval of rate: by documents (ratio estimator, Student's t), for a single \
document by its stretches of 200 words; never narrower than that of a Poisson count
        high num upper end of the same, per 10,000 words
        g2 num log-likelihood keyness (Dunning; Rayson & Garside) of the value's documents against all others that \
have a value; below 0 where the term is rarer here than there
        effect num log ratio (Hardie): log2 of rate here to rate there, with 0.5 added to both counts; 1 is twice
        tf int occurrences in the value's documents
        df int documents of the value in which the term stands
        """
    ),
)
TERM_DISPERSION = Table(
    "term_dispersion",
    "How evenly the corpus's keywords are spread over its documents: one long report makes no term of a corpus.",
    ("term", "measure"),
    _columns(
        """
        term str a keyword of the corpus
        measure str df (documents with the term), range (their share of all), dp (deviation of proportions, \
normalized: 0 even, 1 uneven), juilland_d (Juilland's D of the documents' rates: 1 even, 0 uneven), dominance (share \
of the occurrences in the document with most); dp and juilland_d need two documents
        value num its value: a number of documents for df, from 0 to 1 for the others
        """
    ),
)
COWORD_NODES = Table(
    "coword_nodes",
    "The corpus's strongest keywords, the themes (communities) that they form by standing together in sentences, and \
the place of each theme in the strategic diagram.",
    ("term",),
    _columns(
        """
        term str a keyword of the corpus
        community int number of its community, from 0, the one with the strongest links within it
        centrality num Callon's centrality of the community: 10 times the sum of its links to others
        density num Callon's density of the community: 100 times the mean of the links within it; 0 if it has none
        label str the three terms of the community with the strongest links within it
        tf int occurrences in the corpus
        sentences int sentences in which it stands and is no part of a longer one of these terms
        """
    ),
)
COWORD_EDGES = Table(
    "coword_edges",
    "Pairs of these keywords that stand together in two sentences or more, and in more than by chance.",
    ("source", "target"),
    _columns(
        """
        source str the term of the pair that comes first in order of code points
        target str the other term
        weight num equivalence index or Ochiai coefficient (keywords.coword_link) of the two, from 0 to 1
        together int sentences in which both stand
        """
    ),
    (("source", "coword_nodes"), ("target", "coword_nodes")),
)
TOPICS = Table(
    "topics",
    "The topics fitted; no rows where the corpus is too small to tell (see notes).",
    ("topic",),
    _columns(
        """
        topic int number of the topic, from 0; as in topics.reference for topics that are there
        label str its strongest terms, or its name in topics.reference
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
TOPIC_SENTENCES = Table(
    "topic_sentences",
    "The sentences that show each topic best.",
    ("topic", "rank"),
    _columns(
        f"""
        topic int the topic
        rank int rank by score, from 1; a document's second sentence comes after other documents' first
        {_DOC}
        sent int the sentence
        score num weight of its terms in the topic, times the topic's part in that over all topics, from 0 to 1
        text str the sentence
        """
    ),
    (("topic", "topics"), ("doc_id", "documents")),
)
TOPIC_GROUPS = Table(
    "topic_groups",
    "How much of each group of documents belongs to each topic; intervals take documents as drawn.",
    ("covariate", "value", "topic"),
    _columns(
        """
        covariate str year, decade, region, issuer or level
        value str the year, the decade (1980s), the GB/T 2260 code, the issuer's name, the level
        topic int the topic
        share num mean share of the topic in the group's units, from 0 to 1
        low num lower end of its 95% interval
        high num upper end of its 95% interval
        documents int documents of the group; with one, its units are taken as drawn, which is less sure
        units int units of the group
        """
    ),
    (("topic", "topics"),),
)
TOPIC_EFFECTS = Table(
    "topic_effects",
    "Effects of covariates on topics' shares in units: linear regressions on topics.covariates together.",
    ("topic", "covariate"),
    _columns(
        """
        covariate str year (+10), or covariate=value
        topic int the topic
        estimate num change of the topic's share in ten years, or difference from documents with the reference value
        low num lower end of its 95% interval; standard errors are clustered by document
        high num upper end of its 95% interval
        reference str the value that it is held against; empty for the year
        """
    ),
    (("topic", "topics"),),
)
TOPIC_CHANGES = Table(
    "topic_changes",
    "What became of the topics of topics.reference. Empty if there is none.",
    ("topic", "was"),
    _columns(
        """
        topic int the topic; -1 if one of the reference is gone
        was int the topic of the reference that it is; -1 for a new one
        similarity num cosine of the strongest terms' weights with that topic, or with the nearest, from 0 to 1
        change str same, new or gone
        """
    ),
)
TOPIC_GRID = Table(
    "topic_grid",
    "Quality of each fit to a sample of the units: number of topics and seed.",
    ("k", "seed"),
    _columns(
        """
        k int number of topics
        seed int seed of the fit
        coherence num mean over topics of the coherence, in the units left out of the fit, from -1 to 1
        exclusivity num mean over topics of the exclusivity, from 0 to 1
        stability num mean overlap of topics with those of the other seeds, from 0 to 1
        held_out num gain in the probability of words of units left out over their plain frequencies, in nats a word
        chosen bool whether this is the number of topics that was taken
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
        GAZETTEER,
        TOKENS,
        ENTITIES,
        KEYWORDS,
        TERM_GROUPS,
        TERM_DISPERSION,
        COWORD_NODES,
        COWORD_EDGES,
        TOPICS,
        TOPIC_TERMS,
        TOPIC_UNITS,
        TOPIC_SENTENCES,
        TOPIC_GROUPS,
        TOPIC_EFFECTS,
        TOPIC_CHANGES,
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
    tuple(
        c
        for c in DOCUMENTS.columns
        if c.name not in ("region_code", "level", "near_duplicate_of", "encoding", "raw_text")
    ),
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
    )
    + _columns(
        """
        canonical str what it stands for, if the gazetteer says so
        settled bool whether the gazetteer says its subtype, which is then final
        """
    ),
)
HOMES = Table(
    "homes",
    "What resolution found out about each document as a whole.",
    ("doc_id",),
    tuple(c for c in DOCUMENTS.columns if c.name in ("doc_id", "issuer", "region_code", "level")),
)
