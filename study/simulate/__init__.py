"""Discrete-event simulation of the system: datastrips in, L1C out, on stages of a cloud."""
