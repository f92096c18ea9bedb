"""What compiled inner loops share.

Only the outermost function of a loop is kept on disk by numba, which looks at that one file's date to see whether what
it kept is still good: ``stamp`` its inner functions' sources into it.
"""

import hashlib
from pathlib import Path

from numba import njit

borrowing = njit(_nrt=False)  # type: ignore[call-overload]
"""For inner functions that make no array. numba counts the references to each array that a function is given, which
here would cost more than all else; without its run-time (an option numba keeps for its own use) it does not."""


def stamp(*modules: str) -> str:
    """A hash of the sources of modules, given by their files."""
    return hashlib.sha256(b"".join(Path(module).read_bytes() for module in modules)).hexdigest()
