"""Check at the door that this machine can install halocline; needs nothing but Python itself."""

import ctypes.util
import importlib.util
import sys

OLDEST, NEWEST = (3, 11), (3, 13)


def missing() -> "list[str]":  # in quotes: an old Python must get as far as the message
    """Name each thing this machine lacks, with the Debian package that brings it."""
    found = sys.version_info[:2]
    faults = []
    if not OLDEST <= found <= NEWEST:
        faults.append(
            "Python 3.11, 3.12 or 3.13 is wanted, found {}.{}: make PYTHON=python3.11 …".format(
                *found
            )
        )
    if importlib.util.find_spec("ensurepip") is None:
        faults.append("the venv module cannot make environments: apt-get install python3-venv")
    if sys.platform == "linux" and ctypes.util.find_library("gomp") is None:
        faults.append("libgomp.so.1 (OpenMP) is missing: apt-get install libgomp1")
    return faults


if __name__ == "__main__":
    FAULTS = missing()
    for fault in FAULTS:
        sys.stderr.write("halocline cannot be installed here: " + fault + "\n")
    sys.exit(1 if FAULTS else 0)
