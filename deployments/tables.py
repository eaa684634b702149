"""Tables that fit a screen."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


def plain_table(*headings: str) -> "Table":
    """Table without frames; a heading that starts with # is of numbers, set to the right."""
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        right = heading.startswith("#")
        table.add_column(heading.lstrip("#"), justify="right" if right else "left", no_wrap=True)
    return table
