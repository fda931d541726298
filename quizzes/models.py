"""The tables of attempts: the attempt, its cases with their current answers, and the log of all answers.

An attempt is pinned to the revisions of quiz, case and protocol that were newest when it started. Their
digests stand beside the ids so that a page finds the parsed documents in the cache without a look-up.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, JsonValue, UtcDateTime
from lms.core.identifiers import KEY_MAXIMUM_LENGTH, new_uuid

OPEN = sa.text("state = 'open'")


class Attempt(Base):
    """One learner's go at a quiz. At most one is open per academy, learner and quiz: an index sees to it."""

    __tablename__ = "lms_attempt"
    __table_args__ = (
        sa.UniqueConstraint("academy_id", "learner_id", "quiz_key", "number"),
        sa.Index(
            "uq_lms_attempt_open",
            "learner_id",
            "quiz_key",
            "academy_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        sa.Index("ix_lms_attempt_deadline", "deadline_at", sqlite_where=OPEN, postgresql_where=OPEN),
        sa.CheckConstraint("state IN ('open', 'submitted', 'closed_by_deadline')", name="state"),
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
    state: Mapped[str] = mapped_column(sa.String(24))
    total_cases: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    graded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    score: Mapped[float | None]
    passed: Mapped[bool | None]
    safety_failed: Mapped[bool | None]


class AttemptCase(Base):
    """One case of an attempt: pinned revisions, the current answer, the commit and the grade."""

    __tablename__ = "lms_attempt_case"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_attempt.id", ondelete="CASCADE"))
    position: Mapped[int]
    """The place in the quiz, from 1."""
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
    sequence: Mapped[int]
    """The answer's number within its case, from 1."""
    answer: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    tab: Mapped[str] = mapped_column(sa.String(64))
    client_revision: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
