"""Joining a course, reading its lessons, what is locked and why, and completing it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from courses.events import CourseCompleted
from lms.core.errors import Conflict, NotFound
from lms.core.runtime import Runtime
from quizzes.service.starting import start_attempt
from tests.support.clock import FrozenClock
from tests.support.course_taking import course_of, do_lessons, grade_attempt, join, minutes_of
from tests.support.people import COURSE_FOLDER, COURSE_KEY, Factories, Person
from tests.support.visitor import Visitor, read_forms, visible_text

COURSE = f"/courses/{COURSE_KEY}"
BEFORE, FIRST, AFTER = (
    "what-hair-loss-does-to-people",
    "from-puncture-to-follicle",
    "channels-carry-good-and-bad",
)
SECOND_MODULE = "patterns-that-are-not-yours-to-treat"

pytestmark = pytest.mark.usefixtures("course")


@pytest.fixture
def leila(factories: Factories) -> Person:
    return factories.person(name="Leila Haddad")


@pytest.fixture
def visitor(factories: Factories, leila: Person) -> Visitor:
    return factories.signed_in(leila)


@pytest.fixture
def joined(runtime: Runtime, leila: Person) -> Person:
    join(runtime, leila)
    return leila


@pytest.fixture
def completions(runtime: Runtime) -> list[CourseCompleted]:
    seen: list[CourseCompleted] = []
    runtime.workshop.events.subscribe(CourseCompleted, lambda _work, event: seen.append(event))
    return seen


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    """Collect the statements that run within the block."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            statements.append(statement)

    engine = runtime.workshop.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_a_course_says_what_it_is_before_anybody_joins(visitor: Visitor) -> None:
    page = visitor.get(COURSE)
    text = visible_text(page)
    assert page.status_code == 200
    assert "Microneedling for hair loss" in text
    assert "Not reviewed by a clinician." in text
    assert "What is and is not covered" in text
    assert "Join this course" in text
    assert "1.2 From puncture to follicle" in text
    assert f'href="{COURSE}/lessons/' not in page.get_data(as_text=True)


def test_joining_opens_the_first_module_and_says_why_the_others_are_locked(visitor: Visitor) -> None:
    answer = visitor.submit(visitor.get(COURSE))
    assert (answer.status_code, answer.location) == (303, COURSE)
    page = visitor.get(COURSE)
    text = visible_text(page)
    assert "0 of 26 lessons done" in text
    assert "Continue: 1.1 What hair loss does to people" in text
    assert "Finish module 1 first." in text
    assert "Finish every lesson first: 26 are left." in text
    assert f'href="{COURSE}/lessons/{FIRST}"' in page.get_data(as_text=True)
    assert f'href="{COURSE}/lessons/{SECOND_MODULE}"' not in page.get_data(as_text=True)


def test_joining_twice_changes_nothing(visitor: Visitor, runtime: Runtime, joined: Person) -> None:
    do_lessons(runtime, joined, FIRST)
    assert visitor.send(f"{COURSE}/enrol").status_code == 303
    assert "1 of 26 lessons done" in visible_text(visitor.get(COURSE))


def test_joining_with_a_stale_page_says_so_and_joins_nobody(visitor: Visitor) -> None:
    answer = visitor.post(f"{COURSE}/enrol", data={"csrf_token": "stale"})
    assert answer.status_code == 422
    assert "This page was open for a long time." in visible_text(answer)
    assert "Join this course" in visible_text(answer)


@pytest.mark.parametrize(
    "path",
    ["/courses/nothing", "/courses/nothing/lessons/blood", f"{COURSE}/lessons/nothing", "/courses/%00"],
)
def test_unknown_courses_and_lessons_are_not_found(visitor: Visitor, joined: Person, path: str) -> None:
    assert visitor.get(path).status_code == 404
    assert visitor.send(f"{path}/done" if "lessons" in path else f"{path}/enrol").status_code == 404


