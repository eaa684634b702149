"""Anyone's own series as a table of text: a time column, a column a variable, flags beside them.

The form of SEANOE deposits and of most loggers' exports. Nothing is guessed where two readings are
possible: the file is refused, and the message says which option settles it.
"""

from halocline.sources.generic_csv.decode import Decoded, ReadCount, decode, read_file
from halocline.sources.generic_csv.options import CsvOptions

__all__ = ["CsvOptions", "Decoded", "ReadCount", "decode", "read_file"]
