"""Two clinicians sign an edition, pages say so, and any change brings the notice back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.content import copy_course
from tests.support.journeys import enrol
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.visitor import Visitor, read_forms, visible_text

COURSE = f"/courses/{COURSE_KEY}"
LESSON = f"{COURSE}/lessons/what-hair-loss-does-to-people"
REVIEW = f"/clinical-review/{COURSE_KEY}"
NOT_REVIEWED = "Not reviewed by a clinician."

pytestmark = pytest.mark.usefixtures("course")


def reviewer(factories: Factories) -> Visitor:
    return factories.signed_in(factories.person("reviewer"))


def sign(visitor: Visitor, name: str, *, edition: str | None = None) -> int:
    page = visitor.get(REVIEW)
    fields = {"name": name, "credentials": f"Nurse, register of tests {name[-1]}", "agreed": "y"}
    if edition is not None:
        fields["edition"] = edition
    return visitor.submit(page, to=REVIEW, **fields).status_code


@pytest.fixture
def learner(factories: Factories) -> Visitor:
    visitor = factories.signed_in()
    enrol(visitor)
    return visitor


@pytest.mark.usefixtures("any_database")
def test_two_signatures_change_what_pages_say(factories: Factories, learner: Visitor) -> None:
    for address in (COURSE, LESSON, f"/quizzes/{COURSE_KEY}/practice-set"):
        assert NOT_REVIEWED in visible_text(learner.get(address)), address
    first, second = reviewer(factories), reviewer(factories)
    assert sign(first, "Clinician A") == 303
    text = visible_text(learner.get(COURSE))
    assert "Not yet reviewed by two clinicians." in text
    assert "Signed so far: Clinician A, Nurse, register of tests A, on" in text
    assert sign(second, "Clinician B") == 303
    for address in (COURSE, LESSON, f"/quizzes/{COURSE_KEY}/practice-set"):
        text = visible_text(learner.get(address))
        assert "Reviewed by clinicians: Clinician A, Nurse, register of tests A, on" in text, address
        assert "Clinician B" in text
        assert NOT_REVIEWED not in text
    assert "Reviewed" in visible_text(first.get("/clinical-review"))


def test_a_change_of_anything_published_brings_the_notice_back(
    factories: Factories, learner: Visitor, tmp_path: Path
) -> None:
    for name in ("Clinician A", "Clinician B"):
        assert sign(reviewer(factories), name) == 303
    folder = copy_course(tmp_path)
    lesson = folder / "lessons" / "depth.md"
    lesson.write_text(lesson.read_text("utf-8").replace("Notice the order.", "Note the order."), "utf-8")
    factories.publish(folder)
    text = visible_text(learner.get(COURSE))
    assert NOT_REVIEWED in text
    assert "An earlier edition was reviewed; it has changed since." in text
    page = visible_text(reviewer(factories).get(REVIEW))
    assert "1 document has changed since" in page
    assert "lesson depth" in page


@pytest.mark.usefixtures("any_database")
def test_one_person_signs_once_and_may_take_it_back(factories: Factories) -> None:
    visitor = reviewer(factories)
    assert sign(visitor, "Clinician A") == 303
    page = visitor.get(REVIEW)
    assert "Sign this edition" not in visible_text(page)
    assert visitor.submit(page, to="/withdraw", reason="").status_code == 422
    taken_back = visitor.submit(visitor.get(REVIEW), to="/withdraw", reason="A fact is wrong.")
    assert taken_back.status_code == 303
    text = visible_text(visitor.get(REVIEW))
    assert "A fact is wrong." in text
    assert "Sign this edition" in text
    assert sign(visitor, "Clinician A") == 303


def test_who_read_another_edition_reads_again(factories: Factories) -> None:
    visitor = reviewer(factories)
    assert sign(visitor, "Clinician A", edition="0" * 64) == 409
    assert "Nobody has signed this course yet." in visible_text(visitor.get(REVIEW))


def test_a_signature_needs_name_credentials_and_the_statement(factories: Factories) -> None:
    visitor = reviewer(factories)
    answer = visitor.submit(visitor.get(REVIEW), to=REVIEW, name="", credentials="")
    assert answer.status_code == 422
    text = visible_text(answer)
    for message in ("Enter your full name.", "Enter your credentials.", "Without it nothing is signed."):
        assert message in text


@pytest.mark.parametrize(("role", "status"), [("", 403), ("instructor", 200), ("reviewer", 200)])
def test_staff_may_look_and_reviewers_alone_may_sign(factories: Factories, role: str, status: int) -> None:
    visitor = factories.signed_in(factories.person(*([role] if role else [])))
    answer = visitor.get(REVIEW)
    assert answer.status_code == status
    assert ("Sign this edition" in visible_text(answer)) == (role == "reviewer")
    if role != "reviewer":
        assert visitor.send(REVIEW, {"name": "A", "credentials": "B", "agreed": "y"}).status_code == 403


def test_nobody_takes_back_what_another_signed(factories: Factories) -> None:
    first, second = reviewer(factories), reviewer(factories)
    assert sign(first, "Clinician A") == 303
    address = next(form.action for form in read_forms(first.get(REVIEW)) if form.action.endswith("/withdraw"))
    assert second.send(address, {"reason": "No."}).status_code == 404


def test_a_course_that_is_not_there(factories: Factories) -> None:
    assert reviewer(factories).get("/clinical-review/nothing-here").status_code == 404
    person: Person = factories.person("reviewer")
    assert factories.signed_in(person).get("/clinical-review").status_code == 200
