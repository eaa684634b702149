"""Compile what numba compiles once, before the tests: else every worker of theirs does it anew."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

KINDS: Final = ("argo", "series")
_ROOT: Final = Path(__file__).resolve().parents[2]


def compile_all() -> None:
    """All compiled code is on disk; a process for each kind, both at once."""
    running = [
        subprocess.Popen([sys.executable, "-m", "tests.samples.compiled", kind], cwd=_ROOT)
        for kind in KINDS
    ]
    for kind, one in zip(KINDS, running, strict=True):
        assert one.wait() == 0, f"the code for {kind} does not compile"


def compile_argo() -> None:
    """One float through the main job."""
    from halocline.simulate.archive import write_archive  # noqa: PLC0415
    from halocline.stores.bucket import Bucket  # noqa: PLC0415
    from tests.samples.main_job import network_of, run_once  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        write_archive(Path(folder), seed=1, floats=1, profiles_per_float=3, stations=0)
        network = network_of(argo=Path(folder) / "argo" / "gdac")
        run_once(network, Bucket(f"file://{folder}/store"), received="2026-11-21T00:00:00Z")


def compile_series() -> None:
    """The smoother on a short series: along it, and in one gap alone; and a fading mean."""
    from halocline.gapfill._api import series_methods  # noqa: PLC0415
    from halocline.gapfill._memory import faded  # noqa: PLC0415
    from halocline.gapfill._scene import Scene, points_of  # noqa: PLC0415
    from halocline.gapfill._windowed import Windowed  # noqa: PLC0415
    from halocline.model.gaps import Gaps  # noqa: PLC0415
    from halocline.model.series import Grid  # noqa: PLC0415

    value = np.sin(np.arange(200.0))
    grid = Grid(np.datetime64("2024-01-01T00:00:00"), 1200, value)
    filler = series_methods()["kalman"].fit(grid, seed=1)
    filler(grid)
    Windowed(filler)(Scene(grid, {}, {}), points_of(Gaps(np.array([90]), np.array([99]))))
    faded(value, 9.0)


if __name__ == "__main__":
    {"argo": compile_argo, "series": compile_series}[sys.argv[1]]()
