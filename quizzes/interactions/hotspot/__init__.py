"""Hotspot: places on a drawing, with the same places as a list."""
