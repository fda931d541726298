"""The receipt of an attempt: every saved answer with its time, readable, verifiable, and for few eyes."""

from __future__ import annotations

import hashlib
import json

import pytest

from lms.core.runtime import Runtime
from tests.support import attempts
from tests.support.attempts import autosave, case, commit, decide_in_exam
from tests.support.clock import FrozenClock
from tests.support.course_taking import do_lessons, join
from tests.support.people import Factories, Person
from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("course")

small = attempts.small
practice = attempts.practice
exam = attempts.exam


@pytest.fixture
def leila(factories: Factories, runtime: Runtime) -> Person:
    person = factories.person(name="Leila Haddad", time_zone="Australia/Sydney")
    join(runtime, person)
    do_lessons(runtime, person)
    return person


@pytest.fixture
def visitor(factories: Factories, leila: Person) -> Visitor:
    return factories.signed_in(leila)


def text_of(visitor: Visitor, attempt: str) -> str:
    return visitor.get(f"{attempt}/receipt.txt").get_data(as_text=True)


def test_the_receipt_is_a_file_of_plain_text(visitor: Visitor, practice: str) -> None:
    answer = visitor.get(f"{practice}/receipt.txt")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="receipt-practice-set-1.txt"'
    assert "No answer was saved." in answer.get_data(as_text=True)


def test_every_saved_answer_stands_with_its_time_in_words(
    visitor: Visitor, practice: str, clock: FrozenClock
) -> None:
    autosave(visitor, practice, 1, action="proceed", interval_weeks="3")
    clock.advance(seconds=5)
    autosave(visitor, practice, 2, action="postpone", certainty="3")
    clock.advance(seconds=5)
    commit(visitor, practice)
    text = text_of(visitor, practice)
    assert "Learner: Leila Haddad" in text
    assert "Case 1, visit 1" in text
    assert "1. Saved 2027-03-01T09:00:00+00:00 (2027-03-01 20:00:00+11:00 in Australia/Sydney)" in text
    assert "2. Saved 2027-03-01T09:00:05+00:00" in text
    assert "Decision submitted 2027-03-01T09:00:10+00:00" in text
    assert text.index("Decision: Proceed") < text.index("Decision: Postpone")
    assert "Weeks between sessions: 3 weeks" in text
    assert "Certainty: Certain" in text
    assert "3 saved answers" in text


def test_the_digest_is_that_of_the_answers_in_the_data(visitor: Visitor, practice: str) -> None:
    autosave(visitor, practice, 1, action="proceed", depth_from_mm__crown="0,5")
    autosave(visitor, practice, 1, 2, action="postpone")
    answer = visitor.get(f"{practice}/receipt.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="receipt-practice-set-1.json"'
    data = answer.json
    assert data is not None
    assert [(one["case"], one["visit"], one["sequence"]) for one in data["answers"]] == [(1, 1, 1), (2, 1, 1)]
    assert data["answers"][0]["answer"] == {"action": "proceed", "depth_from_mm__crown": 0.5}
    lines = [
        json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for one in data["answers"]
    ]
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    assert data["sha256"] == digest
    assert f"SHA-256: {digest}" in text_of(visitor, practice)


def test_an_exams_receipt_betrays_neither_titles_nor_keys(visitor: Visitor, exam: str) -> None:
    line = next(
        part.split('value="')[1].split('"')[0]
        for part in visitor.get(case(exam)).get_data(as_text=True).split("<input")
        if 'name="flag"' in part
    )
    decide_in_exam(visitor, exam, flag=line)
    text = text_of(visitor, exam) + visitor.get(f"{exam}/receipt.json").get_data(as_text=True)
    assert f"({line})" in text
    assert "minoxidil" not in text.lower()
    assert "grade" not in text
    assert "credit" not in text
    assert "Case 1, visit 2" in text


def test_a_receipt_after_the_deadline_closes_the_attempt_first(
    visitor: Visitor, exam: str, clock: FrozenClock
) -> None:
    clock.advance(minutes=61)
    assert "Closed: 2027-03-01T10:00:00+00:00" in text_of(visitor, exam)


@pytest.mark.parametrize("form", ["txt", "json"])
def test_a_receipt_is_for_its_learner_and_for_those_who_may_see_attempts(
    visitor: Visitor, practice: str, factories: Factories, form: str
) -> None:
    stranger, instructor = factories.signed_in(), factories.signed_in(None, "instructor")
    assert stranger.get(f"{practice}/receipt.{form}").status_code == 404
    assert instructor.get(f"{practice}/receipt.{form}").status_code == 404
    assert visitor.get(f"/instructor{practice}/receipt.{form}").status_code == 403
    seen = instructor.get(f"/instructor{practice}/receipt.{form}")
    assert seen.status_code == 200
    assert "Leila Haddad" in seen.get_data(as_text=True)
    nobody = practice.replace(practice[-4:], "0000")
    assert instructor.get(f"/instructor{nobody}/receipt.{form}").status_code == 404


def test_a_receipt_of_an_open_attempt_names_no_visit_that_is_still_to_come(
    visitor: Visitor, exam: str
) -> None:
    text = visitor.get(f"{exam}/receipt.txt").get_data(as_text=True)
    assert "Case 1, visit 1" in text
    assert "visit 2" not in text


@pytest.mark.parametrize("place", ["cases/99999999999999999999", "cases/1/visits/9223372036854775808"])
def test_a_place_beyond_any_number_is_not_found(visitor: Visitor, exam: str, place: str) -> None:
    assert visitor.get(f"{exam}/{place}").status_code == 404
    assert visitor.get(f"{exam}/{place}/result").status_code == 404
