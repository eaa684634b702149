"""Argo's global data assembly centres: list what they offer, verify, decode, assemble.

Cite Argo, doi:10.17882/42182. Cadence: profiles come every ten days a float; the indexes are
remade several times a day. Listing needs pyarrow and is imported when first used: assembling, in
a notebook, does not.
"""

from typing import TYPE_CHECKING, Any

from halocline.sources.argo_gdac.assemble import Assembled, assemble
from halocline.sources.argo_gdac.greylist import parse_greylist, read_greylist
from halocline.sources.argo_gdac.names import RemoteFile, parse_name, path_of
from halocline.sources.argo_gdac.verify import Facts, examine

if TYPE_CHECKING:
    from halocline.sources.argo_gdac.listing import Listing, list_files
    from halocline.sources.argo_gdac.selection import Selection

__all__ = [
    "Assembled",
    "Facts",
    "Listing",
    "RemoteFile",
    "Selection",
    "assemble",
    "examine",
    "list_files",
    "parse_greylist",
    "parse_name",
    "path_of",
    "read_greylist",
]


def __getattr__(name: str) -> Any:
    """Import what lists an archive when it is first asked for."""
    if name in ("Listing", "list_files"):
        from halocline.sources.argo_gdac import listing  # noqa: PLC0415

        return getattr(listing, name)
    if name == "Selection":
        from halocline.sources.argo_gdac.selection import Selection  # noqa: PLC0415

        return Selection
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
