"""The log of those who looked at a lesson after values that it quotes had changed."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.identifiers import KEY_MAXIMUM_LENGTH, new_uuid


class ValueReview(Base):
    """Somebody looked at a revision of a lesson with the values of a revision of the protocol in it."""

    __tablename__ = "lms_value_review"
    __table_args__ = (sa.UniqueConstraint("lesson_revision_id", "protocol_revision_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"), index=True)
    lesson_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    lesson_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_revision.id"))
    protocol_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_revision.id"))
    reviewer_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    reviewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
