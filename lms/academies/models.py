"""Tables of the academies slice."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.identifiers import new_uuid


class Academy(Base):
    """An academy: the tenant that every learner-facing record belongs to."""

    __tablename__ = "lms_academy"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Membership(Base):
    """One role of one person in one academy."""

    __tablename__ = "lms_membership"
    __table_args__ = (
        sa.UniqueConstraint("learner_id", "academy_id", "role"),
        sa.Index(None, "academy_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
