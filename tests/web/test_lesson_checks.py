"""Knowledge checks on the page of a lesson: answering in place, what is refused, and trying a case."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from courses.service import enrol, mark_lesson_done
from lms.core.database import Base
from lms.core.runtime import Runtime
from tests.support.checked_course import ADDRESS, ASKING, CASE, KEY, LOCKED, PICKING, write_checked_course
from tests.support.people import Factories, Person
from tests.support.visitor import Visitor, read_forms, visible_text

LESSON = f"{ADDRESS}/lessons/{ASKING}"
ORDERED = {"ordering__look": "1", "ordering__ask": "2", "ordering__act": "3"}
PART = {"X-Part": "check"}


@pytest.fixture
def leila(factories: Factories, runtime: Runtime, tmp_path: Path) -> Person:
    factories.publish(write_checked_course(tmp_path))
    person = factories.person(name="Leila Haddad")
    with runtime.work() as work:
        enrol(work, academy_id=person.academy_id, learner_id=person.learner_id, course_key=KEY)
    return person


@pytest.fixture
def visitor(factories: Factories, leila: Person) -> Visitor:
    return factories.signed_in(leila)


def do(runtime: Runtime, person: Person, *lessons: str) -> None:
    mine = {"academy_id": person.academy_id, "learner_id": person.learner_id, "course_key": KEY}
    for key in lessons:
        with runtime.work() as work:
            mark_lesson_done(work, **mine, lesson_key=key)  # type: ignore[arg-type]


def stored(runtime: Runtime) -> dict[str, int]:
    """Return how many rows each table holds."""
    with runtime.reading() as reading:
        count = sa.func.count()
        return {
            table.name: reading.connection.execute(sa.select(count).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def answer(visitor: Visitor, key: str, lesson: str = LESSON, **fields: str | list[str]) -> str:
    """Answer a check by its form on the page; returns the text of the page that follows."""
    page = visitor.submit(visitor.get(lesson), to=f"/checks/{key}#check-{key}-answer", **fields)
    assert page.status_code == 200, visible_text(page)
    return visible_text(page)


def test_a_lesson_shows_its_checks_in_order(visitor: Visitor) -> None:
    text = visible_text(visitor.get(LESSON))
    parts = [
        "Key points",
        "Knowledge checks",
        "Nothing here is scored or stored.",
        "Check 1 of 4",
        "Which layer is below the outermost one?",
        "Check 2 of 4",
        "What comes first?",
        "Check my answer",
        "Check 4 of 4",
        "Look for what has to be left out.",
        "Try this case",
        "Words in this lesson",
        "Sources",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "A person will mark your answer" not in text


def test_a_right_answer_is_shown_with_why_and_sources_and_is_not_stored(
    visitor: Visitor, runtime: Runtime
) -> None:
    visitor.get(LESSON)
    before = stored(runtime)
    text = answer(visitor, "ordering", **ORDERED)
    assert "All right" in text
    assert "One thing after the other." in text
    assert "Article, section A" in text
    assert stored(runtime) == before
    assert "All right" not in visible_text(visitor.get(LESSON))


def test_a_wrong_order_says_of_each_line_where_it_belongs(visitor: Visitor) -> None:
    text = answer(visitor, "ordering", **{**ORDERED, "ordering__ask": "3", "ordering__act": "2"})
    assert "Partly right" in text
    assert "Look Right You: place 1" in text
    assert "Ask Not right You: place 3 Accepted: place 2" in text


def test_what_was_answered_stays_in_the_form(visitor: Visitor) -> None:
    page = visitor.submit(
        visitor.get(LESSON), to="/checks/ordering#check-ordering-answer", **{**ORDERED, "ordering__look": "2"}
    )
    assert page.status_code == 422  # two lines in one place
    form = next(form for form in read_forms(page) if "/checks/ordering" in form.action)
    assert form.values["ordering__look"] == ["2"]
    assert form.values["ordering__act"] == ["3"]


def test_an_incomplete_answer_names_its_fields_and_keeps_the_others(visitor: Visitor) -> None:
    page = visitor.send(f"{LESSON}/checks/ordering", {"ordering__look": "1"})
    html, text = page.get_data(as_text=True), visible_text(page)
    assert page.status_code == 422
    assert "There are 2 problems" in text
    assert "Ask: Give your answer here first." in text
    assert 'href="#ordering__ask"' in html
    assert 'id="check-ordering-answer"' in html
    assert 'aria-describedby="ordering__ask-error"' in html
    assert "All right" not in text
    assert "A lesson about asking" in text


def test_words_of_ones_own_are_compared_and_not_marked(visitor: Visitor) -> None:
    text = answer(visitor, "short_text", short_text="My own words, with <b>tags</b>.")
    assert "Compare your words" in text
    assert "My own words, with <b>tags</b>." in text
    assert "A model answer" in text
    assert "What a good answer has" in text
    assert "Not yet" not in text


@pytest.mark.parametrize(
    ("key", "fields", "said"),
    [
        ("choice", {"choice": "wait"}, "All right"),
        ("choice", {"choice": "stop"}, "Look again: this could harm"),
        ("hotspot", {"hotspot": "back"}, "Back Not right Clear skin."),
        ("chart_error", {"chart_error": ["depth"]}, "Next session: In one week Missed Too soon."),
        ("number", {"number": "9"}, "Not right You: 9 weeks Accepted: 2 to 4 weeks"),
    ],
)
def test_every_kind_says_what_is_accepted(
    visitor: Visitor, key: str, fields: dict[str, str | list[str]], said: str
) -> None:
    assert said in answer(visitor, key, f"{ADDRESS}/lessons/{PICKING}", **fields)


def test_dates_and_matches_are_judged_one_by_one(visitor: Visitor, runtime: Runtime, leila: Person) -> None:
    do(runtime, leila, ASKING, PICKING)
    page = visitor.get(f"{ADDRESS}/lessons/{LOCKED}")
    form = next(form for form in read_forms(page) if "/checks/matching" in form.action)
    stems = [name for name in form.values if name.startswith("matching__")]
    text = answer(visitor, "matching", f"{ADDRESS}/lessons/{LOCKED}", **dict.fromkeys(stems, "wait"))
    assert "Partly right" in text
    assert (
        "An allergy to the balm Not right You: Wait until it has gone Accepted: Leave one thing out" in text
    )


def test_a_script_gets_only_the_part_that_changes(visitor: Visitor) -> None:
    page = visitor.send(f"{LESSON}/checks/ordering", ORDERED, headers=PART)
    html = page.get_data(as_text=True)
    assert page.status_code == 200
    assert html.strip().startswith('<div class="check-item" id="check-ordering">')
    assert "<html" not in html
    assert "All right" in visible_text(page)
    refused = visitor.send(f"{LESSON}/checks/ordering", {}, headers=PART)
    assert refused.status_code == 422
    assert "There are 3 problems" in visible_text(refused)


def test_a_stale_page_keeps_the_answer_and_judges_nothing(visitor: Visitor) -> None:
    page = visitor.post(f"{LESSON}/checks/ordering", data={**ORDERED, "csrf_token": "stale"})
    assert page.status_code == 422
    assert "This page was open for a long time." in visible_text(page)
    assert "All right" not in visible_text(page)
    form = next(form for form in read_forms(page) if "/checks/ordering" in form.action)
    assert form.values["ordering__act"] == ["3"]
    good = visitor.post(form.action, data=form.values)
    assert "All right" in visible_text(good)


def test_checks_of_a_lesson_that_is_not_open_answer_nobody(
    visitor: Visitor, factories: Factories, client: Visitor
) -> None:
    matching = f"{ADDRESS}/lessons/{LOCKED}/checks/matching"
    locked = visitor.send(matching, {"matching__rash": "wait"})
    assert locked.status_code == 403
    assert "Finish module 1 first." in visible_text(locked)
    assert "Each finding asks for its own care." not in visible_text(locked)
    stranger = factories.signed_in(factories.person())
    assert stranger.send(f"{LESSON}/checks/ordering", ORDERED).status_code == 403
    assert stranger.send(f"{LESSON}/cases/{CASE}").status_code == 403
    assert client.send(f"{LESSON}/checks/ordering", ORDERED).status_code in {302, 303}


@pytest.mark.parametrize("place", ["checks/nothing", "checks/check-1", "cases/nothing", "cases/examined"])
def test_what_a_lesson_does_not_ask_is_not_found(visitor: Visitor, place: str) -> None:
    assert visitor.send(f"{LESSON}/{place}", {}).status_code == 404


def test_a_case_of_a_lesson_is_tried_alone_and_leads_back(visitor: Visitor, runtime: Runtime) -> None:
    answer = visitor.submit(visitor.get(LESSON), to=f"/cases/{CASE}")
    assert answer.status_code == 303
    page = visitor.get(answer.location)
    assert "Case 1 of 1" in visible_text(page)
    again = visitor.submit(visitor.get(LESSON), to=f"/cases/{CASE}")
    assert again.location == answer.location  # what is open is gone on with
    decided = {"action": "postpone", "escalation": "none", "certainty": "2", "intent": "submit"}
    assert visitor.send(answer.location, decided).status_code == 303
    result = visitor.send(f"{answer.location}/visits/2", decided, follow_redirects=True)
    assert result.status_code == 200
    assert "Back to the lesson" in visible_text(result)
    assert f'href="{LESSON}"' in result.get_data(as_text=True)
    assert "See the whole set" not in visible_text(result)
    course = visible_text(visitor.get(ADDRESS))
    assert "Best score" not in course
    assert visitor.submit(visitor.get(LESSON), to=f"/cases/{CASE}").location != answer.location


def test_a_case_tried_alone_leaves_the_practice_as_it_is(visitor: Visitor) -> None:
    practice = f"/quizzes/{KEY}/practice"
    whole = visitor.submit(visitor.get(practice)).location
    alone = visitor.submit(visitor.get(LESSON), to=f"/cases/{CASE}").location
    assert not alone.startswith(whole)
    assert visitor.send(practice).location == whole
    page = visitor.get(practice)
    assert "Resume attempt 1" in visible_text(page)
    assert "one case from a lesson" in visible_text(page)
