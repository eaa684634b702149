"""Estimates where a sensor was silent: one file per method."""
