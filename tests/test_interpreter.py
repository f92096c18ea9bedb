import threading
import time

import pytest

from pipeline.interpreter import map_in_threads


@pytest.fixture(params=[1, 2, 5])
def threads(request, monkeypatch):
    monkeypatch.setattr("pipeline.interpreter.cores", lambda: request.param)
    return request.param


def test_threads_give_results_in_the_order_given_whichever_ends_first(threads):
    def slow_at_first(n):
        time.sleep(0.02 if n < 3 else 0)
        return n * n

    assert list(map_in_threads(slow_at_first, range(12))) == [(n, n * n) for n in range(12)]
    assert list(map_in_threads(slow_at_first, [])) == []


def test_threads_take_items_as_results_are_asked_for_and_end_with_the_call(threads):
    asked = []

    def items():
        for n in range(1000):
            asked.append(n)
            yield n

    results = map_in_threads(str, items())
    assert next(results) == (0, "0")
    assert len(asked) <= 2 * threads + 1
    results.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("ThreadPool")]


def test_an_error_in_a_thread_is_raised_where_its_result_is_due(threads):
    def fail_at_four(n):
        if n == 4:
            raise LookupError("four")
        return n

    results = map_in_threads(fail_at_four, range(9))
    assert [next(results)[0] for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(LookupError, match="four"):
        next(results)
