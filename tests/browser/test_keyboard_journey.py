"""The core journey with the keyboard alone: no pointer, no script that puts the focus anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.finding import asks, find, is_plain, is_treated, reach
from tests.browser.player import expect_saved, given, kinds_of, order_of, same
from tests.browser.sites import Site
from tests.support.journeys import (
    case_address,
    course_parts,
    enrol,
    read_all_lessons,
    right_answer_at,
    seats_of,
)
from tests.support.people import COURSE_KEY, PASSWORD, Person

MOST_STOPS = 120


@pytest.fixture
def person(site: Site) -> Person:
    person = site.factories.person()
    enrol(site.factories.signed_in(person))
    return person


FOCUS = """wanted => {
    const one = document.activeElement;
    if (one === document.body) return [true, false, ''];
    const box = one.getBoundingClientRect();
    const visible = (element) => element && getComputedStyle(element).outlineStyle !== 'none'
        && parseFloat(getComputedStyle(element).outlineWidth) >= 2;
    const seen = visible(one) || visible(one.closest('label')) || visible(one.closest('.num'))
        || visible(one.nextElementSibling);
    return [box.width > 0 && box.height > 0 && Boolean(seen), one === wanted, one.outerHTML.slice(0, 200)];
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus; every stop on the way must show that it has it."""
    element = wanted.element_handle()
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        is_shown, is_there, markup = page.evaluate(FOCUS, element)
        assert is_shown, markup
        if is_there:
            return
    pytest.fail(f"{wanted} cannot be reached with Tab on {page.url}")


def choose(page: Page, name: str, steps_down: int) -> str:
    """Choose the option of a row that lies some steps below the first one; return its value."""
    tab_to(page, page.locator(f"input[name='{name}']").first)
    page.keyboard.press("Space")
    for _step in range(steps_down):
        page.keyboard.press("ArrowDown")
    chosen = page.locator(f"input[name='{name}']:checked")
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
    page.wait_for_url("**/from-puncture-to-follicle")
    page.goto("/")
    expect(page.get_by_text("1 of 26 lessons done")).to_be_visible()


def test_deciding_a_case_and_reading_its_result(page: Page, site: Site, person: Person) -> None:
    (place,) = find(site, site.factories.signed_in(person), is_plain)
    page.context.add_cookies([site.cookie_of(person)])
    page.goto(place.address)
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
    (place,) = find(site, site.factories.signed_in(person), is_treated)
    page.context.add_cookies([site.cookie_of(person)])
    page.goto(place.address)
    assert choose(page, "action", 0) == "proceed"
    tab_to(page, page.locator("#interval_weeks"))
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect_saved(page)
    assert page.url.endswith(place.address)
    assert given(page)["interval_weeks"] == "4"
    tab_to(page, page.get_by_role("button", name="Submit decision"))
    page.keyboard.press("Enter")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    assert given(page)["interval_weeks"] == "4"
    tab_to(page, summary.get_by_role("link").first)
    page.keyboard.press("Enter")
    expect(page.locator("#escalation")).to_be_focused()


def test_lines_are_put_in_order_with_the_arrow_buttons(page: Page, site: Site, person: Person) -> None:
    """Each move is said, the focus stays with the line, and what is moved is saved and found again."""
    (place,) = reach(site, site.factories.signed_in(person), asks("ordering"))
    right = right_answer_at(site.runtime, place.attempt, place.position, place.visit)
    page.context.add_cookies([site.cookie_of(person)])
    page.goto(place.address)
    names = page.locator(".order select").evaluate_all("all => all.map((one) => one.name)")
    second = page.locator(f".order-item:has([name='{names[1]}'])")
    tab_to(page, second.get_by_role("button", name=re.compile("^Move up")))
    page.keyboard.press("Enter")
    assert order_of(page, names[0])[:2] == [names[1], names[0]]
    down = second.get_by_role("button", name=re.compile("^Move down"))
    expect(down).to_be_focused()
    expect(page.locator("#say")).to_contain_text(f": place 1 of {len(names)}")
    page.keyboard.press("Space")
    assert order_of(page, names[0]) == names
    expect_saved(page)
    decide_by_keyboard(page, right)
    expect_saved(page)
    page.reload()
    assert given(page) == same(right)
    wanted = sorted((name for name in names), key=lambda name: int(str(right[name])))
    assert order_of(page, names[0]) == wanted
    tab_to(page, page.get_by_role("button", name="Submit decision"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")
    expect(page.locator(".score strong")).to_have_text("100")


def test_the_final_assessment_is_passed_and_the_certificate_reached(
    page: Page, site: Site, person: Person
) -> None:
    """Every visit of a drawn form goes through its review page."""
    read_all_lessons(site.runtime, site.factories.signed_in(person))
    _lessons, assessment, _cases = course_parts(site.runtime, person.academy_id)
    page.context.add_cookies([site.cookie_of(person)])
    page.goto(f"/quizzes/{COURSE_KEY}/{assessment}")
    tab_to(page, page.get_by_role("button", name=re.compile("^Start")))
    page.keyboard.press("Enter")
    page.wait_for_url("**/attempts/*")
    attempt = page.url
    tab_to(page, page.get_by_role("link", name="Go to case 1"))
    page.keyboard.press("Enter")
    for position, visit, _key in seats_of(site.runtime, attempt):
        page.wait_for_url(f"**{case_address('', position, visit)}")
        decide_by_keyboard(page, right_answer_at(site.runtime, attempt, position, visit))
        tab_to(page, page.get_by_role("button", name="Review decision"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/review")
        tab_to(page, page.get_by_role("button", name="Confirm this decision"))
        page.keyboard.press("Enter")
    page.wait_for_url(attempt)
    tab_to(page, page.get_by_role("button", name=re.compile("^Submit")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Passed")
    page.goto("/certificates")
    tab_to(page, page.locator("main a").first)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("PAP-")


def decide_by_keyboard(page: Page, answer: Mapping[str, str | list[str]]) -> None:
    """Give an answer with Tab, Space, the arrow keys and digits; lines are moved up by their buttons."""
    kinds = kinds_of(page)
    for name, value in answer.items():
        values = [value] if isinstance(value, str) else value
        if kinds[name] == "checkbox":
            for one in values:
                tab_to(page, page.locator(f"input[name='{name}'][value='{one}']"))
                page.keyboard.press("Space")
        elif kinds[name] == "radio":
            offered = page.locator(f"input[name='{name}']").evaluate_all("all => all.map(one => one.value)")
            assert choose(page, name, offered.index(values[0])) == values[0]
        elif kinds[name] == "number":
            tab_to(page, page.locator(f"[name='{name}']"))
            page.keyboard.type(values[0])
    places = {name: int(str(answer[name])) for name in answer if kinds[name] == "place"}
    for place, name in enumerate(sorted(places, key=places.__getitem__)):
        move_up(page, name, order_of(page, name).index(name) - place)


def move_up(page: Page, name: str, steps: int) -> None:
    """Move a line up with its button, by the keys."""
    if steps:
        line = page.locator(f".order-item:has([name='{name}'])")
        tab_to(page, line.get_by_role("button", name=re.compile("^Move up")))
    for _step in range(steps):
        page.keyboard.press("Enter")
