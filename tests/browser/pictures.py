"""Take the pictures of the README: `make pictures` serves the shipped course and photographs its pages."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.finding import (
    Asked,
    answer_by,
    decide,
    find,
    is_dangerous,
    is_treated,
    posed_at,
    treating,
)
from tests.browser.player import CERTAIN
from tests.browser.sites import Site, installation
from tests.support import databases, run_folder
from tests.support.browsers import FLAGS, chromium_path
from tests.support.journeys import earn_certificate
from tests.support.people import COURSE_KEY, Person

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 760}
LESSON = f"/courses/{COURSE_KEY}/lessons/depth"
INFECTION = "c07-itchy-ring"


def main() -> int:
    """Write every picture anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    folder = run_folder.open_run()
    try:
        with (
            tempfile.TemporaryDirectory() as place,
            installation(Path(place)) as site,
            site.serve(),
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
            _take_all(browser, site)
            browser.close()
    finally:
        databases.drop_templates(folder)
        run_folder.close_run(folder)
    return 0


def _take_all(browser: Browser, site: Site) -> None:
    leila = site.factories.person(name="Leila Haddad", time_zone="Europe/London")
    teacher = site.factories.person("instructor", name="Ivo Instructor")
    visitor = site.factories.signed_in(leila)
    number = earn_certificate(site.app, visitor)
    unsafe, shown = find(site, visitor, is_infected, is_treated)
    record = posed_at(site, unsafe.attempt, unsafe.position).visit.statements
    flagged = next(line.id for line in record if line.counts_as == "noise")
    regardless = {**answer_by(site, unsafe, treating), "flag": [flagged], "certainty": CERTAIN}
    decide(visitor, unsafe, regardless)
    for name, viewport, scheme in (("desktop-light", DESKTOP, "light"), ("phone-light", PHONE, "light")):
        with _page(browser, site, leila, viewport, scheme) as page:
            page.goto(shown.address)
            _answer(page)
            _shoot(page, f"case-{name}")
    for name, address, person, viewport, scheme in (
        ("result-desktop-light", f"{unsafe.address}/result", leila, DESKTOP, "light"),
        ("check-desktop-light", f"/check/{number}", None, DESKTOP, "light"),
        ("lesson-desktop-light", LESSON, leila, DESKTOP, "light"),
        ("instructor-case-desktop-light", "/instructor/cases/c07-itchy-ring", teacher, DESKTOP, "light"),
        ("home-phone-dark", "/", leila, PHONE, "dark"),
        ("lesson-phone-dark", LESSON, leila, PHONE, "dark"),
        ("certificate-phone-light", f"/certificates/{number}", leila, PHONE, "light"),
    ):
        with _page(browser, site, person, viewport, scheme) as page:
            page.goto(address)
            _shoot(page, name)


def is_infected(posed: Asked) -> bool:
    """Wish for the man with the itchy ring, as long as treating him would spread an infection."""
    return posed.case.key == INFECTION and is_dangerous(posed)


@contextmanager
def _page(browser: Browser, site: Site, person: Person | None, viewport: Any, scheme: Any) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site.url, viewport=viewport, color_scheme=scheme, locale="en-GB", reduced_motion="reduce"
    )
    if person is not None:
        context.add_cookies([site.cookie_of(person)])
    yield context.new_page()
    context.close()


def _answer(page: Page) -> None:
    """Flag two lines and decide, so that the picture shows what answering looks like."""
    boxes = page.locator('input[name="flag"]')
    for place in (1, 5):
        boxes.nth(place).check(force=True)
    page.locator('input[name="action"][value="postpone"]').check(force=True)
    page.locator('input[name="escalation"][value="none"]').check(force=True)
    page.locator('#save-state[data-state="saved"]').wait_for()
    page.evaluate("window.scrollTo(0, 0)")


def _shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    sys.exit(main())
