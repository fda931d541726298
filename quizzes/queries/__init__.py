"""Reads of the quizzes slice, one function per page."""
