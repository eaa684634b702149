"""`python -m tests.bench [NAME …]`: run every measurement of this folder, or those named."""

import importlib
import pkgutil
import sys

import tests.bench


def names() -> list[str]:
    """Every measurement: a module of this folder without a leading underscore."""
    found = (module.name for module in pkgutil.iter_modules(tests.bench.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def run(asked: list[str]) -> int:
    """Run the named measurements one after another; 2 where a name is unknown."""
    known = names()
    unknown = [name for name in asked if name not in known]
    if unknown:
        sys.stderr.write(f"no measurement {', '.join(unknown)}; known: {', '.join(known)}\n")
        return 2
    for name in asked or known:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        importlib.import_module(f"tests.bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
