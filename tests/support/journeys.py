"""Long ways through the product that many tests need behind them, walked over HTTP as a trainee would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import flask
import sqlalchemy as sa

from lms.core.runtime import Runtime
from lms.publishing.queries import published
from quizzes.cases.model import Case
from quizzes.cases.variants import realise
from quizzes.grading.answers import fields_of
from quizzes.grading.grade import pose
from quizzes.models import Attempt, AttemptCase
from quizzes.pinned import drawn_case
from quizzes.protocols.model import Protocol
from quizzes.rules import AttemptState, Mode
from tests.support.people import COURSE_KEY, Person
from tests.support.visitor import Visitor

SEE_OTHER = 303
Fields = dict[str, str | list[str]]


class Seat(NamedTuple):
    """One visit of one case of an attempt, with the key of the case."""

    position: int
    visit: int
    case_key: str


def attempt_in(address: str) -> UUID:
    """Return the attempt that an address names."""
    return UUID(address.rsplit("/attempts/", 1)[1].split("/", 1)[0])


def seats_of(runtime: Runtime, attempt: str) -> list[Seat]:
    """Return every visit of an attempt in the order in which a learner meets them."""
    with runtime.reading() as reading:
        rows = reading.session.scalars(
            sa.select(AttemptCase)
            .join(Attempt, Attempt.id == AttemptCase.attempt_id)
            .where(Attempt.uuid == attempt_in(attempt))
            .order_by(AttemptCase.position, AttemptCase.visit)
        )
        return [Seat(row.position, row.visit, row.case_key) for row in rows]


def right_answer(runtime: Runtime, person: Person, case_key: str) -> Fields:
    """Return the form fields that answer the first visit of a case with full marks.

    The case is as drawn for the attempt that the person has open and that holds it, else as written.
    """
    with runtime.reading() as reading:
        found = reading.session.execute(
            sa.select(Attempt, AttemptCase)
            .join(Attempt, Attempt.id == AttemptCase.attempt_id)
            .where(
                Attempt.learner_id == person.learner_id,
                Attempt.state == AttemptState.OPEN,
                AttemptCase.case_key == case_key,
                AttemptCase.visit == 1,
            )
            .order_by(Attempt.id.desc())
        ).first()
        if found is not None:
            protocol, case = drawn_case(reading, *found)
            return _perfect(protocol, case, 0, Mode(found[0].mode))
        written: Any = published(reading, academy_id=person.academy_id, kind="case", key=case_key).document
        needed: Any = published(
            reading, academy_id=person.academy_id, kind="protocol", key=written.protocol
        ).document
    return _perfect(needed, realise(written, None, contrasts=False), 0, Mode.PRACTICE)


def right_answer_at(runtime: Runtime, attempt: str, position: int, visit: int = 1) -> Fields:
    """Return the form fields that answer a visit of an attempt with full marks."""
    mode, protocol, case = shown_at(runtime, attempt, position, visit)
    return _perfect(protocol, case, visit - 1, mode)


def further_answers_at(runtime: Runtime, attempt: str, position: int, visit: int = 1) -> Fields:
    """Return the right fields of the tasks that stand beside spotting, deciding and planning."""
    _mode, protocol, case = shown_at(runtime, attempt, position, visit)
    standard = {"spot", "decide", "plan"}
    return _fields_of_tasks(protocol, case, visit - 1, lambda key: key not in standard)


def zones_at(runtime: Runtime, attempt: str, position: int, visit: int = 1) -> list[str]:
    """Return the keys of the zones that a visit of an attempt treats."""
    _mode, _protocol, case = shown_at(runtime, attempt, position, visit)
    return [zone.zone for zone in case.visits[visit - 1].zones]


def shown_at(runtime: Runtime, attempt: str, position: int, visit: int = 1) -> tuple[Mode, Protocol, Case]:
    """Return the mode of an attempt with the protocol and the case as drawn for a place in it."""
    with runtime.reading() as reading:
        found, row = reading.session.execute(
            sa.select(Attempt, AttemptCase)
            .join(Attempt, Attempt.id == AttemptCase.attempt_id)
            .where(
                Attempt.uuid == attempt_in(attempt),
                AttemptCase.position == position,
                AttemptCase.visit == visit,
            )
        ).one()
        return Mode(found.mode), *drawn_case(reading, found, row)


def _perfect(protocol: Protocol, case: Case, index: int, mode: Mode) -> Fields:
    fields = _fields_of_tasks(protocol, case, index, lambda _key: True)
    return fields | {"certainty": "2"} if mode is Mode.PRACTICE else fields


def _fields_of_tasks(protocol: Protocol, case: Case, index: int, is_wanted: Any) -> Fields:
    posed = pose(protocol, case, index)
    fields: Fields = {}
    for task in posed.visit.tasks:
        if is_wanted(task.key):
            fields |= {name: typed(value) for name, value in task.interaction.perfect(task, posed).items()}
    return fields


def typed(value: Any) -> str | list[str]:
    """Return a value as a form sends it."""
    if isinstance(value, list | tuple | frozenset | set):
        return [str(one) for one in value]
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def course_parts(runtime: Runtime, academy_id: int) -> tuple[list[str], str, list[str]]:
    """Return the lessons of the shipped course in order, its assessment, and the assessment's cases."""
    with runtime.reading() as reading:
        course: Any = published(reading, academy_id=academy_id, kind="course", key=COURSE_KEY).document
        quiz: Any = published(reading, academy_id=academy_id, kind="quiz", key=course.assessment).document
    lessons = [lesson for module in course.modules for lesson in module.lessons]
    return lessons, course.assessment, list(quiz.cases)


