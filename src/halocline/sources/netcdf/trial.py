"""Whether the netCDF library comes back from an HDF5 file: tried in a process that may be ended.

The library trusts what it reads. A broken HDF5 file can send it round for ever or end its process,
and neither can be caught where it happens.
"""

import subprocess
import sys
from typing import Final

from halocline.model.digest import sha256_of

PATIENCE_S: Final = 60.0
"""A file of a float is opened and read in well under a second."""
TRY: Final = """
import sys
import netCDF4
with netCDF4.Dataset("in-memory.nc", memory=sys.stdin.buffer.read()) as opened:
    opened.set_auto_maskandscale(False)
    for variable in opened.variables.values():
        try:
            variable[...]
        except (OSError, RuntimeError, ValueError, LookupError, TypeError):
            pass  # it came back: what it said is told by whoever reads the variable
"""
_known: dict[str, str] = {}
"""By digest what was found, so that a file is tried once however often it is opened."""


def fault_of(content: bytes, *, patience_s: float = PATIENCE_S) -> str:
    """Why an HDF5 file cannot be opened safely; '' where it can."""
    digest = sha256_of(content)
    if digest not in _known:
        _known[digest] = _tried(content, patience_s)
    return _known[digest]


def _tried(content: bytes, patience_s: float) -> str:
    try:
        done = subprocess.run(  # noqa: S603  our own words; the file is data
            [sys.executable, "-c", TRY],
            input=content, capture_output=True, timeout=patience_s, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"the netCDF library did not come back within {patience_s:g} s"
    if done.returncode < 0:
        return f"the netCDF library ended its process (signal {-done.returncode})"
    said = done.stderr.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1]
    return said[:200] if done.returncode else ""
