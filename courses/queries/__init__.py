"""Reads of the courses slice: one module for each page, and what the pages share."""
