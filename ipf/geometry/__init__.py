"""Where every pixel looks: focal plane, navigation, location on the ellipsoid, frame, footprints, tiles,
sun."""
