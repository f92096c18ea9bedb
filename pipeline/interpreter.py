"""What a function may ask of Python itself: threads on all cores, and no search for reference cycles."""

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

D = TypeVar("D")
R = TypeVar("R")


@contextmanager
def uncollected() -> Iterator[None]:
    """Python's search for reference cycles switched off: for work that makes millions of small objects and no cycle.

    Each time there are more of them, the search walks through all; it takes a quarter of such a stage's time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def map_in_threads(function: Callable[[D], R], items: Iterable[D]) -> Iterator[tuple[D, R]]:
    """(item, result) pairs in the order given; for functions that spend their time outside Python's lock.

    The threads live no longer than the call: kept ones would be missing in a process that is forked later. In a
    process of a pool there is one, as the others of the pool have the other cores.
    """
    threads = 1 if multiprocessing.parent_process() else cores()
    if threads == 1:
        yield from ((item, function(item)) for item in items)
        return
    waiting: deque[tuple[D, Future[R]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for item in items:
            waiting.append((item, pool.submit(function, item)))
            # a few ahead keep the threads busy; more would only pile up results
            if len(waiting) > 2 * threads:
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
