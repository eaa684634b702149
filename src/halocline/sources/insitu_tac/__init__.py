"""Copernicus Marine In Situ TAC (OceanSITES netCDF): time series of moorings and tide gauges.

Cite as the `citation` attribute of each file says; the data are public and free of charge.
Cadence: `latest/` changes hourly, `monthly/` daily, `history/` about twice a year.
"""

from halocline.sources.insitu_tac.decode import decode, read_file
from halocline.sources.insitu_tac.index import Index, IndexRow, parse_index, parse_platforms
from halocline.sources.insitu_tac.listing import Selection, TacListing, list_files
from halocline.sources.insitu_tac.names import parse_name

__all__ = [
    "Index",
    "IndexRow",
    "Selection",
    "TacListing",
    "decode",
    "list_files",
    "parse_index",
    "parse_name",
    "parse_platforms",
    "read_file",
]
