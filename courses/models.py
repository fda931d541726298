"""The tables of the courses slice: who takes which course, and how far they are in it."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.identifiers import KEY_MAXIMUM_LENGTH, new_uuid


class Enrolment(Base):
    """A learner takes a course. The revision is the one that was newest when they joined."""

    __tablename__ = "lms_enrolment"
    __table_args__ = (sa.UniqueConstraint("learner_id", "course_key", "academy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"), index=True)
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    course_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    course_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_revision.id"))
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LessonProgress(Base):
    """A learner opened a lesson, and perhaps did it. The revision is the one last opened or done."""

    __tablename__ = "lms_lesson_progress"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "lesson_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_enrolment.id", ondelete="CASCADE"))
    lesson_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    lesson_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_revision.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
