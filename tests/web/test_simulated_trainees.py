"""A careless, a cautious and a perfect trainee take the shipped assessment over HTTP, as people would."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from lms.core.runtime import Runtime
from quizzes.models import Attempt
from tests.support.course_taking import do_lessons, join
from tests.support.journeys import answer_exam, case_address, seats_of, start_quiz
from tests.support.learners import Answering, careless, cautious, fields_by, perfect, take_exam
from tests.support.people import Factories
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

Sit = Callable[[str, Answering], tuple[Visitor, str, Attempt]]


@pytest.fixture
def sit(factories: Factories, runtime: Runtime) -> Sit:
    """Let somebody do the lessons, take the assessment in one manner, and hand it in."""

    def sit(name: str, answering: Answering) -> tuple[Visitor, str, Attempt]:
        person = factories.person(name=name)
        join(runtime, person)
        do_lessons(runtime, person)
        visitor = factories.signed_in(person)
        address = start_quiz(visitor, "final-assessment")
        take_exam(runtime, visitor, address, answering)
        with runtime.reading() as reading:
            found = reading.session.scalars(sa.select(Attempt).where(Attempt.learner_id == person.learner_id))
            return visitor, address, found.one()

    return sit


def test_the_perfect_trainee_passes_and_is_certified(sit: Sit) -> None:
    visitor, address, attempt = sit("Perfect P.", perfect)
    assert (attempt.score, attempt.passed, attempt.confirmed_harms) == (100.0, True, [])
    text = visible_text(visitor.get(address))
    assert "Passed" in text
    assert "No confirmed safety error" in text
    assert re.search(r"PAP-", visitor.get("/certificates").get_data(as_text=True))


def test_the_careless_trainee_fails_on_safety_whatever_else_they_know(sit: Sit) -> None:
    visitor, address, attempt = sit("Careless C.", careless)
    assert (attempt.passed, attempt.safety_failed) == (False, True)
    assert "less_strict" in (attempt.confirmed_harms or [])
    assert attempt.score is not None
    assert attempt.score < 70
    text = visible_text(visitor.get(address))
    assert "Not yet: safety error" in text
    assert text.index("Safety first") < text.index("What went well")
    assert "Confirmed: in two cases or more" in text
    assert "PAP-" not in visitor.get("/certificates").get_data(as_text=True)


def test_the_cautious_trainee_fails_by_overcalling_and_never_on_safety(sit: Sit) -> None:
    visitor, address, attempt = sit("Cautious C.", cautious)
    assert (attempt.passed, attempt.safety_failed, attempt.confirmed_harms) == (False, False, [])
    assert attempt.score is not None
    assert attempt.score < 70
    text = visible_text(visitor.get(address))
    assert "Not yet" in text
    assert "safety error" not in text.lower().replace("no confirmed safety error", "")
    assert "Safety first" not in text


def test_no_prompt_betrays_a_dangerous_choice(factories: Factories, runtime: Runtime) -> None:
    """The review page of a right and of a careless answer differ in the answer alone."""
    person = factories.person(name="Curious C.")
    join(runtime, person)
    do_lessons(runtime, person)
    visitor = factories.signed_in(person)
    attempt = start_quiz(visitor, "final-assessment")
    shapes = set()
    for seat in seats_of(runtime, attempt):
        address = case_address(attempt, seat.position, seat.visit)
        for answering in (careless, perfect):
            fields = fields_by(runtime, attempt, seat.position, seat.visit, answering)
            assert visitor.send(address, fields).location == f"{address}/review"
            shapes.add(_frame(visitor.get(f"{address}/review").get_data(as_text=True)))
        answer_exam(visitor, address, fields_by(runtime, attempt, seat.position, seat.visit, perfect))
    assert len(shapes) == 1


def _frame(html: str) -> str:
    """Return the words of a review page without the answer, the patient and what counts them."""
    without_answer = re.sub(
        r'<section class="stack" aria-labelledby="flags">.*?</section>', "", html, flags=re.DOTALL
    )
    without_answer = re.sub(r'<dl class="facts">.*?</dl>', "", without_answer, flags=re.DOTALL)
    main = re.sub(r'<p class="overline">.*?</p>', "", without_answer.split("<main", 1)[1], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main.split("</main>")[0]).split()[1:])
