"""Small In Situ TAC files of each generation, written by the netCDF library."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import netCDF4
import numpy as np

GENERATIONS = {
    "1.1": {"format": "NETCDF3_CLASSIC", "dtype": "f4", "fill": np.float32(-999),
            "qc_fill": -128},
    "2018": {"format": "NETCDF3_CLASSIC", "dtype": "f4", "fill": np.float32(-9999.99),
             "qc_fill": -128},
    "2020": {"format": "NETCDF4_CLASSIC", "dtype": "i4", "fill": -2147483647, "qc_fill": -127},
}  # fmt: skip
START = np.datetime64("2020-03-01T00:00:00")


def tac_file(
    columns: Mapping[str, list[list[float]]],
    *,
    generation: str = "2020",
    platform: str = "6200069",
    hours: list[float] | None = None,
    flags: Mapping[str, list[list[int]]] | None = None,
    start: np.datetime64 = START,
    updated: str = "2020-04-01T00:00:00Z",
    data_type: str = "OceanSITES time-series data",
    time_qc: list[int] | None = None,
) -> bytes:
    """Bytes of a file: columns[name] is (n, depths), NaN a fill; flags likewise, 1 where absent."""
    made = GENERATIONS[generation]
    n, depths = np.array(next(iter(columns.values()))).shape
    hours = list(range(n)) if hours is None else hours
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.nc"
        with netCDF4.Dataset(path, "w", format=made["format"]) as out:
            out.setncatts({"platform_code": platform, "data_type": data_type,
                           "date_update": updated, "data_mode": "R"})  # fmt: skip
            for name, size in {"TIME": n, "DEPTH": depths, "LATITUDE": n, "LONGITUDE": n}.items():
                out.createDimension(name, size)
            time = out.createVariable("TIME", "f8", ("TIME",))
            time.units = "days since 1950-01-01T00:00:00Z"
            since = (start - np.datetime64("1950-01-01T00:00:00")) / np.timedelta64(1, "D")
            time[:] = since + np.array(hours) / 24
            stamp_qc = out.createVariable("TIME_QC", "i1", ("TIME",), fill_value=made["qc_fill"])
            stamp_qc[:] = [1] * n if time_qc is None else time_qc
            for name, value in (("LATITUDE", 48.5), ("LONGITUDE", -5.1)):
                out.createVariable(name, "f4", (name,))[:] = np.full(n, value)
            for name, value in columns.items():
                _write(out, name, np.array(value), made, (flags or {}).get(name))
        return path.read_bytes()


def _write(out, name, value, made, flag) -> None:
    dims = ("TIME", "DEPTH")
    kept = out.createVariable(name, made["dtype"], dims, fill_value=made["fill"])
    kept.set_auto_maskandscale(False)
    missing = np.isnan(value)
    if made["dtype"] == "i4":
        kept.setncatts({"scale_factor": np.float32(0.001), "add_offset": np.float32(0)})
        kept[:] = np.where(missing, made["fill"], np.round(np.where(missing, 0, value) * 1000))
    else:
        kept[:] = np.where(missing, made["fill"], value).astype("f4")
    qc = out.createVariable(f"{name}_QC", "i1", dims, fill_value=made["qc_fill"])
    qc.set_auto_maskandscale(False)
    qc[:] = np.where(missing, made["qc_fill"], 1) if flag is None else np.array(flag)
