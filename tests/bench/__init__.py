"""Measurements, printed as tables: each module here has a `main()`. Nothing asserts a time."""
