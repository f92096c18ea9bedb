"""Products of matrices of small integers, exact and therefore the same on every processor.

Plain loops would be compiled to one multiplication at a time or to sums in memory; written out as vectors, pairs of
16-bit integers are multiplied and added in registers, on x86 by one instruction (``pmaddwd``), twice as many as
floats.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

Array = np.ndarray[tuple[int, ...], np.dtype[Any]]

COLUMNS = 16
"""Of a tile of a product, as many as are summed in registers at once."""
LARGEST = 1 << 13
"""Of the left matrix, absolute."""
HEAVIEST = (1 << 18) - 1
"""Sum of a right matrix's column, absolute: so no sum leaves 32 bits."""

_LANES = COLUMNS // 2
_LINE = 64
_I16, _I32, _I64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
_SUMS, _PAIRS, _PRODUCTS = (ir.VectorType(t, n) for t, n in ((_I32, _LANES), (_I16, COLUMNS), (_I32, COLUMNS)))


def packed(matrix: Array) -> Array:
    """A right matrix (K, N) as ``multiply`` reads it, (blocks, pairs, COLUMNS, 2), filled up with zeros."""
    depth, width = matrix.shape
    blocks, pairs = -(-width // COLUMNS), -(-depth // 2)
    full = np.zeros((2 * pairs, blocks * COLUMNS), np.int16)
    full[:depth, :width] = matrix
    # from the start of a line of the cache on: loads across two lines take twice as long
    room = np.empty(full.size + _LINE // 2, np.int16)
    first = -room.ctypes.data % _LINE // 2
    made = room[first : first + full.size].reshape(blocks, pairs, COLUMNS, 2)
    made[:] = full.reshape(pairs, 2, blocks, COLUMNS).transpose(2, 0, 3, 1)
    return made


@njit(nogil=True)
def multiply(left, right, out):  # type: ignore[no-untyped-def]
    """Set ``out`` (M, N), int32, to ``left`` (M, K), int16, times ``right``, which is ``packed``.

    K must be even, N the packed width, each row in one piece.
    """
    rows, pairs = left.shape[0], right.shape[1]
    whole = rows - rows % 4
    for block in range(right.shape[0]):
        columns = right.ctypes.data + block * right.strides[0]
        sums = out.ctypes.data + block * (COLUMNS * 4)
        for row in range(0, whole, 4):
            _four_rows(
                left.ctypes.data + row * left.strides[0],
                left.strides[0],
                columns,
                pairs,
                sums + row * out.strides[0],
                out.strides[0],
            )
        for row in range(whole, rows):
            _one_row(left.ctypes.data + row * left.strides[0], 0, columns, pairs, sums + row * out.strides[0], 0)


def _tile(rows: int) -> Any:
    """An intrinsic function that sets rows x COLUMNS sums over all pairs; addresses and strides in bytes."""

    def tile(_: Any, left: Any, left_stride: Any, right: Any, pairs: Any, out: Any, out_stride: Any) -> Any:
        return types.void(*[types.intp] * 6), lambda context, b, _, args: _generate(context, b, rows, *args)

    return intrinsic(tile)


def _generate(
    context: Any,
    b: ir.IRBuilder,
    rows: int,
    left: ir.Value,
    left_stride: ir.Value,
    right: ir.Value,
    pairs: ir.Value,
    out: ir.Value,
    out_stride: ir.Value,
) -> ir.Value:
    before, loop, behind = b.block, b.append_basic_block("pairs"), b.append_basic_block("summed")
    b.branch(loop)
    b.position_at_end(loop)
    pair = b.phi(_I64)
    sums = [[b.phi(_SUMS) for _ in range(2)] for _ in range(rows)]
    columns = b.inttoptr(b.add(right, b.mul(pair, _I64(4 * COLUMNS))), _PAIRS.as_pointer())
    weights = [b.sext(b.load(b.gep(columns, [_I64(half)]), align=2), _PRODUCTS) for half in range(2)]
    added = []
    for row in range(rows):
        at = b.add(b.add(left, b.mul(left_stride, _I64(row))), b.mul(pair, _I64(4)))
        both = b.load(b.inttoptr(at, _I32.as_pointer()), align=2)
        spread = b.insert_element(_SUMS(ir.Undefined), both, _I32(0))
        spread = b.shuffle_vector(spread, _SUMS(ir.Undefined), _SUMS([0] * _LANES))
        factors = b.sext(b.bitcast(spread, _PAIRS), _PRODUCTS)
        added.append([b.add(sums[row][half], _pairwise(b, b.mul(factors, weights[half]))) for half in range(2)])
    following = b.add(pair, _I64(1))
    pair.add_incoming(_I64(0), before)
    pair.add_incoming(following, loop)
    for row in range(rows):
        for half in range(2):
            sums[row][half].add_incoming(_SUMS([0] * _LANES), before)
            sums[row][half].add_incoming(added[row][half], loop)
    b.cbranch(b.icmp_signed("<", following, pairs), loop, behind)
    b.position_at_end(behind)
    for row in range(rows):
        at = b.inttoptr(b.add(out, b.mul(out_stride, _I64(row))), _SUMS.as_pointer())
        for half in range(2):
            b.store(added[row][half], b.gep(at, [_I64(half)]), align=4)
    return context.get_dummy_value()


def _pairwise(b: ir.IRBuilder, products: ir.Value) -> ir.Value:
    """Each product and the next one's sum, as LLVM knows ``pmaddwd``."""
    even, odd = (
        b.shuffle_vector(products, _PRODUCTS(ir.Undefined), _SUMS(list(range(first, COLUMNS, 2)))) for first in (0, 1)
    )
    return b.add(even, odd)


_four_rows, _one_row = _tile(4), _tile(1)
