"""After practice, the result says what one changed fact would ask for; an exam keeps its bank to itself."""

from __future__ import annotations

import re

import pytest

from lms.core.runtime import Runtime
from tests.support import attempts
from tests.support.attempts import EXAM, PRACTICE, started
from tests.support.journeys import (
    case_address,
    right_answer_at,
    seats_of,
    shown_at,
    start_quiz,
)
from tests.support.learners import perfect, take_exam
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor


def test_practice_shows_the_other_half_of_a_minimal_pair(visitor: Visitor, runtime: Runtime) -> None:
    attempt, seen = started(visitor, PRACTICE), 0
    for seat in seats_of(runtime, attempt):
        address = case_address(attempt, seat.position, seat.visit)
        answer = right_answer_at(runtime, attempt, seat.position, seat.visit)
        assert visitor.send(address, answer).status_code == 303
        page = visible_text(visitor.get(f"{address}/result"))
        assert not re.search(r"\{[a-z_]+\}", page)
        seen += "One fact changed" in page
    assert seen >= 5


def test_an_exam_shows_no_other_half_even_when_it_is_released(visitor: Visitor, runtime: Runtime) -> None:
    attempt = start_quiz(visitor, EXAM.rsplit("/", maxsplit=1)[-1])
    take_exam(runtime, visitor, attempt, perfect)
    for seat in seats_of(runtime, attempt):
        page = visitor.get(f"{case_address(attempt, seat.position, seat.visit)}/result")
        text = visible_text(page)
        assert "One fact changed" not in text
        mode, _protocol, case = shown_at(runtime, attempt, seat.position, seat.visit)
        assert mode == "exam"
        assert case.patient.name in text
