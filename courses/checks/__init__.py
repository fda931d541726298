"""Knowledge checks of lessons: questions without a patient, answered in place and never stored."""
