"""The names of the standard tasks' fields in the form, with their units."""

from __future__ import annotations

DEPTH_FROM = "depth_from_mm__"
DEPTH_TO = "depth_to_mm__"
DEPTH = "depth_mm__"
CERTAINTY = "certainty"
SESSIONS = "sessions"

_FIELDS = {"initial_sessions": SESSIONS}
_SETTINGS = {field: name for name, field in _FIELDS.items()}


def setting_field(name: str) -> str:
    """Return the field for a setting of the protocol; nearly all bear the same name."""
    return _FIELDS.get(name, name)


def setting_of(field: str) -> str:
    """Return the setting of the protocol that a field is for."""
    return _SETTINGS.get(field, field)
