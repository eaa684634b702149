"""What quality control says of one variable."""

from dataclasses import dataclass

from halocline.model.flags import FlagArray, MaskArray


@dataclass(frozen=True)
class Checked:
    """Our flag of each value, and which tests spoke; all arrays have the variable's shape.

    Bit n of `done` is set where test n could judge the value, bit n of `failed` where it raised
    the flag to 3 or 4 (Argo: n is the manual's number). A test that could not run leaves its
    `done` bit clear: NOT_EVALUATED is not a pass. A value that no test judged keeps flag 0.
    """

    flag: FlagArray
    failed: MaskArray
    done: MaskArray
