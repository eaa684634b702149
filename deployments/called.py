"""How to call the command line from where the reader stands."""

import shutil
import sys
from pathlib import Path


def called() -> str:
    """`halocline` where the shell finds it, else the path it was started by, as one may type it.

    `make demo` runs `.venv/bin/halocline` and nobody has activated that environment: the bare
    word at its end would be a command that is not found.
    """
    started = Path(sys.argv[0])
    if started.name != "halocline" or shutil.which("halocline"):
        return "halocline"
    here = Path.cwd()
    return str(started.relative_to(here) if started.is_relative_to(here) else started)
