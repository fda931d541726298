"""After an exam that failed on safety alone: a round of practice, then a safety form, not a full resit."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from lms.core.errors import Conflict, NotFound
from lms.core.text import _
from lms.core.work import Work
from quizzes.blueprint import choose_remediation
from quizzes.events import AttemptStarting
from quizzes.grading.result import VisitGrade
from quizzes.models import Attempt, AttemptCase
from quizzes.pinned import pinned_quiz
from quizzes.quiz_document import SafetyForm
from quizzes.rules import AttemptState, Mode, Purpose, SafetyStep, failed_on_safety_alone, safety_step
from quizzes.service.attempts import locked_attempt
from quizzes.service.closing import close_attempt, close_overdue
from quizzes.service.drawing import bank_of, drawn_form, forms_seen
from quizzes.service.starting import (
    Started,
    Starter,
    Terms,
    create_attempt,
    new_seed,
    open_attempt,
    published_quiz,
)


def start_remediation(work: Work, *, attempt_uuid: UUID, academy_id: int, learner_id: int) -> Started:
    """Open the round of practice that answers a failed exam, or return the one that is there.

    Its cases are about the findings that were answered dangerously. An ordinary practice attempt that is
    open is handed in as it stands. Raises `NotFound` where nothing follows the attempt.
    """
    failed, form = _failed_exam(work, attempt_uuid, academy_id, learner_id)
    existing = _follower(work, failed, Purpose.REMEDIATION)
    if existing is not None:
        return Started(existing.uuid, resumed=True)
    revision, quiz = published_quiz(
        work, academy_id=academy_id, course_key=failed.course_key, quiz_key=form.practice
    )
    starter = Starter(academy_id, learner_id, revision, quiz)
    work.publish(AttemptStarting(academy_id, learner_id, quiz.course, quiz.key))
    current = open_attempt(work, starter)
    if current is not None:
        close_attempt(work, current, AttemptState.SUBMITTED)
    bank, seed = bank_of(work, quiz, academy_id=academy_id), new_seed()
    cases = choose_remediation(
        [pair.traits for pair in bank.values()],
        _findings_concerned(work, failed),
        size=form.remediation_cases,
        seed=seed,
        seen=forms_seen(work, academy_id=academy_id, learner_id=learner_id, quiz_key=quiz.key),
    )
    terms = Terms(seed, cases, None, Purpose.REMEDIATION, failed.id)
    return create_attempt(work, starter, bank, terms)


def start_safety_form(work: Work, *, attempt_uuid: UUID, academy_id: int, learner_id: int) -> Started:
    """Open the safety form that answers a failed exam, or return the one that is there.

    Raises `NotFound` where nothing follows the attempt, `Conflict` before the remediation is finished or
    while another attempt at the exam is open.
    """
    failed, form = _failed_exam(work, attempt_uuid, academy_id, learner_id)
    existing = _follower(work, failed, Purpose.SAFETY)
    if existing is not None:
        return Started(existing.uuid, resumed=True)
    if _step(work, failed) is not SafetyStep.FORM:
        raise Conflict(_("Finish the round of practice first; the safety form opens after it."))
    revision, quiz = published_quiz(
        work, academy_id=academy_id, course_key=failed.course_key, quiz_key=failed.quiz_key
    )
    starter = Starter(academy_id, learner_id, revision, quiz)
    if open_attempt(work, starter) is not None:
        raise Conflict(_("An attempt at this exam is open. Finish it first."))
    work.publish(AttemptStarting(academy_id, learner_id, quiz.course, quiz.key))
    bank, seed = bank_of(work, quiz, academy_id=academy_id), new_seed()
    seen = forms_seen(work, academy_id=academy_id, learner_id=learner_id, quiz_key=quiz.key)
    cases = drawn_form(bank, quiz.safety_form or form, seed=seed, seen=seen)
    return create_attempt(
        work, starter, bank, Terms(seed, cases, quiz.safety_minutes, Purpose.SAFETY, failed.id)
    )


def _failed_exam(
    work: Work, attempt_uuid: UUID, academy_id: int, learner_id: int
) -> tuple[Attempt, SafetyForm]:
    """Return the attempt, locked, with what follows it by the revision it was taken under."""
    attempt = locked_attempt(work, attempt_uuid=attempt_uuid, academy_id=academy_id, learner_id=learner_id)
    close_overdue(work, attempt)
    quiz = pinned_quiz(work, attempt)
    failed = failed_on_safety_alone(
        purpose=Purpose(attempt.purpose),
        mode=Mode(attempt.mode),
        score=attempt.score,
        passed=attempt.passed,
        confirmed=bool(attempt.confirmed_harms),
        mark=quiz.pass_mark_percent,
    )
    if quiz.safety_form is None or not failed:
        raise NotFound(_("No safety form follows this attempt. Open the attempt to see how it ended."))
    return attempt, quiz.safety_form


def _followers(work: Work, failed: Attempt) -> tuple[Attempt, ...]:
    """Return what followed a failed exam; one past its deadline is closed first."""
    found = work.session.scalars(
        sa.select(Attempt).where(Attempt.follows_id == failed.id).order_by(Attempt.id).with_for_update()
    ).all()
    for attempt in found:
        close_overdue(work, attempt)
    return tuple(found)


def _follower(work: Work, failed: Attempt, purpose: Purpose) -> Attempt | None:
    return next((one for one in _followers(work, failed) if one.purpose == purpose), None)


def _step(work: Work, failed: Attempt) -> SafetyStep:
    return safety_step((Purpose(one.purpose), AttemptState(one.state)) for one in _followers(work, failed))


def _findings_concerned(work: Work, failed: Attempt) -> frozenset[str]:
    """Return the findings that a failed exam answered dangerously."""
    grades = work.session.scalars(sa.select(AttemptCase.grade).where(AttemptCase.attempt_id == failed.id))
    return frozenset(
        error.finding
        for grade in grades
        if grade is not None
        for error in VisitGrade.from_json(grade).safety_errors
        if error.finding is not None
    )
