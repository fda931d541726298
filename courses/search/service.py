"""Keeping the index: what is new or changed in a published course is read, the rest is left as it stands."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from courses.content.glossary import Glossary
from courses.content.render import NO_TERMS
from courses.queries.shelf import Shelf, shelf_of
from courses.search.entries import Entry, glossary_entries, lesson_entries, protocol_entries
from courses.search.models import ENTRIES, FULL_TEXT
from courses.search.rules import EntryKind
from lms.core.recent import Recent
from lms.core.work import Work
from lms.publishing.events import FolderPublished
from lms.publishing.kinds import COURSE
from lms.publishing.queries import Published, published_many
from quizzes.protocols.model import Protocol

FORMAT = 1
"""Raised whenever entries are made in another way: what the index holds is then made anew."""

CAPACITY = 256
"""Documents whose entries are kept per process, a few KB each: many academies publish the same courses."""

_Place = tuple[str, str]
"""The kind of an entry and the key of the document it comes from."""

_made: Recent[Hashable, tuple[Entry, ...]] = Recent(CAPACITY)


@dataclass(frozen=True, slots=True)
class IndexReport:
    """How many documents of a course were read, left as they stood, and taken out."""

    read: int
    kept: int
    removed: int


@dataclass(frozen=True, slots=True)
class _Source:
    """A document to be indexed; `made_of` and `digests` tell its words apart from any other."""

    revision_id: int
    made_of: str
    digests: tuple[str, ...]
    entries: Callable[[], tuple[Entry, ...]]


def on_folder_published(work: Work, event: FolderPublished) -> None:
    """Bring the index of a course up to what is published now."""
    index_course(work, academy_id=event.academy_id, course_key=event.course_key)


def rebuild(work: Work, *, academy_id: int) -> Mapping[str, IndexReport]:
    """Make the whole index of an academy anew; returns what was done by the key of the course."""
    _forget(work, ENTRIES.c.academy_id == academy_id)
    return {
        course.key: index_course(work, academy_id=academy_id, course_key=course.key)
        for course in published_many(work, academy_id=academy_id, kind=COURSE)
    }


def index_course(work: Work, *, academy_id: int, course_key: str) -> IndexReport:
    """Index what is new or changed in a course, and forget what it holds no longer. Raises `NotFound`."""
    shelf = shelf_of(work, academy_id=academy_id, course_key=course_key)
    wanted = _sources(shelf)
    here = sa.and_(ENTRIES.c.academy_id == academy_id, ENTRIES.c.course_key == course_key)
    columns = (ENTRIES.c.kind, ENTRIES.c.document_key, ENTRIES.c.made_of)
    held = work.connection.execute(sa.select(*columns).where(here).distinct())
    indexed = {(kind, key): made_of for kind, key, made_of in held}
    stale = [
        place
        for place, made_of in indexed.items()
        if place not in wanted or _is_other(wanted, place, made_of)
    ]
    for kind, key in stale:
        _forget(work, sa.and_(here, ENTRIES.c.kind == kind, ENTRIES.c.document_key == key))
    fresh = [place for place in wanted if place not in indexed or place in stale]
    _store(work, shelf, {place: wanted[place] for place in fresh})
    gone = sum(place not in wanted for place in stale)
    return IndexReport(read=len(fresh), kept=len(wanted) - len(fresh), removed=gone)


def _is_other(wanted: Mapping[_Place, _Source], place: _Place, made_of: str) -> bool:
    return wanted[place].made_of != made_of


def _sources(shelf: Shelf) -> dict[_Place, _Source]:
    """Return the documents of a course that search looks through."""
    base, words = shelf.protocol, shelf.glossary
    protocol = cast("Protocol", base.document)
    glossary = cast("Glossary", words.document) if words is not None else None
    terms = glossary.by_key if glossary is not None else NO_TERMS

    def source(
        one: Published, needed: tuple[Published, ...], make: Callable[[], tuple[Entry, ...]]
    ) -> _Source:
        documents = (one, *needed)
        revisions = "/".join(str(each.revision_id) for each in documents)
        digests = tuple(each.digest for each in documents)
        return _Source(one.revision_id, f"{FORMAT}:{revisions}", digests, make)

    found: dict[_Place, _Source] = {}
    needed = (base,) if words is None else (base, words)
    for key, lesson in shelf.lessons.items():

        def make(title: str = key) -> tuple[Entry, ...]:
            return lesson_entries(shelf.lesson(title), protocol, terms)

        found[EntryKind.LESSON, key] = source(lesson, needed, make)
    if words is not None and glossary is not None:
        found[EntryKind.TERM, words.key] = source(
            words, (base,), lambda: glossary_entries(glossary, protocol)
        )
    found[EntryKind.FACT, base.key] = source(base, (), lambda: protocol_entries(protocol))
    return found


def _store(work: Work, shelf: Shelf, sources: Mapping[_Place, _Source]) -> None:
    rows: list[dict[str, object]] = []
    words: list[Entry] = []
    for (kind, key), source in sources.items():
        entries = _made.get_or_make((FORMAT, kind, key, source.digests), source.entries)
        words += entries
        rows += [
            {
                "academy_id": shelf.academy_id,
                "course_key": shelf.course.key,
                "kind": kind,
                "document_key": key,
                "position": position,
                "revision_id": source.revision_id,
                "anchor": entry.anchor,
                "made_of": source.made_of,
            }
            for position, entry in enumerate(entries)
        ]
    if not rows:
        return
    statement = sa.insert(ENTRIES).returning(ENTRIES.c.id, sort_by_parameter_order=True)
    ids = work.connection.execute(statement, rows).scalars()
    full_text = [
        {"rowid": entry_id, "title": entry.title, "heading": entry.heading, "text": entry.text}
        for entry_id, entry in zip(ids, words, strict=True)
    ]
    work.connection.execute(sa.insert(FULL_TEXT), full_text)


def _forget(work: Work, which: sa.ColumnElement[bool]) -> None:
    ids = sa.select(ENTRIES.c.id).where(which)
    work.connection.execute(sa.delete(FULL_TEXT).where(FULL_TEXT.c.rowid.in_(ids)))
    work.connection.execute(sa.delete(ENTRIES).where(which))
