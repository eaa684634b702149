"""A float's profiles as arrays, and some rows of it."""

from dataclasses import fields, replace

import numpy as np

from halocline.model.profiles import Profiles, ProfileVariable


def some_float(*, seed: int, cycles: int = 8, levels: int = 30, platform: str = "6900001"):
    """Descending profiles of warm, salty water over cold; delayed mode, every flag 1."""
    rng = np.random.default_rng(seed)
    pressure = np.tile(np.linspace(5, 1500, max(levels, 1))[:levels], (cycles, 1))
    noise = rng.normal(0, 0.01, (2, *pressure.shape))
    return Profiles(
        platform=platform,
        cycle=np.arange(1, cycles + 1, dtype=np.int32),
        direction=np.full(cycles, "A"),
        scheme=np.full(cycles, "Primary sampling: discrete []"),
        mode=np.full(cycles, "D"),
        juld=26_000.0 + 10 * np.arange(cycles),
        juld_flag_source=np.ones(cycles, np.uint8),
        juld_location=26_000.0 + 10 * np.arange(cycles),
        latitude=np.full(cycles, 40.0),
        longitude=np.full(cycles, -20.0),
        position_flag_source=np.ones(cycles, np.uint8),
        date_update=np.full(cycles, np.datetime64("2023-01-01T00:00:00", "s")),
        source_file=np.full(cycles, "x.nc"),
        variables={
            "PRES": _variable(pressure),
            "TEMP": _variable(4 + 14 * np.exp(-pressure / 400) + noise[0]),
            "PSAL": _variable(34.9 + 0.8 * np.exp(-pressure / 300) + 0.3 * noise[1]),
        },
    )


def _variable(value: np.ndarray) -> ProfileVariable:
    value = value.astype(np.float32)
    return ProfileVariable(
        value=value,
        flag_source=np.ones(value.shape, np.uint8),
        adjusted=np.full_like(value, np.nan),
        adjusted_flag_source=np.full(value.shape, 9, np.uint8),
        adjusted_error=np.full_like(value, np.nan),
        mode=np.full(value.shape[0], "D"),
    )


def rows_of(profiles: Profiles, chosen: slice | np.ndarray) -> Profiles:
    """The same float with these rows only."""

    def cut(holder):
        return {
            one.name: getattr(holder, one.name)[chosen]
            for one in fields(holder)
            if isinstance(getattr(holder, one.name), np.ndarray)
        }

    variables = {name: replace(one, **cut(one)) for name, one in profiles.variables.items()}
    return replace(profiles, **cut(profiles), variables=variables)
