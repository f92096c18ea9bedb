"""``baogao``: thin verbs over plain functions. Exit codes: 0 done, 1 rejects with ``--strict``, 2 cannot run."""

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from pipeline.jsonlines import one_line
from pipeline.models import NAMES, ModelError, fetch
from pipeline.params import Params, ParamsError, load_params, parse_params
from pipeline.recognition import STANDARDS

STAGES = (
    "ingestion",
    "restoration",
    "deduplication",
    "segmentation",
    "recognition",
    "resolution",
    "keywords",
    "topics",
    "publication",
    "evaluation",
)


class UsageError(Exception):
    """What the user asked for cannot be done; the message is one line that says why."""


def main(argv: list[str] | None = None) -> int:
    """Run one verb and return the exit code."""
    args = _parser().parse_args(argv)
    # a run that is told to end goes the same way out as one that fails, and leaves no half file
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        code: int = args.verb(args)
        sys.stdout.flush()
        return code
    except (ParamsError, ModelError, UsageError) as error:
        print("baogao:", *str(error).split(), file=sys.stderr)  # one line, whatever is quoted in it
        return 2
    except BrokenPipeError:
        # the reader (head, say) has seen enough; pointing stdout elsewhere keeps the interpreter's exit quiet
        sys.stdout = open("/dev/null", "w")  # noqa: SIM115, PTH123
        return 0
    except KeyboardInterrupt:
        print("baogao: stopped; nothing half-written is left", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baogao", description="Chinese public reports to citable datasets.")
    parser.add_argument("--version", action="version", version=metadata.version("baogao"))
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    verb = verbs.add_parser("models", help="fetch and check the models (the only verb that uses a network)")
    verb.set_defaults(verb=_models)

    verb = verbs.add_parser("restore", help="print a document as its author wrote it")
    verb.add_argument("path", nargs="?", default="-", metavar="PATH", help="a text file, or - for standard input")
    verb.add_argument("--explain", action="store_true", help="print the edits instead, one JSON object a line")
    verb.set_defaults(verb=_restore)

    verb = verbs.add_parser("annotate", help="print one JSON object a document")
    verb.add_argument("paths", nargs="*", default=["-"], metavar="PATH")
    verb.add_argument("--no-restore", action="store_true", help="take the text as it stands")
    verb.add_argument("--standard", choices=STANDARDS, default="report", help="annotation standard of names")
    verb.set_defaults(verb=_annotate)

    verb = verbs.add_parser("keywords", help="print the terms of a document, best first")
    verb.add_argument("path", nargs="?", default="-", metavar="PATH", help="a text, a .jsonl, or -")
    verb.add_argument("--top", type=int, default=20, metavar="N")
    verb.set_defaults(verb=_keywords)

    verb = verbs.add_parser("topics", help="fit topics to the documents of a .jsonl")
    verb.add_argument("path", metavar="FILE.jsonl")
    verb.add_argument("--k", type=int, required=True, metavar="N", help="number of topics")
    verb.add_argument("--method", choices=("vectors", "nmf", "lda"), help="default: as params.yaml says")
    verb.add_argument("--no-restore", action="store_true", help="take the texts as they stand")
    verb.set_defaults(verb=_topics)

    verb = verbs.add_parser("keep-topics", help="write the topics of data/processed, to be named by topics.reference")
    verb.add_argument("out", type=Path, metavar="OUT.csv")
    verb.set_defaults(verb=_keep_topics)

    verb = verbs.add_parser("kwic", help="print every place of a term in data/processed, in its context")
    verb.add_argument("term", metavar="TERM")
    verb.add_argument("--width", type=int, default=20, metavar="N", help="characters on either side")
    verb.add_argument("--data", type=Path, default=Path("data", "processed"), metavar="FOLDER", help="another dataset")
    verb.set_defaults(verb=_kwic)

    verb = verbs.add_parser("export", help="write data/processed in another format")
    verb.add_argument("format", choices=("csv", "jsonl", "conll", "label-studio"))
    verb.add_argument("out", type=Path, metavar="OUT", help="a file, or for csv and label-studio a folder")
    verb.add_argument(
        "--doc", action="append", default=[], metavar="DOC_ID", help="this document only; may be repeated"
    )
    verb.set_defaults(verb=_export)

    verb = verbs.add_parser("bundle", help="make one archive of data/processed that can be deposited and cited")
    verb.add_argument("out", nargs="?", type=Path, metavar="OUT.zip")
    verb.add_argument("--raw", action="store_true", help="with the raw files")
    verb.set_defaults(verb=_bundle)

    verb = verbs.add_parser("check", help="name files in data/raw that DVC cannot read")
    verb.set_defaults(verb=_check)

    verb = verbs.add_parser("stage", help="run one stage (what dvc.yaml calls)")
    verb.add_argument("name", choices=STAGES)
    verb.add_argument("--strict", action="store_true", help="exit with 1 if anything was rejected")
    verb.set_defaults(verb=_stage)
    return parser


def _models(args: argparse.Namespace) -> int:
    for name in NAMES:
        print(f"{name}: {'fetched and checked' if fetch(name) else 'checked'}", file=sys.stderr)
    print("search for lost bytes: compiled once, some 20 seconds", file=sys.stderr)
    from pipeline.restoration.bytes import repair

    # numba keeps what it compiles, and the first report need not wait for it
    repair("經常?；瑸槲瘑T", normalized=False, script="traditional", simplify=False, min_confidence=0.5)
    from pipeline.segmentation.pkuseg import segmenter

    segmenter().cut("报告")
    print("tagger: compiled once, some 15 seconds", file=sys.stderr)
    from pipeline.recognition.tagger import tagger

    tagger()(["中国共产党"])
    return 0


def _stage(args: argparse.Namespace) -> int:
    root = Path.cwd()
    params = load_params(root / "params.yaml")
    try:
        rejects: int = import_module(f"pipeline.{args.name}.stage").run(params, root)
    except FileNotFoundError as error:
        raise UsageError(f"{error.filename} is missing: run `dvc repro`, or the stages before this one") from None
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}" if error.filename else str(error)) from None
    if rejects:
        print(f"{args.name}: {rejects} rejected, see the rejects table", file=sys.stderr)
    return 1 if rejects and args.strict else 0


