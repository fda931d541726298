"""Tables of publishing: documents, their immutable revisions, and which course folder holds which."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NoReturn

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base, UtcDateTime
from lms.core.identifiers import KEY_MAXIMUM_LENGTH, new_uuid

DIGEST_LENGTH = 64
"""Characters of a SHA-256 in hexadecimal."""


class Document(Base):
    """An authored document by its key; what it says stands in its revisions.

    `is_withdrawn` says that no course folder holds it any more: it is not published, and its revisions
    stay for the attempts pinned to them.
    """

    __tablename__ = "lms_document"
    __table_args__ = (sa.UniqueConstraint("academy_id", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Revision(Base):
    """One state of a document, never changed: numbered from 1, with its bytes exactly as they came.

    `digest` is over the meaning (see `lms.publishing.documents.digest_of`), `source_digest` the SHA-256
    of the bytes.
    """

    __tablename__ = "lms_revision"
    __table_args__ = (
        sa.UniqueConstraint("document_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True, default=new_uuid)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_document.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(DIGEST_LENGTH))
    source_digest: Mapped[str] = mapped_column(sa.String(DIGEST_LENGTH))
    source: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FolderFile(Base):
    """A document stands in the content folder of a course; its path follows from kind and key."""

    __tablename__ = "lms_folder_file"
    __table_args__ = (sa.UniqueConstraint("course_id", "document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_document.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_document.id"), index=True)


class Edition(Base):
    """How many times the published content of an academy has changed.

    Within an academy, one number stands for one state of everything published, so that what a process
    has gathered from many documents is good for as long as the number is the same.
    """

    __tablename__ = "lms_edition"

    academy_id: Mapped[int] = mapped_column(
        sa.ForeignKey("lms_academy.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int]


def _refuse_change(_mapper: object, _connection: object, _target: Revision) -> NoReturn:
    raise RuntimeError("A revision is never changed or deleted; store a new one.")


sa.event.listen(Revision, "before_update", _refuse_change)
sa.event.listen(Revision, "before_delete", _refuse_change)
