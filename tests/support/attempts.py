"""Attempts at the quizzes of a small edition of the shipped course, made over HTTP, as a learner would.

The fixtures are taken by the tests that want them: `leila = attempts.leila`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from lms.core.runtime import Runtime
from quizzes.events import AttemptGraded
from quizzes.models import Attempt, AttemptCase
from quizzes.pinned import drawn_case
from tests.support.course_taking import do_lessons, join
from tests.support.journeys import (
    answer_exam,
    case_address,
    further_answers_at,
    seats_of,
    zones_at,
)
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.small_quizzes import publish_small_quizzes
from tests.support.visitor import Visitor

PRACTICE = f"/quizzes/{COURSE_KEY}/practice-set"
EXAM = f"/quizzes/{COURSE_KEY}/final-assessment"
JSON = {"Accept": "application/json"}
CAREFUL = {"action": "postpone", "escalation": "none"}
"""The decision to postpone, as an exam asks for it."""
POSTPONE = {**CAREFUL, "certainty": "3"}
"""The same as practice asks for it: certain."""


@pytest.fixture
def leila(factories: Factories, runtime: Runtime) -> Person:
    """Somebody who has joined the course and done its lessons."""
    person = factories.person(name="Leila Haddad")
    join(runtime, person)
    do_lessons(runtime, person)
    return person


@pytest.fixture
def visitor(factories: Factories, leila: Person) -> Visitor:
    """The browser in which Leila is signed in."""
    return factories.signed_in(leila)


@pytest.fixture
def graded(runtime: Runtime) -> list[AttemptGraded]:
    """Collect every announcement that an attempt was graded."""
    seen: list[AttemptGraded] = []
    runtime.workshop.events.subscribe(AttemptGraded, lambda _work, event: seen.append(event))
    return seen


@pytest.fixture
def small(factories: Factories, leila: Person, tmp_path: Path) -> Path:
    """The folder of the small edition, published after Leila joined."""
    return publish_small_quizzes(factories, tmp_path)


@pytest.fixture
def practice(small: Path, visitor: Visitor) -> str:
    """The address of an attempt at the small practice that Leila has just started."""
    return started(visitor, PRACTICE)


@pytest.fixture
def exam(small: Path, visitor: Visitor) -> str:
    """The address of an attempt at the small exam that Leila has just started."""
    return started(visitor, EXAM)


def started(visitor: Visitor, quiz: str) -> str:
    """Start an attempt; returns its address."""
    answer = visitor.submit(visitor.get(quiz))
    assert answer.status_code == 303
    return str(answer.location)


def runtime_of(visitor: Visitor) -> Runtime:
    """Return the runtime of the app a browser visits."""
    runtime: Runtime = visitor.application.extensions["lms"]
    return runtime


def treating(visitor: Visitor, attempt: str, position: int = 1, visit: int = 1) -> dict[str, str]:
    """Return a complete decision to treat today: unsafe wherever something in the record forbids it."""
    zones = zones_at(runtime_of(visitor), attempt, position, visit)
    return {
        "action": "proceed",
        "interval_weeks": "3",
        "sessions": "4",
        "maintenance_months": "4",
        **{f"depth_{end}_mm__{zone}": "1" for end in ("from", "to") for zone in zones},
    }


case = case_address


def autosave(
    visitor: Visitor, attempt: str, revision: int, position: int = 1, visit: int = 1, /, **fields: Any
) -> TestResponse:
    """Save an answer as the script of the player does."""
    data = {"tab": "tab-1", "revision": str(revision), **fields}
    return visitor.send(f"{case(attempt, position, visit)}/answer", data, headers=JSON)


def commit(
    visitor: Visitor, attempt: str, position: int = 1, visit: int = 1, /, **fields: Any
) -> TestResponse:
    """Send the decision on a visit as in practice: to postpone, unless the fields say otherwise."""
    return visitor.send(
        case(attempt, position, visit),
        {**_further(visitor, attempt, position, visit), **POSTPONE, "intent": "submit", **fields},
    )


def decide_in_exam(
    visitor: Visitor, attempt: str, position: int = 1, visit: int = 1, /, **fields: Any
) -> str:
    """Decide a visit of an exam by way of its review: to postpone, unless the fields say otherwise."""
    further = _further(visitor, attempt, position, visit)
    return answer_exam(visitor, case(attempt, position, visit), {**further, **CAREFUL, **fields})


def _further(visitor: Visitor, attempt: str, position: int, visit: int) -> dict[str, Any]:
    """Return right answers to what a visit asks beside its standard tasks, if there is such a visit."""
    runtime = runtime_of(visitor)
    seats = {seat[:2] for seat in seats_of(runtime, attempt)}
    return dict(further_answers_at(runtime, attempt, position, visit)) if (position, visit) in seats else {}


def decide_all(visitor: Visitor, attempt: str) -> None:
    """Submit the decision to postpone on every visit of a practice."""
    for position, visit, _key in seats_of(runtime_of(visitor), attempt):
        assert commit(visitor, attempt, position, visit).status_code == 303


def decide_all_in_exam(visitor: Visitor, attempt: str) -> None:
    """Decide to postpone on every visit of an exam."""
    for position, visit, _key in seats_of(runtime_of(visitor), attempt):
        decide_in_exam(visitor, attempt, position, visit)


def rows(runtime: Runtime, table: type[Any]) -> list[Any]:
    """Return what is stored in a table, oldest first."""
    with runtime.reading() as reading:
        return list(reading.session.scalars(sa.select(table).order_by(table.id)))


def rows_of_case(runtime: Runtime) -> list[str]:
    """Return the identifiers of the statements in the record of the first case of the first attempt."""
    with runtime.reading() as reading:
        attempt, row = reading.session.execute(
            sa.select(Attempt, AttemptCase)
            .join(Attempt, Attempt.id == AttemptCase.attempt_id)
            .order_by(Attempt.id, AttemptCase.position, AttemptCase.visit)
        ).first() or (None, None)
        _protocol, found = drawn_case(reading, attempt, row)
        return [statement.id for statement in found.visits[0].statements]


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    """Collect the statements sent to the database meanwhile, without those that frame transactions."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            statements.append(statement)

    sa.event.listen(runtime.workshop.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(runtime.workshop.engine, "before_cursor_execute", note)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Run deeds in threads that start together; returns their results, or what they raised."""
    results: list[object] = [None] * len(deeds)
    barrier = threading.Barrier(len(deeds))

    def run(index: int, deed: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[index] = deed()
        except Exception as error:  # noqa: BLE001 - handed to the test
            results[index] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
