"""Every stage on a folder of files: documents and characters a second, and the memory of its largest process.

The folder is copied into a scratch project, so nothing of it is changed. ``--generate`` makes documents in its place:
five forms of file, pages among them, with sentences put together at random (seed 0). ``--bad`` adds the bad files of
the tests, ten thousand empty ones and one of 48 MB in one line. At the end the package is validated: every table's
Arrow schema, and by frictionless the tables with fewer than 100,000 rows.

    python -m benchmarks.corpus FOLDER
    python -m benchmarks.corpus --generate 1000
    python -m benchmarks.corpus --generate 10 --bad
"""

import argparse
import csv
import io
import json
import os
import random
import shutil
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import pyarrow.parquet as pq
from frictionless import Package

from pipeline import store, tables
from pipeline.cli import STAGES

ROOT = Path(__file__).parent.parent
VALIDATED_ROWS = 100_000
COUNTIES = [a + b + c for a in "云青白东南北长" for b in "岭石河山林湖桥" for c in "县镇乡"]
BODIES = ("政府", "政协", "人大常委会", "教育局", "农业农村局", "委员会办公室", "中学")
DOINGS = (
    "召开全体会议，听取{body}工作报告，审议通过有关决定",
    "全年新建学校{n}所，改造道路{n}公里，农民人均收入增长百分之{n}",
    "组织委员{n}人到{place}调研，提出建议{n}条，《{place}日报》作了报道",
    "推进产业结构调整，粮食产量达到{n}万吨，新增就业{n}人",
    "加强生态环境保护，{place}空气质量优良天数比上年增加{n}天",
    "深化改革，优化营商环境，{body}受理群众来信{n}件，办结率明显提高",
)


def report(chance: random.Random, number: int) -> list[str]:
    """A report's lines: title, speaker, salutation and some forty paragraphs."""
    place = COUNTIES[number % len(COUNTIES)]
    lines = [f"{place}{2000 + number % 25}年工作报告（{number}）", f"{place}政府办公室", "各位代表："]
    for _ in range(chance.randint(20, 60)):
        doings = chance.choices(DOINGS, k=chance.randint(2, 5))
        filled = (d.format(place=place, body=place + chance.choice(BODIES), n=chance.randint(2, 99)) for d in doings)
        lines.append("；".join(filled) + "。")
    return lines


def generate(folder: Path, documents: int) -> None:
    """Write so many documents into ``folder``: TXT in two encodings, HTML, and rows of one CSV and one JSONL."""
    chance = random.Random(0)
    rows, objects = [], []
    for number in range(documents):
        lines = report(chance, number)
        text, form = "\n".join(lines), number % 5
        if form < 2:
            (folder / f"{number:05d}.txt").write_bytes(text.encode(("utf-8", "gb18030")[form]))
        elif form == 2:
            body = "".join(f"<p>{line}</p>" for line in lines[1:])
            menu = '<ul><li><a href="/">首页</a></li><li><a href="/n">新闻</a></li></ul>'
            page = f"<html><body>{menu}<h1>{lines[0]}</h1>{body}<div>版权所有：某某网</div></body></html>"
            (folder / f"{number:05d}.html").write_text(page, encoding="utf-8")
        elif form == 3:
            rows.append((lines[0], f"{2000 + number % 25}-02-01", text))
        else:
            objects.append(json.dumps({"title": lines[0], "text": text}, ensure_ascii=False))
    table = io.StringIO()
    csv.writer(table).writerows([("标题", "发布日期", "正文"), *rows])
    (folder / "table.csv").write_text(table.getvalue(), encoding="utf-8-sig")
    (folder / "lines.jsonl").write_text("".join(f"{line}\n" for line in objects), encoding="utf-8")


def bad(folder: Path) -> None:
    """Write what nobody wants into ``folder``."""
    sys.path.insert(0, str(ROOT / "tests" / "ingestion"))
    from bad_input import KINDS

    for name, (data, _) in KINDS.items():
        (folder / name).write_bytes(data)
    (folder / "one-line.txt").write_bytes("县".encode() * 16_000_000)
    for number in range(10_000):
        (folder / f"empty-{number}.txt").touch()


def validate(data: Path) -> str:
    """What is wrong with the package below ``data``; empty if nothing."""
    for name, table in tables.PUBLISHED.items():
        if not pq.read_schema(data / f"{name}.parquet").equals(store.schema(table)):
            return f"{name}: not the schema that it should have"
    described = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    described["resources"] = [r for r in described["resources"] if r["baogao"]["rows"] < VALIDATED_ROWS]
    report = Package.from_descriptor(described, basepath=str(data)).validate()
    return "; ".join(" ".join(map(str, error)) for error in report.flatten(["name", "rowNumber", "note"]))


def run(stage: str, project: Path) -> tuple[float, float]:
    """Run a stage in ``project``: seconds, and MB that the largest of its processes took."""
    started = time.monotonic()
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())", "stage", stage],
        {**os.environ, "PYTHONPATH": str(ROOT), "PWD": str(project)},
    )
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"{stage} failed")
    return time.monotonic() - started, usage.ru_maxrss / 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    parser.add_argument("--generate", type=int, metavar="N")
    parser.add_argument("--bad", action="store_true")
    parser.add_argument("--keep", type=Path, metavar="PROJECT", help="make the project here and leave it")
    args = parser.parse_args()
    if (args.folder is None) == (args.generate is None):
        parser.error("either FOLDER or --generate")
    with tempfile.TemporaryDirectory() as scratch:
        project = (args.keep or Path(scratch)).resolve()
        raw = project / "data" / "raw"
        raw.mkdir(parents=True)
        shutil.copy(ROOT / "params.yaml", project)
        if args.generate:
            generate(raw, args.generate)
        else:
            shutil.copytree(args.folder, raw, dirs_exist_ok=True)
        if args.bad:
            # in a process of its own: a process that is started counts the memory of the one that starts it
            maker = get_context("spawn").Process(target=bad, args=(raw,))
            maker.start()
            maker.join()
        os.chdir(project)
        measured = {stage: run(stage, project) for stage in STAGES if stage != "evaluation"}
        texts = list(store.read_rows(project / "data" / "processed", tables.DOCUMENTS))
        rejects = store.count_rows(project / "data" / "processed", tables.REJECTS)
        faults = validate(project / "data" / "processed")
        documents, characters = len(texts), sum(row["n_chars"] for row in texts)
    print(f"{documents} documents, {characters:,} characters; {rejects} rejected; package {faults or 'valid'}")
    print(f"{'stage':16}{'s':>8}{'docs/s':>9}{'kchars/s':>10}{'MB':>7}")
    for stage, (seconds, megabytes) in measured.items():
        rates = f"{documents / seconds:9.1f}{characters / seconds / 1000:10.1f}"
        print(f"{stage:16}{seconds:8.1f}{rates}{megabytes:7.0f}")
    print(f"{'all':16}{sum(s for s, _ in measured.values()):8.1f}{'':19}{max(m for _, m in measured.values()):7.0f}")


if __name__ == "__main__":
    main()
