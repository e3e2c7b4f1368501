"""L0c datastrips and granules, photographed from the scene."""
