"""Calibration and scoring of intervals."""
