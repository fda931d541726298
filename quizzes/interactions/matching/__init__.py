"""Matching: one list of options, and stems that each go with one of them."""
