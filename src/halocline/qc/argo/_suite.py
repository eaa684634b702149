"""Which tests run, with which thresholds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import create_model

import halocline.qc.argo as package
from halocline.model.params import Params
from halocline.model.registry import load_all
from halocline.qc.argo._api import ArgoTest, in_order

load_all(package)

if TYPE_CHECKING:
    _Blocks = Params
else:
    _Blocks = create_model(
        "_Blocks", __base__=Params, **{test.name: (test.params | None, None) for test in in_order()}
    )


class ArgoSuite(_Blocks):
    """One optional block of thresholds a test; a test without one does not run."""

    suite: Literal["argo"]
    title: str = ""
    """What sets this suite apart from the manual's."""
    based_on: Literal["", "argo"] = ""
    """Suite that holds every block this one does not name; `block: null` leaves a test out."""

    def over(self, base: "ArgoSuite") -> "ArgoSuite":
        """This suite, with the blocks of `base` for the tests it does not name."""
        named = {name: getattr(self, name) for name in self.model_fields_set}
        return base.model_copy(update=named)

    def tests(self) -> Iterator[tuple[ArgoTest, Params]]:
        """Tests that run, with their thresholds, in the order they run."""
        for test in in_order():
            params = getattr(self, test.name)
            if params is not None:
                yield test, params


def test_names() -> dict[int, str]:
    """Name of each bit of the masks: the manual's number and our word for it."""
    return dict(sorted((test.number, test.name) for test in in_order()))
