"""Refinement of the geometry on a reference: tie points by correlation, and a correction of the attitude."""
