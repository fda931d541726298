"""What the pages of spaced review show."""
