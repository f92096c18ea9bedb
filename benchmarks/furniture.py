"""What is taken from texts copied from web pages as page, and the fields that their own lines give: to be read.

For every row of the CSV files below ``--corpora`` with a column ``full_text``, the other columns unseen: title,
byline, date and source, each line taken out, and the lines kept at both ends.

    python -m benchmarks.furniture --corpora FOLDER [--kept 4]
"""

import argparse
from pathlib import Path

from pipeline.ingestion.fields import find_fields
from pipeline.ingestion.formats.extracted import Extracted
from pipeline.ingestion.formats.rows import read_csv
from pipeline.ingestion.furniture import find_furniture


def main() -> None:
    """Print every document's part, then how many documents have each field and how many lines went."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--corpora", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--kept", type=int, default=4, metavar="N", help="lines to show at either end")
    args = parser.parse_args()
    counts = {"documents": 0, "title": 0, "series": 0, "byline": 0, "date": 0, "source": 0, "lines out": 0}
    for path in sorted(args.corpora.rglob("*.csv")):
        for document in read_csv(path.read_bytes(), ["full_text"]):
            if not isinstance(document, Extracted):
                continue
            raw = document.text
            spans = find_furniture(raw)
            fields = {field.field: field.value for field in find_fields(raw, spans)}
            out = [line for start, end in spans for line in raw[start:end].splitlines() if line.strip()]
            for start, end in reversed(spans):
                raw = raw[:start] + raw[end:]
            kept = [line[:60] for line in raw.splitlines() if line.strip()]
            print(f"\n{path.name}\n  {fields}\n  out:  {' / '.join(out)}")
            print(f"  head: {' / '.join(kept[: args.kept])}\n  tail: {' / '.join(kept[-args.kept :])}")
            for name in ("documents", *fields):
                counts[name] += 1
            counts["lines out"] += len(out)
    print(f"\n{', '.join(f'{name} {count}' for name, count in counts.items())}")


if __name__ == "__main__":
    main()
