"""The script of a lesson reports the minutes in which somebody was active, by the browser's own clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Route

from courses.learning_time.models import ActiveMinuteRow
from courses.learning_time.rules import MINUTE, minute_of, number_of
from courses.service import open_lesson
from tests.browser.scenes import FIRST
from tests.browser.sites import Site
from tests.support.attempts import rows
from tests.support.course_taking import join
from tests.support.people import COURSE_KEY, Person

AGO = timedelta(minutes=6)


@pytest.fixture
def began(site: Site) -> datetime:
    """The beginning of a minute some minutes ago, which the browser's clock starts from."""
    return minute_of(site.clock() - AGO)


@pytest.fixture
def learner(site: Site, began: datetime) -> Person:
    """Somebody who opened the first lesson before that."""
    person = site.factories.person()
    join(site.runtime, person)
    site.clock.days = -1
    with site.runtime.work() as work:
        open_lesson(
            work,
            academy_id=person.academy_id,
            learner_id=person.learner_id,
            course_key=COURSE_KEY,
            lesson_key=FIRST.rsplit("/", 1)[1],
        )
    site.clock.days = 0
    return person


def reported(site: Site, person: Person, began: datetime) -> list[int]:
    """Return the minutes that the script reported, counted from where the clock started."""
    mine = (row for row in rows(site.runtime, ActiveMinuteRow) if row.learner_id == person.learner_id)
    return sorted((row.minute - began) // MINUTE for row in mine if row.source == "script")


def keep_time(page: Page, began: datetime) -> list[float]:
    """Let the server's answers tell the time of the browser's clock, which the real server knows nothing of.

    Returns a list whose last number says how many seconds after the beginning it is.
    """
    passed: list[float] = [0]

    def answer(route: Route) -> None:
        real = route.fetch()
        now = began + timedelta(seconds=passed[-1])
        route.fulfill(response=real, json={**real.json(), "now": now.isoformat()})

    page.route("**/minutes", answer)
    return passed


def test_minutes_are_reported_once_a_minute_and_a_long_pause_is_left_out(
    site: Site, page: Page, learner: Person, began: datetime, arrive: Callable[[Page, Person], Person]
) -> None:
    passed = keep_time(page, began)
    arrive(page, learner)
    page.clock.install(time=began)
    page.goto(FIRST)
    page.clock.pause_at(began + timedelta(seconds=50))
    page.keyboard.press("Shift")
    passed.append(62)
    with page.expect_response("**/minutes") as first:
        page.clock.run_for(15_000)
    assert first.value.json()["noted"] == [number_of(began)]
    page.clock.run_for(60_000)
    page.mouse.move(100, 200)
    passed.append(126)
    with page.expect_response("**/minutes") as second:
        page.clock.run_for(1_000)
    assert second.value.json()["noted"] == [number_of(began) + minute for minute in (1, 2)]
    page.clock.run_for(150_000)
    page.mouse.move(100, 300)
    with page.expect_response("**/minutes"):
        page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert reported(site, learner, began) == [0, 1, 2, 4]
