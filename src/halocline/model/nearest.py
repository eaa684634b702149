"""What a name that is not known was probably meant to be."""

import difflib
from collections.abc import Iterable
from typing import Final

CLOSE: Final = 0.7
"""Share of letters in common and in order, of both names: TMEP and TEMP have 0.75."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a message about a name: "; did you mean TEMP?", or '' where none is close."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=CLOSE)
    return f"; did you mean {close[0]}?" if close else ""
