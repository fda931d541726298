"""Password hashing: Argon2id with OWASP's parameters, and only so many at once.

One hash costs about 20 ms of processor time. In a storm of sign-ins unbounded hashing would slow down
every lesson tenfold, so a process hashes a few at a time, lets a few more wait, and asks the rest to
come back.
"""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.core.errors import Unavailable
from lms.core.text import _

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
WAITING_PER_SLOT = 8
WAIT_SECONDS = 5.0


class Passwords:
    """Hashes and verifies passwords within a bounded number of slots."""

    def __init__(self, *, slots: int) -> None:
        self._slots = threading.BoundedSemaphore(slots)
        self._places = threading.BoundedSemaphore(slots * (1 + WAITING_PER_SLOT))
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """Return the Argon2id hash of a password."""
        with self._slot():
            return _HASHER.hash(password)

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Return whether the password fits the hash.

        Without a hash the same work is done against one that fits nothing: an unknown address must take
        as long as a wrong password.
        """
        with self._slot():
            if password_hash is None:
                if self._nobody is None:
                    self._nobody = _HASHER.hash("nobody has this password")
                password_hash = self._nobody
                password = "\x00" + password
            try:
                return _HASHER.verify(password_hash, password)
            except (VerificationError, InvalidHashError):
                return False

    def _slot(self) -> _Slot:
        return _Slot(self._places, self._slots)


class _Slot:
    """A place in the short queue, then a slot to hash in."""

    def __init__(self, places: threading.BoundedSemaphore, slots: threading.BoundedSemaphore) -> None:
        self._places = places
        self._slots = slots

    def __enter__(self) -> None:
        if not self._places.acquire(blocking=False):
            raise self._crowded()
        if not self._slots.acquire(timeout=WAIT_SECONDS):
            self._places.release()
            raise self._crowded()

    def __exit__(self, *_exception: object) -> None:
        self._slots.release()
        self._places.release()

    @staticmethod
    def _crowded() -> Unavailable:
        return Unavailable(
            _("Many people are signing in at this moment. Please try again in a few seconds."),
            retry_after_seconds=5,
        )
