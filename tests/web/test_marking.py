"""Marking by people over HTTP: who may, what waits, what a mark makes of grade, attempt and course."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from courses.models import Enrolment
from lms.academies.models import Academy, Membership
from lms.certificates.queries import CERTIFICATES
from lms.core.runtime import Runtime
from quizzes.events import AttemptGraded, AttemptRegraded
from quizzes.models import Attempt, AttemptCase, GradeHistory, Mark, Regrade
from quizzes.queries.marking import COUNT, TO_MARK
from quizzes.queries.statements import OF_COURSE
from tests.support import attempts
from tests.support.attempts import (
    EXAM,
    PRACTICE,
    at_once,
    autosave,
    decide_in_exam,
    rows,
    runtime_of,
    started,
)
from tests.support.clock import FrozenClock
from tests.support.course_taking import do_lessons, join
from tests.support.journeys import attempt_in, right_answer_at, seats_of, take_assessment
from tests.support.people import Factories, Person
from tests.support.small_quizzes import (
    EXAM_TWO_VISITS,
    REFUSED,
    TWO_VISITS,
    publish_small_quizzes,
    rewrite,
)
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
graded = attempts.graded

LIST = "/instructor/marking"
PROMPT = "Write to the prescriber in two sentences."
LETTER: dict[str, Any] = {
    "key": "letter",
    "kind": "short_text",
    "prompt": PROMPT,
    "row": "scope",
    "about": ["CI-ALLERGY"],
    "why": "The letter says what was seen and what is asked.",
    "longest": 300,
    "model": "We saw a rash. May the treatment go on?",
    "rubric": [
        {"key": "seen", "text": "Says what was seen", "points": 1},
        {"key": "asked", "text": "Says what is asked", "points": 2},
    ],
}
FULL = {"letter__seen": "1", "letter__asked": "2"}
LESS = {"letter__seen": "1", "letter__asked": "0,5"}


def asking_for_a_letter(case: dict[str, Any], visit: int = 1, **changes: Any) -> dict[str, Any]:
    visits = [dict(one) for one in case["visits"]]
    others = [one for one in visits[visit - 1].get("tasks", []) if one["key"] != "letter"]
    visits[visit - 1]["tasks"] = [*others, {**LETTER, **changes}]
    return {**case, "visits": visits}


@pytest.fixture
def small(factories: Factories, leila: Person, tmp_path: Path) -> Path:
    """The small edition with a letter in practice and in an exam that only a faultless attempt passes."""
    folder = publish_small_quizzes(factories, tmp_path)
    rewrite(folder / "cases" / f"{REFUSED}.yaml", asking_for_a_letter)
    rewrite(folder / "cases" / f"{TWO_VISITS}.yaml", asking_for_a_letter)
    rewrite(folder / "quizzes" / "final-assessment.yaml", lambda quiz: {**quiz, "pass_mark_percent": 99})
    factories.publish(folder)
    return folder


@pytest.fixture
def instructor(factories: Factories) -> Visitor:
    return factories.signed_in(factories.person("instructor", name="Ines Duarte"))


@pytest.fixture
def taken(visitor: Visitor, small: Path, runtime: Runtime) -> str:
    """Leila's exam, answered rightly throughout; her letter waits for a person."""
    return take_assessment(runtime, visitor)


@pytest.fixture
def announced(runtime: Runtime) -> list[AttemptRegraded]:
    seen: list[AttemptRegraded] = []
    runtime.workshop.events.subscribe(AttemptRegraded, lambda _work, event: seen.append(event))
    return seen


def letter_in(runtime: Runtime, attempt: str, case_key: str = REFUSED, visit: int = 1) -> str:
    """Return the address where the letter of an attempt is marked."""
    position = next(seat.position for seat in seats_of(runtime, attempt) if seat.case_key == case_key)
    place = f"{position}/visits/{visit}" if visit > 1 else f"{position}"
    return f"/instructor{attempt}/cases/{place}/mark/letter"


def mark(instructor: Visitor, address: str, **fields: str) -> Any:
    """Open the page of an answer and send its form."""
    return instructor.submit(instructor.get(address), **fields)


def stored(runtime: Runtime, attempt: str) -> Attempt:
    found: Attempt = next(one for one in rows(runtime, Attempt) if one.uuid == attempt_in(attempt))
    return found


