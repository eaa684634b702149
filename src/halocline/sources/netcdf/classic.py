"""Classic netCDF (CDF-1, CDF-2, CDF-5) read from bytes; every number is checked before use.

Source: NetCDF Classic and 64-bit Offset File Formats, NASA ESDS-RFC-011v2, section 2; CDF-5 as in
the format specification of netCDF 4.9.
"""

import math
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason

_DIMENSION, _VARIABLE, _ATTRIBUTE = 10, 11, 12
_TYPES: Final = {
    1: ">i1", 2: "S1", 3: ">i2", 4: ">i4", 5: ">f4", 6: ">f8",
    7: ">u1", 8: ">u2", 9: ">u4", 10: ">i8", 11: ">u8",
}  # fmt: skip
_SIZES: Final = {code: np.dtype(name).itemsize for code, name in _TYPES.items()}


@dataclass(frozen=True)
class _Variable:
    name: str
    code: int
    dimensions: tuple[int, ...]
    attributes_at: int
    begin: int


@dataclass
class _Cursor:
    """A place in the header; every step is checked against the end of the bytes."""

    content: bytes
    count_bytes: int
    begin_bytes: int
    at: int = 4

    def take(self, size: int) -> int:
        """Step over `size` bytes and give where they begin."""
        begin = self.at
        if size < 0 or begin + size > len(self.content):
            raise BadUpstreamData(
                Reason.TRUNCATED, f"{len(self.content)} bytes: the header ends after them"
            )
        self.at = begin + size
        return begin

    def number(self, size: int = 4) -> int:
        begin = self.take(size)
        return int.from_bytes(self.content[begin : begin + size], "big")

    def count(self) -> int:
        """How many of something follow; each takes a byte or more."""
        found = self.number(self.count_bytes)
        if found > len(self.content):
            raise _broken(f"the header counts {found} of something")
        return found

    def length_of_list(self, tag: int) -> int:
        found, length = self.number(), self.count()
        if found not in (0, tag) or (found == 0 and length):
            raise _broken(f"tag {found} where {tag} belongs")
        return length

    def name(self) -> str:
        length = self.count()
        begin = self.take(-(-length // 4) * 4)
        try:
            found = self.content[begin : begin + length].decode("utf-8")
        except UnicodeDecodeError as fault:
            raise _broken("a name is not text") from fault
        if not found.isprintable() or not found:
            raise _broken(f"{found!r} is no name")
        return found

    def skip_attributes(self) -> int:
        """Step over a list of attributes and give where it begins."""
        begin = self.at
        for _ in range(self.length_of_list(_ATTRIBUTE)):
            self.take(-(-self.count() // 4) * 4)
            self.values()
        return begin

    def values(self) -> tuple[int, int, int]:
        """Step over an attribute's values: type code, how many, where."""
        code = self.number()
        if code not in _SIZES:
            raise _broken(f"type {code} of an attribute")
        length = self.count()
        return code, length, self.take(-(-length * _SIZES[code] // 4) * 4)


def parse(content: bytes) -> "ClassicFile":
    """Read the header, and find that every variable lies within the bytes.

    Raises:
        BadUpstreamData: theirs (TRUNCATED, UNREADABLE, NOT_THE_FORMAT).
    """
    version = content[3] if len(content) > 3 else 0
    if version not in (1, 2, 5):
        raise BadUpstreamData(Reason.NOT_THE_FORMAT, f"classic netCDF of version {version}")
    cursor = _Cursor(content, 8 if version == 5 else 4, 4 if version == 1 else 8)
    records = cursor.number(cursor.count_bytes)
    dimensions = tuple(_dimension(cursor) for _ in range(cursor.length_of_list(_DIMENSION)))
    general = cursor.skip_attributes()
    found = [_variable(cursor) for _ in range(cursor.length_of_list(_VARIABLE))]
    variables = {one.name: one for one in found}
    if len(variables) != len(found) or sum(size == 0 for _, size in dimensions) > 1:
        raise _broken("two variables of one name, or two record dimensions")
    made = ClassicFile(content, cursor.count_bytes, dimensions, variables, general_at=general)
    return made.checked(records=records, header=cursor.at)


def _dimension(cursor: _Cursor) -> tuple[str, int]:
    return cursor.name(), cursor.number(cursor.count_bytes)


def _variable(cursor: _Cursor) -> _Variable:
    name = cursor.name()
    rank = cursor.count()
    if rank > 16:
        raise _broken(f"{name} has {rank} dimensions")
    dimensions = tuple(cursor.number(cursor.count_bytes) for _ in range(rank))
    attributes_at = cursor.skip_attributes()
    code = cursor.number()
    cursor.number(cursor.count_bytes)  # vsize: redundant, and wrong for what is over 4 GB
    if code not in _SIZES:
        raise _broken(f"{name} has type {code}")
    return _Variable(name, code, dimensions, attributes_at, cursor.number(cursor.begin_bytes))


@dataclass
class ClassicFile:
    """Variables by name; their values are read when asked for."""

    content: bytes
    count_bytes: int
    sizes: tuple[tuple[str, int], ...]
    variables: dict[str, _Variable]
    records: int = 0
    record_bytes: int = 0
    general_at: int = 0
    """Where the attributes of the file begin."""
    _attributes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def checked(self, *, records: int, header: int) -> "ClassicFile":
        """Find that what the header announces is there."""
        for one in self.variables.values():
            if any(place >= len(self.sizes) for place in one.dimensions):
                raise _broken(f"{one.name} has a dimension that is not declared")
            if any(self.sizes[place][1] == 0 for place in one.dimensions[1:]):
                raise _broken(f"{one.name} has its record dimension in second place")
            if one.begin < header:
                raise _broken(f"{one.name} begins within the header")
        rows = [one for one in self.variables.values() if self._is_record(one)]
        slots = [self._bytes(one) for one in rows]
        alone = len(slots) == 1
        self.record_bytes = slots[0] if alone else sum(-(-slot // 4) * 4 for slot in slots)
        unknown = records == 256**self.count_bytes - 1  # written as a stream: count what is there
        if unknown and rows:
            rest = len(self.content) - min(one.begin for one in rows)
            records = max(rest, 0) // max(self.record_bytes, 1)
        self.records = records if rows else 0
        wanted = max((self._end(one) for one in self.variables.values()), default=header)
        if wanted > len(self.content):
            detail = f"{len(self.content)} bytes of {wanted} announced"
            raise BadUpstreamData(Reason.TRUNCATED, detail)
        return self

    def has(self, name: str) -> bool:
        """Whether there is such a variable."""
        return name in self.variables

    def names(self) -> tuple[str, ...]:
        """Every variable, in the order of the file."""
        return tuple(self.variables)

    def general(self, key: str) -> Any:
        """An attribute of the file; None without it."""
        return self._read_attributes(self.general_at).get(key)

    def dimensions(self, name: str) -> tuple[str, ...]:
        """Names of a variable's dimensions."""
        return tuple(self.sizes[place][0] for place in self._variable(name).dimensions)

    def read(self, name: str) -> npt.NDArray[Any]:
        """All values as stored, native byte order, characters as S1; read-only.

        Raises:
            BadUpstreamData: theirs (MISSING_VARIABLE).
        """
        one = self._variable(name)
        dtype = np.dtype(_TYPES[one.code])
        shape = self._shape(one)
        if not self._is_record(one):
            flat = np.frombuffer(self.content, dtype, math.prod(shape), one.begin)
        else:
            flat = self._gathered(one)
            shape = (self.records, *shape)
        return flat.astype(dtype.newbyteorder("="), copy=False).reshape(shape)

    def attribute(self, name: str, key: str) -> Any:
        """An attribute of a variable: text, a number, or None without it."""
        if name not in self._attributes:
            self._attributes[name] = self._read_attributes(self._variable(name).attributes_at)
        return self._attributes[name].get(key)

    def _gathered(self, one: _Variable) -> npt.NDArray[Any]:
        """Values of a record variable, its pieces put together."""
        size, dtype = self._bytes(one), np.dtype(_TYPES[one.code])
        if not self.records or not size:
            return np.empty(0, dtype)
        pieces = np.ndarray(
            (self.records, size), np.uint8, self.content, one.begin, (self.record_bytes, 1)
        )
        return np.frombuffer(pieces.tobytes(), dtype)

    def _read_attributes(self, at: int) -> dict[str, Any]:
        cursor = _Cursor(self.content, self.count_bytes, 4, at)
        found: dict[str, Any] = {}
        for _ in range(cursor.length_of_list(_ATTRIBUTE)):
            length = cursor.count()
            begin = cursor.take(-(-length // 4) * 4)
            key = self.content[begin : begin + length].decode("utf-8", "replace")
            code, length, begin = cursor.values()
            raw = self.content[begin : begin + length * _SIZES[code]]
            if code == 2:
                found[key] = raw.decode("utf-8", "replace")
            elif length:
                found[key] = np.frombuffer(raw, _TYPES[code])[0].item()
        return found

    def _variable(self, name: str) -> _Variable:
        if name not in self.variables:
            raise BadUpstreamData(Reason.MISSING_VARIABLE, f"no variable {name}")
        return self.variables[name]

    def _is_record(self, one: _Variable) -> bool:
        return bool(one.dimensions) and self.sizes[one.dimensions[0]][1] == 0

    def _shape(self, one: _Variable) -> tuple[int, ...]:
        places = one.dimensions[1:] if self._is_record(one) else one.dimensions
        return tuple(self.sizes[place][1] for place in places)

    def _bytes(self, one: _Variable) -> int:
        """Size of a variable, or of one record of it, without padding."""
        return math.prod(self._shape(one)) * _SIZES[one.code]

    def _end(self, one: _Variable) -> int:
        if not self._is_record(one):
            return one.begin + self._bytes(one)
        last = one.begin + (self.records - 1) * self.record_bytes + self._bytes(one)
        return last if self.records else 0


def _broken(detail: str) -> BadUpstreamData:
    return BadUpstreamData(Reason.UNREADABLE, f"classic netCDF header: {detail}")
