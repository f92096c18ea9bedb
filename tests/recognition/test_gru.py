"""A step of a GRU layer beside its equations."""

import numpy as np
import pytest
from numba import njit

from pipeline.recognition.gru import LANES, follow
from pipeline.recognition.products import LARGEST

GUARD = 7
"""Elements behind each row that must stay as they are."""


@njit
def run(size, base, given, given_units, product, units, bias, state, rounded):  # type: ignore[no-untyped-def]
    follow(
        size,
        base.ctypes.data,
        given.ctypes.data,
        given_units.ctypes.data,
        product.ctypes.data,
        units.ctypes.data,
        bias.ctypes.data,
        state.ctypes.data,
        rounded.ctypes.data,
    )


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("size", [LANES, 3 * LANES])
@pytest.mark.parametrize("spread", [0.1, 1.0, 30.0])
def test_a_step_is_that_of_the_equations(size: int, spread: float) -> None:
    chance = np.random.default_rng(size)

    def row(count: int) -> np.ndarray:
        return chance.normal(0, spread, count).astype(np.float32)

    base, bias = row(3 * size), row(size)
    given, product = (chance.integers(-(10**6), 10**6, 3 * size).astype(np.int32) for _ in range(2))
    given_units, units = (chance.uniform(0, spread * 1e-6, 3 * size).astype(np.float32) for _ in range(2))
    before = chance.uniform(-1, 1, size + GUARD).astype(np.float32)
    state, rounded = before.copy(), np.full(size + GUARD, -5, np.int16)
    run(size, base, given, given_units, product, units, bias, state, rounded)

    x, h = (a.astype(np.float64).reshape(3, size) for a in (given * given_units + base, product * units))
    update, reset = logistic(x[0] + h[0]), logistic(x[1] + h[1])
    candidate = np.tanh(x[2] + reset * (h[2] + bias))
    wanted = candidate + update * (before[:size] - candidate)
    # tanh is within 6e-5, the gates within half of that, of which one multiplies the recurrent part
    assert (np.abs(state[:size] - wanted) <= 2e-4 + 6e-5 * np.abs(h[2] + bias)).all()
    assert np.abs(rounded[:size] - state[:size] * LARGEST).max() <= 0.51
    assert (state[size:] == before[size:]).all()
    assert (rounded[size:] == -5).all()


def test_what_is_far_off_stays_within_one() -> None:
    size = LANES
    big = np.full(3 * size, 2**31 - 1, np.int32)
    one, none, state, rounded = (
        np.full(3 * size, 1e3, np.float32),
        np.zeros(3 * size, np.float32),
        np.zeros(size, np.float32),
        np.zeros(size, np.int16),
    )
    for sign in (1, -1):
        # the update gate shut, the candidate beyond all
        closed = np.concatenate([np.full(size, -1e9, np.float32), np.zeros(2 * size, np.float32)])
        run(size, closed, sign * big, np.where(closed < 0, 0, one).astype(np.float32), big, none, none, state, rounded)
        assert np.abs(state).max() <= 1.0001
        assert (np.sign(state) == sign).all()
        assert np.abs(rounded).max() <= LARGEST + 1
