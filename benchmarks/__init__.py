"""Measurements against peers, run on demand (`make bench`), never in the tests. Ratios of one run only."""
