"""Clinicians read an edition of a course and sign it; pages say so, or say that nobody has."""
