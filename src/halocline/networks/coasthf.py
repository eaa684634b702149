"""The part of a network file that says which stations to follow, and what helps to fill them."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from halocline.model.nearest import did_you_mean
from halocline.model.params import Params
from halocline.networks.fields import (
    Addresses,
    Box,
    FilePattern,
    Filling,
    FixedZone,
    LevelName,
    OutsideCode,
    PlatformCode,
    TimeUnits,
)


class InsituTac(Params):
    """Copernicus Marine In Situ TAC, a second source of the stations of a network."""

    addresses: Addresses
    """Roots of a product (holding `index_latest.txt` or `latest/`, `monthly/`, `history/`)."""
    parts: Annotated[tuple[Literal["history", "monthly", "latest"], ...], Field(min_length=1)] = (
        "history",
        "monthly",
        "latest",
    )
    """A platform's whole life, its months, its last 30 days; what they share is read once."""
    kinds: Annotated[tuple[Literal["MO", "TG", "RF"], ...], Field(min_length=1)] = (
        "MO", "TG", "RF",
    )  # fmt: skip
    """Moorings, tide gauges, river flows: what stays where it is."""
    box: Box | None = None
    """Only platforms observed inside, of those the network asks for."""


class Outside(Params):
    """A platform known from files kept elsewhere: a river, a reanalysis at a point, a buoy.

    Looked at by the stations that name it among their neighbours; no product is made of it.
    """

    addresses: Addresses
    """Where its files are, the next one used when one does not answer."""
    files: Annotated[tuple[FilePattern, ...], Field(min_length=1)]
    """Paths below the addresses; * and ? in a name stand for any letters, where the address can be
    listed. A file a year keeps a new day from asking for the products of all years."""
    separator: str | None = None
    decimal: Literal[".", ","] | None = None
    time: str | None = None
    """The column of time, where its name does not tell."""
    day_order: Literal["dmy", "mdy"] | None = None
    time_units: TimeUnits | None = None
    """What times that are numbers count, such as `days since 1950-01-01`."""
    zone: FixedZone | None = None
    """Of stamps that carry none, such as UTC+1, where the name of their column does not tell."""
    revisions: bool = False
    """Whether, of rows that share a stamp, a later one corrects the earlier ones."""
    rename: dict[str, str] = Field(default_factory=dict)
    """Column → variable."""
    missing: tuple[float, ...] = ()
    """Numbers that stand for "no value", beside those known."""


class CoasthfNetwork(Params):
    """Stations to follow."""

    addresses: Addresses = ()
    """Folders of Coriolis-côtier CSV files, the next one used when one does not answer."""
    insitu_tac: InsituTac | None = None
    """The same stations, or others, as Copernicus In Situ TAC files."""
    everything: bool = False
    """Every station of the sources."""
    stations: tuple[PlatformCode, ...] = ()
    """Platform codes such as 6200443."""
    variables: tuple[str, ...] = ()
    """Parameters to make, such as TEMP; all when empty."""
    neighbours: dict[PlatformCode, tuple[PlatformCode, ...]] = Field(default_factory=dict)
    """Station → platforms whose observations help to fill its gaps, once `retrain` has learned how
    much they are worth; every one among `stations` or `outside`."""
    outside: dict[OutsideCode, Outside] = Field(default_factory=dict)
    """Code → what is no station of this network and helps its stations: rivers, reanalyses."""
    tide: dict[PlatformCode, LevelName] = Field(default_factory=dict)
    """Station → level its tide is told from, by harmonic analysis when `retrain` learns it: a
    variable of its own such as SLEV, or PLATFORM_VARIABLE of a neighbour."""
    tail_weight: float = Field(default=1.0, ge=1.0, le=100.0)
    """How much more a lesson beyond a variable's 5th or 95th percentile counts when `retrain`
    learns: for one who cares for storms and blooms more than for the mean of the year."""
    suite: Path | None = None
    """Thresholds, relative to this file; the shipped ones when not given."""
    filling: Filling = Filling()

    @model_validator(mode="after")
    def _neighbours_are_others(self) -> Self:
        for station, others in self.neighbours.items():
            if station in others:
                raise ValueError(f"{station} is its own neighbour: in an outage it is lost too")
            strange = sorted({station, *others} - {*self.stations, *self.outside})
            if strange and not self.everything:
                meant = did_you_mean(strange[0], {*self.stations, *self.outside})
                raise ValueError(
                    f"neighbours names {', '.join(strange)}, not among stations or outside{meant}"
                )
        both = sorted({*self.stations, *self.neighbours} & set(self.outside))
        if both:
            raise ValueError(f"{', '.join(both)} is of outside: it is no station to be filled")
        return self

    @model_validator(mode="after")
    def _tide_is_told_from_what_is_read(self) -> Self:
        for station, level in self.tide.items():
            if station not in self.stations and not self.everything:
                meant = did_you_mean(station, self.stations)
                raise ValueError(f"tide names {station}, not among stations{meant}")
            known = (*self.stations, *self.outside)
            owner = next((one for one in known if level.startswith(f"{one}_")), station)
            if level.startswith(f"{station}_"):
                raise ValueError(f"tide of {station} from {level}: name its own variable alone")
            if owner != station and owner not in self.neighbours.get(station, ()):
                raise ValueError(
                    f"tide of {station} from {level}: {owner} is not among its neighbours"
                )
        return self

    @model_validator(mode="after")
    def _selects(self) -> Self:
        if bool(self.stations) == self.everything:
            raise ValueError("give stations, or else `everything: true`")
        if not self.addresses and self.insitu_tac is None:
            raise ValueError("give addresses of CSV files, or insitu_tac, or both")
        return self
