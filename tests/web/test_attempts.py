"""Taking a quiz: starting, answering, deciding, submitting, and what is repeated or comes late."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from lms.core.errors import Conflict
from lms.core.runtime import Runtime
from quizzes.events import AttemptGraded
from quizzes.models import AnswerLogEntry, Attempt, AttemptCase
from quizzes.queries.attempts import attempts_of
from quizzes.service.attempts import close_overdue_attempts, start_attempt, submit_attempt
from tests.support.clock import FrozenClock
from tests.support.content import copy_course, replace_in
from tests.support.course_taking import do_lessons, join
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

PRACTICE = f"/quizzes/{COURSE_KEY}/practice-set"
EXAM = f"/quizzes/{COURSE_KEY}/final-assessment"
POSTPONE = {"action": "postpone", "escalation": "none", "certainty": "3"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def leila(factories: Factories, runtime: Runtime) -> Person:
    person = factories.person(name="Leila Haddad")
    join(runtime, person)
    do_lessons(runtime, person)
    return person


@pytest.fixture
def visitor(factories: Factories, leila: Person) -> Visitor:
    return factories.signed_in(leila)


@pytest.fixture
def graded(runtime: Runtime) -> list[AttemptGraded]:
    seen: list[AttemptGraded] = []
    runtime.workshop.events.subscribe(AttemptGraded, lambda _work, event: seen.append(event))
    return seen


@pytest.fixture
def practice(visitor: Visitor) -> str:
    return started(visitor, PRACTICE)


@pytest.fixture
def exam(visitor: Visitor) -> str:
    return started(visitor, EXAM)


def started(visitor: Visitor, quiz: str) -> str:
    """Start an attempt; returns its address."""
    answer = visitor.submit(visitor.get(quiz))
    assert answer.status_code == 303
    return str(answer.location)


def case(attempt: str, position: int = 1) -> str:
    return f"{attempt}/cases/{position}"


def autosave(visitor: Visitor, attempt: str, revision: int, position: int = 1, **fields: Any) -> TestResponse:
    data = {"tab": "tab-1", "revision": str(revision), **fields}
    return visitor.send(f"{case(attempt, position)}/answer", data, headers=JSON)


def commit(visitor: Visitor, attempt: str, position: int = 1, **fields: Any) -> TestResponse:
    return visitor.send(case(attempt, position), {**POSTPONE, "intent": "submit", **fields})


def decide_all(visitor: Visitor, attempt: str, total: int) -> None:
    for position in range(1, total + 1):
        assert commit(visitor, attempt, position).status_code == 303


def rows(runtime: Runtime, table: type[Any]) -> list[Any]:
    with runtime.reading() as reading:
        return list(reading.session.scalars(sa.select(table).order_by(table.id)))


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
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


# --- starting ---------------------------------------------------------------------------------------


def test_the_start_page_says_the_conditions(visitor: Visitor) -> None:
    text = visible_text(visitor.get(EXAM))
    assert "Final assessment" in text
    assert "60 minutes from the start" in text
    assert "70 % and no safety error" in text
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


@pytest.mark.usefixtures("any_database")
def test_many_starts_at_once_open_one_attempt(runtime: Runtime, leila: Person) -> None:
    def start() -> UUID:
        with runtime.work() as work:
            return start_attempt(
                work,
                academy_id=leila.academy_id,
                learner_id=leila.learner_id,
                course_key=COURSE_KEY,
                quiz_key="practice-set",
            ).attempt_uuid

    uuids = at_once(*[start] * 6)
    assert len(set(uuids)) == 1
    assert len(rows(runtime, Attempt)) == 1
    assert len(rows(runtime, AttemptCase)) == 10


# --- answering --------------------------------------------------------------------------------------


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


def test_an_answer_is_saved_and_resumed(visitor: Visitor, practice: str, runtime: Runtime) -> None:
    first_line = rows_of_case(runtime)[0]
    answer = autosave(visitor, practice, 1, action="postpone", flag=first_line, interval_weeks="3")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["revision"] == 1
    assert answer.json["saved_at"].endswith("+00:00")
    html = visitor.get(case(practice)).get_data(as_text=True)
    assert f'value="{first_line}" checked' in html
    assert 'value="postpone" checked' in " ".join(html.split())
    assert 'name="interval_weeks" value="3"' in html


def rows_of_case(runtime: Runtime) -> list[str]:
    from quizzes.pinned import pinned_case

    with runtime.reading() as reading:
        row = reading.session.scalars(sa.select(AttemptCase).order_by(AttemptCase.position)).first()
        _protocol, found = pinned_case(reading, row)
        return [statement.id for statement in found.visits[0].statements]


def test_a_replayed_save_gets_the_same_acknowledgement(
    visitor: Visitor, practice: str, runtime: Runtime, clock: FrozenClock
) -> None:
    first = autosave(visitor, practice, 1, action="postpone")
    clock.advance(seconds=5)
    second = autosave(visitor, practice, 1, action="postpone")
    assert first.json == second.json
    assert len(rows(runtime, AnswerLogEntry)) == 1


def test_an_older_save_never_overwrites_a_newer_one(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    autosave(visitor, practice, 5, action="postpone")
    late = autosave(visitor, practice, 4, action="proceed")
    assert late.json is not None
    assert late.json["revision"] == 1
    assert rows(runtime, AttemptCase)[0].answer == {"action": "postpone"}


def test_between_tabs_the_later_save_wins_and_both_stay_in_the_log(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    autosave(visitor, practice, 9, action="postpone")
    autosave(visitor, practice, 1, tab="tab-2", action="do_not_treat")
    assert rows(runtime, AttemptCase)[0].answer == {"action": "do_not_treat"}
    assert [entry.answer["action"] for entry in rows(runtime, AnswerLogEntry)] == ["postpone", "do_not_treat"]
    assert [entry.sequence for entry in rows(runtime, AnswerLogEntry)] == [1, 2]


@pytest.mark.usefixtures("any_database")
def test_saves_at_once_are_all_logged_in_sequence(
    runtime: Runtime, leila: Person, factories: Factories
) -> None:
    attempt = started(factories.signed_in(leila), PRACTICE)
    browsers = [factories.signed_in(leila) for _ in range(5)]
    answers = at_once(
        *[
            lambda browser=browser, tab=f"tab-{number}": (
                autosave(browser, attempt, 1, tab=tab, action="postpone").status_code
            )
            for number, browser in enumerate(browsers)
        ]
    )
    assert answers == [200] * 5
    assert [entry.sequence for entry in rows(runtime, AnswerLogEntry)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"sessions": "many"}, "sessions"),
        ({"action": "maybe"}, "action"),
        ({"tab": ""}, None),
        ({"revision": "x"}, None),
    ],
)
def test_a_malformed_save_is_a_problem_document(
    visitor: Visitor, practice: str, runtime: Runtime, fields: dict[str, str], named: str | None
) -> None:
    data = {"tab": "tab-1", "revision": "1", **fields}
    answer = visitor.send(f"{case(practice)}/answer", data, headers=JSON)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == 422
    assert named is None or named in answer.json["detail"]
    assert rows(runtime, AnswerLogEntry) == []


def test_a_save_without_token_is_refused_as_a_lapsed_sign_in(visitor: Visitor, practice: str) -> None:
    answer = visitor.post(f"{case(practice)}/answer", data={"tab": "a", "revision": "1"}, headers=JSON)
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"


def test_save_and_exit_works_without_script(visitor: Visitor, practice: str, runtime: Runtime) -> None:
    page = visitor.get(case(practice))
    answer = visitor.submit(page, action="postpone", intent="exit")
    assert answer.status_code == 303
    assert answer.location == practice
    assert rows(runtime, AttemptCase)[0].answer == {"action": "postpone"}
    assert "Begun, saved" in visible_text(visitor.get(practice))


def test_a_plain_form_to_the_save_address_goes_to_the_overview(visitor: Visitor, practice: str) -> None:
    answer = visitor.send(f"{case(practice)}/answer", {"action": "postpone"}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.location) == (303, practice)


def test_going_back_and_sending_the_form_again_counts(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    page = visitor.get(case(practice))
    visitor.submit(page, action="postpone", intent="exit")
    visitor.submit(page, action="do_not_treat", intent="exit")
    assert rows(runtime, AttemptCase)[0].answer == {"action": "do_not_treat"}


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
    assert "fill this in, because you treat today" in text
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
    assert "Next case" in text
    assert visitor.get(case(practice)).location == answer.location


def test_a_result_before_the_decision_leads_to_the_case(visitor: Visitor, practice: str) -> None:
    answer = visitor.get(f"{case(practice)}/result")
    assert (answer.status_code, answer.location) == (303, case(practice))


def test_a_second_decision_changes_nothing(visitor: Visitor, practice: str, runtime: Runtime) -> None:
    commit(visitor, practice)
    before = rows(runtime, AttemptCase)[0]
    again = commit(visitor, practice, action="proceed", certainty="1")
    after = rows(runtime, AttemptCase)[0]
    assert again.location == f"{case(practice)}/result"
    assert (after.answer, after.grade, after.committed_at) == (
        before.answer,
        before.grade,
        before.committed_at,
    )


def test_saving_after_the_decision_is_a_conflict_but_a_replay_is_acknowledged(
    visitor: Visitor, practice: str
) -> None:
    first = autosave(visitor, practice, 1, action="postpone")
    commit(visitor, practice)
    late = autosave(visitor, practice, 2, action="proceed")
    assert late.status_code == 409
    assert late.json is not None
    assert "already submitted your decision" in late.json["detail"]
    assert autosave(visitor, practice, 1, action="postpone").json == first.json


def test_the_last_practice_decision_closes_the_attempt(
    visitor: Visitor, practice: str, graded: list[AttemptGraded], runtime: Runtime
) -> None:
    decide_all(visitor, practice, 10)
    assert [event.quiz_key for event in graded] == ["practice-set"]
    attempt = rows(runtime, Attempt)[0]
    assert (attempt.state, attempt.score) == ("submitted", graded[0].score)
    assert "You scored" in visible_text(visitor.get(practice))


def test_an_unsafe_and_certain_decision_is_named_first(visitor: Visitor, exam: str) -> None:
    treat = {
        "action": "proceed",
        "interval_weeks": "3",
        "sessions": "4",
        "maintenance_months": "4",
        **{f"depth_{end}_mm__{zone}": "1" for end in ("from", "to") for zone in ZONES},
    }
    for position in range(1, 9):
        assert commit(visitor, exam, position, **treat).status_code == 303
    visitor.submit(visitor.get(exam))
    overview = visible_text(visitor.get(exam))
    assert "Not yet: safety error" in overview
    assert overview.index("Confident and unsafe:") < overview.index("You scored")
    results = [visible_text(visitor.get(f"{case(exam, position)}/result")) for position in range(1, 9)]
    unsafe = [text for text in results if "Confident and unsafe" in text]
    assert unsafe
    for text in unsafe:
        assert text.index("Confident and unsafe") < text.index("Decision and plan")
        assert "At least required:" in text


ZONES = ("hairline", "temples", "part_line", "midscalp", "crown")


# --- exams ------------------------------------------------------------------------------------------


def test_an_exam_keeps_results_back_until_it_is_submitted(visitor: Visitor, exam: str) -> None:
    answer = commit(visitor, exam)
    assert answer.location == case(exam, 2)
    refused = visitor.get(f"{case(exam)}/result")
    assert refused.status_code == 403
    assert "after you have submitted it" in visible_text(refused)
    assert visitor.get(case(exam)).location == exam
    assert "1 of 8 cases decided" in visible_text(visitor.get(exam))


def test_submitting_asks_again_while_cases_remain(
    visitor: Visitor, exam: str, graded: list[AttemptGraded]
) -> None:
    commit(visitor, exam)
    page = visitor.submit(visitor.get(exam))
    assert page.status_code == 422
    assert "Some cases have no decision yet." in visible_text(page)
    assert graded == []
    answer = visitor.submit(page, confirm="y")
    assert (answer.status_code, answer.location) == (303, exam)
    assert len(graded) == 1
    assert visitor.get(f"{case(exam)}/result").status_code == 200
    assert "No decision was made" in visible_text(visitor.get(f"{case(exam, 2)}/result"))


def test_a_repeated_submit_changes_nothing(
    visitor: Visitor, exam: str, graded: list[AttemptGraded], clock: FrozenClock, runtime: Runtime
) -> None:
    decide_all(visitor, exam, 8)
    visitor.submit(visitor.get(exam))
    before = rows(runtime, Attempt)[0].closed_at
    clock.advance(minutes=1)
    assert visitor.send(f"{exam}/submit").status_code == 303
    assert len(graded) == 1
    assert rows(runtime, Attempt)[0].closed_at == before


@pytest.mark.usefixtures("any_database")
def test_submits_at_once_grade_once(
    runtime: Runtime, leila: Person, factories: Factories, graded: list[AttemptGraded]
) -> None:
    attempt = started(factories.signed_in(leila), EXAM)
    uuid = UUID(attempt.rsplit("/", 1)[1])

    def submit() -> None:
        with runtime.work() as work:
            submit_attempt(work, attempt_uuid=uuid, academy_id=leila.academy_id, learner_id=leila.learner_id)

    assert at_once(*[submit] * 6) == [None] * 6
    assert len(graded) == 1


# --- the deadline -----------------------------------------------------------------------------------


def test_a_save_after_the_deadline_closes_the_attempt(
    visitor: Visitor, exam: str, clock: FrozenClock, graded: list[AttemptGraded], runtime: Runtime
) -> None:
    autosave(visitor, exam, 1, action="postpone", escalation="none", certainty="3")
    clock.advance(minutes=60)
    late = autosave(visitor, exam, 2, action="proceed")
    assert late.status_code == 409
    assert late.json is not None
    assert "time for this attempt is over" in late.json["detail"]
    attempt = rows(runtime, Attempt)[0]
    assert attempt.state == "closed_by_deadline"
    assert attempt.closed_at == attempt.deadline_at
    assert rows(runtime, AttemptCase)[0].grade["decisions"][1]["given"] == "postpone"
    assert len(graded) == 1


def test_one_second_before_the_deadline_still_counts(visitor: Visitor, exam: str, clock: FrozenClock) -> None:
    clock.advance(minutes=59, seconds=59)
    assert autosave(visitor, exam, 1, action="postpone").status_code == 200


@pytest.mark.parametrize("page", ["", "/cases/1", "/cases/1/result"])
def test_reading_after_the_deadline_closes_the_attempt(
    visitor: Visitor, exam: str, clock: FrozenClock, graded: list[AttemptGraded], page: str
) -> None:
    clock.advance(minutes=61)
    answer = visitor.get(f"{exam}{page}", follow_redirects=True)
    assert answer.status_code == 200
    assert len(graded) == 1
    assert "The time was over" in visible_text(visitor.get(exam))


def test_the_start_page_after_the_deadline_offers_the_next_attempt(
    visitor: Visitor, exam: str, clock: FrozenClock
) -> None:
    clock.advance(minutes=61)
    text = visible_text(visitor.get(EXAM))
    assert "Start attempt" in text
    assert "2 attempts left" in text
    assert started(visitor, EXAM) != exam


def test_deciding_and_submitting_after_the_deadline_are_conflicts(
    visitor: Visitor, exam: str, clock: FrozenClock, graded: list[AttemptGraded]
) -> None:
    clock.advance(minutes=61)
    late = commit(visitor, exam)
    assert late.status_code == 409
    assert "The time for this attempt is over." in visible_text(late)
    assert visitor.send(f"{exam}/submit").status_code == 303
    assert len(graded) == 1


def test_the_worker_closes_what_nobody_looks_at(
    exam: str, clock: FrozenClock, graded: list[AttemptGraded], runtime: Runtime
) -> None:
    with runtime.work() as work:
        assert close_overdue_attempts(work) == 0
    clock.advance(minutes=60)
    with runtime.work() as work:
        assert close_overdue_attempts(work) == 1
    with runtime.work() as work:
        assert close_overdue_attempts(work) == 0
    assert [str(event.attempt_uuid) for event in graded] == [exam.rsplit("/", 1)[1]]


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
        1,
        10,
        None,
    )


def test_a_new_edition_changes_nothing_for_an_attempt_that_runs(
    visitor: Visitor, practice: str, factories: Factories, runtime: Runtime, tmp_path: Path
) -> None:
    folder = copy_course(tmp_path)
    path = folder / "cases" / "c01-crown-thinning.yaml"
    (line, *_rest) = rows_of_case(runtime)
    old = visible_text(visitor.get(case(practice)))
    replace_in(path, "title: Crown thinning in a healthy man", "title: Another title")
    path.write_text(path.read_text(encoding="utf-8").replace("Hay fever", "Pollen trouble"), encoding="utf-8")
    replace_in(folder / "quizzes" / "practice-set.yaml", "pass_mark_percent: 70", "pass_mark_percent: 100")
    factories.publish(folder)
    assert visible_text(visitor.get(case(practice))) == old
    decide_all(visitor, practice, 10)
    assert "the pass mark is 70" in visible_text(visitor.get(practice))
    assert "100 % and no safety error" in visible_text(visitor.get(PRACTICE))
    second = started(visitor, PRACTICE)
    assert "Pollen trouble" in visible_text(visitor.get(case(second)))
    assert line in visitor.get(case(second)).get_data(as_text=True)


def test_a_refused_start_leaves_nothing_behind(runtime: Runtime, leila: Person) -> None:
    from quizzes.events import AttemptStarting

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
