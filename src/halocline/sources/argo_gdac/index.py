"""The index files of a GDAC: one row per profile file, millions of them, as an arrow table."""

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from halocline.model.errors import BadUpstreamData, SourceUnavailable
from halocline.model.quarantine import Quarantined, Reason
from halocline.sources.address import Address, safe_path

CORE: Final = "ar_index_global_prof.txt"
BIO: Final = "argo_bio-profile_index.txt"
META: Final = "ar_index_global_meta.txt"
TEXT: Final = pa.string()
COLUMNS: Final = {
    "file": TEXT, "latitude": pa.float64(), "longitude": pa.float64(),
    "parameters": pa.dictionary(pa.int32(), TEXT), "date_update": TEXT,
}  # fmt: skip
MOST_SHOWN: Final = 1000
"""Rows set aside one by one; beyond it the index is a different file."""
_PROFILE: Final = r"^[a-z]+/(?P<platform>\d{5}|\d{7})/profiles/B?[RD](?P<named>\d+)_\d{3,4}D?\.nc$"
_WHOLE: Final = r"^[a-z]+/(?P<platform>\d{5}|\d{7})/(?P<named>\d+)_meta\.nc$"
_OTHER: Final = r"^[a-z]+/\d+/profiles/[MS][RD]?\d+_\d{3,4}D?\.nc$"


@dataclass(frozen=True)
class Index:
    """Rows of one index, columns file, platform and those of `COLUMNS` it has, and bad rows."""

    rows: pa.Table
    quarantined: tuple[Quarantined, ...] = ()
    complete: bool = True
    """Whether the file ended with a whole row."""


def fetch_index(address: Address, name: str) -> Index | None:
    """An index of the tree, compressed or plain; None where there is neither.

    Raises:
        SourceUnavailable: theirs; the address does not answer, or gives something else.
    """
    faults = []
    for path in (f"{name}.gz", name):
        content = address.read(path)
        if content is None:
            continue
        try:
            plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
            return read_index(plain, name)
        except (OSError, EOFError, zlib.error, BadUpstreamData) as fault:
            faults.append(f"{address.url}/{path}: {fault}")
    if faults:
        raise SourceUnavailable("; ".join(faults))
    return None


def read_index(content: bytes, name: str) -> Index:
    """Rows of an index; those that cannot be used are set aside.

    Raises:
        BadUpstreamData: theirs (EMPTY, BAD_HEADER); it is no index at all.
    """
    header, begin = _header(content, name)
    aside: list[Quarantined] = []
    types = {column: COLUMNS[column] for column in header if column in COLUMNS}
    try:
        table = _parse(content, begin, header, types=types, aside=aside, name=name)
    except pa.ArrowInvalid:  # a number that is none: read it as text, then what can be read
        texts = {column: TEXT if kind == pa.float64() else kind for column, kind in types.items()}
        aside.clear()
        table = _parse_text(content, begin, header, types=texts, aside=aside, name=name)
        for column in ("latitude", "longitude"):
            if column in texts:
                place = table.schema.get_field_index(column)
                table = table.set_column(place, column, _as_numbers(table[column]))
    rows = _recognised(table, name, aside)
    return Index(rows, tuple(aside), complete=content.endswith(b"\n"))


def empty_rows() -> pa.Table:
    """A table of no rows with the columns of a profile index."""
    return pa.table(
        {
            "file": pa.array([], TEXT), "platform": pa.array([], TEXT),
            "date_update": pa.array([], TEXT), "latitude": pa.array([], pa.float64()),
            "longitude": pa.array([], pa.float64()),
        }
    )  # fmt: skip


def _header(content: bytes, name: str) -> tuple[list[str], int]:
    """Columns of an index and where its rows begin."""
    begin = 0
    while content[begin : begin + 1] in (b"#", b"\n", b"\r"):
        begin = content.find(b"\n", begin) + 1
        if begin == 0:
            break
    end = content.find(b"\n", begin)
    line = content[begin : end if end >= 0 else len(content)]
    if not line.strip() or (end < 0 and not line.startswith(b"file,")):
        raise BadUpstreamData(Reason.EMPTY, f"{name} holds no header and no row")
    columns = line.decode("utf-8", "replace").strip().split(",")
    if "file" not in columns or "date_update" not in columns:
        raise BadUpstreamData(Reason.BAD_HEADER, f"{name} begins with {line[:80]!r}")
    return columns, end + 1 if end >= 0 else len(content)


def _parse(
    content: bytes,
    begin: int,
    header: Sequence[str],
    *,
    types: dict[str, pa.DataType],
    aside: list[Quarantined],
    name: str,
) -> pa.Table:
    def note(row: csv.InvalidRow) -> str:
        if len(aside) < MOST_SHOWN:
            text = str(row.text)[:200]
            detail = f"{row.actual_columns} columns of {row.expected_columns}: {text}"
            aside.append(Quarantined(name, Reason.BAD_ROW, detail))
        return "skip"

    if begin >= len(content):
        return pa.table({column: pa.array([], kind) for column, kind in types.items()})
    return csv.read_csv(
        pa.py_buffer(memoryview(content)[begin:]),
        read_options=csv.ReadOptions(column_names=list(header), block_size=8 << 20),
        parse_options=csv.ParseOptions(
            quote_char=False, ignore_empty_lines=True, invalid_row_handler=note
        ),
        convert_options=csv.ConvertOptions(
            column_types=types, include_columns=list(types), check_utf8=False,
            strings_can_be_null=False,
        ),
    )  # fmt: skip


def _parse_text(content: bytes, begin: int, header: Sequence[str], **how: Any) -> pa.Table:
    try:
        return _parse(content, begin, header, **how)
    except pa.ArrowInvalid as fault:
        raise BadUpstreamData(Reason.BAD_HEADER, f"{how['name']}: {fault}") from fault


def _as_numbers(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    is_number = pc.match_substring_regex(texts, r"^\s*[-+]?\d+(\.\d*)?\s*$")
    return pc.cast(
        pc.utf8_trim_whitespace(pc.if_else(is_number, texts, pa.scalar(None, TEXT))), pa.float64()
    )


def _recognised(table: pa.Table, name: str, aside: list[Quarantined]) -> pa.Table:
    """Rows whose path is that of a file of this index, with their platform; others set aside."""
    found = pc.extract_regex(table["file"], _WHOLE if name == META else _PROFILE)
    platform = pc.struct_field(found, "platform")
    good = pc.fill_null(pc.equal(platform, pc.struct_field(found, "named")), fill_value=False)
    if not pc.all(good).as_py():
        bad = table.filter(pc.invert(good))["file"]
        bad = bad.filter(pc.invert(pc.match_substring_regex(bad, _OTHER)))
        aside.extend(_fault(path, name) for path in bad.cast(pa.binary())[:MOST_SHOWN].to_pylist())
        table, platform = table.filter(good), platform.filter(good)
    return table.append_column("platform", platform)


def _fault(raw: bytes, name: str) -> Quarantined:
    path = raw.decode("utf-8", "replace")
    try:
        safe_path(path)
    except BadUpstreamData as fault:
        return Quarantined(path[:200], fault.reason, f"row of {name}")
    return Quarantined(path[:200], Reason.BAD_ROW, f"no path of a profile file, row of {name}")
