"""Tables of the accounts slice."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.identifiers import new_uuid


class Learner(Base):
    """A person, known by (issuer, subject): `local` with a password here, `host` by the host app."""

    __tablename__ = "lms_learner"
    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("issuer", "email_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    issuer: Mapped[str] = mapped_column(sa.String(255))
    subject: Mapped[str] = mapped_column(sa.String(255))
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    email_key: Mapped[str | None] = mapped_column(sa.String(254))
    """The address as it is looked up (case folded); empty for people of a host, who sign in there."""
    name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="")
    locale: Mapped[str] = mapped_column(sa.String(16), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignIn(Base):
    """One sign-in of a person; the browser holds the token, the table only its SHA-256."""

    __tablename__ = "lms_sign_in"
    __table_args__ = (sa.Index(None, "learner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInFailure(Base):
    """One wrong password, kept by a digest of the address for as long as it counts."""

    __tablename__ = "lms_sign_in_failure"
    __table_args__ = (sa.Index(None, "address_digest", "failed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address_digest: Mapped[str] = mapped_column(sa.String(64))
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PasswordReset(Base):
    """One link to a new password: good once, for an hour by default."""

    __tablename__ = "lms_password_reset"
    __table_args__ = (sa.Index(None, "learner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_learner.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
