"""Finding a visit of a wanted kind in attempts whose cases are drawn anew each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quizzes.cases.model import Case, Visit
from quizzes.grading.answers import read_answer
from quizzes.grading.grade import grade_visit
from quizzes.grading.result import VisitGrade
from quizzes.interactions.contract import Posed, Task
from quizzes.protocols.model import Protocol
from tests.browser.sites import Site
from tests.support.journeys import (
    Fields,
    answer_exam,
    case_address,
    right_answer_at,
    seats_of,
    shown_at,
    start_quiz,
)
from tests.support.learners import Answering, careless, fields_by, perfect
from tests.support.visitor import Values, Visitor

MOST_ROUNDS = 24
"""Practice draws first what was met least: two rounds hold every case, and a few more any three together."""
SEE_OTHER = 303
PRACTICE = "practice-set"


@dataclass(frozen=True, slots=True)
class Asked:
    """A visit as an attempt poses it, for the wishes below."""

    protocol: Protocol
    case: Case
    visit: Visit
    regardless: Fields
    """What somebody answers who knows everything and treats all the same."""

    @property
    def kinds(self) -> list[str]:
        """The kinds of its tasks in the order of the page."""
        return [task.kind for task in self.visit.tasks]


Wish = Callable[[Asked], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """A place in an attempt."""

    attempt: str
    position: int
    visit: int

    @property
    def address(self) -> str:
        """The address of its page."""
        return case_address(self.attempt, self.position, self.visit)


def asks(kind: str) -> Wish:
    """Wish for a visit with a task of a kind."""
    return lambda posed: kind in posed.kinds


def asks_many(posed: Asked) -> bool:
    """Wish for a choice of several answers."""
    return any(task.kind == "choice" and task.body.select == "many" for task in posed.visit.tasks)


def is_plain(posed: Asked) -> bool:
    """Wish for the only visit of a case, with the standard tasks alone."""
    return len(posed.case.visits) == 1 and sorted(posed.kinds) == ["decide", "plan", "spot"]


def is_any(posed: Asked) -> bool:
    """Wish for any first visit."""
    return posed.visit.number == 1


def is_contested(posed: Asked) -> bool:
    """Wish for a first visit of a case on which experts differ."""
    return posed.case.contested and posed.visit.number == 1


def is_later(posed: Asked) -> bool:
    """Wish for a visit after the first one."""
    return posed.visit.number > 1


def is_treated(posed: Asked) -> bool:
    """Wish for an uncontested first visit whose key treats, with a line to flag, so that all is asked."""
    if is_contested(posed) or posed.visit.number > 1:
        return False
    treats = _grade(posed).key.action.treats
    return _has_signal(posed) and treats and {"spot", "decide", "plan"} <= {*posed.kinds}


def is_dangerous(posed: Asked) -> bool:
    """Wish for the only visit of somebody whom no one may treat today, so that treating is a safety error."""
    return len(posed.case.visits) == 1 and is_dangerous_at_first(posed)


def is_dangerous_at_first(posed: Asked) -> bool:
    """Wish for the first visit of somebody whom no one may treat that day."""
    if posed.visit.number > 1 or not _has_signal(posed):
        return False
    grade = _grade(posed)
    return bool(grade.safety_errors) and not grade.key.action.treats


def _has_signal(posed: Asked) -> bool:
    return any(statement.counts_as == "signal" for statement in posed.visit.statements)


def _grade(posed: Asked) -> VisitGrade:
    answer = read_answer(posed.visit, posed.regardless)
    return grade_visit(posed.protocol, posed.case, posed.visit.number - 1, answer)


def posed_at(site: Site, attempt: str, position: int, visit: int = 1) -> Asked:
    """Return a visit of an attempt as the wishes look at it."""
    _mode, protocol, case = shown_at(site.runtime, attempt, position, visit)
    regardless = answer_by(site, Found(attempt, position, visit), treating)
    return Asked(protocol, case, case.visits[visit - 1], regardless)


def places_of(site: Site, attempt: str, wish: Wish) -> list[Found]:
    """Return every visit of an attempt that a wish fits, in the order of the attempt."""
    return [
        Found(attempt, seat.position, seat.visit)
        for seat in seats_of(site.runtime, attempt)
        if wish(posed_at(site, attempt, seat.position, seat.visit))
    ]


def find(site: Site, visitor: Visitor, *wishes: Wish, quiz: str = PRACTICE) -> list[Found]:
    """Start attempts until one holds a case of its own for each wish; return the places in that attempt."""
    for _round in range(MOST_ROUNDS):
        attempt = start_quiz(visitor, quiz)
        found: list[Found] = []
        for wish in wishes:
            taken = {place.position for place in found}
            fitting = [one for one in places_of(site, attempt, wish) if one.position not in taken]
            found += fitting[:1]
        if len(found) == len(wishes):
            return found
        assert visitor.send(f"{attempt}/submit", {"confirm": "y"}).status_code == SEE_OTHER
    message = f"none of {MOST_ROUNDS} attempts at {quiz} holds what is wanted"
    raise AssertionError(message)


def reach(site: Site, visitor: Visitor, *wishes: Wish) -> list[Found]:
    """Find places in a practice, and decide the visits before each of them rightly."""
    found = find(site, visitor, *wishes)
    for place in found:
        for earlier in range(1, place.visit):
            decide_rightly(site, visitor, Found(place.attempt, place.position, earlier))
    return found


def decide_rightly(site: Site, visitor: Visitor, place: Found, **other: str | list[str]) -> None:
    """Decide a visit with the right answer, but for the fields given."""
    answer = right_answer_at(site.runtime, place.attempt, place.position, place.visit)
    decide(visitor, place, {**answer, **other})


def decide(visitor: Visitor, place: Found, fields: Values) -> None:
    """Decide a visit of a practice."""
    answer = visitor.send(place.address, fields)
    assert answer.status_code == SEE_OTHER, answer.get_data(as_text=True)[:2000]


def treating(task: Task, posed: Posed) -> dict[str, Any]:
    """Answer rightly, but treat today and tell nobody."""
    answering = careless if task.key in {"decide", "plan"} else perfect
    return answering(task, posed)


def answer_by(site: Site, place: Found, answering: Answering) -> Fields:
    """Return what somebody answers to a visit who answers each task in one manner."""
    return fields_by(site.runtime, place.attempt, place.position, place.visit, answering)


def take_exam_failing_on_safety_alone(site: Site, visitor: Visitor) -> str:
    """Take the final assessment rightly, but treat two people whom it would harm; return the attempt."""
    attempt = start_quiz(visitor, "final-assessment")
    treated = places_of(site, attempt, is_dangerous)[:2]
    assert len(treated) == 2
    for seat in seats_of(site.runtime, attempt):
        place = Found(attempt, seat.position, seat.visit)
        answering = treating if place in treated else perfect
        answer_exam(visitor, place.address, answer_by(site, place, answering))
    assert visitor.send(f"{attempt}/submit").status_code == SEE_OTHER
    return attempt
