"""The pages of attempts: cases of every shape, reviews, results, what follows, and what instructors see."""

from __future__ import annotations

from typing import Any

from quizzes.interactions.contract import Posed, Task
from tests.browser.finding import (
    Found,
    answer_by,
    asks,
    asks_many,
    decide,
    decide_rightly,
    find,
    is_any,
    is_contested,
    is_dangerous,
    is_later,
    is_plain,
    is_treated,
    places_of,
    reach,
    take_exam_failing_on_safety_alone,
    treating,
)
from tests.browser.player import attempt_in
from tests.browser.scene import Scene
from tests.browser.sites import Site
from tests.support.journeys import answer_exam, enrol, read_all_lessons, right_answer_at, seats_of, start_quiz
from tests.support.learners import STANDARD, careless, first_on_offer, perfect, take_exam
from tests.support.people import COURSE_KEY, Person
from tests.support.visitor import Visitor

EXAM = "final-assessment"
EXAM_PAGE = f"/quizzes/{COURSE_KEY}/{EXAM}"
SEE_OTHER = 303


def attempt_scenes(site: Site) -> list[Scene]:
    """Bring attempts into all their states, and return the pages that show them."""
    return [
        *_practising(site),
        *_further_questions(site),
        *_later_visits(site),
        *_practised(site),
        *_examined(site),
        *_failed(site),
        *_putting_safety_right(site),
    ]


def _learner(site: Site) -> tuple[Visitor, Person]:
    person = site.factories.person(name="Test Trainee")
    visitor = site.factories.signed_in(person)
    enrol(visitor)
    return visitor, person


def _graduate(site: Site) -> tuple[Visitor, Person]:
    """Return somebody who has done every lesson, so that the assessment is open."""
    visitor, person = _learner(site)
    read_all_lessons(site.runtime, visitor)
    return visitor, person


def _practising(site: Site) -> list[Scene]:
    """Return the pages of somebody in the middle of a practice set."""
    visitor, person = _graduate(site)
    right, begun, fresh = find(site, visitor, is_plain, is_treated, is_any)
    decide_rightly(site, visitor, right)
    hasty, careless_person = _learner(site)
    (refused,) = find(site, hasty, is_treated)
    answer = right_answer_at(site.runtime, begun.attempt, begun.position)
    visitor.send(begun.address, {**answer, "certainty": [], "intent": "exit"})
    typed = {"action": "proceed", "sessions": "2.5"}
    return [
        Scene("home-practising", "/", person),
        Scene("course-all-lessons-done", f"/courses/{COURSE_KEY}", person),
        Scene("lesson-figures", f"/courses/{COURSE_KEY}/lessons/depth", person),
        Scene("attempt-open", right.attempt, person),
        Scene("case", fresh.address, person),
        Scene("case-begun", begun.address, person),
        Scene("case-refused", refused.address, careless_person, 422, typed),
        Scene("result-right", f"{right.address}/result", person),
    ]


def _further_questions(site: Site) -> list[Scene]:
    """Return cases with each kind of further question, as asked and as answered."""
    scenes: list[Scene] = []
    for kind, wish in (("choice", asks_many), ("ordering", asks("ordering")), ("number", asks("number"))):
        visitor, person = _learner(site)
        (asked,) = reach(site, visitor, wish)
        scenes.append(Scene(f"case-{kind}", asked.address, person))
        visitor, person = _learner(site)
        (asked,) = reach(site, visitor, wish)
        decide(visitor, asked, {**answer_by(site, asked, _off_the_mark), "certainty": "1"})
        scenes.append(Scene(f"result-{kind}", f"{asked.address}/result", person))
    return scenes


def _off_the_mark(task: Task, posed: Posed) -> dict[str, Any]:
    """Answer the standard tasks rightly, and further questions with what is offered first."""
    return (perfect if task.key in STANDARD else first_on_offer)(task, posed)


def _later_visits(site: Site) -> list[Scene]:
    """Return a case at its second visit, the overview then, and the result of that visit."""
    visitor, person = _learner(site)
    (asked,) = reach(site, visitor, is_later)
    decided, other = _learner(site)
    (done,) = reach(site, decided, is_later)
    decide_rightly(site, decided, done)
    return [
        Scene("case-later-visit", asked.address, person),
        Scene("attempt-between-visits", asked.attempt, person),
        Scene("result-first-of-several", f"{Found(asked.attempt, asked.position, 1).address}/result", person),
        Scene("result-later-visit", f"{done.address}/result", other),
    ]