def grade_of(runtime: Runtime, attempt: str, case_key: str = REFUSED) -> dict[str, Any]:
    with runtime.reading() as reading:
        found: dict[str, Any] = reading.session.scalars(
            sa.select(AttemptCase.grade)
            .join(Attempt, Attempt.id == AttemptCase.attempt_id)
            .where(
                Attempt.uuid == attempt_in(attempt),
                AttemptCase.case_key == case_key,
                AttemptCase.visit == 1,
            )
        ).one()
        return found


def letter_credit(grade: dict[str, Any]) -> float:
    return float(next(one["credit"] for one in grade["decisions"] if one["name"] == "letter"))


def certificates(runtime: Runtime) -> int:
    with runtime.reading() as reading:
        statement = sa.select(sa.func.count()).select_from(CERTIFICATES)
        return int(reading.connection.execute(statement).scalar_one())


# --- who may ----------------------------------------------------------------------------------------


def test_learners_may_not_mark(visitor: Visitor, taken: str, runtime: Runtime) -> None:
    address = letter_in(runtime, taken)
    assert visitor.get(LIST).status_code == 403
    assert visitor.get(address).status_code == 403
    assert visitor.send(address, FULL).status_code == 403
    assert rows(runtime, Mark) == []


@pytest.mark.parametrize("role", ["instructor", "administrator"])
def test_instructors_and_administrators_may(
    factories: Factories, taken: str, role: str, runtime: Runtime
) -> None:
    member = factories.signed_in(None, role)
    assert member.get(LIST).status_code == 200
    assert mark(member, letter_in(runtime, taken), **FULL).location == LIST


def test_another_academy_finds_nothing(factories: Factories, taken: str, runtime: Runtime) -> None:
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
    elsewhere, address = factories.signed_in(stranger), letter_in(runtime, taken)
    assert "Nothing waits for you." in visible_text(elsewhere.get(LIST))
    assert elsewhere.get(address).status_code == 404
    assert elsewhere.send(address, FULL).status_code == 404
    assert rows(runtime, Mark) == []


@pytest.mark.parametrize("task", ["decide", "spot", "nothing"])
def test_only_what_people_mark_can_be_marked(
    instructor: Visitor, taken: str, runtime: Runtime, task: str
) -> None:
    address = letter_in(runtime, taken).replace("/letter", f"/{task}")
    assert instructor.get(address).status_code == 404
    assert instructor.send(address, FULL).status_code == 404


def test_an_answer_that_is_not_given_or_not_graded_yet_is_not_found(
    instructor: Visitor, visitor: Visitor, small: Path, runtime: Runtime
) -> None:
    attempt = started(visitor, EXAM)
    address = letter_in(runtime, attempt)
    autosave(visitor, attempt, 1, seats_of(runtime, attempt)[0].position, letter="")
    assert instructor.get(address).status_code == 404
    assert instructor.get(address.replace("/cases/", "/cases/9")).status_code == 404
    visitor.submit(visitor.get(attempt), to="/submit", confirm="y")
    assert instructor.get(address).status_code == 404
    assert "Nothing waits for you." in visible_text(instructor.get(LIST))


# --- what waits -------------------------------------------------------------------------------------


def test_the_list_names_what_waits_oldest_first(
    instructor: Visitor, factories: Factories, taken: str, runtime: Runtime, clock: FrozenClock
) -> None:
    clock.advance(minutes=5)
    omar = factories.person(name="Omar Said")
    join(runtime, omar)
    do_lessons(runtime, omar)
    later = take_assessment(runtime, factories.signed_in(omar))
    page = instructor.get(LIST)
    text = visible_text(page)
    assert f"{PROMPT} , Leila Haddad Leila Haddad Final assessment, attempt 1 C08" in text
    assert text.index("Leila Haddad") < text.index("Omar Said")
    source = page.get_data(as_text=True)
    assert source.index(letter_in(runtime, taken)) < source.index(letter_in(runtime, later))
    assert "To mark 2 visits wait" in visible_text(instructor.get("/instructor/learners"))
    mark(instructor, letter_in(runtime, taken), **FULL)
    assert "Leila Haddad" not in visible_text(instructor.get(LIST))
    assert "To mark 1 visit waits" in visible_text(instructor.get("/instructor/learners"))


