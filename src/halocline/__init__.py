"""Argo and COAST-HF observations: quality control, gap filling, uncertainty, products."""

from typing import TYPE_CHECKING, Any

from halocline.model.version import VERSION

__version__ = VERSION
__all__ = ["__version__", "open_product"]

if TYPE_CHECKING:
    from halocline.pipeline.read import open_product


def __getattr__(name: str) -> Any:
    """Import `open_product` when asked for: the toolbox must not pay for the store's clients."""
    if name == "open_product":
        from halocline.pipeline.read import open_product  # noqa: PLC0415

        return open_product
    raise AttributeError(f"module 'halocline' has no attribute {name!r}")
