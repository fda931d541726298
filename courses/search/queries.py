"""Reading what search finds for one member, and the pages of a course's glossary and protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from courses.content.course import Course
from courses.content.glossary import Glossary, Term
from courses.content.values import filled, resolved_or_none
from courses.queries.shelf import Shelf, shelf_of
from courses.queries.standing import Standing, standing_in, standings_of
from courses.rules import Lock, lesson_lock
from courses.search.full_text import Marked, find, marked
from courses.search.rules import (
    MOST_RESULTS,
    Access,
    EntryKind,
    Hit,
    Piece,
    Query,
    chosen,
    excerpt,
    pieces,
    read_query,
)
from lms.core.work import Reading
from lms.publishing.kinds import COURSE
from lms.publishing.queries import published_many
from quizzes.protocols.model import Fact, Protocol


@dataclass(frozen=True, slots=True)
class Result:
    """Something that was found; `heading` and `text` are empty where its text may not be shown.

    `key` is that of the lesson, of the term, or the id of the fact; `lock` says why a lesson is locked.
    """

    kind: EntryKind
    course: Course
    key: str
    anchor: str
    access: Access
    title: tuple[Piece, ...]
    heading: tuple[Piece, ...] = ()
    text: tuple[Piece, ...] = ()
    lock: Lock | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What the page of search shows. `is_loose` says that no entry holds every word, and these hold some."""

    typed: str
    query: Query
    lessons: tuple[Result, ...] = ()
    terms: tuple[Result, ...] = ()
    facts: tuple[Result, ...] = ()
    is_loose: bool = False

    @property
    def count(self) -> int:
        """Return how many results there are."""
        return len(self.lessons) + len(self.terms) + len(self.facts)

    @property
    def is_full(self) -> bool:
        """Return whether there may be more than are shown."""
        return self.count == MOST_RESULTS


@dataclass(frozen=True, slots=True)
class DefinedTerm:
    """A term with its values in place, the facts it rests on, and the lesson that first uses it."""

    term: Term
    facts: tuple[str, ...]
    lesson_key: str | None
    lesson_title: str


@dataclass(frozen=True, slots=True)
class GlossaryPage:
    """The glossary of a course in alphabetical order; `made_of` tells its content apart from any other."""

    course: Course
    is_joined: bool
    terms: tuple[DefinedTerm, ...]
    made_of: tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class ProtocolPage:
    """The facts of a course's protocol by chapter; `made_of` tells its content apart from any other."""

    course: Course
    is_joined: bool
    protocol: Protocol
    chapters: tuple[tuple[str, tuple[Fact, ...]], ...]
    made_of: tuple[int, int, str]

    @property
    def titles(self) -> Mapping[str, str]:
        """Return the titles of the chapters that the protocol names itself."""
        return {chapter.key: chapter.title for chapter in self.protocol.chapters}


def search_page(reading: Reading, *, academy_id: int, learner_id: int, typed: str) -> SearchPage:
    """Return what a member finds: entries with every word, or, where there is none, with some of them."""
    query = read_query(typed)
    if not query.words:
        return SearchPage(typed, query)
    members = _Viewer(reading, academy_id, learner_id)
    for every_word in (True, False) if len(query.words) > 1 else (True,):
        hits = find(reading.connection, academy_id=academy_id, words=query.words, every_word=every_word)
        if found := chosen(hits, members.access):
            break
    else:
        return SearchPage(typed, query)
    readable = [hit.entry_id for hit, access in found if access is Access.OPEN]
    words = marked(reading.connection, entry_ids=readable, words=query.words, every_word=every_word)
    results = [members.result(hit, access, words.get(hit.entry_id)) for hit, access in found]
    of_kind = {kind: tuple(one for one in results if one.kind is kind) for kind in EntryKind}
    return SearchPage(
        typed,
        query,
        lessons=of_kind[EntryKind.LESSON],
        terms=of_kind[EntryKind.TERM],
        facts=of_kind[EntryKind.FACT],
        is_loose=not every_word,
    )