def test_everybody_is_told_that_it_waits(
    instructor: Visitor, visitor: Visitor, taken: str, runtime: Runtime
) -> None:
    attempt = stored(runtime, taken)
    assert attempt.passed is False
    assert certificates(runtime) == 0
    position = letter_in(runtime, taken).split("/cases/")[1].split("/")[0]
    overview = visible_text(visitor.get(taken))
    assert "Waits for marking Submitted on" in overview
    assert f"Still to be marked: case {position}," in overview
    assert "Not yet" not in overview
    result = visible_text(visitor.get(f"{taken}/cases/{position}/result"))
    assert "Waits for marking No safety error." in result
    assert "of 100" in result
    assert "so far" in result
    assert "Waits for marking" in visible_text(visitor.get(EXAM))
    assert "Waits for marking" in visible_text(instructor.get(f"/instructor{taken}"))
    answer = instructor.get(f"/instructor{taken}/cases/{position}")
    assert "Waits for marking" in visible_text(answer)
    assert letter_in(runtime, taken) in answer.get_data(as_text=True)


def test_what_waits_counts_in_no_row_of_the_report(
    instructor: Visitor, visitor: Visitor, taken: str, runtime: Runtime
) -> None:
    assert "Scope, consent and evidence" not in visible_text(visitor.get(taken))
    mark(instructor, letter_in(runtime, taken), **FULL)
    assert "Scope, consent and evidence 100 of 100 1" in visible_text(visitor.get(taken))


def test_the_page_shows_all_that_marking_needs(instructor: Visitor, taken: str, runtime: Runtime) -> None:
    text = visible_text(instructor.get(letter_in(runtime, taken)))
    for shown in (
        PROMPT,
        "Answered by Leila Haddad in attempt 1 of Final assessment.",
        "The answer We saw a rash. May the treatment go on?",
        "An answer that earns everything We saw a rash.",
        "The patient in short",
        "Skin conditions: the box “none” is ticked",
        "Points, 3 at most",
        "Says what is asked",
    ):
        assert shown in text
    assert "Reason for the change" not in text


@pytest.mark.parametrize("statement", [COUNT, TO_MARK, OF_COURSE], ids=["count", "list", "summaries"])
def test_the_index_of_what_waits_serves(
    any_database: str, runtime: Runtime, statement: sa.Select[Any]
) -> None:
    with runtime.reading() as reading:
        compiled = statement.params(academy_id=1, learner_id=1, course_key="c").compile(
            dialect=reading.connection.dialect, compile_kwargs={"literal_binds": True}
        )
        if any_database == "postgresql":
            reading.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        asked = "EXPLAIN QUERY PLAN" if any_database == "sqlite" else "EXPLAIN"
        plan = reading.connection.exec_driver_sql(f"{asked} {compiled}").all()
    assert "ix_lms_attempt_case_awaits_marking" in str(plan)


# --- marking ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("any_database")
def test_the_last_mark_passes_the_exam_and_completes_the_course(
    instructor: Visitor,
    taken: str,
    runtime: Runtime,
    graded: list[AttemptGraded],
    announced: list[AttemptRegraded],
) -> None:
    before = grade_of(runtime, taken)
    assert mark(instructor, letter_in(runtime, taken), **FULL, comment="Short and clear.").status_code == 303
    attempt = stored(runtime, taken)
    assert (attempt.passed, attempt.score) == (True, 100.0)
    (event,) = announced
    assert (event.passed_before, event.passed, event.score) == (False, True, 100.0)
    assert graded == []
    assert rows(runtime, Enrolment)[0].completed_at is not None
    assert certificates(runtime) == 1
    (kept,) = rows(runtime, Mark)
    assert (kept.points, kept.comment) == ({"seen": 1.0, "asked": 2.0}, "Short and clear.")
    assert rows(runtime, GradeHistory) == []
    after = grade_of(runtime, taken)
    assert not after["awaits_marking"]
    assert [one for one in after["decisions"] if one["name"] != "letter"] == [
        one for one in before["decisions"] if one["name"] != "letter"
    ]
    assert "Passed" in visible_text(instructor.get(f"/instructor{taken}"))


