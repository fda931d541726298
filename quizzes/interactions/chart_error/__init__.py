"""Chart error: find the rows of a filled-in chart that are wrong."""
