"""Names in a text: LAC's, joined with what the text shows by itself; and tokens that agree with their edges."""

import bisect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.recognition import organizations, places, titles
from pipeline.recognition.lac import Tagged

Tag = Callable[[Sequence[str]], list[list[Tagged]]]
"""What tags sentences (``lac.Tagger``): texts to words with tags, offsets within each text."""


class Name(NamedTuple):
    """A name: ``id`` is unique in the document; ``parent`` is the id of the name it stands in, or empty."""

    id: str
    start: int
    end: int
    text: str
    label: str
    subtype: str
    parent: str
    source: str
    score: float


class Token(NamedTuple):
    """A token with its part of speech in LAC's tag set."""

    start: int
    end: int
    pos: str


class _Candidate(NamedTuple):
    start: int
    end: int
    label: str
    source: str
    score: float
    rank: int
    """Of two candidates that overlap, the one of lower rank wins, then the longer, then the earlier one."""


def recognize(
    text: str, sentences: Sequence[tuple[int, int]], words: Sequence[tuple[int, int]], tag: Tag
) -> tuple[list[Name], list[Token]]:
    """Names and tokens of a text, given its sentences and words as (start, end) spans.

    A publication is the inside of its 《》; names inside it are given with its id as ``parent``.
    """
    tagged = _tag(text, [*_units(text, sentences)], tag)
    found = titles.find_titles(text)
    outer = [title for title in found if title.depth == 0]
    names = [_title(text, title) for title in outer]
    names += _chosen(_candidates(text, words, tagged), [(title.start - 1, title.end + 1) for title in outer])
    serials = {title for title in outer if titles.subtype(text, title) in ("newspaper", "periodical")}
    nested = [_title(text, title) for title in found if title.depth]
    nested += [region for title in serials if (region := _region_at_head(text, title))]
    # what stands in a title is tagged by itself: headlines read differently from the sentence around them
    works = [title for title in outer if title not in serials]
    inside = _tag(text, [unit for title in works for unit in _clauses(text, title.start, title.end)], tag)
    nested += _chosen(_candidates(text, words, inside, within=[(t.start - 1, t.end + 1) for t in works]), [])
    numbered = _numbered(text, sorted(names), sorted(set(nested)))
    return numbered, _tokens(words, tagged, [(name.start, name.end) for name in numbered])


