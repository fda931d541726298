"""Reads of the accounts slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Learner, PasswordReset, SignIn, SignInFailure
from lms.accounts.rules import address_digest, email_key, token_digest
from lms.core.work import Reading

LOCAL = "local"
LEARNER_COLUMNS = sa.inspect(Learner).local_table.c
"""The columns of people, for joins of upper slices; the model itself stays private."""

_SHOWN = (
    LEARNER_COLUMNS.id,
    LEARNER_COLUMNS.uuid,
    LEARNER_COLUMNS.name,
    LEARNER_COLUMNS.email,
    LEARNER_COLUMNS.time_zone,
    LEARNER_COLUMNS.locale,
)


def signed_in_statement() -> sa.Select[Any]:
    """Return the select of the person behind a sign-in; parameters `token_digest` and `now`."""
    sign_in = sa.inspect(SignIn).local_table.c
    return (
        sa.select(*_SHOWN)
        .join_from(SignIn, Learner, Learner.id == sign_in.learner_id)
        .where(
            sign_in.token_digest == sa.bindparam("token_digest"),
            sign_in.ended_at.is_(None),
            sign_in.expires_at > sa.bindparam("now", type_=sign_in.expires_at.type),
        )
    )


def learner_by_subject_statement() -> sa.Select[Any]:
    """Return the select of the person an issuer knows; parameters `issuer` and `subject`."""
    return sa.select(*_SHOWN).where(
        LEARNER_COLUMNS.issuer == sa.bindparam("issuer"), LEARNER_COLUMNS.subject == sa.bindparam("subject")
    )


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is needed to check a password."""

    learner_id: int
    password_hash: str | None


def credentials(reading: Reading, *, email: str) -> Credentials | None:
    """Return the credentials of a local account, or None for an unknown address."""
    row = reading.connection.execute(
        sa.select(Learner.id, Learner.password_hash).where(
            Learner.issuer == LOCAL, Learner.email_key == email_key(email)
        )
    ).one_or_none()
    return None if row is None else Credentials(row.id, row.password_hash)


def recent_failures(reading: Reading, *, email: str, since: datetime) -> Sequence[datetime]:
    """Return when wrong passwords were tried for an address, whether or not it is known."""
    return (
        reading.connection.execute(
            sa.select(SignInFailure.failed_at).where(
                SignInFailure.address_digest == address_digest(email), SignInFailure.failed_at > since
            )
        )
        .scalars()
        .all()
    )


def reset_is_open(reading: Reading, *, token: str) -> bool:
    """Return whether a password link still works: known, unused and in time."""
    row = reading.connection.execute(
        sa.select(PasswordReset.id).where(
            PasswordReset.token_digest == token_digest(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > reading.now,
        )
    ).one_or_none()
    return row is not None


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person is reached and addressed: name, mail address, language, time zone."""

    learner_id: int
    name: str
    email: str
    locale: str
    time_zone: str


def contact(reading: Reading, *, learner_id: int) -> Contact:
    """Return how a person is reached."""
    row = reading.connection.execute(sa.select(*_SHOWN).where(LEARNER_COLUMNS.id == learner_id)).one()
    return Contact(row.id, row.name, row.email, row.locale, row.time_zone)
