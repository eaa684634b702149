"""The version of the library, where every room can reach it."""

from typing import Final

VERSION: Final = "0.1.0"
