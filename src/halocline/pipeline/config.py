"""Everything a run chose beside its inputs: thresholds, filling, seed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from halocline.model.digest import Json, digest_of
from halocline.model.flags import Flag
from halocline.pipeline.bgc import reference_digest
from halocline.pipeline.code_digest import code_digest
from halocline.pipeline.followed import EVERY_FLOAT, EVERY_STATION, Followed
from halocline.pipeline.jobs import Recipe
from halocline.products.provenance import Network
from halocline.qc.argo import ArgoSuite
from halocline.qc.series import SeriesSuite
from halocline.sources.generic_csv import CsvOptions
from halocline.suites import suite_digest


@dataclass(frozen=True)
class FillConfig:
    """Which values feed an estimate, and how finely estimates are written."""

    usable_flags: frozenset[int] = frozenset(
        {Flag.NOT_EVALUATED, Flag.GOOD, Flag.PROBABLY_GOOD, Flag.CHANGED}
    )
    """Our flags that may feed an estimate. 4 never does; 3 is left out unless asked for."""
    decimals: int = 4
    """Estimates are rounded to this many decimals: equal bytes on equal processors."""


@dataclass(frozen=True)
class ProcessConfig:
    """Suites and choices of one run; picklable."""

    argo_suite: ArgoSuite
    series_suite: SeriesSuite
    argo_fill: FillConfig = field(default_factory=FillConfig)
    series_fill: FillConfig = field(default_factory=FillConfig)
    series_variables: tuple[str, ...] = ()
    """Variables of a station to make; all when empty."""
    series_neighbours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Stations whose files are inputs of another's, by its code. No part of the recipe but by
    those files: to name a neighbour of one station asks for no other."""
    series_outside: Mapping[str, CsvOptions] = field(default_factory=dict)
    """What the tables of a platform that is only looked at do not say of themselves, by its code.
    Of the recipe of every station, where there is any: it is seldom and then seldom changed."""
    series_tide: Mapping[str, str] = field(default_factory=dict)
    """Station → level its tide is told from; of the recipe of its model alone, and with that of
    its products."""
    series_tail_weight: float = 1.0
    """Weight of lessons at the extremes; of the recipe of models, as the tide is."""
    argo_followed: Followed = EVERY_FLOAT
    """Floats that are made; of no recipe, as whoever follows a float has the same product of it."""
    series_followed: Followed = EVERY_STATION
    """Stations that are made and learned; others are looked at where they are neighbours."""
    seed: int = 20261124
    reference: str = field(default_factory=reference_digest)
    """What BGC sensors are compared with, as it is installed where the run was planned."""

    def recipe(self, network: Network) -> Recipe:
        """What shapes every product of a network; the choices of the other one do not."""
        suite = self.argo_suite if network == "argo" else self.series_suite
        fill = self.argo_fill if network == "argo" else self.series_fill
        # What a network's products depend on beside suite and filling.
        rest = [self.reference] if network == "argo" else self._series_choices()
        return Recipe(
            code_digest=code_digest(),
            suite_digest=suite_digest(suite),
            config_digest=digest_of([sorted(fill.usable_flags), fill.decimals, rest]),
            seed=self.seed,
        )

    def _series_choices(self) -> list[Json]:
        told = {
            name: asdict(one) for name, one in self.series_outside.items() if one != CsvOptions()
        }
        return [*sorted(self.series_variables), *([told] if told else [])]
