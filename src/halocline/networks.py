"""What to pull and how to make it: the model of `deployments/networks/*.yaml`."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeVar

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from halocline.model.digest import digest_of
from halocline.model.errors import ConfigInvalid
from halocline.model.flags import Flag
from halocline.model.lined_yaml import read_model
from halocline.model.params import Params

Dac = Literal[
    "aoml", "bodc", "coriolis", "csio", "csiro", "incois", "jma", "kma", "kordi", "meds", "nmdis"
]
"""The eleven Argo data centres, as the GDAC names their folders."""
NEVER_USABLE: Final = frozenset({Flag.BAD, Flag.NOMINAL, Flag.ESTIMATED, Flag.MISSING})
"""A bad value, one nobody measured and nothing never feed an estimate (design, decision 5)."""


def _address(value: str) -> str:
    if value.startswith(("http://", "https://", "/", "file:///")):
        return value.rstrip("/") or "/"
    raise ValueError("wanted http://…, https://…, /folder or file:///folder")


def _wmo(value: str) -> str:
    if not re.fullmatch(r"\d{5}|\d{7}", value):
        raise ValueError("a WMO number has 5 or 7 digits")
    return value


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", value):
        raise ValueError("wanted lower-case letters, digits, - and _")
    return value


def _file(value: str) -> str:
    parts = value.split("/")
    if not value or value.startswith("/") or ".." in parts or "*" in "/".join(parts[:-1]):
        raise ValueError("wanted a path below the address, * in its last part alone")
    return value


def _code(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]{1,16}", value):
        raise ValueError("wanted a code of 1 to 16 letters and digits")
    return value


def _level(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]\w*", value):
        raise ValueError("wanted a variable such as SLEV, or PLATFORM_VARIABLE of a neighbour")
    return value


def _usable(values: frozenset[int]) -> frozenset[int]:
    never = sorted(values & NEVER_USABLE)
    if never or not values <= set(Flag):
        raise ValueError(f"flags {sorted(NEVER_USABLE)} never feed an estimate, found {never}")
    return values


AsText = BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)
Addresses = Annotated[tuple[Annotated[str, AfterValidator(_address)], ...], Field(min_length=1)]
Part = TypeVar("Part", "ArgoNetwork", "CoasthfNetwork")
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class Box(Params):
    """Degrees; west greater than east crosses the date line."""

    west: Longitude = Field(description="Western edge, degrees east.")
    east: Longitude = Field(description="Eastern edge, degrees east.")
    south: Latitude = Field(description="Southern edge, degrees north.")
    north: Latitude = Field(description="Northern edge, degrees north.")

    @model_validator(mode="after")
    def _not_upside_down(self) -> Self:
        if self.south > self.north:
            raise ValueError(f"south {self.south} is north of north {self.north}")
        return self


class Filling(Params):
    """Which measured values feed an estimate, and how finely estimates are written."""

    usable_flags: Annotated[frozenset[int], AfterValidator(_usable)] = frozenset({0, 1, 2, 5})
    decimals: int = Field(default=4, ge=0, le=8)


class ArgoNetwork(Params):
    """Floats to follow: those that meet every criterion given."""

    addresses: Addresses
    """Roots of a GDAC tree (holding `dac/`), the next one used when one does not answer."""
    everything: bool = False
    """Every float of the archive; for small archives."""
    wmo: tuple[Annotated[str, AsText, AfterValidator(_wmo)], ...] = ()
    box: Box | None = None
    dac: tuple[Dac, ...] = ()
    parameters: tuple[str, ...] = ()
    """Sensors a float must have, by Argo parameter name such as DOXY."""
    bio: bool = True
    """Whether B files are pulled beside core files."""
    suite: Path | None = None
    """Thresholds, relative to this file; the shipped ones when not given."""
    filling: Filling = Filling()

    @model_validator(mode="after")
    def _selects(self) -> Self:
        criteria = bool(self.wmo or self.box or self.dac or self.parameters)
        if criteria == self.everything:
            raise ValueError("give wmo, box, dac or parameters, or else `everything: true`")
        return self


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
    files: Annotated[tuple[Annotated[str, AfterValidator(_file)], ...], Field(min_length=1)]
    """Paths below the addresses; * and ? in a name stand for any letters, where the address can be
    listed. A file a year keeps a new day from asking for the products of all years."""
    separator: str | None = None
    decimal: Literal[".", ","] | None = None
    time: str | None = None
    """The column of time, where its name does not tell."""
    day_order: Literal["dmy", "mdy"] | None = None
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
    stations: tuple[Annotated[str, AsText], ...] = ()
    """Platform codes such as 6200443."""
    variables: tuple[str, ...] = ()
    """Parameters to make, such as TEMP; all when empty."""
    neighbours: dict[Annotated[str, AsText], tuple[Annotated[str, AsText], ...]] = Field(
        default_factory=dict
    )
    """Station → platforms whose observations help to fill its gaps, once `retrain` has learned how
    much they are worth; every one among `stations` or `outside`."""
    outside: dict[Annotated[str, AsText, AfterValidator(_code)], Outside] = Field(
        default_factory=dict
    )
    """Code → what is no station of this network and helps its stations: rivers, reanalyses."""
    tide: dict[Annotated[str, AsText], Annotated[str, AfterValidator(_level)]] = Field(
        default_factory=dict
    )
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
                raise ValueError(
                    f"neighbours names {', '.join(strange)}, not among stations or outside"
                )
        both = sorted({*self.stations, *self.neighbours} & set(self.outside))
        if both:
            raise ValueError(f"{', '.join(both)} is of outside: it is no station to be filled")
        return self

    @model_validator(mode="after")
    def _tide_is_told_from_what_is_read(self) -> Self:
        for station, level in self.tide.items():
            if station not in self.stations and not self.everything:
                raise ValueError(f"tide names {station}, not among stations")
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


class Network(Params):
    """One network file: where observations come from, which ones, and how products are made."""

    name: Annotated[str, AfterValidator(_name)]
    title: str = ""
    argo: ArgoNetwork | None = None
    coasthf: CoasthfNetwork | None = None
    seed: int = Field(default=20261124, ge=0)
    """Of all that is drawn at random: the same inputs give the same bytes."""

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if self.argo is None and self.coasthf is None:
            raise ValueError("wanted a part `argo` or a part `coasthf`")
        return self

    def at(self, *, argo: tuple[str, ...] = (), coasthf: tuple[str, ...] = ()) -> "Network":
        """This network with other addresses; a part without one here is left out."""
        found = {"argo": (self.argo, argo), "coasthf": (self.coasthf, coasthf)}
        parts = {
            name: part.model_dump() | {"addresses": addresses} if part and addresses else None
            for name, (part, addresses) in found.items()
        }
        return Network.model_validate(self.model_dump() | parts)

    def digest(self) -> str:
        """Digest of every choice in it, addresses included."""
        return digest_of(self.model_dump(mode="json"))


def load_network(path: Path) -> Network:
    """Network that a file describes; its suites' paths made absolute.

    Raises:
        ConfigInvalid: the file is missing or faulty; the message names file, line and key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigInvalid(
            f"network file {path} cannot be read ({fault}); `halocline init {path}` writes one"
        ) from fault
    network = read_model(text, model=Network, source=str(path))
    return network.model_copy(
        update={
            "argo": _anchored(network.argo, folder=path.parent),
            "coasthf": _anchored(network.coasthf, folder=path.parent),
        }
    )


