"""Rate limits: a window of tries, then a wait, in bounded memory."""

from __future__ import annotations

import pytest

from lms.core.errors import TooManyRequests
from lms.core.rate_limits import LARGEST_NUMBER_OF_KEYS, RateLimits


class Stopwatch:
    """A clock that goes when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_tries_beyond_the_limit_must_wait_for_the_window_to_end() -> None:
    watch = Stopwatch()
    limits = RateLimits(monotonic=watch)
    for _try in range(3):
        limits.take("a", limit=3, per_seconds=60)
    watch.now += 20
    with pytest.raises(TooManyRequests) as refused:
        limits.take("a", limit=3, per_seconds=60)
    assert refused.value.retry_after_seconds == 40
    limits.take("b", limit=3, per_seconds=60)
    watch.now += 40
    limits.take("a", limit=3, per_seconds=60)


def test_memory_is_bounded() -> None:
    limits = RateLimits(monotonic=Stopwatch())
    for number in range(LARGEST_NUMBER_OF_KEYS + 50):
        limits.take(str(number), limit=1, per_seconds=60)
    assert len(limits._windows) == LARGEST_NUMBER_OF_KEYS  # noqa: SLF001
