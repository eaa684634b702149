"""The product of a station's year: every row as received, our flags, the filled series.

Variables are named as in `model.series.variable_name`, or as `variable_names` says where a name
is taken; the time axis is that of `series_axis`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from halocline.model.checked import Checked
from halocline.model.estimates import Filled
from halocline.model.flags import Flag
from halocline.model.gridding import Gridded
from halocline.model.series import Series, SeriesVariable
from halocline.products.blocks import Block, block_variables
from halocline.products.discovery import CREDITS, OWN, Coverage, Credit, global_attributes
from halocline.products.netcdf import Attribute, NcVariable, text, to_bytes
from halocline.products.provenance import Provenance
from halocline.products.scores import DriverUse, GateRow, driver_attributes, gate_attributes
from halocline.products.series_axis import Axis, Placed, place
from halocline.products.units import units_of
from halocline.products.variable_names import product_names
from halocline.products.vocabulary import COASTHF, Parameter, parameter_of

TIME: Final = ("TIME",)
FILL: Final = 9.969209968386869e36
"""netCDF's own fill of a double: providers' numbers for "missing" (-1, -1000) could be values."""
DELIVERY: Final = {"source_file", "received", "date_update"}
"""Attributes of a series that speak of its files: the inputs of the manifest hold them."""
PLACE: Final = "LATITUDE LONGITUDE"


class SeriesFill(Protocol):
    """One variable filled on its grid: see `halocline.learn.filling`."""

    @property
    def filled(self) -> Filled:
        """Complete series on the grid."""

    @property
    def gate(self) -> Sequence[GateRow]:
        """How the method was chosen, one row a gap length."""

    @property
    def drivers(self) -> DriverUse | None:
        """What from outside the station was looked at; None where nothing was."""


def placed_on_axis(
    *,
    series: Series,
    gridded: Mapping[str, Gridded],
    fills: Mapping[str, SeriesFill],
    provenance: Provenance,
) -> Placed:
    """Rows and filled series of the product's year on its time axis."""
    return place(
        series=series,
        gridded=gridded,
        filled={name: one.filled for name, one in fills.items()},
        year=provenance.year,
    )


def encode(
    *,
    series: Series,
    checked: Mapping[str, Checked],
    gridded: Mapping[str, Gridded],
    fills: Mapping[str, SeriesFill],
    provenance: Provenance,
    tests: Mapping[int, str],
) -> bytes:
    """netCDF-4 bytes of one year of a station, of its whole record where the year is 0.

    `series` may reach beyond the year; `fills[name]` is on the grid of `gridded[name]`, made from
    this series; a variable without a fill is written without estimates; `tests` names each bit of
    the test masks.

    Raises:
        ContractBroken: ours; the year holds no stamp, or a filled value is not the measured one.
    """
    placed = placed_on_axis(series=series, gridded=gridded, fills=fills, provenance=provenance)
    axis = placed.axis
    variables = _frame(series, axis)
    names = product_names(series.variables)
    for name, variable in series.variables.items():
        judged = checked_of(name, variable, checked)
        parameter = parameter_of(COASTHF, variable.parameter)
        block = Block(
            name=names[name],
            dims=TIME,
            value=axis.spread(variable.value, absent=np.nan),
            flag_source=axis.spread(variable.flag_source, absent=Flag.MISSING),
            checked=axis.spread_checked(judged),
            parameter=parameter,
            units=units_of(variable.units),
            fill=FILL,
            coordinates=PLACE,
            tests=tests,
            filled=placed.filled.get(name),
            fill_attributes=_fill_attributes(name, gridded, fills) | _direction(parameter),
            value_attributes={
                "sensor_level": variable.level,
                **({} if names[name] == name else {"name_source": name}),
                **_direction(parameter),
            },
        )
        variables += block_variables(block)
    return to_bytes(
        dimensions={"TIME": axis.time.size},
        variables=variables,
        attributes=_attributes(series, axis, provenance),
    )


def checked_of(name: str, variable: SeriesVariable, checked: Mapping[str, Checked]) -> Checked:
    """Judgement of a variable; of one no test looks at, its first flags and empty masks."""
    if name in checked:
        return checked[name]
    none = np.zeros(variable.value.shape, dtype=np.uint64)
    return Checked(flag=variable.first_flag, failed=none, done=none)


def _direction(parameter: Parameter) -> dict[str, Attribute]:
    """CF 4.3: a depth says which way it grows."""
    return {"positive": "down"} if parameter.standard_name == "depth" else {}


