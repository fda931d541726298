"""Spot: flag every line of the record that should stop, delay or limit treatment today."""
