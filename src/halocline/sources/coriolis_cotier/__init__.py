"""Coriolis-côtier: CSV files of the French coastal moorings (COAST-HF), by month and last 30 days.

Cite Coriolis and COAST-HF. Cadence: files change daily; LATEST overlaps the months.
"""

from halocline.sources.coriolis_cotier.decode import decode, read_file
from halocline.sources.deliveries import in_delivery_order, merge, split_years

__all__ = ["decode", "in_delivery_order", "merge", "read_file", "split_years"]
