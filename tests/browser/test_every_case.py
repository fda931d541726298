"""Every written case runs to the end, visit by visit, as a trainee answers it with the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from quizzes.cases.model import Case
from quizzes.cases.parse import parse_case
from quizzes.grading.grade import pose
from quizzes.wording import action_label, escalation_label
from tests.browser.player import fill_in, submit
from tests.browser.sites import Site, installation
from tests.support.content import copy_course
from tests.support.journeys import Seat, case_address, enrol, right_answer_at, seats_of, shown_at
from tests.support.people import COURSE_FOLDER, COURSE_KEY, Person
from tests.support.small_quizzes import open_practised_cases, rewrite

WRITTEN = (
    *("C01", "C02", "C03", "C04", "C06", "C07", "C08", "C09", "C10"),
    *("C12", "C14", "C15", "C16", "C18", "C19", "C21", "C23", "C24"),
)
"""The cases that the clinical brief supplies, by the ids of their sources."""
PRACTICE = "practice-set"
EXAM = "final-assessment"
NOT_FOUND = 404


def keys_by_source() -> dict[str, str]:
    """Return the key of each case of the library by the id of its source."""
    files = (COURSE_FOLDER / "cases").glob("*.yaml")
    cases = [parse_case(file.read_bytes(), file.name) for file in files]
    return {case.source_id: case.key for case in cases}


def publish_written(site: Site, folder: Path) -> None:
    """Publish an edition whose practice holds the written cases in order, without their minimal pairs."""
    course, keys = copy_course(folder), keys_by_source()
    practised = [keys[source] for source in WRITTEN]
    for key in practised:
        rewrite(course / "cases" / f"{key}.yaml", _without_contrasts)
    rewrite(course / "quizzes" / f"{PRACTICE}.yaml", lambda quiz: _undrawn(quiz, practised))
    rewrite(
        course / "quizzes" / f"{EXAM}.yaml",
        lambda quiz: _undrawn(quiz, [key for key in quiz["cases"] if key not in practised]),
    )
    for lesson in (course / "lessons").glob("*.md"):
        open_practised_cases(lesson, practised)
    site.factories.publish(course)


def _without_contrasts(case: dict[str, Any]) -> dict[str, Any]:
    """Return a case without its minimal pairs, and without the words that only those use."""
    left = {name: value for name, value in case.items() if name != "contrasts"}
    variants = left.get("variants", {})
    texts = yaml.safe_dump(left, allow_unicode=True).lower()
    words = {name: listed for name, listed in variants.get("words", {}).items() if f"{{{name}}}" in texts}
    return {**left, "variants": {**variants, "words": words}}


def _undrawn(quiz: dict[str, Any], cases: list[str]) -> dict[str, Any]:
    left = {name: value for name, value in quiz.items() if name not in {"draw", "safety_form"}}
    return {**left, "cases": cases}


@pytest.fixture(scope="module")
def written_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served installation with that edition."""
    with installation(tmp_path_factory.mktemp("written")) as site:
        publish_written(site, tmp_path_factory.mktemp("edition"))
        with site.serve():
            yield site


@pytest.fixture(scope="module")
def trainee(written_site: Site) -> Person:
    person = written_site.factories.person(name="Test Trainee")
    enrol(written_site.factories.signed_in(person))
    return person


@pytest.fixture
def trainee_page(written_site: Site, trainee: Person, chromium: Browser, watch: Any) -> Iterator[Page]:
    """A browser in which the trainee is signed in; its console is watched."""
    context = chromium.new_context(base_url=written_site.url, reduced_motion="reduce", locale="en-GB")
    context.add_cookies([written_site.cookie_of(trainee)])
    page = context.new_page()
    page.on("console", watch.on_console)
    page.on("pageerror", watch.on_error)
    yield page
    context.close()


def test_every_visit_of_every_written_case_runs_to_the_end(written_site: Site, trainee_page: Page) -> None:
    page = trainee_page
    page.goto(f"/quizzes/{COURSE_KEY}/{PRACTICE}")
    page.get_by_role("button", name="Start attempt").click()
    page.wait_for_url("**/attempts/*")
    attempt = page.url.removeprefix(written_site.url)
    seats = seats_of(written_site.runtime, attempt)
    keys = keys_by_source()
    assert list(dict.fromkeys(seat.case_key for seat in seats)) == [keys[source] for source in WRITTEN]
    page.get_by_role("link", name="Go to case 1").click()
    for seat, following in zip(seats, [*seats[1:], None], strict=True):
        expect(page).to_have_url(written_site.url + case_address(attempt, seat.position, seat.visit))
        _decide(page, written_site, attempt, seat)
        page.get_by_role("link", name=_way_on(seat, following)).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Passed")
    expect(page.get_by_text("You scored 100 of 100")).to_be_visible()


def _way_on(seat: Seat, following: Seat | None) -> str:
    if following is None:
        return "See the whole set"
    return "Next visit" if following.position == seat.position else "Next case"


def _decide(page: Page, site: Site, attempt: str, seat: Seat) -> None:
    """Read what is known by now, decide rightly, and see that it was right; what comes later stays hidden."""
    _mode, protocol, case = shown_at(site.runtime, attempt, seat.position, seat.visit)
    for later in case.visits[seat.visit :]:
        address = case_address(attempt, seat.position, later.number)
        for hidden in (address, f"{address}/result"):
            assert page.request.get(hidden).status == NOT_FOUND, hidden
    _see_what_came_before(page, protocol, case, seat.visit)
    fill_in(page, right_answer_at(site.runtime, attempt, seat.position, seat.visit))
    submit(page)
    page.wait_for_url("**/result")
    verdict = "A case on which experts differ" if case.contested else "No safety error"
    expect(page.get_by_role("heading", level=1)).to_have_text(verdict)
    expect(page.locator(".score strong")).to_have_text("100")
    expect(page.locator(".stmt.missed, .stmt.not_needed, .cmp .miss, .task-result .miss")).to_have_count(0)


def _see_what_came_before(page: Page, protocol: Any, case: Case, visit: int) -> None:
    past = page.locator(".visit-past")
    expect(past).to_have_count(visit - 1)
    for place, earlier in enumerate(case.visits[: visit - 1]):
        key = pose(protocol, case, place).key
        text = " ".join(past.nth(place).inner_text().split())
        assert " ".join(earlier.outcome.split()) in text
        assert f"Rightly decided: {action_label(key.action)}. {escalation_label(key.escalation)}." in text
