"""Words, speed and memory of the compiled segmenter beside spacy-pkuseg, jieba and rjieba.

Each tool runs in a process of its own, on the same text, with one thread. ``--corpora FOLDER`` gives the text
(FOLDER/reports, FOLDER/cws) and the gold words (FOLDER/cws, one sentence a line, words between blanks); without it the
shipped report, many times over, is what is measured on. jieba and rjieba are measured if they are installed. Prints
Markdown tables; takes some five minutes.

    python -m benchmarks.segmentation [--corpora FOLDER]
"""

import argparse
import importlib
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.markdown import head, row
from benchmarks.segmentation_texts import documents, gold

ROOT = Path(__file__).parent.parent
OFFSETS = "baogao, as offsets"
TOOLS = (OFFSETS, "baogao", "spacy-pkuseg", "jieba", "rjieba")
_PACKAGES = {OFFSETS: "pipeline", "baogao": "pipeline", "spacy-pkuseg": "spacy_pkuseg"}
COMPILED = "compiled.bin"
Cut = Callable[[str], Any]


def loaded(tool: str) -> Cut:
    """A tool's function from text to words."""
    if tool in (OFFSETS, "baogao"):
        from pipeline.segmentation.pkuseg import Pkuseg, compiled

        own = Pkuseg(compiled())
        return own.cut if tool == "baogao" else lambda text: own.word_array(text, [(0, len(text))])
    if tool == "spacy-pkuseg":
        cut: Cut = _spacy_pkuseg().cut
        return cut
    if tool == "jieba":
        return importlib.import_module("jieba").lcut
    return importlib.import_module("rjieba").cut


def _spacy_pkuseg() -> Any:
    import spacy_pkuseg

    from pipeline.models import checked

    return spacy_pkuseg.pkuseg(str(checked("pkuseg-default")), user_dict=None)


def private_mb(leave_out: str = COMPILED) -> float:
    """Private memory of this process in MB, without the file that is only mapped."""
    total, counted = 0, True
    for line in Path("/proc/self/smaps").read_text().splitlines():
        words = line.split()
        if not words[0].endswith(":"):
            counted = not line.endswith(leave_out)
        elif counted and words[0] in ("Private_Clean:", "Private_Dirty:"):
            total += int(words[1])
    return total / 1000


def child(tool: str, folder: Path) -> None:
    """Load a tool, cut a word, then all documents; wait for a line on standard input before each further time."""
    cut = loaded(tool)
    cut("报告")
    print(json.dumps({"first": time.time()}), flush=True)
    texts = json.loads((folder / "texts.json").read_text())
    for _ in sys.stdin:
        began = time.perf_counter()
        for text in texts:
            cut(text)
        seconds = time.perf_counter() - began
        print(json.dumps({"seconds": seconds, "private": private_mb()}), flush=True)


class Child:
    """A tool in a process of its own."""

    def __init__(self, tool: str, folder: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.segmentation", "--child", tool, str(folder)]
        began = time.time()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
        )
        self.first = json.loads(self._line())["first"] - began

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()

    def ask(self) -> None:
        """Have it cut all documents."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, float]:
        """What it says of that."""
        return dict(json.loads(self._line()))

    def close(self) -> None:
        """End it."""
        self._process.communicate("")


def by_tool(folder: Path, texts: list[str], lines: dict[str, list[list[str]]]) -> None:
    """Speed, memory, time to the first word, and F1 of each tool."""
    characters = sum(map(len, texts))
    head(
        f"{characters:,} characters, one thread",
        "tool",
        "characters/s",
        "of spacy-pkuseg's",
        "first word of a new process, s",
        "private memory, MB",
        *(f"F1 {name}" for name in lines),
    )
    seconds: dict[str, float] = {}
    rows = []
    for tool in TOOLS:
        if importlib.util.find_spec(_PACKAGES.get(tool, tool)) is None:
            print(f"{tool} is not installed", file=sys.stderr)
            continue
        one = Child(tool, folder)
        one.ask()
        answer = one.answer()
        one.close()
        seconds[tool] = answer["seconds"]
        scores = [f"{f1(loaded(tool), gold_lines):.3f}" for gold_lines in lines.values() if tool != OFFSETS]
        rows.append((tool, f"{characters / answer['seconds']:,.0f}", one.first, answer["private"], scores))
    for tool, speed, first, private, scores in rows:
        ratio = seconds["spacy-pkuseg"] / seconds[tool]
        row(tool, speed, f"{ratio:.1f}", f"{first:.2f}", f"{private:.0f}", *(scores or [""] * len(lines)))


def f1(cut: Cut, lines: list[list[str]]) -> float:
    """F1 of words by their places."""
    right = found = wanted = 0
    for words in lines:
        ours, gold_places = set(_places(cut("".join(words)))), set(_places(words))
        right += len(ours & gold_places)
        found += len(ours)
        wanted += len(gold_places)
    return 2 * right / (found + wanted)


def _places(words: list[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for word in words:
        yield at, at + len(word)
        at += len(word)


def identity(texts: list[str]) -> None:
    """Whether the words are spacy-pkuseg's, without and with a list of words."""
    import spacy_pkuseg

    from pipeline.segmentation.pkuseg import segmenter

    reference = _spacy_pkuseg()
    rng = random.Random(0)
    whole = "".join(texts)
    places = [rng.randrange(len(whole) - 6) for _ in range(3000)]
    listed = tuple(dict.fromkeys("".join(whole[at : at + rng.randrange(2, 6)].split()) for at in places))
    head(
        "words against spacy_pkuseg.pkuseg(model, user_dict=None).cut",
        "list",
        "documents",
        "characters",
        "words",
        "unlike",
    )
    for name, words in (("none", ()), (f"{len(listed):,} pieces of the text", listed)):
        reference.preprocesser = spacy_pkuseg.Preprocesser(list(words))
        own, n, unlike = segmenter(words), 0, 0
        for text in texts:
            wanted = reference.cut(text)
            n += len(wanted)
            unlike += own.cut(text) != wanted
        row(name, len(texts), f"{len(whole):,}", f"{n:,}", unlike)


