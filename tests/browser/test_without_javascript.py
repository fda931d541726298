"""Everything works in a browser without JavaScript; what scripts would do, forms and pages do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.player import choose, fill_in, line, submit
from tests.browser.sites import Site
from tests.support.journeys import enrol, right_answer, start_quiz
from tests.support.people import COURSE_KEY, PASSWORD

FIRST_CASE = "c01-crown-thinning"


@pytest.fixture
def case(site: Site, plain_page: Page) -> str:
    """The address of a case, in the browser of somebody who has signed in and started."""
    person = site.factories.person()
    visitor = site.factories.signed_in(person)
    enrol(visitor)
    plain_page.context.add_cookies([site.cookie_of(person)])
    return f"{start_quiz(visitor, 'practice-set')}/cases/1"


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
    expect(page).to_have_url(re.compile("patterns-that-are-not-yours-to-treat$"))


def test_answers_outlast_leaving_and_errors_and_the_result_can_be_read(
    plain_page: Page, case: str, site: Site, watch: Any
) -> None:
    page = plain_page
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
    fill_in(page, right_answer(site.runtime, site.factories.person(), FIRST_CASE))
    submit(page)
    page.wait_for_url("**/result")
    expect(page.get_by_role("heading", level=1)).to_have_text("No safety error")
    page.locator(".stmt details summary").first.click()
    expect(page.locator(".stmt details[open] p").first).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("Accepted")


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


def test_the_exam_is_handed_in(plain_page: Page, case: str, watch: Any) -> None:
    """The box that confirms undecided cases is asked for, then accepted."""
    watch.allow("422")
    page = plain_page
    page.goto(case.rpartition("/cases/")[0])
    page.get_by_role("button", name="Submit for marking").click()
    expect(page.get_by_role("alert")).to_contain_text("Some cases have no decision yet")
    page.get_by_label("Submit although some cases have no decision").check()
    page.get_by_role("button", name="Submit for marking").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not yet")
