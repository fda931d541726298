"""Schedule: the dates of a series, with the spacing that the protocol allows between them."""