def test_somebody_who_is_not_signed_in_is_sent_to_sign_in_and_back(client: Visitor) -> None:
    for path in (COURSE, f"{COURSE}/lessons/{FIRST}"):
        answer = client.get(path)
        assert answer.status_code in {302, 303}
        assert answer.location.startswith("/sign-in?next=")


def test_a_lesson_shows_all_its_parts(visitor: Visitor, joined: Person) -> None:
    page = visitor.get(f"{COURSE}/lessons/{FIRST}")
    html, text = page.get_data(as_text=True), visible_text(page)
    assert page.status_code == 200
    parts = [
        "After this lesson you can",
        "Key points",
        "Knowledge check",
        "Sources",
        "Mark done and continue",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert html.count("<h1") == 1
    assert '<svg class="figure-drawing"' in html
    assert "Description of the figure" in text
    assert '<sup class="cite"><a href="#source-1" aria-label="Source 1">1</a></sup>' in html
    assert '<li id="source-1">' in html
    assert "Article, section S01" in text
    assert "Not reviewed by a clinician." in text
    assert "That is the best answer." in text
    assert "0 of 26 done" in text
    assert 'aria-current="page"' in html


def test_every_lesson_can_be_read_once_it_is_open(visitor: Visitor, runtime: Runtime, joined: Person) -> None:
    for key in course_of(runtime, joined).lesson_keys:
        page = visitor.get(f"{COURSE}/lessons/{key}")
        assert page.status_code == 200, key
        assert "style=" not in page.get_data(as_text=True)
        assert visitor.submit(page, to="/done").status_code == 303
    assert "26 of 26 lessons done" in visible_text(visitor.get(COURSE))


def test_marking_a_lesson_done_leads_to_the_next_one(visitor: Visitor, joined: Person) -> None:
    answer = visitor.submit(visitor.get(f"{COURSE}/lessons/{FIRST}"), to="/done")
    assert (answer.status_code, answer.location) == (303, f"{COURSE}/lessons/{AFTER}")
    text = visible_text(visitor.get(answer.location))
    assert "1 of 26 done" in text
    assert "From puncture to follicle (Done)" in text


def test_going_back_to_a_done_lesson_offers_to_continue(
    visitor: Visitor, runtime: Runtime, joined: Person
) -> None:
    do_lessons(runtime, joined, FIRST, AFTER)
    page = visitor.get(f"{COURSE}/lessons/{FIRST}")
    assert "Mark done" not in visible_text(page)
    assert visitor.submit(page, to="/done").location == f"{COURSE}/lessons/{BEFORE}"


def test_after_the_last_lesson_the_course_offers_the_assessment(
    visitor: Visitor, runtime: Runtime, joined: Person
) -> None:
    *most, last = course_of(runtime, joined).lesson_keys
    do_lessons(runtime, joined, *most)
    answer = visitor.submit(visitor.get(f"{COURSE}/lessons/{last}"), to="/done")
    assert answer.location == COURSE
    page = visitor.get(COURSE)
    assert "Finish every lesson first" not in visible_text(page)
    assert f'href="/quizzes/{COURSE_KEY}/final-assessment"' in page.get_data(as_text=True)


def test_a_locked_lesson_says_why_and_leads_to_what_comes_first(visitor: Visitor, joined: Person) -> None:
    page = visitor.get(f"{COURSE}/lessons/blood")
    assert page.status_code == 403
    text = visible_text(page)
    assert "“Blood” is still locked" in text
    assert "Finish module 2 first." in text
    assert "Continue with 1.1 What hair loss does to people" in text
    assert f'href="{COURSE}/lessons/{BEFORE}"' in page.get_data(as_text=True)
    assert "haemophilia" not in text


def test_a_locked_lesson_cannot_be_marked_done(visitor: Visitor, joined: Person) -> None:
    answer = visitor.send(f"{COURSE}/lessons/blood/done")
    assert answer.status_code == 409
    assert "Finish module 2 first." in visible_text(answer)
    assert "0 of 26 lessons done" in visible_text(visitor.get(COURSE))


def test_lessons_are_for_people_on_the_course(visitor: Visitor) -> None:
    page = visitor.get(f"{COURSE}/lessons/{FIRST}")
    assert page.status_code == 403
    assert "Join the course first" in visible_text(page)
    answer = visitor.send(f"{COURSE}/lessons/{FIRST}/done")
    assert answer.status_code == 409
    assert "You have not joined this course yet." in visible_text(answer)


def test_marking_done_with_a_stale_page_shows_the_lesson_again(visitor: Visitor, joined: Person) -> None:
    answer = visitor.post(f"{COURSE}/lessons/{FIRST}/done", data={"csrf_token": "stale"})
    assert answer.status_code == 422
    assert "This page was open for a long time." in visible_text(answer)
    assert any(form.action.endswith("/done") for form in read_forms(answer))
    assert "0 of 26 lessons done" in visible_text(visitor.get(COURSE))


def test_everybody_has_a_progress_of_their_own(
    factories: Factories, runtime: Runtime, joined: Person
) -> None:
    do_lessons(runtime, joined, FIRST)
    other = factories.person()
    join(runtime, other)
    assert "0 of 26 lessons done" in visible_text(factories.signed_in(other).get(COURSE))


def test_one_continues_where_one_was_last(visitor: Visitor, runtime: Runtime, joined: Person) -> None:
    do_lessons(runtime, joined, BEFORE, FIRST)
    visitor.get(f"{COURSE}/lessons/six-claims-read-critically")
    assert "Continue: 1.4 Six claims, read critically" in visible_text(visitor.get(COURSE))


def test_a_lesson_page_takes_four_statements_at_most(
    visitor: Visitor, runtime: Runtime, joined: Person
) -> None:
    address = f"{COURSE}/lessons/{FIRST}"
    visitor.get(address)
    with counted(runtime) as statements:
        assert visitor.get(address).status_code == 200
    assert len(statements) <= 4, statements


def test_a_new_edition_of_a_lesson_shows_at_once(
    visitor: Visitor, factories: Factories, joined: Person, tmp_path: Path
) -> None:
    address = f"{COURSE}/lessons/{FIRST}"
    assert "A sentence that is new." not in visible_text(visitor.get(address))
    folder = tmp_path / COURSE_KEY
    shutil.copytree(COURSE_FOLDER, folder)
    lesson = folder / "lessons" / f"{FIRST}.md"
    lesson.write_text(lesson.read_text(encoding="utf-8") + "\n\nA sentence that is new.\n", encoding="utf-8")
    factories.publish(folder)
    assert "A sentence that is new." in visible_text(visitor.get(address))


def test_scripts_in_a_lesson_come_out_inert(
    visitor: Visitor, factories: Factories, joined: Person, tmp_path: Path
) -> None:
    folder = tmp_path / COURSE_KEY
    shutil.copytree(COURSE_FOLDER, folder)
    lesson = folder / "lessons" / f"{FIRST}.md"
    attack = (
        "\n\n<script>alert(1)</script><iframe src=javascript:alert(2)></iframe>"
        '<p onclick="alert(3)">Read on. <a href="javascript:alert(4)">There</a></p>'
        "\n\n[x](javascript:alert(5))\n"
    )
    objective = 'objectives:\n  - "<img src=x onerror=alert(6)>"\n'
    text = lesson.read_text(encoding="utf-8").replace("objectives:\n", objective, 1)
    lesson.write_text(text + attack, encoding="utf-8")
    factories.publish(folder)
    html = visitor.get(f"{COURSE}/lessons/{FIRST}").get_data(as_text=True)
    article = html[html.index("<article ") : html.index("</article>")]
    assert "Read on." in article
    assert "&lt;img src=x onerror=alert(6)&gt;" in article
    for harm in ("<script", "<iframe", "onclick", "<img", 'href="javascript:'):
        assert harm not in article


def start(runtime: Runtime, person: Person, quiz_key: str) -> None:
    with runtime.work() as work:
        start_attempt(
            work,
            academy_id=person.academy_id,
            learner_id=person.learner_id,
            course_key=COURSE_KEY,
            quiz_key=quiz_key,
        )


def test_the_assessment_waits_for_the_lessons(runtime: Runtime, joined: Person) -> None:
    with pytest.raises(Conflict, match="Finish every lesson first: 26 are left"):
        start(runtime, joined, "final-assessment")
    do_lessons(runtime, joined)
    start(runtime, joined, "final-assessment")


def test_the_practice_set_is_open_to_everybody_on_the_course(runtime: Runtime, leila: Person) -> None:
    with pytest.raises(Conflict, match="You have not joined this course yet"):
        start(runtime, leila, "practice-set")
    join(runtime, leila)
    start(runtime, leila, "practice-set")


def test_a_quiz_that_the_course_does_not_use_cannot_be_started(runtime: Runtime, joined: Person) -> None:
    with pytest.raises(NotFound):
        start(runtime, joined, "nothing")


def test_an_attempt_under_way_can_be_resumed_from_the_course(
    visitor: Visitor, runtime: Runtime, joined: Person
) -> None:
    start(runtime, joined, "practice-set")
    page = visitor.get(COURSE)
    assert "Resume" in visible_text(page)
    assert 'href="/attempts/' in page.get_data(as_text=True)


@pytest.mark.usefixtures("any_database")
def test_lessons_and_then_the_assessment_complete_the_course_once(
    runtime: Runtime, joined: Person, completions: list[CourseCompleted], clock: FrozenClock
) -> None:
    do_lessons(runtime, joined)
    assert completions == []
    moment = clock.advance(hours=2)
    attempt_uuid = grade_attempt(runtime, joined, quiz_key="final-assessment", score=87.5)
    (event,) = completions
    assert (event.attempt_uuid, event.score, event.completed_at) == (attempt_uuid, 87.5, moment)
    assert (event.learner_id, event.academy_id, event.course_key) == (
        joined.learner_id,
        joined.academy_id,
        COURSE_KEY,
    )
    assert event.minutes == minutes_of(runtime, joined)
    grade_attempt(runtime, joined, quiz_key="final-assessment", score=99.0)
    do_lessons(runtime, joined, FIRST)
    assert len(completions) == 1


@pytest.mark.usefixtures("any_database")
def test_the_assessment_and_then_the_last_lesson_complete_the_course_once(
    runtime: Runtime, joined: Person, completions: list[CourseCompleted]
) -> None:
    *most, last = course_of(runtime, joined).lesson_keys
    do_lessons(runtime, joined, *most)
    grade_attempt(runtime, joined, quiz_key="final-assessment", score=80.0)
    best = grade_attempt(runtime, joined, quiz_key="final-assessment", score=95.0)
    grade_attempt(runtime, joined, quiz_key="final-assessment", score=60.0, passed=False)
    assert completions == []
    do_lessons(runtime, joined, last)
    do_lessons(runtime, joined, last)
    assert [(event.attempt_uuid, event.score) for event in completions] == [(best, 95.0)]


def test_neither_practice_nor_a_failed_assessment_completes_a_course(
    runtime: Runtime, joined: Person, completions: list[CourseCompleted]
) -> None:
    do_lessons(runtime, joined)
    grade_attempt(runtime, joined, quiz_key="practice-set", score=100.0)
    grade_attempt(runtime, joined, quiz_key="final-assessment", score=60.0, passed=False)
    assert completions == []


def test_a_completed_course_says_so_and_leads_to_the_certificate(
    visitor: Visitor, runtime: Runtime, joined: Person
) -> None:
    do_lessons(runtime, joined)
    grade_attempt(runtime, joined, quiz_key="final-assessment", score=87.5)
    text = visible_text(visitor.get(COURSE))
    assert "You completed this course on 1 March 2027." in text
    assert "Best score: 87 %" in text
