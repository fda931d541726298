"""Mini-cases: one practice case every four weeks, about what was confirmed longest ago."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from courses.queries.shelf import Shelf, shelf_of
from courses.review.decks import protocol_on
from courses.review.models import MiniCase
from courses.review.queries.confirmations import last_confirmed
from courses.review.rules import by_need, choose_mini_case, mini_case_due
from courses.review.spotted import contraindications_of
from lms.core.errors import Conflict, NotFound
from lms.core.text import _, show_date
from lms.core.work import Work
from quizzes.case_traits import traits_of
from quizzes.cases.variants import realise
from quizzes.events import AttemptGraded
from quizzes.protocols.model import Protocol
from quizzes.service.drawing import PinnedPair, bank_of
from quizzes.service.single import start_single_case
from quizzes.service.starting import new_seed

SEEDS_TRIED = 30
"""A minimal pair has two halves or three: so many seeds that all miss one of them are not met with."""


def begin_mini_cases(work: Work, shelf: Shelf, *, learner_id: int, done: Collection[str]) -> None:
    """Set the date of the first mini-case once the first module of a course with a practice is done."""
    course = shelf.course
    if course.practice is None or not set(course.modules[0].lessons) <= set(done):
        return
    any_yet = sa.select(MiniCase.id).where(
        MiniCase.learner_id == learner_id,
        MiniCase.academy_id == shelf.academy_id,
        MiniCase.course_key == course.key,
    )
    if work.session.scalar(any_yet.limit(1)) is None:
        _wait(work, shelf.academy_id, learner_id, course.key)


def start_mini_case(work: Work, *, academy_id: int, learner_id: int, course_key: str) -> UUID:
    """Draw the mini-case that is due and open its attempt, or return the attempt that was opened for it.

    Raises `NotFound` where none waits, `Conflict` before its day, and whatever starting an attempt raises.
    """
    waiting = work.session.scalar(
        sa.select(MiniCase)
        .where(
            MiniCase.learner_id == learner_id,
            MiniCase.academy_id == academy_id,
            MiniCase.course_key == course_key,
            MiniCase.done_at.is_(None),
        )
        .with_for_update()
    )
    if waiting is None:
        raise NotFound(_("There is no mini-case in this course yet. It comes after the first module."))
    if waiting.attempt_uuid is not None:
        return waiting.attempt_uuid
    if waiting.due_at > work.now:
        raise Conflict(
            _("The next mini-case is due on %(day)s. Come back then.", day=show_date(waiting.due_at))
        )
    return _opened(work, waiting)


def _opened(work: Work, waiting: MiniCase) -> UUID:
    academy_id, course_key = waiting.academy_id, waiting.course_key
    shelf = shelf_of(work, academy_id=academy_id, course_key=course_key)
    quiz = shelf.quizzes[shelf.course.practice] if shelf.course.practice else None
    if quiz is None or not quiz.cases:
        raise NotFound(_("This course has no practice cases any more. Ask your academy."))
    bank = bank_of(work, quiz, academy_id=academy_id)
    confirmed = last_confirmed(
        work, academy_id=academy_id, learner_id=waiting.learner_id, course_key=course_key
    )
    needs = by_need(contraindications_of(protocol_on(shelf)), {key: one.at for key, one in confirmed.items()})
    acting = {key: pair.traits.acting for key, pair in bank.items()}
    waiting.case_key, waiting.finding = choose_mini_case(acting, needs, _taken(work, waiting))
    seed = _seed_showing(bank[waiting.case_key], waiting.finding)
    started = start_single_case(
        work,
        academy_id=academy_id,
        learner_id=waiting.learner_id,
        course_key=course_key,
        quiz_key=quiz.key,
        case_key=waiting.case_key,
        seed=seed,
    )
    waiting.attempt_uuid = started.attempt_uuid
    work.session.flush()
    return started.attempt_uuid


def _seed_showing(pair: PinnedPair, finding: str | None) -> str:
    """Return a seed by which the case as drawn still turns on the finding it was chosen for.

    A seed may draw the other half of a minimal pair, in which the finding is gone.
    """
    protocol = pair.protocol_revision.document
    seed = new_seed()
    for _try in range(SEEDS_TRIED):
        if finding is None or not isinstance(protocol, Protocol):
            break
        if finding in traits_of(protocol, realise(pair.case, seed, contrasts=True)).acting:
            break
        seed = new_seed()
    return seed


def on_attempt_graded(work: Work, event: AttemptGraded) -> None:
    """Note that a mini-case was done, and set the date of the next one."""
    done = work.session.scalar(
        sa.select(MiniCase)
        .where(MiniCase.attempt_uuid == event.attempt_uuid, MiniCase.done_at.is_(None))
        .with_for_update()
    )
    if done is not None:
        done.done_at = event.closed_at
        work.session.flush()
        _wait(work, done.academy_id, done.learner_id, done.course_key)


def _wait(work: Work, academy_id: int, learner_id: int, course_key: str) -> None:
    waiting = MiniCase(
        academy_id=academy_id,
        learner_id=learner_id,
        course_key=course_key,
        due_at=mini_case_due(work.now),
    )
    try:
        with work.session.begin_nested():
            work.session.add(waiting)
    except IntegrityError:
        return  # one waits already


def _taken(work: Work, waiting: MiniCase) -> list[str]:
    """Return the cases of a learner's earlier mini-cases in a course, oldest first."""
    keys = work.session.scalars(
        sa.select(MiniCase.case_key)
        .where(
            MiniCase.learner_id == waiting.learner_id,
            MiniCase.academy_id == waiting.academy_id,
            MiniCase.course_key == waiting.course_key,
            MiniCase.case_key.is_not(None),
        )
        .order_by(MiniCase.id)
    )
    return [key for key in keys if key is not None]
