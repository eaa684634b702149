"""Test 59, nitrate."""

import re
from typing import Final

import numpy as np

from halocline.model.estimates import FloatArray
from halocline.model.flags import Flag
from halocline.model.params import Params
from halocline.qc.argo._api import BoolArray, Casts, Example, Verdict, argo_test

NITRATE: Final = "NITRATE"
SPECTRUM: Final = "UV_INTENSITY_NITRATE"
DARK: Final = "UV_INTENSITY_DARK_NITRATE"
FIT: Final = "FIT_ERROR_NITRATE"
REFERENCE: Final = re.compile(r"UV_INTENSITY_REF_NITRATE[^=]*=\s*\[([^\]]*)\]")


class RawNitrate(Params):
    """What an unadjusted value is worth, and when its spectrum cannot be believed."""

    raw: Flag
    saturated: float
    """Counts of a channel that can count no further: PROBABLY_BAD."""
    absorbance: tuple[float, float]
    """Absorbance of the last channel from which a value is PROBABLY_BAD, and BAD."""
    fit_error: float
    """Error of the fit from which a value is BAD."""


PARAMS: Final = {"raw": 3, "saturated": 65535, "absorbance": [0.8, 1.1], "fit_error": 0.003}
TRUST: Final = PARAMS | {"raw": 1}
THREE: Final = {"PRES": [[5, 10, 15]], "NITRATE": [[1, 1, 1]]}
SATURATED: Final = np.array([[[9, 9], [9, 65535], [9, 9]]], dtype=np.float32)
DIM: Final = np.array([[[5e4, 5e4], [5e4, 1.0e4], [5e4, 3e3]]], dtype=np.float32)
CALIBRATED: Final = {"NITRATE": "PIXEL_START=35; UV_INTENSITY_REF_NITRATE(Ntrans)=[50000,80000]"}


@argo_test(
    number=59,
    name="raw_nitrate",
    params=RawNitrate,
    source="Coriolis chain v6.5, doi:10.17882/45589: raw nitrate starts as 3; saturated channels, "
    "absorbance of sea water in the last channel, error of the fit",
    examples=[
        Example(
            value=THREE | {"FIT_ERROR_NITRATE": [[0.001, 0.003, np.nan]]},
            params=TRUST,
            expected={"NITRATE": [[1, 4, 1]]},
            reason="a fit error of 0.003 is too large; where it is missing nothing is wrong",
        ),
        Example(
            value=THREE,
            facts={"spectra": {SPECTRUM: SATURATED}},
            params=TRUST,
            expected={"NITRATE": [[1, 3, 1]]},
            reason="one channel of the second level can count no further",
        ),
        Example(
            value=THREE | {"UV_INTENSITY_DARK_NITRATE": [[0, 0, 0]]},
            facts={"spectra": {SPECTRUM: DIM}, "calibration": CALIBRATED},
            params=TRUST,
            expected={"NITRATE": [[1, 3, 4]]},
            reason="-log10(50000/80000) = 0.20, -log10(10000/80000) = 0.90, -log10(3/80) = 1.43",
        ),
        Example(
            value={"PRES": [[5, 10]], "NITRATE": [[1, np.nan]]},
            params=PARAMS,
            expected={"NITRATE": [[3, 9]]},
            reason="every raw value is in doubt until it is adjusted",
        ),
    ],
)
def raw_nitrate(casts: Casts, params: RawNitrate) -> Verdict:
    """Raw nitrate, and nitrate of a spectrum that cannot be believed."""
    if NITRATE not in casts.value:
        return {}
    worst = np.full(casts.shape, np.uint8(params.raw))
    spectrum = casts.spectra.get(SPECTRUM)
    if spectrum is not None:
        full = np.asarray((spectrum >= params.saturated).any(axis=2))
        worst = _raised(worst, full, Flag.PROBABLY_BAD)
        dim = _absorbance(casts, spectrum.astype(np.float64))
        with np.errstate(invalid="ignore"):
            worst = _raised(worst, dim >= params.absorbance[0], Flag.PROBABLY_BAD)
            worst = _raised(worst, dim >= params.absorbance[1], Flag.BAD)
    if FIT in casts.value:
        with np.errstate(invalid="ignore"):
            worst = _raised(worst, casts.value[FIT] >= np.float32(params.fit_error), Flag.BAD)
    return {NITRATE: np.where(casts.present(NITRATE), worst, np.uint8(0))}


def _raised(flag: np.ndarray, where: BoolArray, to: Flag) -> np.ndarray:
    return np.where(where, np.maximum(flag, np.uint8(to)), flag)


def _absorbance(casts: Casts, spectrum: FloatArray) -> FloatArray:
    """Absorbance of sea water in the last channel, NaN where it cannot be known."""
    unknown = np.full(casts.shape, np.nan)
    found = REFERENCE.search(casts.calibration.get(NITRATE, ""))
    if found is None or DARK not in casts.value:
        return unknown
    try:
        reference = [float(one) for one in found[1].split(",") if one.strip()]
    except ValueError:
        return unknown
    if len(reference) != spectrum.shape[2] or reference[-1] <= 0:
        return unknown
    light = spectrum[:, :, -1] - casts.value[DARK]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(light > 0, -np.log10(light / reference[-1]), np.nan))
