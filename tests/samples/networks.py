"""A network file with floats and stations, read from a folder, whole or with a fault."""

from pathlib import Path

import pytest

from halocline.model.errors import ConfigInvalid
from halocline.networks import Network, load_network

GOOD = """\
name: test
argo:
  addresses: [https://one.example, /two]
  wmo: [6901929, "13857"]
  box: {west: -10, east: 10, south: 41, north: 52}
coasthf:
  addresses: [file:///three]
  stations: [6200443, EXIN0002]
"""


def load(folder: Path, text: str) -> Network:
    path = folder / "network.yaml"
    path.write_text(text)
    return load_network(path)


def refuse(folder: Path, old: str, new: str, *, line: int, message: str) -> None:
    """Put `new` for `old` and see the fault told with its line and key."""
    assert old in GOOD
    with pytest.raises(
        ConfigInvalid, match=rf"network\.yaml:{line}: .*{message}|:{line}: {message}"
    ):
        load(folder, GOOD.replace(old, new, 1))
