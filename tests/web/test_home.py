"""The home page: what stands there for somebody who is not signed in, a learner, and staff."""

from __future__ import annotations

from datetime import UTC, datetime

import flask
import pytest
from jinja2 import ChoiceLoader, DictLoader

from lms.core.runtime import Runtime
from quizzes.service.starting import start_attempt
from tests.support.clock import FrozenClock
from tests.support.course_taking import do_lessons, grade_attempt, join
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.visitor import Visitor, visible_text


def test_a_guest_sees_what_this_is_and_the_ways_in(client: Visitor, factories: Factories) -> None:
    page = client.get("/")
    html, text = page.get_data(as_text=True), visible_text(page)
    assert page.status_code == 200
    assert "Training and certification for medical aestheticians." in text
    for word, address in (
        ("Create an account", "/sign-up"),
        ("Sign in", "/sign-in"),
        ("Check a certificate", "/check"),
    ):
        assert word in text
        assert f'href="{address}"' in html


@pytest.mark.parametrize(
    ("hour_utc", "zone", "greeting"),
    [
        (9, "Europe/London", "Good morning, Leila Haddad"),
        (9, "Asia/Tokyo", "Good evening, Leila Haddad"),
        (15, "UTC", "Good afternoon, Leila Haddad"),
        (15, "America/Los_Angeles", "Good morning, Leila Haddad"),
    ],
)
def test_the_greeting_follows_the_hour_where_the_reader_is(
    factories: Factories, clock: FrozenClock, hour_utc: int, zone: str, greeting: str
) -> None:
    clock.moment = datetime(2027, 1, 15, hour_utc, 30, tzinfo=UTC)
    visitor = factories.signed_in(factories.person(name="Leila Haddad", time_zone=zone))
    assert greeting in visible_text(visitor.get("/"))


def test_without_any_course_the_page_says_whom_to_ask(factories: Factories) -> None:
    text = visible_text(factories.signed_in().get("/"))
    assert "You are not on a course yet, and none is published." in text


@pytest.mark.usefixtures("course")
class TestWithACourse:
    @pytest.fixture
    def leila(self, factories: Factories) -> Person:
        return factories.person(name="Leila Haddad")

    @pytest.fixture
    def visitor(self, factories: Factories, leila: Person) -> Visitor:
        return factories.signed_in(leila)

    def test_a_new_learner_is_offered_the_courses(self, visitor: Visitor) -> None:
        page = visitor.get("/")
        text = visible_text(page)
        assert "You are not on a course yet. Choose one below to start." in text
        assert "Courses to join" in text
        assert "Microneedling for hair loss" in text
        assert f'href="/courses/{COURSE_KEY}"' in page.get_data(as_text=True)
        assert page.get_data(as_text=True).count("btn-primary") == 1

    def test_continue_names_the_exact_next_lesson(
        self, visitor: Visitor, runtime: Runtime, leila: Person
    ) -> None:
        join(runtime, leila)
        do_lessons(runtime, leila, "what-hair-loss-does-to-people")
        page = visitor.get("/")
        text = visible_text(page)
        assert "1.2 From puncture to follicle" in text
        assert "minutes left" in text
        assert "1 of 26 lessons done" in text
        address = f'href="/courses/{COURSE_KEY}/lessons/from-puncture-to-follicle"'
        assert address in page.get_data(as_text=True)
        assert page.get_data(as_text=True).count("btn-primary") == 1

    def test_with_all_lessons_done_it_continues_with_the_assessment(
        self, visitor: Visitor, runtime: Runtime, leila: Person
    ) -> None:
        join(runtime, leila)
        do_lessons(runtime, leila)
        page = visitor.get("/")
        assert f'href="/quizzes/{COURSE_KEY}/final-assessment"' in page.get_data(as_text=True)

    def test_an_attempt_under_way_comes_first(
        self, visitor: Visitor, runtime: Runtime, leila: Person
    ) -> None:
        join(runtime, leila)
        with runtime.work() as work:
            started = start_attempt(
                work,
                academy_id=leila.academy_id,
                learner_id=leila.learner_id,
                course_key=COURSE_KEY,
                quiz_key="practice-set",
            )
        page = visitor.get("/")
        text = visible_text(page)
        assert "Attempts in progress" in text
        assert "0 of " in text
        assert "Resume" in text
        assert page.get_data(as_text=True).count(f'href="/attempts/{started.attempt_uuid}"') == 2

    def test_a_completed_course_leaves_nothing_to_continue(
        self, visitor: Visitor, runtime: Runtime, leila: Person
    ) -> None:
        join(runtime, leila)
        do_lessons(runtime, leila)
        grade_attempt(runtime, leila, quiz_key="final-assessment")
        page = visitor.get("/")
        assert "Completed" in visible_text(page)
        assert 'class="continue"' not in page.get_data(as_text=True)


def test_what_upper_slices_add_is_shown(
    app: flask.Flask, factories: Factories, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = DictLoader({"panel.html": "<section><h2>{{ title }}</h2><p>{{ name }}</p></section>"})
    assert app.jinja_env.loader is not None
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([templates, app.jinja_env.loader]))
    runtime.home_panels.append(
        lambda _reading, member: {"template": "panel.html", "title": "<A panel>", "name": member.name}
    )
    html = factories.signed_in(factories.person(name="Leila Haddad")).get("/").get_data(as_text=True)
    assert "<section><h2>&lt;A panel&gt;</h2><p>Leila Haddad</p></section>" in html


def test_learners_see_no_links_for_staff(factories: Factories) -> None:
    assert "For instructors" not in visible_text(factories.signed_in().get("/"))


@pytest.mark.parametrize("role", ["instructor", "administrator"])
def test_staff_see_the_links_to_their_pages(factories: Factories, role: str) -> None:
    page = factories.signed_in(factories.person(role)).get("/")
    text = visible_text(page)
    for word in ("Cases and their keys", "Learners and their attempts", "Register of certificates"):
        assert word in text
    for address in ("/instructor/cases", "/instructor/learners", "/register"):
        assert f'href="{address}"' in page.get_data(as_text=True)
