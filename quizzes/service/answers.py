"""Saving one answer: the hot path, three Core statements built once, durable before it is acknowledged.

The statements lock the attempt before they judge it, so that a save and a submit of the same attempt
never pass each other. On SQLite the write transaction itself is that lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.core.database import JsonValue, UtcDateTime
from lms.core.errors import Conflict, LMSError, NotFound
from lms.core.text import _
from quizzes.queries.statements import ATTEMPT, CASE, EARLIER_WAITS, LOG
from quizzes.rules import AttemptStanding, AttemptState, Place, require_open, require_uncommitted


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """An answer as a browser tab sent it; the tab numbers its saves upwards so that replays are known."""

    answer: Mapping[str, Any]
    tab: str
    client_revision: int


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The answer is stored: when, and as which of the visit's answers."""

    saved_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer was not stored. A deed returns it instead of raising, so that its group commits at once."""

    error: LMSError


FIND = (
    sa.select(
        ATTEMPT.c.id.label("attempt_id"),
        ATTEMPT.c.state,
        ATTEMPT.c.deadline_at,
        CASE.c.id.label("case_id"),
        CASE.c.answer_revision,
        CASE.c.committed_at,
        EARLIER_WAITS.label("earlier_waits"),
    )
    .join_from(ATTEMPT, CASE, CASE.c.attempt_id == ATTEMPT.c.id)
    .where(
        ATTEMPT.c.uuid == sa.bindparam("attempt_uuid"),
        ATTEMPT.c.learner_id == sa.bindparam("learner_id"),
        ATTEMPT.c.academy_id == sa.bindparam("academy_id"),
        CASE.c.position == sa.bindparam("position"),
        CASE.c.visit == sa.bindparam("visit"),
    )
    .with_for_update()
)
"""The place, locked, and whether an earlier visit of the case waits: then this one is not there yet."""

_NEWER = sa.exists().where(
    LOG.c.attempt_case_id == sa.bindparam("case_id", type_=sa.Integer),
    LOG.c.tab == sa.bindparam("tab", type_=sa.String),
    LOG.c.client_revision >= sa.bindparam("client_revision", type_=sa.Integer),
)
APPEND = (
    sa.insert(LOG)
    .from_select(
        [
            "academy_id",
            "attempt_case_id",
            "attempt_id",
            "position",
            "visit",
            "sequence",
            "answer",
            "tab",
            "client_revision",
            "saved_at",
        ],
        sa.select(
            sa.bindparam("academy_id", type_=sa.Integer),
            sa.bindparam("case_id", type_=sa.Integer),
            sa.bindparam("attempt_id", type_=sa.Integer),
            sa.bindparam("position", type_=sa.Integer),
            sa.bindparam("visit", type_=sa.Integer),
            sa.bindparam("sequence", type_=sa.Integer),
            sa.bindparam("answer", type_=JsonValue),
            sa.bindparam("tab", type_=sa.String),
            sa.bindparam("client_revision", type_=sa.Integer),
            sa.bindparam("saved_at", type_=UtcDateTime),
        ).where(~_NEWER),
        include_defaults=False,
    )
    .execution_options(preserve_rowcount=True)
)
"""Appends unless the tab has said something newer. Psycopg would forget the count of rows, which tells."""

REPLACE = (
    sa.update(CASE)
    .where(CASE.c.id == sa.bindparam("case_id"))
    .values(
        answer=sa.bindparam("new_answer", type_=JsonValue),
        answer_revision=sa.bindparam("sequence"),
        saved_at=sa.bindparam("now", type_=UtcDateTime),
    )
)

STORED = sa.select(LOG.c.saved_at, LOG.c.sequence).where(LOG.c.attempt_case_id == sa.bindparam("case_id"))
REPLAYED = STORED.where(
    LOG.c.tab == sa.bindparam("tab"), LOG.c.client_revision == sa.bindparam("client_revision")
)
NEWEST = STORED.order_by(LOG.c.sequence.desc()).limit(1)


def save_answer(
    connection: sa.Connection, now: datetime, *, place: Place, sent: SentAnswer
) -> Acknowledgement | Refusal:
    """Append an answer to the log and make it the current one; runs inside a group commit.

    A replay gets the acknowledgement of the first time, even when the case has been closed meanwhile. A
    save older than what its tab said since is dropped, and answered with what stands. Refused with
    `NotFound` for a foreign or forged place, `Conflict` for a case or attempt that is closed, and
    `AttemptOverdue` when the deadline has passed but nobody has closed the attempt yet.
    """
    found = connection.execute(
        FIND,
        {
            "attempt_uuid": place.attempt_uuid,
            "learner_id": place.learner_id,
            "academy_id": place.academy_id,
            "position": place.position,
            "visit": place.visit,
        },
    ).first()
    if found is None or found.earlier_waits:
        return Refusal(no_such_case())
    named = {"case_id": found.case_id, "tab": sent.tab, "client_revision": sent.client_revision}
    try:
        require_open(AttemptStanding(place.attempt_uuid, AttemptState(found.state), found.deadline_at), now)
        require_uncommitted(found.committed_at)
    except Conflict as error:
        replayed = connection.execute(REPLAYED, named).first()
        return Refusal(error) if replayed is None else Acknowledgement(replayed.saved_at, replayed.sequence)
    return _stored(connection, now, place, sent, found)


def _stored(
    connection: sa.Connection, now: datetime, place: Place, sent: SentAnswer, found: Any
) -> Acknowledgement:
    sequence = found.answer_revision + 1
    named = {"case_id": found.case_id, "tab": sent.tab, "client_revision": sent.client_revision}
    answer = dict(sent.answer)
    appended = connection.execute(
        APPEND,
        {
            **named,
            "academy_id": place.academy_id,
            "attempt_id": found.attempt_id,
            "position": place.position,
            "visit": place.visit,
            "sequence": sequence,
            "answer": answer,
            "saved_at": now,
        },
    )
    if appended.rowcount != 1:
        stored = connection.execute(REPLAYED, named).first() or connection.execute(NEWEST, named).one()
        return Acknowledgement(stored.saved_at, stored.sequence)
    connection.execute(
        REPLACE, {"case_id": found.case_id, "new_answer": answer, "sequence": sequence, "now": now}
    )
    return Acknowledgement(now, sequence)


def acknowledged(result: Acknowledgement | Refusal) -> Acknowledgement:
    """Return the acknowledgement, or raise why the answer was refused."""
    if isinstance(result, Refusal):
        raise result.error
    return result


def no_such_case() -> NotFound:
    """Return the error for a place that is not there or is somebody else's; nobody is told which."""
    return NotFound(_("There is no such attempt. Open your course to see the attempts you have."))
