"""The pages of regrading: a case with one regrading carried out and another one waiting."""

from __future__ import annotations

import sqlalchemy as sa

from quizzes.grading.result import VisitGrade
from quizzes.models import Attempt, AttemptCase
from tests.browser.player import attempt_in
from tests.browser.scene import Scene
from tests.browser.sites import Site
from tests.support.journeys import enrol, read_all_lessons, take_assessment
from tests.support.visitor import Values, Visitor

LONG_NAME = "Maximiliane Hohenstaufen-Wolfenbüttel"
REASON = "The decision could be read in two ways; every answer counts as right."
SEE_OTHER = 303
MOST_CASES = 20
UNTOUCHED = "/instructor/cases/c01-crown-thinning/regrade/newest"


def regrading_scenes(site: Site) -> list[Scene]:
    """Bring a case through a regrading, and return the pages that show it."""
    learner = site.factories.person(name=LONG_NAME)
    instructor = site.factories.person("instructor", name=LONG_NAME)
    attempt = _badly_taken(site, site.factories.signed_in(learner))
    visitor = site.factories.signed_in(instructor)
    address = f"/instructor/cases/{_wrongly_decided(site, attempt)}/regrade"
    _mark(visitor, address, "1:action", "always_correct")
    done = visitor.submit(visitor.get(f"{address}/graded"), to="/graded", reason=REASON)
    assert done.status_code == SEE_OTHER, done.get_data(as_text=True)[:2000]
    _mark(visitor, address, "1:spotting", "disregard")
    refused: Values = {"choice": "apply_all", "reason": ""}
    return [
        Scene("regrade", address, instructor),
        Scene("regrade-marker-refused", address, instructor, 422, {"reason": ""}),
        Scene("regrade-dry-run", f"{address}/graded", instructor),
        Scene("regrade-apply-refused", f"{address}/graded", instructor, 422, refused),
        Scene("regrade-dry-run-empty", UNTOUCHED, instructor),
        Scene("regrade-done", str(done.location), instructor),
        Scene("regraded-attempt", attempt, learner),
        Scene("regraded-instructor-attempt", f"/instructor/attempts/{attempt_in(attempt)}", instructor),
    ]


def _badly_taken(site: Site, visitor: Visitor) -> str:
    """Take the assessment and postpone every patient; return the address of the attempt."""
    enrol(visitor)
    read_all_lessons(site.runtime, visitor)
    changes: Values = {"action": "postpone"}
    return take_assessment(site.runtime, visitor, dict.fromkeys(range(1, MOST_CASES), changes))


def _wrongly_decided(site: Site, attempt: str) -> str:
    """Return the key of a case whose first decision earned less than everything.

    It is one to be treated: in other scenes, what treating somebody else brings about has to stand.
    """
    with site.runtime.reading() as reading:
        rows = reading.session.scalars(
            sa.select(AttemptCase)
            .join(Attempt, Attempt.id == AttemptCase.attempt_id)
            .where(Attempt.uuid == attempt_in(attempt), AttemptCase.visit == 1)
            .order_by(AttemptCase.position)
        ).all()
    for row in rows:
        grade = VisitGrade.from_json(row.grade or {})
        decision = grade.decision("action")
        if decision is not None and decision.credit < 1 and grade.key.action.treats:
            return row.case_key
    raise AssertionError("every patient of the exam was rightly postponed")


def _mark(visitor: Visitor, address: str, target: str, effect: str) -> None:
    fields = {"target": target, "effect": effect, "reason": "The record allowed two readings."}
    answer = visitor.send(f"{address}/markers", fields)
    assert answer.status_code == SEE_OTHER, answer.get_data(as_text=True)[:2000]
