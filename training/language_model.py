"""Makes ``models/characters.npz``: a character n-gram model of official and ordinary Chinese, for restoration.

    python training/language_model.py CORPORA [--leave-out WORD ...]

Beside wordfreq's Chinese list it reads running text below the folder CORPORA (central and provincial government work
reports, party congress reports, news of MSRA's and CLUENER's training parts, abstracts and titles) and keeps counts
alone: no text can be read back from the model, whose longest unit is four characters that stand in four places or
more. ``--leave-out`` leaves out files whose name holds a word, to measure the model on them. Test parts of these sets
are never read.

Interpolated Kneser-Ney smoothing with one discount an order (Chen and Goodman 1999, section 4.1.6), stored as
probabilities and back-off weights. An n-gram's key is its characters' numbers in the vocabulary, 16 bits each.
"""

import argparse
import csv
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from wordfreq import get_frequency_dict

ORDER = 4
KEPT_FROM = (1, 2, 3, 4)
"""Occurrences from which an n-gram of an order is kept."""
VOCABULARY = 6000
TARGET = Path(__file__).parent.parent / "models" / "characters.npz"
DESCRIBED = {
    "name": "characters",
    "task": "probability of a Chinese character after the three before it, for restoration",
    "made_by": "training/language_model.py",
    "data": "counts over Chinese central (1954-2025) and 23 provincial (2026) government work reports and party "
    "congress reports (official documents); MSRA NER and CLUENER2020 training parts, People's Daily development part, "
    "UD Chinese-GSDSimp training part, THUCNews titles and CSL abstracts (development parts); wordfreq's Chinese list",
    "licence": "MIT for the counts; wordfreq's list is CC BY-SA 4.0; see the publishers for the texts, none of which "
    "is contained",
}
_BLANKS = str.maketrans({"\u3000": " ", "\t": " ", "\r": "\n"})
WORD_TOKENS = 3_000_000
"""Running words of ordinary Chinese that wordfreq's list stands for beside the corpora."""


