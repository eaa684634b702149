"""How a trained model is named: in a job, a recipe and the bucket."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelId:
    """A trained model: its name, and the digest of what it is made of."""

    name: str
    version: str
