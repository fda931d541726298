"""Tables of the certificates slice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.identifiers import new_uuid


class Certificate(Base):
    """One certificate in the register: what was signed, byte for byte, and what became of it since.

    The columns that repeat signed claims are for finding and listing; a check compares them with the
    credential. `credential` is never rewritten. Without its learner the entry stays: it is the record
    that others rely on.
    """

    __tablename__ = "lms_certificate"
    __table_args__ = (sa.Index(None, "academy_id", "issued_at"), sa.Index(None, "learner_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    learner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lms_learner.id", ondelete="SET NULL"))
    enrolment_uuid: Mapped[UUID] = mapped_column(sa.Uuid, unique=True)
    number: Mapped[str] = mapped_column(sa.String(32), unique=True)
    """As printed, with prefix and hyphens."""
    holder_name: Mapped[str] = mapped_column(sa.String(255))
    title: Mapped[str] = mapped_column(sa.String(255))
    course: Mapped[str] = mapped_column(sa.String(100))
    """Course key and revision as `key@revision`."""
    issuer_id: Mapped[str] = mapped_column(sa.String(500))
    """The issuer's DID when it was issued; a later change of address leaves it as it is."""
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    credential: Mapped[bytes] = mapped_column(sa.LargeBinary)
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of `credential` in hexadecimal."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspended_reason: Mapped[str] = mapped_column(sa.String(300), default="")


class StatusList(Base):
    """One published status list: its bits, and the signed credential that publishes them."""

    __tablename__ = "lms_status_list"
    __table_args__ = (
        sa.UniqueConstraint("academy_id", "purpose", "issuer_id", "sequence"),
        sa.Index(None, "signed_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    purpose: Mapped[str] = mapped_column(sa.String(20))
    issuer_id: Mapped[str] = mapped_column(sa.String(500))
    list_id: Mapped[str] = mapped_column(sa.String(500), unique=True)
    """The address, or without a public one the URN, under which certificates name the list."""
    sequence: Mapped[int]
    bits: Mapped[bytes] = mapped_column(sa.LargeBinary)
    signed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_until: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StatusEntry(Base):
    """The place of one certificate on one list, given out at random and never again."""

    __tablename__ = "lms_status_entry"
    __table_args__ = (
        sa.UniqueConstraint("list_id", "place"),
        sa.UniqueConstraint("certificate_id", "list_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_status_list.id"))
    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_certificate.id"))
    place: Mapped[int]
