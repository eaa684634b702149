"""What an examination finds: one line, its state, and what to do about it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx

from halocline.model.errors import HaloclineError

State = Literal["well", "notice", "ill", "unknown"]
ACCESS: Final = "mend the access first, then examine again"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    area: str
    what: str
    state: State
    seen: str
    mend: str = ""

    @property
    def is_red(self) -> bool:
        """Whether an operator has to act; what could not be checked has not passed."""
        return self.state in {"ill", "unknown"}


Check = Callable[..., Iterable[Finding]]


def examined(area: str, what: str, check: Check, *arguments: Any, **named: Any) -> list[Finding]:
    """What `check` finds; a fault of the thing examined ends it with one that is unknown."""
    found: list[Finding] = []
    try:
        for one in check(*arguments, **named):
            found.append(one)  # noqa: PERF402  what was found before a fault is kept
    except (HaloclineError, OSError, TimeoutError, httpx.HTTPError) as fault:
        said = f"could not be checked: {str(fault) or type(fault).__name__}"
        found.append(Finding(area, what, "unknown", said, mend=ACCESS))
    return found


def verdict(
    area: str, what: str, *, good: bool, seen: str, mend: str, otherwise: State = "ill"
) -> Iterator[Finding]:
    """One finding: well when `good`, else `otherwise` with its mend."""
    yield Finding(area, what, "well" if good else otherwise, seen, mend="" if good else mend)
