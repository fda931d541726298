"""The table of active minutes: one row for each person and calendar minute."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.identifiers import KEY_MAXIMUM_LENGTH


class ActiveMinuteRow(Base):
    """A minute in which a learner was active in a lesson. A person has each minute once, in one lesson."""

    __tablename__ = "lms_active_minute"
    __table_args__ = (
        sa.UniqueConstraint("learner_id", "minute"),
        sa.CheckConstraint("source IN ('seen', 'script')", name="source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    course_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    lesson_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    minute: Mapped[datetime] = mapped_column(UtcDateTime)
    """Its first instant."""
    source: Mapped[str] = mapped_column(sa.String(8))
    """How it is known: `seen` by the server, or reported by the `script` of the page."""
