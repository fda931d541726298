"""Long ways through the product that many tests need behind them, walked over HTTP as a trainee would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import flask

from lms.core.runtime import Runtime
from lms.publishing.queries import published
from quizzes.grading.answers import DEPTH_FROM, DEPTH_TO
from quizzes.protocols.decide import decide
from tests.support.people import COURSE_KEY, Person
from tests.support.visitor import Visitor

SEE_OTHER = 303


def right_answer(runtime: Runtime, person: Person, case_key: str) -> dict[str, str | list[str]]:
    """Return the form fields that answer the first visit of a case with full marks."""
    with runtime.reading() as reading:
        case: Any = published(reading, academy_id=person.academy_id, kind="case", key=case_key).document
        protocol: Any = published(
            reading, academy_id=person.academy_id, kind="protocol", key=case.protocol
        ).document
    visit = case.visit(0)
    key = decide(protocol, visit.record)
    fields: dict[str, str | list[str]] = {
        "flag": [one.id for one in visit.statements if one.counts_as == "signal"],
        "action": key.action.value,
        "escalation": key.escalation.value,
        "certainty": "2",
    }
    if key.ranges is not None:
        for zone, depth in key.ranges.depth_mm.items():
            if depth is not None:
                fields[DEPTH_FROM + zone] = fields[DEPTH_TO + zone] = f"{depth.minimum:g}"
        fields["interval_weeks"] = f"{key.ranges.interval_weeks.minimum:g}"
        fields["sessions"] = f"{key.ranges.initial_sessions.minimum:g}"
        fields["maintenance_months"] = f"{key.ranges.maintenance_months.minimum:g}"
    return fields


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


def take_assessment(
    runtime: Runtime, visitor: Visitor, changes: Mapping[int, Mapping[str, str | list[str]]] | None = None
) -> str:
    """Take the final assessment with right answers and hand it in; return the address of the attempt.

    `changes` puts other fields into the answer to the case at a position, counted from 1.
    """
    person = visitor.person
    assert person is not None
    _lessons, assessment, cases = course_parts(runtime, person.academy_id)
    attempt = start_quiz(visitor, assessment)
    for position, case_key in enumerate(cases, start=1):
        answer = {**right_answer(runtime, person, case_key), **(changes or {}).get(position, {})}
        _expect(visitor.send(f"{attempt}/cases/{position}", answer), f"case {position}")
    _expect(visitor.send(f"{attempt}/submit"), "submit")
    return attempt


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
