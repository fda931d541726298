"""Noting that somebody looked at a lesson after values that it quotes had changed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from courses.quoting.models import ValueReview
from courses.quoting.queries import lessons_to_review
from lms.core.errors import Conflict
from lms.core.text import _
from lms.core.work import Work
from lms.publishing.queries import published


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What somebody had before them: a lesson with the values of a protocol, by the ids of both revisions."""

    course_key: str
    lesson_key: str
    lesson_revision_id: int
    protocol_revision_id: int


def note_look(work: Work, *, academy_id: int, reviewer_id: int, looked_at: LookedAt) -> None:
    """Note who looked at a lesson and when; a second note of the same changes nothing.

    Raises `NotFound` for an unknown lesson, `Conflict` when lesson or protocol have changed meanwhile.
    """
    lesson = published(work, academy_id=academy_id, kind="lesson", key=looked_at.lesson_key)
    waiting = lessons_to_review(work, academy_id=academy_id, course_key=looked_at.course_key)
    mine = next((one for one in waiting if one.lesson_key == looked_at.lesson_key), None)
    if mine is None and lesson.revision_id == looked_at.lesson_revision_id:
        return
    if mine is None or (mine.lesson_revision_id, mine.protocol_revision_id) != (
        looked_at.lesson_revision_id,
        looked_at.protocol_revision_id,
    ):
        raise Conflict(
            _("The lesson or its values have changed since you opened the list. Look at it once more.")
        )
    review = ValueReview(
        academy_id=academy_id,
        lesson_key=mine.lesson_key,
        lesson_revision_id=mine.lesson_revision_id,
        protocol_revision_id=mine.protocol_revision_id,
        reviewer_id=reviewer_id,
        reviewed_at=work.now,
    )
    with suppress(IntegrityError), work.session.begin_nested():  # somebody else was a moment quicker
        work.session.add(review)
