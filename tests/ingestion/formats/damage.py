"""Files of which some bytes have been changed, as broken disks and transfers leave them."""

import random
from collections.abc import Callable

from pipeline.mapping import Refused


def outcomes_of_damage(read: Callable[[bytes], object], data: bytes) -> set[str]:
    """What becomes of forty copies with 1 to 400 bytes changed: read, refused; any other error is raised."""
    chance = random.Random(0)
    outcomes = set()
    for count in (1, 4, 40, 400) * 10:
        changed = bytearray(data)
        for _ in range(count):
            changed[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read(bytes(changed))
            outcomes.add("read")
        except Refused:
            outcomes.add("refused")
    return outcomes
