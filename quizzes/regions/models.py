"""The table of the regions that learners work in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.identifiers import KEY_MAXIMUM_LENGTH


class LearnerRegion(Base):
    """The region a learner has chosen for a protocol; without a row none is chosen."""

    __tablename__ = "lms_learner_region"
    __table_args__ = (sa.UniqueConstraint("learner_id", "protocol_key", "academy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    protocol_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    region_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
