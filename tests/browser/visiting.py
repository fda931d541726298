"""Opening a scene as the person who sees it, and measuring the page."""

from __future__ import annotations

from playwright.sync_api import Page, Response, ViewportSize

from tests.browser.scene import Scene
from tests.browser.sites import Site

NARROW: ViewportSize = {"width": 320, "height": 640}


def visit(page: Page, site: Site, scene: Scene) -> None:
    """Open a scene as the person who sees it, and make sure that it is what it should be."""
    page.context.clear_cookies()
    if scene.person is not None:
        page.context.add_cookies([site.cookie_of(scene.person)])
    answer = page.goto(scene.address)
    if scene.posted is not None:
        answer = send(page, scene)
    assert answer is not None
    assert answer.status == scene.status, f"{scene.name}: {answer.status} at {scene.address}"


def send(page: Page, scene: Scene) -> Response | None:
    """Fill in the main form of a page and send it, with the browser's own checks out of the way."""
    assert scene.posted is not None
    form = page.locator("main form").last
    for name, value in scene.posted.items():
        field = form.locator(f"[name='{name}']")
        if field.first.get_attribute("type") == "radio":
            form.locator(f"label:has([name='{name}'][value='{value}'])").click()
        else:
            field.fill(str(value))
    with page.expect_navigation() as navigation:
        form.locator("button:not([type=button])").first.click()
    answer: Response | None = navigation.value
    return answer


def too_wide(page: Page) -> list[str]:
    """Return what makes the page scroll sideways, or nothing."""
    found: list[str] = page.evaluate(
        """() => {
            const root = document.documentElement;
            if (root.scrollWidth <= root.clientWidth) return [];
            return [...document.querySelectorAll('body *')]
                .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 0.5)
                .map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 50)}`)
                .slice(0, 12);
        }"""
    )
    return found