def _restore(args: argparse.Namespace) -> int:
    from pipeline.restoration.core import restore

    params = _params()
    documents = list(_documents(args.path, params))
    if len(documents) > 1:
        raise UsageError(f"{args.path} holds {len(documents)} documents: take `baogao annotate`, or `dvc repro`")
    restored = restore(documents[0][0], params.restoration)
    if args.explain:
        for edit in restored.edits:
            print(one_line(edit._asdict()))
    else:
        sys.stdout.write(restored.text)
    return 0


def _annotate(args: argparse.Namespace) -> int:
    from pipeline.annotation import annotate

    params, restoring = _params(), not args.no_restore
    for path in args.paths:
        for text, data in _documents(path, params):
            shown = "" if path == "-" else path
            found = annotate(text, args.standard, params=params, path=shown, data=data, restoring=restoring)
            print(one_line(found))
    return 0


def _keywords(args: argparse.Namespace) -> int:
    from pipeline.annotation import keywords_of

    if args.top < 1:
        raise UsageError("--top must be at least 1")
    params = _params()
    terms = keywords_of((text for text, _ in _documents(args.path, params)), params, top_n=args.top)
    for document in terms:
        if args.path.endswith(".jsonl"):
            print(one_line(document))
        else:
            sys.stdout.writelines(f"{term}\n" for term in document)
    return 0


def _topics(args: argparse.Namespace) -> int:
    from pipeline.annotation import topics_of

    if args.k < 2:
        raise UsageError("--k must be at least 2")
    params = _params()
    texts = [text for text, _ in _documents(args.path, params)]
    try:
        shares = topics_of(texts, params, k=args.k, method=args.method, restoring=not args.no_restore)
    except ValueError as error:
        raise UsageError(f"{args.path}: {error}") from None
    for row, topic, weight in shares:
        print(json.dumps({"row": row, "topic": topic, "weight": weight}))
    return 0


