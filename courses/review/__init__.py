"""Spaced review: cards computed from the protocol, their schedule, mini-cases, what was last confirmed."""