def _expect(answer: Any, what: str) -> None:
    assert answer.status_code == SEE_OTHER, f"{what}: {answer.status}: {answer.get_data(as_text=True)[:3000]}"


def enrol(visitor: Visitor) -> None:
    """Enrol in the shipped course."""
    _expect(visitor.send(f"/courses/{COURSE_KEY}/enrol"), "enrol")


def read_all_lessons(runtime: Runtime, visitor: Visitor) -> None:
    """Mark every lesson of the shipped course as done, in order."""
    person = visitor.person
    assert person is not None
    for lesson in course_parts(runtime, person.academy_id)[0]:
        _expect(visitor.send(f"/courses/{COURSE_KEY}/lessons/{lesson}/done"), f"lesson {lesson}")


def start_quiz(visitor: Visitor, quiz_key: str) -> str:
    """Start a quiz of the shipped course, or resume it; return the address of the attempt."""
    started = visitor.send(f"/quizzes/{COURSE_KEY}/{quiz_key}")
    _expect(started, f"start {quiz_key}")
    return str(started.location)


def case_address(attempt: str, position: int = 1, visit: int = 1) -> str:
    """Return the address of a visit of a case in an attempt."""
    return f"{attempt}/cases/{position}" + (f"/visits/{visit}" if visit > 1 else "")


def answer_exam(visitor: Visitor, address: str, fields: Mapping[str, str | list[str]]) -> str:
    """Give an answer in an exam, read it on the review page, commit it; return where that leads."""
    given = visitor.send(address, fields)
    _expect(given, address)
    assert given.location == f"{address}/review"
    committed = visitor.submit(visitor.get(f"{address}/review"), to="/review")
    _expect(committed, f"{address}/review")
    return str(committed.location)


def take_assessment(
    runtime: Runtime, visitor: Visitor, changes: Mapping[int, Mapping[str, str | list[str]]] | None = None
) -> str:
    """Take the final assessment with right answers and hand it in; return the address of the attempt.

    `changes` puts other fields into the answer to the first visit of the case at a position, counted from 1.
    Settings of zones that the visit does not have are left out of them.
    """
    person = visitor.person
    assert person is not None
    attempt = start_quiz(visitor, course_parts(runtime, person.academy_id)[1])
    for position, visit, _case_key in seats_of(runtime, attempt):
        answer = right_answer_at(runtime, attempt, position, visit)
        if visit == 1:
            answer |= fitting(runtime, attempt, position, (changes or {}).get(position, {}))
        answer_exam(visitor, case_address(attempt, position, visit), answer)
    _expect(visitor.send(f"{attempt}/submit"), "submit")
    return attempt


def fitting(
    runtime: Runtime, attempt: str, position: int, fields: Mapping[str, str | list[str]], visit: int = 1
) -> Fields:
    """Return the fields that a visit asks for, out of those given."""
    mode, _protocol, case = shown_at(runtime, attempt, position, visit)
    asked = {*fields_of(case.visits[visit - 1]), *(("certainty",) if mode is Mode.PRACTICE else ())}
    return {name: value for name, value in fields.items() if name in asked}


def earn_certificate(app: flask.Flask, visitor: Visitor) -> str:
    """Enrol, read everything, pass the assessment; return the number of the certificate."""
    runtime: Runtime = app.extensions["lms"]
    enrol(visitor)
    read_all_lessons(runtime, visitor)
    take_assessment(runtime, visitor)
    listed = visitor.get("/certificates").get_data(as_text=True)
    found = re.search(r"PAP(?:-[0-9A-Z]{4}){3}-[0-9A-Z*~$=]", listed)
    assert found is not None, "no certificate is listed"
    return found[0]
