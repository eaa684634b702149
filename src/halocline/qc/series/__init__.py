"""Quality control of a fixed station's series: one file, one test."""

from halocline.qc.series._check import check, failures
from halocline.qc.series._suite import ANY, SeriesSuite, test_names
from halocline.qc.series._told import told, wholesale

__all__ = ["ANY", "SeriesSuite", "check", "failures", "test_names", "told", "wholesale"]
