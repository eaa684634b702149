"""Decide what has to be made: compare recipes, open no file.

A product's recipe is the digest of everything that shapes its bytes. Where the current product
has the recipe its inputs ask for, nothing is done (design, decision 9).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from halocline.model.digest import digest_of
from halocline.model.greylist import GreylistEntry
from halocline.pipeline.grey_list import Listed, digest_of_rows, rows_of
from halocline.pipeline.input_digests import input_digests
from halocline.pipeline.inputs import InputFile, digest_of_inputs
from halocline.pipeline.model_id import ModelId
from halocline.products.provenance import Network

MARGIN_DAYS = 31
"""Days on either side of a year that its filling looks at: the longest gap that is filled."""
ARGO_KINDS = frozenset({"core", "bio", "prof", "meta"})
SERIES_KINDS = frozenset({"csv", "series"})
OUTSIDE_KIND = "outside"
"""Of files that stations look at and no product is made of."""


@dataclass(frozen=True)
class Recipe:
    """What shapes a product beside its inputs: the same for every job of a run."""

    code_digest: str
    suite_digest: str
    config_digest: str
    seed: int

    def of(
        self,
        *,
        job: str,
        inputs: str,
        reference_time: str,
        greylist: str = "",
        model: ModelId | None = None,
        tide: str = "",
        tail_weight: float = 1.0,
    ) -> str:
        """Digest of this recipe applied to inputs of that digest (`digest_of_inputs`).

        `greylist`: digest of what the grey list says of the float, '' where there is none;
        `model`: the trained model that is applied; `tide`: the level it is told from, and
        `tail_weight`: what extremes count, of a model that is to be learned.
        """
        return digest_of(
            {
                "job": job,
                "inputs": inputs,
                "code": self.code_digest,
                "suite": self.suite_digest,
                "config": self.config_digest,
                "seed": self.seed,
                "reference_time": reference_time,
                **({"greylist": greylist} if greylist else {}),
                **({"model": [model.name, model.version]} if model else {}),
                **({"tide": tide} if tide else {}),
                **({"tail_weight": tail_weight} if tail_weight != 1.0 else {}),
            }
        )


@dataclass(frozen=True)
class Job:
    """One platform (a station: one year of it) to be made from these inputs."""

    network: Network
    platform: str
    year: int
    inputs: tuple[InputFile, ...]
    recipe: str
    reference_time: str
    """ISO UTC: latest receipt among the inputs, the only "now" a product knows."""
    greylist: tuple[GreylistEntry, ...] | None = None
    """What the grey list says of the float; None where there is no list."""
    model: ModelId | None = None
    """Trained model that fills the station's gaps; None: each product learns from itself."""

    @property
    def name(self) -> str:
        """Platform as an operator names it: the WMO number, or the station and its year."""
        return f"{self.platform} {self.year}" if self.year else self.platform

    @property
    def own(self) -> tuple[InputFile, ...]:
        """Inputs of the platform itself; the others are its neighbours'."""
        return tuple(one for one in self.inputs if one.platform == self.platform)

    @property
    def weight(self) -> int:
        """Bytes to read: jobs are started longest first."""
        return sum(one.size for one in self.inputs)


def argo_jobs(
    files: Iterable[InputFile], recipe: Recipe, *, listed: Listed | None = None
) -> list[Job]:
    """One job a float that has at least one profile file.

    `listed`: the grey list by float. Only a float's own rows are part of its recipe, so a new
    edition of the list asks for those floats alone whose rows changed.
    """
    by_platform: dict[str, list[InputFile]] = defaultdict(list)
    for one in files:
        if one.kind in ARGO_KINDS:
            by_platform[one.platform].append(one)
    return [
        _job(
            network="argo",
            platform=platform,
            year=0,
            inputs=inputs,
            recipe=recipe,
            greylist=rows_of(platform, listed),
        )
        for platform, inputs in sorted(by_platform.items())
        if any(one.kind != "meta" for one in inputs)
    ]


def argo_recipes(
    files: pa.Table, recipe: Recipe, *, listed: Listed | None = None
) -> dict[str, str]:
    """By float, the recipe `argo_jobs` would give its job; no job is made.

    files: columns platform, kind, file, sha256, received.
    """
    used = files.filter(pc.is_in(files["kind"], value_set=pa.array(sorted(ARGO_KINDS))))
    floats = set(used.filter(pc.not_equal(used["kind"], "meta"))["platform"].unique().to_pylist())
    return {
        platform: recipe.of(
            job=f"argo/{platform}/0",
            inputs=one.digest,
            reference_time=one.received,
            greylist=digest_of_rows(rows_of(platform, listed)),
        )
        for platform, one in input_digests(used).items()
        if platform in floats
    }


