"""A series as somebody received it: a product of ours is no such thing."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from halocline.model.errors import BadUpstreamData, ConfigInvalid
from halocline.sources.netcdf.container import open_raw
from halocline.sources.series_file import CsvOptions, SeriesRead, opened, read_series

NETCDF = (b"CDF", b"\x89HDF", b"\x1f\x8b")
"""How netCDF of either kind begins, and a .gz, which may hold one."""


def read_received(
    paths: Sequence[Path], *, received: np.datetime64, options: CsvOptions | None = None
) -> SeriesRead:
    """As `sources.series_file.read_series`, of files that are not products of halocline.

    In a product, flags, estimates and their uncertainty stand beside what was measured: read as
    received, each of them would be taken for a variable, and estimates for measurements.

    Raises:
        ConfigInvalid: the operator's; as `read_series`, or a file is a product of halocline.
    """
    for path in paths:
        software = _software_of(path)
        if software.startswith("halocline"):
            raise ConfigInvalid(
                f"{path} is a product of {software}, which holds estimates: give the files that "
                "were received"
            )
    return read_series(paths, received=received, options=options)


def _software_of(path: Path) -> str:
    """What a netCDF file says made it; '' for any other, and for one that cannot be read."""
    try:
        with path.open("rb") as file:
            if not file.read(4).startswith(NETCDF):
                return ""
        content = opened(path.read_bytes())
        return str(open_raw(content).general("processing_software") or "")
    except (OSError, BadUpstreamData):
        return ""  # `read_series` says so of the same file, and says what is wrong
