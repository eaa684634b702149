"""A driver whose tables do not say everything of themselves, as an entry of `outside` tells it.

The entry is that of a network file, in a file of its own named by the code: what was tried with
`fill` or `compare` can be put into the network as it is.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from halocline.model.errors import ConfigInvalid
from halocline.model.lined_yaml import read_model
from halocline.networks import Outside
from halocline.pipeline.outside_options import options_of
from halocline.sources.generic_csv import CsvOptions

SUFFIXES: Final = frozenset({".yaml", ".yml"})
LONGEST_CODE: Final = 16


@dataclass(frozen=True)
class DriverEntry:
    """Files of one platform, and how they are written."""

    code: str
    paths: tuple[Path, ...]
    options: CsvOptions


def read_entry(path: Path) -> DriverEntry:
    """What an entry names, of the first of its folders that has any.

    Raises:
        ConfigInvalid: the operator's; the file is missing or faulty, no folder of this machine is
            named, or no file is called so.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigInvalid(f"{path} cannot be read: {fault}") from fault
    if not (path.stem.isascii() and path.stem.isalnum() and len(path.stem) <= LONGEST_CODE):
        raise ConfigInvalid(
            f"{path}: the name of the file is the driver's code: wanted 1 to {LONGEST_CODE} "
            "letters and digits, such as SEINE.yaml"
        )
    entry = read_model(text, model=Outside, source=str(path))
    here = [one for one in entry.addresses if not one.startswith(("http://", "https://"))]
    folders = [Path(one.removeprefix("file://")) for one in here]
    for folder in folders:
        found = sorted({file for one in entry.files for file in folder.glob(one)})
        if found:
            options = replace(options_of(entry), platform=path.stem)
            return DriverEntry(path.stem, tuple(found), options)
    raise ConfigInvalid(
        f"{path}: no file is called {', '.join(entry.files)} in "
        f"{', '.join(map(str, folders)) or 'a folder of this machine: none is among addresses'}"
    )