def _fill_attributes(
    name: str, gridded: Mapping[str, Gridded], fills: Mapping[str, SeriesFill]
) -> dict[str, Attribute]:
    if name not in fills:
        return {}
    return {
        "grid_step_s": gridded[name].grid.step_s,
        **gate_attributes(fills[name].gate),
        **driver_attributes(fills[name].drivers),
    }


def _frame(series: Series, axis: Axis) -> list[NcVariable]:
    """Who, when and where."""
    seconds = axis.time.astype("datetime64[s]").astype(np.int64).astype(np.float64)
    clock: dict[str, Attribute] = {
        "long_name": "Time, UTC",
        "standard_name": "time",
        "units": "seconds since 1970-01-01 00:00:00",
        "calendar": "standard",
        "units_metadata": "leap_seconds: none",
        "axis": "T",
        "ancillary_variables": "TIME_ORIGIN",
    }
    origin: dict[str, Attribute] = {
        "long_name": "Whether the station sent any value at this time",
        "flag_values": np.array([0, 1], dtype=np.int8),
        "flag_meanings": "received nothing_received",
    }
    code: dict[str, Attribute] = {"long_name": "Code of the station", "cf_role": "timeseries_id"}
    return [
        NcVariable("PLATFORM_CODE", (), text(series.platform, 16), code),
        NcVariable("TIME", TIME, seconds, clock),
        NcVariable("TIME_ORIGIN", TIME, silent(series, axis).astype(np.int8), origin),
        *_positions(series, axis),
    ]


def silent(series: Series, axis: Axis) -> npt.NDArray[np.bool_]:
    """Stamps at which no variable holds a value: added for filling, here or before."""
    held = np.zeros(axis.time.size, dtype=np.bool_)
    for variable in series.variables.values():
        held |= np.isfinite(axis.spread(variable.value, absent=np.nan))
    return ~held


def _positions(series: Series, axis: Axis) -> list[NcVariable]:
    parts = {
        "LATITUDE": (series.latitude, "latitude", "degrees_north", "Y"),
        "LONGITUDE": (series.longitude, "longitude", "degrees_east", "X"),
    }
    nominal = [
        NcVariable(
            name,
            (),
            np.asarray(_median(values)),
            {
                "long_name": f"{standard.capitalize()}, median of those received",
                "standard_name": standard,
                "units": units,
                "axis": axis_letter,
            },
            FILL,
        )
        for name, (values, standard, units, axis_letter) in parts.items()
    ]
    precise = [
        NcVariable(
            f"PRECISE_{name}",
            TIME,
            axis.spread(values, absent=np.nan),
            {
                "long_name": f"{standard.capitalize()} as received",
                "units": units,
                "coverage_content_type": "auxiliaryInformation",
            },
            FILL,
        )
        for name, (values, standard, units, _) in parts.items()
    ]
    return [*nominal, *precise]


def _median(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _title(series: Series, provenance: Provenance) -> str:
    if provenance.year:
        return f"COAST-HF station {series.platform}, {provenance.year}, checked and filled"
    return f"Station {series.platform}, checked and filled"


def _credit(series: Series, provenance: Provenance) -> Credit:
    """Whose data these are: what the files themselves say comes first."""
    base = CREDITS["coasthf"] if provenance.year else OWN
    said = {
        "institution": series.attributes.get("institution", ""),
        "citation": series.attributes.get("citation", ""),
        "licence": series.attributes.get("distribution_statement", ""),
    }
    return replace(base, **{name: text for name, text in said.items() if text})


def _attributes(series: Series, axis: Axis, provenance: Provenance) -> dict[str, Attribute]:
    spoken = ~silent(series, axis)
    rows = axis.row[spoken]
    coverage = Coverage(
        time=axis.time[spoken],
        latitude=series.latitude[rows],
        longitude=series.longitude[rows],
        vertical=np.empty(0),
        vertical_units="m",
    )
    platform = {
        f"platform_{name.lower().removeprefix('platform_')}": value
        for name, value in sorted(series.attributes.items())
        if value and name not in DELIVERY
    }
    return {
        **global_attributes(
            title=_title(series, provenance),
            summary=(
                f"{'One year' if provenance.year else 'The record'} of a coastal station as "
                "received, with quality flags that are "
                "independent of the provider's, gaps filled by the method that won on hidden gaps, "
                "and a 90 % interval for every estimate. <VAR> is measured, <VAR>_FILLED is "
                "complete, <VAR>_ORIGIN tells the measured values of <VAR>_FILLED from the "
                "estimated ones."
            ),
            feature_type="timeSeries",
            parameters=sorted({one.parameter for one in series.variables.values()}),
            coverage=coverage,
            provenance=provenance,
            credit=_credit(series, provenance),
        ),
        "platform_code": series.platform,
        **platform,
    }
