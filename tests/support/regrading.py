"""An exam of the small edition that one learner passes and another fails by one decision, and its regrading.

The fixtures are taken by the tests that want them: `failed = regrading.failed`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lms.core.runtime import Runtime
from quizzes.events import AttemptRegraded
from quizzes.models import Attempt, AttemptCase
from tests.support.attempts import EXAM, rows, started
from tests.support.course_taking import do_lessons, join
from tests.support.journeys import attempt_in, seats_of, take_assessment
from tests.support.people import Factories, Person
from tests.support.small_quizzes import REFUSED, publish_small_quizzes, rewrite
from tests.support.visitor import Visitor

ADDRESS = f"/instructor/cases/{REFUSED}/regrade"
BY_MARKERS, BY_NEWEST = f"{ADDRESS}/graded", f"{ADDRESS}/newest"
REASON = "The record allowed two readings."
RAISE, ALL = {"choice": "raise_only"}, {"choice": "apply_all", "lowers": "y"}


@pytest.fixture
def small(factories: Factories, leila: Person, tmp_path: Path) -> Path:
    """The small edition, with an exam that only an almost faultless attempt passes."""
    folder = publish_small_quizzes(factories, tmp_path)
    rewrite(folder / "quizzes" / "final-assessment.yaml", lambda quiz: {**quiz, "pass_mark_percent": 99})
    factories.publish(folder)
    return folder


@pytest.fixture
def omar(factories: Factories, runtime: Runtime, small: Path) -> Visitor:
    """The browser of another learner who may take the exam."""
    person = factories.person(name="Omar Said")
    join(runtime, person)
    do_lessons(runtime, person)
    return factories.signed_in(person)


@pytest.fixture
def passed(visitor: Visitor, small: Path, runtime: Runtime) -> str:
    """Leila's exam, answered rightly throughout."""
    return take_assessment(runtime, visitor)


@pytest.fixture
def failed(omar: Visitor, runtime: Runtime) -> str:
    """Omar's exam: right but for the decision on one case, and so not passed."""
    attempt = started(omar, EXAM)
    position = position_of(runtime, attempt, REFUSED)
    return take_assessment(runtime, omar, {position: {"action": "postpone"}})


@pytest.fixture
def instructor(factories: Factories) -> Visitor:
    """The browser of an instructor."""
    return factories.signed_in(factories.person("instructor", name="Ines Duarte"))


@pytest.fixture
def announced(runtime: Runtime) -> list[AttemptRegraded]:
    """Collect every announcement that an attempt was regraded."""
    seen: list[AttemptRegraded] = []
    runtime.workshop.events.subscribe(AttemptRegraded, lambda _work, event: seen.append(event))
    return seen


def position_of(runtime: Runtime, attempt: str, case_key: str) -> int:
    """Return the place of a case in an attempt."""
    return next(seat.position for seat in seats_of(runtime, attempt) if seat.case_key == case_key)


def mark(instructor: Visitor, target: str, effect: str = "always_correct", **fields: str) -> Any:
    """Set a marker through the form of the page."""
    data = {"target": target, "effect": effect, "reason": REASON, **fields}
    return instructor.submit(instructor.get(ADDRESS), to="/markers", **data)


def apply(instructor: Visitor, address: str, **fields: str) -> Any:
    """Open a dry run and apply it, by default raising only."""
    page = instructor.get(address)
    assert page.status_code == 200
    return instructor.submit(page, to=address, **{"reason": REASON, **fields})


def correct_key(factories: Factories, folder: Path, **roles: str) -> None:
    """Publish the case with other roles for some of its lines."""

    def changed(case: dict[str, Any]) -> dict[str, Any]:
        for line in case["visits"][0]["statements"]:
            if line["id"] in roles:
                line["role"] = roles[line["id"]]
                line.setdefault("supports", ["psoriasis"])
        return case

    rewrite(folder / "cases" / f"{REFUSED}.yaml", changed)
    factories.publish(folder)


def stored(runtime: Runtime, attempt: str) -> Any:
    """Return the row of an attempt."""
    return next(row for row in rows(runtime, Attempt) if row.uuid == attempt_in(attempt))


def grade_in(runtime: Runtime, attempt: str, case_key: str = REFUSED) -> dict[str, Any]:
    """Return the stored grade of the first visit of a case in an attempt."""
    whole = stored(runtime, attempt)
    found: dict[str, Any] = next(
        row.grade
        for row in rows(runtime, AttemptCase)
        if (row.attempt_id, row.case_key, row.visit) == (whole.id, case_key, 1)
    )
    return found
