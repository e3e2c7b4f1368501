"""What the page tells, as tables: one file beside the page for each."""
