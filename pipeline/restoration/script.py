"""Traditional to simplified, by words: OpenCC's phrases, and a language model where the two scripts share a character.

Most characters have one simplified form. Some are in simplified text too (著 beside 着, 乾隆 beside 干燥), and some
have two forms (鍊: 链, 炼). There the words around decide, and how sure that is goes with the edit.
"""

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from pipeline.restoration.alignment import Replacements
from pipeline.restoration.changes import Pieces
from pipeline.restoration.characters import (
    by_code,
    codes,
    converter,
    foreign,
    from_codes,
    is_han,
    only_simplified,
    only_traditional,
    simplified,
)
from pipeline.restoration.notes import Finding, counted

if TYPE_CHECKING:
    from pipeline.restoration.language_model import LanguageModel

_Codes = npt.NDArray[np.uint32]
_Counts = npt.NDArray[np.int64]

_FORMS: dict[str, str] = dict(
    re.findall(
        r"(\S):(\S+)",
        # in simplified text too
        "著:着著 乾:干乾 藉:借藉 瞭:了瞭 徵:征徵 覆:复覆 沈:沉沈 昇:升昇 畫:划画 祇:只祇 彷:仿彷 甦:苏甦 噁:恶噁 "
        "讎:仇雠 濛:蒙濛 甯:宁甯 濬:浚濬 "
        # two simplified forms
        "鍊:链炼 鉅:巨钜 逕:径迳",
    )
)
"""Characters of traditional text whose simplified form the words around decide, and these forms."""
_VARIANTS = np.arange(0x10000, dtype=np.uint32)
_VARIANTS[codes("衞敍砲榖祗衹菓籐鎗揹隄荳伕枱凖痺鹸閙鬭隣蔴粧拏賸暱倣觔於")] = codes(
    "卫叙炮谷只只果藤枪背堤豆夫台准痹碱闹斗邻麻妆拿剩昵仿斤于"
)
"""Variants that OpenCC leaves (List of the First Batch of Verified Variant Characters, 1955), and 於, which it leaves
in names of antiquity (於單) and so in 難於單獨."""
_NOT_BY_TABLE = "畫"
"""A table writes 劃 for 划."""
_OPENCC, _PHRASE = 1.0, 9.0
"""What OpenCC's choice weighs (nats), by itself and where one of its phrases made it."""
_OWN_WORDS = re.compile(
    "(?<=[显昭卓名原专巨])著|著(?=[名作述称者])|(?<=[狼慰枕])藉|瞭(?=望)|(?<=[颠倾])覆|覆(?=[盖灭没辙])|沈(?=阳)"
)
_OWN_WORD = 5.0
_TABLE = 7.0
"""How much a form loses (nats) that a mirror's table did not turn traditional elsewhere in the document."""
_SHARPNESS = 0.6
"""The model's nats are worth so much: by this the probabilities of test texts come out right."""
_DOUBTFUL = 0.95
_PASSAGE, _CLEARLY, _QUOTED_SHARE = 2, 2, 1 / 3
"""A line is in a script with so many characters of its own, so many times as many as of the other. Lines in the other
script than the document's are a quotation as long as they hold less than this share of it."""
_QUOTED = re.compile(r"“[^”\n]*”|「[^」\n]*」|『[^』\n]*』|《[^》\n]*》|‘[^’\n]*’|\"[^\"\n]*\"")
_MIXED = 10
"""With so many traditional characters outside of quotation marks a simplified text is a mixed one."""
_NONE = Replacements((), (), (), (), ())
_OLD, _NEW, _HAN = 1, 2, 4
_NEWLINE = ord("\n")


class Conversion(NamedTuple):
    """One replacement a character, and what a reader should know of it."""

    replacements: Replacements
    findings: list[Finding]


def simplify(text: str, *, script: str, table: bool) -> Conversion:
    """Turn a document simplified whose ``script`` is ``traditional``, or ``simplified`` with traditional passages.

    Lines in the other script are told apart: in a traditional document those in simplified characters stay; in a
    simplified one those in traditional characters are turned where they hold a third of the document, more than
    anyone quotes. Single characters and quotations in a simplified document stay, and are a finding where they are
    many. ``table``: the document was made traditional by a context-free table.
    """
    if script == "simplified" and not (kept := _mixed_in(text)):
        return Conversion(_NONE, [])
    old_codes = codes(text)
    old, new, han = _per_line(old_codes, _kinds_of(old_codes))
    older = (old >= _PASSAGE) & (old > _CLEARLY * new)
    findings: list[Finding] = []
    if script == "simplified":
        if han[older].sum() < _QUOTED_SHARE * han.sum():
            return Conversion(_NONE, _stay(text, kept))
        stays = ~older
        lines = (np.cumsum(_lengths(old_codes)) - _lengths(old_codes))[older].tolist()
        findings.append(
            Finding(f"script: {len(lines)} traditional line(s) of a simplified text were converted", lines)
        )
    else:
        stays = (new >= _PASSAGE) & (new > _CLEARLY * old)
    turned = codes(converter("t2s").convert(text))
    # nobody types the forms that Unicode added outside of its first plane
    turned = np.where(turned > 0xFFFF, old_codes, _VARIANTS.take(turned, mode="clip"))
    decided = _decided(text, from_codes(turned), table=table)
    if stays.any():
        stay = np.repeat(stays, _lengths(old_codes))
        turned[stay] = old_codes[stay]
        decided = {place: form for place, form in decided.items() if not stay[place]}
    confidences = np.ones(len(text))
    for place, (form, probability) in decided.items():
        turned[place], confidences[place] = ord(form), probability
    changed = np.flatnonzero(turned != old_codes)
    replacements = Replacements(
        changed,
        changed + 1,
        Pieces(turned[changed], np.ones(len(changed), np.int64)),
        ["script"] * len(changed),
        confidences[changed],
    )
    return Conversion(replacements, findings + _doubts(text, decided))


