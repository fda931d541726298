"""A regrading that is carried out: what it changes, keeps, tells, and never does, also under contention."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from courses.models import Enrolment
from lms.certificates.queries import CERTIFICATES
from lms.core.runtime import Runtime
from quizzes.events import AttemptRegraded
from quizzes.models import AttemptCase, GradeHistory, GradeMarker, Regrade
from tests.support import attempts, regrading
from tests.support.attempts import EXAM, at_once, rows, started
from tests.support.journeys import attempt_in, right_answer_at, seats_of, take_assessment
from tests.support.people import Factories
from tests.support.regrading import (
    ADDRESS,
    ALL,
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
from tests.support.small_quizzes import EXAM_TWO_VISITS, POSTPONED, REFUSED, rewrite
from tests.support.visitor import Visitor, read_forms, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
small = regrading.small
omar = regrading.omar
passed = regrading.passed
failed = regrading.failed
instructor = regrading.instructor
announced = regrading.announced


# --- applying ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("any_database")
def test_raising_keeps_the_old_grade_completes_the_course_and_tells_everybody(
    instructor: Visitor,
    *,
    omar: Visitor,
    passed: str,
    failed: str,
    runtime: Runtime,
    announced: list[AttemptRegraded],
) -> None:
    old, untouched = grade_in(runtime, failed), grade_in(runtime, passed)
    mark(instructor, "1:action")
    answer = apply(instructor, BY_MARKERS)
    assert answer.status_code == 303
    (regrade,) = rows(runtime, Regrade)
    assert answer.location == f"/instructor/regrades/{regrade.uuid}"
    assert (regrade.allows_lower, regrade.reason, regrade.case_key) == (False, REASON, REFUSED)
    summary = regrade.summary
    assert (summary["choice"], summary["raised"], summary["lowered"], summary["applied"]) == (
        "raise_only",
        1,
        0,
        1,
    )
    assert summary["markers"] == [{"visit": 1, "target": "action", "effect": "always_correct"}]
    assert summary["now_passed"] == [str(attempt_in(failed))]

    attempt = stored(runtime, failed)
    assert (attempt.score, attempt.passed, attempt.safety_failed) == (100.0, True, False)
    of_visit, of_attempt = rows(runtime, GradeHistory)
    assert of_visit.before == old
    assert of_visit.after == grade_in(runtime, failed)
    assert of_attempt.attempt_case_id is None
    assert (of_attempt.before["passed"], of_attempt.after["passed"]) == (False, True)
    assert grade_in(runtime, passed) == untouched

    (event,) = announced
    assert (event.attempt_uuid, event.passed_before, event.passed) == (attempt.uuid, False, True)
    assert event.score_before == pytest.approx(100 - 25 / 3)
    assert (event.purpose, event.mode, event.regraded_at) == ("full", "exam", regrade.created_at)
    assert omar.person is not None
    completed = {row.learner_id: row.completed_at for row in rows(runtime, Enrolment)}
    assert completed[omar.person.learner_id] == regrade.created_at
    with runtime.reading() as reading:
        holders = set(reading.connection.scalars(sa.select(CERTIFICATES.c.learner_id)))
    assert omar.person.learner_id in holders

    told = visible_text(omar.get(failed))
    assert f"Regraded on 1 March 2027, 09:00 {REASON}" in told
    assert "It was 91.6 of 100, “Not yet”. It became 100 of 100, “Passed”." in told
    assert "Ines Duarte" not in told
    seen = visible_text(instructor.get(f"/instructor{failed}"))
    assert "By Ines Duarte." in seen
    assert "was 66.6 of 100, became 100 of 100" in seen
    assert "Decision: was 0 %, became 100 %" in seen
    done = visible_text(instructor.get(answer.location))
    assert "1 attempt was regraded" in done
    assert "Raise only; leave everybody else as they are" in done
    assert "Raise only" in visible_text(instructor.get(ADDRESS))


def test_nothing_gets_lower_without_the_choice_and_the_tick(
    instructor: Visitor,
    *,
    factories: Factories,
    small: Path,
    passed: str,
    runtime: Runtime,
    announced: list[AttemptRegraded],
) -> None:
    correct_key(factories, small, i03="decisive")
    before = grade_in(runtime, passed)
    refused = apply(instructor, BY_NEWEST)
    assert refused.status_code == 422
    assert "With this choice nothing would change" in visible_text(refused)
    for fields, message in (
        ({"choice": "apply_all"}, "Tick this box if grades shall get lower"),
        ({**ALL, "reason": ""}, "Say why."),
        ({**ALL, "choice": "lower_some"}, "Choose which changes to apply."),
        ({**ALL, "csrf_token": ""}, "This page was open for a long time."),
        ({**ALL, "order": "no uuid"}, "This form is incomplete."),
    ):
        answer = apply(instructor, BY_NEWEST, **fields)
        assert answer.status_code == 422
        assert message in visible_text(answer)
    assert rows(runtime, Regrade) == announced == []
    assert grade_in(runtime, passed) == before


@pytest.mark.usefixtures("any_database")
def test_lowering_is_logged_named_and_withdraws_nothing_by_itself(
    instructor: Visitor,
    *,
    visitor: Visitor,
    factories: Factories,
    small: Path,
    passed: str,
    failed: str,
    runtime: Runtime,
    announced: list[AttemptRegraded],
) -> None:
    correct_key(factories, small, i03="decisive")
    answer = apply(instructor, BY_NEWEST, **ALL)
    assert answer.status_code == 303
    (regrade,) = rows(runtime, Regrade)
    assert regrade.allows_lower
    assert regrade.summary["choice"] == "apply_all"
    assert regrade.summary["no_longer_passed"] == [str(attempt_in(passed))]
    assert {(event.passed_before, event.passed) for event in announced} == {(True, False), (False, False)}
    attempt = stored(runtime, passed)
    assert not attempt.passed
    assert attempt.score < 100
    assert len(rows(runtime, GradeHistory)) == 4
    with runtime.reading() as reading:
        withdrawn = reading.connection.scalars(sa.select(CERTIFICATES.c.withdrawn_at)).all()
    assert withdrawn == [None]
    assert all(row.completed_at for row in rows(runtime, Enrolment) if row.learner_id == attempt.learner_id)
    done = instructor.get(answer.location)
    assert "One learner no longer passes Leila Haddad. No certificate was withdrawn by itself." in (
        visible_text(done)
    )
    assert 'href="/register"' in done.get_data(as_text=True)
    assert "“Passed”. It became" in visible_text(visitor.get(passed))


def test_where_some_rise_and_some_fall_raising_leaves_the_others(
    instructor: Visitor,
    *,
    factories: Factories,
    small: Path,
    visitor: Visitor,
    omar: Visitor,
    runtime: Runtime,
) -> None:
    attempt = started(omar, EXAM)
    position = position_of(runtime, attempt, REFUSED)
    flags = [*right_answer_at(runtime, attempt, position)["flag"], "i03"]
    take_assessment(runtime, omar, {position: {"flag": flags, "action": "postpone"}})
    passed = take_assessment(runtime, visitor)
    before = grade_in(runtime, passed)
    correct_key(factories, small, i03="decisive")
    mark(instructor, "1:action")
    text = visible_text(instructor.get(BY_NEWEST))
    assert "Raised 1 Lowered 1 Unchanged 0" in text
    assert apply(instructor, BY_NEWEST).status_code == 303
    assert grade_in(runtime, passed) == before
    assert stored(runtime, passed).passed
    assert stored(runtime, attempt).passed
    assert rows(runtime, Regrade)[0].summary["left_as_they_are"] == 1
    assert "Raised 0 Lowered 1 Unchanged 1" in visible_text(instructor.get(BY_NEWEST))


def test_a_second_click_changes_nothing(
    instructor: Visitor, failed: str, runtime: Runtime, announced: list[AttemptRegraded]
) -> None:
    mark(instructor, "1:action")
    page = instructor.get(BY_MARKERS)
    first, second = (instructor.submit(page, to=BY_MARKERS, reason=REASON) for _click in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(rows(runtime, Regrade)) == len(announced) == 1
    other = f"/instructor/cases/{EXAM_TWO_VISITS}/regrade/graded"
    sent = {"order": str(rows(runtime, Regrade)[0].uuid), "reason": REASON, **RAISE}
    assert instructor.send(other, sent).status_code == 409


@pytest.mark.usefixtures("any_database")
def test_two_clicks_at_the_same_moment_regrade_once(
    instructor: Visitor,
    factories: Factories,
    failed: str,
    runtime: Runtime,
    announced: list[AttemptRegraded],
) -> None:
    mark(instructor, "1:action")
    (form,) = [one for one in read_forms(instructor.get(BY_MARKERS)) if one.action.endswith(BY_MARKERS)]
    fields = {name: values[0] for name, values in form.values.items() if name != "csrf_token"}
    browsers = [factories.signed_in(instructor.person) for _browser in range(2)]
    deeds = [
        lambda browser=browser: browser.send(BY_MARKERS, {**fields, "reason": REASON}).status_code
        for browser in browsers
    ]
    assert at_once(*deeds) == [303, 303]
    assert len(rows(runtime, Regrade)) == len(announced) == 1
    assert len(rows(runtime, GradeHistory)) == 2


def test_a_list_that_is_no_longer_true_is_shown_anew_instead_of_applied(
    instructor: Visitor, failed: str, runtime: Runtime, announced: list[AttemptRegraded]
) -> None:
    mark(instructor, "1:action")
    page = instructor.get(BY_MARKERS)
    mark(instructor, "1:escalation", "disregard")
    stale = instructor.submit(page, to=BY_MARKERS, reason=REASON, **ALL)
    assert stale.status_code == 409
    assert "Something changed since this list was made, so nothing was applied." in visible_text(stale)
    assert rows(runtime, Regrade) == announced == []
    (form,) = [one for one in read_forms(stale) if one.action.endswith(BY_MARKERS)]
    assert form.values["choice"] == ["raise_only"]
    assert "lowers" not in form.values
    assert [text.strip() for text in form.values["reason"]] == [REASON]
    assert instructor.submit(stale, to=BY_MARKERS).status_code == 303
    assert len(rows(runtime, Regrade)) == 1


def test_an_attempt_that_closes_meanwhile_and_would_not_change_makes_no_list_untrue(
    instructor: Visitor, visitor: Visitor, failed: str, runtime: Runtime
) -> None:
    mark(instructor, "1:action")
    page = instructor.get(BY_MARKERS)
    take_assessment(runtime, visitor)
    assert instructor.submit(page, to=BY_MARKERS, reason=REASON).status_code == 303
    assert rows(runtime, Regrade)[0].summary["unchanged"] == 1


# --- what grades rest on ----------------------------------------------------------------------------


@pytest.mark.usefixtures("any_database")
def test_a_corrected_key_keeps_the_pins_and_shows_the_case_it_graded(
    instructor: Visitor, omar: Visitor, factories: Factories, small: Path, runtime: Runtime
) -> None:
    attempt = started(omar, EXAM)
    position = position_of(runtime, attempt, REFUSED)
    flags = [*right_answer_at(runtime, attempt, position)["flag"], "i03"]
    take_assessment(runtime, omar, {position: {"flag": flags}})
    pins = [(row.case_revision_id, row.protocol_revision_id) for row in rows(runtime, AttemptCase)]
    correct_key(factories, small, i03="decisive", i04="modifier")
    assert "with other marks, yet the same score" in visible_text(instructor.get(BY_NEWEST))
    assert apply(instructor, BY_NEWEST, **ALL).status_code == 303
    assert "The score stayed as it was" in visible_text(omar.get(attempt))
    mark(instructor, "1:statement:i01", "disregard")
    assert apply(instructor, BY_NEWEST, **ALL).status_code == 303
    assert [(row.case_revision_id, row.protocol_revision_id) for row in rows(runtime, AttemptCase)] == pins
    grade = grade_in(runtime, attempt)
    assert grade["graded_by"]["case_revision_id"] not in {case for case, _protocol in pins}
    outcomes = {one["id"]: one["outcome"] for one in grade["statements"]}
    assert (outcomes["i03"], outcomes["i04"], outcomes["i01"]) == ("found", "worth_noting", "worth_noting")
    shown = omar.get(f"{attempt}/cases/{position}/result")
    assert shown.status_code == 200
    assert instructor.get(f"/instructor{attempt}/cases/{position}").status_code == 200
    text = visible_text(instructor.get(ADDRESS))
    assert "Case revision 3 1 1" in text
    assert "Raised 0 Lowered 0 Unchanged 1" in visible_text(instructor.get(BY_MARKERS))


def test_a_visit_that_is_gone_keeps_its_grade(
    instructor: Visitor, passed: str, factories: Factories, small: Path, runtime: Runtime
) -> None:
    def first_only(case: dict[str, Any]) -> dict[str, Any]:
        first = {name: value for name, value in case["visits"][0].items() if name != "outcome"}
        first["statements"][0]["role"] = "modifier"
        first["statements"][0].pop("supports", None)
        return {**case, "visits": [first]}

    rewrite(small / "cases" / f"{EXAM_TWO_VISITS}.yaml", first_only)
    factories.publish(small)
    address = f"/instructor/cases/{EXAM_TWO_VISITS}/regrade"
    page = instructor.get(f"{address}/newest")
    assert "Visit 2 cannot be regraded and keeps its grade" in visible_text(page)
    marked = {"target": "2:action", "effect": "disregard", "reason": REASON}
    assert instructor.submit(instructor.get(address), to="/markers", **marked).status_code == 303
    assert instructor.get(f"{address}/graded").status_code == 200


def test_a_case_that_is_disregarded_altogether_does_not_count(
    instructor: Visitor, omar: Visitor, failed: str, runtime: Runtime
) -> None:
    for decision in ("spotting", "action", "escalation"):
        assert mark(instructor, f"1:{decision}", "disregard").status_code == 303
    text = visible_text(instructor.get(BY_MARKERS))
    assert "66.6 of 100 → becomes No score 91.6 of 100 → becomes 100 of 100" in text
    assert apply(instructor, BY_MARKERS).status_code == 303
    assert stored(runtime, failed).passed
    assert omar.get(failed).status_code == 200
    position = position_of(runtime, failed, REFUSED)
    assert omar.get(f"{failed}/cases/{position}/result").status_code == 200


def test_a_withdrawn_marker_no_longer_counts_and_a_regrading_can_be_taken_back(
    instructor: Visitor, failed: str, runtime: Runtime
) -> None:
    before = grade_in(runtime, failed)
    mark(instructor, "1:action")
    apply(instructor, BY_MARKERS)
    instructor.send(f"{ADDRESS}/markers/{rows(runtime, GradeMarker)[0].id}/withdraw")
    assert apply(instructor, BY_MARKERS, **ALL).status_code == 303
    assert grade_in(runtime, failed) == before
    assert not stored(runtime, failed).passed
    assert [row.allows_lower for row in rows(runtime, Regrade)] == [False, True]
    assert len(rows(runtime, GradeHistory)) == 4
    seen = visible_text(instructor.get(f"/instructor{failed}"))
    assert seen.count("Regraded on") == 2


def test_open_attempts_are_left_alone_and_closed_practice_is_not(
    instructor: Visitor, visitor: Visitor, small: Path, runtime: Runtime
) -> None:
    practice = started(visitor, attempts.PRACTICE)
    address = f"/instructor/cases/{POSTPONED}/regrade"
    position = position_of(runtime, practice, POSTPONED)
    attempts.commit(visitor, practice, position, action="do_not_treat")
    marked = {"target": "1:action", "effect": "always_correct", "reason": REASON}
    assert instructor.submit(instructor.get(address), to="/markers", **marked).status_code == 303
    assert "Raised 0 Lowered 0 Unchanged 0" in visible_text(instructor.get(f"{address}/graded"))
    for where, visit, key in seats_of(runtime, practice):
        if key != POSTPONED:
            attempts.commit(visitor, practice, where, visit)
    assert "Raised 1 Lowered 0 Unchanged 0" in visible_text(instructor.get(f"{address}/graded"))
