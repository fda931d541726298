"""The whole way of a trainee by mouse: from the first page to a certificate that somebody else checks."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from lms.core.runtime import Runtime
from tests.browser.player import expect_saved, fill_in, line, submit
from tests.browser.sites import Site
from tests.support.journeys import course_parts, right_answer
from tests.support.people import COURSE_FOLDER, PASSWORD, Person

NAME = "Leila Beispiel"
NUMBER = re.compile(r"PAP(?:-[0-9A-Z]{4}){3}-[0-9A-Z]")
UNSAFE_CASE = 4
"""The place in the practice set of the case with the itchy ring: treating it would spread an infection."""


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
    click(page, "link", re.compile("^See the course"))
    click(page, "button", "Join this course")
    expect(page.get_by_text("0 of 10 lessons done")).to_be_visible()


def read_every_lesson(page: Page, lessons: int) -> None:
    click(page, "link", re.compile("^Continue: 1.1"))
    for number in range(1, lessons + 1):
        assert heading(page)
        options = page.locator(".check-option")
        if number == 1:
            options.first.locator("summary").click()
            expect(
                options.first.get_by_text(re.compile("That is the best answer|Not this one"))
            ).to_be_visible()
        assert options.count() >= 2
        expect(page.locator("article figure svg").first).to_be_visible()
        click(page, "button", "Mark done and continue")
    expect(page.get_by_text(f"{lessons} of {lessons} lessons done")).to_be_visible()


def go_to_attempt(page: Page, quiz: str) -> None:
    click(page, "link", re.compile(f"^Start {quiz}"))
    assert heading(page) == quiz
    click(page, "button", "Start attempt")
    page.wait_for_url("**/attempts/*")


def make_a_dangerous_decision(page: Page) -> None:
    """Miss every warning, flag one harmless line, and treat."""
    click(page, "link", re.compile(f"^Case {UNSAFE_CASE}:"))
    harmless = page.locator("fieldset", has=page.locator("legend", has_text="Goals")).locator(
        "input[name=flag]"
    )
    depths = page.locator("input[name^=depth_]").evaluate_all("fields => fields.map((field) => field.name)")
    plan = dict.fromkeys(depths, "0.5") | {"interval_weeks": "4", "sessions": "4", "maintenance_months": "3"}
    fill_in(page, {"flag": [str(harmless.first.get_attribute("value"))], "action": "proceed"})
    fill_in(page, {"escalation": "none", "certainty": "3", **plan})
    expect(page.get_by_text("1 flagged").first).to_be_visible()
    expect_saved(page)
    submit(page)
    page.wait_for_url("**/result")


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


def decide_rightly(page: Page, runtime: Runtime, person: Person, case: str) -> None:
    fill_in(page, right_answer(runtime, person, case))
    expect_saved(page)
    before = page.url
    submit(page)
    page.wait_for_url(lambda url: url != before)


def take_the_assessment(page: Page, site: Site, person: Person, cases: list[str]) -> None:
    go_to_attempt(page, "Final assessment")
    click(page, "link", "Go to case 1")
    for case in cases:
        expect(page.get_by_role("timer")).to_contain_text(re.compile(r"^\d\d:\d\d$"))
        decide_rightly(page, site.runtime, person, case)
    page.wait_for_url("**/attempts/*")
    expect(page.get_by_text("8 of 8 cases decided")).to_be_visible()
    click(page, "button", "Submit for marking")
    assert heading(page) == "Passed"
    expect(page.get_by_text("You scored 100 of 100")).to_be_visible()


def test_from_the_first_page_to_a_certificate_that_an_academy_checks(
    site: Site, page: Page, new_context: Callable[..., BrowserContext], picture: Callable[..., None]
) -> None:
    sign_up(page)
    person = _person_on(site)
    lessons, _assessment, cases = course_parts(site.runtime, person.academy_id)
    assert (COURSE_FOLDER / "cases" / f"{cases[0]}.yaml").exists()
    join(page)
    read_every_lesson(page, len(lessons))

    go_to_attempt(page, "Practice cases")
    make_a_dangerous_decision(page)
    see_what_was_dangerous(page)
    click(page, "link", "All cases of this set")
    click(page, "link", re.compile("^Case 1:"))
    first = page.locator("input[name=flag]").first
    line(page, str(first.get_attribute("value"))).click()
    expect(first).to_be_checked()
    page.locator("[data-flag-list] button").first.click()
    expect(first).not_to_be_checked()
    decide_rightly(page, site.runtime, person, "c01-crown-thinning")
    assert heading(page) == "No safety error"
    click(page, "link", "All cases of this set")
    click(page, "link", re.compile("^Go to case 2"))
    page.goto("/")
    expect(page.get_by_role("heading", name="Attempts in progress")).to_be_visible()

    page.goto("/courses/microneedling-hair-loss")
    take_the_assessment(page, site, person, cases)
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


def _person_on(site: Site) -> Person:
    """Return the person who has just signed up: `right_answer` asks in which academy."""
    return Person(
        0, site.factories.person().uuid, site.factories.academy_id, NAME, "", frozenset({"learner"})
    )
