"""The table of clinical signatures."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.identifiers import KEY_MAXIMUM_LENGTH, new_uuid

DIGEST_LENGTH = 64
"""Characters of a SHA-256 in hexadecimal."""

_STANDS = sa.text("withdrawn_at IS NULL")


class ClinicalSignature(Base):
    """A reviewer signed an edition of a course; taking it back adds the day and the reason.

    `documents` are kind, key and digest of everything signed, so that a later edition can say what changed.
    """

    __tablename__ = "lms_clinical_signature"
    __table_args__ = (
        sa.Index(
            "uq_lms_clinical_signature_standing",
            "academy_id",
            "course_key",
            "edition",
            "reviewer_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    course_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    edition: Mapped[str] = mapped_column(sa.String(DIGEST_LENGTH))
    documents: Mapped[Any] = mapped_column(sa.JSON)
    reviewer_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    name: Mapped[str] = mapped_column(sa.Text)
    credentials: Mapped[str] = mapped_column(sa.Text)
    statement: Mapped[str] = mapped_column(sa.Text)
    comment: Mapped[str] = mapped_column(sa.Text)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawal_reason: Mapped[str | None] = mapped_column(sa.Text)
