"""Items set aside: a value that is counted, shown and kept beside its bytes."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an item was set aside: the closed list an operator learns once."""

    EMPTY = "empty"
    """No bytes."""
    TRUNCATED = "truncated"
    """Fewer bytes than announced, or a file that ends too early."""
    NOT_THE_FORMAT = "not_the_format"
    """Another kind of file under this name: an HTML error page, text for netCDF."""
    UNREADABLE = "unreadable"
    """The format's own library cannot read it."""
    MISSING_VARIABLE = "missing_variable"
    """A variable or column without which the item means nothing is absent."""
    WRONG_PLATFORM = "wrong_platform"
    """The platform inside is not the one of the path."""
    WRONG_CYCLE = "wrong_cycle"
    """The cycle or direction inside is not the one of the path."""
    FUTURE_DATE = "future_date"
    """Observed or updated after it was received."""
    OUTSIDE_TREE = "outside_tree"
    """The path leaves the provider's tree."""
    BAD_HEADER = "bad_header"
    """A text file's header cannot be understood."""
    BAD_ROW = "bad_row"
    """A row that disagrees with its own header."""
    NO_DATA = "no_data"
    """Well formed, and nothing in it to make a product of."""
    OUT_OF_SCOPE = "out_of_scope"
    """A sound file of a kind this source does not process."""


@dataclass(frozen=True)
class Quarantined:
    """One item set aside: where it is, why, and what a person should know."""

    item: str
    """Path of the item in the provider's tree, or the platform when the whole of it is meant."""
    reason: Reason
    detail: str
    platform: str = ""
