"""Taking a quiz: starting it, the player, deciding, what results show, and whose an attempt is."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from lms.core.errors import Conflict
from lms.core.runtime import Runtime
from quizzes.events import AttemptStarting
from quizzes.models import AnswerLogEntry, Attempt, AttemptCase
from quizzes.queries.attempts import attempts_of
from quizzes.service.starting import start_attempt
from tests.support import attempts
from tests.support.attempts import (
    EXAM,
    JSON,
    POSTPONE,
    PRACTICE,
    autosave,
    case,
    commit,
    counted,
    decide_all,
    decide_in_exam,
    rows,
    rows_of_case,
    started,
    treating,
)
from tests.support.content import replace_in
from tests.support.course_taking import join
from tests.support.journeys import seats_of
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.small_quizzes import PRACTISED, SCARRED, TWO_VISITS
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
small = attempts.small
practice = attempts.practice
exam = attempts.exam


# --- starting ---------------------------------------------------------------------------------------


def test_the_start_page_says_the_conditions(visitor: Visitor) -> None:
    text = visible_text(visitor.get(EXAM))
    assert "Final assessment" in text
    assert "90 minutes from the start" in text
    assert "12 of 32, drawn for you" in text
    assert "70 % and no confirmed safety error" in text
    assert "3 attempts left" in text
    assert "Not reviewed by a clinician." in text
    assert "Start attempt" in text


def test_starting_twice_resumes_the_open_attempt(visitor: Visitor, runtime: Runtime) -> None:
    first, second = started(visitor, PRACTICE), visitor.send(PRACTICE)
    assert second.location == first
    assert len(rows(runtime, Attempt)) == 1
    assert "Resume attempt 1" in visible_text(visitor.get(PRACTICE))


def test_a_start_without_token_keeps_the_page(visitor: Visitor, runtime: Runtime) -> None:
    page = visitor.post(PRACTICE)
    assert page.status_code == 422
    assert "Start attempt" in visible_text(page)
    assert rows(runtime, Attempt) == []


def test_a_locked_quiz_says_why_it_cannot_start(factories: Factories, runtime: Runtime) -> None:
    person = factories.person()
    join(runtime, person)
    page = factories.signed_in(person).send(EXAM)
    assert page.status_code in {403, 409}
    assert rows(runtime, Attempt) == []


@pytest.mark.parametrize(
    "path", [f"/quizzes/{COURSE_KEY}/no-such-quiz", "/quizzes/other-course/practice-set"]
)
def test_unknown_quizzes_are_not_found(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404
    assert visitor.send(path).status_code == 404


def test_attempts_are_limited_on_the_server(visitor: Visitor, runtime: Runtime) -> None:
    for _number in range(3):
        attempt = started(visitor, EXAM)
        assert visitor.send(f"{attempt}/submit", {"confirm": "y"}).status_code == 303
    page = visitor.get(EXAM)
    assert "No attempts left" in visible_text(page)
    refused = visitor.send(EXAM)
    assert refused.status_code == 409
    assert "You have used every attempt" in visible_text(refused)
    assert [row.number for row in rows(runtime, Attempt)] == [1, 2, 3]


def test_a_refused_start_leaves_nothing_behind(runtime: Runtime, leila: Person) -> None:
    def refuse(_work: object, _event: AttemptStarting) -> None:
        raise Conflict("locked")

    runtime.workshop.events.subscribe(AttemptStarting, refuse)
    with pytest.raises(Conflict, match="locked"), runtime.work() as work:
        start_attempt(
            work,
            academy_id=leila.academy_id,
            learner_id=leila.learner_id,
            course_key=COURSE_KEY,
            quiz_key="practice-set",
        )
    assert rows(runtime, Attempt) == []


# --- the player -------------------------------------------------------------------------------------


def test_the_player_shows_the_record_and_nothing_chosen(visitor: Visitor, practice: str) -> None:
    page = visitor.get(case(practice))
    html, text = page.get_data(as_text=True), visible_text(page)
    assert page.status_code == 200
    assert "Would you go ahead today?" in text
    assert "Not reviewed by a clinician." in text
    assert " checked" not in html
    assert "Gradual thinning" in text or "thinning" in text.lower()
    assert "decisive" not in html.lower()


def test_the_player_costs_at_most_four_statements(visitor: Visitor, practice: str, runtime: Runtime) -> None:
    visitor.get(case(practice))
    with counted(runtime) as statements:
        assert visitor.get(case(practice)).status_code == 200
    assert len(statements) <= 2, statements


def test_a_new_edition_changes_nothing_for_an_attempt_that_runs(
    visitor: Visitor, small: Path, practice: str, factories: Factories, runtime: Runtime
) -> None:
    path = small / "cases" / f"{TWO_VISITS}.yaml"
    (line, *_rest) = rows_of_case(runtime)
    old = visible_text(visitor.get(case(practice)))
    replace_in(path, "title: Crown thinning in a healthy man", "title: Another title")
    path.write_text(path.read_text(encoding="utf-8").replace("Hay fever", "Pollen trouble"), encoding="utf-8")
    replace_in(small / "quizzes" / "practice-set.yaml", "pass_mark_percent: 70", "pass_mark_percent: 100")
    factories.publish(small)
    assert visible_text(visitor.get(case(practice))) == old
    decide_all(visitor, practice)
    assert "the pass mark is 70" in visible_text(visitor.get(practice))
    assert "100 % and no confirmed safety error" in visible_text(visitor.get(PRACTICE))
    second = started(visitor, PRACTICE)
    assert "Pollen trouble" in visible_text(visitor.get(case(second)))
    assert line in visitor.get(case(second)).get_data(as_text=True)


# --- deciding ---------------------------------------------------------------------------------------


def test_an_incomplete_decision_comes_back_with_everything_typed(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    page = commit(visitor, practice, action="proceed", certainty="", sessions="lots", interval_weeks="3")
    html, text = page.get_data(as_text=True), visible_text(page)
    assert page.status_code == 422
    assert "There are" in text
    assert "Say how sure you are" in text
    assert "Sessions: write a whole number, such as 4" in text
    assert "fill this in" in text
    for target in ("#certainty", "#sessions", "#maintenance_months"):
        assert f'href="{target}"' in html
        assert f'id="{target[1:]}"' in html
    assert 'name="sessions" value="lots"' in html
    assert rows(runtime, AttemptCase)[0].answer == {
        "action": "proceed",
        "escalation": "none",
        "interval_weeks": 3.0,
    }
    assert rows(runtime, AttemptCase)[0].committed_at is None


def test_a_practice_decision_shows_its_result_at_once(visitor: Visitor, practice: str) -> None:
    answer = commit(visitor, practice)
    assert answer.location == f"{case(practice)}/result"
    page = visitor.get(answer.location)
    text = visible_text(page)
    assert page.status_code == 200
    assert "Decision and plan" in text
    assert "Why this answer" in text
    assert "You said “Certain”." in text
    assert "Next visit" in text
    assert visitor.get(case(practice)).location == answer.location


def test_a_result_before_the_decision_leads_to_the_case(visitor: Visitor, practice: str) -> None:
    answer = visitor.get(f"{case(practice)}/result")
    assert (answer.status_code, answer.location) == (303, case(practice))


def test_an_exam_keeps_results_back_until_it_is_submitted(
    visitor: Visitor, exam: str, runtime: Runtime
) -> None:
    first, second, *_rest = seats_of(runtime, exam)
    assert decide_in_exam(visitor, exam) == case(exam, second.position, second.visit)
    refused = visitor.get(f"{case(exam)}/result")
    assert refused.status_code == 403
    assert "after you have submitted it" in visible_text(refused)
    assert visitor.get(case(exam)).location == exam
    if second.position != first.position:
        total = rows(runtime, Attempt)[0].total_cases
        assert f"1 of {total} cases decided" in visible_text(visitor.get(exam))


def test_an_unsafe_and_certain_decision_is_named_first(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    seats = seats_of(runtime, practice)
    for position, visit, _key in seats:
        unsafe_fields = treating(visitor, practice, position, visit)
        assert commit(visitor, practice, position, visit, **unsafe_fields).status_code == 303
    overview = visible_text(visitor.get(practice))
    assert "Not yet: safety error" in overview
    assert overview.index("Confident and unsafe:") < overview.index("You scored")
    results = [visible_text(visitor.get(f"{case(practice, *seat[:2])}/result")) for seat in seats]
    unsafe = [text for text in results if "Confident and unsafe" in text]
    assert unsafe
    for text in unsafe:
        assert text.index("Confident and unsafe") < text.index("Decision and plan")
        assert "Required:" in text


def test_summaries_cost_one_statement(
    visitor: Visitor, practice: str, runtime: Runtime, leila: Person
) -> None:
    commit(visitor, practice)
    with counted(runtime) as statements, runtime.reading() as reading:
        (summary,) = attempts_of(
            reading, academy_id=leila.academy_id, learner_id=leila.learner_id, course_key=COURSE_KEY
        )
    assert len(statements) == 1
    assert (summary.quiz_key, summary.committed, summary.total, summary.score) == (
        "practice-set",
        0,
        len(PRACTISED),
        None,
    )


# --- whose it is ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "/cases/1", "/cases/1/result"])
def test_foreign_and_forged_attempts_are_not_found(factories: Factories, practice: str, page: str) -> None:
    stranger = factories.signed_in()
    for attempt in (practice, f"/attempts/{uuid4()}", "/attempts/not-a-uuid"):
        assert stranger.get(f"{attempt}{page}").status_code == 404


@pytest.mark.parametrize("address", ["/submit", "/cases/1", "/cases/1/answer"])
def test_nobody_writes_into_foreign_attempts(
    factories: Factories, practice: str, runtime: Runtime, address: str
) -> None:
    stranger = factories.signed_in()
    data = {**POSTPONE, "tab": "a", "revision": "1", "confirm": "y"}
    assert stranger.send(f"{practice}{address}", data, headers=JSON).status_code == 404
    assert rows(runtime, Attempt)[0].state == "open"
    assert rows(runtime, AnswerLogEntry) == []


@pytest.mark.parametrize("position", [0, 11, 999])
def test_places_that_are_not_there_are_not_found(visitor: Visitor, practice: str, position: int) -> None:
    assert visitor.get(case(practice, position)).status_code == 404
    assert commit(visitor, practice, position).status_code == 404
    assert autosave(visitor, practice, 1, position).status_code == 404


def test_nobody_signed_in_goes_to_sign_in(client: Visitor, practice: str) -> None:
    assert "/sign-in" in str(client.get(practice).location)


def test_a_decision_that_asks_for_too_little_care_is_never_called_safe(
    runtime: Runtime, visitor: Visitor, practice: str
) -> None:
    seat = next(seat for seat in seats_of(runtime, practice) if seat.case_key == SCARRED)
    answer = commit(visitor, practice, seat.position, **treating(visitor, practice, seat.position))
    text = visible_text(visitor.get(str(answer.location)))
    assert "Less careful than this patient needs" in text
    assert "You chose: Proceed. The course protocol asks for more care: Do not treat." in text
    assert "No safety error" not in text
    assert "Safe, with" not in text
