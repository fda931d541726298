"""The tables of attempts: the attempt, the visits of its cases with their answers, the log of all answers.

An attempt is pinned to the revisions of quiz, case and protocol that were newest when it started. Their
digests stand beside the ids so that a page finds the parsed documents in the cache without a look-up. What
a correction does to grades stands in tables of its own, so that the grade of the day is never lost.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from lms.core.database import Base, JsonValue, UtcDateTime
from lms.core.identifiers import KEY_MAXIMUM_LENGTH, new_uuid

OPEN = sa.text("state = 'open'")
OPEN_IN_TURN = sa.text("state = 'open' AND purpose <> 'single'")
"""Of the attempts that come one after the other; a case tried alone may be open beside them."""
ACTIVE = sa.text("withdrawn_at IS NULL")
AWAITS_ON_SQLITE = "json_extract({grade}, '$.awaits_marking')"
AWAITS_ON_POSTGRESQL = "CAST(({grade} ->> 'awaits_marking') AS BOOLEAN)"


class AwaitsMarking(FunctionElement[bool]):
    """Whether a grade waits for a person, spelled like the index of such grades, so that it serves."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(AwaitsMarking)
def _awaits_on_sqlite(element: AwaitsMarking, compiler: SQLCompiler, **more: Any) -> str:
    return AWAITS_ON_SQLITE.format(grade=compiler.process(element.clauses, **more))


@compiles(AwaitsMarking, "postgresql")
def _awaits_on_postgresql(element: AwaitsMarking, compiler: SQLCompiler, **more: Any) -> str:
    return AWAITS_ON_POSTGRESQL.format(grade=compiler.process(element.clauses, **more))


class Attempt(Base):
    """One learner's go at a quiz. At most one is open per academy, learner and quiz: an index sees to it.

    Cases tried alone (`single`) are left out of that; each has an attempt of its own.
    """

    __tablename__ = "lms_attempt"
    __table_args__ = (
        sa.UniqueConstraint("academy_id", "learner_id", "quiz_key", "number"),
        sa.Index(
            "uq_lms_attempt_open",
            "learner_id",
            "quiz_key",
            "academy_id",
            unique=True,
            sqlite_where=OPEN_IN_TURN,
            postgresql_where=OPEN_IN_TURN,
        ),
        sa.Index("ix_lms_attempt_deadline", "deadline_at", sqlite_where=OPEN, postgresql_where=OPEN),
        sa.CheckConstraint("state IN ('open', 'submitted', 'closed_by_deadline')", name="state"),
        sa.CheckConstraint("purpose IN ('full', 'safety', 'remediation', 'single')", name="purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    course_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    quiz_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    quiz_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_revision.id"))
    quiz_digest: Mapped[str] = mapped_column(sa.String(64))
    number: Mapped[int]
    """The learner's first, second, … attempt at this quiz."""
    mode: Mapped[str] = mapped_column(sa.String(16))
    purpose: Mapped[str] = mapped_column(sa.String(16), default="full", server_default="full")
    """Why it is taken: `full`, `remediation` and `safety` after a confirmed safety error, or `single`."""
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lms_attempt.id"))
    """The failed attempt that a remediation or a safety form answers."""
    lesson_key: Mapped[str | None] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    """The lesson of the course that a single case was opened from, and that its result leads back to."""
    seed: Mapped[str] = mapped_column(sa.String(32), default="", server_default="")
    """What the variants of its cases are drawn from; empty means the cases as they are written."""
    region_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lms_revision.id"))
    """The region that was in force for the learner at the start, whose limits it is graded by; or none."""
    region_digest: Mapped[str | None] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(24))
    total_cases: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    graded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    score: Mapped[float | None]
    passed: Mapped[bool | None]
    safety_failed: Mapped[bool | None]
    confirmed_harms: Mapped[list[str] | None] = mapped_column(JsonValue)
    """The harms done in two cases or more, each a safety failure; None before the attempt is graded."""


