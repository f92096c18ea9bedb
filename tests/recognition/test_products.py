"""Integer products: every sum exact, whatever the shape and however large the numbers."""

import numpy as np
import pytest
from numba import njit

from pipeline.recognition.products import COLUMNS, HEAVIEST, LARGEST, multiply, packed


@njit
def product(left, right, out):
    multiply(left, right, out)


def multiplied(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """``multiply``'s answer on packed arrays with one row of nonsense behind, which must stay."""
    depth = len(right) + len(right) % 2
    wide = np.zeros((len(left), depth + 6), np.int16)
    wide[:, : left.shape[1]] = left
    columns = packed(right)
    out = np.full((len(left) + 1, columns.shape[0] * COLUMNS), -7, np.int32)
    product(wide[:, :depth], columns, out[:-1])
    assert (out[-1] == -7).all()
    assert (out[:-1, right.shape[1] :] == 0).all()
    return out[:-1, : right.shape[1]]


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 16, 23])
@pytest.mark.parametrize(("depth", "width"), [(2, 16), (99, 384), (128, 77), (1, 1)])
def test_every_sum_is_the_exact_one(rows: int, depth: int, width: int) -> None:
    chance = np.random.default_rng(rows * depth)
    left = chance.integers(-LARGEST, LARGEST + 1, (rows, depth)).astype(np.int16)
    right = chance.integers(-2000, 2001, (depth, width)).astype(np.int16)
    assert np.array_equal(multiplied(left, right), left.astype(np.int64) @ right.astype(np.int64))


@pytest.mark.parametrize("sign", [1, -1])
def test_the_largest_numbers_allowed_do_not_leave_32_bits(sign: int) -> None:
    right = np.full((16, 16), HEAVIEST // 16)
    right[0] += HEAVIEST % 16
    left = np.full((5, 16), sign * LARGEST)
    assert np.array_equal(multiplied(left, right), left @ right)
    assert abs(multiplied(left, right)[0, 0]) > 2**30


def test_nothing_is_set_for_no_rows() -> None:
    assert multiplied(np.zeros((0, 4), np.int16), np.ones((4, 16), np.int16)).shape == (0, 16)
