"""The whole way of a trainee by mouse: from the first page to a certificate that somebody else checks."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.finding import (
    Found,
    answer_by,
    is_any,
    is_dangerous_at_first,
    places_of,
    posed_at,
    treating,
)
from tests.browser.player import expect_saved, fill_in, line, review_and_confirm, submit
from tests.browser.sites import Site
from tests.support.journeys import case_address, course_parts, right_answer_at, seats_of
from tests.support.people import PASSWORD

NAME = "Leila Beispiel"
NUMBER = re.compile(r"PAP(?:-[0-9A-Z]{4}){3}-[0-9A-Z]")
CLOCK = re.compile(r"^(\d:)?\d\d:\d\d$")


def click(page: Page, role: str, name: str | re.Pattern[str]) -> None:
    """Click the one link or button of a name in the main part of the page."""
    page.locator("main").get_by_role(role, name=name).first.click()  # type: ignore[arg-type]


def heading(page: Page) -> str:
    """Return the page's only main heading."""
    only = page.get_by_role("heading", level=1)
    expect(only).to_have_count(1)
    return only.inner_text()


def sign_up(page: Page) -> None:
    page.goto("/")
    click(page, "link", "Create an account")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("E-mail address").fill("leila@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    click(page, "button", "Create account")
    page.wait_for_url("**/")
    assert NAME in heading(page)


def join(page: Page) -> None:
    click(page, "link", re.compile(r"^See the course\W+Microneedling"))
    click(page, "button", "Join this course")
    expect(page.get_by_text("0 of 26 lessons done")).to_be_visible()


def read_every_lesson(page: Page, lessons: int) -> None:
    click(page, "link", re.compile("^Continue: 1.1"))
    for number in range(1, lessons + 1):
        assert heading(page)
        if number == 1:
            options = page.locator(".check-option")
            options.first.locator("summary").click()
            expect(
                options.first.get_by_text(re.compile("That is the best answer|Not this one"))
            ).to_be_visible()
        assert page.locator(".check-item").count() >= 1
        expect(page.locator("article figure svg").first).to_be_visible()
        click(page, "button", "Mark done and continue")
    expect(page.get_by_text(f"{lessons} of {lessons} lessons done")).to_be_visible()


def go_to_attempt(page: Page, quiz: str) -> None:
    click(page, "link", re.compile(f"^Start {quiz}"))
    assert heading(page) == quiz
    click(page, "button", "Start attempt")
    page.wait_for_url("**/attempts/*")


def attempt_on(page: Page) -> str:
    """Return the address of the attempt that a page shows."""
    return page.url[page.url.index("/attempts/") :]


def make_a_dangerous_decision(page: Page, site: Site) -> int:
    """Miss every warning, flag one harmless line, and treat; return the place of the case."""
    place = next(iter(places_of(site, attempt_on(page), is_dangerous_at_first)))
    posed = posed_at(site, place.attempt, place.position)
    harmless = next(one.id for one in posed.visit.statements if one.counts_as == "noise")
    click(page, "link", re.compile(f"^Case {place.position}:"))
    fill_in(page, {**answer_by(site, place, treating), "flag": [harmless], "certainty": "3"})
    expect(page.get_by_text("1 flagged").first).to_be_visible()
    expect_saved(page)
    submit(page)
    page.wait_for_url("**/result")
    return place.position


def see_what_was_dangerous(page: Page) -> None:
    main = page.locator("main")
    assert heading(page) == "Confident and unsafe"
    order = main.evaluate(
        """main => ['.safety-list', '.chart', '.score', '.cmp'].map((part) => main.querySelector(part))
        .every((part, place, all) => !place ||
            Boolean(all[place - 1].compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING))"""
    )
    assert order, "safety errors, record, score and plan are out of order"
    expect(main.locator(".stmt.missed.safety").first).to_contain_text("Missed")
    expect(main.locator(".stmt.not_needed").first).to_contain_text("Not needed")
    expect(main.locator(".stmt.missed.safety details[open] .sources").first).to_be_visible()
    main.locator(".safety-list a").first.click()
    expect(page).to_have_url(re.compile("#statement-"))
    accepted = page.get_by_role("table").get_by_role("row", name="Decision")
    expect(accepted).to_contain_text(re.compile("Medical clearance first|Postpone|Do not treat"))


def decide_one_rightly(page: Page, site: Site, unsafe: int) -> None:
    """Flag a line, take the flag back, then decide another case rightly."""
    attempt = attempt_on(page)
    place = next(
        one
        for one in places_of(site, attempt, is_any)
        if one.position != unsafe and not _contested(site, one)
    )
    click(page, "link", re.compile(f"^Case {place.position}:"))
    first = page.locator("input[name=flag]").first
    line(page, str(first.get_attribute("value"))).click()
    expect(first).to_be_checked()
    page.locator("[data-flag-list] button").first.click()
    expect(first).not_to_be_checked()
    fill_in(page, right_answer_at(site.runtime, attempt, place.position))
    expect_saved(page)
    submit(page)
    page.wait_for_url("**/result")
    assert heading(page) == "No safety error"


def _contested(site: Site, place: Found) -> bool:
    return posed_at(site, place.attempt, place.position).case.contested


def take_the_assessment(page: Page, site: Site) -> None:
    """Decide every visit of a drawn form rightly, each by way of its review."""
    go_to_attempt(page, "Final assessment")
    attempt = attempt_on(page)
    seats = seats_of(site.runtime, attempt)
    click(page, "link", "Go to case 1")
    for seat in seats:
        expect(page).to_have_url(site.url + case_address(attempt, seat.position, seat.visit))
        expect(page.get_by_role("timer")).to_contain_text(CLOCK)
        fill_in(page, right_answer_at(site.runtime, attempt, seat.position, seat.visit))
        expect_saved(page)
        review_and_confirm(page)
    expect(page).to_have_url(site.url + attempt)
    cases = seats[-1].position
    expect(page.get_by_text(f"{cases} of {cases} cases decided")).to_be_visible()
    click(page, "button", "Submit for marking")
    assert heading(page) == "Passed"
    expect(page.get_by_text("You scored 100 of 100")).to_be_visible()


def test_from_the_first_page_to_a_certificate_that_an_academy_checks(
    site: Site, page: Page, new_context: Callable[..., BrowserContext], picture: Callable[..., None]
) -> None:
    sign_up(page)
    lessons, _assessment, _cases = course_parts(site.runtime, site.factories.academy_id)
    join(page)
    read_every_lesson(page, len(lessons))

    go_to_attempt(page, "Practice cases")
    unsafe = make_a_dangerous_decision(page, site)
    see_what_was_dangerous(page)
    click(page, "link", "All cases of this set")
    decide_one_rightly(page, site, unsafe)
    click(page, "link", "All cases of this set")
    click(page, "link", re.compile("^Go to case"))
    page.goto("/")
    expect(page.get_by_role("heading", name="Attempts in progress")).to_be_visible()

    page.goto("/courses/microneedling-hair-loss")
    take_the_assessment(page, site)
    click(page, "link", "Back to the course")
    click(page, "link", "See your certificates")
    click(page, "link", re.compile("^Microneedling for hair loss"))
    number = NUMBER.findall(page.locator(".cert").inner_text())[0]
    expect(page.locator(".cert .holder")).to_have_text(NAME)

    academy = new_context().new_page()
    academy.goto("/check")
    academy.get_by_label("Certificate number").fill(number.lower())
    academy.get_by_role("button", name="Check number").click()
    assert heading(academy) == "Valid certificate"
    expect(academy.locator(".facts").first).to_contain_text(NAME)
    expect(academy.locator(".facts").first).to_contain_text("Pass")
