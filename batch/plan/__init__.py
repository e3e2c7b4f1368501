"""What will run: the cut of a datastrip into virtual datastrips, and the vDS on disk."""
