"""`vds bench`: every IPF of a chain alone, on units of several sizes, and the laws that follow."""
