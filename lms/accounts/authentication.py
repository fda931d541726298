"""Signing in with a password: throttled, the same answer for every failure, no hash under the write lock."""

from __future__ import annotations

import math
from datetime import timedelta

from lms.accounts.passwords import Passwords
from lms.accounts.queries import credentials, recent_failures
from lms.accounts.rules import wait_before_next_try
from lms.accounts.service import open_sign_in, record_failure
from lms.core.errors import InvalidInput, TooManyRequests
from lms.core.runtime import Runtime
from lms.core.text import _


def sign_in(runtime: Runtime, passwords: Passwords, *, email: str, password: str) -> str:
    """Return the token of a new sign-in.

    Raises `InvalidInput` with one and the same text for a wrong password and an unknown address, and
    `TooManyRequests` when the address has had its tries.
    """
    window = timedelta(minutes=runtime.settings.sign_in_window_minutes)
    with runtime.reading() as reading:
        failures = recent_failures(reading, email=email, since=reading.now - window)
        known = credentials(reading, email=email)
        wait = wait_before_next_try(
            failures, now=reading.now, limit=runtime.settings.sign_in_failures, window=window
        )
    if wait is not None:
        seconds = max(1, math.ceil(wait.total_seconds()))
        minutes = math.ceil(seconds / 60)
        raise TooManyRequests(
            _("Too many tries. Wait %(minutes)s min, or ask for a new password.", minutes=minutes),
            retry_after_seconds=seconds,
        )
    is_right = passwords.matches(password, known.password_hash if known else None)
    with runtime.work() as work:
        if known is not None and is_right:
            return open_sign_in(work, learner_id=known.learner_id, days=runtime.settings.session_days)
        record_failure(work, email=email, keep_for=window)
    raise InvalidInput(_("Address and password do not fit together. Check both and try again."))
