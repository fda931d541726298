"""Decide: what to do today, and who else must see the patient."""
