import pytest

from pipeline.mapping import Refused, map_documents, progress


def careful(n):
    if n == 2:
        raise Refused("too even", "it is two")
    if n == 4:
        raise Refused("too even")
    return 10 / (n - 5)


def test_failures_are_kept_with_their_reason_and_the_others_go_on_in_order():
    results, failures = map_documents(careful, [9, 2, 7, 5, 4, 6], name="trial")
    assert results == [(9, 2.5), (7, 5.0), (6, 10.0)]
    assert failures == [
        (2, "too even", "it is two"),
        (5, "internal error in trial", "ZeroDivisionError: division by zero"),
        (4, "too even", ""),
    ]


@pytest.mark.parametrize("error", [ValueError, KeyError, IndexError, TypeError, RecursionError, UnicodeError])
def test_an_error_in_one_document_is_its_reject(error):
    def fail(document):
        raise error("odd")

    _, [(document, reason, detail)] = map_documents(fail, ["d"], name="trial")
    assert (document, reason) == ("d", "internal error in trial")
    assert error.__name__ in detail


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, NameError, ImportError, AssertionError])
def test_what_is_no_fault_of_a_document_stops_the_run(error):
    def fail(document):
        raise error

    with pytest.raises(error):
        map_documents(fail, ["d"], name="trial")


def test_a_missing_model_stops_the_run_and_is_not_taken_for_a_bad_document():
    from pipeline.models import ModelError

    def fail(document):
        raise ModelError("model lac is missing")

    with pytest.raises(ModelError):
        map_documents(fail, ["d"], name="trial")


def test_no_documents_give_no_results():
    assert map_documents(careful, [], name="trial") == ([], [])


def test_progress_is_silent_where_there_is_no_terminal(capsys):
    assert list(progress(range(3), "trial", total=3)) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")
