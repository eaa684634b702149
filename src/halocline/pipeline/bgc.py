"""A float's BGC sensors: what is found of their errors, and the parameters freed from them."""

from dataclasses import dataclass

import numpy as np

from halocline.model.corrected import Corrected
from halocline.model.errors import ContractBroken
from halocline.model.flags import Flag
from halocline.model.profiles import Profiles
from halocline.predict.bgc_reference import Finding, nitrate_finding, oxygen_finding
from halocline.predict.canyon_b import nitrate_committee
from halocline.predict.chlorophyll import ChlorophyllFinding, chlorophyll_finding
from halocline.qc.argo import ProfileFlags


@dataclass(frozen=True)
class BgcFindings:
    """By parameter; `without` says why nothing could be said of one the float carries."""

    found: dict[str, Finding | ChlorophyllFinding]
    without: dict[str, str]

    def uncorrected(self) -> dict[str, str]:
        """Why a parameter that could be corrected is left as it is."""
        untold = {
            name: "its error cannot be told from that of the reference"
            for name, finding in self.found.items()
            if finding.correction is None
        }
        return untold | self.without

    def corrected(self, profiles: Profiles, flags: ProfileFlags) -> dict[str, Corrected]:
        """Parameters of these profiles that are to be corrected, corrected."""
        return {
            name: finding.correction.apply(profiles, name, flags.variables[name].flag)
            for name, finding in self.found.items()
            if finding.correction is not None and name in profiles.variables
        }


def reference_digest() -> str:
    """Digest of what corrections depend on beside the float: the weights of CANYON-B, or ''."""
    committee = nitrate_committee()
    return "" if committee is None else committee.digest


def must_have_reference(planned: str) -> None:
    """The weights installed here are those the run was planned with.

    Raises:
        ContractBroken: ours; this process would correct nitrate otherwise, under one recipe.
    """
    here = reference_digest()
    if here != planned:
        raise ContractBroken(
            f"weights of CANYON-B: {_named(here)} here, {_named(planned)} where the run was "
            "planned; install 'halocline[bgc]' on every worker or on none, of one version"
        )


def _named(digest: str) -> str:
    return digest[:12] or "none"


def findings(profiles: Profiles, flags: ProfileFlags) -> BgcFindings:
    """DOXY first, then NITRATE with the oxygen that is best, and CHLA; our flag 4 feeds none."""
    usable = {
        name: np.isfinite(one.value) & (flags.variables[name].flag != Flag.BAD)
        for name, one in profiles.variables.items()
    }
    oxygen = oxygen_finding(profiles, usable)
    committee = nitrate_committee()
    nitrate = None if committee is None else nitrate_finding(profiles, usable, committee, oxygen)
    chlorophyll = chlorophyll_finding(profiles, usable)
    said = {"DOXY": oxygen, "NITRATE": nitrate, "CHLA": chlorophyll}
    found = {name: one for name, one in said.items() if one is not None}
    why = {
        "DOXY": "too few ascents with oxygen, temperature and salinity at the surface",
        "NITRATE": "weights of CANYON-B are not installed: pip install 'halocline[bgc]'"
        if committee is None
        else "no deep level with nitrate, temperature, salinity and oxygen",
        "CHLA": "no profile reaches the depth where its dark is read, 950 dbar",
    }
    without = {
        name: words
        for name, words in why.items()
        if name in profiles.variables and name not in found
    }
    return BgcFindings(found, without)
