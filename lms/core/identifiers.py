"""Identifiers: integers inside, version 7 UUIDs in addresses, readable keys for authored content."""

from __future__ import annotations

import re
import uuid

import uuid6

from lms.core.errors import InvalidInput, NotFound

KEY_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KEY_MAXIMUM_LENGTH = 80


def new_uuid() -> uuid.UUID:
    """Return a new version 7 UUID (RFC 9562): unguessable enough for addresses, and ordered by time."""
    return uuid.UUID(int=uuid6.uuid7().int)


def require_key(text: str) -> str:
    """Return the text if it is a key of authored content, such as `microneedling-hair-loss`.

    Raises `InvalidInput` otherwise: lower-case letters and digits in groups joined by single hyphens,
    80 characters at most.
    """
    if len(text) > KEY_MAXIMUM_LENGTH or not KEY_PATTERN.fullmatch(text):
        raise InvalidInput(
            f"“{text[:KEY_MAXIMUM_LENGTH]}” is not a key. Use lower-case letters, digits and single hyphens, "
            f"{KEY_MAXIMUM_LENGTH} characters at most.",
            field="key",
        )
    return text


def require_uuid(text: str) -> uuid.UUID:
    """Return the UUID that the text spells, or raise `NotFound`: a forged address is an unknown one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound("There is nothing at this address.") from None
