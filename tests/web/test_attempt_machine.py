"""Whatever is saved, decided, submitted, replayed or left until the deadline, an attempt stays consistent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lms.core.errors import Conflict
from lms.core.runtime import Runtime
from quizzes.events import AttemptGraded
from quizzes.grading.answers import VisitAnswer, read_answer
from quizzes.models import AnswerLogEntry, Attempt, AttemptCase
from quizzes.pinned import drawn_case
from quizzes.rules import AttemptOverdue, Place
from quizzes.service.answers import SentAnswer, acknowledged, save_answer
from quizzes.service.attempts import commit_reviewed, decide_visit, submit_attempt
from quizzes.service.closing import close_attempt_if_overdue, close_overdue_attempts
from quizzes.service.starting import start_attempt
from tests.support.clock import FrozenClock
from tests.support.course_taking import do_lessons, join
from tests.support.journeys import further_answers_at
from tests.support.people import COURSE_KEY, Factories, Person

pytestmark = pytest.mark.usefixtures("course")

ACTIONS = ("medical_clearance", "postpone", "do_not_treat")
POSITIONS = st.integers(1, 3)
TABS = st.sampled_from(("left", "right"))


class AttemptMachine(RuleBasedStateMachine):
    """One exam attempt and a small model of what it must hold."""

    runtime: Runtime
    clock: FrozenClock
    person_of: Callable[[], Person]

    def __init__(self) -> None:
        super().__init__()
        self.person = self.person_of()
        self.graded: list[AttemptGraded] = []
        self.runtime.workshop.events.subscribe(AttemptGraded, self._note)
        with self.runtime.work() as work:
            self.uuid: UUID = start_attempt(
                work, **self.mine, course_key=COURSE_KEY, quiz_key="final-assessment"
            ).attempt_uuid
        self.minutes_left = 90
        self.is_closed = False
        self.current: dict[int, str] = {}
        self.committed: dict[int, str] = {}
        self.revision: dict[int, int] = {}
        self.reviewed: dict[int, int] = {}
        self.logged = 0
        self.newest: dict[tuple[int, str], int] = {}
        self.acknowledgements: dict[tuple[int, str, int], Any] = {}
        self.grades: dict[tuple[int, int], Any] = {}

    @property
    def mine(self) -> dict[str, int]:
        return {"academy_id": self.person.academy_id, "learner_id": self.person.learner_id}

    def _note(self, _work: object, event: AttemptGraded) -> None:
        if event.attempt_uuid == self.uuid:
            self.graded.append(event)

    def place(self, position: int) -> Place:
        return Place(self.uuid, position, self.person.academy_id, self.person.learner_id)

    def answer(self, raw: dict[str, Any], position: int) -> VisitAnswer:
        """Return an answer to the first visit of a case, read as the pages read it."""
        with self.runtime.reading() as reading:
            attempt, row = reading.session.execute(
                sa.select(Attempt, AttemptCase)
                .join(Attempt, Attempt.id == AttemptCase.attempt_id)
                .where(Attempt.uuid == self.uuid, AttemptCase.position == position, AttemptCase.visit == 1)
            ).one()
            _protocol, case = drawn_case(reading, attempt, row)
        return read_answer(case.visits[0], raw)

    def close_after(self, overdue: AttemptOverdue) -> None:
        with self.runtime.work() as work:
            close_attempt_if_overdue(work, attempt_uuid=overdue.attempt_uuid)
        self.is_closed = True

    @rule(position=POSITIONS, tab=TABS, revision=st.integers(1, 6), action=st.sampled_from(ACTIONS))
    def save(self, position: int, tab: str, revision: int, action: str) -> None:
        sent = SentAnswer({"action": action}, tab, revision)
        deed = lambda connection, now: save_answer(connection, now, place=self.place(position), sent=sent)  # noqa: E731
        is_replay = (position, tab, revision) in self.acknowledgements
        refuses = self.is_closed or self.minutes_left <= 0 or position in self.committed
        try:
            acknowledgement = acknowledged(self.runtime.save_in_group(deed))
        except AttemptOverdue as overdue:
            assert self.minutes_left <= 0
            assert not is_replay
            self.close_after(overdue)
            return
        except Conflict:
            assert refuses
            assert not is_replay
            return
        if is_replay:
            assert acknowledgement == self.acknowledgements[position, tab, revision]
            return
        assert not refuses
        if revision > self.newest.get((position, tab), 0):
            self.newest[position, tab] = revision
            self.acknowledgements[position, tab, revision] = acknowledgement
            self.current[position] = action
            self.logged += 1
            self.revision[position] = self.revision.get(position, 0) + 1

    @rule(position=POSITIONS, action=st.sampled_from(ACTIONS), is_complete=st.booleans())
    def decide(self, position: int, action: str, *, is_complete: bool) -> None:
        further = further_answers_at(self.runtime, f"/attempts/{self.uuid}", position)
        raw = {**further, "action": action, **({"escalation": "none"} if is_complete else {})}
        try:
            with self.runtime.work() as work:
                outcome = decide_visit(
                    work,
                    place=self.place(position),
                    answer=self.answer(raw, position),
                    sent_by=(f"form-{self.logged}", 1),
                )
        except AttemptOverdue as overdue:
            assert self.minutes_left <= 0
            self.close_after(overdue)
            return
        except Conflict:
            assert self.is_closed
            assert position not in self.committed
            return
        assert outcome.is_committed == (position in self.committed)
        if position not in self.committed:
            assert outcome.needs_review == is_complete
            self.current[position] = action
            self.logged += 1
            self.revision[position] = self.revision.get(position, 0) + 1
            self.reviewed[position] = self.revision[position] if is_complete else 0

    @rule(position=POSITIONS, is_late=st.booleans())
    def commit(self, position: int, *, is_late: bool) -> None:
        revision = self.revision.get(position, 0) - (1 if is_late else 0)
        try:
            with self.runtime.work() as work:
                outcome = commit_reviewed(work, place=self.place(position), revision=revision)
        except AttemptOverdue as overdue:
            assert self.minutes_left <= 0
            self.close_after(overdue)
            return
        except Conflict:
            assert self.is_closed
            assert position not in self.committed
            return
        if position in self.committed:
            assert outcome.is_committed
            return
        is_complete = self.reviewed.get(position, 0) == self.revision.get(position, -1)
        assert outcome.is_committed == (is_complete and not is_late)
        if outcome.is_committed:
            self.committed[position] = self.current[position]

    @rule()
    def submit(self) -> None:
        try:
            with self.runtime.work() as work:
                submit_attempt(work, attempt_uuid=self.uuid, **self.mine)
        except AttemptOverdue as overdue:
            assert self.minutes_left <= 0
            self.close_after(overdue)
        self.is_closed = True

    @rule(minutes=st.sampled_from((1, 25, 91)))
    def wait(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)
        self.minutes_left -= minutes

    @rule()
    def let_the_worker_pass(self) -> None:
        with self.runtime.work() as work:
            close_overdue_attempts(work)
        self.is_closed = self.is_closed or self.minutes_left <= 0

    @precondition(lambda self: not self.is_closed and self.minutes_left > 0)
    @rule()
    def start_again(self) -> None:
        with self.runtime.work() as work:
            started = start_attempt(work, **self.mine, course_key=COURSE_KEY, quiz_key="final-assessment")
        assert (started.attempt_uuid, started.resumed) == (self.uuid, True)

    @invariant()
    def holds(self) -> None:
        with self.runtime.reading() as reading:
            attempt = reading.session.scalars(sa.select(Attempt).where(Attempt.uuid == self.uuid)).one()
            of_attempt = AttemptCase.attempt_id == attempt.id
            cases = reading.session.scalars(sa.select(AttemptCase).where(of_attempt)).all()
            log = reading.session.scalars(
                sa.select(AnswerLogEntry).where(AnswerLogEntry.attempt_id == attempt.id)
            ).all()
        assert (attempt.state != "open") == self.is_closed
        assert len(self.graded) == self.is_closed
        assert len(log) == self.logged
        for case in cases:
            sequences = sorted(entry.sequence for entry in log if entry.attempt_case_id == case.id)
            assert sequences == list(range(1, case.answer_revision + 1))
            place, is_first = (case.position, case.visit), case.visit == 1
            assert case.answer.get("action") == (self.current.get(case.position) if is_first else None)
            assert (case.committed_at is not None) == (is_first and case.position in self.committed)
            assert (case.grade is not None) == (self.is_closed or case.committed_at is not None)
            if case.grade is not None:
                assert self.grades.setdefault(place, case.grade) == case.grade


def test_no_order_of_deeds_breaks_an_attempt(
    runtime: Runtime, factories: Factories, clock: FrozenClock
) -> None:
    def person_of() -> Person:
        person = factories.person()
        join(runtime, person)
        do_lessons(runtime, person)
        return person

    class Machine(AttemptMachine):
        pass

    Machine.runtime, Machine.clock, Machine.person_of = runtime, clock, staticmethod(person_of)
    run_state_machine_as_test(Machine, settings=settings(max_examples=15, stateful_step_count=25))