def _practised(site: Site) -> list[Scene]:
    """Return unsafe and contested results, and a practice set that was handed in half done."""
    visitor, person = _learner(site)
    unsafe, contested, undecided = find(site, visitor, is_dangerous, is_contested, is_any)
    for place in (unsafe, contested):
        decide(visitor, place, {**answer_by(site, place, treating), "certainty": "3"})
    assert visitor.send(f"{unsafe.attempt}/submit", {"confirm": "y"}).status_code == SEE_OTHER
    return [
        Scene("result-unsafe", f"{unsafe.address}/result", person),
        Scene("result-contested", f"{contested.address}/result", person),
        Scene("result-undecided", f"{undecided.address}/result", person),
        Scene("attempt-practised", unsafe.attempt, person),
    ]


def _examined(site: Site) -> list[Scene]:
    """Return the pages of somebody in the middle of an assessment."""
    visitor, person = _graduate(site)
    attempt = start_quiz(visitor, EXAM)
    first, second, third = [Found(attempt, position, 1) for position in (1, 2, 3)]
    answer_exam(visitor, first.address, right_answer_at(site.runtime, attempt, 1))
    for place, answering in ((second, perfect), (third, careless)):
        given = answer_by(site, place, answering)
        assert visitor.send(place.address, given).location == f"{place.address}/review"
    return [
        Scene("exam-open", attempt, person),
        Scene("exam-unconfirmed", attempt, person, 422, {}),
        Scene("exam-case", Found(attempt, 4, 1).address, person),
        Scene("exam-review", f"{second.address}/review", person),
        Scene("exam-review-nothing-flagged", f"{third.address}/review", person),
        Scene("quiz-resume", EXAM_PAGE, person),
    ]


def _failed(site: Site) -> list[Scene]:
    """Return an assessment that was failed in every way, and an instructor's pages about it."""
    visitor, person = _graduate(site)
    attempt = start_quiz(visitor, EXAM)
    unsafe = places_of(site, attempt, is_dangerous)[0]
    take_exam(site.runtime, visitor, attempt, careless)
    later = next(
        Found(attempt, seat.position, seat.visit)
        for seat in seats_of(site.runtime, attempt)
        if seat.visit > 1
    )
    instructor, uuid = site.factories.person("instructor"), attempt_in(attempt)
    watched = f"/instructor/attempts/{uuid}"
    return [
        Scene("attempt-failed", attempt, person),
        Scene("attempt-result", f"{unsafe.address}/result", person),
        Scene("quiz-failed", EXAM_PAGE, person),
        Scene("instructor-learner", f"/instructor/learners/{person.uuid}", instructor),
        Scene("instructor-attempt", watched, instructor),
        Scene("instructor-answer", f"/instructor{unsafe.address}", instructor),
        Scene("instructor-answer-later-visit", f"/instructor{later.address}", instructor),
    ]


def _putting_safety_right(site: Site) -> list[Scene]:
    """Return what follows an assessment that failed on safety alone, a person at each step."""
    steps = {step: _graduate(site) for step in ("failed", "practising", "practised", "passed")}
    failed = {
        step: take_exam_failing_on_safety_alone(site, visitor) for step, (visitor, _person) in steps.items()
    }
    practice = ""
    for step in ("practising", "practised", "passed"):
        practice = _start(steps[step][0], failed[step], "remediation")
        if step != "practising":
            _practise(site, steps[step][0], practice)
    form = _start(steps["passed"][0], failed["passed"], "form")
    take_exam(site.runtime, steps["passed"][0], form, perfect)
    person = steps["passed"][1]
    return [
        *(Scene(f"safety-{step}", f"{failed[step]}/safety", steps[step][1]) for step in steps),
        Scene("attempt-failed-on-safety", failed["failed"], steps["failed"][1]),
        Scene("quiz-failed-on-safety", EXAM_PAGE, steps["failed"][1]),
        Scene("attempt-remediation", practice, person),
        Scene("attempt-safety-form", form, person),
        Scene("attempt-put-right", failed["passed"], person),
    ]


def _start(visitor: Visitor, failed: str, step: str) -> str:
    """Start what follows a failed assessment; return the address of the attempt."""
    started = visitor.send(f"{failed}/safety/{step}")
    assert started.status_code == SEE_OTHER, started.get_data(as_text=True)[:2000]
    return str(started.location)


def _practise(site: Site, visitor: Visitor, practice: str) -> None:
    for seat in seats_of(site.runtime, practice):
        decide_rightly(site, visitor, Found(practice, seat.position, seat.visit))
    assert visitor.send(f"{practice}/submit").status_code == SEE_OTHER
