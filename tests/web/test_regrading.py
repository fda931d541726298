"""Before a regrading: who may, markers, and dry runs that store nothing."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from lms.academies.models import Academy, Membership
from lms.core.runtime import Runtime
from quizzes.events import AttemptRegraded
from quizzes.models import GradeHistory, GradeMarker, Regrade
from tests.support import attempts, regrading
from tests.support.attempts import EXAM, autosave, counted, decide_in_exam, rows, started
from tests.support.journeys import take_assessment
from tests.support.people import Factories
from tests.support.regrading import (
    ADDRESS,
    BY_MARKERS,
    BY_NEWEST,
    RAISE,
    REASON,
    apply,
    correct_key,
    grade_in,
    mark,
    position_of,
    stored,
)
from tests.support.small_quizzes import EXAM_TWO_VISITS, REFUSED
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
small = regrading.small
omar = regrading.omar
passed = regrading.passed
failed = regrading.failed
instructor = regrading.instructor
announced = regrading.announced


# --- who may, and the page of a case ----------------------------------------------------------------


def test_regrading_is_for_instructors_of_the_academy(
    visitor: Visitor, instructor: Visitor, failed: str, runtime: Runtime
) -> None:
    mark(instructor, "1:action")
    apply(instructor, BY_MARKERS, **RAISE)
    done = f"/instructor/regrades/{rows(runtime, Regrade)[0].uuid}"
    for address in (ADDRESS, BY_MARKERS, BY_NEWEST, done):
        assert visitor.get(address).status_code == 403
        assert instructor.get(address).status_code == 200
    marker = f"{ADDRESS}/markers/{rows(runtime, GradeMarker)[0].id}/withdraw"
    for address in (f"{ADDRESS}/markers", marker, BY_MARKERS, BY_NEWEST):
        assert visitor.send(address, {"reason": REASON}).status_code == 403
    assert "Regrade attempts" in visible_text(instructor.get(ADDRESS.removesuffix("/regrade")))
    assert instructor.get(f"{ADDRESS}/otherwise").status_code == 404
    assert instructor.get("/instructor/cases/no-such-case/regrade").status_code == 404


def test_another_academy_finds_nothing(
    factories: Factories, instructor: Visitor, failed: str, runtime: Runtime
) -> None:
    mark(instructor, "1:action")
    apply(instructor, BY_MARKERS, **RAISE)
    stranger = factories.person("administrator")
    with runtime.work() as work:
        academy = Academy(key="elsewhere", name="Elsewhere", created_at=work.now)
        work.session.add(academy)
        work.session.flush()
        work.session.execute(
            sa.update(Membership)
            .where(Membership.learner_id == stranger.learner_id)
            .values(academy_id=academy.id)
        )
    elsewhere = factories.signed_in(stranger)
    done = f"/instructor/regrades/{rows(runtime, Regrade)[0].uuid}"
    marker = f"{ADDRESS}/markers/{rows(runtime, GradeMarker)[0].id}/withdraw"
    for address in (ADDRESS, BY_MARKERS, BY_NEWEST, done):
        assert elsewhere.get(address).status_code == 404
    assert elsewhere.send(marker).status_code == 404
    form = {"target": "1:action", "effect": "disregard", "reason": REASON}
    assert elsewhere.send(f"{ADDRESS}/markers", form).status_code == 404
    forged = {**RAISE, "reason": REASON, "order": str(UUID(int=1)), "digest": "0" * 64}
    assert elsewhere.send(BY_MARKERS, forged).status_code in {404, 409}
    assert rows(runtime, GradeMarker)[0].withdrawn_at is None
    assert len(rows(runtime, Regrade)) == 1


def test_the_page_names_the_revisions_that_graded(
    instructor: Visitor, factories: Factories, small: Path, passed: str, failed: str
) -> None:
    correct_key(factories, small, i06="modifier")
    text = visible_text(instructor.get(ADDRESS))
    assert "Newest case revision 3" in text
    assert "Case revision 2 1 2" in text
    assert "No marker was set for this case." in text


def test_a_case_without_closed_attempts_offers_markers_only(instructor: Visitor, small: Path) -> None:
    text = visible_text(instructor.get(ADDRESS))
    assert "No closed attempt holds this case" in text
    assert "Set a marker" in text
    assert "Regrade by the markers" not in text
    assert "No grade would change." in visible_text(instructor.get(BY_MARKERS))


# --- markers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"target": ""}, "Choose the decision or line that is flawed."),
        ({"target": "1:statement:i99"}, "Choose a decision or line of this case."),
        ({"target": "7:action"}, "Choose a decision or line of this case."),
        ({"effect": "double"}, "Choose how it counts."),
        ({"reason": "   "}, "Say why."),
        ({"reason": "x" * 2001}, "Keep the reason under 2000 characters."),
        ({"csrf_token": "stale"}, "This page was open for a long time."),
    ],
)
def test_a_marker_needs_a_target_an_effect_and_a_reason(
    instructor: Visitor, small: Path, runtime: Runtime, fields: dict[str, str], message: str
) -> None:
    answer = mark(instructor, **{"target": "1:action", **fields})
    assert answer.status_code == 422
    assert message in visible_text(answer)
    assert rows(runtime, GradeMarker) == []


def test_a_marker_is_set_once_and_stays_in_the_table_when_it_is_withdrawn(
    instructor: Visitor, small: Path, runtime: Runtime
) -> None:
    assert mark(instructor, "1:statement:i01", "disregard").status_code == 303
    assert mark(instructor, "1:statement:i01", "disregard").status_code == 303
    refused = mark(instructor, "1:statement:i01", "always_correct")
    assert refused.status_code == 409
    assert "Withdraw that marker first." in visible_text(refused)
    (marker,) = rows(runtime, GradeMarker)
    assert (marker.visit, marker.target, marker.effect) == (1, "statement:i01", "disregard")
    text = visible_text(instructor.get(ADDRESS))
    assert "Line: Skin conditions: the box “none” is ticked 1 Disregarded" in text
    assert "by Ines Duarte" in text
    for _click in range(2):
        assert instructor.send(f"{ADDRESS}/markers/{marker.id}/withdraw").status_code == 303
    assert rows(runtime, GradeMarker)[0].withdrawn_at is not None
    assert "Withdrawn on" in visible_text(instructor.get(ADDRESS))
    assert mark(instructor, "1:statement:i01", "always_correct").status_code == 303
    assert len(rows(runtime, GradeMarker)) == 2


def test_withdrawing_needs_a_token_and_a_marker_of_the_case(
    instructor: Visitor, small: Path, runtime: Runtime
) -> None:
    mark(instructor, "1:action")
    (marker,) = rows(runtime, GradeMarker)
    assert instructor.post(f"{ADDRESS}/markers/{marker.id}/withdraw").status_code == 422
    other = f"/instructor/cases/{EXAM_TWO_VISITS}/regrade/markers/{marker.id}/withdraw"
    assert instructor.send(other).status_code == 404
    assert rows(runtime, GradeMarker)[0].withdrawn_at is None


def test_a_marker_counts_for_attempts_that_close_later_and_for_no_other(
    instructor: Visitor, omar: Visitor, passed: str, runtime: Runtime
) -> None:
    before = grade_in(runtime, passed)
    mark(instructor, "1:action")
    mark(instructor, "1:escalation", "disregard")
    attempt = started(omar, EXAM)
    position = position_of(runtime, attempt, REFUSED)
    take_assessment(runtime, omar, {position: {"action": "postpone", "escalation": "emergency"}})
    grade = grade_in(runtime, attempt)
    assert {one["name"]: one["credit"] for one in grade["decisions"]} == {"spotting": 1.0, "action": 1.0}
    assert grade["safety_errors"] == []
    assert stored(runtime, attempt).passed
    assert grade_in(runtime, passed) == before


def test_closing_asks_for_markers_once_and_saving_never(
    instructor: Visitor, omar: Visitor, runtime: Runtime
) -> None:
    attempt = started(omar, EXAM)
    with counted(runtime) as saving:
        assert autosave(omar, attempt, 1, action="postpone").status_code == 200
    assert not [one for one in saving if "lms_grade_marker" in one]
    decide_in_exam(omar, attempt)
    page = omar.get(attempt)
    with counted(runtime) as closing:
        assert omar.submit(page, to="/submit", confirm="y").status_code == 303
    assert len([one for one in closing if "lms_grade_marker" in one]) == 1


# --- dry run ----------------------------------------------------------------------------------------


def test_a_dry_run_lists_who_changes_and_how_and_stores_nothing(
    instructor: Visitor, passed: str, failed: str, runtime: Runtime, announced: list[AttemptRegraded]
) -> None:
    mark(instructor, "1:action")
    before = [grade_in(runtime, attempt) for attempt in (passed, failed)]
    text = visible_text(instructor.get(BY_MARKERS))
    assert "Raised 1 Lowered 0 Unchanged 1" in text
    assert "Omar Said Final assessment, attempt 1 Raised Would now pass" in text
    assert "Leila Haddad" not in text
    assert "66.6 of 100 → becomes 100 of 100 91.6 of 100 → becomes 100 of 100" in text
    assert "Not yet → becomes Passed" in text
    assert "None confirmed" in text
    assert [grade_in(runtime, attempt) for attempt in (passed, failed)] == before
    assert rows(runtime, Regrade) == rows(runtime, GradeHistory) == announced == []


def test_without_markers_nothing_would_change_and_nothing_can_be_applied(
    instructor: Visitor, passed: str, failed: str
) -> None:
    for address in (BY_MARKERS, BY_NEWEST):
        page = instructor.get(address)
        assert "Raised 0 Lowered 0 Unchanged 2" in visible_text(page)
        assert "No grade would change." in visible_text(page)
        assert "Apply the regrading" not in visible_text(page)


def test_who_would_no_longer_pass_is_named_first(
    instructor: Visitor, factories: Factories, small: Path, passed: str, failed: str
) -> None:
    correct_key(factories, small, i03="decisive")
    text = visible_text(instructor.get(BY_NEWEST))
    assert "One learner would no longer pass Leila Haddad." in text
    assert "Raised 0 Lowered 2 Unchanged 0" in text
    assert text.index("Would no longer pass") < text.index("Omar Said")
    assert "look at theirs after applying" in text
