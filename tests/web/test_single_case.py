"""One case of a practice tried by itself: refused where not offered, started once, apart from the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from courses.service import enrol
from lms.core.errors import Conflict, NotFound
from lms.core.runtime import Runtime
from quizzes.models import Attempt
from quizzes.rules import Purpose
from quizzes.service.attempts import submit_attempt
from quizzes.service.drawing import forms_seen
from quizzes.service.single import start_single_case
from quizzes.service.starting import Started, start_attempt
from tests.support.attempts import at_once
from tests.support.checked_course import CASE, EXAMINED, KEY, write_checked_course
from tests.support.people import Factories, Person

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def leila(factories: Factories, runtime: Runtime, tmp_path: Path) -> Person:
    factories.publish(write_checked_course(tmp_path))
    person = factories.person()
    with runtime.work() as work:
        enrol(work, academy_id=person.academy_id, learner_id=person.learner_id, course_key=KEY)
    return person


def start(runtime: Runtime, person: Person, **more: Any) -> Started:
    """Start the case as the page of a lesson does."""
    terms: dict[str, Any] = {"quiz_key": "practice", "case_key": CASE, "lesson_key": "asking", **more}
    with runtime.work() as work:
        return start_single_case(
            work, academy_id=person.academy_id, learner_id=person.learner_id, course_key=KEY, **terms
        )


def start_practice(runtime: Runtime, person: Person) -> UUID:
    with runtime.work() as work:
        return start_attempt(
            work,
            academy_id=person.academy_id,
            learner_id=person.learner_id,
            course_key=KEY,
            quiz_key="practice",
        ).attempt_uuid


def stored(runtime: Runtime) -> list[Attempt]:
    with runtime.reading() as reading:
        return list(reading.session.scalars(sa.select(Attempt).order_by(Attempt.id)))


@pytest.mark.parametrize(
    "place",
    [
        {"quiz_key": "exam", "case_key": EXAMINED},
        {"quiz_key": "practice", "case_key": EXAMINED},
        {"quiz_key": "practice", "case_key": "nothing"},
        {"quiz_key": "nothing"},
    ],
)
def test_only_cases_of_a_practice_can_be_tried(
    runtime: Runtime, leila: Person, place: dict[str, str]
) -> None:
    with pytest.raises(NotFound):
        start(runtime, leila, **place)
    assert stored(runtime) == []


def test_only_who_is_on_the_course_can_try_a_case(
    runtime: Runtime, factories: Factories, leila: Person
) -> None:
    with pytest.raises(Conflict, match="You have not joined this course yet"):
        start(runtime, factories.person())


def test_an_open_case_is_gone_on_with_also_from_two_clicks_at_once(runtime: Runtime, leila: Person) -> None:
    found = at_once(lambda: start(runtime, leila), lambda: start(runtime, leila))
    assert all(isinstance(one, Started) for one in found), found
    assert len({one.attempt_uuid for one in found}) == 1  # type: ignore[attr-defined]
    (attempt,) = stored(runtime)
    assert (attempt.purpose, attempt.total_cases) == (Purpose.SINGLE, 1)
    assert (attempt.deadline_at, attempt.lesson_key) == (None, "asking")


def test_it_stands_beside_the_practice_and_counts_nowhere(runtime: Runtime, leila: Person) -> None:
    whole = start_practice(runtime, leila)
    alone = start(runtime, leila)
    assert alone.attempt_uuid != whole
    assert start_practice(runtime, leila) == whole
    with runtime.work() as work:
        submit_attempt(
            work,
            attempt_uuid=alone.attempt_uuid,
            academy_id=leila.academy_id,
            learner_id=leila.learner_id,
        )
    full, single = stored(runtime)
    assert (full.state, single.state) == ("open", "submitted")
    assert single.passed is False
    with runtime.work() as work:
        seen = forms_seen(work, academy_id=leila.academy_id, learner_id=leila.learner_id, quiz_key="practice")
    assert seen == (frozenset({CASE}),)  # the form of the whole practice, and no second one
    assert not start(runtime, leila).resumed