def test_an_exam_is_announced_as_graded_once_when_it_closes(
    graded: list[AttemptGraded], instructor: Visitor, taken: str, runtime: Runtime
) -> None:
    assert [event.passed for event in graded] == [False]
    mark(instructor, letter_in(runtime, taken), **FULL)
    assert len(graded) == 1


def test_the_learner_reads_points_and_comment(
    instructor: Visitor, visitor: Visitor, taken: str, runtime: Runtime
) -> None:
    address = letter_in(runtime, taken)
    result = f"{address.removeprefix('/instructor').removesuffix('/mark/letter')}/result"
    mark(instructor, address, **LESS, comment="Ask more <clearly>.")
    text = visible_text(visitor.get(result))
    assert "Says what was seen 1 of 1 Says what is asked 0.5 of 2" in text
    assert "Comment: Ask more <clearly>." in text
    assert "Waits for marking" not in text
    assert not stored(runtime, taken).passed
    assert "Not yet" in visible_text(visitor.get(taken))
    watched = visible_text(instructor.get(f"/instructor{result.removesuffix('/result')}"))
    assert "Comment Ask more <clearly>." in watched
    assert "Mark again" in watched


def test_while_another_answer_waits_nothing_is_passed(
    instructor: Visitor, visitor: Visitor, factories: Factories, small: Path, runtime: Runtime
) -> None:
    rewrite(small / "cases" / f"{EXAM_TWO_VISITS}.yaml", lambda case: asking_for_a_letter(case, 2))
    factories.publish(small)
    attempt = take_assessment(runtime, visitor)
    assert visible_text(instructor.get(LIST)).count("Leila Haddad") == 4
    mark(instructor, letter_in(runtime, attempt), **FULL)
    assert not stored(runtime, attempt).passed
    assert "Waits for marking" in visible_text(visitor.get(attempt))
    mark(instructor, letter_in(runtime, attempt, EXAM_TWO_VISITS, 2), **FULL)
    assert stored(runtime, attempt).passed
    assert certificates(runtime) == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("letter__seen", "", "Give points for “Says what was seen”; 0 is possible."),
        ("letter__seen", "2", "Enter a number from 0 to 1."),
        ("letter__asked", "-1", "Enter a number from 0 to 2."),
        ("letter__asked", "lots", "Enter a number from 0 to 2."),
        ("comment", "x" * 2001, "Keep the comment under 2000 characters."),
    ],
)
def test_a_mark_that_cannot_be_read_comes_back_with_its_field(
    instructor: Visitor, taken: str, field: str, value: str, message: str
) -> None:
    runtime = runtime_of(instructor)
    before = grade_of(runtime, taken)
    answer = mark(instructor, letter_in(runtime, taken), **{**FULL, field: value})
    assert answer.status_code == 422
    source = answer.get_data(as_text=True)
    assert f'<a href="#{field}">' in source
    assert f'id="{field}-error"' in source
    assert message in visible_text(answer)
    assert rows(runtime, Mark) == []
    assert grade_of(runtime, taken) == before


def test_a_stale_token_loses_nothing(instructor: Visitor, taken: str, runtime: Runtime) -> None:
    answer = mark(instructor, letter_in(runtime, taken), **FULL, comment="Good.", csrf_token="stale")
    assert answer.status_code == 422
    assert "This page was open for a long time." in visible_text(answer)
    assert 'value="2"' in answer.get_data(as_text=True)
    assert rows(runtime, Mark) == []


# --- marking again ----------------------------------------------------------------------------------


