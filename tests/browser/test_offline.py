"""A lesson that was opened stands there without a network; nothing else does, and signing out removes it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.sites import Site
from tests.support.journeys import enrol
from tests.support.people import COURSE_KEY

LESSON = f"/courses/{COURSE_KEY}/lessons/what-hair-loss-does-to-people"
KEPT = """async () => {
    const names = (await caches.keys()).filter((name) => name.includes(':lessons:'));
    const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return found.flat().map((request) => new URL(request.url).pathname).sort();
}"""


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(KEPT)
    return [path for path in found if "/lessons/" in path]


def open_lesson(page: Page) -> None:
    """Open the lesson and wait until the page says that it is kept."""
    page.goto(LESSON)
    expect(page.locator(".outline a[aria-current=page] .kept-offline")).to_be_attached()


def test_an_opened_lesson_can_be_read_without_a_network(
    site: Site,
    new_context: Callable[..., BrowserContext],
    watch: object,
    axe: Callable[..., None],
    picture: Callable[..., None],
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")  # type: ignore[attr-defined]
    person = site.factories.person()
    enrol(site.factories.signed_in(person))
    context = new_context()
    context.add_cookies([site.cookie_of(person)])
    page = context.new_page()
    open_lesson(page)
    assert kept(page) == [LESSON]
    assert page.locator("main form[method=post] button").first.is_enabled()

    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("What hair loss does to people")
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    expect(page.locator("article figure svg").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.outline')).position") == "sticky"
    for button in page.locator("main form[method=post] button").all():
        assert button.is_disabled()
    axe(page)
    picture(page, "lesson-offline")
    for address in ("/", f"/quizzes/{COURSE_KEY}/practice-set", "/certificates"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("You are offline")
    page.get_by_role("list").get_by_role("link", name="What hair loss does to people").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What hair loss does to people")

    context.set_offline(False)
    page.goto("/")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.url}/**")
    page.wait_for_function(f"async () => !(await ({KEPT})()).some((path) => path.includes('/lessons/'))")


def test_another_reader_never_sees_what_was_kept(
    site: Site, new_context: Callable[..., BrowserContext]
) -> None:
    first, second = site.factories.person(), site.factories.person()
    for person in (first, second):
        enrol(site.factories.signed_in(person))
    context = new_context()
    context.add_cookies([site.cookie_of(first)])
    page = context.new_page()
    open_lesson(page)
    page.goto("/")
    context.clear_cookies()
    page.goto(LESSON)
    assert kept(page) == []

    context.add_cookies([site.cookie_of(first)])
    open_lesson(page)
    context.add_cookies([site.cookie_of(second)])
    other = f"/courses/{COURSE_KEY}/lessons/from-puncture-to-follicle"
    page.goto(other)
    expect(page.locator(".outline a[aria-current=page] .kept-offline")).to_be_attached()
    assert kept(page) == [other]
