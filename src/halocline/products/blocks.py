"""The variables that stand beside one measured parameter: flags, filled values, uncertainty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.model.checked import Checked
from halocline.model.estimates import INTERVAL_LEVEL, ORIGIN_MEANINGS, Filled, FloatArray, Origin
from halocline.model.flags import FLAG_MEANINGS, Flag, FlagArray
from halocline.products.netcdf import Attribute, Dims, NcVariable
from halocline.products.units import Units
from halocline.products.vocabulary import Parameter

SOURCE_FLAG_MEANINGS: Final = (
    "no_qc_performed good_data probably_good_data potentially_correctable_bad_data bad_data "
    "value_changed not_used nominal_value interpolated_value missing_value"
)
"""Codes 0-9 as the providers use them: Argo reference table 2, Copernicus In Situ table 2."""

MEASUREMENT: Final = "physicalMeasurement"
ESTIMATE: Final = "modelResult"
"""ACDD's word for anything that holds an estimate: a catalogue must not offer it as measured."""
QUALITY: Final = "qualityInformation"

BESIDE: Final = ("_QC_SOURCE", "_QC", "_QC_TESTS_FAILED", "_QC_TESTS_DONE", "_FILLED", "_ORIGIN",
                 "_SD", "_LOWER", "_UPPER")  # fmt: skip
"""Ends of the names of all that may stand beside a variable."""
ESTIMATES: Final = (Origin.INTERPOLATED, Origin.MODELLED)


@dataclass(frozen=True)
class Block:
    """One parameter on its way into a file; every array has the shape of `dims`.

    `filled.value` at measured and adjusted points is what the provider gave, value for value;
    `tests` maps a bit of the masks to the name of its test.
    """

    name: str
    dims: Dims
    value: npt.NDArray[Any]
    flag_source: FlagArray
    checked: Checked
    parameter: Parameter
    units: Units
    fill: float
    coordinates: str
    tests: Mapping[int, str]
    filled: Filled | None = None
    fill_attributes: Mapping[str, Attribute] = field(default_factory=dict)
    """How the gaps of this parameter were filled, and how well the method does."""
    value_attributes: Mapping[str, Attribute] = field(default_factory=dict)


def block_variables(block: Block, *, provided: Sequence[NcVariable] = ()) -> list[NcVariable]:
    """Every variable of one parameter: measured, `provided` by the provider beside it, ours."""
    beside = [_source_flag(block), _flag(block), *_masks(block)]
    estimates = [] if block.filled is None else _estimates(block, block.filled)
    linked = [one.name for one in [*beside, *provided]] + [f"{block.name}_FILLED"] * bool(estimates)
    measured = NcVariable(
        block.name,
        block.dims,
        block.value,
        {
            **quantity(block, block.parameter.long_name, standard_name=True),
            "coverage_content_type": MEASUREMENT,
            **block.value_attributes,
            "ancillary_variables": " ".join(linked),
        },
        block.fill,
    )
    return [measured, *provided, *beside, *estimates]


def quantity(
    block: Block, long_name: str, *, standard_name: bool, modifier: str = ""
) -> dict[str, Attribute]:
    """Attributes of a variable in the unit of the parameter."""
    known = block.parameter.name_in(block.units)
    claimed = known if standard_name else ""
    temperature = "temperature" in known
    kind = "difference" if modifier == "standard_error" else "on_scale"
    attributes: dict[str, Attribute] = {"long_name": long_name}
    if claimed:
        attributes["standard_name"] = f"{claimed} {modifier}".strip()
    attributes["units"] = block.units.cf
    if temperature:
        attributes["units_metadata"] = f"temperature: {kind}"
    if block.units.source != block.units.cf:
        attributes["units_source"] = block.units.source or "none given"
    if block.units.note:
        attributes["comment"] = block.units.note
    if block.coordinates:
        attributes["coordinates"] = block.coordinates
    return attributes


def flag_variable(
    name: str,
    dims: Dims,
    flag: FlagArray,
    *,
    long_name: str,
    ours: bool,
    extra: Mapping[str, Attribute] | None = None,
) -> NcVariable:
    """A flag as int8 without _FillValue: 9 says missing, and a reader keeps integers."""
    meanings = FLAG_MEANINGS if ours else SOURCE_FLAG_MEANINGS
    codes = [int(one) for one in Flag] if ours else list(range(10))
    return NcVariable(
        name,
        dims,
        flag.astype(np.int8),
        {
            "long_name": long_name,
            "standard_name": "quality_flag",
            "flag_values": np.array(codes, dtype=np.int8),
            "flag_meanings": meanings,
            **(extra or {}),
        },
    )


def _coordinates(block: Block) -> dict[str, Attribute]:
    return {"coordinates": block.coordinates} if block.coordinates else {}


