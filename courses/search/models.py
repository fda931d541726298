"""The index of search: what each entry is about, and beside it the full-text table of the database."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import Base
from lms.core.identifiers import KEY_MAXIMUM_LENGTH

ANCHOR_LENGTH = 300


class SearchEntry(Base):
    """A section of a lesson, a term of the glossary or a fact of the protocol of a published course.

    `kind` is that of `courses.search.rules.EntryKind`; `revision_id` the revision the words come from.
    `anchor` is the key of a term or the id of a fact; of a lesson what stands after `#` in an address, or
    nothing. `made_of` tells this state of the words apart from any other: as long as it is the same, a
    document is not read again.
    """

    __tablename__ = "lms_search_entry"
    __table_args__ = (
        sa.UniqueConstraint(
            "academy_id",
            "course_key",
            "kind",
            "document_key",
            "position",
            name="uq_lms_search_entry_place",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    academy_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_academy.id"))
    course_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    kind: Mapped[str] = mapped_column(sa.String(10))
    document_key: Mapped[str] = mapped_column(sa.String(KEY_MAXIMUM_LENGTH))
    position: Mapped[int]
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lms_revision.id"))
    anchor: Mapped[str] = mapped_column(sa.String(ANCHOR_LENGTH))
    made_of: Mapped[str] = mapped_column(sa.String(100))


ENTRIES = cast("sa.Table", SearchEntry.__table__)

FULL_TEXT = sa.table(
    "lms_fts_search",
    sa.column("rowid", sa.Integer),
    sa.column("title", sa.Text),
    sa.column("heading", sa.Text),
    sa.column("text", sa.Text),
)
"""The words of each entry by its id: a table of FTS5 on SQLite, one with a `tsvector` on PostgreSQL.

No model describes it, because no two databases agree on what it is; the migration makes it.
"""
