"""What a gap-filling method is, and where each registers itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import halocline.gapfill
from halocline.gapfill._scene import Answers, Points, Scene
from halocline.model.estimates import Estimate, FloatArray, Origin
from halocline.model.registry import Registry, load_all
from halocline.model.series import Grid


class Filler(Protocol):
    """A method that has learned what it needs: fills any grid of the series it was fitted on."""

    def __call__(self, grid: Grid) -> Estimate:
        """Mean and standard deviation at every point of `grid`; NaN where it has no answer."""
        ...


class Fit(Protocol):
    """Learn from the present values of a grid."""

    def __call__(self, grid: Grid, *, seed: int) -> Filler:
        """Same grid and seed, same filler; the grid is left untouched."""
        ...


F = TypeVar("F", bound=Fit)


@dataclass(frozen=True)
class SeriesMethod:
    """One way to fill a series, fitted once and applied to many versions of its grid.

    The two steps are apart because judging hides hundreds of gaps: fitting costs a second, one
    pass over a year some milliseconds.
    """

    name: str
    title: str
    origin: Origin
    """What a value it made is called in a product: INTERPOLATED or MODELLED."""
    source: str
    fit: Fit

    def fill(self, grid: Grid, *, seed: int) -> Estimate:
        """Estimate the whole grid (n,), missing points included, from its present values."""
        return self.fit(grid, seed=seed)(grid)


METHODS: Final[Registry[SeriesMethod]] = Registry("gap-filling method")
REFERENCE: Final = "linear"
"""The method every other must beat: it is published where none does."""


def series_method(*, name: str, title: str, origin: Origin, source: str) -> Callable[[F], F]:
    """Register a `fit` function as the method `name`."""

    def register(fit: F) -> F:
        METHODS.add(name, SeriesMethod(name, title, origin, source, fit))
        return fit

    return register


def series_methods() -> dict[str, SeriesMethod]:
    """Every method of this folder by name, the reference first."""
    load_all(halocline.gapfill)
    names = sorted(METHODS, key=lambda name: (name != REFERENCE, name))
    return {name: METHODS[name] for name in names}


class PointFiller(Protocol):
    """A method that has learned what it needs: answers at points inside gaps of its variable."""

    def __call__(self, scene: Scene, points: Points) -> Answers:
        """Value and spread at each point, each gap hidden alone; NaN where it has no answer."""
        ...


class PointFit(Protocol):
    """Learn from points of a scene whose truth the scene holds."""

    def __call__(
        self,
        scene: Scene,
        lessons: Points,
        *,
        bases: Mapping[str, PointFiller],
        seed: int,
        weight: FloatArray | None = None,
    ) -> PointFiller:
        """Same scene, lessons and seed, same filler; nothing given is changed.

        `bases` are the univariate methods fitted on the same grid, for a method that improves one;
        `weight` (k,) > 0: how much each lesson counts, all alike when not given.
        """
        ...


P = TypeVar("P", bound=PointFit)


@dataclass(frozen=True)
class StationMethod:
    """One way to fill a variable that may look at its whole station: other sensors, drivers.

    It learns from gaps planted where the truth is known, so one is fitted per gap-length class
    and mode: with the other sensors alive (*sensor*), or with all lost together (*station*).
    """

    name: str
    title: str
    origin: Origin
    source: str
    fit: PointFit


STATION_METHODS: Final[Registry[StationMethod]] = Registry("gap-filling method of a station")


def station_method(*, name: str, title: str, origin: Origin, source: str) -> Callable[[P], P]:
    """Register a `fit` function as the station method `name`."""

    def register(fit: P) -> P:
        STATION_METHODS.add(name, StationMethod(name, title, origin, source, fit))
        return fit

    return register


def station_methods() -> dict[str, StationMethod]:
    """Every station method of this folder by name, in order of name."""
    load_all(halocline.gapfill)
    return {name: STATION_METHODS[name] for name in sorted(STATION_METHODS)}
