"""Quality control of a fixed station's series: one file, one test."""

from halocline.qc.series._check import check
from halocline.qc.series._suite import SeriesSuite

__all__ = ["SeriesSuite", "check"]
