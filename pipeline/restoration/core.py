"""From broken text to the author's text and the edits between them: strings in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.interpreter import uncollected
from pipeline.params import Restoration
from pipeline.restoration.alignment import Alignment, Edit, Replacement, Replacements
from pipeline.restoration.controls import controls
from pipeline.restoration.diagnosis import Diagnosis, diagnose
from pipeline.restoration.glosses import Glosses, find_glosses, glosses
from pipeline.restoration.lost import findings
from pipeline.restoration.mojibake import mojibake
from pipeline.restoration.notes import Finding, sentence
from pipeline.restoration.punctuation import commas, spaces, width
from pipeline.restoration.radicals import radicals

__all__ = ["Edit", "Restored", "restore"]

_KINDS = (
    ("mojibake", "mojibake"),
    ("glosses", "gloss"),
    ("commas", "comma"),
    ("bytes", "bytes"),
    ("width", "width"),
    ("spaces", "space"),
)
"""Kinds of pollution and the rule that undoes each."""


@dataclass(frozen=True)
class Restored:
    """A restored document.

    ``edits`` are sorted, do not overlap in ``raw``, and applied to it give ``text``. ``script`` is that of the raw
    text (simplified, traditional or none), ``pollution`` the kinds of damage found, joined by ``+`` (empty: none),
    ``notes`` what could not be undone or could be otherwise.
    """

    raw: str
    text: str
    script: str
    pollution: str
    notes: tuple[str, ...]
    diagnosis: Diagnosis = field(repr=False, compare=False)
    _alignment: Alignment = field(repr=False, compare=False)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The changes, made into rows when first asked for."""
        return self._alignment.edits

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of ``text[start:end]``: deletions at its edges are left out, those inside are in.

        Raises ``ValueError`` for a span outside the text.
        """
        return self._alignment.to_raw(start, end)

    def to_text(self, start: int, end: int) -> tuple[int, int]:
        """The span of ``text`` that ``raw[start:end]`` became; ``ValueError`` for one outside the raw text."""
        return self._alignment.to_text(start, end)


class _Undone(NamedTuple):
    alignment: Alignment
    notes: list[str]
    kinds: set[str]


@uncollected()
def restore(
    raw: str,
    params: Restoration | None = None,
    *,
    known: Sequence[Replacement] = (),
    diagnosis: Diagnosis | None = None,
) -> Restored:
    """Restore any string; line ends are kept and nothing is reflowed.

    ``params``: whether traditional documents are simplified, and from which probability on a byte repair is made.
    ``known``: changes that whoever read the file knows of, such as what is of the page and not of the document; they
    come first, and are no evidence of how the document was damaged. ``diagnosis``: that of the document which a short
    string, such as its title, was taken from.
    """
    params = params or Restoration()
    alignment = Alignment(raw, raw).apply(known)
    misread = mojibake(alignment.text, min_confidence=params.min_confidence)
    notes = [sentence(finding, alignment.to_raw) for finding in findings(alignment.text, misread)]
    kinds = set(misread.rules)
    alignment = alignment.apply(misread)
    article = alignment.text
    alignment = alignment.apply(controls(article))
    alignment = alignment.apply(radicals(alignment.text))
    found = find_glosses(alignment.text)
    whole = diagnosis is None
    diagnosis = diagnosis or diagnose(article, alignment.text, found)
    if diagnosis.polluted:
        undone = _undo(alignment, found, diagnosis, params)
        alignment, notes, kinds = undone.alignment, notes + undone.notes, kinds | undone.kinds
    if diagnosis.script != "none" and params.script == "simplified":
        from pipeline.restoration.script import simplify

        conversion = simplify(alignment.text, script=diagnosis.script, table=diagnosis.polluted)
        notes += [sentence(finding, alignment.to_raw) for finding in conversion.findings]
        alignment = alignment.apply(conversion.replacements)
    if whole and diagnosis.script != "none":
        from pipeline.restoration.irreparable import irreparable

        script = "simplified" if params.script == "simplified" else diagnosis.script
        remaining = irreparable(alignment.text, script=script, polluted=diagnosis.polluted)
        notes += [sentence(finding, alignment.to_raw) for finding in remaining]
    pollution = "+".join(kind for kind, rule in _KINDS if rule in kinds)
    return Restored(raw, alignment.text, diagnosis.script, pollution, tuple(notes), diagnosis, alignment)


def _undo(alignment: Alignment, found: Glosses, diagnosis: Diagnosis, params: Restoration) -> _Undone:
    kinds: set[str] = set()
    notes: list[str] = []
    simplify = diagnosis.script == "simplified" and params.script == "simplified"
    if diagnosis.glosses:
        alignment = _apply(alignment, glosses(alignment.text, found, simplify=simplify), kinds)
    if diagnosis.commas:
        alignment = _apply(alignment, commas(alignment.text, questions=not diagnosis.bytes), kinds)
    alignment = _apply(alignment, spaces(alignment.text, questions=diagnosis.spaces and diagnosis.bytes), kinds)
    if diagnosis.bytes:
        from pipeline.restoration.bytes import repair

        repairs = repair(
            alignment.text,
            normalized=diagnosis.normalized,
            script=diagnosis.script,
            simplify=simplify,
            min_confidence=params.min_confidence,
        )
        if repairs.undecided:
            kinds.add("bytes")
            what = f"{len(repairs.undecided)} place(s) where bytes were lost have no reading that is probable enough"
            notes.append(sentence(Finding(f"{what} and stay as they are", repairs.undecided), alignment.to_raw))
        alignment = _apply(alignment, repairs.replacements, kinds)
        if diagnosis.commas:
            alignment = _apply(alignment, commas(alignment.text, questions=True), kinds)
    if diagnosis.normalized:
        alignment = _apply(alignment, width(alignment.text), kinds)
    return _Undone(alignment, notes, kinds)


def _apply(alignment: Alignment, replacements: Replacements, kinds: set[str]) -> Alignment:
    kinds.update(replacements.rules)
    return alignment.apply(replacements)
