"""Quizzes: protocols, cases, grading, and the attempts of learners."""
