"""Lessons that quote values of the protocol: what a new revision changes in them, and who looks at them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flask
import pytest
import sqlalchemy as sa

from lms.core.runtime import Runtime
from tests.support.clock import FrozenClock
from tests.support.content import copy_course, replace_in
from tests.support.course_taking import join
from tests.support.people import COURSE_KEY, Factories
from tests.support.visitor import Visitor, visible_text

PAGE = "/instructor/lessons-to-review"
LESSON = "spacing-number-and-upkeep"
SPACING = "    minimum: 2\n    maximum: 4\n    sources: [article:S04]\n"

pytestmark = pytest.mark.usefixtures("course")


@pytest.fixture
def instructor(factories: Factories) -> Visitor:
    return factories.signed_in(factories.person("instructor", name="Ines Instructor"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_course(tmp_path)


def widen(folder: Path, factories: Factories, clock: FrozenClock, *, to: int = 5) -> None:
    """Publish the course with a protocol whose sessions may lie a week further apart."""
    clock.advance(minutes=60)
    old, new = (SPACING.replace("maximum: 4", f"maximum: {weeks}") for weeks in (to - 1, to))
    replace_in(folder / "protocol.yaml", old, new)
    factories.publish(folder)


def section_of(page: Any, title: str) -> str:
    """Return the words of one lesson's section on the page."""
    text = visible_text(page)
    start = text.index(title)
    return text[start : text.index("I have looked at it", start)]


def offered(visitor: Visitor) -> dict[str, str]:
    """Return the hidden fields of the lesson's button."""
    page = visitor.get(PAGE).get_data(as_text=True)
    form = page[page.index(f'action="{PAGE}/{COURSE_KEY}/{LESSON}"') :]
    names = ("lesson_revision", "protocol_revision")
    return {name: form.split(f'name="{name}" value="')[1].split('"')[0] for name in names}


def look(visitor: Visitor) -> Any:
    """Press the button of the lesson as the page offers it."""
    return visitor.send(f"{PAGE}/{COURSE_KEY}/{LESSON}", offered(visitor))


def test_nothing_is_to_review_while_the_protocol_stays(instructor: Visitor) -> None:
    text = visible_text(instructor.get(PAGE))
    assert "Nothing to review." in text
    assert "Looked at" not in text
    assert "changed values" not in visible_text(instructor.get("/"))


def test_a_new_protocol_changes_the_lesson_and_lists_it(
    instructor: Visitor, factories: Factories, folder: Path, clock: FrozenClock, runtime: Runtime
) -> None:
    person = factories.person()
    join(runtime, person)
    reader = factories.signed_in(person)
    address = f"/courses/{COURSE_KEY}/lessons/from-puncture-to-follicle"
    before = visible_text(reader.get(address))
    widen(folder, factories, clock)
    found = section_of(instructor.get(PAGE), "Spacing")
    assert "INT-01 2 to 4 weeks 2 to 5 weeks" in found
    assert "INT-01.minimum" not in found
    assert "Microneedling for hair loss · protocol changed on" in found
    assert "2 to 4 weeks" in before
    after = visible_text(reader.get(address))
    assert "2 to 5 weeks. This is the gap between sessions" in after
    assert "2 to 4 weeks. This" not in after


def test_the_home_page_tells_those_who_may_review(
    instructor: Visitor, factories: Factories, folder: Path, clock: FrozenClock
) -> None:
    widen(folder, factories, clock)
    home = instructor.get("/")
    assert "lessons quote changed values" in visible_text(home)
    assert home.get_data(as_text=True).count(f'href="{PAGE}"') == 2
    assert "changed values" not in visible_text(factories.signed_in().get("/"))


def test_a_look_is_logged_with_who_and_when_and_takes_the_lesson_off_the_list(
    instructor: Visitor, factories: Factories, folder: Path, clock: FrozenClock
) -> None:
    widen(folder, factories, clock)
    before = visible_text(instructor.get(PAGE)).count("I have looked at it")
    answer = look(instructor)
    assert (answer.status_code, answer.location) == (303, PAGE)
    text = visible_text(instructor.get(PAGE))
    assert text.count("I have looked at it") == before - 1
    assert f"{LESSON} Ines Instructor" in text


