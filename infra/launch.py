"""What it takes to start one service, and to know it is well."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PATIENCE_S: Final = 180.0
"""On a quiet machine all is up after 12 s the first time; a loaded one was seen to take 80 s."""


@dataclass(frozen=True)
class Launch:
    """One service, ready to be started: everything is decided, nothing runs."""

    name: str
    title: str
    """What an operator calls it."""
    argv: tuple[str, ...]
    """Never holds a key: any user of the machine can read a command line."""
    environment: Mapping[str, str] = field(repr=False)
    """What it gets beyond the environment every child has."""
    address: str
    ports: Mapping[str, int]
    patience_s: float
    """How long it may take to become well; one that ends is noticed at once."""
    knows_addresses: bool = False
    """Whether it is told where the store, Prefect and Dask are, keys included."""
    after: str = ""
    """Service that must be healthy before this one can start."""
    lives_with: str = ""
    """Service whose restart this one does not survive."""
    slow: str = ""
    """What to tell while its first start takes long."""
    code: str = ""
    """Digest of the code it runs; a service with another one is restarted."""

    def digest(self, variables: Mapping[str, str]) -> str:
        """What tells this launch from another: a running service with the same one is kept."""
        known = dict(variables) if self.knows_addresses else {}
        text = json.dumps([self.argv, dict(self.environment), known, self.code], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
