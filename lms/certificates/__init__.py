"""Certificates: signed credentials, their register and status lists, and the public check."""