def _source_flag(block: Block) -> NcVariable:
    return flag_variable(
        f"{block.name}_QC_SOURCE",
        block.dims,
        block.flag_source,
        long_name=f"Quality flag of {block.name} given by the provider, untouched",
        ours=False,
        extra=_coordinates(block),
    )


def _flag(block: Block) -> NcVariable:
    return flag_variable(
        f"{block.name}_QC",
        block.dims,
        block.checked.flag,
        long_name=f"Quality flag of {block.name} by halocline, independent of the provider's",
        ours=True,
        extra={
            "comment": "0 means that no test could judge the value: it is not a pass",
            "ancillary_variables": f"{block.name}_QC_TESTS_FAILED {block.name}_QC_TESTS_DONE",
            **_coordinates(block),
        },
    )


def _masks(block: Block) -> list[NcVariable]:
    bits = sorted(block.tests)
    shared: dict[str, Attribute] = {
        "flag_masks": np.array([1 << bit for bit in bits], dtype=np.uint64),
        "flag_meanings": " ".join(block.tests[bit] for bit in bits),
    }
    words = {"FAILED": "Tests that raised the flag to 3 or 4", "DONE": "Tests that could judge"}
    masks = {"FAILED": block.checked.failed, "DONE": block.checked.done}
    return [
        NcVariable(
            f"{block.name}_QC_TESTS_{word}",
            block.dims,
            mask.astype(np.uint64),
            {
                "long_name": f"{words[word]} {block.name}, one bit a test",
                **(shared if bits else {}),
                **_coordinates(block),
            },
        )
        for word, mask in masks.items()
    ]


def _estimates(block: Block, filled: Filled) -> list[NcVariable]:
    name, long_name = block.name, block.parameter.long_name
    tidy = rounded(filled, decimals=block.parameter.decimals)
    level = round(100 * INTERVAL_LEVEL)
    beside = [f"{name}_ORIGIN", f"{name}_SD", f"{name}_LOWER", f"{name}_UPPER"]
    values = {
        f"{name}_FILLED": (tidy.value, f"{long_name}, gaps filled", ""),
        f"{name}_SD": (tidy.sd, f"Standard deviation of {name}_FILLED", "standard_error"),
        f"{name}_LOWER": (tidy.lower, f"Lower end of the {level} % interval of {name}_FILLED", ""),
        f"{name}_UPPER": (tidy.upper, f"Upper end of the {level} % interval of {name}_FILLED", ""),
    }
    extra: dict[str, dict[str, Attribute]] = {
        f"{name}_FILLED": {
            "coverage_content_type": ESTIMATE,
            "ancillary_variables": " ".join(beside),
            "estimate_decimals": block.parameter.decimals,
            **block.fill_attributes,
        },
        f"{name}_SD": {"coverage_content_type": QUALITY},
        f"{name}_LOWER": {"coverage_content_type": QUALITY, "interval_level": INTERVAL_LEVEL},
        f"{name}_UPPER": {"coverage_content_type": QUALITY, "interval_level": INTERVAL_LEVEL},
    }
    numbers = {
        key: NcVariable(
            key,
            block.dims,
            data.astype(block.value.dtype),
            {
                **quantity(
                    block,
                    words,
                    standard_name=key.endswith(("_FILLED", "_SD")),
                    modifier=modifier,
                ),
                **extra[key],
            },
            block.fill,
        )
        for key, (data, words, modifier) in values.items()
    }
    return [numbers.pop(f"{name}_FILLED"), _origin(block, filled), *numbers.values()]


def _origin(block: Block, filled: Filled) -> NcVariable:
    return NcVariable(
        f"{block.name}_ORIGIN",
        block.dims,
        filled.origin.astype(np.int8),
        {
            "long_name": f"Where each value of {block.name}_FILLED came from",
            "flag_values": np.array([int(one) for one in Origin], dtype=np.int8),
            "flag_meanings": ORIGIN_MEANINGS,
            **_coordinates(block),
        },
    )


def rounded(filled: Filled, *, decimals: int) -> Filled:
    """Estimates to `decimals`, their uncertainty rounded outwards; given values untouched.

    The last digits of an estimate differ between processors; the digits kept do not, but for a
    value within 1e-12 of a rounding edge. Outwards: an interval never becomes narrower.
    """
    estimated = np.isin(filled.origin, [int(one) for one in ESTIMATES])
    scale = 10.0**decimals

    def outwards(values: FloatArray, *, up: bool) -> FloatArray:
        # Half a unit of the 9th decimal beyond the kept ones: 0.3 must not become 0.3001.
        scaled = np.round(values * scale, 9)
        whole = np.ceil(scaled) if up else np.floor(scaled)
        return np.where(estimated, whole / scale, values)

    return Filled(
        value=np.where(estimated, np.round(filled.value, decimals), filled.value),
        origin=filled.origin,
        sd=outwards(filled.sd, up=True),
        lower=outwards(filled.lower, up=False),
        upper=outwards(filled.upper, up=True),
    )
