"""The core journey with the keyboard alone: no pointer, no script that puts the focus anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.player import expect_saved, given
from tests.browser.sites import Site
from tests.support.journeys import course_parts, enrol, read_all_lessons, right_answer, start_quiz
from tests.support.people import COURSE_KEY, PASSWORD, Person

MOST_STOPS = 120
CASE = 4
"""The place in the practice set of a case with something to flag."""


@pytest.fixture
def person(site: Site) -> Person:
    person = site.factories.person()
    enrol(site.factories.signed_in(person))
    return person


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus; every stop on the way must show that it has it."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        assert page.evaluate(
            """() => {
                const one = document.activeElement;
                if (one === document.body) return true;
                const box = one.getBoundingClientRect();
                const visible = (element) => element && getComputedStyle(element).outlineStyle !== 'none'
                    && parseFloat(getComputedStyle(element).outlineWidth) >= 2;
                const seen = visible(one) || visible(one.closest('label')) || visible(one.closest('.num'))
                    || visible(one.nextElementSibling);
                return box.width > 0 && box.height > 0 && seen;
            }"""
        ), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{wanted} cannot be reached with Tab on {page.url}")


def choose(page: Page, name: str, steps_down: int) -> str:
    """Choose the option of a row that lies some steps below the first one; return its value."""
    tab_to(page, page.locator(f"input[name={name}]").first)
    page.keyboard.press("Space")
    for _step in range(steps_down):
        page.keyboard.press("ArrowDown")
    chosen = page.locator(f"input[name={name}]:checked")
    expect(chosen).to_be_focused()
    return str(chosen.get_attribute("value"))


def test_signing_in_and_reading_a_lesson(page: Page, person: Person) -> None:
    page.goto(f"/courses/{COURSE_KEY}")
    tab_to(page, page.get_by_label("E-mail address"))
    page.keyboard.type(person.email)
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Microneedling for hair loss")
    tab_to(page, page.get_by_role("link", name=re.compile("^Continue: 1.1")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Knowledge check")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    option = page.locator(".check-option summary").first
    tab_to(page, option)
    page.keyboard.press("Enter")
    expect(page.locator(".check-option[open]")).to_have_count(1)
    tab_to(page, page.get_by_role("button", name="Mark done and continue"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/patterns-that-are-not-yours-to-treat")
    page.goto("/")
    expect(page.get_by_text("1 of 10 lessons done")).to_be_visible()


def test_deciding_a_case_and_reading_its_result(page: Page, site: Site, person: Person) -> None:
    attempt = start_quiz(site.factories.signed_in(person), "practice-set")
    page.context.add_cookies([site.cookie_of(person)])
    page.goto(f"{attempt}/cases/{CASE}")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the record")).to_be_focused()
    page.keyboard.press("Enter")

    lines = page.locator("input[name=flag]")
    tab_to(page, lines.first)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(lines.nth(2)).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(lines.nth(1)).to_be_checked()
    expect(lines.nth(2)).not_to_be_checked()
    expect(page.locator("#say")).to_contain_text("Flag removed")

    assert choose(page, "action", 2) == "medical_clearance"
    assert choose(page, "escalation", 1) == "routine_referral"
    assert choose(page, "certainty", 1) == "2"
    expect_saved(page)
    assert given(page)["action"] == "medical_clearance"
    tab_to(page, page.get_by_role("button", name="Submit decision"))
    page.keyboard.press("Enter")

    page.wait_for_url("**/result")
    why = page.locator(".stmt details:not([open]) > summary").first
    tab_to(page, why)
    page.keyboard.press("Enter")
    expect(page.locator(".stmt details[open] p").first).to_be_visible()
    tab_to(page, page.get_by_role("link", name="All cases of this set"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 10 cases decided")).to_be_visible()


def test_numbers_and_mistakes(page: Page, site: Site, person: Person, watch: Any) -> None:
    """A plan is typed; Enter in a field commits nothing; what is missing is named and linked."""
    watch.allow("422")
    attempt = start_quiz(site.factories.signed_in(person), "practice-set")
    page.context.add_cookies([site.cookie_of(person)])
    page.goto(f"{attempt}/cases/1")
    assert choose(page, "action", 0) == "proceed"
    tab_to(page, page.locator("#interval_weeks"))
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect_saved(page)
    assert page.url.endswith("/cases/1")
    assert given(page)["interval_weeks"] == "4"
    tab_to(page, page.get_by_role("button", name="Submit decision"))
    page.keyboard.press("Enter")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    assert given(page)["interval_weeks"] == "4"
    tab_to(page, summary.get_by_role("link").first)
    page.keyboard.press("Enter")
    expect(page.locator("#escalation")).to_be_focused()


def test_the_final_assessment_is_passed_and_the_certificate_reached(
    page: Page, site: Site, person: Person
) -> None:
    read_all_lessons(site.runtime, site.factories.signed_in(person))
    _lessons, assessment, cases = course_parts(site.runtime, person.academy_id)
    page.context.add_cookies([site.cookie_of(person)])
    page.goto(f"/quizzes/{COURSE_KEY}/{assessment}")
    tab_to(page, page.get_by_role("button", name=re.compile("^Start")))
    page.keyboard.press("Enter")
    page.wait_for_url("**/attempts/*")
    attempt = page.url
    for position, case_key in enumerate(cases, start=1):
        page.goto(f"{attempt}/cases/{position}")
        decide_by_keyboard(page, right_answer(site.runtime, person, case_key))
        tab_to(page, page.get_by_role("button", name="Submit decision"))
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.goto(attempt)
    tab_to(page, page.get_by_role("button", name=re.compile("^Submit")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Passed")
    page.goto("/certificates")
    tab_to(page, page.locator("main a").first)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("PAP-")


def decide_by_keyboard(page: Page, answer: Mapping[str, str | list[str]]) -> None:
    """Give an answer with Tab, Space, the arrow keys and digits."""
    for statement in answer["flag"]:
        tab_to(page, page.locator(f"input[name=flag][value={statement}]"))
        page.keyboard.press("Space")
    numbers = [name for name in answer if name not in {"flag", "action", "escalation", "certainty"}]
    for name in ("action", "escalation", *numbers, "certainty"):
        value = str(answer[name])
        if name in numbers:
            tab_to(page, page.locator(f"[id={name}]"))
            page.keyboard.type(value)
            continue
        values = page.locator(f"input[name={name}]").evaluate_all("all => all.map(one => one.value)")
        assert choose(page, name, values.index(value)) == value
