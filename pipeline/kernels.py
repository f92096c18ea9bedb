"""What compiled inner loops share."""

from numba import njit

borrowing = njit(_nrt=False)  # type: ignore[call-overload]
"""For inner functions that make no array. numba counts the references to each array that a function is given, which
here would cost more than all else; without its run-time (an option numba keeps for its own use) it does not."""
