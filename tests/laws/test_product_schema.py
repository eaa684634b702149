"""The public face of products: a name, type, dimension or attribute changes only on purpose.

To change it on purpose: `python -m tests.laws.test_product_schema`, and read the difference.
"""

import json
from pathlib import Path

import netCDF4
import numpy as np
import pytest

from halocline.products import argo_profiles, coasthf_series
from tests.samples.products import bgc_arguments, small_float, small_station

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "products"
CHANGING = {"history", "processing_software"}
"""Attributes that hold the version of the software."""
PRODUCTS = {
    "argo": lambda: argo_profiles.encode(**small_float().arguments()),
    "argo_bgc": lambda: argo_profiles.encode(**bgc_arguments()),
    "coasthf": lambda: coasthf_series.encode(**small_station().arguments()),
}


def face(content):
    """Everything a reader can rely on, values left out."""
    with netCDF4.Dataset("memory.nc", memory=content) as opened:
        return {
            "dimensions": sorted(opened.dimensions),
            "attributes": attributes(opened),
            "variables": {
                name: {
                    "type": str(variable.dtype),
                    "dimensions": list(variable.dimensions),
                    "attributes": attributes(variable),
                }
                for name, variable in opened.variables.items()
            },
        }


def attributes(holder):
    kept = {name: holder.getncattr(name) for name in holder.ncattrs() if name not in CHANGING}
    return {name: plain(value) for name, value in kept.items()}


def plain(value):
    if isinstance(value, np.ndarray):
        return [value.dtype.str, value.tolist()]
    return [value.dtype.str, value.item()] if isinstance(value, np.generic) else value


@pytest.mark.parametrize("network", sorted(PRODUCTS))
def test_the_face_of_a_product_is_the_one_published(network):
    published = json.loads((FOLDER / f"{network}.json").read_text(encoding="utf-8"))
    assert face(PRODUCTS[network]()) == published


if __name__ == "__main__":
    for network, make in PRODUCTS.items():
        text = json.dumps(face(make()), indent=1, ensure_ascii=False)
        (FOLDER / f"{network}.json").write_text(f"{text}\n", encoding="utf-8")
