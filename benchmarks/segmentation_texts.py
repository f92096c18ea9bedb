"""What ``benchmarks.segmentation`` measures on."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

REPORT = Path(__file__).parent.parent / "data" / "gold" / "yangquan-cppcc-2021.clean.txt"


def documents(corpora: Path | None) -> Iterator[str]:
    """Texts below a folder: reports, and the sentences of segmented corpora as documents; or the shipped report."""
    if corpora is None:
        yield from [REPORT.read_text(encoding="utf-8")] * 200
        return
    csv.field_size_limit(sys.maxsize)
    for path in sorted(corpora.rglob("reports/*")):
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from (text for row in csv.DictReader(file) for text in row.values() if text)
        elif path.suffix == ".jsonl":
            with path.open(encoding="utf-8") as file:
                yield from (text for line in file for text in json.loads(line).values() if isinstance(text, str))
        else:
            yield path.read_text(encoding="utf-8")
    for _, lines in gold(corpora):
        yield "\n".join("".join(words) for words in lines)


def gold(corpora: Path | None) -> Iterator[tuple[str, list[list[str]]]]:
    """Segmented corpora below a folder, each with its sentences as words."""
    for path in sorted(corpora.rglob("cws/*.seg")) if corpora else []:
        with path.open(encoding="utf-8") as file:
            yield path.name.split(".")[0], [words for line in file if (words := line.split())]
