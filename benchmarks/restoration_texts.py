"""What ``benchmarks.restoration`` measures on: texts, their damage, other tools, and which edits are right."""

import csv
import difflib
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import ftfy

from pipeline.evaluation.core import edit_distance
from pipeline.restoration.characters import HAN, LETTERS, converter
from pipeline.restoration.core import Restored, restore

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from simulator import GLOSSED, Page, misread, site  # noqa: E402
from simulator import misaligned_places as misaligned_places  # noqa: E402
from simulator import pollute as pollute  # noqa: E402

SHIPPED = "the shipped report"
LIKE_THE_REPORT = Page(glossed=GLOSSED, marked=0.9, marks="，。、；", misaligned=True, nfkc=True)
_CONTROL = Page(marker=b"\x06", marked=1.0, misaligned=True)
_SIMPLE = "發產業會縣學國問題時對來責能新科用物文"
_GLOSS = re.compile(rf"\(([{LETTERS}]{{1,7}}|[{HAN}])\)")

Damage = Callable[[str, int], str]
"""A clean text and a seed in, a broken text out."""
Tool = Callable[[str], str]


def _page(page: Page) -> Damage:
    return lambda text, seed: pollute(text, replace(page, seed=seed))


def _misread(written: str, read: str) -> Damage:
    return lambda text, seed: misread(text, written, read)


VARIANTS: dict[str, Damage] = {
    "traditional by a one-to-one table": _page(Page()),
    "glosses, toned": _page(Page(glossed=GLOSSED)),
    "glosses, toneless": _page(Page(glossed=GLOSSED, gloss="toneless")),
    "glosses, doubled character": _page(Page(glossed=GLOSSED, gloss="doubled")),
    "glosses, doubled or toneless at random": _page(Page(gloss="scattered", glossing=0.08)),
    "glosses, other readings, blanks, ɑ ɡ": _page(
        Page(glossed=GLOSSED, spaced=0.05, other_readings=0.2, letters=(("a", "ɑ"), ("g", "ɡ")))
    ),
    "glosses on a simplified page": _page(Page(traditional=False, glossed=_SIMPLE)),
    "commas, NFKC": _page(Page(marked=0.9, nfkc=True)),
    "spaces before marks": _page(Page(marker=b" ", marked=0.9)),
    "glosses, also inside characters": _page(Page(glossed=GLOSSED, misaligned=True)),
    "doubled, also inside characters": _page(Page(glossed=GLOSSED, gloss="doubled", misaligned=True)),
    "markers, also inside characters": _page(_CONTROL),
    "glosses and markers": _page(replace(_CONTROL, glossed=GLOSSED)),
    "glosses, unseen marker before ！ (`?！`)": _page(replace(_CONTROL, glossed=GLOSSED, marks="！", shown="")),
    "glosses, zero-width marker": _page(replace(_CONTROL, glossed=GLOSSED, shown="\u200b")),
    "glosses, marker a pair that vanishes": _page(replace(_CONTROL, glossed=GLOSSED, marker=b"\xaa\xa1")),
    "glosses, spaces as markers": _page(replace(_CONTROL, glossed=GLOSSED, marker=b" ")),
    "glosses and markers, tags": _page(replace(_CONTROL, glossed=GLOSSED, tagged=0.05)),
    "glosses and markers, simplified page": _page(replace(_CONTROL, glossed=_SIMPLE, traditional=False)),
    "as in the shipped report": _page(LIKE_THE_REPORT),
    "sites drawn at random": lambda text, seed: pollute(text, site(seed)),
    "glosses and markers, WHATWG's decoder": _page(replace(_CONTROL, glossed=GLOSSED, decoder="whatwg")),
    "UTF-8 read as GBK": _misread("utf-8", "gbk"),
    "UTF-8 read as Windows-1252": _misread("utf-8", "cp1252"),
    "GBK read as Latin-1": _misread("gbk", "latin-1"),
    "GBK read as Windows-1252": _misread("gbk", "cp1252"),
}
SEVERAL = "sites drawn at random"
"""The variant of which several seeds are drawn."""


def t2s(text: str) -> str:
    """OpenCC, traditional to simplified."""
    return str(converter("t2s").convert(text))