class AttemptCase(Base):
    """One visit of one case of an attempt: pinned revisions, the current answer, the commit and the grade."""

    __tablename__ = "lms_attempt_case"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "position", "visit"),
        sa.Index(
            "ix_lms_attempt_case_awaits_marking",
            "academy_id",
            "attempt_id",
            sqlite_where=sa.text(AWAITS_ON_SQLITE.format(grade="grade") + " = 1"),
            postgresql_where=sa.text(AWAITS_ON_POSTGRESQL.format(grade="grade")),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_attempt.id", ondelete="CASCADE"))
    position: Mapped[int]
    """The place of the case in the quiz, from 1."""
    visit: Mapped[int] = mapped_column(default=1, server_default="1")
    """The visit of the case, from 1."""
    case_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    case_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_revision.id"))
    case_digest: Mapped[str] = mapped_column(sa.String(64))
    protocol_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_revision.id"))
    protocol_digest: Mapped[str] = mapped_column(sa.String(64))
    answer: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    """The newest answer; an empty object before the first save."""
    answer_revision: Mapped[int] = mapped_column(default=0)
    """How many answers were saved: the sequence of the newest log entry."""
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    committed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    grade: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    """The grade, written once: at the commit in practice, when the attempt closes otherwise."""


class AnswerLogEntry(Base):
    """One saved answer, kept for good. Tab and client revision recognise a replayed request."""

    __tablename__ = "lms_answer_log"
    __table_args__ = (
        sa.UniqueConstraint("attempt_case_id", "sequence"),
        sa.UniqueConstraint("attempt_case_id", "tab", "client_revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    attempt_case_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_attempt_case.id", ondelete="CASCADE"))
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_attempt.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    visit: Mapped[int] = mapped_column(default=1, server_default="1")
    sequence: Mapped[int]
    """The answer's number within its visit, from 1."""
    answer: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    tab: Mapped[str] = mapped_column(sa.String(64))
    client_revision: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GradeMarker(Base):
    """A correction to one graded item: it is disregarded, or every answer to it is right.

    `target` names a decision, or a statement as `statement:<id>`. One marker at most is active for each.
    """

    __tablename__ = "lms_grade_marker"
    __table_args__ = (
        sa.Index(
            "uq_lms_grade_marker_active",
            "academy_id",
            "case_key",
            "visit",
            "target",
            unique=True,
            sqlite_where=ACTIVE,
            postgresql_where=ACTIVE,
        ),
        sa.CheckConstraint("effect IN ('disregard', 'always_correct')", name="effect"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    case_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    visit: Mapped[int]
    target: Mapped[str] = mapped_column(sa.String(120))
    effect: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.Text)
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    """Who set it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Regrade(Base):
    """One regrading of a case that was carried out: by whom, why, and what it changed."""

    __tablename__ = "lms_regrade"
    __table_args__ = (sa.Index("ix_lms_regrade_academy_id_case_key", "academy_id", "case_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    case_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    by_learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.Text)
    allows_lower: Mapped[bool]
    """Whether it was chosen that scores may fall."""
    summary: Mapped[dict[str, Any]] = mapped_column(JsonValue)


class GradeHistory(Base):
    """What a regrading replaced: a grade of one visit, or with no visit the outcome of the attempt."""

    __tablename__ = "lms_grade_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_attempt.id", ondelete="CASCADE"), index=True)
    attempt_case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("lms_attempt_case.id", ondelete="CASCADE")
    )
    regrade_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_regrade.id"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    after: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mark(Base):
    """What a person gave for one answer that only a person can judge. One stands for each task of a visit.

    A new mark takes the place of the old one; what that gave stays in the history of grades, and its words
    in the summary of the regrading.
    """

    __tablename__ = "lms_mark"
    __table_args__ = (sa.UniqueConstraint("attempt_case_id", "task_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    attempt_case_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_attempt_case.id", ondelete="CASCADE"))
    task_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    points: Mapped[dict[str, float]] = mapped_column(JsonValue)
    """By key of the criterion."""
    comment: Mapped[str] = mapped_column(sa.Text)
    """What the learner reads beside the points; may be empty."""
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    """Who marked."""
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)
