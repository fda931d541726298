"""When a course counts as reviewed by clinicians: two people signed exactly what is published. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from lms.core.errors import InvalidInput
from lms.core.text import _

NEEDED = 2
"""Signatures of different people that a course needs."""
LONGEST_NAME, LONGEST_CREDENTIALS, LONGEST_TEXT = 200, 300, 2000

Place = tuple[str, str, str]
"""Kind, key and digest of a published document."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What somebody signed: the edition they read, with the name and credentials they gave."""

    reviewer_id: int
    name: str
    credentials: str
    edition: str
    signed_at: datetime
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What a reviewer writes: name and credentials for the course page, the statement, a comment."""

    name: str
    credentials: str
    statement: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Who has signed what is published now; `was_reviewed`: an earlier edition had enough signatures."""

    signatures: tuple[Signature, ...] = ()
    was_reviewed: bool = False

    @property
    def is_reviewed(self) -> bool:
        """Return whether enough clinicians signed exactly what is published."""
        return len(self.signatures) >= NEEDED


def edition_of(documents: Iterable[Place]) -> str:
    """Return the SHA-256, in hexadecimal, of all documents of a course, in whatever order they come."""
    return hashlib.sha256(json.dumps(sorted(documents)).encode()).hexdigest()


def state_of(signatures: Iterable[Signature], edition: str) -> ReviewState:
    """Return the state of an edition: one signature for each person who signed it and stands by it."""
    standing = [one for one in signatures if not one.is_withdrawn]
    editions = {one.edition for one in standing}
    return ReviewState(
        signatures=_of(standing, edition),
        was_reviewed=any(len(_of(standing, other)) >= NEEDED for other in editions - {edition}),
    )


def _of(signatures: Iterable[Signature], edition: str) -> tuple[Signature, ...]:
    first: dict[int, Signature] = {}
    for one in sorted(signatures, key=lambda one: one.signed_at):
        if one.edition == edition:
            first.setdefault(one.reviewer_id, one)
    return tuple(first.values())


def changed_since(signed: Collection[Place], now: Collection[Place]) -> tuple[tuple[str, str], ...]:
    """Return kind and key of every document that is new, other or gone since an edition was signed."""
    return tuple(sorted({(kind, key) for kind, key, _digest in set(signed) ^ set(now)}))


def require_text(field: str, text: str, longest: int) -> str:
    """Return a text without blanks around it. Raises `InvalidInput` when it is empty or too long."""
    stripped = " ".join(text.split())
    if not stripped:
        raise InvalidInput(_("Write something here: the course page shows it."), field=field)
    if len(stripped) > longest:
        raise InvalidInput(_("Keep it under %(number)s characters.", number=longest), field=field)
    return stripped
