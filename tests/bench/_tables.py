"""A measured table, as Markdown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """`note`: how it was measured, and what is good to know when reading it."""

    title: str
    note: str
    head: list[str]
    rows: list[list[str]]

    def markdown(self) -> str:
        lines = [self.head, ["---"] * len(self.head), *self.rows]
        text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"{self.note}\n\n{text}"


def percent(share: float) -> str:
    """A share in percent, a dash for none."""
    return f"{100 * share:.1f}" if share == share else "–"
