"""The part of a network file that says which floats to follow."""

from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from halocline.model.params import Params
from halocline.networks.fields import Addresses, Box, Filling, Wmo

Dac = Literal[
    "aoml", "bodc", "coriolis", "csio", "csiro", "incois", "jma", "kma", "kordi", "meds", "nmdis"
]
"""The eleven Argo data centres, as the GDAC names their folders."""


class ArgoNetwork(Params):
    """Floats to follow: those that meet every criterion given."""

    addresses: Addresses
    """Roots of a GDAC tree (holding `dac/`), the next one used when one does not answer."""
    everything: bool = False
    """Every float of the archive; for small archives."""
    wmo: tuple[Wmo, ...] = ()
    box: Box | None = None
    dac: tuple[Dac, ...] = ()
    parameters: tuple[str, ...] = ()
    """Sensors a float must have, by Argo parameter name such as DOXY."""
    bio: bool = True
    """Whether B files are pulled beside core files."""
    suite: Path | None = None
    """Thresholds, relative to this file; the shipped ones when not given."""
    filling: Filling = Filling()

    @model_validator(mode="after")
    def _selects(self) -> Self:
        criteria = bool(self.wmo or self.box or self.dac or self.parameters)
        if criteria == self.everything:
            raise ValueError("give wmo, box, dac or parameters, or else `everything: true`")
        return self
