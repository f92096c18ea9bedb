"""What was done to a text and cannot be undone: found and told, never repaired.

Spinning puts other words for the author's, spam sites splice words into sentences, turn full stops into exclamation
marks and sprinkle marks over a text; some delete words. What the author wrote there is lost. All this is judged for a
document as a whole, and more strictly where nothing else is wrong with it.
"""

import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

from pipeline.restoration.characters import HAN, LETTERS, bare, converter, foreign, is_han, readings
from pipeline.restoration.notes import Finding, counted
from pipeline.restoration.words import Place, occurrences

_BEFORE, _AFTER = 3, 4
"""Characters of context that a word is weighed in."""
_SPUN_GAIN, _SPUN_SHARE, _SPUN_WORDS = 5.0, 10, 3
"""How much better (nats) the author's word must fit, how many times rarer it must be, and how many such words make a
text a spun one."""
_SPUN_TIMES, _SPUN_MEAN = 5, 3.0
"""How often one word must stand for another in a polluted text, and how much better (nats) that fits on average."""
_UNMISTAKABLE = frozenset(
    ("鼎新", "立异", "平易近主", "轨制", "扶植", "包管", "干系", "勾当", "布告", "鞭策", "当真", "撑持")
)
"""Spun words that are rare in other texts: three of them are reason to weigh all."""
_SPLICED_GAIN, _SPLICED, _SPLICED_EVERY = 2.0, 3, 5000
"""How much better (nats) a text must go on without a spliced word, how many such places make a finding, and how far
(characters) they may lie from each other on average."""
_STRANGE, _STRANGERS, _STRANGE_EVERY = -1.2, 4, 500
"""The same where they are many: how much less probable (nats) than by itself each is on average where it stands, and
how many there must be."""
_EXCLAIMED, _STOPPED = re.compile(f"！(?=[{HAN}“《])"), re.compile(f"。(?=[{HAN}“《])")
_SENTENCE = 500
"""How far (characters) sentences that end in an exclamation mark may lie from each other on average."""
_IN_GLOSS = re.compile(rf"\(([{LETTERS}]*)([{HAN}][{HAN}A-Z]+)([{LETTERS}]*)\)")
_CONTACT = re.compile(
    r"(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4})(?!\d)|(?:https?://|www\.)[A-Za-z0-9_./?=&%-]+"
)
_NAMED = re.compile("电话|热线|手机|咨询|联系|传真|微信|号码?|拨打|登录|网[址站页]?|邮箱|平台|客户端")
_WATERMARK, _WATERMARK_EVERY, _WATERMARK_CONTEXTS = 6, 2000, 0.7
"""How often a mark must stand between characters, how far (characters) its places may lie from each other on average,
and what share of the characters before and behind it must differ."""
_NEVER_DELETED, _RUNNING = "一", 1000
"""It is at least every 700th Chinese character of running text of such length (characters), and mostly every 100th."""


def irreparable(text: str, *, script: str, polluted: bool) -> list[Finding]:
    """Findings in a restored document, with their places in ``text``.

    ``script``: that of ``text``. ``polluted``: whether the document is damaged in other ways; then weaker evidence
    will do.
    """
    if script == "traditional":
        text = converter("t2s").convert(text)
    found = _exclamations(text, polluted=polluted) + _watermarks(text)
    here = set() if polluted else {word for _, word in occurrences(text, _telling())}
    if polluted or not here.isdisjoint(_sure()):
        found += _spliced(text) + _contacts(text)
    if polluted or len(here & _UNMISTAKABLE) >= _SPUN_WORDS:
        found += _spun(text, polluted=polluted)
    if polluted:
        found += _in_glosses(text) + _deleted(text) + _lost(text)
    return found


