"""Which received files are in use: the current state of `raw_files`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InputFile:
    """One received file a product may be made from; fields as in the `raw_files` table."""

    source: str
    file: str
    kind: str
    platform: str
    cycle: int
    direction: str
    mode: str
    date_update: str
    sha256: str
    size: int
    received: str
    first: str
    last: str
