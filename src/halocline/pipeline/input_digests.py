"""Digests of the inputs of every platform at once: the whole GDAC in seconds, no object a file."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from halocline.pipeline.inputs import LEADING

Indices = npt.NDArray[np.int64]
BLOCK_ROWS: Final = 200_000
"""Rows whose text is written out at once: 30 MB."""


@dataclass(frozen=True)
class InputsOfOne:
    """What a platform's product is made from, as its recipe sees it."""

    digest: str
    received: str
    """Latest receipt."""


def input_digests(files: pa.Table) -> dict[str, InputsOfOne]:
    """By platform, what `digest_of_inputs` says of its files, and the latest receipt.

    files: columns platform, file, sha256, received (n,), in any order.
    """
    names = files["platform"].combine_chunks().dictionary_encode()
    code = names.indices.to_numpy().astype(np.int64)
    order = _ordered(files, code)
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    moments, moment = _moments(files["received"])
    found = {}
    for bounds in _blocks(starts, stop=len(order)):
        rows = order[bounds[0] : bounds[-1]]
        latest = np.maximum.reduceat(moment[rows], bounds[:-1] - bounds[0])
        digests = _digests(_lines(files, rows), bounds - bounds[0])
        for place, digest, newest in zip(order[bounds[:-1]], digests, latest, strict=True):
            platform = names.dictionary[int(code[place])].as_py()
            found[platform] = InputsOfOne(digest, moments[newest])
    return found


def _ordered(files: pa.Table, code: Indices) -> Indices:
    """Row numbers by platform, then by leading letters of sha256, then by path."""
    leading = pc.ascii_rpad(pc.utf8_slice_codeunits(files["sha256"], 0, LEADING), LEADING)
    mark = np.frombuffer(_text(leading), dtype=">u8").astype(np.uint64)
    order = np.lexsort((mark, code))
    equal = (np.diff(mark[order]) == 0) & (np.diff(code[order]) == 0)
    for start, stop in _runs(np.flatnonzero(equal)):
        rows = order[start : stop + 1]
        paths = files["file"].take(pa.array(rows)).to_pylist()
        order[start : stop + 1] = rows[sorted(range(len(rows)), key=paths.__getitem__)]
    return order


def _runs(places: Indices) -> Iterator[tuple[int, int]]:
    """First and last row of each run of rows that equal the one before them."""
    if not places.size:
        return
    breaks = np.flatnonzero(np.diff(places) > 1)
    firsts = places[np.concatenate([[0], breaks + 1])]
    lasts = places[np.concatenate([breaks, [places.size - 1]])] + 1
    yield from zip(firsts.tolist(), lasts.tolist(), strict=True)


def _moments(received: pa.ChunkedArray) -> tuple[list[str], Indices]:
    """Distinct receipts in order, and the number of each row's: pulls are few, rows are many."""
    distinct = sorted(received.unique().to_pylist())
    places = pc.index_in(received, value_set=pa.array(distinct, pa.string()))
    return distinct, places.to_numpy().astype(np.int64)


def _blocks(starts: Indices, *, stop: int) -> Iterator[Indices]:
    """First rows of platforms, and the row after the last, for about BLOCK_ROWS rows at a time."""
    bounds = np.append(starts, stop)
    first = 0
    while first < len(starts):
        last = max(int(np.searchsorted(bounds, bounds[first] + BLOCK_ROWS)), first + 1)
        last = min(last, len(starts))
        yield bounds[first : last + 1]
        first = last


def _lines(files: pa.Table, rows: Indices) -> pa.Array:
    part = files.select(["file", "sha256", "received"]).take(pa.array(rows)).combine_chunks()
    columns = [part[name].combine_chunks() for name in part.column_names]
    ended = pc.binary_join_element_wise(columns[2], "", "\n")
    return pc.binary_join_element_wise(columns[0], columns[1], ended, "\t")


def _digests(lines: pa.Array, bounds: Indices) -> list[str]:
    data = _text(lines)
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)[bounds]
    return [
        hashlib.sha256(data[start:stop]).hexdigest() for start, stop in pairwise(offsets.tolist())
    ]


def _text(values: pa.Array | pa.ChunkedArray) -> memoryview:
    """Bytes of an array of texts that starts at the beginning of its buffers, one after another."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks)
    data = whole.buffers()[2]
    size = int(pc.sum(pc.binary_length(whole)).as_py() or 0)
    return memoryview(data if data is not None else b"")[:size]
