"""Make one float's product: assemble, check, complete, correct, encode."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from halocline.gapfill.vertical import VerticalScore, fill_profiles, score_profiles
from halocline.model.estimates import Filled
from halocline.model.greylist import GreylistEntry
from halocline.model.profiles import Profiles
from halocline.pipeline.best_value import best_value
from halocline.pipeline.bgc import findings, must_have_reference
from halocline.pipeline.config import FillConfig, ProcessConfig
from halocline.pipeline.inputs import InputFile
from halocline.pipeline.made import Made
from halocline.pipeline.stopwatch import Stopwatch
from halocline.products import argo_profiles, preview_argo
from halocline.products.provenance import Provenance
from halocline.products.statistics import statistics_of_profiles
from halocline.qc.argo import ProfileFlags, check, test_names
from halocline.sources.argo_gdac import assemble

METHOD: Final = "pchip"
"""What completes a float's levels."""
EPOCH: Final = np.datetime64("1950-01-01T00:00:00", "s")
"""Day zero of Argo's JULD."""


@dataclass(frozen=True)
class Completed:
    """Parameters whose levels were completed, and how well hidden ones were met."""

    filled: dict[str, Filled]
    scores: dict[str, VerticalScore]


def make(
    contents: Sequence[tuple[InputFile, bytes]],
    *,
    provenance: Provenance,
    config: ProcessConfig,
    watch: Stopwatch,
    greylist: Iterable[GreylistEntry] | None = None,
) -> Made:
    """The product of one float from the bytes of its files; the platform's reference time is now.

    `greylist`: rows of the grey list, None where there is no list.

    Raises:
        BadUpstreamData: theirs; no file holds a profile.
        ContractBroken: ours; this process has another BGC reference than the run was planned with.
    """
    must_have_reference(config.reference)
    with watch.stage("decode"):
        found = assemble(provenance.platform, contents)
    profiles = found.profiles
    with watch.stage("qc"):
        now = juld_of(provenance.reference_time)
        flags = check(profiles, config.argo_suite, now, greylist=greylist)
    with watch.stage("fill"):
        completed = complete(profiles, flags, fill=config.argo_fill, seed=config.seed)
    with watch.stage("correct"):
        bgc = findings(profiles, flags)
        corrected = bgc.corrected(profiles, flags)
    with watch.stage("encode"):
        product = argo_profiles.encode(
            profiles=profiles,
            flags=flags,
            filled=completed.filled,
            provenance=provenance,
            fill_method=METHOD,
            tests=test_names(),
            scores=completed.scores,
            corrected=corrected,
            uncorrected=bgc.uncorrected(),
        )
    return Made(
        product=product,
        draw=lambda: preview_argo.draw(
            profiles=profiles, flags=flags, filled=completed.filled, provenance=provenance
        ),
        statistics=statistics_of_profiles(
            profiles=profiles,
            flags=flags,
            filled=completed.filled,
            fill_method=METHOD,
            scores=completed.scores,
        ),
        provenance=provenance,
        quarantined=tuple(found.quarantined),
    )


def complete(profiles: Profiles, flags: ProfileFlags, *, fill: FillConfig, seed: int) -> Completed:
    """Fill every parameter but pressure at the levels whose pressure can be used."""
    best = {
        name: best_value(variable, flags.variables[name], usable=fill.usable_flags)
        for name, variable in profiles.variables.items()
    }
    if "PRES" not in best:
        return Completed({}, {})
    pressure = best["PRES"].value
    filled, scores = {}, {}
    for name, one in best.items():
        if name == "PRES" or not np.isfinite(one.value).any():
            continue
        filled[name] = fill_profiles(
            pressure,
            one.value,
            seed=seed,
            origin=one.origin,
            error=one.error,
            decimals=fill.decimals,
        )
        scores[name] = score_profiles(pressure, one.value, seed=seed)
    return Completed(filled, scores)


def juld_of(instant: str) -> float:
    """Days since 1950-01-01 UTC of an instant like 2026-01-31T00:00:00Z."""
    seconds = np.datetime64(instant.rstrip("Z"), "s") - EPOCH
    return float(seconds / np.timedelta64(1, "D"))
