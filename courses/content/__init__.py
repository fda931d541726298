"""Authored courses, lessons and figures as frozen documents, and how a lesson becomes a page. Pure."""
