import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.mapping import Refused, map_documents, map_isolated, progress


def careful(n):
    if n == 2:
        raise Refused("too even", "it is two")
    if n == 4:
        raise Refused("too even")
    return 10 / (n - 5)


def mapped(function, documents):
    failures = []
    return list(map_documents(function, documents, failures, name="trial")), failures


def test_failures_are_kept_with_their_reason_and_the_others_go_on_in_order():
    results, failures = mapped(careful, [9, 2, 7, 5, 4, 6])
    assert results == [(9, 2.5), (7, 5.0), (6, 10.0)]
    assert failures == [
        (2, "too even", "it is two"),
        (5, "internal error in trial", "ZeroDivisionError: division by zero"),
        (4, "too even", ""),
    ]


def test_documents_are_taken_one_by_one_and_never_held():
    asked = []

    def documents():
        for n in (6, 7, 8):
            asked.append(n)
            yield n

    results = map_documents(careful, documents(), [], name="trial")
    assert asked == []
    assert next(results) == (6, 10.0)
    assert asked == [6]


@pytest.mark.parametrize("error", [ValueError, KeyError, IndexError, TypeError, RecursionError, UnicodeError])
def test_an_error_in_one_document_is_its_reject(error):
    def fail(document):
        raise error("odd")

    _, [(document, reason, detail)] = mapped(fail, ["d"])
    assert (document, reason) == ("d", "internal error in trial")
    assert error.__name__ in detail


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, NameError, ImportError, AssertionError])
def test_what_is_no_fault_of_a_document_stops_the_run(error):
    def fail(document):
        raise error

    with pytest.raises(error):
        mapped(fail, ["d"])


def test_a_missing_model_stops_the_run_and_is_not_taken_for_a_bad_document():
    from pipeline.models import ModelError

    def fail(document):
        raise ModelError("model lac is missing")

    with pytest.raises(ModelError):
        mapped(fail, ["d"])


def test_no_documents_give_no_results():
    assert mapped(careful, []) == ([], [])


def test_progress_is_silent_where_there_is_no_terminal(capsys):
    assert list(progress(range(3), "trial", total=3)) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


def odd(document):
    match document:
        case "sleeps":
            time.sleep(60)
        case "hungry":
            return len(bytearray(4_000_000_000))
        case "dies":
            os.abort()
        case "refused":
            raise Refused("no good", "why")
        case "wrong":
            raise ValueError("odd")
        case "odd":
            raise AttributeError("odd")
        case "chatters":
            os.write(2, b"libfoo: warning\n")
        case "large":
            return "x" * 50_000_000
        case "undefined":
            raise NameError("odd")
        case "where":
            return os.getpid()
    return document.upper()


def isolated(documents, seconds=3.0):
    failures = []
    limits = {"seconds": seconds, "megabytes": 500, "workers": 2}
    return list(map_isolated(odd, documents, failures, name="trial", **limits)), failures


def test_a_document_that_hangs_eats_memory_or_kills_its_process_is_one_reject_and_the_others_go_on_in_order():
    results, failures = isolated(["a", "sleeps", "b", "hungry", "c", "dies", "d", "refused", "wrong", "odd", "e"])
    assert results == [(name, name.upper()) for name in "abcde"]
    assert [(document, reason) for document, reason, _ in failures] == [
        ("sleeps", "takes too long"),
        ("hungry", "needs too much memory"),
        ("dies", "ends its reader"),
        ("refused", "no good"),
        ("wrong", "internal error in trial"),
        ("odd", "internal error in trial"),
    ]
    assert [detail for _, _, detail in failures[3:]] == ["why", "ValueError: odd", "AttributeError: odd"]


def test_an_error_of_the_program_stops_an_isolated_run_too():
    with pytest.raises(NameError):
        isolated(["a", "undefined", "b"])


class Fatal:
    """Ends every process that it is sent to, before it can say that it has it."""

    def __reduce__(self):
        return os._exit, (3,)


def test_processes_that_die_before_they_take_a_document_are_one_error_and_no_endless_wait():
    with pytest.raises(ChildProcessError, match="trial: its processes end"):
        isolated([Fatal(), Fatal()])


def test_a_large_result_comes_back_whole_and_a_parser_s_chatter_stays_off_the_terminal(capfd):
    results, failures = isolated(["large", "chatters"], seconds=30.0)
    assert [len(result) for _, result in results] == [50_000_000, len("chatters")]
    assert failures == []
    assert capfd.readouterr().err == ""


def test_isolated_documents_are_not_read_in_this_process():
    [(_, pid)], _ = isolated(["where"])
    assert pid != os.getpid()


def test_nothing_to_do_in_isolation_starts_nothing():
    assert isolated([]) == ([], [])


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_run_leaves_no_process(stop, tmp_path):
    script = tmp_path / "run.py"
    script.write_text(
        # a shell's background jobs ignore Ctrl-C, and so would this one
        "import signal, sys, time\n"
        "from pipeline.mapping import map_isolated\n"
        "def nap(n):\n    import os\n    os.write(1, b'%d\\n' % os.getpid())\n    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "    list(map_isolated(nap, [1, 2, 3], [], name='trial', seconds=60, megabytes=500, workers=2))\n"
    )
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    pids = [int(process.stdout.readline()) for _ in range(2)]
    process.send_signal(stop)
    process.wait(timeout=20)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(alive(pid) for pid in pids):
        time.sleep(0.1)
    assert [pid for pid in pids if alive(pid)] == []


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
