"""With what the quality impacts were measured, as `benchmarks.impacts` sets it.

That command is no part of the installed kit, so its numbers stand here again; a test compares them.
"""

#: Each side of the image is so many times coarser than Sentinel-2's.
SCALE = 16
#: Scenes of the one strip that is measured.
SCENES = 16
#: µrad: bias of the attitude, and its drift over the strip; and amplitude of a wave that no line follows.
ATTITUDE, WAVE = 200.0, 60.0
#: Metres: pixel of the finest bands at scale 1, and at the scale measured.
FINEST_M = 10.0
PIXEL_M = FINEST_M * SCALE
