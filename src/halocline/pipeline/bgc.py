"""A float's BGC sensors against a reference: what is found, and the parameters freed from it."""

from dataclasses import dataclass

import numpy as np

from halocline.model.corrected import Corrected
from halocline.model.flags import Flag
from halocline.model.profiles import Profiles
from halocline.predict.bgc_reference import Finding, nitrate_finding, oxygen_finding
from halocline.predict.canyon_b import nitrate_committee
from halocline.qc.argo import ProfileFlags


@dataclass(frozen=True)
class BgcFindings:
    """By parameter; `without` says why nothing could be said of one the float carries."""

    found: dict[str, Finding]
    without: dict[str, str]

    def corrected(self, profiles: Profiles, flags: ProfileFlags) -> dict[str, Corrected]:
        """Parameters of these profiles that are to be corrected, corrected."""
        return {
            name: finding.correction.apply(
                profiles.variables[name].value, flags.variables[name].flag, profiles.juld
            )
            for name, finding in self.found.items()
            if finding.correction is not None and name in profiles.variables
        }


def findings(profiles: Profiles, flags: ProfileFlags) -> BgcFindings:
    """DOXY first, then NITRATE with the oxygen that is best; our flag 4 feeds neither."""
    usable = {
        name: np.isfinite(one.value) & (flags.variables[name].flag != Flag.BAD)
        for name, one in profiles.variables.items()
    }
    found: dict[str, Finding] = {}
    without: dict[str, str] = {}
    oxygen = oxygen_finding(profiles, usable)
    if oxygen is not None:
        found["DOXY"] = oxygen
    elif "DOXY" in profiles.variables:
        without["DOXY"] = "too few ascents with oxygen, temperature and salinity at the surface"
    if "NITRATE" not in profiles.variables:
        return BgcFindings(found, without)
    committee = nitrate_committee()
    nitrate = None if committee is None else nitrate_finding(profiles, usable, committee, oxygen)
    if nitrate is not None:
        found["NITRATE"] = nitrate
    else:
        without["NITRATE"] = (
            "weights of CANYON-B are not installed: pip install 'halocline[bgc]'"
            if committee is None
            else "no deep level with nitrate, temperature, salinity and oxygen"
        )
    return BgcFindings(found, without)
