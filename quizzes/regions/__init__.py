"""Regions: what law and licence change of a protocol, a learner's choice, and what follows from it."""
