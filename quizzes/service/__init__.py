"""Writes of the quizzes slice: attempts, answers and their closing."""