def _lengths(chars: _Codes) -> _Counts:
    """The lengths of lines, each with its line feed."""
    ends = np.flatnonzero(chars == ord("\n")) + 1
    return np.diff(ends, prepend=0, append=len(chars))


@njit(cache=True)
def _per_line(chars: _Codes, kinds: npt.NDArray[np.uint8]) -> _Counts:
    """Only traditional, only simplified, and all Chinese characters of each line."""
    counts = np.zeros((3, np.sum(chars == _NEWLINE) + 1), np.int64)
    line = 0
    for at in range(chars.size):
        counts[0, line] += kinds[at] & _OLD > 0
        counts[1, line] += kinds[at] & _NEW > 0
        counts[2, line] += kinds[at] & _HAN > 0
        line += chars[at] == _NEWLINE
    return counts


def _kind(char: str) -> int:
    return _OLD * _is_old(char) | _NEW * only_simplified(char) | _HAN * is_han(char)


_kinds_of = by_code(_kind)


def _mixed_in(text: str) -> list[str]:
    """The traditional characters of a simplified text, if they are many."""
    # GB 2312 has no other traditional characters
    counts = Counter(map(chr, foreign(text).tolist()))
    chars = sorted(char for char in counts if _is_old(char))
    return chars if sum(counts[char] for char in chars) >= _MIXED else []


def _is_old(char: str) -> bool:
    """Whether a character is in traditional text alone: 乾 and 昇 are in names anywhere."""
    return only_traditional(char) and char not in _FORMS


def _stay(text: str, chars: list[str]) -> list[Finding]:
    """The traditional characters that stay in a simplified text outside of quotation marks, if they are many."""
    unquoted = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    places = [match.start() for match in re.finditer(f"[{''.join(chars)}]", unquoted)]
    if len(places) < _MIXED:
        return []
    counts = counted(Counter(text[place] for place in places).items())
    return [Finding(f"script: {len(places)} traditional characters of a simplified text stay: {counts}", places)]


def _doubts(text: str, decided: dict[int, tuple[str, float]]) -> list[Finding]:
    """The conversions that could be otherwise."""
    places = [place for place, (_, probability) in decided.items() if probability < _DOUBTFUL]
    if not places:
        return []
    pairs = Counter((text[place], decided[place][0]) for place in places)
    named = counted((f"{old}→{new}" if old != new else f"{old} stays", n) for (old, new), n in pairs.items())
    return [Finding(f"script: {len(places)} conversion(s) could be otherwise: {named}", places)]


def _decided(text: str, plain: str, *, table: bool) -> dict[int, tuple[str, float]]:
    """The form of each ambiguous character, and its probability. ``plain``: OpenCC's text."""
    decided: dict[int, tuple[str, float]] = {}
    chars = [char for char in _FORMS if char in text and not (table and char in _NOT_BY_TABLE)]
    if not chars:
        return decided
    # a form that stands in the document as it is was not turned; where 着 is written, 著 is not 着 in any text
    unturned = {char for char in chars if (table or char == "著") and text.count(_FORMS[char][0]) > text.count(char)}
    from pipeline.restoration.language_model import shipped_model

    model = shipped_model()
    known: dict[tuple[str, str, str, str, bool], tuple[str, float]] = {}
    for match in re.finditer(f"[{''.join(chars)}]", text):
        place, char = match.start(), match[0]
        around = (decided[at][0] if at in decided else plain[at] for at in range(max(0, place - 3), place))
        before, after = "".join(around), plain[place + 1 : place + 4]
        own_word = bool(_OWN_WORDS.match(plain, place))
        key = before, char, plain[place], after, own_word
        if key not in known:
            prior = {plain[place]: _PHRASE if plain[place] != simplified(char) else _OPENCC}
            if own_word:
                prior[char] = _OWN_WORD
            if char in unturned:
                prior[_FORMS[char][0]] = -_TABLE
            known[key] = _probable(model, before, dict.fromkeys(_FORMS[char] + plain[place], 0.0) | prior, after)
        decided[place] = known[key]
    return decided


def _probable(model: "LanguageModel", before: str, prior: dict[str, float], after: str) -> tuple[str, float]:
    """The most probable form in its context, and its probability. ``prior``: what else speaks for each form (nats)."""
    likely = model.log_likelihoods([(before, form + after) for form in prior])
    scores = {form: own + found for (form, own), found in zip(prior.items(), likely, strict=True)}
    form = max(scores, key=lambda form: scores[form])
    return form, 1 / sum(math.exp(_SHARPNESS * (score - scores[form])) for score in scores.values())
