"""The names of the standard tasks' fields in the form, with their units."""

from __future__ import annotations

DEPTH_FROM = "depth_from_mm__"
DEPTH_TO = "depth_to_mm__"
DEPTH = "depth_mm__"
COURSE = ("interval_weeks", "sessions", "maintenance_months")
CERTAINTY = "certainty"