def test_a_lower_mark_needs_a_reason_and_keeps_the_old_one(
    instructor: Visitor,
    taken: str,
    runtime: Runtime,
    clock: FrozenClock,
    announced: list[AttemptRegraded],
) -> None:
    address = letter_in(runtime, taken)
    mark(instructor, address, **FULL, comment="Fine.")
    clock.advance(minutes=5)
    refused = mark(instructor, address, **LESS)
    assert refused.status_code == 422
    assert '<a href="#reason">' in refused.get_data(as_text=True)
    assert "Say why the answer gets fewer points than before." in visible_text(refused)
    assert stored(runtime, taken).passed
    assert mark(instructor, address, **LESS, reason="The question is missing.").status_code == 303
    attempt = stored(runtime, taken)
    assert not attempt.passed
    assert [(one.passed_before, one.passed) for one in announced] == [(False, True), (True, False)]
    visit, outcome = rows(runtime, GradeHistory)
    assert letter_credit(visit.before) == 1.0
    assert letter_credit(visit.after) == pytest.approx(0.5)
    assert (outcome.attempt_case_id, outcome.before["passed"], outcome.after["passed"]) == (None, True, False)
    (kept,) = rows(runtime, Regrade)
    assert (kept.reason, kept.allows_lower) == ("The question is missing.", True)
    assert kept.summary["replaced_mark"]["points"] == {"seen": 1.0, "asked": 2.0}
    assert kept.summary["replaced_mark"]["comment"] == "Fine."
    assert kept.summary["no_longer_passed"] == [str(attempt.uuid)]
    assert len(rows(runtime, Mark)) == 1
    assert "The question is missing. It was 100 of 100, “Passed”." in visible_text(
        instructor.get(f"/instructor{taken}")
    )
    assert rows(runtime, Enrolment)[0].completed_at is not None
    done = visible_text(instructor.get(f"/instructor/regrades/{kept.uuid}"))
    assert "One learner no longer passes Leila Haddad." in done


def test_a_higher_mark_needs_no_reason(
    instructor: Visitor, taken: str, runtime: Runtime, clock: FrozenClock
) -> None:
    address = letter_in(runtime, taken)
    mark(instructor, address, **LESS)
    clock.advance(minutes=5)
    assert "Ines Duarte gave 1.5 points on" in visible_text(instructor.get(address))
    assert mark(instructor, address, **FULL).status_code == 303
    assert stored(runtime, taken).passed
    (kept,) = rows(runtime, Regrade)
    assert (kept.reason, kept.allows_lower) == ("An answer was marked again.", False)
    assert certificates(runtime) == 1


def test_the_same_mark_again_changes_nothing(
    instructor: Visitor, taken: str, runtime: Runtime, clock: FrozenClock
) -> None:
    address = letter_in(runtime, taken)
    page = instructor.get(address)
    for _click in range(2):
        assert instructor.submit(page, **FULL).status_code == 303
        clock.advance(minutes=1)
    assert len(rows(runtime, Mark)) == 1
    assert rows(runtime, GradeHistory) == []


def test_a_mark_given_meanwhile_is_read_before_it_is_replaced(
    instructor: Visitor, factories: Factories, taken: str, runtime: Runtime
) -> None:
    address = letter_in(runtime, taken)
    page = instructor.get(address)
    mark(factories.signed_in(factories.person("instructor", name="Rui Costa")), address, **FULL)
    refused = instructor.submit(page, **LESS, comment="Mine.")
    assert refused.status_code == 409
    text = visible_text(refused)
    assert "Somebody marked this answer meanwhile, so nothing was stored." in text
    assert "Rui Costa gave 3 points on" in text
    assert stored(runtime, taken).passed
    again = instructor.submit(refused, reason="The question is missing.")
    assert again.status_code == 303
    assert not stored(runtime, taken).passed
    assert rows(runtime, Mark)[0].comment == "Mine."


@pytest.mark.usefixtures("any_database")
def test_of_two_first_marks_at_once_one_stands(
    instructor: Visitor, factories: Factories, taken: str, runtime: Runtime
) -> None:
    address = letter_in(runtime, taken)
    other = factories.signed_in(None, "instructor")
    pages = [(one, one.get(address)) for one in (instructor, other)]
    answers = at_once(
        lambda: pages[0][0].submit(pages[0][1], **FULL).status_code,
        lambda: pages[1][0].submit(pages[1][1], **LESS).status_code,
    )
    assert sorted(str(one) for one in answers) == ["303", "409"]
    assert len(rows(runtime, Mark)) == 1


# --- beside regrading -------------------------------------------------------------------------------


def test_a_regrade_keeps_the_marks(
    instructor: Visitor, factories: Factories, small: Path, taken: str, runtime: Runtime
) -> None:
    mark(instructor, letter_in(runtime, taken), **FULL)
    case = f"/instructor/cases/{REFUSED}/regrade"
    assert "No grade would change." in visible_text(instructor.get(f"{case}/graded"))
    rewrite(small / "cases" / f"{REFUSED}.yaml", lambda one: {**one, "title": "No skin problems at all"})
    factories.publish(small)
    assert "No grade would change." in visible_text(instructor.get(f"{case}/newest"))
    assert letter_credit(grade_of(runtime, taken)) == 1.0


