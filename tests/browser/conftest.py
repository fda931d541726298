"""Chromium on a real server: pages that watch their console, axe in both themes, pictures on demand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.sites import Site, installation
from tests.support.browsers import FLAGS, BrowserMissing, chromium_path
from tests.support.people import Person

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ("color-contrast", "link-in-text-block")
SCREENSHOTS = os.environ.get("LMS_TEST_SCREENSHOTS", "")
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
ANSWER_LIMIT_MS = 15_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a fresh installation with the shipped course to all tests of a worker."""
    with installation(tmp_path_factory.mktemp("site")) as site, site.serve():
        yield site


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """An installation of the test's own, not served yet: for tests that kill the server."""
    with installation(tmp_path) as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of a worker."""
    try:
        path = chromium_path()
    except BrowserMissing as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Watch:
    """What the pages of a test complained about; a complaint that was not allowed fails the test.

    Without slots: Playwright notes on the object that listens which of its methods it called.
    """

    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, part: str) -> None:
        """Expect a message that contains this text, such as `status of 422` for a refused form."""
        self.allowed.append(part)

    def on_console(self, message: ConsoleMessage) -> None:
        """Take a console message."""
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def on_error(self, error: Any) -> None:
        """Take an error that no script caught."""
        self.complaints.append(f"uncaught: {error}")

    def unexpected(self) -> list[str]:
        """Return the complaints that nobody allowed."""
        return [one for one in self.complaints if not any(part in one for part in self.allowed)]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Collect console errors, uncaught errors and policy violations; fail on them at the end of the test."""
    watch = Watch()
    yield watch
    assert watch.unexpected() == []


@pytest.fixture
def new_context(chromium: Browser, site: Site, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Open browser contexts, each like a person's own browser; arguments are Playwright's."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        context = chromium.new_context(
            base_url=site.url,
            **{"viewport": DESKTOP, "reduced_motion": "reduce", "locale": "en-GB", **options},
        )
        context.set_default_timeout(ANSWER_LIMIT_MS)
        context.on("page", lambda page: _watch(page, watch))
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


def _watch(page: Page, watch: Watch) -> None:
    page.on("console", watch.on_console)
    page.on("pageerror", watch.on_error)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A desktop page in a fresh browser."""
    return new_context().new_page()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a phone: narrow, with touch."""
    return new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()


@pytest.fixture
def plain_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page in a browser with JavaScript switched off."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def sign_in(site: Site) -> Callable[..., Person]:
    """Sign a person in on a page, through the form: `sign_in(page)`, `sign_in(page, "instructor")`."""

    def sign_in(page: Page, *roles: str, person: Person | None = None) -> Person:
        person = person or site.factories.person(*roles)
        page.goto("/sign-in")
        page.locator("input[name=email]").fill(person.email)
        page.locator("input[name=password]").fill(person.password)
        page.locator("form:has(input[name=password]) button[type=submit]").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return person

    return sign_in


@pytest.fixture
def arrive(site: Site) -> Callable[[Page, Person], Person]:
    """Put somebody's sign-in into a page's browser, without the form."""

    def arrive(page: Page, person: Person) -> Person:
        page.context.add_cookies([site.cookie_of(person)])
        return person

    return arrive


def violations(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds on the page as it stands, a line for each element; by all rules or some.

    axe is evaluated through the debugger's protocol, which the page's content policy does not bind; the page
    itself stays as visitors get it.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    wanted = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": AXE_TAGS}
    found = page.evaluate(
        "wanted => axe.run(document, {runOnly: wanted, resultTypes: ['violations']})", wanted
    )
    return [
        f"{rule['id']}: {rule['help']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Assert that axe finds nothing on a page: every rule in the light theme, contrast in the dark one too.

    The themes differ in colours alone, so that the other rules would only find the same again.
    """

    def check(page: Page, themes: tuple[Literal["light", "dark"], ...] = THEMES) -> None:
        for theme in reversed(themes):
            page.emulate_media(color_scheme=theme)
            found = violations(page, rules=CONTRAST if theme == "dark" else ())
            assert found == [], f"{theme} theme, {page.url}:\n" + "\n".join(found)

    return check


@pytest.fixture
def picture() -> Callable[..., None]:
    """Keep a picture of a page under a name, when LMS_TEST_SCREENSHOTS names a folder; else do nothing."""

    def take(
        page: Page,
        name: str,
        *,
        full_page: bool = True,
        themes: tuple[Literal["light", "dark"], ...] = THEMES,
    ) -> None:
        if not SCREENSHOTS:
            return
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        for theme in themes:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{theme}.png", full_page=full_page)
        page.emulate_media(color_scheme="light")

    return take
