"""Casts as Argo files: mono-profile core and B files, multi-profile, metadata; format 3.1."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from halocline.model.estimates import FloatArray
from halocline.simulate.argo_format import (
    BGC,
    CORE,
    STRINGS,
    bio_variables,
    core_variables,
    meta_variables,
)
from halocline.simulate.casts import Casts
from halocline.simulate.classic import chars, encode
from halocline.simulate.fleet import Float
from halocline.simulate.provider import Publication, profile_letter

Values = dict[str, npt.ArrayLike]
NEAR_SURFACE = (0.2, 0.7, 1.2, 1.7, 2.3, 2.8, 3.4, 3.9, 4.4)
"""Levels of the unpumped scheme, dbar."""
SCHEMES = (
    "Primary sampling: averaged [10 sec sampling, 5 dbar average from bottom to 5 dbar]",
    "Near-surface sampling: discrete, unpumped [auxiliary CTD samples]",
)
TESTS_DONE = "000000000008F37E"
BAD_TEST = "0000000000000000"
FILL = 99999.0


@dataclass(frozen=True)
class Rows:
    """Which casts a file holds, and its two dates as text (YYYYMMDDHHMISS)."""

    casts: npt.NDArray[np.int64]
    created: str
    updated: str
    history: int
    """Records of processing history."""


def stamp(time: np.datetime64) -> str:
    """YYYYMMDDHHMISS of a time."""
    return str(time.astype("datetime64[s]")).translate(str.maketrans("", "", "-T:"))


def core_file(
    casts: Casts,
    publication: Publication,
    rows: Rows,
    *,
    title: str = "Argo float vertical profile",
) -> bytes:
    """PRES, TEMP and PSAL of the casts of `rows`: one for a mono file, all of them for `_prof`."""
    schemes = 2 if casts.plan.near_surface else 1
    values, dimensions = _header(casts, publication, rows, CORE, schemes=schemes)
    values["DATA_TYPE"] = chars("Argo profile", 16)
    for name in CORE:
        values |= _block(casts, publication, rows, name, schemes=schemes)
    return encode(
        core_variables(),
        dimensions=dimensions,
        record="N_HISTORY",
        attributes=_attributes(casts.plan, rows, title),
        values=values,
    )


def bio_file(casts: Casts, publication: Publication, rows: Rows) -> bytes:
    """The biogeochemical parameters of one cast, PRES bare beside them."""
    parameters = ("PRES", *BGC)
    schemes = 2 if casts.plan.near_surface else 1
    values, dimensions = _header(casts, publication, rows, parameters, schemes=schemes)
    values["DATA_TYPE"] = chars("B-Argo profile", 32)
    modes = [[_mode(publication, c, name) if k == 0 else " " for name in parameters]
             for c in rows.casts for k in range(schemes)]  # fmt: skip
    values["PARAMETER_DATA_MODE"] = np.array(modes, dtype="S1")
    for name in parameters:
        values |= _block(casts, publication, rows, name, schemes=schemes)
    return encode(
        bio_variables(parameters),
        dimensions=dimensions,
        record="N_HISTORY",
        attributes=_attributes(casts.plan, rows, "Argo float vertical profile"),
        values=values,
    )


def _mode(publication: Publication, cast: int, name: str) -> str:
    return "R" if name == "PRES" else str(publication.mode[cast].decode())


def parameter_modes(publication: Publication, cast: int) -> str:
    """One letter per parameter of a B file, as in the bio index."""
    return "".join(_mode(publication, cast, name) for name in ("PRES", *BGC))


def meta_file(plan: Float, casts: Casts, *, updated: str) -> bytes:
    """Who and what a float is: platform, sensors, launch, a configuration."""
    sensors = {"PRES": "CTD_PRES", "TEMP": "CTD_TEMP", "PSAL": "CTD_CNDC", "DOXY": "OPTODE_DOXY",
               "NITRATE": "SPECTROPHOTOMETER_NITRATE", "CHLA": "FLUOROMETER_CHLA",
               "BBP700": "BACKSCATTERINGMETER_BBP700"}  # fmt: skip
    names = list(casts.parameters)
    config = ["CONFIG_CycleTime_hours", "CONFIG_ParkPressure_dbar", "CONFIG_ProfilePressure_dbar"]
    deepest = float(np.ceil(casts.true["PRES"].max() / 100) * 100)
    numbers = np.array([240.0, 1000.0, deepest])
    dimensions = STRINGS | {
        "STRING1024": 1024, "STRING128": 128, "N_PARAM": len(names), "N_SENSOR": len(names),
        "N_CONFIG_PARAM": 3, "N_LAUNCH_CONFIG_PARAM": 3, "N_MISSIONS": 1,
        "N_POSITIONING_SYSTEM": 1, "N_TRANS_SYSTEM": 1,
    }  # fmt: skip
    launch = stamp(np.datetime64("1950-01-01", "s") + int((casts.track.juld[0] - 1) * 86400))
    values: Values = {
        "DATA_TYPE": chars("Argo meta-data", 16), "FORMAT_VERSION": chars("3.1", 4),
        "HANDBOOK_VERSION": chars("1.2", 4), "DATE_CREATION": chars(launch, 14),
        "DATE_UPDATE": chars(updated, 14), "PLATFORM_NUMBER": chars(plan.wmo, 8),
        "TRANS_SYSTEM": chars(["IRIDIUM"], 16), "POSITIONING_SYSTEM": chars(["GPS"], 8),
        "PLATFORM_FAMILY": chars("FLOAT", 256), "PLATFORM_TYPE": chars(plan.platform_type[0], 32),
        "PLATFORM_MAKER": chars("NKE", 256), "WMO_INST_TYPE": chars(plan.platform_type[1], 4),
        "FLOAT_SERIAL_NO": chars(f"TWIN-{plan.number:04d}", 32),
        "PROJECT_NAME": chars("TWIN OCEAN", 64), "DATA_CENTRE": chars(plan.institution, 2),
        "PI_NAME": chars("Simulated", 64), "LAUNCH_DATE": chars(launch, 14),
        "LAUNCH_LATITUDE": np.float64(plan.region.latitude),
        "LAUNCH_LONGITUDE": np.float64(plan.region.longitude), "LAUNCH_QC": np.array(b"1"),
        "START_DATE": chars(launch, 14), "START_DATE_QC": np.array(b"1"),
        "LAUNCH_CONFIG_PARAMETER_NAME": chars(config, 128),
        "LAUNCH_CONFIG_PARAMETER_VALUE": numbers,
        "CONFIG_PARAMETER_NAME": chars(config, 128), "CONFIG_PARAMETER_VALUE": numbers[None],
        "CONFIG_MISSION_NUMBER": np.array([1]),
        "SENSOR": chars([sensors[name] for name in names], 32), "PARAMETER": chars(names, 64),
        "PARAMETER_SENSOR": chars([sensors[name] for name in names], 128),
    }  # fmt: skip
    rows = Rows(np.arange(0), launch, updated, 0)
    attributes = _attributes(plan, rows, "Argo float metadata file")
    return encode(
        meta_variables(),
        dimensions=dimensions,
        record="N_MISSIONS",
        attributes=attributes,
        values=values,
    )


def _attributes(plan: Float, rows: Rows, title: str) -> dict[str, str]:
    created, updated = (_iso(text) for text in (rows.created, rows.updated))
    return {
        "title": title,
        "institution": plan.dac.upper(),
        "source": "Argo float",
        "history": f"{created} creation; {updated} last update (halocline twin ocean)",
        "references": "http://www.argodatamgt.org/Documentation",
        "user_manual_version": "3.1",
        "Conventions": "Argo-3.1 CF-1.6",
        "featureType": "trajectoryProfile",
    }


def _iso(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:14]}Z"


def _header(
    casts: Casts,
    publication: Publication,
    rows: Rows,
    parameters: Sequence[str],
    *,
    schemes: int,
) -> tuple[Values, dict[str, int]]:
    """Everything but the levels: identity, place, history, calibration."""
    plan, who, n = casts.plan, np.repeat(rows.casts, schemes), rows.casts.size * schemes
    dimensions = STRINGS | {
        "N_PROF": n, "N_PARAM": len(parameters), "N_LEVELS": casts.value["PRES"].shape[1],
        "N_HISTORY": rows.history, "N_CALIB": 1,
    }  # fmt: skip
    width = 64 if "PSAL" not in parameters else 16
    letters = publication.mode[who]
    if schemes == 2:
        letters[1::2][letters[1::2] == b"D"] = b"R"  # nobody judges the unpumped levels
    mode = letters.astype(np.str_)
    known = chars([list(parameters)] * n, width)
    state = np.where(mode == "D", "2C", "2B").tolist()
    values: Values = {
        "FORMAT_VERSION": chars("3.1", 4), "HANDBOOK_VERSION": chars("1.2", 4),
        "REFERENCE_DATE_TIME": chars("19500101000000", 14),
        "DATE_CREATION": chars(rows.created, 14), "DATE_UPDATE": chars(rows.updated, 14),
        "PLATFORM_NUMBER": chars([plan.wmo] * n, 8), "PROJECT_NAME": chars(["TWIN OCEAN"] * n, 64),
        "PI_NAME": chars(["Simulated"] * n, 64), "STATION_PARAMETERS": known,
        "CYCLE_NUMBER": casts.track.cycle[who], "DIRECTION": np.full(n, b"A"),
        "DATA_CENTRE": chars([plan.institution] * n, 2),
        "DATA_STATE_INDICATOR": chars(state, 4), "DATA_MODE": letters,
        "PLATFORM_TYPE": chars([plan.platform_type[0]] * n, 32),
        "FLOAT_SERIAL_NO": chars([f"TWIN-{plan.number:04d}"] * n, 32),
        "FIRMWARE_VERSION": chars(["1.0"] * n, 32),
        "WMO_INST_TYPE": chars([plan.platform_type[1]] * n, 4),
        "JULD": casts.track.juld[who], "JULD_QC": publication.date_flag[who],
        "JULD_LOCATION": casts.track.juld[who], "LATITUDE": casts.track.latitude[who],
        "LONGITUDE": casts.track.longitude[who], "POSITION_QC": publication.position_flag[who],
        "POSITIONING_SYSTEM": chars(["GPS"] * n, 8),
        "VERTICAL_SAMPLING_SCHEME": chars(list(SCHEMES[:schemes]) * rows.casts.size, 256),
        "CONFIG_MISSION_NUMBER": np.ones(n), "PARAMETER": known[:, None],
    }  # fmt: skip
    if (mode == "D").any():
        values |= _calibration(parameters, mode=mode, date=rows.updated)
    if rows.history:
        values |= _history(plan, rows, n=n)
    return values, dimensions


def _calibration(parameters: Sequence[str], *, mode: npt.NDArray[np.str_], date: str) -> Values:
    """Equation, comment and date of the adjustment, in delayed mode only."""
    texts = [[f"{p}_ADJUSTED = {p}" + (" - drift" if p == "PSAL" else "") for p in parameters]]
    comment = [["Judged with the truth at hand"] * len(parameters)]
    delayed = mode == "D"

    def spread(row: list[list[str]], width: int) -> npt.NDArray[np.bytes_]:
        made = np.broadcast_to(chars(row, width), (mode.size, 1, len(parameters), width)).copy()
        made[~delayed] = b" "
        return made

    return {
        "SCIENTIFIC_CALIB_EQUATION": spread(texts, 256),
        "SCIENTIFIC_CALIB_COMMENT": spread(comment, 256),
        "SCIENTIFIC_CALIB_DATE": spread([[date] * len(parameters)], 14),
    }


def _history(plan: Float, rows: Rows, *, n: int) -> Values:
    """Two records: tests performed, tests failed."""
    two = [["QCP$"] * n, ["QCF$"] * n]
    return {
        "HISTORY_INSTITUTION": chars([[plan.institution] * n] * 2, 4),
        "HISTORY_STEP": chars([["ARGQ"] * n] * 2, 4),
        "HISTORY_SOFTWARE": chars([["TWIN"] * n] * 2, 4),
        "HISTORY_SOFTWARE_RELEASE": chars([["1.0"] * n] * 2, 4),
        "HISTORY_DATE": chars([[rows.updated] * n] * 2, 14),
        "HISTORY_ACTION": chars(two, 4),
        "HISTORY_QCTEST": chars([[TESTS_DONE] * n, [BAD_TEST] * n], 16),
    }


def _block(
    casts: Casts, publication: Publication, rows: Rows, name: str, *, schemes: int
) -> Values:
    """Value, flags, adjusted value and error of one parameter, with the profile's letter."""
    one = publication.judged[name]
    who = rows.casts
    near = 1 if schemes == 2 else 0
    flag = _with_surface(one.flag[who], near=near, surface=b"1", keep=name in CORE)
    adjusted_flag = _with_surface(one.adjusted_flag[who], near=near, surface=b" ", keep=False)
    value = _with_surface(casts.value[name][who], near=near, surface=np.nan, keep=False)
    if near and name in CORE:
        value[1::2, : len(NEAR_SURFACE)] = _surface_values(casts, who, name)
    adjusted = _with_surface(one.adjusted[who], near=near, surface=np.nan, keep=False)
    error = _with_surface(one.error[who], near=near, surface=np.nan, keep=False)
    return {
        name: np.nan_to_num(value, nan=FILL),
        f"{name}_QC": flag,
        f"{name}_ADJUSTED": np.nan_to_num(adjusted, nan=FILL),
        f"{name}_ADJUSTED_QC": adjusted_flag,
        f"{name}_ADJUSTED_ERROR": np.nan_to_num(error, nan=FILL),
        f"PROFILE_{name}_QC": np.array([profile_letter(row) for row in flag], dtype="S1"),
    }


def _with_surface(
    primary: npt.NDArray[np.generic], *, near: int, surface: object, keep: bool
) -> npt.NDArray[np.generic]:
    """Rows of the primary scheme, each followed by one of the near-surface scheme when `near`."""
    if not near:
        return primary.copy()
    blank: object = b" " if primary.dtype.kind == "S" else np.nan
    made = np.full((2 * primary.shape[0], primary.shape[1]), blank, dtype=primary.dtype)
    made[0::2] = primary
    if keep:
        made[1::2, : len(NEAR_SURFACE)] = surface
    return made


def _surface_values(casts: Casts, who: npt.NDArray[np.int64], name: str) -> FloatArray:
    """The unpumped scheme sees the top of the mixed layer: the truth at the shallowest level."""
    levels = np.array(NEAR_SURFACE)
    if name == "PRES":
        return np.broadcast_to(levels, (who.size, levels.size))
    # a fixed ripple of a sensor's last digit, so the levels are not a stuck profile
    ripple = 0.001 * np.cos(3.0 * np.arange(levels.size))[None]
    return np.asarray(np.round(casts.true[name][who, :1] + ripple, 3))
