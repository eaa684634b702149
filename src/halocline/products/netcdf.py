"""netCDF-4 files whose bytes depend on their content alone.

The file is written to a folder and read back: the in-memory driver of the library embeds the time
in every object header, the file driver does not (measured with netCDF 4.9 and HDF5 1.14).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import netCDF4
import numpy as np
import numpy.typing as npt

from halocline.model.errors import ContractBroken

Attribute = str | int | float | npt.NDArray[Any] | np.generic
Dims = tuple[str, ...]

COMPRESSION_LEVEL: Final = 4
"""zlib level; 9 gains under 2 % on real floats and takes three times longer."""
CHUNK_BYTES: Final = 1 << 20
"""Upper size of one chunk: a remote reader of one variable fetches little it does not need."""


@dataclass(frozen=True)
class NcVariable:
    """One variable to write.

    `data` is of a number type, or of bytes ("S<n>"), which become characters: one per value for
    n = 1, else along a last dimension STRING<n> that `dims` leaves out. NaN is stored as `fill`;
    without `fill` the variable has no _FillValue and every value is meant.
    """

    name: str
    dims: Dims
    data: npt.NDArray[Any]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    fill: float | None = None


def text(values: npt.ArrayLike, width: int) -> npt.NDArray[np.bytes_]:
    """UTF-8 of strings in `width` bytes each.

    Raises:
        ContractBroken: ours; a string is longer, and cutting it would lose what was received.
    """
    encoded = np.char.encode(np.asarray(values, dtype=np.str_), "utf-8")
    if encoded.dtype.itemsize > width:
        raise ContractBroken(f"a text of {encoded.dtype.itemsize} bytes does not fit in {width}")
    return np.asarray(encoded, dtype=f"S{width}")


def to_bytes(
    *,
    dimensions: Mapping[str, int],
    variables: Sequence[NcVariable],
    attributes: Mapping[str, Attribute],
) -> bytes:
    """Bytes of a netCDF-4 file holding these, in this order; the same arguments, the same bytes.

    Raises:
        ContractBroken: ours; a dimension is empty, or a shape disagrees with its dimensions.
    """
    _refuse_empty(dimensions)
    with TemporaryDirectory(prefix="halocline-") as folder:
        path = Path(folder) / "product.nc"
        with netCDF4.Dataset(path, "w", format="NETCDF4") as dataset:
            dataset.set_fill_off()
            _set(dataset, attributes)
            for name, size in {**dimensions, **_string_dimensions(variables)}.items():
                dataset.createDimension(name, size)
            for variable in variables:
                _check_shape(variable, dimensions)
                _write(dataset, variable)
        return path.read_bytes()


def _refuse_empty(dimensions: Mapping[str, int]) -> None:
    # The library reads size 0 as "unlimited", which would change every layout silently.
    empty = [name for name, size in dimensions.items() if size < 1]
    if empty:
        raise ContractBroken(f"no product has an empty dimension: {', '.join(empty)}")


def _string_dimensions(variables: Sequence[NcVariable]) -> dict[str, int]:
    widths = {v.data.dtype.itemsize for v in variables if v.data.dtype.kind == "S"}
    return {f"STRING{width}": width for width in sorted(widths) if width > 1}


def _check_shape(variable: NcVariable, dimensions: Mapping[str, int]) -> None:
    wanted = tuple(dimensions[name] for name in variable.dims)
    if variable.data.shape != wanted:
        raise ContractBroken(
            f"{variable.name} has shape {variable.data.shape}, its dimensions say {wanted}"
        )


def _write(dataset: Any, variable: NcVariable) -> None:
    data, dims = variable.data, variable.dims
    if data.dtype.kind == "S":
        width = data.dtype.itemsize
        dims = dims if width == 1 else (*dims, f"STRING{width}")
        data = data if width == 1 else _characters(data)
    elif variable.fill is not None and data.dtype.kind == "f":
        data = np.where(np.isnan(data), data.dtype.type(variable.fill), data)
    stored = dataset.createVariable(
        variable.name,
        data.dtype,
        dims,
        fill_value=False if variable.fill is None else variable.fill,
        chunksizes=chunk_shape(data.shape, data.dtype.itemsize) or None,
        **(
            {"compression": "zlib", "complevel": COMPRESSION_LEVEL, "shuffle": True} if dims else {}
        ),
    )
    stored.set_auto_maskandscale(False)
    stored.set_auto_chartostring(False)
    if data.dtype.kind == "S" and len(dims) > len(variable.dims):
        stored.setncattr("_Encoding", "utf-8")
    _set(stored, variable.attributes)
    stored[...] = data


def _characters(data: npt.NDArray[Any]) -> npt.NDArray[Any]:
    flat = np.frombuffer(data.tobytes(), dtype="S1")
    return flat.reshape((*data.shape, data.dtype.itemsize))


def chunk_shape(shape: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """Chunks of whole rows, at most `CHUNK_BYTES` each unless one row alone is larger."""
    if not shape:
        return ()
    row = itemsize * int(np.prod(shape[1:], dtype=np.int64))
    return (min(shape[0], max(1, CHUNK_BYTES // row)), *shape[1:])


def _set(target: Any, attributes: Mapping[str, Attribute]) -> None:
    # A Python int would be stored as 64 bits, which CF readers of attributes do not expect.
    for name, value in attributes.items():
        narrow = np.int32(value) if type(value) is int else value
        target.setncattr(name, narrow)
