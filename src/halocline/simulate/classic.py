"""Classic netCDF-3 (CDF-1) bytes, written directly: the format of 99 % of the files of Argo.

The netCDF library writes to a path and costs 3–6 ms a file; an archive has thousands. A header
here is made of parts that never change (names, attributes) and offsets that do.

Source: NetCDF Classic and 64-bit Offset File Formats, NASA ESDS-RFC-011v2, section 2.
"""

import functools
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

CODES: Final = {"c": 2, "i": 4, "f": 5, "d": 6}
DTYPES: Final = {"c": "S1", "i": ">i4", "f": ">f4", "d": ">f8"}
_DIMENSIONS, _VARIABLES, _ATTRIBUTES = 10, 11, 12

Attributes = tuple[tuple[str, str | float], ...]


@dataclass(frozen=True)
class Variable:
    """One variable: `kind` is c (char), i (int32), f (float32) or d (float64)."""

    name: str
    kind: str
    dimensions: tuple[str, ...]
    attributes: Attributes

    @functools.cached_property
    def fill(self) -> Any:
        """What a cell holds when nothing is written to it."""
        value = dict(self.attributes).get("_FillValue", " ")
        return str(value).encode() if self.kind == "c" else value


def encode(
    variables: Sequence[Variable],
    *,
    dimensions: Mapping[str, int],
    record: str,
    attributes: Mapping[str, str],
    values: Mapping[str, npt.ArrayLike],
) -> bytes:
    """Write one file; variables absent from `values` hold their fill value.

    `record` names the unlimited dimension: its length is in `dimensions` as well; variables on it
    have it first.

    Raises:
        ValueError: values of another shape than the dimensions (ours).
    """
    places = {name: place for place, name in enumerate(dimensions)}
    fixed: list[tuple[Variable, bytes]] = []
    records: list[tuple[Variable, bytes]] = []
    for variable in variables:
        data = _bytes(variable, dimensions=dimensions, value=values.get(variable.name))
        (records if record in variable.dimensions[:1] else fixed).append((variable, data))
    length = dimensions.get(record, 0)
    sizes = {v.name: _padded(len(d)) for v, d in fixed}
    sizes |= {v.name: _padded(_record_bytes(v, dimensions)) for v, _ in records}
    lead = struct.pack(">4sI", b"CDF\x01", length)
    lead += _dimension_list(tuple(dimensions.items()), record) + _attribute_list(
        tuple(attributes.items()), "c"
    )
    lead += struct.pack(">II", _VARIABLES, len(variables))
    parts = [_declaration(v, tuple(places[d] for d in v.dimensions)) for v in variables]
    offset = len(lead) + sum(len(part) + 8 for part in parts)
    begins: dict[str, int] = {}
    for variable, _ in [*fixed, *records]:
        begins[variable.name] = offset
        offset += sizes[variable.name]
    header = [
        part + struct.pack(">II", sizes[v.name], begins[v.name])
        for part, v in zip(parts, variables, strict=True)
    ]
    body = [data.ljust(sizes[v.name], b"\0") for v, data in fixed]
    return b"".join([lead, *header, *body, *_rows(records, length=length, sizes=sizes)])


def _rows(
    records: Sequence[tuple[Variable, bytes]], *, length: int, sizes: Mapping[str, int]
) -> list[bytes]:
    """Interleave the record variables: one piece of each, record after record."""
    rows = []
    for row in range(length):
        for variable, data in records:
            step = len(data) // length
            rows.append(data[row * step : (row + 1) * step].ljust(sizes[variable.name], b"\0"))
    return rows


def chars(texts: npt.ArrayLike, width: int) -> npt.NDArray[np.bytes_]:
    """Texts as blank-padded characters: (…,) strings → (…, width); a longer text is cut."""
    cells = np.array(texts, dtype=f"S{width}")
    letters = cells.reshape(-1).view(np.uint8)
    letters[letters == 0] = ord(" ")
    return letters.view("S1").reshape((*cells.shape, width))


def _bytes(
    variable: Variable, *, dimensions: Mapping[str, int], value: npt.ArrayLike | None
) -> bytes:
    shape = tuple(dimensions[name] for name in variable.dimensions)
    if value is None:
        if variable.kind == "c":
            return bytes(variable.fill * int(np.prod(shape)))
        return np.full(shape, variable.fill, dtype=DTYPES[variable.kind]).tobytes()
    array = np.asarray(value)
    if array.shape != shape:
        raise ValueError(f"{variable.name} has shape {array.shape}, wanted {shape}")
    return array.astype(DTYPES[variable.kind]).tobytes()


def _record_bytes(variable: Variable, dimensions: Mapping[str, int]) -> int:
    cells = int(np.prod([dimensions[name] for name in variable.dimensions[1:]]))
    return cells * np.dtype(DTYPES[variable.kind]).itemsize


def _padded(size: int) -> int:
    return -(-size // 4) * 4


@functools.lru_cache(maxsize=4096)
def _name(text: str) -> bytes:
    raw = text.encode()
    return struct.pack(">I", len(raw)) + raw.ljust(_padded(len(raw)), b"\0")


@functools.lru_cache(maxsize=4096)
def _attribute_list(attributes: Attributes, kind: str) -> bytes:
    if not attributes:
        return struct.pack(">II", 0, 0)
    parts = [struct.pack(">II", _ATTRIBUTES, len(attributes))]
    for key, value in attributes:
        if isinstance(value, str):
            raw, code, count = value.encode(), CODES["c"], len(value.encode())
        else:
            raw, code, count = np.array(value, dtype=DTYPES[kind]).tobytes(), CODES[kind], 1
        parts += [_name(key), struct.pack(">II", code, count), raw.ljust(_padded(len(raw)), b"\0")]
    return b"".join(parts)


def _dimension_list(dimensions: tuple[tuple[str, int], ...], record: str) -> bytes:
    parts = [struct.pack(">II", _DIMENSIONS, len(dimensions))]
    parts += [_name(n) + struct.pack(">I", 0 if n == record else size) for n, size in dimensions]
    return b"".join(parts)


@functools.lru_cache(maxsize=4096)
def _declaration(variable: Variable, places: tuple[int, ...]) -> bytes:
    rank = struct.pack(f">I{len(places)}I", len(places), *places)
    attributes = _attribute_list(variable.attributes, variable.kind)
    return _name(variable.name) + rank + attributes + struct.pack(">I", CODES[variable.kind])