def find_network(word: str | Path, *, folder: Path) -> Path:
    """File of a network: the path itself, else `<word>.yaml` in `folder`, else the shipped one.

    Raises:
        ConfigInvalid: a bare word that no file answers to; the message lists those that would.
    """
    path = Path(word)
    if path.suffix or len(path.parts) != 1:
        return path
    places = [folder, *_shipped_networks()]
    for place in places:
        if (place / f"{path}.yaml").is_file():
            return place / f"{path}.yaml"
    known = sorted({file.stem for place in places for file in place.glob("*.yaml")})
    raise ConfigInvalid(
        f"no network is called {str(path)!r}; known: {', '.join(known)}; "
        f"`halocline init {folder / f'{path}.yaml'}` writes one"
    )


def _shipped_networks() -> list[Path]:
    found = find_spec("deployments")
    folders = list(found.submodule_search_locations or []) if found else []
    return [Path(one) / "networks" for one in folders]


def dump_network(network: Network) -> str:
    """Text of a network file that `load_network` reads back as `network`."""
    values = network.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def _anchored(part: Part | None, *, folder: Path) -> Part | None:
    if part is None or part.suite is None:
        return part
    suite = (folder / part.suite).resolve()
    if not suite.is_file():
        raise ConfigInvalid(f"suite {suite}, named in a network file of {folder}, is not a file")
    return part.model_copy(update={"suite": suite})
