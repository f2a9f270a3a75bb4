"""A county that the finder of overlaps was not built on, with the truth kept beside it."""
