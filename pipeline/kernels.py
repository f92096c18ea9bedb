"""What compiled inner loops share."""

import hashlib
from pathlib import Path
from typing import Any

from numba import njit, types
from numba.extending import intrinsic

borrowing = njit(_nrt=False, forceinline=True)  # type: ignore[call-overload]
"""For inner functions that make no array. numba counts the references to each array that a function is given, which
here would cost more than all else; without its run-time (an option numba keeps for its own use) it does not. And they
are put in where they are called: else each call hands over every array that its arguments hold, a hundred words."""


@intrinsic
def ones(_: Any, bits: Any) -> Any:
    """How many bits of an unsigned 64-bit integer are set, as a signed one."""
    return types.int64(types.uint64), lambda context, builder, signature, args: builder.ctpop(args[0])


def stamp(file: str, *names: str) -> str:
    """A digest of the modules ``names`` beside ``file`` that a kernel kept on disk is made of.

    numba looks at one file's date to see whether what it kept is still good, but at what a closure holds too: a kernel
    that calls other modules' functions is defined in a function that is given this.
    """
    sources = (Path(file).with_name(f"{name}.py").read_bytes() for name in names)
    return hashlib.sha256(b"".join(sources)).hexdigest()
