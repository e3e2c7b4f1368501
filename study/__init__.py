"""The study: benchmark, simulation, providers, quality and report."""
