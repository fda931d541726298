"""Ordering: put items in their order."""