def lists(texts: list[str]) -> None:
    """What a list of words costs."""
    from pipeline.segmentation.pkuseg import segmenter

    rng = random.Random(1)
    whole = "".join(texts)
    head("lists of words (pieces of other text's characters)", "words", "matches", "characters/s")
    alphabet = sorted({char for char in whole if not char.isspace()})
    for size in (0, 100, 10_000, 100_000):
        words = tuple(dict.fromkeys("".join(rng.choices(alphabet, k=rng.randrange(2, 7))) for _ in range(size)))
        own = segmenter(words)
        began = time.perf_counter()
        for text in texts:
            own.cut(text)
        seconds = time.perf_counter() - began
        matches = sum(own.matched(text, [(0, len(text))]).total() for text in texts)
        row(f"{size:,}", f"{matches:,}", f"{len(whole) / seconds:,.0f}")


def pipes(texts: list[str]) -> None:
    """Documents of spaCy through ``nlp.pipe``."""
    import spacy

    import pipeline.language as language

    few = texts[:20]
    ours = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "baogao.pkuseg.v1"}}})
    assert isinstance(ours.tokenizer, language.PkusegTokenizer)
    theirs = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "pkuseg"}}})
    setattr(theirs.tokenizer, "pkuseg_seg", _spacy_pkuseg())  # noqa: B010
    head("spaCy, nlp.pipe", "tokenizer", "characters/s", "of ChineseTokenizer's")
    speeds = []
    for nlp, docs in ((ours, texts), (theirs, few)):
        list(nlp.pipe(docs[:2]))
        began = time.perf_counter()
        for _ in nlp.pipe(docs):
            pass
        speeds.append(sum(map(len, docs)) / (time.perf_counter() - began))
    for name, speed in zip(("baogao", "ChineseTokenizer with pkuseg"), speeds, strict=True):
        row(name, f"{speed:,.0f}", f"{speed / speeds[1]:.1f}")


def two_processes(folder: Path, characters: int) -> None:
    """Two processes at once beside one."""
    head("processes at once", "processes", "characters/s, the best of five", "of one's")
    speeds = []
    for n in (1, 2):
        children = [Child("baogao", folder) for _ in range(n)]
        best = 0.0
        for _ in range(5):
            for one in children:
                one.ask()
            best = max(best, sum(characters / one.answer()["seconds"] for one in children))
        for one in children:
            one.close()
        speeds.append(best)
        row(n, f"{best:,.0f}", f"{best / speeds[0]:.2f}")


def opening() -> None:
    """How long it takes to open the compiled model."""
    from pipeline.segmentation.pkuseg import compiled

    seconds = []
    for _ in range(7):
        compiled.cache_clear()
        began = time.perf_counter()
        compiled()
        seconds.append(time.perf_counter() - began)
    print(f"\nThe compiled model is opened, and its checksum verified, in {sorted(seconds)[3]:.3f} s.")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child[0], Path(args.child[1]))
        return
    texts = list(documents(args.corpora))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "texts.json").write_text(json.dumps(texts))
        by_tool(folder, texts, dict(gold(args.corpora)))
        two_processes(folder, sum(map(len, texts)))
    opening()
    lists(texts)
    pipes(texts)
    identity(texts)


if __name__ == "__main__":
    main()
