"""Small profile and metadata files as a data centre writes them, from a few numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import netCDF4
import numpy as np

WMO = "6902746"
PRIMARY = "Primary sampling: averaged [10 sec sampling]"
NEAR_SURFACE = "Near-surface sampling: averaged, unpumped [10 sec sampling]"
UPDATED = "20200601120000"
RECEIVED = "2020-07-01T00:00:00Z"
_TEXTS = {
    "PROJECT_NAME": (64, "NAOS"), "PI_NAME": (64, "Ann O'Nym"), "DATA_CENTRE": (2, "IF"),
    "PLATFORM_TYPE": (32, "ARVOR"), "WMO_INST_TYPE": (4, "844"),
}  # fmt: skip


@dataclass
class Parameter:
    value: Sequence[float]
    flag: str = ""
    adjusted: Sequence[float] = ()
    adjusted_flag: str = ""
    error: Sequence[float] = ()
    mode: str = ""


@dataclass
class Profile:
    parameters: Mapping[str, Parameter | Sequence[float]]
    cycle: int = 1
    direction: str = "A"
    scheme: str = PRIMARY
    mode: str = "R"
    juld: float = 25_700.5
    latitude: float = 45.0
    longitude: float = -20.0
    wmo: str = WMO
    mission: int = 1
    listed: list[str] = field(default_factory=list)

    def parameter(self, name: str) -> Parameter | None:
        found = self.parameters.get(name)
        return found if found is None or isinstance(found, Parameter) else Parameter(found)


def cast(*values: float, **facts: Any) -> Profile:
    """A core profile: temperatures at 10, 20, 30 … dbar."""
    pressures = [10.0 * (n + 1) for n in range(len(values))]
    return Profile({"PRES": pressures, "TEMP": values, "PSAL": [35.0] * len(values)}, **facts)


def profile_file(
    *profiles: Profile,
    updated: str = UPDATED,
    bio: bool = False,
    without: Sequence[str] = (),
    levels: int = 0,
    kind: str = "NETCDF3_CLASSIC",
) -> bytes:
    names = list(dict.fromkeys(name for one in profiles for name in one.parameters))
    width = max([levels, *(len(p.parameter(n).value) for p in profiles for n in p.parameters)])
    with _Writer(kind) as file:
        file.sizes(N_PROF=len(profiles), N_PARAM=len(names), N_LEVELS=width, N_HISTORY=None)
        file.text("DATE_UPDATE", updated, 14)
        file.texts("PLATFORM_NUMBER", [one.wmo for one in profiles], 8)
        for name, (size, text) in _TEXTS.items():
            file.texts(name, [text] * len(profiles), size)
        file.numbers("CYCLE_NUMBER", "i4", [one.cycle for one in profiles], 99999)
        file.numbers("CONFIG_MISSION_NUMBER", "i4", [one.mission for one in profiles], 99999)
        for name, letters in (
            ("DIRECTION", "".join(one.direction for one in profiles)),
            ("DATA_MODE", "".join(one.mode for one in profiles)),
            ("JULD_QC", "1" * len(profiles)), ("POSITION_QC", "1" * len(profiles)),
        ):  # fmt: skip
            file.letters(name, [letters], ("N_PROF",))
        file.numbers("JULD", "f8", [one.juld for one in profiles], 999999.0)
        file.numbers("JULD_LOCATION", "f8", [one.juld for one in profiles], 999999.0)
        file.numbers("LATITUDE", "f8", [one.latitude for one in profiles], 99999.0)
        file.numbers("LONGITUDE", "f8", [one.longitude for one in profiles], 99999.0)
        file.texts("VERTICAL_SAMPLING_SCHEME", [one.scheme for one in profiles], 256)
        file.stations([[*one.parameters, *one.listed] for one in profiles], len(names))
        if bio:
            modes = [
                "".join((one.parameter(n).mode or one.mode) for n in one.parameters).ljust(
                    file.lengths["N_PARAM"]
                )
                for one in profiles
            ]
            file.letters("PARAMETER_DATA_MODE", modes, ("N_PROF", "N_PARAM"))
        for name in names:
            file.parameter(
                name, [one.parameter(name) for one in profiles], bare=bio and name == "PRES"
            )
        file.history()
        file.drop(without)
    return file.content


def meta_file(wmo: str = WMO, *, pressures: Mapping[int, float] | None = None) -> bytes:
    pressures = {1: 2000.0} if pressures is None else pressures
    with _Writer("NETCDF3_CLASSIC") as file:
        file.sizes(N_CONFIG_PARAM=2, N_MISSIONS=len(pressures))
        file.text("PLATFORM_NUMBER", wmo, 8)
        file.text("DATE_UPDATE", UPDATED, 14)
        file.text("PLATFORM_TYPE", "ARVOR_D", 32)
        file.text("FLOAT_OWNER", "Euro-Argo", 64)
        names = ["CONFIG_CycleTime_hours", "CONFIG_ProfilePressure_dbar"]
        file.texts("CONFIG_PARAMETER_NAME", names, 128, "N_CONFIG_PARAM")
        file.numbers("CONFIG_MISSION_NUMBER", "i4", list(pressures), 99999, ("N_MISSIONS",))
        values = [[240.0, one] for one in pressures.values()]
        file.numbers(
            "CONFIG_PARAMETER_VALUE", "f8", values, 99999.0, ("N_MISSIONS", "N_CONFIG_PARAM")
        )
    return file.content


class _Writer:
    """Variables are kept, then written: a dropped one was never there."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.lengths: dict[str, int | None] = {}
        self.made: dict[str, tuple[str, tuple[str, ...], Any, Any, str]] = {}
        self.content = b""

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *fault: object) -> None:
        if fault[0] is not None:
            return
        data = netCDF4.Dataset("sample.nc", "w", format=self.kind, memory=1024)
        for name, size in self.lengths.items():
            data.createDimension(name, size)
        for name, (kind, dimensions, values, fill, units) in self.made.items():
            variable = data.createVariable(name, kind, dimensions, fill_value=fill)
            variable.set_auto_maskandscale(False)
            variable.set_auto_chartostring(False)
            if units:
                variable.units = units
            if np.size(values):
                variable[...] = values
        self.content = bytes(data.close())

    def sizes(self, **lengths: int | None) -> None:
        self.lengths |= lengths

    def text(self, name: str, text: str, size: int) -> None:
        self._strings(name, np.array([text]), size, ())

    def texts(self, name: str, texts: Sequence[str], size: int, first: str = "N_PROF") -> None:
        self._strings(name, np.array(texts), size, (first,))

    def stations(self, names: Sequence[Sequence[str]], count: int) -> None:
        wide = max(count, *(len(row) for row in names))
        self.lengths["N_PARAM"] = wide
        self._strings(
            "STATION_PARAMETERS",
            np.array([[*row, *[""] * (wide - len(row))] for row in names]),
            64, ("N_PROF", "N_PARAM"),
        )  # fmt: skip

    def _strings(self, name: str, texts: Any, size: int, first: tuple[str, ...]) -> None:
        width = f"STRING{size}"
        self.lengths[width] = size
        cells = np.char.ljust(texts.astype(f"S{size}"), size)
        shape = texts.shape if first else ()
        self.made[name] = ("S1", (*first, width), cells.view("S1").reshape(*shape, size), b" ", "")

    def letters(self, name: str, rows: Sequence[str], dimensions: tuple[str, ...]) -> None:
        values = np.array([list(row) for row in rows], "S1")
        shape = values.reshape(-1) if len(dimensions) == 1 else values
        self.made[name] = ("S1", dimensions, shape, b" ", "")

    def numbers(
        self,
        name: str,
        kind: str,
        values: Any,
        fill: float,
        dimensions: tuple[str, ...] = ("N_PROF",),
    ) -> None:
        self.made[name] = (kind, dimensions, np.array(values, kind), fill, "")

    def parameter(self, name: str, found: Sequence[Parameter | None], *, bare: bool) -> None:
        shape = ("N_PROF", "N_LEVELS")
        width = self.lengths["N_LEVELS"]

        def numbers(rows: Sequence[Sequence[float]]) -> Any:
            filled = np.full((len(rows), width), 99999.0, np.float32)
            for place, row in enumerate(rows):
                filled[place, : len(row)] = row
            return filled

        def letters(rows: Sequence[str]) -> Any:
            return np.array([list(row.ljust(width)) for row in rows], "S1")

        all_of = [one or Parameter([]) for one in found]
        self.made[name] = (
            "f4",
            shape,
            numbers([p.value for p in all_of]),
            99999.0,
            f"unit of {name}",
        )
        if bare:
            return
        flags = [p.flag or "1" * len(p.value) for p in all_of]
        self.made[f"{name}_QC"] = ("S1", shape, letters(flags), b" ", "")
        adjusted = f"{name}_ADJUSTED"
        self.made[adjusted] = ("f4", shape, numbers([p.adjusted for p in all_of]), 99999.0, "")
        quality = letters([p.adjusted_flag for p in all_of])
        self.made[f"{adjusted}_QC"] = ("S1", shape, quality, b" ", "")
        self.made[f"{adjusted}_ERROR"] = (
            "f4",
            shape,
            numbers([p.error for p in all_of]),
            99999.0,
            "",
        )

    def history(self) -> None:
        self.lengths |= {"STRING4": 4}
        shape = ("N_HISTORY", "N_PROF", "STRING4")
        count = self.lengths["N_PROF"]
        for name in ("HISTORY_STEP", "HISTORY_ACTION"):
            self.made[name] = ("S1", shape, np.full((3, count, 4), b"Q", "S1"), b" ", "")

    def drop(self, names: Sequence[str]) -> None:
        for name in names:
            self.made.pop(name)
