"""A network file: what it holds, where it is found, how it is read and written."""

from importlib.util import find_spec
from pathlib import Path
from typing import Self, TypeVar

import yaml
from pydantic import Field, model_validator

from halocline.model.digest import digest_of
from halocline.model.errors import ConfigInvalid
from halocline.model.lined_yaml import read_model
from halocline.model.params import Params
from halocline.networks.argo import ArgoNetwork
from halocline.networks.coasthf import CoasthfNetwork
from halocline.networks.fields import NetworkName

Part = TypeVar("Part", ArgoNetwork, CoasthfNetwork)


class Network(Params):
    """One network file: where observations come from, which ones, and how products are made."""

    name: NetworkName
    title: str = ""
    argo: ArgoNetwork | None = None
    coasthf: CoasthfNetwork | None = None
    seed: int = Field(default=20261124, ge=0)
    """Of all that is drawn at random: the same inputs give the same bytes."""

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if self.argo is None and self.coasthf is None:
            raise ValueError("wanted a part `argo` or a part `coasthf`")
        return self

    def at(self, *, argo: tuple[str, ...] = (), coasthf: tuple[str, ...] = ()) -> "Network":
        """This network with other addresses; a part without one here is left out."""
        found = {"argo": (self.argo, argo), "coasthf": (self.coasthf, coasthf)}
        parts = {
            name: part.model_dump() | {"addresses": addresses} if part and addresses else None
            for name, (part, addresses) in found.items()
        }
        return Network.model_validate(self.model_dump() | parts)

    def digest(self) -> str:
        """Digest of every choice in it, addresses included."""
        return digest_of(self.model_dump(mode="json"))


def load_network(path: Path) -> Network:
    """Network that a file describes; its suites' paths made absolute.

    Raises:
        ConfigInvalid: the file is missing or faulty; the message names file, line and key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigInvalid(
            f"network file {path} cannot be read ({fault}); `halocline init {path}` writes one"
        ) from fault
    network = read_model(text, model=Network, source=str(path))
    return network.model_copy(
        update={
            "argo": _anchored(network.argo, folder=path.parent),
            "coasthf": _anchored(network.coasthf, folder=path.parent),
        }
    )


def find_network(word: str | Path, *, folder: Path) -> Path:
    """File of a network: the path itself, else `<word>.yaml` in `folder`, else the shipped one.

    Raises:
        ConfigInvalid: a bare word that no file answers to; the message lists those that would.
    """
    path = Path(word)
    if path.suffix or len(path.parts) != 1:
        return path
    places = [folder, *_shipped_networks()]
    for place in places:
        if (place / f"{path}.yaml").is_file():
            return place / f"{path}.yaml"
    known = sorted({file.stem for place in places for file in place.glob("*.yaml")})
    raise ConfigInvalid(
        f"no network is called {str(path)!r}; known: {', '.join(known)}; "
        f"`halocline init {folder / f'{path}.yaml'}` writes one"
    )


def _shipped_networks() -> list[Path]:
    found = find_spec("deployments")
    folders = list(found.submodule_search_locations or []) if found else []
    return [Path(one) / "networks" for one in folders]


def dump_network(network: Network) -> str:
    """Text of a network file that `load_network` reads back as `network`."""
    values = network.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def _anchored(part: Part | None, *, folder: Path) -> Part | None:
    if part is None or part.suite is None:
        return part
    suite = (folder / part.suite).resolve()
    if not suite.is_file():
        raise ConfigInvalid(f"suite {suite}, named in a network file of {folder}, is not a file")
    return part.model_copy(update={"suite": suite})
