"""The table of tests on the reference page, as the registry has it.

    python -m halocline.qc.argo._page

prints what stands between the marks of `docs/reference/argo-qc.md`.
"""

import sys
from typing import Final

import halocline.qc.argo as package
from halocline.model.registry import load_all
from halocline.qc.argo._api import ArgoTest, in_order

load_all(package)

HEAD: Final = "| bit | name in a suite | what it finds | rows it leaves out | looks at | source |"


def table() -> str:
    """Every registered test, in the order they run, as a Markdown table."""
    return "\n".join([HEAD, "|---" * 6 + "|", *(_row(test) for test in in_order())])


def _row(test: ArgoTest) -> str:
    found = (test.function.__doc__ or "").split("\n", 1)[0].rstrip(".")
    cells = (
        str(test.number),
        f"`{test.name}`",
        found,
        "" if test.near_surface else "near-surface",
        "other profiles of the float" if test.needs_history else "its own profile",
        test.source,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
