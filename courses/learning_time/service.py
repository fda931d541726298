"""Noting the minutes in which somebody was active in a lesson. Each may be noted again and counts once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from courses.learning_time.models import ActiveMinuteRow
from courses.learning_time.rules import Source, believable, minute_of
from courses.queries.shelf import Shelf, shelf_of
from courses.queries.standing import opened_at, standing_in
from courses.rules import lesson_lock
from lms.core.errors import Conflict
from lms.core.text import _
from lms.core.work import Work

MINUTES = cast("sa.Table", ActiveMinuteRow.__table__)


@dataclass(frozen=True, slots=True)
class InLesson:
    """Somebody in a lesson."""

    academy_id: int
    learner_id: int
    course_key: str
    lesson_key: str


def note_seen(connection: sa.Connection, now: datetime, where: InLesson) -> None:
    """Note the minute of something that the server saw somebody do in a lesson that is open to them."""
    _note(connection, where, (minute_of(now),), Source.SEEN)


def note_reported(work: Work, where: InLesson, minutes: Iterable[datetime]) -> tuple[datetime, ...]:
    """Note the minutes that a page reports, as far as they can be true, and return those that are noted now.

    Raises `NotFound` for an unknown course or lesson, `Conflict` when the lesson is locked or was not opened.
    """
    shelf = shelf_of(work, academy_id=where.academy_id, course_key=where.course_key)
    shelf.lesson(where.lesson_key)
    since = _open_since(work, shelf, where)
    noted = believable(minutes, opened_at=since, now=work.now)
    _note(work.connection, where, noted, Source.SCRIPT)
    return noted


def _open_since(work: Work, shelf: Shelf, where: InLesson) -> datetime:
    """Return when a lesson that is open to somebody was first opened. Raises `Conflict`."""
    standing = standing_in(
        work, academy_id=where.academy_id, learner_id=where.learner_id, course_key=where.course_key
    )
    since = opened_at(
        work,
        academy_id=where.academy_id,
        learner_id=where.learner_id,
        course_key=where.course_key,
        lesson_key=where.lesson_key,
    )
    if standing is None or since is None:
        raise Conflict(_("You have not opened this lesson yet. Open it first."))
    lock = lesson_lock(shelf.course.modules, where.lesson_key, standing.done)
    if lock is not None:
        raise Conflict(lock.reason)
    return since


def _note(connection: sa.Connection, where: InLesson, minutes: Iterable[datetime], source: Source) -> None:
    rows = [
        {
            "academy_id": where.academy_id,
            "learner_id": where.learner_id,
            "course_key": where.course_key,
            "lesson_key": where.lesson_key,
            "minute": minute,
            "source": source.value,
        }
        for minute in minutes
    ]
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(MINUTES).on_conflict_do_nothing(), rows)
