"""The pictures of `halocline qc --plot`: two files a float."""

from pathlib import Path
from typing import Final

from halocline.pipeline.judged import JudgedFloat
from halocline.products import preview_argo, preview_failures
from halocline.products.provenance import Provenance
from halocline.qc.argo import test_names

OUTRIGHT: Final = frozenset({15, 21, 22, 23, 24, 26, 56, 57, 63})
"""Tests that flag a parameter for what it is, not for a shape a profile shows."""


def draw_float(judged: JudgedFloat, provenance: Provenance, out: Path) -> list[Path]:
    """Paths of `<wmo>_qc.png` (sections, track, T–S, last profile) and `<wmo>_failures.png`.

    A float in which no level failed has no second picture.
    """
    whole = out / f"{provenance.platform}_qc.png"
    whole.write_bytes(
        preview_argo.draw(
            profiles=judged.profiles, flags=judged.flags, filled={}, provenance=provenance
        )
    )
    failures = preview_failures.draw(
        profiles=judged.profiles,
        flags=judged.flags,
        provenance=provenance,
        tests=test_names(),
        whole_profile=OUTRIGHT,
    )
    if failures is None:
        return [whole]
    path = out / f"{provenance.platform}_failures.png"
    path.write_bytes(failures)
    return [whole, path]