class _Viewer:
    """Who searches: the courses of the academy, and where the member stands in them."""

    def __init__(self, reading: Reading, academy_id: int, learner_id: int) -> None:
        courses = published_many(reading, academy_id=academy_id, kind=COURSE)
        self._shelves: dict[str, Shelf] = {
            one.key: shelf_of(reading, academy_id=academy_id, course_key=one.key) for one in courses
        }
        standings = standings_of(reading, academy_id=academy_id, learner_id=learner_id)
        self._standings: dict[str, Standing] = {one.course_key: one for one in standings}

    def access(self, hit: Hit) -> Access | None:
        """Return what may be seen of a hit; None where its course or lesson is published no longer."""
        shelf = self._shelves.get(hit.course_key)
        if shelf is None or (hit.kind is EntryKind.LESSON and hit.document_key not in shelf.lessons):
            return None
        if hit.course_key not in self._standings:
            return Access.NOT_JOINED
        return Access.LOCKED if self._lock(hit) is not None else Access.OPEN

    def result(self, hit: Hit, access: Access, words: Marked | None) -> Result:
        """Return a hit as the page shows it; without words its title alone."""
        shown = words if access is Access.OPEN else None
        return Result(
            kind=hit.kind,
            course=self._shelves[hit.course_key].course,
            key=hit.document_key if hit.kind is EntryKind.LESSON else hit.anchor,
            anchor=hit.anchor,
            access=access,
            title=pieces(shown.title) if shown else (Piece(hit.title, is_marked=False),),
            heading=pieces(shown.heading) if shown else (),
            text=excerpt(shown.text) if shown else (),
            lock=self._lock(hit) if access is Access.LOCKED else None,
        )

    def _lock(self, hit: Hit) -> Lock | None:
        if hit.kind is not EntryKind.LESSON:
            return None
        modules = self._shelves[hit.course_key].course.modules
        return lesson_lock(modules, hit.document_key, self._standings[hit.course_key].done)


def glossary_page(reading: Reading, *, academy_id: int, learner_id: int, course_key: str) -> GlossaryPage:
    """Return the glossary of a course, without terms where it has none. Raises `NotFound`."""
    shelf = shelf_of(reading, academy_id=academy_id, course_key=course_key)
    return GlossaryPage(
        course=shelf.course,
        is_joined=_is_joined(reading, shelf, learner_id),
        terms=_defined(shelf),
        made_of=(academy_id, shelf.edition, course_key),
    )


def protocol_page(reading: Reading, *, academy_id: int, learner_id: int, course_key: str) -> ProtocolPage:
    """Return the protocol of a course, its facts in the order of the file. Raises `NotFound`."""
    shelf = shelf_of(reading, academy_id=academy_id, course_key=course_key)
    protocol = cast("Protocol", shelf.protocol.document)
    by_chapter: dict[str, list[Fact]] = {}
    for fact in protocol.facts.values():
        by_chapter.setdefault(fact.chapter, []).append(fact)
    return ProtocolPage(
        course=shelf.course,
        is_joined=_is_joined(reading, shelf, learner_id),
        protocol=protocol,
        chapters=tuple((key, tuple(facts)) for key, facts in by_chapter.items()),
        made_of=(academy_id, shelf.edition, course_key),
    )


def _is_joined(reading: Reading, shelf: Shelf, learner_id: int) -> bool:
    mine = standing_in(
        reading, academy_id=shelf.academy_id, learner_id=learner_id, course_key=shelf.course.key
    )
    return mine is not None


def _defined(shelf: Shelf) -> tuple[DefinedTerm, ...]:
    if shelf.glossary is None:
        return ()
    protocol = cast("Protocol", shelf.protocol.document)
    first_use: dict[str, str] = {}
    for key in shelf.course.lesson_keys:
        for mention in shelf.lesson(key).mentions.terms:
            first_use.setdefault(mention.name, key)
    terms = filled(
        cast("Glossary", shelf.glossary.document).terms, lambda one: resolved_or_none(one, protocol) or ""
    )
    return tuple(
        DefinedTerm(
            term=term,
            facts=tuple(name for name in term.sources if name in protocol.facts),
            lesson_key=first_use.get(term.key),
            lesson_title=shelf.lesson(first_use[term.key]).title if term.key in first_use else "",
        )
        for term in sorted(terms, key=lambda one: one.term.casefold())
    )
