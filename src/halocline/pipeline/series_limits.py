"""What a sensor can read, as the thresholds of quality control have it."""

from halocline.learn.filling import Limits
from halocline.model.series import Series
from halocline.qc.series import SeriesSuite


def limits_of(series: Series, suite: SeriesSuite) -> dict[str, Limits]:
    """What a sensor of each variable can read, as the suite's gross range test has it."""
    limits = {}
    for name, variable in series.variables.items():
        tests = suite.column_tests(
            platform=series.platform, name=name, parameter=variable.parameter,
            units=variable.units,
        )  # fmt: skip
        for test, params in tests:
            if test.name == "gross_range":
                lower, upper = params.model_dump()["sensor"]
                limits[name] = Limits(lower, upper)
    return limits
