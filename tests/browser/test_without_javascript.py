"""Everything works in a browser without JavaScript; what scripts would do, forms and pages do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.finding import Found, Wish, asks, asks_many, find, is_treated, reach
from tests.browser.player import choose, fill_in, line, review_and_confirm, submit
from tests.browser.sites import Site
from tests.support.journeys import (
    case_address,
    enrol,
    read_all_lessons,
    right_answer_at,
    seats_of,
    start_quiz,
)
from tests.support.people import COURSE_KEY, PASSWORD
from tests.support.visitor import Visitor


@pytest.fixture
def learner(site: Site, plain_page: Page) -> Visitor:
    """Somebody who has joined the course, signed in in the browser without scripts too."""
    visitor = site.factories.signed_in()
    enrol(visitor)
    assert visitor.person is not None
    plain_page.context.add_cookies([site.cookie_of(visitor.person)])
    return visitor


@pytest.fixture
def place(site: Site, learner: Visitor) -> Found:
    """A case with a plan, in a practice that the learner has started."""
    return find(site, learner, is_treated)[0]


@pytest.fixture
def case(place: Found) -> str:
    """The address of that case."""
    return place.address


def checked(page: Page, name: str) -> list[str]:
    """Return the values that are ticked or chosen."""
    return [str(one.get_attribute("value")) for one in page.locator(f"input[name={name}]:checked").all()]


def test_an_account_a_lesson_and_its_check(plain_page: Page) -> None:
    page = plain_page
    page.goto("/sign-up")
    page.get_by_label("Name").fill("Mira Muster")
    page.get_by_label("E-mail address").fill("mira@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.goto(f"/courses/{COURSE_KEY}")
    page.get_by_role("button", name="Join this course").click()
    page.get_by_role("link", name=re.compile("^Continue: 1.1")).click()
    page.locator(".check-option summary").first.click()
    expect(page.locator(".check-option[open] p").first).to_be_visible()
    page.get_by_role("button", name="Mark done and continue").click()
    expect(page).to_have_url(re.compile("from-puncture-to-follicle$"))


def test_answers_outlast_leaving_and_errors_and_the_result_can_be_read(
    plain_page: Page, place: Found, site: Site, watch: Any
) -> None:
    page, case = plain_page, place.address
    page.goto(case)
    expect(page.locator("#save-state")).to_be_hidden()
    lines = page.locator("input[name=flag]")
    flags = [str(lines.nth(place).get_attribute("value")) for place in (0, 3)]
    for flag in flags:
        line(page, flag).click()
    choose(page, "action", "proceed")
    page.locator("#interval_weeks").fill("6")
    page.get_by_role("button", name="Save and exit").click()
    page.wait_for_url(lambda url: "/cases/" not in url)
    expect(page.get_by_text(re.compile("^Begun, saved"))).to_be_visible()

    page.goto(case)
    assert checked(page, "flag") == flags
    assert checked(page, "action") == ["proceed"]
    expect(page.locator("#interval_weeks")).to_have_value("6")

    watch.allow("422")
    page.locator("#sessions").fill("4")
    submit(page)
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("There are")
    expect(summary.get_by_role("link", name="Say how sure you are")).to_have_attribute("href", "#certainty")
    assert checked(page, "flag") == flags
    expect(page.locator("#sessions")).to_have_value("4")
    summary.get_by_role("link", name="Say how sure you are").click()
    expect(page.locator("#certainty")).to_be_in_viewport()

    for flag in flags:
        line(page, flag).click()
    fill_in(page, right_answer_at(site.runtime, place.attempt, place.position))
    submit(page)
    page.wait_for_url("**/result")
    expect(page.get_by_role("heading", level=1)).to_have_text("No safety error")
    page.locator(".stmt details summary").first.click()
    expect(page.locator(".stmt details[open] p").first).to_be_visible()
    expect(page.get_by_role("table").first).to_contain_text("Accepted")


def test_a_number_that_is_none_is_named_and_nothing_else_is_lost(
    plain_page: Page, case: str, watch: Any
) -> None:
    watch.allow("422")
    page = plain_page
    page.goto(case)
    choose(page, "action", "proceed")
    choose(page, "certainty", "2")
    page.locator("#sessions").fill("2.5")
    page.get_by_role("button", name="Save and exit").click()
    expect(page.get_by_role("alert").get_by_role("link", name=re.compile("whole number"))).to_be_visible()
    assert checked(page, "certainty") == ["2"]
    expect(page.locator("#sessions")).to_have_value("2.5")


@pytest.mark.parametrize(
    "wish", [asks("ordering"), asks_many, asks("number")], ids=["ordering", "choice", "number"]
)
def test_further_questions_are_answered_by_the_controls_of_the_form(
    plain_page: Page, site: Site, learner: Visitor, wish: Wish
) -> None:
    """Lines are ordered by giving each its place; what was chosen stands there again after leaving."""
    page = plain_page
    (asked,) = reach(site, learner, wish)
    right = right_answer_at(site.runtime, asked.attempt, asked.position, asked.visit)
    page.goto(asked.address)
    expect(page.locator(".order-moves")).to_have_count(0)
    fill_in(page, right)
    page.get_by_role("button", name="Save and exit").click()
    page.wait_for_url(lambda url: "/cases/" not in url)
    page.goto(asked.address)
    submit(page)
    page.wait_for_url("**/result")
    expect(page.locator(".score strong")).to_have_text("100")
    expect(page.locator(".task-result .hit").first).to_be_visible()
    expect(page.locator(".task-result .miss")).to_have_count(0)


def test_a_decision_of_the_exam_is_read_changed_and_confirmed(
    plain_page: Page, site: Site, learner: Visitor
) -> None:
    page = plain_page
    read_all_lessons(site.runtime, learner)
    attempt = start_quiz(learner, "final-assessment")
    page.goto(case_address(attempt))
    fill_in(page, right_answer_at(site.runtime, attempt, 1))
    choose(page, "escalation", "emergency")
    page.get_by_role("button", name="Review decision").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this your decision?")
    expect(page.locator("dl")).to_contain_text("Emergency")
    page.get_by_role("link", name="Go back and change it").click()
    choose(page, "escalation", "none")
    review_and_confirm(page)
    following = seats_of(site.runtime, attempt)[1]
    expect(page).to_have_url(re.compile(case_address(attempt, following.position, following.visit) + "$"))
    page.goto(case_address(attempt))
    expect(page).to_have_url(re.compile(f"{attempt}$"))


def test_the_set_is_handed_in(plain_page: Page, case: str, watch: Any) -> None:
    """The box that confirms undecided cases is asked for, then accepted."""
    watch.allow("422")
    page = plain_page
    page.goto(case.rpartition("/cases/")[0])
    page.get_by_role("button", name="Submit for marking").click()
    expect(page.get_by_role("alert")).to_contain_text("Some cases have no decision yet")
    page.get_by_label("Submit although some cases have no decision").check()
    page.get_by_role("button", name="Submit for marking").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not yet")
