"""The statements that read documents and revisions, each built once, for queries and service alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from lms.publishing.library import Library
from lms.publishing.models import Document, Edition, FolderFile, Revision

DOCUMENTS = cast("sa.Table", Document.__table__)
REVISIONS = cast("sa.Table", Revision.__table__)
FOLDER_FILES = cast("sa.Table", FolderFile.__table__)
EDITIONS = cast("sa.Table", Edition.__table__)


class Found(NamedTuple):
    """A stored revision without its bytes, as the statements here return it."""

    revision_id: int
    document_id: int
    number: int
    digest: str
    source_digest: str
    kind: str
    key: str


_FOUND = (
    REVISIONS.c.id.label("revision_id"),
    REVISIONS.c.document_id,
    REVISIONS.c.number,
    REVISIONS.c.digest,
    REVISIONS.c.source_digest,
    DOCUMENTS.c.kind,
    DOCUMENTS.c.key,
)
_REVISIONS_OF_DOCUMENTS = sa.select(*_FOUND).join_from(
    REVISIONS, DOCUMENTS, REVISIONS.c.document_id == DOCUMENTS.c.id
)
_other = REVISIONS.alias("other")
_is_newest = (
    REVISIONS.c.number
    == sa.select(sa.func.max(_other.c.number)).where(_other.c.document_id == DOCUMENTS.c.id).scalar_subquery()
)

NEWEST_BY_KEY = (
    _REVISIONS_OF_DOCUMENTS.where(
        DOCUMENTS.c.academy_id == sa.bindparam("academy_id"),
        DOCUMENTS.c.kind == sa.bindparam("kind"),
        DOCUMENTS.c.key == sa.bindparam("key"),
        DOCUMENTS.c.is_withdrawn.is_(False),
    )
    .order_by(REVISIONS.c.number.desc())
    .limit(1)
)
"""The newest revision of one published document."""

NEWEST_OF_KIND = _REVISIONS_OF_DOCUMENTS.where(
    DOCUMENTS.c.academy_id == sa.bindparam("academy_id"),
    DOCUMENTS.c.kind == sa.bindparam("kind"),
    DOCUMENTS.c.is_withdrawn.is_(False),
    _is_newest,
).order_by(DOCUMENTS.c.key)
"""The newest revision of every published document of one kind."""

NEWEST_OF_ACADEMY = _REVISIONS_OF_DOCUMENTS.where(
    DOCUMENTS.c.academy_id == sa.bindparam("academy_id"), _is_newest
)
"""The newest revision of every document of an academy, withdrawn or not."""

NEWEST_OF_FOLDER = _REVISIONS_OF_DOCUMENTS.join(
    FOLDER_FILES, FOLDER_FILES.c.document_id == DOCUMENTS.c.id
).where(FOLDER_FILES.c.course_id == sa.bindparam("course_id"), _is_newest)
"""The newest revision of every document in the content folder of a course."""

EDITION = sa.select(EDITIONS.c.number).where(EDITIONS.c.academy_id == sa.bindparam("academy_id"))
"""How many times the published content of an academy has changed; no row before the first time."""

BY_ID = _REVISIONS_OF_DOCUMENTS.where(REVISIONS.c.id.in_(sa.bindparam("revision_ids", expanding=True)))
"""Revisions by their ids."""

HISTORY = (
    sa.select(DOCUMENTS.c.key, REVISIONS.c.id, REVISIONS.c.number, REVISIONS.c.created_at)
    .join_from(REVISIONS, DOCUMENTS, REVISIONS.c.document_id == DOCUMENTS.c.id)
    .where(DOCUMENTS.c.academy_id == sa.bindparam("academy_id"), DOCUMENTS.c.kind == sa.bindparam("kind"))
    .order_by(DOCUMENTS.c.key, REVISIONS.c.number)
)
"""When every revision of the documents of one kind was stored."""

_SOURCES = sa.select(REVISIONS.c.id, REVISIONS.c.source).where(
    REVISIONS.c.id.in_(sa.bindparam("revision_ids", expanding=True))
)


def find(connection: sa.Connection, statement: sa.Select[Any], **values: object) -> tuple[Found, ...]:
    """Return what one of the statements above finds."""
    return tuple(Found(*row) for row in connection.execute(statement, values))


def sources(connection: sa.Connection, revision_ids: Collection[int]) -> Mapping[int, bytes]:
    """Return the bytes of revisions by id, in one statement (none for no ids)."""
    if not revision_ids:
        return {}
    rows = connection.execute(_SOURCES, {"revision_ids": list(revision_ids)})
    return {revision_id: bytes(source) for revision_id, source in rows}


def parsed(connection: sa.Connection, library: Library, found: Iterable[Found]) -> Mapping[int, object]:
    """Return the parsed documents by revision id; bytes are loaded, at once, only for those not held."""
    documents: dict[int, object] = {}
    missing: dict[int, Found] = {}
    for each in found:
        held = library.held(kind=each.kind, key=each.key, source_digest=each.source_digest)
        if held is None:
            missing[each.revision_id] = each
        else:
            documents[each.revision_id] = held
    for revision_id, source in sources(connection, missing.keys()).items():
        each = missing[revision_id]
        documents[revision_id] = library.parsed(
            kind=each.kind, key=each.key, source_digest=each.source_digest, source=source
        )
    return documents
