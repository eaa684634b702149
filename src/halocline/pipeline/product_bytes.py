"""A version of a product as the store keeps it, found to be what was published."""

from halocline.model.digest import sha256_of
from halocline.model.errors import ContractBroken
from halocline.products.paths import PRODUCT
from halocline.stores.bucket import Bucket, NoSuchKey


class ProductDamaged(ContractBroken):
    """The bucket lacks a version of one product, or holds other bytes under its name."""


def product_bytes(path: str, *, version: str, platform: str, bucket: Bucket) -> bytes:
    """The `product.nc` of a version, which is the sha256 of it; `path` is the version's folder.

    Raises:
        ProductDamaged: the store lacks it, or holds other bytes; which, and what to do.
        SourceUnavailable: the store does not answer — retry.
    """
    url = bucket.url_of(f"{path}/{PRODUCT}")
    try:
        content = bucket.get(f"{path}/{PRODUCT}")
    except NoSuchKey as fault:
        raise ProductDamaged(_told(url, "is not in the store any more", platform)) from fault
    found = sha256_of(content)
    if found != version:
        what = (
            f"does not hold the bytes that were published (sha256 {version[:12]}…) but "
            f"{len(content)} others ({found[:12]}…)"
        )
        raise ProductDamaged(_told(url, what, platform))
    return content


def _told(url: str, fault: str, platform: str) -> str:
    return (
        f"{url} {fault}: `halocline reprocess --platform {platform} --force` makes a current "
        "product again; an older version comes back from a copy of the bucket"
    )
