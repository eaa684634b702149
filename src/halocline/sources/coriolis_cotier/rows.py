"""Cut a CSV file into rows that agree with its header, and those that do not."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from halocline.model.errors import BadUpstreamData
from halocline.model.quarantine import Reason
from halocline.sources.coriolis_cotier.header import Header, parse_header

_NEWLINE, _COMMA, _ZERO = 10, 44, 48
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """The rows that agree with the header, in the order of the file, and a count of the others.

    time (n,) datetime64[s]; latitude, longitude (n,) degrees; platform (n,) text; number (n,)
    number of columns × (n, columns) float64, NaN where the cell is empty; digit (n, width - 1).
    """

    header: Header
    platform: npt.NDArray[np.object_]
    time: npt.NDArray[np.datetime64]
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    number: list[npt.NDArray[np.float64]]
    digit: npt.NDArray[np.uint8]
    bad: int
    first_bad: str


def read_rows(content: bytes) -> Rows:
    """Read the rows of a file, those that disagree with the header counted and left out.

    Raises:
        BadUpstreamData: theirs; EMPTY, NOT_THE_FORMAT, TRUNCATED (the last line is cut short),
            BAD_HEADER, MISSING_VARIABLE, NO_DATA (a header alone), BAD_ROW (no sound row).
    """
    lines = _lines(content)
    header = parse_header(lines.header)
    sound = lines.width() == header.width
    frame = _table(lines.body(sound), header)
    qc = frame[header.width - 1].to_numpy()
    time = pd.to_datetime(frame[header.date], format="%Y-%m-%dT%H:%M:%SZ", errors="coerce")
    numeric = [header.latitude, header.longitude, *(c.index for c in header.columns)]
    numbers, readable = _numbers(frame, numeric)
    good = readable & time.notna().to_numpy() & _sound_digits(qc, header.width - 1)
    bad = np.flatnonzero(sound)[~good]
    wrong = np.sort(np.concatenate([np.flatnonzero(~sound), bad]))
    lines.refuse(wrong)
    latitude, longitude, *values = (column[good] for column in numbers)
    return Rows(
        header=header,
        platform=frame[header.platform].to_numpy()[good],
        time=time.to_numpy()[good].astype("datetime64[s]"),
        latitude=latitude,
        longitude=longitude,
        number=values,
        digit=_digits(qc[good], header.width - 1),
        bad=int(wrong.size),
        first_bad=lines.describe(int(wrong[0]), header.width) if wrong.size else "",
    )


@dataclass(frozen=True)
class _Lines:
    """Bytes of a file and where its lines after the header start and stop."""

    content: bytes
    header: str
    start: npt.NDArray[np.int64]
    stop: npt.NDArray[np.int64]
    is_ended: bool

    def width(self) -> npt.NDArray[np.int64]:
        """Fields in each line."""
        commas = np.flatnonzero(np.frombuffer(self.content, np.uint8) == _COMMA)
        counts = np.searchsorted(commas, self.stop) - np.searchsorted(commas, self.start)
        return counts + 1

    def body(self, keep: Mask) -> bytes:
        """The kept lines."""
        if keep.all() and (self.start[1:] == self.stop[:-1] + 1).all():
            return self.content[self.start[0] : self.stop[-1]]
        pairs = zip(self.start[keep].tolist(), self.stop[keep].tolist(), strict=True)
        return b"\n".join(self.content[a:b] for a, b in pairs)

    def refuse(self, wrong: npt.NDArray[np.int64]) -> None:
        """Stop when the file was cut short, or when no line is sound."""
        if wrong.size and not self.is_ended and wrong[-1] == self.start.size - 1:
            raise BadUpstreamData(Reason.TRUNCATED, f"line {self.start.size + 1} is cut short")
        if wrong.size == self.start.size:
            detail = f"none of {wrong.size} rows agrees with the header"
            raise BadUpstreamData(Reason.BAD_ROW, detail)

    def describe(self, line: int, width: int) -> str:
        """Name a line by its number in the file, with what it starts with."""
        text = self.content[self.start[line] : self.stop[line]].decode("latin-1")
        return f"line {line + 2}: {text.count(',') + 1} fields for {width}: {text[:60]!r}"


def _lines(content: bytes) -> _Lines:
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise BadUpstreamData(Reason.EMPTY, f"{len(content)} bytes, no text")
    if not content.startswith(b"PLATFORM"):
        begin = content[:40]
        raise BadUpstreamData(Reason.NOT_THE_FORMAT, f"begins with {begin!r}, wanted b'PLATFORM,'")
    end = np.flatnonzero(np.frombuffer(content, np.uint8) == _NEWLINE)
    if end.size == 0:
        raise BadUpstreamData(Reason.TRUNCATED, "the header line has no end")
    start = end + 1
    stop = np.append(end[1:], len(content))
    filled = np.array([bool(content[a:b].strip()) for a, b in zip(start, stop, strict=True)])
    if not filled.any():
        raise BadUpstreamData(Reason.NO_DATA, "a header and no row")
    header = content[: end[0]].decode("latin-1")
    return _Lines(content, header, start[filled], stop[filled], content.endswith(b"\n"))


def _table(body: bytes, header: Header) -> pd.DataFrame:
    """Cells as text where text is meant; numbers as numbers when every cell of a column is one."""
    text = {header.platform, header.date, header.width - 1}
    numeric = {header.latitude, header.longitude, *(c.index for c in header.columns)}
    used = sorted(text | numeric)
    if not body:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in used})
    frame: pd.DataFrame = pd.read_csv(
        io.BytesIO(body),
        header=None,
        names=list(range(header.width)),
        usecols=used,
        dtype=dict.fromkeys(text, object),
        keep_default_na=False,
        na_values=[""],
        quoting=3,
        encoding="latin-1",
        skip_blank_lines=False,
        low_memory=False,
    )
    return frame.fillna(dict.fromkeys(text, ""))


def _numbers(frame: pd.DataFrame, columns: list[int]) -> tuple[list[npt.NDArray[np.float64]], Mask]:
    """Columns as float64, and which rows hold nothing but finite numbers and empty cells."""
    readable = np.ones(len(frame), dtype=bool)
    numbers = []
    for column in columns:
        cells = frame[column]
        if cells.dtype.kind not in "if":
            value = pd.to_numeric(cells.replace("", np.nan), errors="coerce").to_numpy(float)
            readable &= ~(np.isnan(value) & cells.notna().to_numpy() & (cells != "").to_numpy())
        else:
            value = cells.to_numpy(float)
        readable &= ~np.isinf(value)
        numbers.append(value)
    return numbers, readable


def _sound_digits(qc: npt.NDArray[np.object_], length: int) -> Mask:
    good = [
        len(text) == length and text.isascii() and text.isdigit()
        for text in (str(cell).rstrip("\r") for cell in qc)
    ]
    return np.array(good, dtype=bool)


def _digits(qc: npt.NDArray[np.object_], length: int) -> npt.NDArray[np.uint8]:
    joined = "".join(str(cell).rstrip("\r") for cell in qc).encode()
    return (np.frombuffer(joined, np.uint8) - _ZERO).reshape(-1, length)
