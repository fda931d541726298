"""A lesson by keyboard and by touch: checks in place, words, sources, figures enlarged, print."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from courses.service import enrol
from tests.browser.sites import Site, installation
from tests.browser.visiting import too_wide
from tests.support.checked_course import ADDRESS, ASKING, KEY, write_checked_course

NARROW = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve an installation of its own with a made-up course beside the shipped one."""
    folder = tmp_path_factory.mktemp("taught")
    with installation(folder) as site:
        site.factories.publish(write_checked_course(folder))
        with site.serve():
            yield site


@pytest.fixture
def open_lesson(taught: Site, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Open a lesson in a browser of its own, as somebody who has just joined; arguments are Playwright's."""

    def open_lesson(**options: object) -> Page:
        person = taught.factories.person()
        with taught.runtime.work() as work:
            enrol(work, academy_id=person.academy_id, learner_id=person.learner_id, course_key=KEY)
        context = new_context(**options)
        context.add_cookies([taught.cookie_of(person)])
        page = context.new_page()
        page.goto(f"{taught.url}{ADDRESS}/lessons/{ASKING}")
        return page

    return open_lesson


def test_a_check_is_answered_in_place_by_keyboard(
    open_lesson: Callable[..., Page], axe: Callable[[Page], None], watch: object
) -> None:
    watch.allow("status of 422")  # type: ignore[attr-defined]
    page = open_lesson()
    check = page.locator("#check-ordering")
    check.locator("button.btn").focus()
    page.keyboard.press("Enter")
    expect(check.get_by_text("There are 3 problems")).to_be_visible()
    expect(page.locator("#check-ordering-answer")).to_be_focused()
    axe(page)
    # The arrows of the part that took the place of the first one work as well.
    check.get_by_role("button", name="Move up: Look").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_have_text("Look: place 1 of 3")
    check.locator("button.btn").focus()
    page.keyboard.press("Enter")
    expect(check.get_by_role("heading", name="Partly right")).to_be_visible()
    expect(page.locator("#check-ordering-answer")).to_be_focused()
    assert page.url.endswith(f"/lessons/{ASKING}")
    expect(page.locator("#ordering__look")).to_have_value("1")
    axe(page)


def test_a_word_is_explained_on_focus_and_hover_until_escape(
    open_lesson: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = open_lesson(viewport=NARROW)
    word = page.get_by_role("link", name="Follicle")
    meaning = page.locator("#term-follicle-definition")
    word.focus()
    expect(meaning).to_be_visible()
    assert too_wide(page) == []
    axe(page)
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    expect(word).to_be_focused()
    page.mouse.move(1, 1)
    page.locator(".lesson-head h1").click()
    word.hover()
    expect(meaning).to_be_visible()
    meaning.hover()  # the pointer may go onto it
    expect(meaning).to_be_visible()
    page.mouse.move(1, 1)
    expect(meaning).to_be_hidden()
    word.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#term-follicle")


def test_a_tap_explains_a_word_and_stays_in_the_text(open_lesson: Callable[..., Page]) -> None:
    page = open_lesson(viewport=NARROW, has_touch=True, is_mobile=True)
    page.get_by_role("link", name="layer below").tap()
    expect(page.locator("#term-dermis-definition")).to_be_visible()
    assert "#" not in page.url
    assert too_wide(page) == []
    page.locator(".lesson-head h1").tap()
    expect(page.locator("#term-dermis-definition")).to_be_hidden()


def test_a_source_opens_on_its_citation_and_gives_the_focus_back(
    open_lesson: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = open_lesson()
    citation = page.get_by_role("link", name="Source 2")
    citation.focus()
    page.keyboard.press("Enter")
    note = page.get_by_role("group", name="Source 2")
    expect(note).to_be_focused()
    expect(note).to_contain_text("Two to four weeks.")
    axe(page)
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(citation).to_be_focused()
    assert "#" not in page.url


def test_a_figure_is_enlarged_in_a_dialog(
    open_lesson: Callable[..., Page], axe: Callable[[Page], None], picture: Callable[..., None]
) -> None:
    page = open_lesson()
    opener = page.get_by_role("button", name="Enlarge: A line through the skin")
    width = page.locator(".figure > .figure-drawing").evaluate("drawing => drawing.clientWidth")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="A line through the skin")
    expect(dialog).to_be_visible()
    assert dialog.locator("svg.figure-drawing").evaluate("drawing => drawing.clientWidth") > width
    axe(page)
    picture(page, "lesson-figure", full_page=False)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    expect(page.get_by_role("img", name="A line through the skin")).to_have_count(1)


def test_without_a_script_links_lead_to_the_lists_and_a_check_to_its_answer(
    open_lesson: Callable[..., Page], picture: Callable[..., None]
) -> None:
    page = open_lesson(java_script_enabled=False)
    assert page.get_by_role("button", name="Enlarge").count() == 0
    page.get_by_role("link", name="Follicle").click()
    assert page.url.endswith("#term-follicle")
    page.get_by_role("link", name="Source 1").click()
    assert page.url.endswith("#source-1")
    expect(page.locator("#term-follicle-definition")).to_be_hidden()
    for key, place in (("look", "1"), ("ask", "2"), ("act", "3")):
        page.locator(f"#ordering__{key}").select_option(place)
    page.locator("#check-ordering button.btn").click()
    expect(page.get_by_role("heading", name="All right")).to_be_in_viewport()
    assert page.url.endswith("#check-ordering-answer")
    picture(page, "lesson-answered")


def test_print_shows_all_of_the_text_and_nothing_to_press(open_lesson: Callable[..., Page]) -> None:
    page = open_lesson()
    page.emulate_media(media="print")
    expect(page.locator(".figure details > p")).to_be_visible()
    expect(page.get_by_text("It lies right below.")).to_be_visible()
    expect(page.locator(".lesson-sources")).to_be_visible()
    for hidden in (".outline", ".lesson-nav", ".figure-enlarge", "#term-follicle-definition", ".topbar"):
        expect(page.locator(hidden).first).to_be_hidden()