def _units(text: str, sentences: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What the tagger reads at a time: sentences, cut at semicolons."""
    for start, end in sentences:
        for match in re.finditer(r"[^；;]+[；;]*", text[start:end]):
            yield start + match.start(), start + match.end()


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^，。：；！？、\s《》〈〉]+", text[start:end]):
        yield start + match.start(), start + match.end()


def _tag(text: str, spans: Sequence[tuple[int, int]], tag: Tag) -> list[Tagged]:
    """Tag spans of the text; offsets in the result are those of the text."""
    results = tag([text[start:end] for start, end in spans])
    return [
        word._replace(start=start + word.start, end=start + word.end)
        for (start, _), tagged in zip(spans, results, strict=True)
        for word in tagged
    ]


def _title(text: str, title: titles.Title) -> _Candidate:
    return _Candidate(title.start, title.end, "PUB", "title marks", 0.99, 0)


def _region_at_head(text: str, title: titles.Title) -> _Candidate | None:
    """The region that the name of a newspaper or magazine begins with: 山西日报."""
    for length in range(min(8, title.end - title.start - 1), 1, -1):
        if places.level_of(text[title.start : title.start + length]):
            return _Candidate(title.start, title.start + length, "LOC", "gazetteer", 0.95, 5)
    return None


def _candidates(
    text: str,
    words: Sequence[tuple[int, int]],
    tagged: Sequence[Tagged],
    within: Sequence[tuple[int, int]] | None = None,
) -> list[_Candidate]:
    """Everything that may be a name, overlaps and all; with ``within``, only what lies in one of these spans."""
    if within is not None:
        words = [(s, e) for s, e in words if any(start <= s and e <= end for start, end in within)]
    starts = {s for s, _ in words} | {t.start for t in tagged}
    ends = {e for _, e in words} | {t.end for t in tagged}
    found = [*_sources(text), *_organizations(text, starts, ends, tagged), *_places(text, words, tagged)]
    found += [c for t in tagged if t.tag in _READERS for c in _READERS[t.tag](text, t)]
    if within is not None:
        found = [c for c in found if any(start < c.start and c.end < end for start, end in within)]
    return found


_PAPERS = (
    r"日报|晚报|早报|时报|晨报|商报|都市报|[\u3400-\u9fff]报|新华社|新华网|人民网|中新社|中新网|央视网|政府网|杂志"
)
_SOURCE = re.compile(
    r"(?:来源|稿源|据|摘自|转自|原载|转载自)[ \u3000]*[:：]?[ \u3000]*"
    rf"(?P<name>[\u3400-\u9fff]{{0,8}}?(?:{_PAPERS}))(?![\u3400-\u9fff]*》)"
)


def _sources(text: str) -> Iterator[_Candidate]:
    """A newspaper or agency that is named as the source is a publication without marks: 来源：北京日报."""
    for match in _SOURCE.finditer(text):
        yield _Candidate(*match.span("name"), "PUB", "source line", 0.95, 1)


def _organizations(text: str, starts: set[int], ends: set[int], tagged: Sequence[Tagged]) -> Iterator[_Candidate]:
    for start, end, rule in organizations.by_grammar(text, starts, ends):
        yield _Candidate(start, end, "ORG", f"grammar: {rule}", 0.95, 3 if rule == "bare" else 2)
    for start in sorted(starts):
        for length in range(12, 1, -1):
            if places.level_of(text[start : start + length]):
                end = organizations.of_region(text, start, start + length)
                if end > start + length and end in ends:
                    yield _Candidate(start, end, "ORG", "grammar: region", 0.95, 2)
                    break
    for start, end, score in organizations.by_head(text, tagged):
        yield _Candidate(start, end, "ORG", "grammar: head", score, 3)


def _places(text: str, words: Sequence[tuple[int, int]], tagged: Sequence[Tagged]) -> Iterator[_Candidate]:
    for start, end, score in places.by_ending(text, tagged):
        yield _Candidate(places.widened(text, start, end), end, "LOC", "place ending", score, 3)
    for start, end, score in places.by_gazetteer(text, words, tagged):
        yield _Candidate(start, end, "LOC", "gazetteer", score, 5)


def _read_organization(text: str, word: Tagged) -> Iterator[_Candidate]:
    name = text[word.start : word.end]
    generic = organizations.GENERIC.match(name) or organizations.stands_alone(name) or "+" in name
    if len(name) < 2 or generic or name in places.ordinary():
        return
    if not organizations.holds_together(name):
        # LAC has run on from a place to a body that is named further on: 某市篇章贡献政协
        yield from _read_place(text, word)
    elif places.ending(name) in ("region", "natural") or (places.ending(name) == "facility" and name[-1] != "馆"):
        yield _Candidate(word.start, word.end, "LOC", "LAC", word.score, 4)
    elif organizations.SUFFIX.search(name) or word.score >= MIN_ORG_SCORE:
        # 省委党史研究院 is one body: the grammar, which finds 省委 in it, gives way
        yield _Candidate(word.start, word.end, "ORG", "LAC", word.score, 1 if organizations.extends(name) else 4)


def _read_place(text: str, word: Tagged) -> Iterator[_Candidate]:
    end = places.trimmed(text, word.start, word.end)
    name = text[word.start : end]
    known = places.level_of(name) or places.ending(name)
    ordinary = name in places.ordinary() or places.is_common(name) or places.is_style(text, end)
    if len(name) >= 2 and not ordinary and (known or (word.tag == "LOC" and word.score >= MIN_LOC_SCORE)):
        yield _Candidate(places.widened(text, word.start, end), end, "LOC", "LAC", word.score, 4)


_PERSON = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}(?:·[\u3400-\u9fff]{1,8})+|[\u3400-\u9fff]{5,8}")
_OFFICES = (
    "总书记|书记|主席|总理|省长|市长|县长|区长|州长|部长|厅长|局长|主任|院长|校长|院士|教授|同志|先生|女士|委员|代表|记者|"
    "将军|烈士|作者"
)
_BEHIND_PERSON = re.compile(rf"[ \u3000]*(?:{_OFFICES})")
_BEFORE_PERSON = re.compile(rf"(?:{_OFFICES})[ \u3000]*$|[（(、 \u3000]$")
# 郑洛高铁, 沈白铁路: two places that a line joins look like a person's name
_BEHIND_LINE = re.compile(r"[^，。；、]{0,4}?(?:高铁|高速|铁路|公路|段|线|航线|大桥|港|机场|新能源|客专)")


def _read_person(text: str, word: Tagged) -> Iterator[_Candidate]:
    name = text[word.start : word.end]
    office = re.search(_OFFICES, name)
    name = name[: office.start()] if office and office.start() > 1 else name
    end = word.start + len(name)
    if places.level_of(name) or name in places.ordinary() or not _PERSON.fullmatch(name) or places.abbreviated(name):
        return
    before, behind = text[max(0, word.start - 6) : word.start], text[end : end + 12]
    addressed = bool(_BEHIND_PERSON.match(behind) or _BEFORE_PERSON.search(before))
    if not _BEHIND_LINE.match(behind) and word.score >= (0.5 if addressed else MIN_PER_SCORE):
        yield _Candidate(word.start, end, "PER", "LAC", word.score, 4)


_READERS = {"ORG": _read_organization, "LOC": _read_place, "PER": _read_person}
# LAC's probability from which it is believed about a name whose form says nothing; set on its output on provincial
# government work reports, where below these most of what it finds is not a name.
MIN_ORG_SCORE = 0.8
MIN_LOC_SCORE = 0.6
MIN_PER_SCORE = 0.8


def _chosen(candidates: Iterable[_Candidate], blocked: Sequence[tuple[int, int]]) -> list[_Candidate]:
    """The best of the candidates without overlaps among them or with ``blocked`` spans."""
    taken = sorted(blocked)
    chosen = []
    for c in sorted(candidates, key=lambda c: (c.rank, c.start - c.end, c.start, c.label)):
        at = bisect.bisect_left(taken, (c.start, c.end))
        free_left = at == 0 or taken[at - 1][1] <= c.start
        free_right = at == len(taken) or taken[at][0] >= c.end
        if free_left and free_right:
            taken.insert(at, (c.start, c.end))
            chosen.append(c)
    return chosen


def _numbered(text: str, outer: Sequence[_Candidate], nested: Sequence[_Candidate]) -> list[Name]:
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
        names.append(
            Name(f"e{number}", c.start, c.end, surface, c.label, _subtype(text, c), parent, c.source, c.score)
        )
        around.append(names[-1])
    return names


def _subtype(text: str, c: _Candidate) -> str:
    name = text[c.start : c.end]
    if c.label == "PUB":
        return "newspaper" if c.source == "source line" else titles.subtype(text, titles.Title(c.start, c.end, 0))
    if c.label == "LOC":
        return places.level_of(name) or places.ending(name)
    return ""


def _tokens(
    words: Sequence[tuple[int, int]], tagged: Sequence[Tagged], edges: Iterable[tuple[int, int]]
) -> list[Token]:
    """Words, split where the edge of a name cuts one, each with the tag of the LAC word that overlaps it most."""
    cuts = sorted({at for edge in edges for at in edge})
    tokens = []
    at = 0
    for start, end in words:
        inner = cuts[bisect.bisect_right(cuts, start) : bisect.bisect_left(cuts, end)]
        for left, right in zip([start, *inner], [*inner, end], strict=True):
            while at < len(tagged) - 1 and tagged[at].end <= left:
                at += 1
            overlaps: Counter[str] = Counter()
            following = at
            while following < len(tagged) and tagged[following].start < right:
                word = tagged[following]
                overlaps[word.tag] += max(0, min(right, word.end) - max(left, word.start))
                following += 1
            tokens.append(Token(left, right, overlaps.most_common(1)[0][0] if overlaps else "xc"))
    return tokens
