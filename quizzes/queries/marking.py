"""What people have to mark: the list of answers that wait, and the page of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.academies.queries import LearnerRow
from lms.core.text import _
from lms.core.work import Reading
from quizzes.grading.marking import Markable, markable, waiting
from quizzes.grading.result import VisitGrade
from quizzes.models import AwaitsMarking
from quizzes.pinned import Pin, drawn_case, pinned, pinned_quiz
from quizzes.queries.case_pages import CasePage
from quizzes.queries.instructor import answer_detail
from quizzes.queries.marks import MarkPlace, StandingMark, marks_at, nothing_to_mark
from quizzes.queries.regrading import names_of
from quizzes.queries.statements import ATTEMPT, CASE

MOST_LISTED = 200
"""How many visits the list shows; the next ones follow as these are marked."""

_SINCE = sa.func.coalesce(CASE.c.committed_at, ATTEMPT.c.closed_at)
_WAITING = (CASE.c.academy_id == sa.bindparam("academy_id"), AwaitsMarking(CASE.c.grade))
TO_MARK = (
    sa.select(
        ATTEMPT.c.uuid,
        ATTEMPT.c.learner_id,
        ATTEMPT.c.number,
        ATTEMPT.c.mode,
        ATTEMPT.c.seed,
        ATTEMPT.c.quiz_revision_id,
        ATTEMPT.c.quiz_digest,
        CASE.c.position,
        CASE.c.visit,
        CASE.c.case_revision_id,
        CASE.c.case_digest,
        CASE.c.protocol_revision_id,
        CASE.c.protocol_digest,
        CASE.c.grade,
        _SINCE.label("since"),
    )
    .join_from(CASE, ATTEMPT, ATTEMPT.c.id == CASE.c.attempt_id)
    .where(*_WAITING)
    .order_by(_SINCE, CASE.c.id)
    .limit(MOST_LISTED)
)
COUNT = sa.select(sa.func.count()).select_from(CASE).where(*_WAITING)


@dataclass(frozen=True, slots=True)
class ToMark:
    """An answer that waits for a person: whose it is, where it stands, what was asked, since when."""

    place: MarkPlace
    learner: str
    quiz_title: str
    case_title: str
    attempt_number: int
    question: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class MarkingPage:
    """An answer to mark with the visit it belongs to; `mark` is the one that stands, `by` who gave it."""

    place: MarkPlace
    learner: LearnerRow
    page: CasePage
    answer: Markable
    mark: StandingMark | None
    by: str


def count_to_mark(reading: Reading, *, academy_id: int) -> int:
    """Return how many visits hold answers that wait for a person, by one statement."""
    return int(reading.connection.execute(COUNT, {"academy_id": academy_id}).scalar_one())


def to_mark(reading: Reading, *, academy_id: int) -> tuple[ToMark, ...]:
    """Return the answers of an academy that wait for a person, those that wait longest first."""
    rows = reading.connection.execute(TO_MARK, {"academy_id": academy_id}).all()
    names = names_of(reading, academy_id) if rows else {}
    grades = [VisitGrade.from_json(row.grade) for row in rows]
    pinned(reading, [pin for row, grade in zip(rows, grades, strict=True) for pin in _pins(row, grade)])
    return tuple(
        found for row, grade in zip(rows, grades, strict=True) for found in _found(reading, row, grade, names)
    )


def _pins(row: Any, grade: VisitGrade) -> Iterator[Pin]:
    """Yield every document of a row, so that one statement brings those of all rows."""
    by = grade.graded_by or row
    yield Pin(row.quiz_revision_id, row.quiz_digest)
    yield Pin(by.case_revision_id, by.case_digest)
    yield Pin(by.protocol_revision_id, by.protocol_digest)


def _found(reading: Reading, row: Any, grade: VisitGrade, names: Mapping[int, str]) -> Iterator[ToMark]:
    _protocol, case = drawn_case(reading, row, grade.graded_by or row)
    for one in waiting(case.visits[row.visit - 1], grade):
        yield ToMark(
            place=MarkPlace(row.uuid, row.position, row.visit, one.task.key),
            learner=names.get(row.learner_id, _("Somebody who has left")),
            quiz_title=pinned_quiz(reading, row).title,
            case_title=f"{case.source_id} {case.title}",
            attempt_number=row.number,
            question=one.task.prompt,
            since=row.since,
        )


def marking_page(reading: Reading, *, academy_id: int, place: MarkPlace) -> MarkingPage:
    """Return the page of one answer that a person marks or has marked. Raises `NotFound`."""
    attempt_uuid, position, visit, task_key = place
    detail = answer_detail(
        reading, academy_id=academy_id, attempt_uuid=attempt_uuid, position=position, visit=visit
    )
    page = detail.page
    answers = () if page.grade is None else markable(page.visit, page.grade)
    answer = next((one for one in answers if one.task.key == task_key), None)
    if answer is None:
        raise nothing_to_mark()
    mark = marks_at(
        reading, academy_id=academy_id, attempt_uuid=attempt_uuid, position=position, visit=visit
    ).get(task_key)
    by = "" if mark is None else names_of(reading, academy_id).get(mark.by_learner_id, "")
    return MarkingPage(place, detail.learner, page, answer, mark, by or _("Somebody who has left"))
