"""What each variable received is called in a product, where others stand beside it."""

from collections.abc import Iterable
from itertools import count
from typing import Final

from halocline.products.blocks import BESIDE

FRAME: Final = frozenset(
    {"PLATFORM_CODE", "TIME", "TIME_ORIGIN", "LATITUDE", "LONGITUDE", "PRECISE_LATITUDE",
     "PRECISE_LONGITUDE"}
)  # fmt: skip
"""Variables of every product of a station."""
RECEIVED: Final = "_RECEIVED"
"""No variable of ours ends so: a name that takes it cannot meet one."""


def product_names(received: Iterable[str]) -> dict[str, str]:
    """Each name received → its name in the product; another one only where it is taken.

    Taken are the names of the frame, and those a product gives to what stands beside another
    variable: where TEMP was received, TEMP_SD is the uncertainty of its estimates, and a TEMP_SD
    received becomes TEMP_SD_RECEIVED (TEMP_SD_RECEIVED_2 where that was received too). No two
    variables of the product have one name, those beside them included.
    """
    names = list(dict.fromkeys(received))
    beside = {f"{name}{end}" for name in names for end in BESIDE}
    kept = [name for name in names if name not in beside and not _family(name) & FRAME]
    found = {name: name for name in kept}
    taken = set(FRAME).union(*map(_family, kept))
    for name in names:
        if name not in found:
            found[name] = _free(name, taken)
            taken |= _family(found[name])
    return {name: found[name] for name in names}


def _family(name: str) -> set[str]:
    """A variable and all that may stand beside it."""
    return {name, *(f"{name}{end}" for end in BESIDE)}


def _free(name: str, taken: set[str]) -> str:
    first = f"{name}{RECEIVED}"
    candidates = (first if n == 1 else f"{first}_{n}" for n in count(1))
    return next(one for one in candidates if not _family(one) & taken)
