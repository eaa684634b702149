"""Variables of a netCDF file in memory, raw: no mask, no scale, no characters joined.

Classic files (99 % of Argo's) are read here, without the netCDF library: every number of their
header is checked before it is used, so a broken file is an error and never a crash, and opening
costs a third. HDF5 files go to the library when their superblock promises no more than there is and
it came back from them in another process.
"""

from dataclasses import dataclass
from typing import Any, Final, Protocol

import netCDF4
import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.netcdf import classic, trial

HDF5: Final = b"\x89HDF\r\n\x1a\n"
LIBRARY_FAULTS: Final = (OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError)


class RawFile(Protocol):
    """What decoding needs of a file."""

    def has(self, name: str) -> bool:
        """Whether there is such a variable."""

    def names(self) -> tuple[str, ...]:
        """Every variable, in the order of the file."""

    def general(self, key: str) -> Any:
        """An attribute of the file; None without it."""

    def dimensions(self, name: str) -> tuple[str, ...]:
        """Names of a variable's dimensions."""

    def read(self, name: str) -> npt.NDArray[Any]:
        """All values of a variable as stored, native byte order; characters as S1.

        Raises:
            BadUpstreamData: theirs (MISSING_VARIABLE, UNREADABLE).
        """

    def attribute(self, name: str, key: str) -> Any:
        """An attribute of a variable; None without it."""


def open_raw(content: bytes) -> RawFile:
    """Open a netCDF file that is in memory.

    Raises:
        BadUpstreamData: theirs (EMPTY, NOT_THE_FORMAT, TRUNCATED, UNREADABLE).
    """
    if not content:
        raise BadUpstreamData(Reason.EMPTY, "no bytes")
    if content[:3] == b"CDF":
        return classic.parse(content)
    if content[:8] == HDF5:
        return _open_hdf5(content)
    if not content.strip(b"\0 \r\n\t"):
        raise BadUpstreamData(Reason.EMPTY, f"{len(content)} bytes, all blank")
    shown = content[:60].decode("ascii", "replace").strip()
    raise BadUpstreamData(Reason.NOT_THE_FORMAT, f"not netCDF: begins with {shown!r}")


def _open_hdf5(content: bytes) -> "_Library":
    end = _end_of_hdf5(content)
    if end > len(content):
        raise BadUpstreamData(Reason.TRUNCATED, f"{len(content)} bytes of {end} announced")
    if why := trial.fault_of(content):
        raise BadUpstreamData(Reason.UNREADABLE, why)
    try:
        dataset = netCDF4.Dataset("in-memory.nc", memory=content)
        dataset.set_auto_maskandscale(False)
        dataset.set_auto_chartostring(False)
    except LIBRARY_FAULTS as fault:
        raise BadUpstreamData(Reason.UNREADABLE, str(fault)) from fault
    return _Library(dataset)


def _end_of_hdf5(content: bytes) -> int:
    """End-of-file address of the superblock (HDF5 File Format Specification, section II.A)."""
    version = content[8] if len(content) > 8 else 255
    if version > 3:
        raise BadUpstreamData(Reason.UNREADABLE, f"HDF5 superblock version {version}")
    width = content[13] if version < 2 else content[9]
    place = (24 if version == 0 else 28) + 2 * width if version < 2 else 12 + 2 * width
    if width not in (4, 8) or len(content) < place + width:
        raise BadUpstreamData(Reason.TRUNCATED, "the HDF5 superblock is cut")
    return int.from_bytes(content[place : place + width], "little")


@dataclass(frozen=True)
class _Library:
    dataset: netCDF4.Dataset

    def has(self, name: str) -> bool:
        return name in self.dataset.variables

    def names(self) -> tuple[str, ...]:
        return tuple(self.dataset.variables)

    def general(self, key: str) -> Any:
        try:
            return self.dataset.getncattr(key)
        except LIBRARY_FAULTS:
            return None

    def dimensions(self, name: str) -> tuple[str, ...]:
        return tuple(self._variable(name).dimensions)

    def read(self, name: str) -> npt.NDArray[Any]:
        variable = self._variable(name)
        try:
            return np.asarray(variable[...])
        except LIBRARY_FAULTS as fault:
            raise BadUpstreamData(Reason.UNREADABLE, f"{name}: {fault}") from fault

    def attribute(self, name: str, key: str) -> Any:
        try:
            return self._variable(name).getncattr(key)
        except LIBRARY_FAULTS:
            return None

    def _variable(self, name: str) -> "netCDF4.Variable[Any]":
        if name not in self.dataset.variables:
            raise BadUpstreamData(Reason.MISSING_VARIABLE, f"no variable {name}")
        return self.dataset.variables[name]
