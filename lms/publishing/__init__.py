"""Publishing: authored documents as immutable, numbered revisions, read strictly and kept byte for byte."""
