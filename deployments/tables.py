"""Tables that fit a screen."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PIPE_WIDTH = 160
"""Columns where the output is not a screen: nothing is cut in a log or a pipe."""


def wide_console() -> "Console":
    """Console as wide as the screen; wide enough for every table where there is none."""
    from rich.console import Console  # noqa: PLC0415

    found = Console(highlight=False, soft_wrap=True)
    return found if found.is_terminal else Console(
        highlight=False, soft_wrap=True, width=PIPE_WIDTH
    )  # fmt: skip


def plain_table(*headings: str) -> "Table":
    """Table without frames; a heading that starts with # is of numbers, set to the right."""
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        right = heading.startswith("#")
        table.add_column(heading.lstrip("#"), justify="right" if right else "left", no_wrap=True)
    return table
