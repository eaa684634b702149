"""Quality control of an xarray Dataset laid out as Argo's profile files are."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from halocline.model.checked import Checked
from halocline.model.errors import ConfigInvalid
from halocline.model.flags import FLAG_MEANINGS, Flag
from halocline.model.greylist import GreylistEntry
from halocline.qc.argo._arrays import check_arrays
from halocline.qc.argo._suite import ArgoSuite, test_names

if TYPE_CHECKING:
    import xarray as xr

NO_VALUE: Final = 99999.0
"""What Argo writes for a missing number where the dataset was opened without decoding."""
NO_DATE: Final = 999999.0
BESIDE: Final = re.compile(
    r"_(QC(_SOURCE|_TESTS_(FAILED|DONE))?|ADJUSTED|ERROR|FILLED|ORIGIN|SD|LOWER|UPPER|CORRECTED)$"
)
"""Endings of what stands beside a parameter and is none itself."""
ATTRIBUTES: Final = ("PLATFORM_TYPE", "WMO_INST_TYPE", "FLOAT_SERIAL_NO", "FIRMWARE_VERSION",
                     "POSITIONING_SYSTEM")  # fmt: skip


def check_dataset(
    ds: "xr.Dataset",
    *,
    suite: ArgoSuite | None = None,
    now: np.datetime64 | datetime | None = None,
    greylist: Iterable[GreylistEntry] | None = None,
    profile_pressure: npt.ArrayLike = np.nan,
) -> "xr.Dataset":
    """Flags of every parameter of one float: `<P>_QC`, `<P>_QC_TESTS_FAILED`, `<P>_QC_TESTS_DONE`.

    `ds` is a core, B or multi-profile file as xarray opens it, decoded or not, whole or one profile
    of it; of its flags and adjusted values none is looked at. The result has its dimensions, and
    JULD_QC and POSITION_QC beside. Arguments are those of `check_arrays`.

    Raises:
        ConfigInvalid: yours; no PRES, or profiles of several floats.
    """
    import xarray as xr  # noqa: PLC0415 — check_arrays serves those who have none

    if "PRES" not in ds.variables:
        raise ConfigInvalid(f"the dataset has no PRES: it holds {', '.join(map(str, ds))[:200]}")
    dims = ds["PRES"].dims
    if not 1 <= len(dims) <= 2:
        raise ConfigInvalid(f"PRES has dimensions {dims}: one profile, or a row each")
    given: dict[str, Any] = {name: _numbers(ds[name]) for name in _parameters(ds, dims)}
    flags = check_arrays(
        pres=_numbers(ds["PRES"]),
        suite=suite,
        now=now,
        greylist=greylist,
        profile_pressure=profile_pressure,
        **_facts(ds),
        **given,
    )
    found: dict[str, xr.Variable] = {}
    for name, checked in flags.variables.items():
        found |= _variables(name, dims, checked)
    rows = dims[:-1]
    for name, checked in (("JULD", flags.juld), ("POSITION", flags.position)):
        shaped = checked.flag if rows else checked.flag[0]
        found[f"{name}_QC"] = xr.Variable(rows, shaped, _flag_attributes(name))
    return xr.Dataset(found, coords={name: ds.coords[name] for name in dims if name in ds.coords})


def _parameters(ds: "xr.Dataset", dims: tuple[Any, ...]) -> list[str]:
    return [
        str(name)
        for name, one in ds.variables.items()
        if one.dims == dims and one.dtype.kind == "f" and name != "PRES"
        and not BESIDE.search(str(name))
    ]  # fmt: skip


def _numbers(one: "xr.DataArray", missing: float = NO_VALUE) -> npt.NDArray[np.float64]:
    values = np.asarray(one.values, dtype=np.float64)
    fill = one.attrs.get("_FillValue", missing)
    return np.where((values == fill) | (values == missing), np.nan, values)


def _facts(ds: "xr.Dataset") -> dict[str, Any]:
    """What the dataset says of its profiles, as arguments of `check_arrays`."""
    names = {"LATITUDE": "latitude", "LONGITUDE": "longitude"}
    facts: dict[str, Any] = {
        word: _numbers(ds[name]) for name, word in names.items() if name in ds.variables
    }
    if "JULD" in ds.variables:
        dated = ds["JULD"].dtype.kind == "M"
        facts["juld"] = ds["JULD"].values if dated else _numbers(ds["JULD"], NO_DATE)
    if "CYCLE_NUMBER" in ds.variables:
        facts["cycle"] = np.asarray(ds["CYCLE_NUMBER"].values)
    for name, word in {"DIRECTION": "direction", "VERTICAL_SAMPLING_SCHEME": "scheme"}.items():
        if name in ds.variables:
            facts[word] = _texts(ds[name].values)
    held = _texts(ds["PLATFORM_NUMBER"].values) if "PLATFORM_NUMBER" in ds else np.array([""])
    platforms = sorted(set(np.ravel(held).tolist()))
    if len(platforms) > 1:
        shown = ", ".join(platforms[:5])
        raise ConfigInvalid(
            f"{len(platforms)} floats in one dataset ({shown}…): give one at a time"
        )
    said = {name: _texts(ds[name].values) for name in ATTRIBUTES if name in ds.variables}
    attributes = {name: str(np.ravel(text)[-1]) for name, text in said.items() if text.size}
    return {**facts, "platform": platforms[0], "attributes": attributes}


def _texts(value: npt.NDArray[Any]) -> npt.NDArray[np.str_]:
    """Texts without blanks around them, from bytes, words, numbers, or a row of characters each."""
    array = np.asarray(value)
    if array.dtype == np.dtype("S1") and array.ndim == 2:
        array = np.ascontiguousarray(array).view(f"S{array.shape[1]}")[:, 0]
    if array.dtype.kind == "O":
        array = np.array(
            [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
             for one in array.ravel()]
        ).reshape(array.shape)  # fmt: skip
    text = np.char.decode(array, "utf-8", "replace") if array.dtype.kind == "S" else array
    return np.char.strip(text.astype(np.str_))


def _variables(name: str, dims: tuple[Any, ...], checked: Checked) -> dict[str, Any]:
    import xarray as xr  # noqa: PLC0415

    bits = test_names()
    masks = {
        "flag_masks": np.array([1 << bit for bit in bits], dtype=np.uint64),
        "flag_meanings": " ".join(bits.values()),
    }
    words = {"FAILED": "Tests that raised the flag to 3 or 4", "DONE": "Tests that could judge"}
    return {
        f"{name}_QC": xr.Variable(dims, checked.flag, _flag_attributes(name)),
        f"{name}_QC_TESTS_FAILED": xr.Variable(
            dims, checked.failed, {"long_name": f"{words['FAILED']} of {name}", **masks}
        ),
        f"{name}_QC_TESTS_DONE": xr.Variable(
            dims, checked.done, {"long_name": f"{words['DONE']} {name}", **masks}
        ),
    }


def _flag_attributes(name: str) -> dict[str, Any]:
    return {
        "long_name": f"Quality flag of {name} by halocline, independent of the provider's",
        "standard_name": "quality_flag",
        "flag_values": np.array([int(flag) for flag in Flag], dtype=np.int8),
        "flag_meanings": FLAG_MEANINGS,
    }
