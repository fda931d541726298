"""One case of a practice bank, tried by itself: an attempt of its own beside those at the whole practice."""

from __future__ import annotations

import sqlalchemy as sa

from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Work
from quizzes.events import AttemptStarting
from quizzes.models import Attempt, AttemptCase
from quizzes.rules import AttemptState, Mode, Purpose
from quizzes.service.drawing import bank_of
from quizzes.service.starting import Started, Starter, Terms, create_attempt, new_seed, published_quiz


def start_single_case(
    work: Work,
    *,
    academy_id: int,
    learner_id: int,
    course_key: str,
    quiz_key: str,
    case_key: str,
    lesson_key: str | None = None,
    seed: str | None = None,
) -> Started:
    """Open an attempt of one case of a practice, or return the one of this case that is open.

    It has no time limit, uses up no attempt, is never passed and leaves other attempts alone; its result
    leads back to the lesson, where one is named. `seed` fixes what is drawn of the case. Raises `NotFound`
    for a quiz that is no practice of the course or a case that is not in its bank, and whatever a handler
    of `AttemptStarting` raises.
    """
    revision, quiz = published_quiz(work, academy_id=academy_id, course_key=course_key, quiz_key=quiz_key)
    if quiz.mode is not Mode.PRACTICE or case_key not in quiz.cases:
        raise NotFound(_("There is no such case to practise in this course. Open the course to see what is."))
    starter = Starter(academy_id, learner_id, revision, quiz)
    work.publish(AttemptStarting(academy_id, learner_id, course_key, quiz_key))
    current = _open_single(work, starter, case_key)
    if current is not None:
        current.lesson_key = lesson_key
        return Started(current.uuid, resumed=True)
    bank = bank_of(work, quiz, academy_id=academy_id)
    terms = Terms(seed or new_seed(), (case_key,), None, Purpose.SINGLE, lesson_key=lesson_key)
    return create_attempt(work, starter, bank, terms)


def _open_single(work: Work, starter: Starter, case_key: str) -> Attempt | None:
    """Return the learner's newest open attempt of this case alone, locked, or None."""
    return work.session.scalar(
        sa.select(Attempt)
        .join(AttemptCase, AttemptCase.attempt_id == Attempt.id)
        .where(
            *starter.mine,
            Attempt.state == AttemptState.OPEN,
            Attempt.purpose == Purpose.SINGLE,
            AttemptCase.case_key == case_key,
            AttemptCase.visit == 1,
        )
        .order_by(Attempt.id.desc())
        .limit(1)
        .with_for_update(of=Attempt)
    )