def texts(folder: Path, left_out: tuple[str, ...]) -> Iterator[str]:
    """Running texts of the corpora, without those whose file name holds a word of ``left_out``."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if any(word in name for word in left_out) or ".test." in name:
            continue
        if name.startswith("reports/") and name.endswith(".csv"):
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from (row["full_text"] for row in csv.DictReader(file))
        elif name.startswith("reports/") and name.endswith(".jsonl"):
            yield from (json.loads(line)["content"] for line in path.open(encoding="utf-8"))
        elif name.startswith("reports/政府"):
            yield path.read_text(encoding="utf-8-sig")
        elif name in ("ner/msra.train.tsv", "ner/peoples_daily.dev.txt", "ner/uner_gsdsimp.train.iob2"):
            yield _columns(path)
        elif name == "ner/cluener.train.json":
            yield "\n".join(json.loads(line)["text"] for line in path.open(encoding="utf-8"))
        elif name in ("topics/thucnews_titles.dev.txt", "keyphrases/csl.dev.tsv"):
            yield path.read_text(encoding="utf-8")


def _columns(path: Path) -> str:
    """Text of a file with a character or word and its label a line, and a blank line between sentences."""
    column = 1 if path.suffix == ".iob2" else 0
    lines = (line.rstrip("\n") for line in path.open(encoding="utf-8") if not line.startswith("#"))
    fields = (re.split(r"[\t ]", line) for line in lines)
    return "".join(row[column] if len(row) > column and row[0] else "\n" for row in fields)


def normalized(text: str) -> str:
    """Text with one kind of blank and no blank lines."""
    return re.sub(r"\n[\n ]*", "\n", text.translate(_BLANKS))


def count(folder: Path, left_out: tuple[str, ...]) -> list[Counter[str]]:
    """Counts of n-grams of orders 1 to ``ORDER`` (index 0 is empty)."""
    counts: list[Counter[str]] = [Counter() for _ in range(ORDER + 1)]
    for text in texts(folder, left_out):
        padded = "\n" + normalized(text)
        for order in range(1, ORDER + 1):
            counts[order].update(padded[i : i + order] for i in range(len(padded) - order + 1))
    for word, frequency in get_frequency_dict("zh", "large").items():
        times = round(frequency * WORD_TOKENS)
        if times and re.fullmatch(r"[\u4e00-\u9fff]+", word):
            for order in range(1, min(ORDER, len(word)) + 1):
                for start in range(len(word) - order + 1):
                    counts[order][word[start : start + order]] += times
    return counts


def smoothed(counts: list[Counter[str]], kept_from: Sequence[int]) -> tuple[dict[str, float], dict[str, float]]:
    """Probabilities of n-grams given what comes before, and back-off weights of contexts."""
    known = {char for char, _ in sorted(counts[1].items(), key=lambda item: (-item[1], item[0]))[:VOCABULARY]}
    tables: list[Counter[str]] = [Counter()]
    for order in range(1, ORDER + 1):
        table = counts[order]
        if order < ORDER:
            # lower orders are about how many different characters come before, not how often
            table = Counter(gram[1:] for gram in counts[order + 1])
        tables.append(Counter({g: n for g, n in table.items() if set(g) <= known}))
    probability: dict[str, float] = {}
    backoff: dict[str, float] = {}
    for order in range(1, ORDER + 1):
        table = tables[order]
        ones, twos = sum(n == 1 for n in table.values()), sum(n == 2 for n in table.values())
        discount = ones / (ones + 2 * twos)
        kept = {
            g: n
            for g, n in table.items()
            if counts[order][g] >= kept_from[order - 1] and (order == 1 or g[:-1] in backoff or order == 2)
        }
        totals, used = Counter(), Counter()
        for gram, n in table.items():
            totals[gram[:-1]] += n
        for gram, n in kept.items():
            used[gram[:-1]] += n - discount
        for gram, n in sorted(kept.items()):
            context = gram[:-1]
            lower = probability[gram[1:]] if order > 1 else 1.0 / len(known)
            left = 1.0 - used[context] / totals[context]
            probability[gram] = (n - discount) / totals[context] + left * lower
            if order < ORDER:
                backoff.setdefault(gram, 1.0)
        for context in sorted(used):
            if context:
                backoff[context] = 1.0 - used[context] / totals[context]
    return probability, backoff


def main() -> None:
    """Count, smooth, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--output", type=Path, default=TARGET)
    parser.add_argument("--kept-from", nargs=ORDER, type=int, default=KEPT_FROM)
    args = parser.parse_args()
    probability, backoff = smoothed(count(args.corpora, tuple(args.leave_out)), args.kept_from)
    vocabulary = sorted({gram for gram in probability if len(gram) == 1})
    number = {char: index + 1 for index, char in enumerate(vocabulary)}

    def key(gram: str) -> int:
        code = 0
        for char in gram:
            code = code << 16 | number[char]
        return code

    grams = sorted((key(g), p, backoff.get(g, 1.0)) for g, p in probability.items())
    arrays = {
        "vocabulary": np.array("".join(vocabulary)),
        "keys": np.array([k for k, _, _ in grams], np.uint64),
        "probability": np.log(np.array([p for _, p, _ in grams])).astype(np.float16),
        "backoff": np.log(np.maximum(1e-6, np.array([b for _, _, b in grams]))).astype(np.float16),
    }
    np.savez_compressed(args.output, **arrays)
    orders = dict(sorted(Counter(len(g) for g in probability).items()))
    print(f"{args.output.stat().st_size} bytes, n-grams by order: {orders}", file=sys.stderr)
    if args.output == TARGET:
        digest = hashlib.sha256(TARGET.read_bytes()).hexdigest()
        described = {**DESCRIBED, "ngrams": orders, "files": {TARGET.name: {"sha256": digest}}}
        TARGET.with_suffix(".json").write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
