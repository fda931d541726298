"""Grading: a learner's answer against the key that the protocol computes. No framework."""
