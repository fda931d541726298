"""Decisions about accounts: addresses, names, passwords, waiting times."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from lms.core.errors import InvalidInput
from lms.core.text import _

EMAIL_MAXIMUM_LENGTH = 254
NAME_MAXIMUM_LENGTH = 120
PASSWORD_MAXIMUM_LENGTH = 200
RESETS_IN_AN_HOUR = 3
FEWEST_DIFFERENT_CHARACTERS = 4
_EMAIL = re.compile(
    r"[^@\s\x00-\x1f<>,;:\\\"()\[\]]{1,64}@(?:[^@\s.\x00-\x1f<>]+\.)+[^@\s.\x00-\x1f<>]{2,63}"
)


def email_key(email: str) -> str:
    """Return the form of an address under which it is looked up: without outer space, case folded."""
    return unicodedata.normalize("NFC", email.strip()).casefold()


def require_email(email: str) -> str:
    """Return the address without outer space; raises `InvalidInput` if mail could not reach it."""
    address = email.strip()
    if len(address) > EMAIL_MAXIMUM_LENGTH or not _EMAIL.fullmatch(address):
        raise InvalidInput(_("Enter an e-mail address such as name@example.org."), field="email")
    return address


def require_name(name: str) -> str:
    """Return the name as it will stand on certificates: one line, without control characters.

    Raises `InvalidInput` for an empty name or one of more than 120 characters.
    """
    clean = "".join(
        character
        for character in unicodedata.normalize("NFC", name)
        if unicodedata.category(character) != "Cc"
    )
    clean = " ".join(clean.split())
    if not clean:
        raise InvalidInput(_("Enter your name as it should stand on your certificate."), field="name")
    if len(clean) > NAME_MAXIMUM_LENGTH:
        raise InvalidInput(
            _("A name may have %(limit)s characters at most.", limit=NAME_MAXIMUM_LENGTH), field="name"
        )
    return clean


def require_password(password: str, *, minimum_length: int, email: str) -> str:
    """Return the password; raises `InvalidInput` if it is too short, too long or the address itself.

    Length is what counts, as NIST SP 800-63B section 5.1.1.2 advises; there are no rules on characters.
    """
    if len(password) < minimum_length:
        raise InvalidInput(
            _("Use %(minimum)s characters or more. A sentence works well.", minimum=minimum_length),
            field="password",
        )
    if len(password) > PASSWORD_MAXIMUM_LENGTH:
        raise InvalidInput(
            _("A password may have %(limit)s characters at most.", limit=PASSWORD_MAXIMUM_LENGTH),
            field="password",
        )
    if email_key(password) == email_key(email) or len(set(password)) < FEWEST_DIFFERENT_CHARACTERS:
        raise InvalidInput(_("This password is too easy to guess. Choose another."), field="password")
    return password


def address_digest(email: str) -> str:
    """Return the SHA-256 by which wrong passwords for an address are counted, known here or not."""
    return hashlib.sha256(email_key(email).encode()).hexdigest()


def token_digest(token: str) -> str:
    """Return the SHA-256 of a secret token, the only form in which it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def wait_before_next_try(
    failures: Sequence[datetime], *, now: datetime, limit: int, window: timedelta
) -> timedelta | None:
    """Return how long an address must wait after its wrong passwords, or None if it need not.

    `limit` failures within the window block until the oldest of them leaves it; never longer.
    """
    recent = sorted(moment for moment in failures if now - moment < window)
    if len(recent) < limit:
        return None
    return recent[-limit] + window - now
