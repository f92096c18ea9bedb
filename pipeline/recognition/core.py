"""Names in a text: the tagger's, joined with what the text shows by itself and what the user's gazetteer says.

Tokens agree with their edges.
"""

import bisect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.interpreter import uncollected
from pipeline.recognition import organizations, places, titles
from pipeline.recognition.candidates import Candidate, chosen, whole, within, yielding
from pipeline.recognition.gazetteer import Gazetteer
from pipeline.recognition.organizations import Marks
from pipeline.recognition.tagger import Reading

MIN_SCORE = 0.4
"""Probability from which a name of the tagger's is one; below, most are not."""
Read = Callable[[Sequence[str]], list[Reading]]
"""What reads sentences (``tagger.Tagger``): texts to words with tags and names, offsets within each text."""


class Name(NamedTuple):
    """A name: ``id`` is unique in the document; ``parent`` is the id of the name it stands in, or empty.

    ``canonical`` is what a gazetteer says it stands for; ``settled`` whether the gazetteer says its subtype.
    """

    id: str
    start: int
    end: int
    text: str
    label: str
    subtype: str
    parent: str
    source: str
    score: float
    canonical: str = ""
    settled: bool = False


class Token(NamedTuple):
    """A token with its part of speech in LAC's tag set."""

    start: int
    end: int
    pos: str


class _Placed(NamedTuple):
    """What was read, in the text: part of speech at each character (xc where nothing is read), edges of the tagger's
    words, and names."""

    tags: list[str]
    edges: Marks
    names: list[Candidate]


@uncollected()
def recognize(
    text: str,
    sentences: Sequence[tuple[int, int]],
    words: Sequence[tuple[int, int]],
    read: Read,
    *,
    gazetteer: Gazetteer | None = None,
) -> tuple[list[Name], list[Token]]:
    """Names and tokens of a text, given its sentences and words as (start, end) spans.

    A publication is the inside of its 《》; names inside it are given with its id as ``parent``. A name of the
    ``gazetteer`` beats what it overlaps, but is nested in a title or a longer name that holds all of it; a title that
    it is the whole of takes its subtype and canonical form, and stays a publication: another label is left out there.
    """
    found = titles.find_titles(text)
    outer = [title for title in found if title.depth == 0]
    works_listed, listed = _listed(text, found, gazetteer)
    by_title = {title: works_listed.get(title[:2]) or _title(title) for title in found}
    serials = {title for title in outer if _subtype(text, by_title[title]) in ("newspaper", "periodical")}
    # what stands in a title is read by itself: headlines read differently from the sentence around them
    works = [title for title in outer if title not in serials]
    clauses = [unit for title in works for unit in _clauses(text, title.start, title.end)]
    spans = [*units(text, sentences)]
    readings = read([text[start:end] for start, end in (*spans, *clauses)])
    of_text = _placed(text, spans, readings[: len(spans)], "report head")
    of_titles = _placed(text, clauses, readings[len(spans) :], "report head")

    starts, ends = _with_words(of_text.edges, words)
    certain = yielding([*_sources(text), *_organizations(text, starts, ends)], listed)
    read_names = yielding([*_believed(text, of_text.names)], listed)
    names = [by_title[title] for title in outer]
    names += chosen(whole(certain, read_names), [(title.start - 1, title.end + 1) for title in outer])
    nested = [by_title[title] for title in found if title.depth]
    nested += yielding([region for title in serials if (region := _region_at_head(text, title))], listed)
    # a headline says little, so there a division's name counts wherever it is a word
    divisions = _divisions(text, *_with_words(of_titles.edges, words)) if works else []
    # a title that is read as the name that it is tells nothing of names within it
    inside = yielding(within([*_believed(text, of_titles.names), *divisions], works), listed)
    nested += chosen(within(whole(certain, inside), works), [])
    numbered = _numbered(text, sorted(names), sorted({*nested, *listed}))
    return numbered, _tokens(words, of_text.tags, [(name.start, name.end) for name in numbered])


def recognize_as(
    standard: str, text: str, sentences: Sequence[tuple[int, int]], words: Sequence[tuple[int, int]], read: Read
) -> tuple[list[Name], list[Token]]:
    """Names by another annotation standard than that of reports, in its labels: what its head finds and no more."""
    spans = [*units(text, sentences)]
    tags, _, names = _placed(text, spans, read([text[start:end] for start, end in spans]), f"{standard} head")
    found = [
        Name(f"e{n}", c.start, c.end, text[c.start : c.end], c.label, "", "", c.source, c.score)
        for n, c in enumerate(names)
    ]
    return found, _tokens(words, tags, [(c.start, c.end) for c in names])


