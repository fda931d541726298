"""Academies: the tenants, their members, roles and permissions."""
