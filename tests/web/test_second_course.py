"""The second course that Papilla ships, about peels: the engine does not know hair from skin."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from courses.queries.shelf import shelf_of
from lms.core.runtime import Runtime
from lms.publishing.checks import check_folder
from lms.publishing.queries import published
from quizzes.models import Attempt
from tests.support.journeys import case_address, right_answer_at, seats_of, shown_at
from tests.support.learners import Answering, careless, perfect, take_exam
from tests.support.people import COURSE_FOLDER, COURSE_KEY, Factories, Person
from tests.support.visitor import Visitor, visible_text

LIBRARY = COURSE_FOLDER.parent
PEELS = "superficial-chemical-peels"
ABOUT_HAIR = re.compile(r"\bhair|scalp|needl|follic|\bcrown|\d mm\b|[Dd]epth from")
ABOUT_PEELS = re.compile(r"skin, hair and eyes|hair removal")
"""What the second course says of hair for reasons of its own."""
SEE_OTHER = 303

pytestmark = pytest.mark.usefixtures("course")


@pytest.fixture
def reader(factories: Factories) -> Visitor:
    """Somebody who has joined the second course and done its lessons."""
    factories.publish(LIBRARY / PEELS)
    person = factories.person(name="Nel P.")
    visitor = factories.signed_in(person)
    assert visitor.send(f"/courses/{PEELS}/enrol").status_code == SEE_OTHER
    for lesson in lessons_of(factories.runtime, person):
        assert visitor.send(f"/courses/{PEELS}/lessons/{lesson}/done").status_code == SEE_OTHER
    return visitor


def lessons_of(runtime: Runtime, person: Person) -> tuple[str, ...]:
    with runtime.reading() as reading:
        return shelf_of(reading, academy_id=person.academy_id, course_key=PEELS).course.lesson_keys


def start(visitor: Visitor, quiz: str) -> str:
    return str(visitor.send(f"/quizzes/{PEELS}/{quiz}").location)


def sit(runtime: Runtime, visitor: Visitor, answering: Answering) -> tuple[str, Attempt]:
    assert visitor.person is not None
    address = start(visitor, "peels-assessment")
    take_exam(runtime, visitor, address, answering)
    with runtime.reading() as reading:
        attempts = reading.session.scalars(
            sa.select(Attempt).where(Attempt.learner_id == visitor.person.learner_id)
        )
        return address, attempts.one()


def test_both_courses_stand_side_by_side_in_one_academy(factories: Factories) -> None:
    kinds = factories.runtime.kinds
    folders = {
        folder.name: check_folder(folder, kinds) for folder in sorted(LIBRARY.iterdir()) if folder.is_dir()
    }
    assert set(folders) == {COURSE_KEY, PEELS}
    first, second = ({(one.kind, one.key) for one in folders[key]} for key in (COURSE_KEY, PEELS))
    assert {place for place in first & second if place[0] != "region"} == set()
    factories.publish(LIBRARY / PEELS)
    academy_id = factories.person().academy_id
    with factories.runtime.reading() as reading:
        for key, protocol in ((COURSE_KEY, "scalp-microneedling"), (PEELS, "superficial-peels")):
            course: Any = published(reading, academy_id=academy_id, kind="course", key=key).document
            assert course.protocol == protocol


def test_the_perfect_trainee_passes_the_second_course_too(reader: Visitor, runtime: Runtime) -> None:
    address, attempt = sit(runtime, reader, perfect)
    assert (attempt.score, attempt.passed, attempt.confirmed_harms) == (100.0, True, [])
    assert "Passed" in visible_text(reader.get(address))
    assert re.search(r"PAP-", reader.get("/certificates").get_data(as_text=True))


def test_the_careless_trainee_fails_the_second_course_on_safety(reader: Visitor, runtime: Runtime) -> None:
    address, attempt = sit(runtime, reader, careless)
    assert (attempt.passed, attempt.safety_failed) == (False, True)
    assert "Not yet: safety error" in visible_text(reader.get(address))


def test_its_pages_speak_of_its_own_settings_and_never_of_hair(reader: Visitor, runtime: Runtime) -> None:
    address = start(reader, "peels-practice")
    pages = [f"/courses/{PEELS}"]
    assert reader.person is not None
    pages += [f"/courses/{PEELS}/lessons/{key}" for key in lessons_of(runtime, reader.person)]
    for seat in seats_of(runtime, address):
        place = case_address(address, seat.position, seat.visit)
        text = visible_text(reader.get(place))
        assert "Strength" in text
        assert "Contact time" in text
        assert ABOUT_HAIR.findall(text) == []
        assert "zonemap" not in reader.get(place).get_data(as_text=True)
        answer = right_answer_at(runtime, address, seat.position, seat.visit)
        answered = reader.send(place, answer)
        pages.append(str(answered.location))
    for page in pages:
        text = visible_text(reader.get(page))
        found = ABOUT_HAIR.findall(ABOUT_PEELS.sub("", text))
        assert found == [], page


def test_too_strong_a_peel_is_named_with_its_limit(reader: Visitor, runtime: Runtime) -> None:
    address = start(reader, "peels-practice")
    seat = next(one for one in seats_of(runtime, address) if one.case_key == "p01-oily-skin-before-the-heat")
    place = case_address(address, seat.position)
    answer = right_answer_at(runtime, address, seat.position) | {
        "action": "proceed",
        "escalation": "none",
        "strength_percent": "50",
        "contact_minutes": "12",
        "interval_weeks": "3",
        "sessions": "4",
    }
    text = visible_text(reader.get(str(reader.send(place, answer).location)))
    assert "More than the limit" in text
    assert "You set: Strength of the acid, 50 per cent. Allowed: 30 per cent or less." in text
    assert "You set: Contact time, 12 minutes. Allowed: 5 minutes or less." in text


def test_the_result_says_why_a_setting_is_right(reader: Visitor, runtime: Runtime) -> None:
    address, _attempt = sit(runtime, reader, perfect)
    text = visible_text(reader.get(f"{address}/cases/2/result"))
    assert "Why these settings" in text
    assert "Contact time: 1 to 5 minutes. Later peels in lighter skin may use the whole range." in text


def test_the_first_course_draws_its_own_map_with_the_zones_of_the_visit(
    factories: Factories, runtime: Runtime
) -> None:
    visitor = factories.signed_in(factories.person(name="Mo P."))
    visitor.send(f"/courses/{COURSE_KEY}/enrol")
    address = str(visitor.send(f"/quizzes/{COURSE_KEY}/practice-set").location)
    html = visitor.get(case_address(address)).get_data(as_text=True)
    _mode, _protocol, case = shown_at(runtime, address, 1)
    assert html.count('class="zone is-marked"') + html.count('class="zone part is-marked"') == len(
        case.visits[0].zones
    )
    assert 'aria-label="The scalp seen from above, forehead at the top. Area for treatment: ' in html
