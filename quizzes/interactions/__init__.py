"""Interactions: the kinds of task a visit may ask, each in a folder of its own. No framework."""
