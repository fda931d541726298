"""Starting an attempt: its form is drawn and its revisions are pinned. Repeating a start changes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.core.errors import Conflict, NotFound
from lms.core.text import _
from lms.core.work import Work
from lms.publishing.queries import Published, published
from quizzes.events import AttemptStarting
from quizzes.models import Attempt, AttemptCase
from quizzes.quiz_document import Quiz
from quizzes.regions.queries import region_to_pin
from quizzes.rules import AttemptState, Purpose, deadline_for, require_attempt_left
from quizzes.service.closing import close_overdue
from quizzes.service.drawing import PinnedPair, bank_of, drawn_form, forms_seen

SEED_BYTES = 8


@dataclass(frozen=True, slots=True)
class Started:
    """The attempt to go to, and whether it was open already."""

    attempt_uuid: UUID
    resumed: bool


@dataclass(frozen=True, slots=True)
class Starter:
    """Somebody about to start a quiz, and the revision of it that counts for them."""

    academy_id: int
    learner_id: int
    revision: Published
    quiz: Quiz

    @property
    def mine(self) -> tuple[sa.ColumnElement[bool], ...]:
        """Return what holds for the attempts of this learner at this quiz."""
        return (
            Attempt.academy_id == self.academy_id,
            Attempt.learner_id == self.learner_id,
            Attempt.quiz_key == self.quiz.key,
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """What sets one attempt apart from others at its quiz: its seed and cases, its purpose, its time."""

    seed: str
    form: Sequence[str]
    minutes: int | None
    purpose: Purpose = Purpose.FULL
    follows_id: int | None = None
    lesson_key: str | None = None


def published_quiz(work: Work, *, academy_id: int, course_key: str, quiz_key: str) -> tuple[Published, Quiz]:
    """Return the newest revision of a quiz of a course; raises `NotFound` for any other pair of keys."""
    found = published(work, academy_id=academy_id, kind="quiz", key=quiz_key)
    if not isinstance(found.document, Quiz) or found.document.course != course_key:
        raise NotFound(_("There is no such quiz in this course. Open the course to see its quizzes."))
    return found, found.document


def new_seed() -> str:
    """Return what the form of an attempt and the variants of its cases are drawn from: 16 characters."""
    return secrets.token_hex(SEED_BYTES)


def start_attempt(work: Work, *, academy_id: int, learner_id: int, course_key: str, quiz_key: str) -> Started:
    """Open a new attempt with a form drawn for the learner, or return the one that is open.

    Raises `NotFound` for an unknown quiz, `Conflict` when every allowed attempt was used, and whatever a
    handler of `AttemptStarting` raises. Of two starts at the same moment one opens the attempt and the
    other resumes it: the database's unique index decides, not a check. What follows a failed exam is opened
    by other means and uses up no attempt, but while it is open it is what a start resumes.
    """
    revision, quiz = published_quiz(work, academy_id=academy_id, course_key=course_key, quiz_key=quiz_key)
    starter = Starter(academy_id, learner_id, revision, quiz)
    current = open_attempt(work, starter)
    if current is not None:
        return Started(current.uuid, resumed=True)
    require_attempt_left(quiz.attempts_allowed, _used(work, starter))
    work.publish(AttemptStarting(academy_id, learner_id, course_key, quiz_key))
    bank, seed = bank_of(work, quiz, academy_id=academy_id), new_seed()
    seen = forms_seen(work, academy_id=academy_id, learner_id=learner_id, quiz_key=quiz_key)
    form = drawn_form(bank, quiz.draw, seed=seed, seen=seen)
    return create_attempt(work, starter, bank, Terms(seed=seed, form=form, minutes=quiz.minutes))


def open_attempt(work: Work, starter: Starter) -> Attempt | None:
    """Return the learner's open attempt at the quiz, locked, or None; one past its deadline is closed."""
    current = work.session.scalar(_open(starter))
    return None if current is None or close_overdue(work, current) else current


def _open(starter: Starter) -> sa.Select[Attempt]:
    """Select the attempt that a start resumes; a case that is tried alone stands beside it."""
    is_open = (Attempt.state == AttemptState.OPEN, Attempt.purpose != Purpose.SINGLE)
    return sa.select(Attempt).where(*starter.mine, *is_open).with_for_update()


def _used(work: Work, starter: Starter) -> int:
    counted = sa.select(sa.func.count()).select_from(Attempt)
    return work.session.scalar(counted.where(*starter.mine, Attempt.purpose == Purpose.FULL)) or 0


def create_attempt(work: Work, starter: Starter, bank: Mapping[str, PinnedPair], terms: Terms) -> Started:
    """Store a new attempt with its cases; one that another request opened just before is resumed instead."""
    last = work.session.scalar(sa.select(sa.func.max(Attempt.number)).where(*starter.mine)) or 0
    attempt = _new_attempt(work, starter, terms, number=last + 1)
    _pin_region(work, attempt, [bank[key] for key in terms.form])
    try:
        with work.session.begin_nested():
            work.session.add(attempt)
    except IntegrityError:
        other = work.session.scalar(_open(starter))
        if other is None:
            raise Conflict(
                _("This attempt was started and finished elsewhere just now. Try again.")
            ) from None
        return Started(other.uuid, resumed=True)
    _pin_cases(work, attempt, [bank[key] for key in terms.form])
    return Started(attempt.uuid, resumed=False)


def _new_attempt(work: Work, starter: Starter, terms: Terms, *, number: int) -> Attempt:
    quiz = starter.quiz
    return Attempt(
        academy_id=starter.academy_id,
        learner_id=starter.learner_id,
        course_key=quiz.course,
        quiz_key=quiz.key,
        quiz_revision_id=starter.revision.revision_id,
        quiz_digest=starter.revision.digest,
        number=number,
        mode=quiz.mode.value,
        purpose=terms.purpose.value,
        follows_id=terms.follows_id,
        lesson_key=terms.lesson_key,
        seed=terms.seed,
        state=AttemptState.OPEN.value,
        total_cases=len(terms.form),
        started_at=work.now,
        deadline_at=deadline_for(work.now, terms.minutes),
    )


def _pin_region(work: Work, attempt: Attempt, form: Sequence[PinnedPair]) -> None:
    """Fix the region in force for the learner; a later choice and its last day change nothing for it."""
    protocols = dict.fromkeys(pair.protocol_revision.key for pair in form)
    for protocol_key in protocols:
        found = region_to_pin(
            work,
            academy_id=attempt.academy_id,
            learner_id=attempt.learner_id,
            protocol_key=protocol_key,
        )
        if found is not None:
            attempt.region_revision_id, attempt.region_digest = found.revision_id, found.digest
            return


def _pin_cases(work: Work, attempt: Attempt, form: Sequence[PinnedPair]) -> None:
    """Fix the revisions this attempt shows and is graded by; later editions change nothing for it."""
    work.session.add_all(
        AttemptCase(
            academy_id=attempt.academy_id,
            attempt_id=attempt.id,
            position=position,
            visit=visit,
            case_key=pair.case.key,
            case_revision_id=pair.case_revision.revision_id,
            case_digest=pair.case_revision.digest,
            protocol_revision_id=pair.protocol_revision.revision_id,
            protocol_digest=pair.protocol_revision.digest,
            answer={},
            answer_revision=0,
        )
        for position, pair in enumerate(form, start=1)
        for visit, _seen_then in enumerate(pair.case.visits, start=1)
    )
    work.session.flush()
