"""Reading which lessons quote values that have changed, and who looked at such lessons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from courses.content.course import Course
from courses.content.lesson import Lesson
from courses.content.values import Valued
from courses.quoting.models import ValueReview
from courses.quoting.rules import ChangedValue, Seen, Stored, changed_values, last_known
from lms.academies.queries import learners
from lms.core.errors import ContentError
from lms.core.work import Reading
from lms.publishing.kinds import COURSE
from lms.publishing.queries import Published, Stamp, history, published_folder, published_many, revision
from quizzes.protocols.model import Protocol

MOST_LOGGED = 50
"""Looks that the page lists, the latest first."""


@dataclass(frozen=True, slots=True)
class LessonToReview:
    """A lesson that quotes changed values; the ids say what a look at it is a look at.

    `changed_at` is when the protocol's revision in force was published; `is_readable` is False where the
    earlier revision of the protocol can no longer be read, so that the old words are unknown.
    """

    course_key: str
    course_title: str
    lesson_key: str
    lesson_title: str
    lesson_revision_id: int
    protocol_revision_id: int
    changed_at: datetime
    values: tuple[ChangedValue, ...]
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at a lesson; `by` is empty for somebody who has left the academy."""

    lesson_key: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The page of lessons to review."""

    lessons: tuple[LessonToReview, ...]
    looks: tuple[Look, ...]


def review_page(reading: Reading, *, academy_id: int) -> ReviewPage:
    """Return what the page for instructors shows."""
    return ReviewPage(lessons_to_review(reading, academy_id=academy_id), _looks(reading, academy_id))


def lessons_to_review(
    reading: Reading, *, academy_id: int, course_key: str | None = None
) -> tuple[LessonToReview, ...]:
    """Return the published lessons that quote changed values, of one course or of all, in their order."""
    past = _Past(
        protocols=history(reading, academy_id=academy_id, kind="protocol"),
        lessons=history(reading, academy_id=academy_id, kind="lesson"),
        seen=_seen(reading, academy_id),
    )
    if all(len(stamps) == 1 for stamps in past.protocols.values()):
        return ()
    found: list[LessonToReview] = []
    for course in published_many(reading, academy_id=academy_id, kind=COURSE):
        if course_key in {None, course.key}:
            folder = published_folder(reading, academy_id=academy_id, course_key=course.key)
            found += _of_course(reading, folder, cast("Course", course.document), past)
    return tuple(found)


def import_notes(reading: Reading, *, academy_id: int, course_key: str) -> Iterator[str]:
    """Yield a line for each lesson of a course that quotes changed values, for whoever imported it."""
    for lesson in lessons_to_review(reading, academy_id=academy_id, course_key=course_key):
        said = ", ".join(
            f"{one.reference} was “{one.old or 'not there'}” and is “{one.new or 'not there'}”"
            for one in lesson.values
        )
        yield f"lessons/{lesson.lesson_key}.md: to review, for it quotes the protocol: {said}."


@dataclass(frozen=True, slots=True)
class _Past:
    """When protocols and lessons of an academy were published, by key, and what was looked at since."""

    protocols: Mapping[str, tuple[Stamp, ...]]
    lessons: Mapping[str, tuple[Stamp, ...]]
    seen: tuple[Seen, ...]


def _of_course(
    reading: Reading, folder: Mapping[tuple[str, str], Published], course: Course, past: _Past
) -> Iterator[LessonToReview]:
    now = folder["protocol", course.protocol]
    stamps = past.protocols[course.protocol]
    for key in course.lesson_keys:
        lesson = folder["lesson", key]
        known = last_known(
            [Stored(one.revision_id, one.created_at) for one in stamps],
            lesson_revision_id=lesson.revision_id,
            published_at=past.lessons[key][-1].created_at,
            seen=past.seen,
        )
        if known is None or known == now.revision_id:
            continue
        written = cast("Lesson", lesson.document)
        before = _protocol(reading, known)
        values = changed_values(written.references, before or _NOTHING, cast("Protocol", now.document))
        if values:
            yield LessonToReview(
                course_key=course.key,
                course_title=course.title,
                lesson_key=key,
                lesson_title=written.title,
                lesson_revision_id=lesson.revision_id,
                protocol_revision_id=now.revision_id,
                changed_at=stamps[-1].created_at,
                values=values,
                is_readable=before is not None,
            )


@dataclass(frozen=True, slots=True)
class _Nothing:
    """Stands in for a revision of a protocol that can no longer be read."""

    facts: Mapping[str, Valued] = field(default_factory=dict)


_NOTHING = _Nothing()


def _protocol(reading: Reading, revision_id: int) -> Protocol | None:
    try:
        return cast("Protocol", revision(reading, revision_id=revision_id).document)
    except ContentError:
        return None


def _seen(reading: Reading, academy_id: int) -> tuple[Seen, ...]:
    rows = reading.connection.execute(
        sa.select(ValueReview.lesson_revision_id, ValueReview.protocol_revision_id).where(
            ValueReview.academy_id == academy_id
        )
    )
    return tuple(Seen(*row) for row in rows)


def _looks(reading: Reading, academy_id: int) -> tuple[Look, ...]:
    rows = reading.connection.execute(
        sa.select(ValueReview.lesson_key, ValueReview.reviewer_id, ValueReview.reviewed_at)
        .where(ValueReview.academy_id == academy_id)
        .order_by(ValueReview.reviewed_at.desc(), ValueReview.id.desc())
        .limit(MOST_LOGGED)
    ).all()
    names = {one.learner_id: one.name for one in learners(reading, academy_id=academy_id)} if rows else {}
    return tuple(Look(lesson_key, names.get(by, ""), at) for lesson_key, by, at in rows)
