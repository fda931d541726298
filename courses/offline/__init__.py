"""Lessons that somebody opened, kept by their browser for when there is no network."""
