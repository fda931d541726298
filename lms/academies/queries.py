"""Reads of the academies slice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lms.academies.models import Academy, Membership
from lms.academies.rules import Member
from lms.accounts.queries import LEARNER_COLUMNS, learner_by_subject_statement, signed_in_statement
from lms.core.errors import NotFound
from lms.core.work import Reading

DEFAULT_ACADEMY_KEY = "default"


def _with_membership(statement: sa.Select[tuple[object, ...]]) -> sa.Select[tuple[object, ...]]:
    """Return the statement with one row for each role, the person's first academy first."""
    return (
        statement.add_columns(Membership.academy_id, Membership.role, Academy.name.label("academy_name"))
        .join(Membership, Membership.learner_id == LEARNER_COLUMNS.id)
        .join(Academy, Academy.id == Membership.academy_id)
        .order_by(Membership.academy_id)
    )


MEMBER_BY_TOKEN = _with_membership(signed_in_statement())
MEMBER_BY_SUBJECT = _with_membership(learner_by_subject_statement())


def member_by_token(connection: sa.Connection, token: str, *, now: datetime) -> Member | None:
    """Return who holds the sign-in with this token, by one joined select; None when it lapsed."""
    token_digest = hashlib.sha256(token.encode()).hexdigest()
    return _member(connection.execute(MEMBER_BY_TOKEN, {"token_digest": token_digest, "now": now}).all())


def member_by_subject(connection: sa.Connection, *, issuer: str, subject: str) -> Member | None:
    """Return the member whom a host or an issuer knows by this subject, or None."""
    return _member(connection.execute(MEMBER_BY_SUBJECT, {"issuer": issuer, "subject": subject}).all())


def _member(found: Sequence[sa.Row[Any]]) -> Member | None:
    if not found:
        return None
    first = found[0]
    roles = frozenset(row.role for row in found if row.academy_id == first.academy_id)
    return Member(
        learner_id=first.id,
        learner_uuid=first.uuid,
        academy_id=first.academy_id,
        academy_name=first.academy_name,
        name=first.name,
        email=first.email,
        roles=roles,
        time_zone=first.time_zone,
        locale=first.locale,
    )


@dataclass(frozen=True, slots=True)
class AcademyRow:
    """An academy as other slices see it."""

    id: int
    uuid: UUID
    key: str
    name: str


def default_academy(reading: Reading) -> AcademyRow:
    """Return the default academy; raises `NotFound` before the installation was set up."""
    found = reading.session.scalar(sa.select(Academy).where(Academy.key == DEFAULT_ACADEMY_KEY))
    if found is None:
        raise NotFound("The default academy does not exist yet. Run `flask lms setup`.")
    return AcademyRow(found.id, found.uuid, found.key, found.name)


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """A person of an academy, as instructors see them."""

    learner_id: int
    uuid: UUID
    name: str
    email: str
    roles: frozenset[str]


def learners(reading: Reading, *, academy_id: int) -> tuple[LearnerRow, ...]:
    """Return the people of an academy by name, each with their roles."""
    rows = reading.connection.execute(
        sa.select(
            LEARNER_COLUMNS.id,
            LEARNER_COLUMNS.uuid,
            LEARNER_COLUMNS.name,
            LEARNER_COLUMNS.email,
            Membership.role,
        )
        .join(Membership, Membership.learner_id == LEARNER_COLUMNS.id)
        .where(Membership.academy_id == academy_id)
        .order_by(LEARNER_COLUMNS.name, LEARNER_COLUMNS.id)
    ).all()
    roles: dict[int, set[str]] = {}
    for row in rows:
        roles.setdefault(row.id, set()).add(row.role)
    people = {row.id: row for row in rows}
    return tuple(
        LearnerRow(row.id, row.uuid, row.name, row.email, frozenset(roles[row.id])) for row in people.values()
    )
