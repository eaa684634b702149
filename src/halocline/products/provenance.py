"""What shaped a product's bytes: enough to make it again, and nothing that a clock wrote."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from halocline.model.version import VERSION

Network = Literal["argo", "coasthf"]


@dataclass(frozen=True)
class Provenance:
    """Who a product is about, and everything its bytes depend on (design, decision 9)."""

    network: Network
    platform: str
    year: int
    """Calendar year of a station's product; 0 for a float, whose product is its whole life."""
    recipe: str
    """Digest of all that follows, the platform and the inputs included."""
    inputs: tuple[tuple[str, str], ...]
    """(path in the provider's tree, sha256 of the bytes) of every file read."""
    code_digest: str
    suite_digest: str
    config_digest: str
    seed: int
    reference_time: str
    """ISO UTC: latest receipt among the inputs, the only "now" a product knows."""
    models: Mapping[str, str] = field(default_factory=dict)
    """Trained models used, name → version; empty when none was."""
    software: str = f"halocline {VERSION}"

    @property
    def identity(self) -> str:
        """Name of the product among all: argo/6901929, coasthf/6200443/2024."""
        parts = [self.network, self.platform, *([str(self.year)] if self.year else [])]
        return "/".join(parts)

    def attributes(self) -> dict[str, str | int]:
        """Global attributes that say how the file was made, all under the prefix `processing_`."""
        models = " ".join(f"{name}:{version}" for name, version in sorted(self.models.items()))
        return {
            "processing_software": self.software,
            "processing_recipe": self.recipe,
            "processing_code_digest": self.code_digest,
            "processing_suite_digest": self.suite_digest,
            "processing_config_digest": self.config_digest,
            "processing_models": models or "none",
            "processing_seed": self.seed,
            "processing_reference_time": self.reference_time,
            "processing_input_count": len(self.inputs),
        }
