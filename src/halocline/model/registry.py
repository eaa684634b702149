"""A registry in which one file is one entry, and a second entry of a name is refused."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Generic, TypeVar

from halocline.model.errors import ConfigInvalid, ContractBroken

T = TypeVar("T")


class Registry(Generic[T]):
    """Entries by name; a miss lists what is known."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}

    def add(self, name: str, entry: T) -> None:
        """Hold `entry` under `name`.

        Raises:
            ContractBroken: the name is taken (ours: two files claim it).
        """
        if name in self._entries:
            raise ContractBroken(f"{self.kind} {name!r} is registered twice")
        self._entries[name] = entry

    def __getitem__(self, name: str) -> T:
        """Entry of that name.

        Raises:
            ConfigInvalid: no such entry; the message lists the known ones.
        """
        if name not in self._entries:
            known = ", ".join(sorted(self._entries)) or "none"
            raise ConfigInvalid(f"no {self.kind} is called {name!r}; known: {known}")
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def values(self) -> list[T]:
        """Every entry, in order of registration."""
        return list(self._entries.values())


def load_all(package: ModuleType) -> None:
    """Import every module of `package` whose name has no leading underscore, in order of name."""
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        if not module.name.startswith("_"):
            importlib.import_module(f"{package.__name__}.{module.name}")
