"""Rate limits within one process: a fixed window per key, in bounded memory."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from lms.core.errors import TooManyRequests

LARGEST_NUMBER_OF_KEYS = 10_000


class RateLimits:
    """Counts tries per key and window; the oldest keys are forgotten beyond 10,000."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, *, limit: int, per_seconds: float) -> None:
        """Count one try; raises `TooManyRequests` beyond `limit` tries in a window of `per_seconds`."""
        now = self._monotonic()
        with self._lock:
            started, count = self._windows.get(key, (now, 0))
            if now - started >= per_seconds:
                started, count = now, 0
            self._windows[key] = (started, count + 1)
            self._windows.move_to_end(key)
            if len(self._windows) > LARGEST_NUMBER_OF_KEYS:
                self._windows.popitem(last=False)
        if count >= limit:
            wait_seconds = max(1, math.ceil(started + per_seconds - now))
            raise TooManyRequests(
                f"Too many tries from here. Please wait {wait_seconds} seconds.",
                retry_after_seconds=wait_seconds,
            )
