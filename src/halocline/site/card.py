"""What the front page knows of a platform: a few hundred bytes, kept from run to run."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Final, Literal

State = Literal["fresh", "late", "silent", "unknown"]
STATES: Final[tuple[State, ...]] = ("fresh", "late", "silent", "unknown")
DAY_S: Final = 86_400
LATE_FACTOR: Final = 4


@dataclass(frozen=True)
class Part:
    """One current product of a platform."""

    year: int
    """0 for a float, whose one product holds its whole life."""
    version: str
    path: str
    reference_time: str
    n_profiles: int
    n_values: int
    n_flagged: int
    n_filled: int


@dataclass(frozen=True)
class Card:
    """A platform at a glance; `edition` is of the code that made its page."""

    network: str
    platform: str
    title: str
    latitude: float | None
    longitude: float | None
    last: str
    """Time of its last good observation, ISO UTC; empty when none has a date."""
    cadence_s: int
    """Usual time between two observations of late; 0 when there are too few to tell."""
    parts: tuple[Part, ...]
    edition: str

    @property
    def name(self) -> str:
        """How its page is found: argo/6901929."""
        return f"{self.network}/{self.platform}"

    @property
    def limit_s(self) -> int:
        """Age up to which it is fresh: twice its pace and the day data may take to arrive."""
        return 2 * self.cadence_s + DAY_S if self.cadence_s else 0


def state_of(*, age_s: float | None, limit_s: int) -> State:
    """How fresh a platform of that age is."""
    if age_s is None or not limit_s:
        return "unknown"
    if age_s <= limit_s:
        return "fresh"
    return "late" if age_s <= LATE_FACTOR * limit_s else "silent"


def dump_cards(cards: Iterable[Card]) -> bytes:
    """Cards as JSON, in order of their names: the same cards, the same bytes."""
    rows = [asdict(one) for one in sorted(cards, key=lambda one: one.name)]
    return (json.dumps(rows, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def load_cards(content: bytes) -> dict[str, Card]:
    """Cards by name; none of content that another edition wrote in another form."""
    try:
        rows = json.loads(content)
        cards = [_card(row) for row in rows]
    except (ValueError, TypeError, KeyError):
        return {}
    return {one.name: one for one in cards}


def _card(row: Mapping[str, object]) -> Card:
    parts = row["parts"]
    assert isinstance(parts, list)
    fields: dict[str, object] = {**row, "parts": tuple(Part(**part) for part in parts)}
    return Card(**fields)  # type: ignore[arg-type]  # a wrong field is a TypeError, caught above
