"""A twin ocean with known truth, in the providers' own formats."""
