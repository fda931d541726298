"""Number: a figure with its unit and tolerance."""
