"""The clock: every instant in Papilla is timezone-aware UTC and comes from one replaceable function."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""A function that returns the present instant, timezone-aware, in UTC. Tests pass a frozen one."""


def utc_now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)
