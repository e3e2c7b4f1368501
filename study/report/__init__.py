"""The study as one page: every number in it says where it comes from."""