def _keep_topics(args: argparse.Namespace) -> int:
    from pipeline.topics.stage import keep_topics

    try:
        kept = keep_topics(Path.cwd() / "data" / "processed", args.out)
    except FileExistsError:
        raise UsageError(f"{args.out} is there already: take another name, or remove it") from None
    except FileNotFoundError:
        raise UsageError("data/processed holds no topics: run `dvc repro` first") from None
    except OSError as error:
        raise UsageError(str(error)) from None
    if not kept:
        raise UsageError("there are no topics to keep: see notes in data/processed")
    print(f"{kept} topics; name the file in params.yaml: topics.reference: {args.out}", file=sys.stderr)
    return 0


def _kwic(args: argparse.Namespace) -> int:
    from pipeline.kwic import KwicError, kwic

    if not args.term.strip():
        raise UsageError("TERM is empty")
    if args.width < 1:
        raise UsageError("--width must be at least 1")
    try:
        lines = kwic(args.data, args.term, args.width)
    except KwicError as error:
        raise UsageError(str(error)) from None
    printed = False
    for line in lines:
        print(line)
        printed = True
    if not printed:
        print(f"{args.term}: no hit in {args.data}", file=sys.stderr)
    return 0


def _export(args: argparse.Namespace) -> int:
    from pipeline.export import ExportError, export

    try:
        made = export(Path.cwd() / "data" / "processed", args.out, args.format, args.doc)
    except ExportError as error:
        raise UsageError(str(error)) from None
    print(f"{len(made)} file(s) in {args.out}" if len(made) > 1 else made[0], file=sys.stderr)
    return 0


def _bundle(args: argparse.Namespace) -> int:
    from pipeline.bundle import BundleError, bundle

    try:
        made = bundle(Path.cwd(), args.out, with_raw=args.raw)
    except BundleError as error:
        raise UsageError(str(error)) from None
    print(made, file=sys.stderr)
    return 0


def _check(args: argparse.Namespace) -> int:
    from pipeline.ingestion.files import unreadable

    troubles = unreadable(Path.cwd() / "data" / "raw")
    for path, reason in troubles:
        print(f"{path}: {reason}")
    return 1 if troubles else 0


def _params() -> Params:
    """The project's parameters when run inside one, the defaults elsewhere."""
    path = Path.cwd() / "params.yaml"
    return load_params(path) if path.exists() else parse_params({})


def _bytes(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def _documents(path: str, params: Params) -> Iterator[tuple[str, bytes]]:
    """The text and bytes (from which its id is made) of each document of a file of any kind that is read.

    Of a page or a PDF it is the article, of anything else all that stands there. A text may be empty here: whoever
    asks for one has it.
    """
    from pipeline.ingestion.formats.encoding import decode
    from pipeline.ingestion.formats.extracted import Unreadable
    from pipeline.ingestion.readers import kind_of, read
    from pipeline.mapping import Refused

    data = _bytes(path)
    try:
        if path.endswith(".jsonl"):
            for text in _lines(path, decode(data).text):
                yield text, text.encode("utf-8", "surrogatepass")
            return
        kind = kind_of(data, "standard input.txt" if path == "-" else path)
        if kind == "text":
            yield decode(data).text, data
            return
        for document in read(data, path, params.ingestion):
            if isinstance(document, Unreadable):
                raise UsageError(f"{path} row {document.row}: {document.reason}: {document.detail}")
            text = document[1].article
            yield text, text.encode("utf-8", "surrogatepass") if kind in ("csv", "jsonl", "parquet") else data
    except Refused as refusal:
        raise UsageError(f"{path}: {refusal.reason}: {refusal.detail}") from None


def _lines(path: str, jsonl: str) -> Iterator[str]:
    for number, line in enumerate(jsonl.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path} line {number}: not JSON: {getattr(error, 'msg', error)}") from None
        text = record.get("text") if isinstance(record, dict) else None
        if not isinstance(text, str):
            raise UsageError(f"{path} line {number}: no field `text` that is a string")
        yield text
