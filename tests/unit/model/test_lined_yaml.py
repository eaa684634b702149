"""What a person reads of a faulty file: the line, what was wanted, what was found."""

import pytest
from pydantic import Field

from halocline.model.errors import ConfigInvalid
from halocline.model.lined_yaml import read_model
from halocline.model.params import Params


class River(Params):
    """A block like those of network files."""

    files: tuple[str, ...] = Field(default=("a",), min_length=1)
    decimals: int = Field(default=4, le=8)
    rename: dict[str, str] = Field(default_factory=dict)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("files: a.csv", "river:1: files: wanted a list: [one, another]; found 'a.csv'"),
        ("files: [a, 3]", "river:1: files[1]: wanted text, in quotes where it looks like a number; "
         "found 3"),
        ("rename: debit", "river:1: rename: wanted keys with values: {key: value}; found 'debit'"),
        ("decimals: 12", "river:1: decimals: wanted less than or equal to 8; found 12"),
        ("- a", "river:1: file: wanted keys with values: {key: value}"),
        ("decimal: 1", "river:1: decimal: unknown key; did you mean decimals?"),
    ],
)  # fmt: skip
def test_a_fault_says_what_was_wanted_and_what_was_found(text, told):
    with pytest.raises(ConfigInvalid) as caught:
        read_model(text, model=River, source="river")
    assert str(caught.value) == told


def test_a_list_of_refused_items_is_not_called_too_short():
    with pytest.raises(ConfigInvalid) as caught:
        read_model("files: [1]", model=River, source="river")
    assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(ConfigInvalid, match="at least 1 item"):
        read_model("files: []", model=River, source="river")