def _exclamations(text: str, *, polluted: bool) -> list[Finding]:
    """Sentences within paragraphs that end in an exclamation mark, if nearly all do: a list of slogans has none."""
    least = max(4 if polluted else 8, len(text) // _SENTENCE)
    if text.count("！") < least:
        return []
    places = [match.start() for match in _EXCLAIMED.finditer(text)]
    stops = len(_STOPPED.findall(text))
    if len(places) < least or len(places) < (1 if polluted else 4) * stops:
        return []
    told = f"{len(places)} of {len(places) + stops} sentences within paragraphs end in an exclamation mark"
    return [Finding(f"not undone: {told}, which full stops were probably turned into", places)]


def _watermarks(text: str) -> list[Finding]:
    """Characters outside of GB 2312 that stand between ever other Chinese characters: names and terms repeat."""
    found = []
    for char, count in sorted(Counter(map(chr, foreign(text).tolist())).items()):
        if count < max(_WATERMARK, len(text) // _WATERMARK_EVERY) or unicodedata.category(char)[0] in "PZN":
            continue
        places = [match.start() for match in re.finditer(re.escape(char), text)]
        around = [(text[place - 1 : place], text[place + 1 : place + 2]) for place in places]
        inside = [pair for pair in around if all(pair) and all(map(is_han, pair))]
        contexts = min(len({before for before, _ in inside}), len({after for _, after in inside}))
        if len(inside) >= 0.9 * count and contexts >= _WATERMARK_CONTEXTS * len(inside):
            found.append(Finding(f"not undone: {char} is sprinkled over the text {count} times (watermark)", places))
    return found


def _spliced(text: str) -> list[Finding]:
    """Spam words within sentences that come out of nothing, if sentences go on better without them, or if they are
    many and (nearly) all come so."""
    from pipeline.restoration.language_model import shipped_model

    model = shipped_model()
    weighed: list[tuple[int, str]] = []
    pairs: list[tuple[str, str]] = []
    for start, word in _merged(occurrences(text, _spam()), text):
        end = start + len(word)
        before, after = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
        if before and after and is_han(before[-1]) and is_han(after[0]):
            weighed.append((start, word))
            pairs += [(before, word), ("", word), (before, after), (word, after)]
    likely = iter(model.log_likelihoods(pairs))
    entries: list[float] = []
    found: list[tuple[int, str, float]] = []
    for start, word in weighed:
        entries.append(next(likely) - next(likely))
        gain = next(likely) - next(likely)
        if entries[-1] < 0:
            found.append((start, word, gain))
    clear = [place for place in found if place[2] > _SPLICED_GAIN]
    if len(clear) < max(_SPLICED, len(text) // _SPLICED_EVERY):
        strange = sum(entries) < _STRANGE * len(entries) and len(entries) >= max(
            _STRANGERS, len(text) // _STRANGE_EVERY
        )
        clear = found if strange else []
    if not clear:
        return []
    words = counted(Counter(word for _, word, _ in clear).items())
    starts = [start for start, _, _ in clear]
    return [Finding(f"not undone: {len(clear)} words of spam stand within sentences: {words}", starts)]


def _merged(places: list[Place], text: str) -> list[Place]:
    """Places of which those that touch or overlap are one."""
    merged: list[Place] = []
    done = -1
    for start, word in places:
        end = start + len(word)
        if start <= done:
            end = max(done, end)
            start = merged.pop()[0]
        merged.append((start, text[start:end]))
        done = end
    return merged


def _contacts(text: str) -> list[Finding]:
    """Telephone numbers and links within sentences that nothing names as such."""
    places = [
        match.start()
        for match in _CONTACT.finditer(text)
        if is_han(text[match.start() - 1 : match.start()] or " ")
        and is_han(text[match.end() : match.end() + 1] or " ")
        and not _NAMED.search(text, max(0, match.start() - 10), match.start())
    ]
    if len(places) <= len(text) // _SPLICED_EVERY:
        return []
    return [Finding(f"not undone: {len(places)} telephone number(s) or link(s) stand within sentences", places)]


def _spun(text: str, *, polluted: bool) -> list[Finding]:
    """Words that a spinning tool puts for others, where the others fit far better and are (nearly) nowhere."""
    from pipeline.restoration.language_model import shipped_model

    model = shipped_model()
    places = occurrences(text, _spinning())
    frequency = Counter([word for _, word in places])
    authors = {
        word: [own for own in owns if frequency[own] * _SPUN_SHARE <= frequency[word]]
        for word in frequency
        if (owns := _spun_words().get(word))
    }
    weighed: list[tuple[int, str]] = []
    pairs: list[tuple[str, str]] = []
    for start, word in places:
        if authors.get(word):
            before, after = (
                text[max(0, start - _BEFORE) : start],
                text[start + len(word) : start + len(word) + _AFTER - 1],
            )
            weighed.append((start, word))
            pairs += [(before, form + after) for form in (word, *authors[word])]
    likely = iter(model.log_likelihoods(pairs))
    gains: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for start, word in weighed:
        stands = next(likely)
        gain, own = max((next(likely) - stands, own) for own in authors[word])
        gains.setdefault((word, own), []).append((gain, start))
    clear = {
        pair: [start for gain, start in found if gain > _SPUN_GAIN]
        for pair, found in gains.items()
        if max(found)[0] > _SPUN_GAIN
    }
    if len(clear) < _SPUN_WORDS:
        # or one word everywhere, which fits less well each time
        clear = {
            pair: [start for _, start in found]
            for pair, found in gains.items()
            if polluted and len(found) >= _SPUN_TIMES and sum(gain for gain, _ in found) > _SPUN_MEAN * len(found)
        }
    if not clear:
        return []
    told = counted((f"{word} for {own}", len(starts)) for (word, own), starts in clear.items())
    starts = [start for found in clear.values() for start in found]
    return [Finding(f"not undone: words were probably put for others (spun): {told}", starts)]


def _in_glosses(text: str) -> list[Finding]:
    """Words put into a gloss: 時(s…hí)."""
    matches = [
        match
        for match in _IN_GLOSS.finditer(text)
        if match[1] + match[3]
        and bare(match[1] + match[3]) in readings(text[match.start() - 1 : match.start()] or " ")
    ]
    if not matches:
        return []
    words = counted(Counter(match[2] for match in matches).items())
    places = [match.start(2) for match in matches]
    return [Finding(f"not undone: words were spliced into {len(matches)} gloss(es): {words}", places)]


def _deleted(text: str) -> list[Finding]:
    """A character that no running text does without is nowhere: sites delete words that advertising law forbids."""
    if _NEVER_DELETED in text:
        return []
    running = "".join(line for line in text.splitlines() if "。" in line)
    length = sum(map(is_han, running))
    if length < _RUNNING:
        return []
    told = f"{_NEVER_DELETED} is nowhere in {length} characters of running text"
    return [Finding(f"not undone: {told}; words that hold it were probably deleted", [])]


def _lost(text: str) -> list[Finding]:
    """`?` where no question ends: first in a line, between blanks or digits, or several."""
    places = []
    for match in re.finditer(r"\?+", text):
        before = text[: match.start()][-1:] if match.start() == 0 else text[match.start() - 1]
        after = text[match.end() : match.end() + 1]
        blanks = before in "\n \u3000" and (after in " \u3000" or before in "\n")
        if blanks or len(match[0]) > 1 or (before.isdigit() and after.isdigit()):
            places.append(match.start())
    if not places:
        return []
    return [Finding(f"not undone: {len(places)} `?` probably stand for lost blanks or bullets", places)]


@cache
def _sure() -> frozenset[str]:
    """Spam that is looked for in any document."""
    return frozenset(_data("spam_words.txt").split("\n\n")[0].split())


@cache
def _spam() -> tuple[str, ...]:
    return tuple(_data("spam_words.txt").split())


@cache
def _spun_words() -> dict[str, list[str]]:
    """What stands in a text, and what its author may have written."""
    authors: dict[str, list[str]] = {}
    for line in _data("spun_words.txt").splitlines():
        own, *words = line.split()
        for word in words:
            authors.setdefault(word, []).append(own)
    return authors


@cache
def _spinning() -> tuple[str, ...]:
    """The words of both sides."""
    return tuple(sorted({*_spun_words(), *(own for words in _spun_words().values() for own in words)}))


@cache
def _telling() -> tuple[str, ...]:
    """Words that no public text should hold, or not three of them."""
    return tuple(sorted(_sure() | _UNMISTAKABLE))


def _data(name: str) -> str:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").split("\n")
    return "\n".join(line for line in lines if not line.startswith("#")).strip()
