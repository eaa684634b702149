"""Real-time quality control of Argo profiles: one file, one test of the manual.

    >>> from halocline.qc import argo
    >>> flags = argo.check_arrays(pres=[5, 10, 15], temp=[20, 99, 20], juld=27000.0)
    >>> flags.variables["TEMP"].flag
    array([1, 4, 1], dtype=uint8)

`check_dataset` takes an xarray Dataset of an Argo file, `check` the `Profiles` of the library.
See `docs/how-to/check-argo-profiles.md`.
"""

from halocline.qc.argo._arrays import check_arrays, manual
from halocline.qc.argo._check import ProfileFlags, check
from halocline.qc.argo._dataset import check_dataset
from halocline.qc.argo._suite import ArgoSuite, test_names

__all__ = [
    "ArgoSuite",
    "ProfileFlags",
    "check",
    "check_arrays",
    "check_dataset",
    "manual",
    "test_names",
]
