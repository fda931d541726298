"""The tables of spaced review: decks, answers, mini-cases, and what was confirmed when."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, JsonValue, UtcDateTime
from lms.core.identifiers import KEY_MAXIMUM_LENGTH, new_uuid

CARD_KEY_MAXIMUM_LENGTH = 200
UNDONE = sa.text("done_at IS NULL")


class ReviewCard(Base):
    """A card in somebody's deck, with its schedule. Which question it asks comes from its key and turn."""

    __tablename__ = "lms_review_card"
    __table_args__ = (
        sa.UniqueConstraint("learner_id", "academy_id", "course_key", "card_key"),
        sa.CheckConstraint("state IN (1, 2, 3)", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    course_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    card_key: Mapped[str] = mapped_column(sa.String(CARD_KEY_MAXIMUM_LENGTH))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None while the card rests: the protocol in force no longer gives it."""
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was answered."""
    was_right: Mapped[bool | None]
    """Whether the newest answer was right; None before the first."""
    state: Mapped[int] = mapped_column(sa.SmallInteger)
    """Of FSRS: 1 learning, 2 review, 3 learning again."""
    step: Mapped[int | None] = mapped_column(sa.SmallInteger)
    stability: Mapped[float | None]
    """In days."""
    difficulty: Mapped[float | None]
    """From 1 to 10."""
    first_answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the question of this turn was first shown; None before, and once it is answered."""
    shown_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lms_revision.id"))
    """The revision of the protocol that the shown question comes from, and by which it is marked."""


class ReviewAnswer(Base):
    """One answer to a card, kept for good with what was asked, in the words that were read."""

    __tablename__ = "lms_review_answer"
    __table_args__ = (sa.UniqueConstraint("card_id", "turn"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"), index=True)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_review_card.id", ondelete="CASCADE"))
    turn: Mapped[int]
    """The first, second, … answer to the card, from 0."""
    protocol_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_revision.id"))
    asked: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    """The question as it was shown."""
    chosen: Mapped[str] = mapped_column(sa.Text)
    is_right: Mapped[bool]
    seconds: Mapped[float | None]
    """From showing to answering; None where it is not known."""
    rating: Mapped[str] = mapped_column(sa.String(8))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the card comes back after this answer."""


class MiniCase(Base):
    """A practice case that review puts to a learner every four weeks; at most one waits for each course."""

    __tablename__ = "lms_mini_case"
    __table_args__ = (
        sa.Index(
            "uq_lms_mini_case_waiting",
            "learner_id",
            "academy_id",
            "course_key",
            unique=True,
            sqlite_where=UNDONE,
            postgresql_where=UNDONE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    course_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    case_key: Mapped[str | None] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    """Which case was drawn; None before it is started."""
    finding: Mapped[str | None] = mapped_column(sa.String(CARD_KEY_MAXIMUM_LENGTH))
    """The contraindication it was drawn for."""
    attempt_uuid: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid, index=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Confirmation(Base):
    """Somebody decided a contraindication rightly, in an attempt or on a card; the newest is shown."""

    __tablename__ = "lms_confirmation"
    __table_args__ = (
        sa.UniqueConstraint("learner_id", "academy_id", "course_key", "finding", "source_uuid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    course_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    finding: Mapped[str] = mapped_column(sa.String(CARD_KEY_MAXIMUM_LENGTH))
    source_uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, index=True)
    """The attempt, or the answer to a card."""
    is_case: Mapped[bool]
    """Whether it was an attempt at cases."""
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
