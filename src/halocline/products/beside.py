"""What may stand beside a checked parameter of a float: a correction of ours, a second opinion."""

import numpy as np

from halocline.model.corrected import Corrected
from halocline.model.estimates import FloatArray
from halocline.products.blocks import ESTIMATE, QUALITY, Block, flag_variable
from halocline.products.netcdf import Attribute, NcVariable


def probability_variable(block: Block, probability: FloatArray) -> NcVariable:
    """A second opinion, beside the flag and never part of it."""
    return NcVariable(
        f"{block.name}_QC_PROBABILITY",
        block.dims,
        probability.astype(np.float32),
        {
            "long_name": f"Probability that an expert would call {block.name} bad, as learned from "
            "delayed-mode flags of other floats",
            "coverage_content_type": QUALITY,
            "units": "1",
            "valid_min": np.float32(0),
            "valid_max": np.float32(1),
            "coordinates": block.coordinates,
            "comment": f"a second opinion: {block.name}_QC is computed without it",
        },
        block.fill,
    )


def corrected_variables(block: Block, corrected: Corrected) -> list[NcVariable]:
    """Our own correction of a sensor, its error, what each value is worth, and the evidence."""
    name, words = f"{block.name}_CORRECTED", block.parameter.long_name
    known: dict[str, Attribute] = {"units": block.units.cf, "coordinates": block.coordinates}
    if block.units.source != block.units.cf:
        known["units_source"] = block.units.source or "none given"
    evidence: dict[str, Attribute] = dict(corrected.evidence)
    worth = [] if corrected.flag is None else [
        flag_variable(
            f"{name}_QC",
            block.dims,
            corrected.flag,
            long_name=f"Quality flag of {name} by halocline",
            ours=True,
            extra={"coordinates": block.coordinates},
        )
    ]  # fmt: skip
    return [
        NcVariable(
            name,
            block.dims,
            corrected.value,
            {
                "long_name": f"{words}, corrected by halocline",
                "coverage_content_type": ESTIMATE,
                **known,
                "ancillary_variables": " ".join([*(one.name for one in worth), f"{name}_ERROR"]),
                **evidence,
            },
            block.fill,
        ),
        NcVariable(
            f"{name}_ERROR",
            block.dims,
            corrected.error,
            {
                "long_name": f"Standard deviation of {name}",
                "coverage_content_type": QUALITY,
                **known,
            },
            block.fill,
        ),
        *worth,
    ]
