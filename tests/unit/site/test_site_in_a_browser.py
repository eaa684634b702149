"""The site in a real browser, from a file: nothing complains, plots are drawn, ages are told."""

import re
import shutil
import subprocess
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from halocline.stores.bucket import Bucket
from tests.samples.site import published_float, published_station
from tests.unit.pipeline.test_site import made

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
                None)  # fmt: skip
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: apt-get install chromium"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browser")
    bucket = Bucket(f"file://{path}/store")
    published_float(bucket)
    published_station(bucket)
    made(bucket)
    return path


def browse(folder: Path, page: str, *flags: str) -> tuple[str, list[str]]:
    """The page as it stands after its scripts ran, and what the console complained about."""
    done = subprocess.run(
        [
            CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", "--host-resolver-rules=MAP * 127.0.0.1:1",
            "--virtual-time-budget=4000", f"--user-data-dir={folder}/profile",
            "--enable-logging=stderr", "--allow-file-access-from-files", *flags,
            f"file://{folder}/store/site/{page}",
        ],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("en/index.html", r'data-count="silent">2<'),
        ("fr/argo/6901929.html", r'<option value="0">TEMP|<option value="TEMP">'),
        ("en/coasthf/6200443.html", r'<option value="PSAL">'),
        ("index.html", r"<h1>State of the network|<h1>État du réseau"),
    ],
)
def test_no_page_complains_and_its_scripts_ran(folder: Path, page: str, shown: str) -> None:
    text, complaints = browse(folder, page, "--dump-dom")
    assert complaints == []
    assert re.search(shown, text), text[-3000:]


@pytest.mark.parametrize("size", ["1200,1500", "390,1500"])
def test_the_plot_is_drawn_on_a_screen_and_on_a_phone(folder: Path, size: str) -> None:
    _text, complaints = browse(
        folder, "en/coasthf/6200443.html", f"--window-size={size}", "--hide-scrollbars",
        f"--screenshot={folder}/shot.png",
    )  # fmt: skip
    assert complaints == []
    picture = matplotlib.image.imread(folder / "shot.png")[..., :3]
    blue = np.all(np.abs(picture - np.array([0x00, 0x72, 0xB2]) / 255) < 0.02, axis=-1)
    cross = np.all(np.abs(picture - np.array([0xD5, 0x5E, 0x00]) / 255) < 0.02, axis=-1)
    assert blue.sum() > 50, "estimates are drawn"
    assert cross.sum() > 20, "bad values are drawn"
