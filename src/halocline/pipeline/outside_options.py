"""How the tables of an outside platform are written: the toolbox, too, reads entries of them."""

from halocline.networks import Outside
from halocline.sources.generic_csv import CsvOptions


def options_of(part: Outside) -> CsvOptions:
    """What the network file says of a platform's tables."""
    return CsvOptions(
        separator=part.separator,
        decimal=part.decimal,
        time=part.time,
        day_order=part.day_order,
        time_units=part.time_units,
        zone=part.zone,
        revisions=part.revisions,
        rename=part.rename,
        missing=part.missing,
    )