def test_a_second_look_at_the_same_is_the_same(
    instructor: Visitor, factories: Factories, folder: Path, clock: FrozenClock, runtime: Runtime
) -> None:
    widen(folder, factories, clock)
    ids = offered(instructor)
    for _ in range(2):
        assert instructor.send(f"{PAGE}/{COURSE_KEY}/{LESSON}", ids).status_code == 303
    with runtime.reading() as reading:
        count = reading.connection.scalar(sa.text("SELECT count(*) FROM lms_value_review"))
    assert count == 1


def test_a_later_change_brings_the_lesson_back_with_what_was_looked_at(
    instructor: Visitor, factories: Factories, folder: Path, clock: FrozenClock
) -> None:
    widen(folder, factories, clock)
    look(instructor)
    widen(folder, factories, clock, to=6)
    assert "INT-01 2 to 5 weeks 2 to 6 weeks" in section_of(instructor.get(PAGE), "Spacing")


def test_publishing_the_lesson_anew_is_a_look_at_it(
    instructor: Visitor, factories: Factories, folder: Path, clock: FrozenClock
) -> None:
    widen(folder, factories, clock)
    before = visible_text(instructor.get(PAGE)).count("I have looked at it")
    clock.advance(minutes=60)
    path = folder / "lessons" / f"{LESSON}.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    factories.publish(folder)
    assert visible_text(instructor.get(PAGE)).count("I have looked at it") == before - 1


def test_what_changed_while_the_page_was_open_is_not_looked_at(
    instructor: Visitor, factories: Factories, folder: Path, clock: FrozenClock
) -> None:
    widen(folder, factories, clock)
    stale = {"lesson_revision": "1", "protocol_revision": "1"}
    answer = instructor.send(f"{PAGE}/{COURSE_KEY}/{LESSON}", stale)
    assert answer.status_code == 409
    assert "The lesson or its values have changed since you opened the list." in visible_text(answer)
    assert "Looked at" not in visible_text(answer)


def test_a_stale_page_and_an_unknown_lesson_are_refused(instructor: Visitor) -> None:
    assert instructor.post(f"{PAGE}/{COURSE_KEY}/{LESSON}", data={"csrf_token": "stale"}).status_code == 422
    assert instructor.send(f"{PAGE}/{COURSE_KEY}/no-such-lesson").status_code == 404


def test_learners_see_and_do_nothing_here(factories: Factories) -> None:
    learner = factories.signed_in()
    assert learner.get(PAGE).status_code == 403
    assert learner.send(f"{PAGE}/{COURSE_KEY}/{LESSON}").status_code == 403


def test_the_import_names_the_lessons(app: flask.Flask, folder: Path, clock: FrozenClock) -> None:
    runner = app.test_cli_runner()
    clock.advance(minutes=60)
    replace_in(folder / "protocol.yaml", SPACING, SPACING.replace("maximum: 4", "maximum: 5"))
    said = runner.invoke(args=["lms", "content", "import", str(folder)]).output
    assert "protocol.yaml: revision 2 (changed)\n" in said
    (line,) = [line for line in said.splitlines() if line.startswith(f"lessons/{LESSON}.md: to review")]
    assert "INT-01 was “2 to 4 weeks” and is “2 to 5 weeks”" in line


def test_whoever_has_left_stays_in_the_log_without_a_name(
    instructor: Visitor, factories: Factories, folder: Path, clock: FrozenClock, runtime: Runtime
) -> None:
    widen(folder, factories, clock)
    look(instructor)
    assert instructor.person is not None
    gone = instructor.person.learner_id
    with runtime.work() as work:
        work.connection.execute(sa.text("DELETE FROM lms_membership WHERE learner_id = :id"), {"id": gone})
    text = visible_text(factories.signed_in(None, "instructor").get(PAGE))
    assert f"{LESSON} Somebody who has left" in text
