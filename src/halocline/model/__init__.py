"""The nouns every other room speaks: profiles, series, flags, origins, estimates, errors."""