def coasthf_jobs(
    files: Iterable[InputFile],
    recipe: Recipe,
    *,
    stations: Collection[str] | None = None,
    models: Mapping[str, ModelId] | None = None,
    neighbours: Mapping[str, Sequence[str]] | None = None,
) -> list[Job]:
    """One job a station and calendar year in which at least one file has rows.

    `stations`: theirs alone; of every one that has files when None.
    `models`: the trained model of each station that has one; a new one asks for that station's
    years alone. `neighbours`: platforms whose files a model looks at beside its own.
    """
    files = list(files)
    by_platform, known = series_files(files), driver_files(files)
    return [
        _job(
            network="coasthf",
            platform=platform,
            year=year,
            inputs=[one for one in seen if _touches(one, year=year, margin_days=MARGIN_DAYS)],
            recipe=recipe,
            model=(models or {}).get(platform),
        )
        for platform, inputs in sorted(by_platform.items())
        if stations is None or platform in stations
        for seen in [
            with_neighbours(platform, known, neighbours or {})
            if platform in (models or {})
            else inputs
        ]
        for year in _years(inputs)
    ]


def series_files(files: Iterable[InputFile]) -> dict[str, list[InputFile]]:
    """Files that hold rows of a series, by station."""
    return _by_platform(files, kinds=SERIES_KINDS)


def driver_files(files: Iterable[InputFile]) -> dict[str, list[InputFile]]:
    """As `series_files`, and those of platforms that are looked at alone."""
    return _by_platform(files, kinds={*SERIES_KINDS, OUTSIDE_KIND})


def _by_platform(
    files: Iterable[InputFile], *, kinds: Collection[str]
) -> dict[str, list[InputFile]]:
    by_platform: dict[str, list[InputFile]] = defaultdict(list)
    for one in files:
        if one.kind in kinds and one.first:
            by_platform[one.platform].append(one)
    return dict(by_platform)


def with_neighbours(
    platform: str,
    by_platform: Mapping[str, Sequence[InputFile]],
    neighbours: Mapping[str, Sequence[str]],
) -> list[InputFile]:
    """Files of a station and of its neighbours, of those that anything was received of.

    `by_platform`: of `driver_files`.
    """
    names = [platform, *neighbours.get(platform, ())]
    return [one for name in names for one in by_platform.get(name, ())]


def _job(
    *,
    network: Network,
    platform: str,
    year: int,
    inputs: list[InputFile],
    recipe: Recipe,
    greylist: tuple[GreylistEntry, ...] | None = None,
    model: ModelId | None = None,
) -> Job:
    reference_time = max(one.received for one in inputs)
    name = f"{network}/{platform}/{year}"
    return Job(
        network=network,
        platform=platform,
        year=year,
        inputs=tuple(sorted(inputs, key=lambda one: (one.received, one.file))),
        recipe=recipe.of(
            job=name,
            inputs=digest_of_inputs(inputs),
            reference_time=reference_time,
            greylist=digest_of_rows(greylist),
            model=model,
        ),
        reference_time=reference_time,
        greylist=greylist,
        model=model,
    )


def _years(inputs: Sequence[InputFile]) -> list[int]:
    spans = (range(int(one.first[:4]), int(one.last[:4]) + 1) for one in inputs)
    return sorted({year for span in spans for year in span})


def _touches(one: InputFile, *, year: int, margin_days: int) -> bool:
    margin = np.timedelta64(margin_days, "D")
    start = np.datetime64(f"{year}-01-01") - margin
    stop = np.datetime64(f"{year + 1}-01-01") + margin
    first, last = np.datetime64(one.first.rstrip("Z")), np.datetime64(one.last.rstrip("Z"))
    return bool(first < stop and last >= start)


def changed(jobs: Iterable[Job], current: dict[tuple[str, str, int], str]) -> list[Job]:
    """Jobs whose recipe is not that of the current product; `current` maps identity to recipe."""
    return [job for job in jobs if current.get((job.network, job.platform, job.year)) != job.recipe]
