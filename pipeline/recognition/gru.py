"""A step of a GRU layer (see ``network``), for eight units at once.

Written out as vectors: of a plain loop over so many arrays the compiler does not see that none lies in another, and
takes the units one by one.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from pipeline.recognition.products import LARGEST

LANES = 8
"""Units at once; their number must be a multiple of it."""

_FLAT = 6.0
"""From here on tanh is taken as it is here: 1 to four digits."""
_ABOVE = [n / 2027025 for n in (36, 6930, 270270)]
_BELOW = [n / 2027025 for n in (1, 630, 51975, 945945)]
"""Lambert's continued fraction of tanh(x) / x, cut at the eighth term, as polynomials of x squared, the highest power
first, both ending in 1: within 6e-5."""
_I16, _I32, _I64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
_FLOATS, _INTS, _SHORTS = (ir.VectorType(t, LANES) for t in (ir.FloatType(), _I32, _I16))


@intrinsic
def follow(
    _: Any,
    size: Any,
    base: Any,
    given: Any,
    given_units: Any,
    product: Any,
    units: Any,
    bias: Any,
    state: Any,
    rounded: Any,
) -> Any:
    """Set the ``state`` (``size``,) of a sentence to that after one more character, and ``rounded`` to its steps.

    All are addresses, of rows in one piece: ``base``, ``given_units``, ``units`` (3 ``size``,) float32; ``given`` and
    ``product``, the products of inputs and of the last state, (3 ``size``,) int32; ``bias`` and ``state`` (``size``,)
    float32; ``rounded`` (``size``,) int16.
    """
    return types.void(*[types.intp] * 9), _generate


def _generate(context: Any, b: ir.IRBuilder, _: Any, args: Any) -> ir.Value:
    size, base, given, given_units, product, units, bias, state, rounded = args
    before, loop, behind = b.block, b.append_basic_block("units"), b.append_basic_block("followed")
    b.branch(loop)
    b.position_at_end(loop)
    at = b.phi(_I64)
    at.add_incoming(_I64(0), before)

    def pointer(array: ir.Value, gate: int, kind: ir.VectorType) -> ir.Value:
        element = b.add(at, b.mul(size, _I64(gate)))
        address = b.add(array, b.mul(element, _I64(2 if kind is _SHORTS else 4)))
        return b.inttoptr(address, kind.as_pointer())

    def floats(array: ir.Value, gate: int = 0) -> ir.Value:
        return b.load(pointer(array, gate, _FLOATS), align=4)

    def scaled(array: ir.Value, by: ir.Value, gate: int, more: ir.Value) -> ir.Value:
        return _fma(b, b.sitofp(b.load(pointer(array, gate, _INTS), align=4), _FLOATS), floats(by, gate), more)

    def opened(gate: int) -> ir.Value:
        """The logistic function of x is (1 + tanh(x / 2)) / 2."""
        x = scaled(given, given_units, gate, scaled(product, units, gate, floats(base, gate)))
        return _fma(b, _tanh(b, b.fmul(x, _all(0.5))), _all(0.5), _all(0.5))

    update, reset = opened(0), opened(1)
    inner = scaled(product, units, 2, floats(bias))
    candidate = _tanh(b, _fma(b, reset, inner, scaled(given, given_units, 2, floats(base, 2))))
    new = _fma(b, update, b.fsub(floats(state), candidate), candidate)
    b.store(new, pointer(state, 0, _FLOATS), align=4)
    # nearest, as what is cut off lies between 0 and twice the steps
    steps = b.fptosi(_fma(b, new, _all(LARGEST), _all(LARGEST + 0.5)), _INTS)
    b.store(b.trunc(b.sub(steps, _INTS([LARGEST] * LANES)), _SHORTS), pointer(rounded, 0, _SHORTS), align=2)

    following = b.add(at, _I64(LANES))
    at.add_incoming(following, b.block)
    b.cbranch(b.icmp_signed("<", following, size), loop, behind)
    b.position_at_end(behind)
    return context.get_dummy_value()


def _all(value: float) -> ir.Constant:
    return _FLOATS([float(value)] * LANES)


def _tanh(b: ir.IRBuilder, x: ir.Value) -> ir.Value:
    for sign, past in ((1, ">"), (-1, "<")):
        end = _all(sign * _FLAT)
        x = b.select(b.fcmp_ordered(past, x, end), end, x)
    square = b.fmul(x, x)
    above, below = (_polynomial(b, square, factors) for factors in (_ABOVE, _BELOW))
    return b.fdiv(b.fmul(x, above), below)


def _polynomial(b: ir.IRBuilder, x: ir.Value, factors: list[float]) -> ir.Value:
    value = _all(factors[0])
    for factor in [*factors[1:], 1.0]:
        value = _fma(b, value, x, _all(factor))
    return value


def _fma(b: ir.IRBuilder, x: ir.Value, y: ir.Value, z: ir.Value) -> ir.Value:
    """x y + z, rounded once: the same on every processor, unlike what compilers make of a product and a sum."""
    name = f"llvm.fma.v{LANES}f32"
    function = b.module.globals.get(name) or ir.Function(b.module, ir.FunctionType(_FLOATS, [_FLOATS] * 3), name)
    return b.call(function, [x, y, z])
