"""Best paths and probabilities of spans, against every path counted one by one."""

from itertools import pairwise, product

import numpy as np
import pytest

from pipeline.recognition.decoding import NEVER, best_path, span_probabilities
from pipeline.recognition.labels import bioes, legal

LABELS = bioes(["LOC"])


def chain(seed: int, length: int) -> tuple[np.ndarray, ...]:
    """Emissions, steps, start and end with illegal steps barred."""
    chance = np.random.default_rng(seed)
    start, steps, end = legal(LABELS)
    zero = np.float32(0)
    return (
        chance.normal(0, 2, (length, len(LABELS))).astype(np.float32),
        np.where(steps, chance.normal(0, 1, steps.shape), NEVER).astype(np.float32),
        np.where(start, zero, NEVER),
        np.where(end, zero, NEVER),
    )


def every_path(
    emissions: np.ndarray, steps: np.ndarray, start: np.ndarray, end: np.ndarray
) -> dict[tuple[int, ...], float]:
    """Score of every sequence."""
    found = {}
    for path in product(range(emissions.shape[1]), repeat=len(emissions)):
        score = float(start[path[0]] + end[path[-1]]) + sum(float(emissions[t, k]) for t, k in enumerate(path))
        found[path] = score + sum(float(steps[a, b]) for a, b in pairwise(path))
    return found


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("length", [1, 2, 5])
def test_the_best_path_is_the_best_of_all(seed: int, length: int) -> None:
    given = chain(seed, length)
    scores = every_path(*given)
    assert tuple(best_path(*given)) == max(scores, key=lambda path: scores[path])


@pytest.mark.parametrize("seed", range(6))
def test_a_spans_probability_is_the_share_of_the_paths_that_have_it(seed: int) -> None:
    given = chain(seed, 5)
    scores = every_path(*given)
    path = tuple(best_path(*given))
    weights = {p: np.exp(s - max(scores.values())) for p, s in scores.items()}
    for first, behind in ((0, 1), (1, 4), (0, 5)):
        share = sum(w for p, w in weights.items() if p[first:behind] == path[first:behind]) / sum(weights.values())
        found = span_probabilities(*given, np.array(path), np.array([(first, behind)]))
        assert found[0] == pytest.approx(share, rel=1e-3)


def test_extreme_scores_do_not_overflow() -> None:
    emissions, *rest = chain(0, 6)
    emissions[:] = -1e4
    emissions[:, 0] = 1e4
    path = best_path(emissions, *rest)
    assert path.tolist() == [0] * 6
    assert span_probabilities(emissions, *rest, path, np.array([(0, 6)]))[0] == pytest.approx(1)
