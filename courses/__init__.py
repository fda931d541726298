"""Courses: lessons, enrolment and progress."""