def without_glosses(text: str) -> str:
    """What looks like a gloss taken out, then OpenCC."""
    return t2s(_GLOSS.sub("", text))


TOOLS: dict[str, Tool] = {
    "OpenCC": t2s,
    "ftfy": ftfy.fix_text,
    "glosses stripped, OpenCC": without_glosses,
    "baogao": lambda text: restore(text).text,
}


def texts(corpora: Path | None, reports: list[str], length: int) -> dict[str, str]:
    """The shipped report; a piece of each report named, and of news of CTB6's development part, which nothing here
    was trained on. Characters that GBK lacks are left out. Raises ``SystemExit`` if a report is not there."""
    found = {SHIPPED: (ROOT / "data/gold/yangquan-cppcc-2021.clean.txt").read_text(encoding="utf-8")}
    if corpora is None:
        return found
    for name in reports:
        path = next(corpora.rglob(f"reports/*{name}*.csv"), None)
        if path is None:
            raise SystemExit(f"no report of {name} below {corpora}")
        found[name] = _in_gbk(_report(path))[1000 : 1000 + length]
    news = next(corpora.rglob("cws/ctb6.dev.seg"), None)
    if news:
        found["news (CTB6)"] = _in_gbk(_joined(news))[:length]
    return found


def clean_texts(corpora: Path) -> Iterator[tuple[str, str]]:
    """Simplified texts below a folder with their kinds: reports and ordinary Chinese, as documents."""
    for path in sorted(corpora.rglob("reports/*.csv")):
        yield "provincial reports", _report(path)
    for path in sorted(corpora.rglob("reports/*.jsonl")):
        for line in path.open(encoding="utf-8"):
            yield "central reports", json.loads(line)["content"]
    for path in sorted(corpora.rglob("cws/*.seg")):
        yield "news (segmentation)", _joined(path)
    for path in sorted(corpora.rglob("ner/msra.train.tsv")):
        lines = (line.split("\t")[0].rstrip("\n") or "\n" for line in path.open(encoding="utf-8"))
        yield "news (names)", "".join(lines)
    for path in sorted(corpora.rglob("ner/cluener.train.json")):
        yield "news (names)", "\n".join(json.loads(line)["text"] for line in path.open(encoding="utf-8"))
    for path in sorted([*corpora.rglob("keyphrases/*.tsv"), *corpora.rglob("topics/*.dev.txt")]):
        yield "abstracts and titles", path.read_text(encoding="utf-8")


def passages(corpora: Path) -> Iterator[tuple[str, str, str]]:
    """Real polluted passages with gold, as (name, raw, gold)."""
    for path in sorted(corpora.rglob("polluted/*.gold.txt")):
        raw = path.with_name(path.name.replace(".gold.", ".raw."))
        yield path.name.split(".")[0], raw.read_text(encoding="utf-8"), path.read_text(encoding="utf-8")


def distance(one: str, other: str) -> int:
    """Edit distance in characters; what both begin and end with is passed over first."""
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    end = next(
        (i for i, (a, b) in enumerate(zip(reversed(one), reversed(other), strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return edit_distance(one[: len(one) - end], other[: len(other) - end])


def judged(restored: Restored, gold: str) -> list[tuple[str, float, bool]]:
    """Each edit's rule, its confidence, and whether it is right: its place in the text meets no difference to gold.

    A deletion is also wrong where gold has something in its place.
    """
    if restored.text == gold:
        return [(edit.rule, edit.confidence, True) for edit in restored.edits]
    matcher = difflib.SequenceMatcher(None, restored.text, gold, autojunk=False)
    wrong = [(i1, i2) for kind, i1, i2, _, _ in matcher.get_opcodes() if kind != "equal"]
    found = []
    for edit in restored.edits:
        meets = any(
            (start < edit.end and edit.start < end) or (start == end and edit.start <= start <= edit.end)
            for start, end in wrong
        )
        found.append((edit.rule, edit.confidence, not meets))
    return found


def _report(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.DictReader(file))["full_text"]


def _joined(path: Path) -> str:
    return "".join("".join(line.split()) + "\n" for line in path.open(encoding="utf-8"))


def _in_gbk(text: str) -> str:
    return text.encode("gbk", "ignore").decode("gbk")