def units(text: str, sentences: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What the tagger reads at a time: sentences, cut at semicolons."""
    for start, end in sentences:
        for match in re.finditer(r"[^；;]+[；;]*", text[start:end]):
            yield start + match.start(), start + match.end()


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^，。：；！？、\s《》〈〉]+", text[start:end]):
        yield start + match.start(), start + match.end()


def _placed(text: str, spans: Sequence[tuple[int, int]], readings: Sequence[Reading], source: str) -> _Placed:
    tags = ["xc"] * len(text)
    edges = bytearray(len(text) + 1)
    names: list[Candidate] = []
    for (start, end), reading in zip(spans, readings, strict=True):
        tags[start:end] = reading.tags
        for at in reading.starts:
            edges[start + at] = 1
        edges[end] = 1
        names += [Candidate(start + n.start, start + n.end, n.label, source, n.score, 4) for n in reading.names]
    return _Placed(tags, edges, names)


def _with_words(edges: Marks, words: Sequence[tuple[int, int]]) -> tuple[Marks, Marks]:
    """Where words start, and where they end, of the segmentation and of the tagger's with its ``edges``."""
    starts, ends = edges.copy(), edges.copy()
    for start, end in words:
        starts[start] = ends[end] = 1
    return starts, ends


def _believed(text: str, names: Iterable[Candidate]) -> Iterator[Candidate]:
    """The head's names but for improbable ones and bodies that could be any; villages with all of their name."""
    for c in names:
        if c.score >= MIN_SCORE and (c.label != "ORG" or organizations.names_one(text[c.start : c.end])):
            yield c._replace(start=places.widened(text, c.start, c.end)) if c.label == "LOC" else c


def _title(title: titles.Title) -> Candidate:
    return Candidate(title.start, title.end, "PUB", "title marks", 0.99, 0)


def _region_at_head(text: str, title: titles.Title) -> Candidate | None:
    """The region that the name of a newspaper or magazine begins with: 山西日报."""
    for length in range(min(8, title.end - title.start - 1), 1, -1):
        if places.level_of(text[title.start : title.start + length]):
            return Candidate(title.start, title.start + length, "LOC", "division", 0.95, 5)
    return None


def _listed(
    text: str, found: Sequence[titles.Title], gazetteer: Gazetteer | None
) -> tuple[dict[tuple[int, int], Candidate], list[Candidate]]:
    """The gazetteer's names in a text: those that are the whole of a title, by its span, and the others."""
    titled: dict[tuple[int, int], Candidate] = {}
    others: list[Candidate] = []
    spans = {title[:2] for title in found}
    for start, end, entry in gazetteer.matches(text) if gazetteer else ():
        c = Candidate(start, end, entry.label, "gazetteer", 1.0, 0, entry.subtype, entry.canonical)
        if (start, end) not in spans:
            others.append(c)
        elif entry.label == "PUB":
            titled[start, end] = c
    return titled, others


_PAPERS = (
    r"日报|晚报|早报|时报|晨报|商报|都市报|[\u3400-\u9fff]报|新华社|新华网|人民网|中新社|中新网|央视网|政府网|杂志"
)
_SOURCE = re.compile(
    r"(?:来源|稿源|据|摘自|转自|原载|转载自)[ \u3000]*[:：]?[ \u3000]*"
    rf"(?P<name>[\u3400-\u9fff]{{0,8}}?(?:{_PAPERS}))(?![\u3400-\u9fff]*》)"
)


def _sources(text: str) -> Iterator[Candidate]:
    """A newspaper or agency that is named as the source is a publication without marks: 来源：北京日报."""
    for match in _SOURCE.finditer(text):
        yield Candidate(*match.span("name"), "PUB", "source line", 0.95, 1)


def _organizations(text: str, starts: Marks, ends: Marks) -> Iterator[Candidate]:
    for start, end, rule in organizations.by_grammar(text, starts, ends):
        yield Candidate(start, end, "ORG", f"grammar: {rule}", 0.95, 3 if rule == "bare" else 2)


def _divisions(text: str, starts: Marks, ends: Marks) -> list[Candidate]:
    found = organizations.regions(text)
    return [Candidate(s, e, "LOC", "division", 0.9, 5) for s, e in found if starts[s] and ends[e]]


def _numbered(text: str, outer: Sequence[Candidate], nested: Sequence[Candidate]) -> list[Name]:
    """Give ids in order of the text and tie nested names to the innermost name around them."""
    everything = sorted([*outer, *nested], key=lambda c: (c.start, -c.end, c.rank))
    names: list[Name] = []
    around: list[Name] = []
    for number, c in enumerate(everything):
        while around and around[-1].end <= c.start:
            around.pop()
        if around and (around[-1].start, around[-1].end) == (c.start, c.end):
            continue
        parent = around[-1].id if around else ""
        surface = text[c.start : c.end]
        facts = (c.label, _subtype(text, c), parent, c.source, c.score, c.canonical, bool(c.subtype))
        names.append(Name(f"e{number}", c.start, c.end, surface, *facts))
        around.append(names[-1])
    return names


def _subtype(text: str, c: Candidate) -> str:
    name = text[c.start : c.end]
    if c.subtype:
        return c.subtype
    if c.label == "PUB":
        return "newspaper" if c.source == "source line" else titles.subtype(text, titles.Title(c.start, c.end, 0))
    if c.label == "LOC":
        return places.level_of(name) or places.ending(name)
    return ""


def _tokens(words: Sequence[tuple[int, int]], tags: Sequence[str], edges: Iterable[tuple[int, int]]) -> list[Token]:
    """Words, split where the edge of a name cuts one, each with the part of speech of most of its characters."""
    pieces = list(words)
    starts = [start for start, _ in words]
    cut: dict[int, list[int]] = {}
    for at in {at for edge in edges for at in edge}:
        word = bisect.bisect_right(starts, at) - 1
        if word >= 0 and starts[word] < at < words[word][1]:
            cut.setdefault(word, []).append(at)
    for word in sorted(cut, reverse=True):
        start, end = words[word]
        pieces[word : word + 1] = pairwise([start, *sorted(cut[word]), end])
    # of equal numbers the first counts, so that of two characters it is always the first
    return [
        Token._make((start, end, tags[start] if end - start < 3 else _most(tags[start:end]))) for start, end in pieces
    ]


def _most(tags: Sequence[str]) -> str:
    return max(tags, key=tags.count)
