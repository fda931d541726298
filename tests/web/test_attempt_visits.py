"""Cases of several visits: what is revealed when, where a decision leads, and how the visits are graded."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.core.runtime import Runtime
from quizzes.cases.model import Case
from quizzes.cases.variants import realise
from quizzes.models import AnswerLogEntry, Attempt, AttemptCase
from quizzes.pinned import Pin, one, pinned
from quizzes.queries.attempts import attempt_overview
from tests.support import attempts
from tests.support.attempts import (
    PRACTICE,
    autosave,
    case,
    commit,
    counted,
    decide_in_exam,
    rows,
    started,
    treating,
)
from tests.support.clock import FrozenClock
from tests.support.course_taking import join
from tests.support.journeys import attempt_in, right_answer_at, seats_of
from tests.support.people import Factories, Person
from tests.support.small_quizzes import (
    EXAM_TWO_VISITS,
    OTHER_PATIENT,
    OUTCOME,
    POSTPONED,
    PRACTISED,
    TWO_VISITS,
)
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
small = attempts.small
practice = attempts.practice
exam = attempts.exam


def place_of(runtime: Runtime, attempt: str, case_key: str) -> int:
    return next(seat.position for seat in seats_of(runtime, attempt) if seat.case_key == case_key)


def test_an_attempt_has_a_row_for_each_visit_from_its_start(practice: str, runtime: Runtime) -> None:
    attempt, found = rows(runtime, Attempt)[0], seats_of(runtime, practice)
    assert attempt.total_cases == len(PRACTISED)
    assert [seat.visit for seat in found if seat.case_key == TWO_VISITS] == [1, 2]
    assert [seat.visit for seat in found if seat.case_key == POSTPONED] == [1]
    assert len(found) == len(PRACTISED) + 1


def test_a_later_visit_is_not_there_before_the_decision_on_the_earlier_one(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    position = place_of(runtime, practice, TWO_VISITS)
    second = case(practice, position, 2)
    assert visitor.get(second).status_code == 404
    assert visitor.get(f"{second}/result").status_code == 404
    assert visitor.get(f"{second}/review").status_code == 404
    assert autosave(visitor, practice, 1, position, 2, action="proceed").status_code == 404
    assert autosave(visitor, practice, 1, position, 2, flag="no-such-line").status_code == 404
    assert commit(visitor, practice, position, 2).status_code == 404
    assert rows(runtime, AnswerLogEntry) == []
    assert "Three weeks later" not in visible_text(visitor.get(case(practice, position)))


@pytest.mark.parametrize("visit", [0, 3, 99])
def test_visits_that_are_not_there_are_not_found(visitor: Visitor, practice: str, visit: int) -> None:
    address = f"{practice}/cases/1/visits/{visit}"
    assert visitor.get(address).status_code == 404
    assert visitor.send(address, {"action": "postpone"}).status_code == 404


def test_the_first_visit_has_the_address_of_its_case(visitor: Visitor, practice: str) -> None:
    answer = visitor.get(f"{practice}/cases/1/visits/1")
    assert answer.status_code == 308
    assert str(answer.location).endswith(case(practice))


def test_a_later_visit_starts_from_what_was_rightly_done(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    position = place_of(runtime, practice, TWO_VISITS)
    wrong = commit(visitor, practice, position)
    assert wrong.location == f"{case(practice, position)}/result"
    assert case(practice, position, 2) in visitor.get(str(wrong.location)).get_data(as_text=True)
    text = visible_text(visitor.get(case(practice, position, 2)))
    assert "Three weeks later, before session 2" in text
    assert OUTCOME in text
    assert "Proceed" in text
    assert "Skin calm everywhere" in text


def test_each_visit_is_graded_by_its_own_key(visitor: Visitor, practice: str, runtime: Runtime) -> None:
    position = place_of(runtime, practice, TWO_VISITS)
    commit(visitor, practice, position)
    right = right_answer_at(runtime, practice, position, 2)
    answer = visitor.send(case(practice, position, 2), right)
    assert answer.location == f"{case(practice, position, 2)}/result"
    first, second = [row for row in rows(runtime, AttemptCase) if row.position == position]
    assert (first.grade["visit"], second.grade["visit"]) == (1, 2)
    assert first.grade["score"] < 100
    assert second.grade["score"] == 100
    assert [entry.visit for entry in rows(runtime, AnswerLogEntry)] == [1, 2]


def test_a_case_counts_as_decided_with_its_last_visit(
    visitor: Visitor, practice: str, runtime: Runtime, leila: Person
) -> None:
    position = place_of(runtime, practice, TWO_VISITS)
    commit(visitor, practice, position)
    assert f"0 of {len(PRACTISED)} cases decided" in visible_text(visitor.get(practice))
    commit(visitor, practice, position, 2)
    assert f"1 of {len(PRACTISED)} cases decided" in visible_text(visitor.get(practice))
    with runtime.reading() as reading:
        overview = attempt_overview(
            reading,
            attempt_uuid=attempt_in(practice),
            academy_id=leila.academy_id,
            learner_id=leila.learner_id,
        )
    decided = overview.cases[position - 1]
    grades = [visit.grade for visit in decided.visits if visit.grade is not None]
    earned = [decision.credit for grade in grades for decision in grade.decisions]
    assert decided.score == pytest.approx(100 * sum(earned) / len(earned))
    assert overview.remaining == len(PRACTISED) - 1
    assert overview.attempt.committed == 1


def test_an_exam_leads_through_the_visits_then_to_the_overview(
    visitor: Visitor, exam: str, runtime: Runtime
) -> None:
    seats = seats_of(runtime, exam)
    after = [*(case(exam, *seat[:2]) for seat in seats[1:]), exam]
    led = [decide_in_exam(visitor, exam, *seat[:2]) for seat in seats]
    assert led == after


def test_an_exam_shows_the_right_outcome_of_the_earlier_visit_and_no_grade(
    visitor: Visitor, exam: str, runtime: Runtime
) -> None:
    position = place_of(runtime, exam, EXAM_TWO_VISITS)
    decide_in_exam(visitor, exam, position)
    text = visible_text(visitor.get(case(exam, position, 2)))
    assert OUTCOME in text
    assert "of 100" not in text
    assert visitor.get(f"{case(exam, position)}/result").status_code == 403


def test_a_visit_that_was_never_seen_is_graded_as_not_answered(
    visitor: Visitor, exam: str, clock: FrozenClock, runtime: Runtime
) -> None:
    clock.advance(minutes=61)
    assert visitor.get(exam).status_code == 200
    grades = [row.grade for row in rows(runtime, AttemptCase)]
    assert all(grade is not None and not grade["safety_errors"] for grade in grades)
    assert rows(runtime, Attempt)[0].passed is False
    position = place_of(runtime, exam, EXAM_TWO_VISITS)
    assert "No decision was made" in visible_text(visitor.get(f"{case(exam, position, 2)}/result"))


def test_one_harm_in_two_cases_is_a_safety_failure_and_in_one_it_is_not(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    seats = seats_of(runtime, practice)
    unsafe = place_of(runtime, practice, POSTPONED)
    for position, visit, _key in seats:
        fields = treating(visitor, practice, position, visit) if position == unsafe else {}
        assert commit(visitor, practice, position, visit, **fields).status_code == 303
    attempt = rows(runtime, Attempt)[0]
    assert (attempt.state, attempt.safety_failed, attempt.confirmed_harms) == ("submitted", False, [])
    assert any(row.grade["safety_errors"] for row in rows(runtime, AttemptCase))


def test_the_same_harm_in_two_cases_fails_an_exam(visitor: Visitor, exam: str, runtime: Runtime) -> None:
    for position, visit, _key in seats_of(runtime, exam):
        decide_in_exam(visitor, exam, position, visit, **treating(visitor, exam, position, visit))
    visitor.submit(visitor.get(exam))
    attempt = rows(runtime, Attempt)[0]
    assert (attempt.passed, attempt.safety_failed) == (False, True)
    assert attempt.confirmed_harms == ["less_strict"]


@pytest.mark.usefixtures("any_database")
def test_pages_and_saves_of_a_later_visit_keep_within_their_statements(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    position = place_of(runtime, practice, TWO_VISITS)
    commit(visitor, practice, position)
    address = case(practice, position, 2)
    visitor.get(address)
    with counted(runtime) as statements:
        assert visitor.get(address).status_code == 200
    assert len(statements) <= 2, statements
    with counted(runtime) as statements:
        assert autosave(visitor, practice, 1, position, 2, action="postpone").status_code == 200
    assert len(statements) <= 4, statements


def test_the_first_save_in_a_process_costs_one_statement_more(
    visitor: Visitor, practice: str, runtime: Runtime, factories: Factories
) -> None:
    other = factories.person()
    join(runtime, other)
    browser = factories.signed_in(other)
    browser.get(case(started(browser, PRACTICE)))  # now the process knows the documents, but not our place
    costs = []
    for revision in (1, 2):
        with counted(runtime) as statements:
            assert autosave(visitor, practice, revision, action="postpone").status_code == 200
        costs.append(len(statements))
    assert costs == [5, 4]


@pytest.mark.parametrize("seed", ["", "first", "second", "third"])
def test_an_attempt_shows_what_its_seed_draws_on_every_page(
    visitor: Visitor, practice: str, runtime: Runtime, factories: Factories, seed: str
) -> None:
    with runtime.work() as work:
        work.connection.execute(sa.update(Attempt).values(seed=seed))
        row = work.session.scalars(sa.select(AttemptCase).where(AttemptCase.case_key == TWO_VISITS)).first()
        assert row is not None
        documents = pinned(work, [Pin(row.case_revision_id, row.case_digest)])
        written, position = one(documents, row.case_digest, Case), row.position
    drawn = realise(written, seed or None, contrasts=True)
    shown, hidden = sorted(("Ruwan S.", OTHER_PATIENT), key=lambda name: name != drawn.patient.name)
    commit(visitor, practice, position)
    instructor = factories.signed_in(None, "instructor")
    pages = [
        visitor.get(f"{case(practice, position)}/result"),
        visitor.get(case(practice, position, 2)),
        instructor.get(f"/instructor{case(practice, position)}"),
    ]
    texts = [visible_text(page) for page in pages]
    assert shown in texts[0]
    assert shown in texts[1]
    assert not any(hidden in text for text in texts)
