"""Attempts at the quizzes of the shipped course, made over HTTP: who takes them, and each thing they send.

The fixtures are taken by the tests that want them: `leila = attempts.leila`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from lms.core.runtime import Runtime
from quizzes.events import AttemptGraded
from quizzes.models import AttemptCase
from quizzes.pinned import pinned_case
from tests.support.course_taking import do_lessons, join
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.visitor import Visitor

PRACTICE = f"/quizzes/{COURSE_KEY}/practice-set"
EXAM = f"/quizzes/{COURSE_KEY}/final-assessment"
JSON = {"Accept": "application/json"}
POSTPONE = {"action": "postpone", "escalation": "none", "certainty": "3"}
TREAT = {
    **POSTPONE,
    "action": "proceed",
    "interval_weeks": "3",
    "sessions": "4",
    "maintenance_months": "4",
    **{
        f"depth_{end}_mm__{zone}": "1"
        for end in ("from", "to")
        for zone in ("hairline", "temples", "part_line", "midscalp", "crown")
    },
}
"""A complete and certain decision to treat today: unsafe wherever something in the record forbids it."""


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
def practice(visitor: Visitor) -> str:
    """The address of an attempt at the practice cases that Leila has just started."""
    return started(visitor, PRACTICE)


@pytest.fixture
def exam(visitor: Visitor) -> str:
    """The address of an attempt at the final assessment that Leila has just started."""
    return started(visitor, EXAM)


def started(visitor: Visitor, quiz: str) -> str:
    """Start an attempt; returns its address."""
    answer = visitor.submit(visitor.get(quiz))
    assert answer.status_code == 303
    return str(answer.location)


def case(attempt: str, position: int = 1) -> str:
    """Return the address of a case in an attempt."""
    return f"{attempt}/cases/{position}"


def autosave(visitor: Visitor, attempt: str, revision: int, position: int = 1, **fields: Any) -> TestResponse:
    """Save an answer as the script of the player does."""
    data = {"tab": "tab-1", "revision": str(revision), **fields}
    return visitor.send(f"{case(attempt, position)}/answer", data, headers=JSON)


def commit(visitor: Visitor, attempt: str, position: int = 1, **fields: Any) -> TestResponse:
    """Submit the decision on a case: to postpone, unless the fields say otherwise."""
    return visitor.send(case(attempt, position), {**POSTPONE, "intent": "submit", **fields})


def decide_all(visitor: Visitor, attempt: str, total: int) -> None:
    """Submit the decision to postpone on every case."""
    for position in range(1, total + 1):
        assert commit(visitor, attempt, position).status_code == 303


def rows(runtime: Runtime, table: type[Any]) -> list[Any]:
    """Return what is stored in a table, oldest first."""
    with runtime.reading() as reading:
        return list(reading.session.scalars(sa.select(table).order_by(table.id)))


def rows_of_case(runtime: Runtime) -> list[str]:
    """Return the identifiers of the statements in the record of the first case."""
    with runtime.reading() as reading:
        row = reading.session.scalars(sa.select(AttemptCase).order_by(AttemptCase.position)).first()
        _protocol, found = pinned_case(reading, row)
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