def test_a_rubric_written_anew_needs_a_new_mark(
    instructor: Visitor, factories: Factories, small: Path, taken: str, runtime: Runtime
) -> None:
    address = letter_in(runtime, taken)
    mark(instructor, address, **FULL)
    rubric = [{"key": "tone", "text": "Is friendly", "points": 4}]
    rewrite(small / "cases" / f"{REFUSED}.yaml", lambda one: asking_for_a_letter(one, rubric=rubric))
    factories.publish(small)
    run = instructor.get(f"/instructor/cases/{REFUSED}/regrade/newest")
    choice = {"choice": "apply_all", "lowers": "y", "reason": "The rubric was wrong."}
    assert instructor.submit(run, to="/newest", **choice).status_code == 303
    assert not stored(runtime, taken).passed
    assert PROMPT in visible_text(instructor.get(LIST))
    assert "has to be marked again" in visible_text(instructor.get(address))
    assert mark(instructor, address, letter__tone="4").status_code == 303
    assert stored(runtime, taken).passed
    assert rows(runtime, Regrade)[-1].summary["replaced_mark"]["points"] == {"seen": 1.0, "asked": 2.0}


def test_what_a_marker_settles_is_not_marked(instructor: Visitor, taken: str, runtime: Runtime) -> None:
    address = letter_in(runtime, taken)
    page = instructor.get(address)
    marker = {"target": "1:letter", "effect": "disregard", "reason": "Two readings."}
    assert instructor.send(f"/instructor/cases/{REFUSED}/regrade/markers", marker).status_code == 303
    refused = instructor.submit(page, **FULL)
    assert refused.status_code == 409
    assert "A marker settles this question for everybody." in visible_text(refused)
    assert rows(runtime, Mark) == []


def test_marking_takes_no_marker_along_that_was_not_applied(
    instructor: Visitor, visitor: Visitor, small: Path, runtime: Runtime
) -> None:
    attempt = started(visitor, EXAM)
    position = next(seat.position for seat in seats_of(runtime, attempt) if seat.case_key == REFUSED)
    take_assessment(runtime, visitor, {position: {"action": "postpone"}})
    marker = {"target": "1:action", "effect": "always_correct", "reason": "Two readings."}
    instructor.send(f"/instructor/cases/{REFUSED}/regrade/markers", marker)
    mark(instructor, letter_in(runtime, attempt), **FULL)
    action = next(one for one in grade_of(runtime, attempt)["decisions"] if one["name"] == "action")
    assert action["credit"] == 0
    assert not stored(runtime, attempt).passed


# --- practice ---------------------------------------------------------------------------------------


def test_an_answer_of_an_open_practice_can_be_marked_at_once(
    instructor: Visitor, visitor: Visitor, small: Path, runtime: Runtime, announced: list[AttemptRegraded]
) -> None:
    attempt = started(visitor, PRACTICE)
    position = next(seat.position for seat in seats_of(runtime, attempt) if seat.case_key == TWO_VISITS)
    visitor.send(f"{attempt}/cases/{position}", right_answer_at(runtime, attempt, position))
    result = f"{attempt}/cases/{position}/result"
    assert "Waits for marking" in visible_text(visitor.get(result))
    assert mark(instructor, letter_in(runtime, attempt, TWO_VISITS), **FULL).status_code == 303
    text = visible_text(visitor.get(result))
    assert "Waits for marking" not in text
    assert "100 of 100" in text
    assert stored(runtime, attempt).passed is None
    assert announced == []


def test_a_letter_left_blank_waits_for_nobody(
    instructor: Visitor, visitor: Visitor, small: Path, runtime: Runtime
) -> None:
    attempt = started(visitor, EXAM)
    for position, visit, key in seats_of(runtime, attempt):
        if key != REFUSED:
            decide_in_exam(visitor, attempt, position, visit)
    visitor.submit(visitor.get(attempt), to="/submit", confirm="y")
    assert "Waits for marking" not in visible_text(visitor.get(attempt))
    assert "Nothing waits for you." in visible_text(instructor.get(LIST))
