"""A product of ours is not taken for what was received."""

import gzip

import pytest

from halocline.model.errors import ConfigInvalid
from halocline.pipeline.climatology_file import learn_files
from halocline.pipeline.compare_file import compare_files
from halocline.pipeline.drivers import DriverFiles
from halocline.pipeline.fill_file import fill_files
from halocline.suites import load_suite, shipped_suite
from tests.unit.pipeline.test_fill_file import NOW, fill, table

HOW = {"suite": load_suite(shipped_suite("coasthf")), "now": NOW}
COMPARE = {"seed": 1, "lengths_h": (6.0,), "mode": "station"}


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    content = fill(table(folder / "own.csv"), method="linear").product()
    (folder / "own_filled.nc").write_bytes(content)
    (folder / "packed.nc.gz").write_bytes(gzip.compress(content))
    table(folder / "other.csv")
    return folder


@pytest.mark.parametrize("name", ["own_filled.nc", "packed.nc.gz"])
@pytest.mark.parametrize(
    "use",
    [
        fill,
        lambda path: learn_files([path], **HOW),
        lambda path: compare_files([path], **HOW, **COMPARE),
        lambda path: fill_files([path.with_name("other.csv")], **HOW, seed=1, method="station",
                                drivers=DriverFiles((path,))),
    ],
    ids=["fill", "climatology", "compare", "driver"],
)  # fmt: skip
def test_a_product_is_refused(product, name, use) -> None:
    with pytest.raises(ConfigInvalid, match=f"{name} is a product of halocline .* were received"):
        use(product / name)
