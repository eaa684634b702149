"""netCDF files of any provider, opened from memory; a broken one costs nothing but itself."""
