"""The shelf of a course: the newest revision of everything in its folder that learners see."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakKeyDictionary

from courses.content.course import Course
from courses.content.figure import Figure
from courses.content.glossary import GLOSSARY, Glossary
from courses.content.lesson import Lesson
from courses.content.render import NO_TERMS, RenderedLesson, Words, render_lesson
from lms.core.errors import NotFound
from lms.core.recent import Recent
from lms.core.text import _
from lms.core.work import Reading, Work
from lms.publishing.queries import Published, edition, published_folder
from quizzes.protocols.model import Protocol
from quizzes.quiz_document import Quiz
from quizzes.regions.document import RegionProfile

CAPACITY = 64
"""Shelves kept per application; their documents stand in its library anyway."""
RENDERED_CAPACITY = 512
"""Rendered lessons kept per process, about 20 KB each."""

_rendered: Recent[Hashable, RenderedLesson] = Recent(RENDERED_CAPACITY)
"""Kept for the whole process: the key is the digests of the content, so that applications share it safely."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Shelf:
    """A course with all that learners see of its folder, parsed, as of an edition of the academy."""

    academy_id: int
    edition: int
    course: Course
    course_revision_id: int
    lessons: Mapping[str, Published]
    quizzes: Mapping[str, Quiz]
    figures: Mapping[str, Published]
    protocol: Published
    glossary: Published | None = None
    regions: tuple[RegionProfile, ...] = ()
    """What law and licence change of the protocol, place by place."""

    def lesson(self, key: str) -> Lesson:
        """Return a lesson of the course. Raises `NotFound` for any other key."""
        if key not in self.lessons:
            raise NotFound(_("There is no such lesson in this course. Open the course to see its lessons."))
        return cast("Lesson", self.lessons[key].document)

    @property
    def minutes(self) -> int:
        """Return the minutes of all lessons together."""
        return sum(self.lesson(key).minutes for key in self.lessons)

    def rendered(self, key: str, words: Words) -> RenderedLesson:
        """Return a lesson as HTML, rendered at most once per process for the same content and words."""
        lesson = self.lesson(key)
        figures = {name: self.figures[name] for name in lesson.figures if name in self.figures}
        digests = tuple((name, figure.digest) for name, figure in figures.items())
        glossary = self.glossary
        terms_of = glossary.digest if glossary is not None else None
        made_of = (self.lessons[key].digest, self.protocol.digest, terms_of, digests, words)

        def make() -> RenderedLesson:
            drawings = {name: cast("Figure", figure.document) for name, figure in figures.items()}
            protocol = cast("Protocol", self.protocol.document)
            terms = cast("Glossary", glossary.document).by_key if glossary is not None else NO_TERMS
            return render_lesson(lesson, protocol, drawings, words, terms)

        return _rendered.get_or_make(made_of, make)


_shelves: WeakKeyDictionary[Any, Recent[tuple[int, str], Shelf]] = WeakKeyDictionary()
"""By application, for which its library stands: what one has read, another never sees."""


def shelf_of(reading: Reading, *, academy_id: int, course_key: str) -> Shelf:
    """Return the shelf of a course, by one statement once this process has seen the edition in force.

    Raises `NotFound` when no such course is published.
    """
    shelves = _shelves.setdefault(reading.documents, Recent(CAPACITY))
    number = edition(reading, academy_id=academy_id)
    shelf = shelves.get((academy_id, course_key))
    if shelf is None or shelf.edition != number:
        shelf = _filled(reading, academy_id, course_key, number)
        if not isinstance(reading, Work):  # what a unit of work sees may still be undone
            shelves.keep((academy_id, course_key), shelf)
    return shelf


def _filled(reading: Reading, academy_id: int, course_key: str, number: int) -> Shelf:
    folder = published_folder(reading, academy_id=academy_id, course_key=course_key)
    found = folder["course", course_key]
    course = cast("Course", found.document)
    return Shelf(
        academy_id=academy_id,
        edition=number,
        course=course,
        course_revision_id=found.revision_id,
        lessons={key: folder["lesson", key] for key in course.lesson_keys},
        quizzes={key: cast("Quiz", folder["quiz", key].document) for key in course.quiz_keys},
        figures={key: one for (kind, key), one in folder.items() if kind == "figure"},
        protocol=folder["protocol", course.protocol],
        glossary=next((one for (kind, _key), one in folder.items() if kind == GLOSSARY), None),
        regions=tuple(
            cast("RegionProfile", one.document) for (kind, _key), one in folder.items() if kind == "region"
        ),
    )
