"""Intervals that hold: calibration on hidden truth, and scores of intervals."""
