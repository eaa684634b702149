"""Where a product lives in the bucket: its path names its bytes."""

from typing import Final

from halocline.products.provenance import Network

PRODUCT: Final = "product.nc"
PREVIEW: Final = "preview.png"
MANIFEST: Final = "manifest.json"


def product_folder(*, network: Network, platform: str, version: str, year: int = 0) -> str:
    """Folder of one version of a product; `version` is the sha256 of its `product.nc`.

    products/argo/<wmo>/<version>, products/coasthf/<station>/<year>/<version>.

    Raises:
        ValueError: the caller's; a part is empty or holds a slash, or a station has no year.
    """
    if network == "coasthf" and not year:
        raise ValueError(f"the product of station {platform!r} needs a year")
    parts = ["products", network, platform, *([f"{year:04d}"] if year else []), version]
    if not all(part and "/" not in part and part not in {".", ".."} for part in parts):
        raise ValueError(f"not parts of a path: {parts}")
    return "/".join(parts)
