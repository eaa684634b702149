"""The COAST-HF half of an archive: monthly and LATEST files of Coriolis-côtier."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from halocline.model.quarantine import Reason
from halocline.simulate.argo_archive import HTML
from halocline.simulate.coast import plan_station, times, true_coast
from halocline.simulate.coast_sensors import AIR, WATER, Record, observe_station
from halocline.simulate.faults import Fault
from halocline.simulate.summary import BadFile, FaultEvent, Parameters, Tally, write_truth

FOLDER: Final = "coasthf/coriolis_cotier_csv"
LATEST_DAYS: Final = 30
SPARE_DAYS: Final = 12
"""Days measured beyond the archive: what a later one adds, without changing the earlier."""
HEADERS: Final = {
    "DRYT": "DRYT LEVEL-1 (degree_Celsius)", "ATMS": "ATMS LEVEL-1 (hectopascal)",
    "WSPD": "WSPD LEVEL-1 (meter/second)", "TEMP": "TEMP LEVEL1 (degree_Celsius)",
    "PSAL": "PSAL LEVEL1 (psu)", "CNDC": "CNDC LEVEL1 (S/m)", "DEPH": "DEPH LEVEL1 (meter)",
    "DOX1": "DOX1 LEVEL1 (ml/l)", "FLU3": "FLU3 LEVEL1 (FFU)",
    "MASS_DOXY": "MASS_DOXY LEVEL1 (milligram/m3)", "OSAT": "OSAT LEVEL1 (%)",
    "TUR4": "TUR4 LEVEL1 (ntu)", "PHPH": "PHPH LEVEL1 (none)",
}  # fmt: skip
DECIMALS: Final = {"TEMP": 3, "PSAL": 3, "CNDC": 3, "DOX1": 3, "FLU3": 3, "MASS_DOXY": 0,
                   "OSAT": 2, "TUR4": 2, "DRYT": 2, "ATMS": 1, "WSPD": 1}  # fmt: skip
LATE_SHARE, CHANGED_SHARE = 0.02, 0.004
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Delivery:
    """Which rows of a record one file holds; `late` (n,) rows it lacks, `fresh` new values."""

    name: str
    rows: Mask
    late: Mask
    fresh: bool


def make_record(number: int, parameters: Parameters) -> Record:
    """Everything a station measures, spare days included; depends only on number and parameters."""
    station = plan_station(number)
    rng = np.random.default_rng([parameters.seed, 3, number])
    last = parameters.end + np.timedelta64(SPARE_DAYS, "D")
    time = times(station, start=np.datetime64(parameters.start, "D"), end=last)
    return observe_station(station, time, true_coast(station, time, rng=rng), rng=rng)


def deliveries(record: Record, *, end: np.datetime64, seed: int) -> Iterator[Delivery]:
    """The files a provider shows on `end`: one a calendar month, and the last LATEST_DAYS.

    The last month's own file was closed early: it lacks rows that came late and holds the first
    version of values changed since; LATEST has both.
    """
    station, shown = record.station, record.time < end
    rng = np.random.default_rng([seed, 4, sum(station.code.encode())])
    late = rng.random(record.time.size) < LATE_SHARE
    month = record.time.astype("datetime64[M]")
    last = month[shown][-1]
    for one in np.unique(month[shown]):
        name = f"OC_{str(one).replace('-', '')}_TS_{station.kind}_{station.code}.csv"
        yield Delivery(name, shown & (month == one), late & (one == last), one != last)
    recent = shown & (record.time >= end - np.timedelta64(LATEST_DAYS, "D"))
    name = f"OC_LATEST_TS_{station.kind}_{station.code}.csv"
    yield Delivery(name, recent, np.zeros_like(late), fresh=True)


def csv_text(record: Record, delivery: Delivery) -> str:
    """The text of one file: header, one row a stamp (air on stamps of its own), QC digits last."""
    rows = np.flatnonzero(delivery.rows & ~delivery.late & ~record.absent)
    station = record.station
    # the pH column comes and goes with the months, as nutrient columns do at real stations
    names = [*WATER[:3], "DEPH", *WATER[3:], *(["PHPH"] if rows.size and _has_ph(record, rows[0])
             else [])]  # fmt: skip
    if station.air:
        names = [*AIR, *names]
    water = [_cells(record, name, rows, fresh=delivery.fresh, blank=name in AIR) for name in names]
    stamps = _stamps(record, rows)
    lines = _lines(record, stamps, water)
    if station.air:
        hourly = rows[np.isfinite(record.value["WSPD"][rows])]
        air = [_cells(record, name, hourly, fresh=True, blank=name not in AIR) for name in names]
        late = record.time[hourly] + np.timedelta64(244, "s")
        lines = sorted([*lines, *_lines(record, late, air)], key=lambda line: line.split(",")[1])
    lead = ["PLATFORM", *(["ARGOS_ID"] if station.argos else []), "DATE (yyyy-mm-ddThh:mi:ssZ)",
            "LATITUDE (degree_north)", "LONGITUDE (degree_east)"]  # fmt: skip
    header = ",".join([*lead, *(HEADERS[name] for name in names), "QC"])
    return "\n".join([header, *lines]) + "\n"


def _has_ph(record: Record, row: int) -> bool:
    month = int(record.time[row].astype("datetime64[M]").astype(np.int64)) % 12
    return record.station.code == "6209001" and month in {2, 3, 4, 9}


def _stamps(record: Record, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
    """Stamps as delivered: late by a few seconds or minutes where the clock drifts."""
    most = record.station.second_drift
    if most == 0:
        return np.asarray(record.time[rows])
    # the lag follows the row's place in the record, so every delivery gives it the same stamp
    lag = np.round(most * (0.75 + 0.25 * np.sin(rows / 900.0)))
    if most < 10:
        lag = np.where(rows % 9 == 4, lag, 0)
    return np.asarray(record.time[rows] + lag.astype("timedelta64[s]"))


def _cells(
    record: Record, name: str, rows: npt.NDArray[np.int64], *, fresh: bool, blank: bool
) -> tuple[list[str], list[str]]:
    """Text and flag of each row in one column."""
    if blank:
        return [""] * rows.size, ["9"] * rows.size
    if name == "DEPH":
        return ["1.5"] * rows.size, ["7"] * rows.size
    if name == "PHPH":
        return ["0"] * rows.size, ["4"] * rows.size
    value, flag = record.value[name][rows], record.flag[name][rows]
    if not fresh:
        # first versions: a value since calibrated, for rows known by their place in the record
        first = (rows * 7919 % 10000) < CHANGED_SHARE * 10000
        value = np.where(first & (record.fault[name][rows] == 0), value * 1.01, value)
    text = f"%.{DECIMALS[name]}f"
    numbers = [text % v if v == v else "" for v in value.tolist()]  # noqa: PLR0124 - NaN
    return numbers, [str(f) for f in flag.tolist()]


def _lines(
    record: Record, stamps: npt.NDArray[np.datetime64], cells: list[tuple[list[str], list[str]]]
) -> list[str]:
    station = record.station
    place = f"{station.latitude:.4f},{station.longitude:.4f}"
    lead = f"{station.code},0x3f," if station.argos else f"{station.code},"
    zeros = "00111" if station.argos else "0111"
    values = zip(*(column for column, _ in cells), strict=True)
    digits = zip(*(flags for _, flags in cells), strict=True)
    dates = np.datetime_as_string(stamps, unit="s").tolist()
    return [
        f"{lead}{date}Z,{place},{','.join(row)},{zeros}{''.join(digit)}"
        for date, row, digit in zip(dates, values, digits, strict=True)
    ]


def bad_months(parameters: Parameters) -> dict[tuple[int, int], Reason]:
    """(number of station, number of month file) of each file gone wrong, and why."""
    reasons = (Reason.TRUNCATED, Reason.NOT_THE_FORMAT, Reason.WRONG_PLATFORM)
    return {(k, 3 + 2 * k): reason for k, reason in enumerate(reasons) if k < parameters.stations}


def write_station(folder: Path, *, number: int, parameters: Parameters, tally: Tally) -> str:
    """Write every file of one station and its truth, month by month; return its code."""
    record = make_record(number, parameters)
    station, root, bad = record.station, folder / FOLDER, bad_months(parameters)
    root.mkdir(parents=True, exist_ok=True)
    for k, delivery in enumerate(deliveries(record, end=parameters.end, seed=parameters.seed)):
        reason = bad.get((number, k))
        text = csv_text(record, delivery)
        tally.counts["rows"] += text.count("\n") - 1
        content = _with_wrong_dates(text, tally, station.code) if (number, k) == (0, 1) else text
        (root / delivery.name).write_bytes(_spoil(content.encode(), station.code, reason))
        tally.counts["csv"] += 1
        if reason is not None:
            tally.bad_files.append(BadFile("coasthf", delivery.name, station.code, reason))
    shown = record.time < parameters.end
    tally.faults.extend(_events(record, shown))
    write_station_truth(folder, record, shown)
    return station.code


def _with_wrong_dates(text: str, tally: Tally, code: str) -> str:
    """Three rows of a month dated in another century by a clock that was reset."""
    lines = text.split("\n")
    for place in (40, 41, 900):
        if place < len(lines) - 1:
            platform, date, rest = lines[place].split(",", 2)
            lines[place] = f"{platform},1980{date[4:]},{rest}"
            kind = Fault.WRONG_DATE.name.lower()
            tally.faults.append(FaultEvent("coasthf", code, date, "TIME", kind, 1))
    return "\n".join(lines)


def _spoil(content: bytes, code: str, reason: Reason | None) -> bytes:
    if reason is Reason.TRUNCATED:
        cut = content[: len(content) // 2]
        return cut[: cut.rfind(b",")]
    if reason is Reason.NOT_THE_FORMAT:
        return HTML
    if reason is Reason.WRONG_PLATFORM:
        return content.replace(code.encode(), b"6209999")
    return content


def _events(record: Record, shown: Mask) -> Iterator[FaultEvent]:
    """Runs of one kind of fault in one variable."""
    for name, codes in record.fault.items():
        place = 0
        for code, run in groupby(codes[shown].tolist()):
            many = len(list(run))
            if code:
                when = f"{record.time[place]}Z"
                kind = Fault(code).name.lower()
                yield FaultEvent("coasthf", record.station.code, when, name, kind, many)
            place += many


def write_station_truth(folder: Path, record: Record, shown: Mask) -> None:
    """Regular stamps (s since 1970), true values (float32) and fault codes of a station."""
    arrays: dict[str, np.ndarray] = {"time": record.time[shown].astype(np.int64)}
    for name, true in record.true.items():
        arrays[name] = true[shown].astype(np.float32)
        arrays[f"{name}_FAULT"] = record.fault[name][shown]
    write_truth(folder / "truth" / "coasthf" / f"{record.station.code}.npz", arrays.items())
