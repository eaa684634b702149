"""Which received files are in use: the current state of `raw_files`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from halocline.model.digest import sha256_of

LEADING: Final = 8
"""Letters of a file's sha256 by which inputs are ordered before their digest is taken: numbers
sort twenty times faster than paths, and the whole GDAC has three million."""


@dataclass(frozen=True, slots=True)
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


def digest_of_inputs(inputs: Iterable[InputFile]) -> str:
    """Digest of the paths, contents and receipts of some files; their order does not matter.

    `pipeline.input_digests` gives the same for a whole table.
    """
    ordered = sorted(inputs, key=lambda one: (one.sha256[:LEADING].ljust(LEADING), one.file))
    lines = [f"{one.file}\t{one.sha256}\t{one.received}\n" for one in ordered]
    return sha256_of("".join(lines).encode())
