"""Measurements of speed and scale: `make bench`. Nothing here is part of the tests."""
