"""After an exam that failed on safety alone: what went wrong, a round of practice, the safety form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from lms.core.runtime import Runtime
from quizzes.events import AttemptGraded
from quizzes.grading.grade import pose
from quizzes.models import Attempt
from quizzes.service.remediation import start_remediation, start_safety_form
from tests.support import attempts
from tests.support.attempts import EXAM, PRACTICE, at_once, commit, rows, started, treating
from tests.support.clock import FrozenClock
from tests.support.journeys import (
    answer_exam,
    attempt_in,
    case_address,
    right_answer_at,
    seats_of,
    shown_at,
    start_quiz,
)
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.small_quizzes import EXAM_QUIZ, EXAMINED, PRACTISED, publish_small_quizzes, rewrite
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
graded = attempts.graded

BANK = (
    *EXAMINED,
    "c03-shedding-after-birth",
    "c10-plaquenil-on-the-list",
    "c26-a-new-helmet",
    "c35-edges-before-a-birthday",
)
QUIZ = {
    **EXAM_QUIZ,
    "cases": list(BANK),
    "draw": {"cases": 4, "blueprint": {"without_finding_percent": 25}},
    "safety_form": {"cases": 2, "practice": "practice-set", "remediation_cases": 2},
}
FORM_MINUTES = 30
"""Two of four cases in 60 minutes."""
COURSE = f"/courses/{COURSE_KEY}"
Deed = Callable[..., Any]


@pytest.fixture
def short(factories: Factories, leila: Person, tmp_path: Path) -> None:
    """Publish a short edition: an exam of four cases out of eight, and a safety form of two."""
    folder = publish_small_quizzes(factories, tmp_path)
    rewrite(folder / "quizzes" / "final-assessment.yaml", lambda _written: QUIZ)
    factories.publish(folder)


@pytest.fixture
def failed(short: None, visitor: Visitor, runtime: Runtime) -> str:
    """The address of an exam that Leila failed on safety alone."""
    return fail_on_safety(runtime, visitor)


def is_stopped(runtime: Runtime, attempt: str, position: int) -> bool:
    """Return whether the first visit of a case must not be treated today, on grounds of safety."""
    _mode, protocol, case = shown_at(runtime, attempt, position, 1)
    key = pose(protocol, case, 0).key
    return not key.action.treats and any(
        one.safety_critical and one.decisive and one.action is key.action for one in key.reasons
    )


def hand_in(visitor: Visitor, attempt: str) -> None:
    assert visitor.send(f"{attempt}/submit", {"confirm": "y"}).status_code == 303


def fail_on_safety(runtime: Runtime, visitor: Visitor) -> str:
    """Take the exam rightly, but treat the first two patients who must not be treated today."""
    attempt = start_quiz(visitor, "final-assessment")
    seats = seats_of(runtime, attempt)
    stopped = [
        seat.position for seat in seats if seat.visit == 1 and is_stopped(runtime, attempt, seat.position)
    ]
    for position, visit, _key in seats:
        answer = right_answer_at(runtime, attempt, position, visit)
        if visit == 1 and position in stopped[:2]:
            answer |= treating(visitor, attempt, position)
        answer_exam(visitor, case_address(attempt, position, visit), answer)
    hand_in(visitor, attempt)
    return attempt


def pass_exam(runtime: Runtime, visitor: Visitor, attempt: str) -> None:
    """Answer a form that is open rightly and hand it in."""
    for position, visit, _key in seats_of(runtime, attempt):
        answer = right_answer_at(runtime, attempt, position, visit)
        answer_exam(visitor, case_address(attempt, position, visit), answer)
    hand_in(visitor, attempt)


def practise(runtime: Runtime, visitor: Visitor, failed: str) -> str:
    """Go through a whole round of practice after a failed exam; return its address."""
    attempt = start_step(visitor, failed, "remediation")
    for position, visit, _key in seats_of(runtime, attempt):
        answer = right_answer_at(runtime, attempt, position, visit)
        assert commit(visitor, attempt, position, visit, **answer).status_code == 303
    return attempt


def start_step(visitor: Visitor, failed: str, step: str) -> str:
    """Press the button of a step on the page after a failed exam; return where it leads."""
    answer = visitor.submit(visitor.get(f"{failed}/safety"), to=f"/safety/{step}")
    assert answer.status_code == 303
    return str(answer.location)


def attempt_row(runtime: Runtime, attempt: str) -> Attempt:
    found: Attempt = next(row for row in rows(runtime, Attempt) if row.uuid == attempt_in(attempt))
    return found


def keys_of(runtime: Runtime, attempt: str) -> set[str]:
    return {seat.case_key for seat in seats_of(runtime, attempt)}


# --- the whole way ----------------------------------------------------------------------------------


def test_practice_and_a_safety_form_replace_the_full_resit(
    visitor: Visitor, runtime: Runtime, graded: list[AttemptGraded]
) -> None:
    failed = fail_on_safety(runtime, visitor)
    first = attempt_row(runtime, failed)
    assert (first.passed, first.confirmed_harms, first.total_cases) == (False, ["less_strict"], 12)
    assert first.score is not None
    assert 70 <= first.score < 100
    page = visible_text(visitor.get(f"{failed}/safety"))
    assert "Less careful than required" in page
    assert page.count("Case ") >= 2
    practice = practise(runtime, visitor, failed)
    assert "Go on to the safety form" in visible_text(visitor.get(practice))
    form = start_step(visitor, failed, "form")
    row = attempt_row(runtime, form)
    assert (row.purpose, row.follows_id, row.quiz_key) == ("safety", first.id, "final-assessment")
    assert not keys_of(runtime, form) & keys_of(runtime, failed)
    pass_exam(runtime, visitor, form)
    last = graded[-1]
    assert (last.passed, last.purpose, last.score) == (True, "safety", first.score)
    course = visible_text(visitor.get(COURSE))
    assert "You completed this course" in course
    assert f"Best score: {int(first.score)} %" in course
    assert "PAP-" in visitor.get("/certificates").get_data(as_text=True)
    assert "the assessment counts as passed with its own score" in visible_text(
        visitor.get(f"{failed}/safety")
    )


def test_who_talked_a_medicine_down_practises_with_patients_who_ask_about_theirs(
    visitor: Visitor, runtime: Runtime
) -> None:
    attempt = start_quiz(visitor, "final-assessment")
    asked = 0
    for position, visit, _key in seats_of(runtime, attempt):
        answer = right_answer_at(runtime, attempt, position, visit)
        dangerous = advice_to_stop(runtime, attempt, position, visit)
        asked += bool(dangerous)
        answer_exam(visitor, case_address(attempt, position, visit), answer | dangerous)
    hand_in(visitor, attempt)
    assert asked >= 2, "the blueprint asks for two such cases"
    assert attempt_row(runtime, attempt).confirmed_harms == ["stops_medicine"]
    assert "Advice to stop a medicine" in visible_text(visitor.get(f"{attempt}/safety"))
    practice = start_step(visitor, attempt, "remediation")
    met = {
        key
        for position, visit, key in seats_of(runtime, practice)
        if advice_to_stop(runtime, practice, position, visit)
    }
    assert met == {"c04-after-prp", "c17-on-his-feet-again", "c20-after-the-tournament"}


def advice_to_stop(runtime: Runtime, attempt: str, position: int, visit: int) -> dict[str, str]:
    """Return the fields of a visit that advise to stop a medicine; none where nothing asks about any."""
    _mode, _protocol, case = shown_at(runtime, attempt, position, visit)
    tasks = [one for one in case.visits[visit - 1].tasks if one.kind == "choice" and not case.contested]
    return {
        task.key: option.key
        for task in tasks
        for option in task.body.options
        if option.harm == "stops_medicine"
    }


def test_the_page_names_each_rule_each_case_and_the_facts(failed: str, visitor: Visitor) -> None:
    page = visitor.get(f"{failed}/safety")
    html, text = page.get_data(as_text=True), visible_text(page)
    assert "Your score was enough; your safety was not yet" in text
    assert html.count(f'href="{failed}/cases/') == 2
    assert 'class="sources"' in html
    assert "1. A round of practice" in text
    assert "2 practice cases, first on what went wrong" in text
    assert "2 cases with other patients. 30 minutes from the start." in text
    assert "Start the safety form" not in text


def test_the_way_is_shown_wherever_the_learner_looks(failed: str, visitor: Visitor) -> None:
    target = f'href="{failed}/safety"'
    for address in (failed, EXAM, COURSE, "/"):
        assert target in visitor.get(address).get_data(as_text=True), address
    text = visible_text(visitor.get(EXAM))
    assert "4 of 8, drawn for you" in text
    assert "What is missing is a short safety form." in text
    assert "A full attempt stays possible instead" in text


def test_practice_is_about_what_went_wrong_and_uses_up_no_attempt(
    failed: str, visitor: Visitor, runtime: Runtime
) -> None:
    practice = start_step(visitor, failed, "remediation")
    row = attempt_row(runtime, practice)
    assert (row.purpose, row.quiz_key, row.total_cases) == ("remediation", "practice-set", 2)
    assert row.follows_id == attempt_row(runtime, failed).id
    assert keys_of(runtime, practice) <= set(PRACTISED)
    assert "2 attempts left" in visible_text(visitor.get(EXAM))


def test_the_safety_form_has_its_share_of_time_and_uses_up_no_attempt(
    failed: str, visitor: Visitor, runtime: Runtime
) -> None:
    practise(runtime, visitor, failed)
    form = attempt_row(runtime, start_step(visitor, failed, "form"))
    assert form.deadline_at == form.started_at + timedelta(minutes=FORM_MINUTES)
    assert (form.total_cases, len(form.seed)) == (2, 16)
    hand_in(visitor, f"/attempts/{form.uuid}")
    assert "2 attempts left" in visible_text(visitor.get(EXAM))


# --- who may start what, and when -------------------------------------------------------------------


def test_a_low_score_leads_to_no_safety_form(short: None, visitor: Visitor, runtime: Runtime) -> None:
    attempt = started(visitor, EXAM)
    hand_in(visitor, attempt)
    assert "/safety" not in visitor.get(attempt).get_data(as_text=True)
    assert visitor.get(f"{attempt}/safety").status_code == 404
    for step in ("remediation", "form"):
        assert visitor.send(f"{attempt}/safety/{step}").status_code == 404
    assert len(rows(runtime, Attempt)) == 1


def test_an_exam_that_runs_or_was_passed_leads_to_no_safety_form(
    short: None, visitor: Visitor, runtime: Runtime
) -> None:
    attempt = started(visitor, EXAM)
    assert visitor.get(f"{attempt}/safety").status_code == 404
    pass_exam(runtime, visitor, attempt)
    assert visitor.send(f"{attempt}/safety/form").status_code == 404


def test_the_safety_form_waits_for_the_practice(failed: str, visitor: Visitor, runtime: Runtime) -> None:
    before = visitor.send(f"{failed}/safety/form")
    start_step(visitor, failed, "remediation")
    meanwhile = visitor.send(f"{failed}/safety/form")
    for refused in (before, meanwhile):
        assert refused.status_code == 409
        assert "Finish the round of practice first" in visible_text(refused)
    assert [row.purpose for row in rows(runtime, Attempt)] == ["full", "remediation"]
    assert "Resume the practice" in visible_text(visitor.get(f"{failed}/safety"))


def test_a_round_handed_in_with_gaps_is_taken_anew(failed: str, visitor: Visitor, runtime: Runtime) -> None:
    first = start_step(visitor, failed, "remediation")
    hand_in(visitor, first)
    assert "Take a new round" in visible_text(visitor.get(first))
    assert visitor.send(f"{failed}/safety/form").status_code == 409
    second = practise(runtime, visitor, failed)
    assert second != first
    assert "/safety/form" in visitor.get(f"{failed}/safety").get_data(as_text=True)


@pytest.mark.parametrize("step", ["remediation", "form"])
def test_a_double_click_starts_one_attempt(
    failed: str, visitor: Visitor, runtime: Runtime, step: str
) -> None:
    if step == "form":
        practise(runtime, visitor, failed)
    before = len(rows(runtime, Attempt))
    first, second = (visitor.send(f"{failed}/safety/{step}") for _click in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert len(rows(runtime, Attempt)) == before + 1


@pytest.mark.parametrize(("step", "deed"), [("remediation", start_remediation), ("form", start_safety_form)])
def test_two_starts_at_the_same_moment_are_one(
    failed: str, visitor: Visitor, runtime: Runtime, step: str, deed: Deed
) -> None:
    leila = visitor.person
    assert leila is not None
    if step == "form":
        practise(runtime, visitor, failed)

    def start() -> object:
        with runtime.work() as work:
            return deed(
                work,
                attempt_uuid=attempt_in(failed),
                academy_id=leila.academy_id,
                learner_id=leila.learner_id,
            ).attempt_uuid

    found = at_once(start, start)
    assert found[0] == found[1]
    purpose = "safety" if step == "form" else "remediation"
    assert [row.purpose for row in rows(runtime, Attempt)].count(purpose) == 1


def test_a_start_without_token_keeps_the_page(failed: str, visitor: Visitor, runtime: Runtime) -> None:
    page = visitor.post(f"{failed}/safety/remediation")
    assert page.status_code == 422
    assert "Start the practice" in visible_text(page)
    assert len(rows(runtime, Attempt)) == 1


def test_foreign_and_forged_attempts_are_not_found(
    failed: str, factories: Factories, runtime: Runtime
) -> None:
    stranger = factories.signed_in()
    for attempt in (failed, f"/attempts/{uuid4()}"):
        assert stranger.get(f"{attempt}/safety").status_code == 404
        for step in ("remediation", "form"):
            assert stranger.send(f"{attempt}/safety/{step}").status_code == 404
    assert len(rows(runtime, Attempt)) == 1


# --- beside other attempts --------------------------------------------------------------------------


def test_open_practice_is_handed_in_when_the_round_starts(
    failed: str, visitor: Visitor, runtime: Runtime
) -> None:
    ordinary = started(visitor, PRACTICE)
    assert commit(visitor, ordinary).status_code == 303
    after = start_step(visitor, failed, "remediation")
    handed_in = attempt_row(runtime, ordinary)
    assert after != ordinary
    assert (handed_in.state, handed_in.purpose) == ("submitted", "full")
    assert handed_in.score is not None
    assert visitor.send(PRACTICE).location == after, "practice that is started meanwhile is the round"


def test_a_full_resit_takes_the_place_of_the_failed_exam(
    failed: str, visitor: Visitor, runtime: Runtime
) -> None:
    resit = started(visitor, EXAM)
    for step in ("remediation", "form"):
        refused = visitor.send(f"{failed}/safety/{step}")
        assert refused.status_code == 409
        assert "A full attempt was started after this one" in visible_text(refused)
    assert "A full attempt has taken the place of this one" in visible_text(visitor.get(f"{failed}/safety"))
    hand_in(visitor, resit)
    assert visitor.send(f"{failed}/safety/form").status_code == 409
    assert f"{failed}/safety" not in visitor.get(COURSE).get_data(as_text=True)
    assert "1 attempt left" in visible_text(visitor.get(EXAM))


def test_a_safety_form_that_is_open_is_what_a_start_resumes(
    failed: str, visitor: Visitor, runtime: Runtime
) -> None:
    practise(runtime, visitor, failed)
    form = start_step(visitor, failed, "form")
    assert visitor.send(EXAM).location == form
    assert "Resume the safety form" in visible_text(visitor.get(f"{failed}/safety"))


def test_a_failed_safety_form_leaves_the_full_resit(
    failed: str, visitor: Visitor, runtime: Runtime, graded: list[AttemptGraded]
) -> None:
    practise(runtime, visitor, failed)
    form = start_step(visitor, failed, "form")
    hand_in(visitor, form)
    assert (graded[-1].purpose, graded[-1].passed) == ("safety", False)
    text = visible_text(visitor.get(f"{failed}/safety"))
    assert "The safety form was not passed What remains is a full attempt." in text
    assert visitor.send(f"{failed}/safety/form").location == form, "it is shown, not taken again"
    assert f"{failed}/safety" not in visitor.get(COURSE).get_data(as_text=True)
    assert "You completed this course" not in visible_text(visitor.get(COURSE))
    resit = started(visitor, EXAM)
    pass_exam(runtime, visitor, resit)
    assert "You completed this course" in visible_text(visitor.get(COURSE))


def test_a_safety_form_whose_time_is_over_is_closed(
    failed: str, visitor: Visitor, runtime: Runtime, clock: FrozenClock
) -> None:
    practise(runtime, visitor, failed)
    form = start_step(visitor, failed, "form")
    clock.advance(minutes=FORM_MINUTES)
    assert "The safety form was not passed" in visible_text(visitor.get(f"{failed}/safety"))
    assert attempt_row(runtime, form).state == "closed_by_deadline"
