"""Maps a function over documents. Knows no stage: executors stand apart from steps."""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from tqdm import tqdm

from pipeline.interpreter import cores

D = TypeVar("D")
R = TypeVar("R")

_FAULTS = (ValueError, ArithmeticError, LookupError, TypeError, RecursionError)
"""Errors that a document can cause in our own functions; any other is the program's and stops the run."""
_BROKEN = "{}: its processes end before they take a document: is there too little memory?"


class Refused(Exception):
    """Raised by a document function that cannot use its document: the document becomes a reject."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def progress(items: Iterable[D], name: str, *, total: int | None = None, unit: str = "doc") -> Iterator[D]:
    """Pass ``items`` on, with a bar (done, rate, time left) on a terminal and nothing elsewhere."""
    return iter(tqdm(items, desc=name, total=total, unit=unit, disable=None, file=sys.stderr))


def map_documents(
    function: Callable[[D], R],
    documents: Iterable[D],
    failures: list[tuple[D, str, str]],
    *,
    name: str,
    total: int | None = None,
) -> Iterator[tuple[D, R]]:
    """Apply ``function`` to each document on its own; one document's failure never stops the others.

    Yields (document, result) pairs in the order given, as they are made, and adds (document, reason, detail) to
    ``failures`` for each document that failed.
    """
    for document in progress(documents, name, total=total):
        answer = _answered(function, document, name)
        if isinstance(answer, _Failed):
            failures.append((document, answer.reason, answer.detail))
        else:
            yield document, answer.result


def map_isolated(
    function: Callable[[D], R],
    documents: Sequence[D],
    failures: list[tuple[D, str, str]],
    *,
    name: str,
    seconds: float,
    megabytes: int,
    workers: int | None = None,
) -> Iterator[tuple[D, R]]:
    """The same in processes of their own, in the same order, with a time limit and a memory limit for each document.

    For functions that hand hostile bytes to other people's parsers. ``function``, documents and results must pickle.
    ``megabytes`` is what a process may take beyond what it has once it has loaded ``function``. A document that goes
    over a limit, ends its process or raises anything is a failure like any other; only errors of import and of names
    stop the run. Raises ``ChildProcessError`` if no process can be started or all end before they take a document,
    which no document can cause.
    """
    from pebble import ProcessPool

    if not documents:
        return
    processes = workers or max(1, min(len(documents), cores()))
    # with the function among the arguments of the start, what it imports is loaded before memory is limited: a process
    # that fails to load a task says nothing, and the task would wait forever
    pool = ProcessPool(
        max_workers=processes,
        initializer=_limited,
        initargs=(megabytes, os.getpid(), function),
        context=get_context("spawn"),
    )
    waiting: deque[tuple[D, Any]] = deque()
    upcoming = iter(documents)
    try:
        for document in progress(documents, name, total=len(documents)):
            # a few ahead keep the processes busy; more would only pile up results
            while len(waiting) < 4 * processes and (following := next(upcoming, None)) is not None:
                waiting.append((following, _scheduled(pool, function, following, name, seconds)))
            _, future = waiting.popleft()
            answer = _awaited(future, name, seconds)
            if isinstance(answer, _Failed):
                failures.append((document, answer.reason, answer.detail))
            else:
                yield document, answer.result
        pool.close()
    finally:
        pool.stop()
        pool.join()


class _Made(NamedTuple):
    result: Any


class _Failed(NamedTuple):
    reason: str
    detail: str


def _answered(function: Callable[[D], R], document: D, name: str) -> _Made | _Failed:
    try:
        return _Made(function(document))
    except Refused as refusal:
        return _Failed(refusal.reason, refusal.detail)
    except _FAULTS as error:
        return _Failed(f"internal error in {name}", f"{type(error).__name__}: {error}")


def _answered_in_isolation(function: Callable[[D], R], document: D, name: str) -> _Made | _Failed:
    """The same, where whatever a parser raises is its document's fault: nobody lists what all of them raise."""
    try:
        return _answered(function, document, name)
    except (ImportError, NameError):
        raise
    except MemoryError:
        return _Failed("needs too much memory", "more than reading one file may take")
    except Exception as error:
        return _Failed(f"internal error in {name}", f"{type(error).__name__}: {error}")


def _scheduled(pool: Any, function: Callable[[D], R], document: D, name: str, seconds: float) -> Any:
    try:
        return pool.schedule(_answered_in_isolation, args=(function, document, name), timeout=seconds)
    except RuntimeError:  # which a broken pool raises
        raise ChildProcessError(_BROKEN.format(name)) from None


def _awaited(future: Any, name: str, seconds: float) -> _Made | _Failed:
    from pebble import ProcessExpired

    try:
        answer: _Made | _Failed = future.result()
    except BrokenProcessPool:
        raise ChildProcessError(_BROKEN.format(name)) from None
    except TimeoutError:
        return _Failed("takes too long", f"stopped after {seconds:g} seconds")
    except ProcessExpired:
        # parsers in C end the process when they are out of memory or stumble
        return _Failed("ends its reader", "the process that read it died: too much memory, or a fault in the reader")
    return answer


def _limited(megabytes: int, parent: int, _loaded: Callable[..., Any]) -> None:
    """In a new process: its memory limited, and Ctrl-C left to the parent, with which it ends.

    Answers go back by a pipe, so all that comes on standard error from here on is a parser's chatter.
    """
    import ctypes
    import resource

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 2)
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: also when the parent is killed outright
        if os.getppid() != parent:
            os._exit(1)
