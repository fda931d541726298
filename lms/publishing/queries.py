"""Reading published documents: the newest revision by key, or a pinned one by id, already parsed.

Each is one statement; a second one loads bytes, once per process, for revisions not parsed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from lms.core.errors import NotFound
from lms.core.work import Reading
from lms.publishing.kinds import COURSE
from lms.publishing.statements import (
    BY_ID,
    EDITION,
    HISTORY,
    NEWEST_BY_KEY,
    NEWEST_OF_FOLDER,
    NEWEST_OF_KIND,
    Found,
    find,
    parsed,
)


@dataclass(frozen=True, slots=True)
class Published:
    """One revision of a document: its number, id and digest, and the parsed document itself."""

    kind: str
    key: str
    number: int
    revision_id: int
    digest: str
    document: object


def published(reading: Reading, *, academy_id: int, kind: str, key: str) -> Published:
    """Return the newest revision of a published document. Raises `NotFound`."""
    found = find(reading.connection, NEWEST_BY_KEY, academy_id=academy_id, kind=kind, key=key)
    if not found:
        raise NotFound(f"There is no {kind} “{key}” here.")
    return _published(reading, found)[0]


def published_many(reading: Reading, *, academy_id: int, kind: str) -> tuple[Published, ...]:
    """Return the newest revision of every published document of one kind, sorted by key."""
    return _published(reading, find(reading.connection, NEWEST_OF_KIND, academy_id=academy_id, kind=kind))


def edition(reading: Reading, *, academy_id: int) -> int:
    """Return a number that changes whenever anything published in an academy does; 0 at first."""
    number: int | None = reading.connection.scalar(EDITION, {"academy_id": academy_id})
    return number or 0


def published_folder(
    reading: Reading, *, academy_id: int, course_key: str
) -> Mapping[tuple[str, str], Published]:
    """Return the newest revision of everything in a course's folder, by kind and key. Raises `NotFound`."""
    course = find(reading.connection, NEWEST_BY_KEY, academy_id=academy_id, kind=COURSE, key=course_key)
    if not course:
        raise NotFound(f"There is no course “{course_key}” here.")
    found = find(reading.connection, NEWEST_OF_FOLDER, course_id=course[0].document_id)
    return MappingProxyType({(each.kind, each.key): each for each in _published(reading, found)})


def revision(reading: Reading, *, revision_id: int) -> Published:
    """Return a pinned revision, published still or not. Raises `NotFound`."""
    return revisions(reading, revision_ids=(revision_id,))[revision_id]


def revisions(reading: Reading, *, revision_ids: Iterable[int]) -> Mapping[int, Published]:
    """Return pinned revisions by id. Raises `NotFound` when one of them does not exist."""
    wanted = set(revision_ids)
    if not wanted:
        return MappingProxyType({})
    found = find(reading.connection, BY_ID, revision_ids=sorted(wanted))
    if len(found) != len(wanted):
        raise NotFound("There is no such revision.")
    return MappingProxyType({each.revision_id: each for each in _published(reading, found)})


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a revision was stored, and its number."""

    revision_id: int
    number: int
    created_at: datetime


def history(reading: Reading, *, academy_id: int, kind: str) -> Mapping[str, tuple[Stamp, ...]]:
    """Return all revisions of every document of one kind by its key, the oldest first."""
    stamps: dict[str, list[Stamp]] = {}
    for key, *stamp in reading.connection.execute(HISTORY, {"academy_id": academy_id, "kind": kind}):
        stamps.setdefault(key, []).append(Stamp(*stamp))
    return MappingProxyType({key: tuple(found) for key, found in stamps.items()})


def _published(reading: Reading, found: tuple[Found, ...]) -> tuple[Published, ...]:
    documents = parsed(reading.connection, reading.documents, found)
    return tuple(
        Published(
            kind=each.kind,
            key=each.key,
            number=each.number,
            revision_id=each.revision_id,
            digest=each.digest,
            document=documents[each.revision_id],
        )
        for each in found
    )
