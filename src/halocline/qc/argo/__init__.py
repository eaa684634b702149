"""Real-time quality control of Argo profiles: one file, one test of the manual.

    >>> from halocline.qc import argo
    >>> flags = argo.check_arrays(suite, pres=[[5, 10, 15]], temp=[[20, 99, 20]], juld=27000.0)
    >>> flags.variables["TEMP"].flag

See `docs/reference/argo-qc.md`.
"""

from halocline.qc.argo._check import ProfileFlags, check
from halocline.qc.argo._suite import ArgoSuite, test_names

__all__ = ["ArgoSuite", "ProfileFlags", "check", "test_names"]
