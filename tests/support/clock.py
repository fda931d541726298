"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


class FrozenClock:
    """Always the same instant, timezone-aware in UTC; handed to the app in place of the real clock."""

    def __init__(self, start: datetime = START) -> None:
        self.moment = start

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.moment

    def advance(self, **amount: float) -> datetime:
        """Move on by an amount such as `minutes=90` or `days=2`, and return the new instant."""
        self.moment += timedelta(**amount)
        return self.moment
