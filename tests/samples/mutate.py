"""Files as a bad disk, a cut connection or a careless program leaves them."""

import numpy as np

from halocline.model.errors import BadUpstreamData
from halocline.sources.netcdf import classic

HEADER = 4000
"""Bytes of a classic file's header that say most: names, types, sizes, offsets."""


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """The file with one or two faults drawn from `rng`, more often in its values than its frame."""
    for _ in range(int(rng.integers(1, 3))):
        if content:
            content = rng.choice(KINDS, p=SHARES)(content, rng)
    return content


def _flip(content: bytes, rng: np.random.Generator) -> bytes:
    found = bytearray(content)
    for place in rng.integers(_values_at(content), len(found), int(rng.integers(1, 20))):
        found[place] ^= 1 << int(rng.integers(8))
    return bytes(found)


def _flip_header(content: bytes, rng: np.random.Generator) -> bytes:
    found = bytearray(content)
    for place in rng.integers(0, min(len(found), HEADER), int(rng.integers(1, 6))):
        found[place] = int(rng.integers(256))
    return bytes(found)


def _flip_value(content: bytes, rng: np.random.Generator) -> bytes:
    """Four bytes somewhere become an odd number: NaN, infinity, huge, minus zero, a fill value."""
    odd = np.array([np.nan, np.inf, -np.inf, 3e38, -0.0, 99999.0, 1e-40], dtype=">f4")
    found, start = bytearray(content), _values_at(content)
    for _ in range(int(rng.integers(1, 40))):
        place = int(rng.integers(start, max(len(found) - 4, start + 1))) // 4 * 4
        found[place : place + 4] = odd[int(rng.integers(odd.size))].tobytes()
    return bytes(found)


def _values_at(content: bytes) -> int:
    """Where values begin: behind the header, which is most of many a single-profile file."""
    try:
        begin = min(one.begin for one in classic.parse(content).variables.values())
    except (BadUpstreamData, ValueError):
        begin = len(content) // 3
    return min(begin, len(content) - 1)


def _cut(content: bytes, rng: np.random.Generator) -> bytes:
    return content[: int(rng.integers(0, len(content)))]


def _zero(content: bytes, rng: np.random.Generator) -> bytes:
    start, size = int(rng.integers(len(content))), int(rng.integers(1, 4096))
    piece = content[start : start + size]
    return content[:start] + bytes(len(piece)) + content[start + size :]


def _swap(content: bytes, rng: np.random.Generator) -> bytes:
    first, second = sorted(int(one) for one in rng.integers(0, len(content), 2))
    return content[:first] + content[second:] + content[first:second]


def _insert(content: bytes, rng: np.random.Generator) -> bytes:
    place = int(rng.integers(len(content)))
    return content[:place] + rng.bytes(int(rng.integers(1, 64))) + content[place:]


def _repeat(content: bytes, rng: np.random.Generator) -> bytes:
    start, size = int(rng.integers(len(content))), int(rng.integers(1, 512))
    piece = content[start : start + size]
    return content[: start + size] + piece + content[start + size :]


KINDS = (_flip, _flip_header, _flip_value, _cut, _zero, _swap, _insert, _repeat)
SHARES = (0.2, 0.1, 0.4, 0.06, 0.12, 0.04, 0.04, 0.04)
