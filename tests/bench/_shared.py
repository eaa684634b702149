"""Where the real data are, if they are here at all."""

import os
import sys
from pathlib import Path
from typing import Final

SHARED: Final = Path(
    os.environ.get("HALOCLINE_SHARED", Path(__file__).parents[2].parent / "shared" / "data")
)


def found(path: str) -> Path | None:
    """A file or folder of the real data; None, and a line that says so, where it is absent."""
    place = SHARED / path
    if place.exists():
        return place
    sys.stdout.write(f"skipped: {path} of the real data is not here (HALOCLINE_SHARED)\n")
    return None


def say(line: str = "") -> None:
    """One line, shown at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
